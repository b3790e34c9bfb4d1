//! One of each thing that findings can be about, and the finding of any type among them.
//!
//! Apart from the stories and the generator, because both tell their incidents with it: which resources, which
//! actor and which act a type comes with is decided here, from the parts of its name, also for unknown types.

mod act;
mod check;
mod title;

use std::time::Duration;

use soc_domain::finding::{Instance, Interface, Principal, Remote};
use soc_domain::finding_type::FindingType;
use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;

use crate::sample::{Container, Sample, Sequence, Signal, Tag, Target};

pub(crate) use act::score_of;
pub use check::Check;

/// Where the runtime agent sits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Agent {
    /// On the instance.
    #[default]
    Host,
    /// In a pod of the EKS cluster.
    Cluster,
    /// In a task of the ECS cluster.
    Tasks,
}

/// Where a scene's things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The account.
    pub account: &'static str,
    /// The region.
    pub region: &'static str,
    /// The VPC of its instances.
    pub vpc: &'static str,
    /// The subnet of its instances.
    pub subnet: &'static str,
}

/// One of each thing that findings can be about.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Where they are.
    pub home: Home,
    /// The tags of all of them.
    pub tags: Vec<Tag>,
    /// An EC2 instance.
    pub host: Target,
    /// Who calls AWS APIs: an IAM user with a long-term key, or a role's session.
    pub caller: Principal,
    /// The session of the role that the instance, or the function, runs with.
    pub session: Principal,
    /// Who calls the Kubernetes API.
    pub kubernetes_user: String,
    /// An S3 bucket.
    pub bucket: String,
    /// An EKS cluster.
    pub cluster: String,
    /// A namespace in it.
    pub namespace: String,
    /// A container of a pod in it.
    pub container: Container,
    /// An ECS cluster.
    pub tasks: String,
    /// An RDS instance.
    pub database: String,
    /// A user of it.
    pub database_user: String,
    /// A Lambda function.
    pub function: String,
    /// Where the runtime agent sits.
    pub agent: Agent,
    /// The address at the other end.
    pub remote: Remote,
    /// What its host looks up.
    pub domain: String,
    /// The file that is run, or found.
    pub path: String,
}

/// `count` hexadecimal digits that follow from `parts`.
pub(crate) fn digits(parts: &[&str], count: usize) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    sha256_hex(&parts).chars().take(count).collect()
}

/// The unique middle of an AWS id: `count` upper-case digits.
fn capitals(parts: &[&str], count: usize) -> String {
    digits(parts, count).to_ascii_uppercase()
}

/// An IAM user with a long-term key.
pub(crate) fn user(name: &str, account: &str) -> Principal {
    let parts = [account, "user", name];
    Principal {
        kind: "IAMUser".to_owned(),
        name: name.to_owned(),
        principal_id: Some(format!("AIDA{}EXAMPLE", capitals(&parts, 10))),
        access_key_id: Some(format!("AKIA{}EXAMPLE", capitals(&parts, 9))),
        account: account.to_owned(),
    }
}

/// A session of a role.
pub(crate) fn session(role: &str, session: &str, account: &str) -> Principal {
    let parts = [account, "role", role];
    Principal {
        kind: "AssumedRole".to_owned(),
        name: role.to_owned(),
        principal_id: Some(format!("AROA{}EXAMPLE:{session}", capitals(&parts, 10))),
        access_key_id: Some(format!("ASIA{}EXAMPLE", capitals(&[account, role, session], 9))),
        account: account.to_owned(),
    }
}

/// An instance with one interface and a profile.
pub(crate) fn host(name: &str, home: Home) -> Target {
    let id = digits(&[home.account, "host", name], 17);
    let octet = |at: usize| u8::from_str_radix(id.get(at..at + 2).unwrap_or_default(), 16).unwrap_or(7);
    let interface = Interface {
        id: format!("eni-{id}"),
        vpc_id: home.vpc.to_owned(),
        subnet_id: home.subnet.to_owned(),
        groups: vec![format!("sg-{}", digits(&[home.account, "group", name], 17))],
        private_ip: Some(format!("10.{}.{}.{}", octet(0) % 20 + 10, octet(2), octet(4) % 250 + 4)),
        public_ip: None,
    };
    let details = Instance {
        profile_arn: Some(format!("arn:aws:iam::{}:instance-profile/{name}", home.account)),
        image_id: Some(format!("ami-{}", digits(&["image", name], 17))),
        interfaces: vec![interface],
    };
    Target::Instance { id: format!("i-{id}"), details }
}

