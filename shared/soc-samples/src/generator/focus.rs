//! What a generated incident is about, and which types go with that.
//!
//! Apart from the incident, because it says once for the whole stream which types come in which order: every
//! type and every control comes up, however the seed falls, once there are enough findings.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use soc_domain::catalogue::{Control, controls, guardduty_types};
use soc_domain::finding_type::FindingType;

/// What an incident is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Focus {
    /// An instance, from the network, from inside and by scans.
    Host,
    /// An IAM user's key.
    Key,
    /// A role's session.
    Session,
    /// The root user: of one account there is one, so a stream has one such incident.
    Root,
    /// A bucket.
    Bucket,
    /// A function.
    Function,
    /// An EKS cluster and what runs in it.
    Cluster,
    /// An ECS cluster.
    Tasks,
    /// A database.
    Database,
    /// Images, backups and probed ports, each by itself: nothing connects them with each other or what else there is.
    Apart,
    /// Controls.
    Posture,
}

/// Twenty incidents in a row; then the same again, but for the root user and what stands apart.
const ROUND: [Focus; 20] = [
    Focus::Host,
    Focus::Key,
    Focus::Host,
    Focus::Bucket,
    Focus::Posture,
    Focus::Host,
    Focus::Session,
    Focus::Cluster,
    Focus::Host,
    Focus::Database,
    Focus::Host,
    Focus::Key,
    Focus::Function,
    Focus::Cluster,
    Focus::Posture,
    Focus::Bucket,
    Focus::Root,
    Focus::Tasks,
    Focus::Apart,
    Focus::Posture,
];

impl Focus {
    /// What the incident `number` of a stream is about.
    pub(super) fn at(number: u64) -> Self {
        let turn = usize::try_from(number % 20).unwrap_or_default();
        match ROUND.get(turn).copied().unwrap_or(Self::Host) {
            Self::Root if number >= 20 => Self::Key,
            Self::Apart if number >= 20 => Self::Host,
            focus => focus,
        }
    }

    /// How many incidents before `number` are about the same; a stream of one type counts all.
    pub(super) fn ordinal(self, number: u64) -> u64 {
        let in_round = |from: u64, to: u64| (from..to).filter(|at| Self::at(*at) == self).count() as u64;
        match number / 20 {
            0 => in_round(0, number),
            rounds => in_round(0, 20) + (rounds - 1) * in_round(20, 40) + in_round(20, 20 + number % 20),
        }
    }

    /// What a type or a control is about, also one that nobody knows.
    pub(super) fn of(kind: &str) -> Self {
        let parts = FindingType::parse(kind);
        match (parts.resource, parts.family, parts.variant) {
            _ if !kind.contains(':') => Self::Posture,
            (_, _, "AMI" | "Snapshot" | "RecoveryPoint") | (_, "PortProbeUnprotectedPort", _) => Self::Apart,
            ("IAMUser", "RootCredentialUsage" | "ShortTermRootCredentialUsage", _) => Self::Root,
            ("IAMUser", "InstanceCredentialExfiltration" | "ResourceCredentialExfiltration", _) => {
                Self::Session
            }
            ("IAMUser" | "IAM", ..) => Self::Key,
            ("S3", ..) => Self::Bucket,
            ("Lambda", ..) => Self::Function,
            ("Kubernetes" | "EKS", ..) => Self::Cluster,
            ("ECS", ..) => Self::Tasks,
            ("RDS", ..) => Self::Database,
            _ => Self::Host,
        }
    }

    /// The word by which its things are called.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Host | Self::Apart => "host",
            Self::Key | Self::Session | Self::Root => "user",
            Self::Bucket => "bucket",
            Self::Function => "function",
            Self::Cluster => "cluster",
            Self::Tasks => "tasks",
            Self::Database => "database",
            Self::Posture => "posture",
        }
    }

    /// A control on the one type of resource that the incident `number` is about.
    pub(super) fn control_on_one_thing(self, number: u64, index: u64) -> &'static str {
        let groups = &*BY_RESOURCE;
        let at = |count: usize, turn: u64| usize::try_from(turn).unwrap_or_default() % count.max(1);
        let group = groups.get(at(groups.len(), self.ordinal(number)));
        group.and_then(|group| group.get(at(group.len(), index))).map_or("S3.8", |row| row.id)
    }

    /// Whether an incident of this focus may send a type.
    fn takes(self, kind: &str) -> bool {
        let of_type = Self::of(kind);
        let runtime = FindingType::parse(kind).resource == "Runtime";
        of_type == self
            || runtime && matches!(self, Self::Cluster | Self::Tasks)
            || self == Self::Session && of_type == Self::Key
    }
}

/// Controls by type of resource, without those on accounts, which nothing joins.
static BY_RESOURCE: LazyLock<Vec<Vec<&'static Control>>> = LazyLock::new(|| {
    let mut groups: BTreeMap<&str, Vec<&'static Control>> = BTreeMap::new();
    for row in controls().iter().filter(|row| row.resource_type != "AwsAccount") {
        groups.entry(row.resource_type).or_default().push(row);
    }
    groups.into_values().collect()
});

/// The types of one focus.
pub(super) struct Kinds {
    all: Vec<&'static str>,
    high: Vec<&'static str>,
    /// The attack sequence that ends such an incident.
    pub(super) sequence: Option<&'static str>,
}

static KINDS: LazyLock<BTreeMap<Focus, Kinds>> = LazyLock::new(|| {
    let of = |focus: Focus| {
        let rows = || guardduty_types().iter().filter(move |row| focus.takes(row.name));
        let single = |name: &&str| !name.starts_with("AttackSequence:");
        Kinds {
            all: rows().map(|row| row.name).filter(single).collect(),
            high: rows().filter(|row| row.score >= 8.0).map(|row| row.name).filter(single).collect(),
            sequence: rows().map(|row| row.name).find(|name| !single(name)),
        }
    };
    ROUND.into_iter().map(|focus| (focus, of(focus))).collect()
});

static NOTHING: Kinds = Kinds { all: Vec::new(), high: Vec::new(), sequence: None };

impl Kinds {
    /// The types that an incident of this focus sends.
    pub(super) fn of(focus: Focus) -> &'static Self {
        KINDS.get(&focus).unwrap_or(&NOTHING)
    }

    /// The type whose turn it is.
    pub(super) fn at(&self, turn: u64) -> &'static str {
        pick(&self.all, turn)
    }

    /// Of the types of at least High, the one whose turn it is.
    pub(super) fn high(&self, turn: u64) -> &'static str {
        pick(&self.high, turn)
    }
}

fn pick(from: &[&'static str], turn: u64) -> &'static str {
    let count = u64::try_from(from.len()).unwrap_or(1).max(1);
    let at = usize::try_from(turn % count).unwrap_or_default();
    from.get(at).copied().unwrap_or("UnauthorizedAccess:EC2/TorClient")
}
