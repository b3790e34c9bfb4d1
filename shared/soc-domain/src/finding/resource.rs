//! What a finding names: affected resources, principals, the addresses at the other end, observables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::Place;

/// What a resource is, as far as a decision depends on it; ASFF's type name where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ResourceKind {
    /// An EC2 instance.
    AwsEc2Instance,
    /// An access key of an IAM user, or a temporary one of a session.
    AwsIamAccessKey,
    /// An IAM user.
    AwsIamUser,
    /// An IAM role.
    AwsIamRole,
    /// An S3 bucket.
    AwsS3Bucket,
    /// An object in a bucket.
    AwsS3Object,
    /// An EKS cluster.
    AwsEksCluster,
    /// An ECS cluster.
    AwsEcsCluster,
    /// A container, wherever it runs.
    Container,
    /// A Kubernetes workload.
    KubernetesWorkload,
    /// An RDS instance or cluster.
    AwsRdsDbInstance,
    /// A Lambda function.
    AwsLambdaFunction,
    /// A volume or snapshot.
    AwsEc2Volume,
    /// A security group.
    AwsEc2SecurityGroup,
    /// The account itself.
    AwsAccount,
    /// Anything else.
    Other,
}

/// One affected thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The ARN, built from its parts where the record gives none. AWS has no ARN for an access key; ours is
    /// `arn:PARTITION:iam::ACCOUNT:access-key/ID`.
    pub arn: String,
    /// What it is.
    pub kind: ResourceKind,
    /// The short id: instance id, key id, bucket name.
    pub id: String,
    /// Where it is.
    pub place: Place,
    /// Its tags, as the record gives them. Hostile.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// For an instance: how it is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<Instance>,
}

/// What a response needs to know of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The ARN of the instance profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_arn: Option<String>,
    /// The image that it was started from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// Its network interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Interface>,
}

/// One network interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// `eni-...`; may be empty.
    pub id: String,
    /// `vpc-...`; may be empty.
    pub vpc_id: String,
    /// `subnet-...`; may be empty.
    pub subnet_id: String,
    /// The ids of its security groups.
    pub groups: Vec<String>,
    /// The private address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_ip: Option<String>,
    /// The public address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
}

/// Who acted: a user, a role's session, the root user, a service, a database or Kubernetes user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// `IAMUser`, `AssumedRole`, `Root`, `AWSService`, `KubernetesUser`, `DatabaseUser`, ... as given.
    pub kind: String,
    /// The user's or role's name. Hostile.
    pub name: String,
    /// The unique id (`AIDA...`, `AROA...:session`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The access key that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The account of the principal.
    pub account: String,
}

/// One address at the other end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// IPv4 or IPv6, as given.
    pub ip: String,
    /// The remote port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The country's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The owner of the address: organisation or autonomous system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The threat lists that name this address, by the product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threat_lists: Vec<String>,
}

/// What an observable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObservableKind {
    /// A domain name.
    Domain,
    /// A file hash.
    Hash,
    /// A path of a process or file.
    Path,
    /// The name of malware or of a threat.
    Threat,
    /// A client's user agent.
    UserAgent,
}

/// A thing seen in a finding that can be looked for elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observable {
    /// What it is.
    pub kind: ObservableKind,
    /// Its value. Hostile.
    pub value: String,
}
