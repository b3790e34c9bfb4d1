//! One small description of a finding, from which every wire form is written.
//!
//! Apart from the forms, so that one finding in three forms says the same thing three times.

use soc_domain::finding::{ApiCall, Compliance, Instance, Principal, RecordState, Remote, WorkflowStatus};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;

/// Who says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Product {
    /// Amazon GuardDuty: the only one with a form of its own beside ASFF and OCSF.
    #[default]
    GuardDuty,
    /// Security Hub's controls.
    SecurityHub,
    /// Amazon Inspector.
    Inspector,
    /// Amazon Macie.
    Macie,
}

/// One tag of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
}

/// One container of a workload or task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Container {
    /// The runtime's id.
    pub id: String,
    /// Its name in the workload.
    pub name: String,
    /// The image that it was started from.
    pub image: String,
}

/// What a finding is about. Names are bare; ARNs are built from them with the sample's account and region.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// An EC2 instance.
    Instance {
        /// `i-` and 17 hexadecimal digits.
        id: String,
        /// Image, profile and interfaces.
        details: Instance,
    },
    /// The access key of the sample's principal.
    AccessKey,
    /// An S3 bucket.
    Bucket(String),
    /// An object in a bucket.
    Object {
        /// The bucket's name.
        bucket: String,
        /// The object's key.
        key: String,
    },
    /// An EKS cluster.
    EksCluster(String),
    /// A Kubernetes workload in the sample's cluster; only GuardDuty's own forms name it.
    Workload {
        /// Its namespace.
        namespace: String,
        /// What it is: `pods`, `deployments`, ...
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A container, of the sample's workload if it has one.
    Container(Container),
    /// An ECS cluster.
    EcsCluster(String),
    /// An RDS instance.
    Database(String),
    /// A Lambda function.
    Function(String),
    /// An EBS volume, by `vol-` and 17 hexadecimal digits.
    Volume(String),
    /// An EBS snapshot, by `snap-` and 17 hexadecimal digits.
    Snapshot(String),
    /// A machine image, by `ami-` and 17 hexadecimal digits.
    Image(String),
    /// A recovery point of AWS Backup, by its UUID.
    RecoveryPoint(String),
    /// Anything else that a control looks at.
    Named {
        /// ASFF's type, such as `AwsIamUser`.
        kind: &'static str,
        /// Its ARN.
        arn: String,
    },
}

impl Target {
    /// Whether findings show tags of such a resource.
    fn can_have_tags(&self) -> bool {
        match self {
            Self::Instance { .. }
            | Self::Bucket(_)
            | Self::EksCluster(_)
            | Self::EcsCluster(_)
            | Self::Database(_)
            | Self::Function(_)
            | Self::Named { .. } => true,
            Self::AccessKey
            | Self::Object { .. }
            | Self::Workload { .. }
            | Self::Container(_)
            | Self::Volume(_)
            | Self::Snapshot(_)
            | Self::Image(_)
            | Self::RecoveryPoint(_) => false,
        }
    }
}

/// Which way a connection went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the remote address to the resource.
    Inbound,
    /// From the resource to the remote address.
    Outbound,
}

/// What was observed.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Act {
    /// Nothing beyond the finding's own words.
    #[default]
    Nothing,
    /// A call of an AWS API.
    Api(ApiCall),
    /// A connection; the port is the resource's own.
    Connection {
        /// Which way.
        direction: Direction,
        /// The resource's port.
        local_port: u16,
    },
    /// A scan of this port.
    PortProbe(u16),
    /// A look-up of this domain.
    Dns(String),
    /// A process with this path.
    Process(String),
    /// A login to a database as this user.
    RdsLogin(String),
    /// A call of the Kubernetes API: the request's path.
    Kubernetes(String),
    /// A scan that found a file with this path.
    Malware(String),
}

/// One signal of an attack sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// The product's own id of the finding that is the signal.
    pub id: String,
    /// That finding's type.
    pub kind: String,
    /// That finding's score.
    pub score: f64,
    /// When the signal was first seen.
    pub first_seen: Timestamp,
    /// When the signal was last seen.
    pub last_seen: Timestamp,
}

/// What an attack sequence says beyond a finding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sequence {
    /// What it was joined from.
    pub signals: Vec<Signal>,
    /// ATT&CK tactics by name.
    pub tactics: Vec<&'static str>,
    /// ATT&CK technique ids.
    pub techniques: Vec<&'static str>,
    /// Sensitive calls, as `service:Operation`.
    pub calls: Vec<&'static str>,
}

