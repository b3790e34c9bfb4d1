//! GuardDuty findings that belong to no attack, and the three small incidents that the policy answers differently.

use soc_domain::finding::{Principal, RecordState};

use super::cast::{
    AUDITOR, BREAK_GLASS, DANA, DEV, EDGE_PROXY, Host, PROD, REPORTING, STAGING_WEB, User, call, connection,
    guardduty, remote,
};
use super::{Entry, Story};
use crate::sample::{Act, Direction, Sample, Tag, Target};
use crate::wire::Form;

/// All of it.
pub(super) fn entries() -> Vec<Entry> {
    let mut all = keys();
    all.extend(probes());
    all.extend(staging());
    all.extend(workloads());
    all.extend(principals());
    all.push(guardduty_sample());
    all
}

fn on_host(host: &Host, sample: Sample) -> Sample {
    Sample {
        account: host.network.account.to_owned(),
        targets: vec![host.target()],
        tags: host.tags.to_vec(),
        ..sample
    }
}

fn by_user(user: &User, ip: &str, sample: Sample) -> Sample {
    Sample {
        account: user.account.to_owned(),
        targets: vec![Target::AccessKey],
        principal: Some(user.principal()),
        remote: Some(remote(ip, sample.kind.contains("IPCaller").then_some("ProofPoint"))),
        ..sample
    }
}

fn noise(sample: Sample, form: Form) -> Entry {
    Entry { story: Story::Noise, sample, form }
}

/// Findings on users' keys: a developer's, the break-glass user's, an auditor's.
fn keys() -> Vec<Entry> {
    let dana = |kind, score, minute, act| {
        let title = format!("APIs were invoked by {} under unusual circumstances.", DANA.name);
        let sample = Sample { act, ..guardduty(kind, score, minute, &title) };
        let sample = by_user(&DANA, "192.0.2.77", sample);
        Entry { story: Story::DeveloperKey, sample, form: Form::GuardDutyEvent }
    };
    let emergency = Sample {
        act: call("s3", "GetObject"),
        ..guardduty(
            "Exfiltration:IAMUser/AnomalousBehavior",
            8.0,
            450,
            "APIs commonly used to collect data were invoked by break-glass under unusual circumstances.",
        )
    };
    let auditor = |kind, minute, act| {
        let title = "An API was invoked by quarterly-auditor for the first time.";
        let sample = Sample { act, ..guardduty(kind, 2.0, minute, title) };
        noise(by_user(&AUDITOR, "192.0.2.31", sample), Form::GuardDutyEvent)
    };
    vec![
        dana("UnauthorizedAccess:IAMUser/MaliciousIPCaller", 5.0, 410, call("sts", "GetCallerIdentity")),
        dana("Impact:IAMUser/AnomalousBehavior", 8.0, 418, call("ec2", "RunInstances")),
        Entry {
            story: Story::BreakGlass,
            sample: by_user(&BREAK_GLASS, "192.0.2.91", emergency),
            form: Form::GuardDutyEvent,
        },
        auditor("Discovery:IAMUser/AnomalousBehavior", 510, call("organizations", "ListAccounts")),
        auditor("Stealth:IAMUser/PasswordPolicyChange", 515, call("iam", "UpdateAccountPasswordPolicy")),
    ]
}

/// Port probes of the load balancer, the first one delivered twice.
fn probes() -> Vec<Entry> {
    let ports = [22, 80, 443, 3389, 8080];
    let mut all: Vec<Entry> = Vec::new();
    for (minute, (port, last)) in (60..).step_by(35).zip(ports.into_iter().zip(10..)) {
        let title = format!("Unprotected port {port} of the edge proxy is being probed by a known scanner.");
        let sample = Sample {
            remote: Some(remote(&format!("192.0.2.{last}"), Some("Scanners"))),
            act: Act::PortProbe(port),
            count: 12,
            ..guardduty("Recon:EC2/PortProbeUnprotectedPort", 2.0, minute, &title)
        };
        all.push(noise(on_host(&EDGE_PROXY, sample), Form::GuardDutyEvent));
    }
    all.extend(all.first().cloned());
    all
}

