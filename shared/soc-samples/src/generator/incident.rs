//! One generated incident: who and what it is about, and its findings.

use std::time::Duration;

use fastrand::Rng;
use soc_domain::catalogue::{
    Control, GuardDutyType, ResourceClass, control, controls, guardduty_type, guardduty_types,
};
use soc_domain::finding::{Compliance, Instance, Interface, Principal, Remote};
use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;

use super::{Plan, act, shape_of};
use crate::sample::{Product, Sample, Sequence, Signal, Tag, Target};
use crate::wire::Form;

/// 2025-06-01T00:00:00Z: long before the built-in day, so that neither correlates with the other.
const BASE: Timestamp = Timestamp::from_millis(1_748_736_000_000);
/// The accounts and the networks of the built-in stream, so that the simulated account can isolate in them.
const DEV: Home =
    Home { account: "111122223333", vpc: "vpc-0de5000000000001a", subnet: "subnet-0de5000000000001a" };
const PROD: Home =
    Home { account: "444455556666", vpc: "vpc-09a0d0000000001b2", subnet: "subnet-09a0d0000000001b2" };
const REGION: &str = "us-east-1";

/// Where an incident's things are.
#[derive(Clone, Copy)]
struct Home {
    account: &'static str,
    vpc: &'static str,
    subnet: &'static str,
}

/// What an incident is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Threat(ResourceClass),
    Posture,
}

/// What follows from an incident.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Automatic,
    Other,
}

/// A finding and the form in which it is sent.
pub(super) struct Made {
    pub(super) sample: Sample,
    pub(super) form: Form,
}

/// One incident; everything in it follows from the seed and its number.
pub(super) struct Incident {
    seed: u64,
    number: u64,
    start: Timestamp,
    fate: Fate,
    subject: Subject,
    only: Option<String>,
    home: Home,
    target: Target,
    tags: Vec<Tag>,
    principal: Option<Principal>,
    remote: Remote,
}