/// One finding to be written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// Who says it.
    pub product: Product,
    /// GuardDuty's type, the control's id, the vulnerability's id or the policy's type.
    pub kind: String,
    /// The product's own id: for GuardDuty the part after `/finding/`.
    pub id: String,
    /// GuardDuty's number, 1.0 to 10.0; 0.0 is Informational.
    pub score: f64,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// One line.
    pub title: String,
    /// A paragraph.
    pub description: String,
    /// The affected resources, the most important first.
    pub targets: Vec<Target>,
    /// The tags of the first resource that can have any: a key, an object, a workload cannot.
    pub tags: Vec<Tag>,
    /// Who acted.
    pub principal: Option<Principal>,
    /// The address at the other end.
    pub remote: Option<Remote>,
    /// What was observed.
    pub act: Act,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When the product last changed the finding.
    pub updated_at: Timestamp,
    /// How often it was seen.
    pub count: u32,
    /// Active or archived.
    pub record_state: RecordState,
    /// What people did with it.
    pub workflow: WorkflowStatus,
    /// For controls: passed or failed.
    pub compliance: Option<Compliance>,
    /// Made by GuardDuty's own "generate sample findings".
    pub sample: bool,
    /// For attack sequences.
    pub sequence: Option<Sequence>,
}

impl Sample {
    /// The severity that the score means.
    #[must_use]
    pub fn severity(&self) -> Severity {
        Severity::from_guardduty(self.score)
    }

    /// The id under which the product files the finding: an ARN, but for Macie.
    #[must_use]
    pub fn uid(&self) -> String {
        let (region, account, id) = (&self.region, &self.account, &self.id);
        match self.product {
            Product::GuardDuty => {
                format!("arn:aws:guardduty:{region}:{account}:detector/{}/finding/{id}", self.detector())
            }
            Product::SecurityHub => {
                format!("arn:aws:securityhub:{region}:{account}:security-control/{}/finding/{id}", self.kind)
            }
            Product::Inspector => format!("arn:aws:inspector2:{region}:{account}:finding/{id}"),
            Product::Macie => id.clone(),
        }
    }

    /// The id of the account's detector: one for each account.
    #[must_use]
    pub fn detector(&self) -> String {
        format!("d37ec70{:0>25}", self.account)
    }

    /// The access key that acted, if there is one.
    #[must_use]
    pub fn access_key(&self) -> Option<&str> {
        self.principal.as_ref()?.access_key_id.as_deref()
    }

    /// The ARN of one of the sample's resources; what has none in AWS (access keys, workloads, containers) gives
    /// its id.
    #[must_use]
    pub fn arn_of(&self, target: &Target) -> String {
        let (region, account) = (&self.region, &self.account);
        match target {
            Target::Instance { id, .. } => format!("arn:aws:ec2:{region}:{account}:instance/{id}"),
            Target::AccessKey => self.access_key().unwrap_or_default().to_owned(),
            Target::Bucket(name) => format!("arn:aws:s3:::{name}"),
            Target::Object { bucket, key } => format!("arn:aws:s3:::{bucket}/{key}"),
            Target::Workload { namespace, kind, name } => format!("{namespace}/{kind}/{name}"),
            Target::Container(container) => container.id.clone(),
            Target::Volume(id) => format!("arn:aws:ec2:{region}:{account}:volume/{id}"),
            Target::Snapshot(id) => format!("arn:aws:ec2:{region}::snapshot/{id}"),
            Target::Image(id) => format!("arn:aws:ec2:{region}::image/{id}"),
            Target::RecoveryPoint(id) => format!("arn:aws:backup:{region}:{account}:recovery-point:{id}"),
            Target::EksCluster(name) => format!("arn:aws:eks:{region}:{account}:cluster/{name}"),
            Target::EcsCluster(name) => format!("arn:aws:ecs:{region}:{account}:cluster/{name}"),
            Target::Database(name) => format!("arn:aws:rds:{region}:{account}:db:{name}"),
            Target::Function(name) => format!("arn:aws:lambda:{region}:{account}:function:{name}"),
            Target::Named { arn, .. } => arn.clone(),
        }
    }

    /// The tags of one of the sample's resources.
    #[must_use]
    pub fn tags_of(&self, target: &Target) -> &[Tag] {
        let tagged = self.targets.iter().find(|one| one.can_have_tags());
        if tagged == Some(target) { &self.tags } else { &[] }
    }

    /// The process behind it: the one observed, or for other acts that the runtime agent saw, the one that did it.
    #[must_use]
    pub fn process(&self) -> Option<&str> {
        match &self.act {
            Act::Process(path) => Some(path),
            Act::Nothing
            | Act::Api(_)
            | Act::Connection { .. }
            | Act::PortProbe(_)
            | Act::Dns(_)
            | Act::RdsLogin(_)
            | Act::Kubernetes(_)
            | Act::Malware(_) => self.kind.contains(":Runtime/").then_some("/usr/local/bin/updater"),
        }
    }

    /// Whether GuardDuty joined it from several signals.
    #[must_use]
    pub fn is_sequence(&self) -> bool {
        self.sequence.is_some()
    }
}