impl Scene {
    /// A scene whose things are called after `name`, with `ip` at the other end.
    #[must_use]
    pub fn new(name: &str, home: Home, tags: &[Tag], ip: &str) -> Self {
        let host = host(name, home);
        let instance = match &host {
            Target::Instance { id, .. } => id.clone(),
            _ => String::new(),
        };
        let container = Container {
            id: digits(&[home.account, "container", name], 64),
            name: name.to_owned(),
            image: format!("{}.dkr.ecr.{}.amazonaws.com/{name}:1.4.2", home.account, home.region),
        };
        Self {
            home,
            tags: tags.to_vec(),
            host,
            caller: user(&format!("{name}-user"), home.account),
            session: session(&format!("{name}-role"), &instance, home.account),
            kubernetes_user: format!("system:serviceaccount:{name}:default"),
            bucket: format!("example-{name}"),
            cluster: format!("{name}-eks"),
            namespace: name.to_owned(),
            container,
            tasks: format!("{name}-ecs"),
            database: format!("{name}-db"),
            database_user: "app_rw".to_owned(),
            function: format!("{name}-function"),
            agent: Agent::Host,
            remote: Remote {
                ip: ip.to_owned(),
                port: Some(443),
                country: Some("Netherlands".to_owned()),
                organization: Some("Example Hosting".to_owned()),
                threat_lists: Vec::new(),
            },
            domain: format!("{name}.cdn.example.com"),
            path: format!("/tmp/.{name}/worker"),
        }
    }

    /// A GuardDuty finding of this type with this id, first seen then.
    #[must_use]
    pub fn finding(&self, kind: &str, id: String, seen: Timestamp) -> Sample {
        let parts = FindingType::parse(kind);
        let path = if parts.purpose == "Object" { "uploads/invoice.pdf.exe" } else { &self.path };
        let words = act::Words {
            domain: &self.domain,
            path,
            database_user: &self.database_user,
            namespace: &self.namespace,
            port: self.port(),
        };
        let act = act::of(kind, &words);
        let listed = act::has_remote(&act);
        let sample = Sample {
            kind: kind.to_owned(),
            id,
            score: score_of(kind),
            account: self.home.account.to_owned(),
            region: self.home.region.to_owned(),
            targets: self.targets(&parts),
            tags: self.tags.clone(),
            principal: self.principal(&parts),
            remote: listed.then(|| self.remote(&parts)),
            act,
            first_seen: seen,
            last_seen: seen.plus(Duration::from_secs(90)),
            updated_at: seen.plus(Duration::from_secs(300)),
            count: 1,
            ..Sample::default()
        };
        let title = title::of(&sample);
        let description = format!("{title} GuardDuty had not seen this here in the 90 days before.");
        Sample { title, description, ..sample }
    }

    /// The attack sequence that joins `findings`.
    #[must_use]
    pub fn sequence(&self, kind: &str, id: String, findings: &[&Sample]) -> Sample {
        let last = findings.iter().map(|finding| finding.last_seen).max().unwrap_or_default();
        let first = findings.iter().map(|finding| finding.first_seen).min().unwrap_or_default();
        let mut sequence = Sequence::default();
        for finding in findings {
            sequence.signals.push(Signal {
                id: finding.id.clone(),
                kind: finding.kind.clone(),
                score: finding.score,
                first_seen: finding.first_seen,
                last_seen: finding.last_seen,
            });
            let tactic = FindingType::parse(&finding.kind).tactic();
            sequence.tactics.extend(tactic.filter(|tactic| !sequence.tactics.contains(tactic)));
        }
        sequence.techniques = vec!["T1078.004", "T1562.008"];
        sequence.calls = vec!["iam:CreateAccessKey", "cloudtrail:StopLogging"];
        let sample = self.finding(kind, id, first);
        Sample {
            last_seen: last,
            updated_at: last.plus(Duration::from_secs(600)),
            remote: Some(self.remote(&FindingType::parse("Discovery:IAMUser/TorIPCaller"))),
            sequence: Some(sequence),
            ..sample
        }
    }

    /// A high port that is this scene's.
    fn port(&self) -> u16 {
        let number = u16::from_str_radix(&digits(&["port", &self.domain], 4), 16).unwrap_or_default();
        32_768 | number
    }

    fn workload(&self) -> Target {
        let name = format!("{}-7f9c", self.container.name);
        Target::Workload { namespace: self.namespace.clone(), kind: "pods", name }
    }

    /// Digits that the volumes and copies of the instance are called after.
    fn disk(&self, kind: &str) -> String {
        let id = match &self.host {
            Target::Instance { id, .. } => id.as_str(),
            _ => "",
        };
        digits(&[self.home.account, kind, id], 17)
    }

    fn volume(&self) -> Target {
        Target::Volume(format!("vol-{}", self.disk("volume")))
    }

    fn pod(&self) -> Vec<Target> {
        vec![
            Target::EksCluster(self.cluster.clone()),
            self.workload(),
            Target::Container(self.container.clone()),
        ]
    }