/// Mixes two numbers into one (the finaliser of `SplitMix64`).
pub(super) fn mix(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Incident {
    /// The incident `number` of a plan.
    pub(super) fn new(plan: &Plan, number: u64) -> Self {
        let mut rng = Rng::with_seed(mix(plan.seed, number));
        let fate = if number.is_multiple_of(10) { Fate::Automatic } else { Fate::Other };
        let subject = subject(plan.finding_type.as_deref(), fate, &mut rng);
        let environment = match fate {
            Fate::Automatic => "dev",
            Fate::Other if rng.bool() => "prod",
            Fate::Other => "staging",
        };
        let home = if environment == "prod" { PROD } else { DEV };
        let days = Duration::from_secs(86_400 * (plan.seed % 200));
        let start = BASE.plus(days).plus(Duration::from_secs(37 * number));
        let target = target(subject, home, &mut rng);
        let tags = vec![
            Tag { key: "Environment", value: environment },
            Tag { key: "ManagedBy", value: "load-generator" },
        ];
        let principal = principal(subject, home, &mut rng);
        let (seed, only) = (plan.seed, plan.finding_type.clone());
        Self {
            seed,
            number,
            start,
            fate,
            subject,
            only,
            home,
            target,
            tags,
            principal,
            remote: remote(number, fate),
        }
    }

    /// The finding `index` of `total`. All of them fall into one hour, at most two minutes apart.
    pub(super) fn finding(&self, index: u64, total: u64) -> Made {
        let mut rng = Rng::with_seed(mix(mix(self.seed, self.number), index));
        let step = (3_600_000 / total.max(1)).min(120_000);
        let seen = self.start.plus(Duration::from_millis(step * index));
        let id = sha256_hex(&[&self.seed.to_le_bytes(), &self.number.to_le_bytes(), &index.to_le_bytes()]);
        let count = rng.u32(1..40);
        let sample = Sample {
            id: id.chars().take(32).collect(),
            account: self.home.account.to_owned(),
            region: REGION.to_owned(),
            targets: vec![self.target.clone()],
            tags: self.tags.clone(),
            first_seen: seen,
            last_seen: seen.plus(Duration::from_secs(60)),
            updated_at: seen.plus(Duration::from_secs(180)),
            count,
            ..Sample::default()
        };
        match self.subject {
            Subject::Threat(class) => self.threat(sample, self.kind(index, class, &mut rng), &mut rng),
            Subject::Posture => self.posture(sample, &mut rng),
        }
    }

    /// The type and score of a finding: the first one of an automatic incident is High.
    fn kind(&self, index: u64, class: ResourceClass, rng: &mut Rng) -> TypeRowOrName {
        let high = self.fate == Fate::Automatic && index == 0;
        if let Some(name) = &self.only {
            let known = guardduty_type(name).map_or(5.0, |row| row.score);
            let known = if name.starts_with("AttackSequence:") { 9.0 } else { known };
            let score = if self.fate == Fate::Automatic { known.max(8.0) } else { known };
            return TypeRowOrName { name: name.clone(), score };
        }
        let fits = |row: &&GuardDutyType| {
            let host = class == ResourceClass::Instance && row.class == ResourceClass::Runtime;
            (row.class == class || host) && (!high || row.score >= 8.0)
        };
        let row = rng.choice(guardduty_types().iter().filter(fits).collect::<Vec<_>>());
        row.map_or_else(
            || TypeRowOrName { name: "UnauthorizedAccess:EC2/TorClient".to_owned(), score: 8.0 },
            |row| TypeRowOrName { name: row.name.to_owned(), score: row.score },
        )
    }

    fn threat(&self, sample: Sample, kind: TypeRowOrName, rng: &mut Rng) -> Made {
        let title = format!("{} was seen on {}.", kind.name, sample.arn_of(&self.target));
        let act = act::of(&kind.name, rng);
        let sequence = kind.name.starts_with("AttackSequence:").then(|| self.sequence(&sample));
        let native = sequence.is_some() || self.fate == Fate::Automatic;
        let form = match rng.u32(0..4) {
            0 if !native => Form::AsffEvent,
            1 if !native => Form::OcsfEvent,
            _ => Form::GuardDutyEvent,
        };
        let description =
            format!("{title} The activity differs from what this resource did in the past 90 days.");
        let remote = act::has_remote(&act).then(|| self.remote.clone());
        let principal = self.principal.clone();
        let (kind, score) = (kind.name, kind.score);
        Made {
            sample: Sample { kind, score, title, description, act, sequence, remote, principal, ..sample },
            form,
        }
    }

    fn sequence(&self, sample: &Sample) -> Sequence {
        let signal = |place: u64, kind: &str| Signal {
            id: sha256_hex(&[sample.id.as_bytes(), &place.to_le_bytes()]).chars().take(32).collect(),
            kind: kind.to_owned(),
            score: 5.0,
            first_seen: self.start,
            last_seen: sample.last_seen,
        };
        Sequence {
            signals: vec![
                signal(1, "Persistence:IAMUser/AnomalousBehavior"),
                signal(2, "Stealth:IAMUser/CloudTrailLoggingDisabled"),
            ],
            tactics: vec!["Persistence", "Defense Evasion"],
            techniques: vec!["T1098", "T1562.008"],
            calls: vec!["cloudtrail:StopLogging"],
        }
    }

    /// A control: half of them pass.
    fn posture(&self, sample: Sample, rng: &mut Rng) -> Made {
        let only = self.only.as_deref();
        let drawn: Option<&Control> = rng.choice(controls());
        let row = only.and_then(control).or(drawn);
        let id = only.or(row.map(|row| row.id)).unwrap_or("S3.8");
        let score = row.map_or(8.0, |row| row.score);
        let failed = rng.bool();
        let form = if rng.bool() { Form::AsffEvent } else { Form::OcsfEvent };
        let sample = Sample {
            product: Product::SecurityHub,
            kind: id.to_owned(),
            score: if failed { score } else { 0.0 },
            title: format!("{id} checks a setting of the resource"),
            description: format!("This control checks a setting that {id} of Security Hub describes."),
            compliance: Some(if failed { Compliance::Failed } else { Compliance::Passed }),
            ..sample
        };
        Made { sample, form }
    }
}

/// A type that may be none of the table's.
struct TypeRowOrName {
    name: String,
    score: f64,
}

fn subject(only: Option<&str>, fate: Fate, rng: &mut Rng) -> Subject {
    if let Some(name) = only {
        return if name.contains(':') { Subject::Threat(shape_of(name)) } else { Subject::Posture };
    }
    if fate == Fate::Automatic {
        return Subject::Threat(ResourceClass::Instance);
    }
    Subject::Threat(match rng.u32(0..100) {
        0..40 => ResourceClass::Instance,
        40..60 => ResourceClass::AccessKey,
        60..70 => ResourceClass::Bucket,
        70..75 => ResourceClass::Function,
        75..82 => ResourceClass::Cluster,
        82..88 => ResourceClass::Database,
        _ => return Subject::Posture,
    })
}

/// `digits` hexadecimal digits.
fn hex(rng: &mut Rng, digits: usize) -> String {
    (0..digits).map(|_digit| rng.digit(16)).collect()
}

fn target(subject: Subject, home: Home, rng: &mut Rng) -> Target {
    let name = hex(rng, 12);
    match subject {
        Subject::Posture => {
            Target::Named { kind: "AwsS3Bucket", arn: format!("arn:aws:s3:::example-posture-{name}") }
        }
        Subject::Threat(
            ResourceClass::Instance
            | ResourceClass::Runtime
            | ResourceClass::Malware
            | ResourceClass::AttackSequence
            | ResourceClass::Other,
        ) => Target::Instance { id: format!("i-{}", hex(rng, 17)), details: instance(home, rng) },
        Subject::Threat(ResourceClass::AccessKey) => Target::AccessKey,
        Subject::Threat(ResourceClass::Bucket) => Target::Bucket(format!("example-bucket-{name}")),
        Subject::Threat(ResourceClass::Function) => Target::Function(format!("function-{name}")),
        Subject::Threat(ResourceClass::Cluster) => Target::EksCluster(format!("cluster-{name}")),
        Subject::Threat(ResourceClass::Tasks) => Target::EcsCluster(format!("tasks-{name}")),
        Subject::Threat(ResourceClass::Database) => Target::Database(format!("database-{name}")),
    }
}

fn instance(home: Home, rng: &mut Rng) -> Instance {
    let interface = Interface {
        id: format!("eni-{}", hex(rng, 17)),
        vpc_id: home.vpc.to_owned(),
        subnet_id: home.subnet.to_owned(),
        groups: vec![format!("sg-{}", hex(rng, 17))],
        private_ip: Some(format!("10.{}.{}.{}", rng.u8(10..30), rng.u8(..), rng.u8(1..255))),
        public_ip: None,
    };
    let profile = format!("arn:aws:iam::{}:instance-profile/profile-{}", home.account, hex(rng, 6));
    Instance {
        profile_arn: Some(profile),
        image_id: Some(format!("ami-{}", hex(rng, 17))),
        interfaces: vec![interface],
    }
}

fn principal(subject: Subject, home: Home, rng: &mut Rng) -> Option<Principal> {
    let has_key = match subject {
        Subject::Threat(ResourceClass::AccessKey | ResourceClass::Bucket) => true,
        Subject::Threat(ResourceClass::Cluster) => false,
        Subject::Threat(
            ResourceClass::Instance
            | ResourceClass::Runtime
            | ResourceClass::Function
            | ResourceClass::Tasks
            | ResourceClass::Database
            | ResourceClass::Malware
            | ResourceClass::AttackSequence
            | ResourceClass::Other,
        )
        | Subject::Posture => return None,
    };
    let letters = |rng: &mut Rng| -> String { (0..9).map(|_letter| rng.digit(36)).collect::<String>() };
    let (user, key) = (letters(rng), letters(rng).to_ascii_uppercase());
    Some(Principal {
        kind: if has_key { "IAMUser" } else { "KubernetesUser" }.to_owned(),
        principal_id: has_key.then(|| format!("AIDA{}0EXAMPLE", user.to_ascii_uppercase())),
        access_key_id: has_key.then(|| format!("AKIA{key}EXAMPLE")),
        name: format!("user-{user}"),
        account: home.account.to_owned(),
    })
}

/// One address for each incident: the IPv4 ranges for documentation (RFC 5737) while they last, then IPv6's
/// (RFC 3849).
fn remote(number: u64, fate: Fate) -> Remote {
    let last = number % 254 + 1;
    let ip = match number / 254 {
        0 => format!("192.0.2.{last}"),
        1 => format!("198.51.100.{last}"),
        2 => format!("203.0.113.{last}"),
        _ => format!("2001:db8:{:x}:{:x}::1", (number >> 16) & 0xffff, number & 0xffff),
    };
    let listed = fate == Fate::Automatic || number.is_multiple_of(3);
    Remote {
        ip,
        port: Some(443),
        country: Some("Netherlands".to_owned()),
        organization: Some("Example Hosting".to_owned()),
        threat_lists: if listed { vec!["ProofPoint".to_owned()] } else { Vec::new() },
    }
}