/// The staging host: one finding by all three routes, one archived; and the host that a stack manages.
fn staging() -> Vec<Entry> {
    let lookup = |kind, score, minute, domain: &str| Sample {
        act: Act::Dns(domain.to_owned()),
        ..guardduty(kind, score, minute, &format!("An instance queried the domain {domain}."))
    };
    let drop_point =
        on_host(&STAGING_WEB, lookup("Trojan:EC2/DropPoint!DNS", 5.0, 230, "drop-point.example.com"));
    let forms = [Form::GuardDutyEvent, Form::AsffEvent, Form::OcsfEvent];
    let mut all: Vec<Entry> = forms.into_iter().map(|form| noise(drop_point.clone(), form)).collect();
    let rdp = Sample {
        remote: Some(remote("192.0.2.20", Some("ProofPoint"))),
        act: connection(Direction::Inbound, 3389),
        ..guardduty("UnauthorizedAccess:EC2/RDPBruteForce", 2.0, 90, "RDP brute force against staging.")
    };
    let archived = Sample {
        remote: Some(remote("192.0.2.21", None)),
        act: connection(Direction::Outbound, 40_022),
        record_state: RecordState::Archived,
        ..guardduty("Behavior:EC2/NetworkPortUnusual", 5.0, 260, "Staging speaks on an unusual port.")
    };
    let reputation =
        lookup("Impact:EC2/SuspiciousDomainRequest.Reputation", 2.0, 270, "new-domain.example.com");
    all.push(noise(on_host(&STAGING_WEB, rdp), Form::GuardDutyEvent));
    all.push(noise(on_host(&STAGING_WEB, archived), Form::GuardDutyEvent));
    all.push(noise(on_host(&STAGING_WEB, reputation), Form::AsffEvent));
    let managed = lookup("Trojan:EC2/DNSDataExfiltration", 8.0, 470, "chunk-0001.exfil.example.com");
    all.push(Entry {
        story: Story::ManagedByStack,
        sample: on_host(&REPORTING, managed),
        form: Form::GuardDutyEvent,
    });
    all
}

/// One finding each on a database, a cluster and a function.
fn workloads() -> Vec<Entry> {
    let from = |ip: &str| Some(remote(ip, Some("ProofPoint")));
    let login = Sample {
        account: DEV.to_owned(),
        targets: vec![Target::Database("staging-orders".to_owned())],
        remote: from("192.0.2.40"),
        act: Act::RdsLogin("report_reader".to_owned()),
        ..guardduty("CredentialAccess:RDS/AnomalousBehavior.FailedLogin", 2.0, 530, "Unusual failed logins.")
    };
    let cluster = Sample {
        account: DEV.to_owned(),
        targets: vec![Target::EksCluster("tools".to_owned())],
        principal: Some(named("KubernetesUser", "tools-dashboard", DEV)),
        remote: Some(remote("192.0.2.50", Some("Tor Exit Node"))),
        act: Act::Kubernetes("/api/v1/namespaces".to_owned()),
        ..guardduty("Discovery:Kubernetes/TorIPCaller", 5.0, 545, "A Kubernetes API was invoked from Tor.")
    };
    let function = Sample {
        account: DEV.to_owned(),
        targets: vec![Target::Function("thumbnailer".to_owned())],
        remote: Some(remote("192.0.2.60", None)),
        act: connection(Direction::Outbound, 40_400),
        ..guardduty("Trojan:Lambda/BlackholeTraffic", 5.0, 560, "A function speaks to a black hole.")
    };
    vec![
        noise(login, Form::GuardDutyEvent),
        noise(cluster, Form::GuardDutyEvent),
        noise(function, Form::OcsfEvent),
    ]
}

/// One finding each by a pipeline's role on a website's bucket and by the root user.
fn principals() -> Vec<Entry> {
    let website = Sample {
        account: PROD.to_owned(),
        targets: vec![Target::Bucket("example-website".to_owned())],
        tags: vec![Tag { key: "Environment", value: "prod" }],
        principal: Some(named("AssumedRole", "web-pipeline", PROD)),
        remote: Some(remote("192.0.2.61", None)),
        act: call("s3", "PutBucketPublicAccessBlock"),
        ..guardduty(
            "Policy:S3/BucketBlockPublicAccessDisabled",
            2.0,
            575,
            "Block Public Access was disabled.",
        )
    };
    let root = Sample {
        account: PROD.to_owned(),
        targets: vec![Target::AccessKey],
        principal: Some(named("Root", "Root", PROD)),
        remote: Some(remote("192.0.2.30", None)),
        act: call("account", "GetContactInformation"),
        ..guardduty(
            "Policy:IAMUser/RootCredentialUsage",
            2.0,
            590,
            "An API was invoked with root credentials.",
        )
    };
    vec![noise(website, Form::AsffEvent), noise(root, Form::GuardDutyApi)]
}

fn named(kind: &str, name: &str, account: &str) -> Principal {
    let name = name.to_owned();
    Principal { kind: kind.to_owned(), name, account: account.to_owned(), ..Principal::default() }
}

/// What "generate sample findings" makes: shown, never acted on.
fn guardduty_sample() -> Entry {
    let sample = Sample {
        account: DEV.to_owned(),
        targets: vec![Target::Instance { id: "i-99999999".to_owned(), details: Default::default() }],
        remote: Some(remote("192.0.2.70", None)),
        act: connection(Direction::Outbound, 40_500),
        sample: true,
        ..guardduty(
            "Backdoor:EC2/DenialOfService.Tcp",
            8.0,
            600,
            "[SAMPLE] An instance may be flooding a host.",
        )
    };
    noise(sample, Form::GuardDutyEvent)
}