    /// What a type is about: the resource class first that its name says.
    fn targets(&self, parts: &FindingType<'_>) -> Vec<Target> {
        let malware = act::is_malware(parts);
        match (parts.resource, parts.variant) {
            ("EC2" | "S3", "RecoveryPoint") => vec![self.recovery_point(parts.resource)],
            ("EC2", "AMI") => vec![Target::Image(format!("ami-{}", self.disk("image")))],
            ("EC2", "Snapshot") => vec![Target::Snapshot(format!("snap-{}", self.disk("snapshot")))],
            ("EC2", _) if malware => vec![self.host.clone(), self.volume()],
            ("Container", _) => {
                vec![Target::Container(self.container.clone()), self.host.clone(), self.volume()]
            }
            ("ECS", _) if malware => vec![Target::EcsCluster(self.tasks.clone()), self.volume()],
            ("ECS", _) => vec![Target::EcsCluster(self.tasks.clone())],
            ("Kubernetes", _) if malware => self.pod().into_iter().chain([self.volume()]).collect(),
            ("Kubernetes", _) if names_a_pod(parts) => self.pod(),
            ("Kubernetes", _) => vec![Target::EksCluster(self.cluster.clone())],
            ("EKS", _) => self.pod(),
            ("Runtime", _) => self.watched(),
            ("Lambda", _) => vec![Target::Function(self.function.clone())],
            ("RDS", _) => vec![Target::Database(self.database.clone())],
            ("S3", _) => self.storage(parts),
            ("IAM" | "IAMUser", _) => self.credentials(parts),
            _ => vec![self.host.clone()],
        }
    }

    fn recovery_point(&self, of: &str) -> Target {
        let mut id = digits(&[self.home.account, "recovery point", of, &self.bucket], 32);
        for place in [8, 13, 18, 23] {
            id.insert(place, '-');
        }
        Target::RecoveryPoint(id)
    }

    fn watched(&self) -> Vec<Target> {
        match self.agent {
            Agent::Host => vec![self.host.clone()],
            Agent::Cluster => self.pod(),
            Agent::Tasks => vec![Target::EcsCluster(self.tasks.clone())],
        }
    }

    fn storage(&self, parts: &FindingType<'_>) -> Vec<Target> {
        let bucket = Target::Bucket(self.bucket.clone());
        match (parts.purpose, parts.family) {
            ("AttackSequence", _) => vec![Target::AccessKey, bucket],
            ("Object", _) => {
                let key = "uploads/invoice.pdf.exe".to_owned();
                vec![Target::Object { bucket: self.bucket.clone(), key }, bucket]
            }
            (_, "AccountBlockPublicAccessDisabled") => vec![Target::AccessKey],
            _ => vec![bucket],
        }
    }

    fn credentials(&self, parts: &FindingType<'_>) -> Vec<Target> {
        match parts.family {
            "InstanceCredentialExfiltration" => vec![Target::AccessKey, self.host.clone()],
            "ResourceCredentialExfiltration" => {
                vec![Target::AccessKey, Target::Function(self.function.clone())]
            }
            _ => vec![Target::AccessKey],
        }
    }

    /// Who acted, where a type names somebody.
    fn principal(&self, parts: &FindingType<'_>) -> Option<Principal> {
        let account = self.home.account;
        match (parts.purpose, parts.resource) {
            ("Object", _) | (_, "S3") if act::is_malware(parts) => None,
            (_, "IAMUser") if parts.family.contains("RootCredentialUsage") => Some(Principal {
                kind: "Root".to_owned(),
                name: "Root".to_owned(),
                principal_id: Some(account.to_owned()),
                access_key_id: Some(format!("ASIA{}EXAMPLE", capitals(&[account, "root"], 9))),
                account: account.to_owned(),
            }),
            (_, "IAMUser") if parts.family.ends_with("CredentialExfiltration") => Some(self.session.clone()),
            (_, "IAMUser" | "IAM" | "S3") => Some(self.caller.clone()),
            (_, "Kubernetes" | "EKS") if !act::is_malware(parts) => Some(self.kubernetes(parts)),
            _ => None,
        }
    }

    fn kubernetes(&self, parts: &FindingType<'_>) -> Principal {
        let anonymous = parts.family == "SuccessfulAnonymousAccess";
        Principal {
            kind: "KubernetesUser".to_owned(),
            name: if anonymous { "system:anonymous".to_owned() } else { self.kubernetes_user.clone() },
            account: self.home.account.to_owned(),
            ..Principal::default()
        }
    }

    /// The other end, on the lists that a type's name speaks of.
    fn remote(&self, parts: &FindingType<'_>) -> Remote {
        let list = match (parts.family, parts.mechanism) {
            (family, _) if family.starts_with("Tor") => Some("Tor Exit Node"),
            (_, "Custom") => Some("customer-threat-list"),
            (family, _) if family.starts_with("MaliciousIP") => Some("ProofPoint"),
            ("C&CActivity" | "BitcoinTool" | "DropPoint", _) => Some("ProofPoint"),
            (family, _) if family.starts_with("PortProbe") => Some("Scanners"),
            _ => None,
        };
        Remote { threat_lists: list.map(str::to_owned).into_iter().collect(), ..self.remote.clone() }
    }
}

/// Whether a type of Kubernetes is about one workload and not about the cluster.
fn names_a_pod(parts: &FindingType<'_>) -> bool {
    matches!(
        parts.family,
        "PrivilegedContainer"
            | "ContainerWithSensitiveMount"
            | "ExecInKubeSystemPod"
            | "ExposedDashboard"
            | "KubeflowDashboardExposed"
    ) || matches!(parts.mechanism, "WorkloadDeployed" | "ExecInPod")
}
