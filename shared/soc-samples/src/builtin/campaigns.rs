//! Further attacks, each told in the types of one class of resource: which types, on what, in which order.
//!
//! Apart from the first three stories, whose steps are chosen one by one, because these follow from their tables.

use soc_domain::finding::Principal;

use super::cast::{DEV_NETWORK, Network, PROD_NETWORK, SANDBOX_NETWORK, call, tag};
use super::{Entry, Story, at, finding_id};
use crate::sample::{Sample, Tag};
use crate::scene::{Agent, Scene};
use crate::wire::Form;

/// One attack: a scene, and what is seen in it.
struct Campaign {
    story: Story,
    /// What the scene's things are called after.
    name: &'static str,
    network: &'static Network,
    environment: &'static str,
    agent: Agent,
    /// The last part of the address at the other end.
    address: u8,
    /// When it begins, in minutes of the day.
    start: u64,
    steps: &'static [&'static str],
    /// The attack sequence that GuardDuty makes of it.
    sequence: Option<&'static str>,
}

const CAMPAIGNS: [Campaign; 12] = [
    Campaign {
        story: Story::ClusterTakeover,
        name: "payments",
        network: &PROD_NETWORK,
        environment: "prod",
        agent: Agent::Cluster,
        address: 11,
        start: 690,
        steps: &[
            "Discovery:Kubernetes/AnomalousBehavior.PermissionChecked",
            "Discovery:Kubernetes/MaliciousIPCaller",
            "CredentialAccess:Kubernetes/MaliciousIPCaller",
            "CredentialAccess:Kubernetes/AnomalousBehavior.SecretsAccessed",
            "Execution:Kubernetes/AnomalousBehavior.ExecInPod",
            "Execution:Kubernetes/ExecInKubeSystemPod",
            "Execution:Kubernetes/AnomalousBehavior.WorkloadDeployed",
            "PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleCreated",
            "PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleBindingCreated",
            "PrivilegeEscalation:Kubernetes/AnomalousBehavior.WorkloadDeployed!PrivilegedContainer",
            "Persistence:Kubernetes/AnomalousBehavior.WorkloadDeployed!ContainerWithSensitiveMount",
            "PrivilegeEscalation:Kubernetes/PrivilegedContainer",
            "Persistence:Kubernetes/ContainerWithSensitiveMount",
            "Persistence:Kubernetes/MaliciousIPCaller",
            "PrivilegeEscalation:Runtime/ContainerMountsHostDirectory",
            "PrivilegeEscalation:Runtime/RuncContainerEscape",
            "PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified",
            "PrivilegeEscalation:Runtime/ElevationToRoot",
            "DefenseEvasion:Runtime/KernelModuleLoaded",
            "Execution:Runtime/ReverseShell",
            "UnauthorizedAccess:Runtime/MetadataDNSRebind",
            "Execution:Kubernetes/SuspiciousFile",
            "Execution:Kubernetes/MaliciousFile",
            "Execution:Container/SuspiciousFile",
            "Execution:Container/MaliciousFile",
            "DefenseEvasion:Kubernetes/MaliciousIPCaller",
            "Impact:Kubernetes/MaliciousIPCaller",
        ],
        sequence: Some("AttackSequence:EKS/CompromisedCluster"),
    },
    Campaign {
        story: Story::BucketRansom,
        name: "ledger-backups",
        network: &PROD_NETWORK,
        environment: "prod",
        agent: Agent::Host,
        address: 12,
        start: 780,
        steps: &[
            "Recon:IAMUser/MaliciousIPCaller",
            "Recon:IAMUser/MaliciousIPCaller.Custom",
            "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom",
            "Discovery:S3/MaliciousIPCaller",
            "Discovery:S3/MaliciousIPCaller.Custom",
            "Discovery:S3/TorIPCaller",
            "UnauthorizedAccess:S3/TorIPCaller",
            "Policy:S3/AccountBlockPublicAccessDisabled",
            "Impact:S3/AnomalousBehavior.Permission",
            "Policy:S3/BucketAnonymousAccessGranted",
            "Policy:S3/BucketPublicAccessGranted",
            "Impact:S3/AnomalousBehavior.Write",
            "Object:S3/MaliciousFile",
            "Impact:S3/AnomalousBehavior.Delete",
            "Impact:S3/MaliciousIPCaller",
        ],
        sequence: Some("AttackSequence:S3/CompromisedData"),
    },
    Campaign {
        story: Story::InfectedHost,
        name: "batch-worker",
        network: &PROD_NETWORK,
        environment: "prod",
        agent: Agent::Host,
        address: 13,
        start: 860,
        steps: &[
            "Execution:Runtime/SuspiciousTool",
            "Execution:EC2/SuspiciousFile",
            "Execution:EC2/MaliciousFile",
            "Execution:Runtime/MaliciousFileExecuted",
            "DefenseEvasion:Runtime/ProcessInjection.Ptrace",
            "DefenseEvasion:Runtime/ProcessInjection.Proc",
            "DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite",
            "DefenseEvasion:Runtime/FilelessExecution",
            "DefenseEvasion:Runtime/SuspiciousCommand",
            "Persistence:Runtime/SuspiciousCommand",
            "Backdoor:Runtime/C&CActivity.B",
            "Backdoor:Runtime/C&CActivity.B!DNS",
            "Backdoor:EC2/C&CActivity.B",
            "Impact:Runtime/MaliciousDomainRequest.Reputation",
            "Trojan:Runtime/DGADomainRequest.C!DNS",
            "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
            "Recon:EC2/Portscan",
            "Impact:EC2/PortSweep",
        ],
        sequence: Some("AttackSequence:EC2/CompromisedInstanceGroup"),
    },
    Campaign {
        story: Story::TaskEscape,
        name: "checkout",
        network: &PROD_NETWORK,
        environment: "prod",
        agent: Agent::Tasks,
        address: 14,
        start: 930,
        steps: &[
            "Execution:Runtime/SuspiciousShellCreated",
            "Execution:Runtime/SuspiciousCommand",
            "Execution:Runtime/NewLibraryLoaded",
            "Execution:ECS/SuspiciousFile",
            "Execution:ECS/MaliciousFile",
            "PrivilegeEscalation:Runtime/DockerSocketAccessed",
            "PrivilegeEscalation:Runtime/SuspiciousCommand",
            "PrivilegeEscalation:Runtime/UserfaultfdUsage",
            "Impact:Runtime/BitcoinDomainRequest.Reputation",
            "CryptoCurrency:Runtime/BitcoinTool.B!DNS",
            "UnauthorizedAccess:Runtime/TorClient",
        ],
        sequence: Some("AttackSequence:ECS/CompromisedCluster"),
    },
    Campaign {
        story: Story::OpenCluster,
        name: "notebooks",
        network: &SANDBOX_NETWORK,
        environment: "sandbox",
        agent: Agent::Cluster,
        address: 15,
        start: 1000,
        steps: &[
            "Policy:Kubernetes/KubeflowDashboardExposed",
            "Policy:Kubernetes/ExposedDashboard",
            "Policy:Kubernetes/AnonymousAccessGranted",
            "Policy:Kubernetes/AdminAccessToDefaultServiceAccount",
            "Discovery:Kubernetes/SuccessfulAnonymousAccess",
            "CredentialAccess:Kubernetes/SuccessfulAnonymousAccess",
            "Persistence:Kubernetes/SuccessfulAnonymousAccess",
            "DefenseEvasion:Kubernetes/SuccessfulAnonymousAccess",
            "Impact:Kubernetes/SuccessfulAnonymousAccess",
            "Discovery:Kubernetes/MaliciousIPCaller.Custom",
            "CredentialAccess:Kubernetes/MaliciousIPCaller.Custom",
            "Persistence:Kubernetes/MaliciousIPCaller.Custom",
            "DefenseEvasion:Kubernetes/MaliciousIPCaller.Custom",
            "Impact:Kubernetes/MaliciousIPCaller.Custom",
            "CredentialAccess:Kubernetes/TorIPCaller",
            "Persistence:Kubernetes/TorIPCaller",
            "DefenseEvasion:Kubernetes/TorIPCaller",
            "Impact:Kubernetes/TorIPCaller",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::DatabaseBreakIn,
        name: "customers",
        network: &PROD_NETWORK,
        environment: "prod",
        agent: Agent::Host,
        address: 16,
        start: 1060,
        steps: &[
            "Discovery:RDS/TorIPCaller",
            "Discovery:RDS/MaliciousIPCaller",
            "CredentialAccess:RDS/TorIPCaller.FailedLogin",
            "CredentialAccess:RDS/MaliciousIPCaller.FailedLogin",
            "CredentialAccess:RDS/AnomalousBehavior.FailedLogin",
            "CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce",
            "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin",
            "CredentialAccess:RDS/MaliciousIPCaller.SuccessfulLogin",
            "CredentialAccess:RDS/TorIPCaller.SuccessfulLogin",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::FunctionMiner,
        name: "image-resize",
        network: &DEV_NETWORK,
        environment: "dev",
        agent: Agent::Host,
        address: 17,
        start: 1100,
        steps: &[
            "UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom",
            "CryptoCurrency:Lambda/BitcoinTool.B",
            "Backdoor:Lambda/C&CActivity.B",
            "Trojan:Lambda/DropPoint",
            "UnauthorizedAccess:Lambda/TorClient",
            "UnauthorizedAccess:Lambda/TorRelay",
            "UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::Botnet,
        name: "load-test",
        network: &DEV_NETWORK,
        environment: "dev",
        agent: Agent::Host,
        address: 18,
        start: 1140,
        steps: &[
            "Recon:EC2/PortProbeEMRUnprotectedPort",
            "Trojan:EC2/DGADomainRequest.B",
            "Trojan:EC2/DGADomainRequest.C!DNS",
            "Impact:EC2/MaliciousDomainRequest.Reputation",
            "Impact:EC2/BitcoinDomainRequest.Reputation",
            "CryptoCurrency:EC2/BitcoinTool.B",
            "UnauthorizedAccess:EC2/TorClient",
            "UnauthorizedAccess:EC2/TorRelay",
            "Backdoor:EC2/Spambot",
            "Backdoor:EC2/DenialOfService.Dns",
            "Backdoor:EC2/DenialOfService.Tcp",
            "Backdoor:EC2/DenialOfService.Udp",
            "Backdoor:EC2/DenialOfService.UdpOnTcpPorts",
            "Backdoor:EC2/DenialOfService.UnusualProtocol",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::PhishedDesktop,
        name: "design-desktop",
        network: &SANDBOX_NETWORK,
        environment: "sandbox",
        agent: Agent::Host,
        address: 19,
        start: 1190,
        steps: &[
            "Trojan:EC2/PhishingDomainRequest!DNS",
            "Trojan:Runtime/PhishingDomainRequest!DNS",
            "Trojan:EC2/DriveBySourceTraffic!DNS",
            "Trojan:Runtime/DriveBySourceTraffic!DNS",
            "UnauthorizedAccess:Runtime/TorRelay",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::ModelHarvest,
        name: "ml-experiments",
        network: &SANDBOX_NETWORK,
        environment: "sandbox",
        agent: Agent::Host,
        address: 20,
        start: 1220,
        steps: &[
            "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B",
            "InitialAccess:IAMUser/AnomalousBehavior",
            "DefenseEvasion:IAMUser/BedrockLoggingDisabled",
            "Impact:IAMUser/AnomalousBehavior",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::RootUse,
        name: "sandbox-root",
        network: &SANDBOX_NETWORK,
        environment: "sandbox",
        agent: Agent::Host,
        address: 21,
        start: 1250,
        steps: &[
            "Policy:IAMUser/RootCredentialUsage",
            "Policy:IAMUser/ShortTermRootCredentialUsage",
            "Stealth:IAMUser/PasswordPolicyChange",
            "Stealth:IAMUser/CloudTrailLoggingDisabled",
        ],
        sequence: None,
    },
    Campaign {
        story: Story::RedTeam,
        name: "red-team",
        network: &SANDBOX_NETWORK,
        environment: "sandbox",
        agent: Agent::Host,
        address: 22,
        start: 1280,
        steps: &[
            "PenTest:IAMUser/KaliLinux",
            "PenTest:IAMUser/ParrotLinux",
            "PenTest:IAMUser/PentooLinux",
            "PenTest:S3/KaliLinux",
            "PenTest:S3/ParrotLinux",
            "PenTest:S3/PentooLinux",
        ],
        sequence: None,
    },
];

/// The forms of one story's findings, over and over: mostly GuardDuty's own.
const FORMS: [Form; 6] = [
    Form::GuardDutyEvent,
    Form::GuardDutyEvent,
    Form::AsffEvent,
    Form::GuardDutyEvent,
    Form::OcsfEvent,
    Form::GuardDutyApi,
];

/// All of them.
pub(super) fn entries() -> Vec<Entry> {
    CAMPAIGNS.iter().flat_map(Campaign::entries).collect()
}

impl Campaign {
    fn scene(&self) -> Scene {
        let tags: [Tag; 1] = [tag("Environment", self.environment)];
        let ip = format!("203.0.113.{}", self.address);
        let scene = Scene::new(self.name, self.network.home(), &tags, &ip);
        Scene { agent: self.agent, ..scene }
    }

    fn entries(&self) -> Vec<Entry> {
        let scene = self.scene();
        let steps = self.steps.iter().zip((self.start..).step_by(3)).zip(FORMS.into_iter().cycle());
        let mut all: Vec<Entry> = steps
            .map(|((kind, minute), form)| {
                let id = finding_id(&format!("{} {kind}", self.name));
                Entry { story: self.story, sample: self.told(scene.finding(kind, id, at(minute))), form }
            })
            .collect();
        if let Some(kind) = self.sequence {
            let signals: Vec<&Sample> = all.iter().map(|entry| &entry.sample).collect();
            let sample = scene.sequence(kind, finding_id(&format!("{} {kind}", self.name)), &signals);
            all.push(Entry { story: self.story, sample, form: Form::GuardDutyEvent });
        }
        all
    }

    /// What the story knows better than the type: who acted, and by which call.
    fn told(&self, sample: Sample) -> Sample {
        match (self.story, sample.kind.as_str()) {
            (Story::RootUse, _) => Sample { principal: Some(root(self.network.account)), ..sample },
            (Story::ModelHarvest, "Impact:IAMUser/AnomalousBehavior") => {
                let title =
                    "API InvokeModel was invoked by ml-experiments-user thousands of times.".to_owned();
                Sample { act: call("bedrock", "InvokeModel"), count: 4_812, title, ..sample }
            }
            _ => sample,
        }
    }
}

fn root(account: &str) -> Principal {
    Principal {
        kind: "Root".to_owned(),
        name: "Root".to_owned(),
        principal_id: Some(account.to_owned()),
        access_key_id: Some("ASIAR00TSANDBEXAMPLE".to_owned()),
        account: account.to_owned(),
    }
}
