//! The resources of the simulated account, as one closed list; pure.
//!
//! It is apart from the file that holds them, so that what the account accepts can be read in one place.
//! A state has one text form: fields in the order of the type, maps and sets sorted.

use serde::{Deserialize, Serialize};
use soc_domain::action::Change;

use super::ec2::{Instance, NetworkAcl, SecurityGroup, Volume, Vpc};
use super::iam::{AccessKey, InstanceProfile, Role};
use super::s3::Bucket;

/// Why a change was refused: the API's own code, and words.
pub(super) type Refusal = &'static str;

/// A change that no resource of that kind knows.
pub(super) const OTHER_KIND: Refusal = "InvalidAction: the change is for another kind of resource";

/// The state of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ResourceState {
    /// An access key of a user.
    AccessKey(AccessKey),
    /// A role.
    Role(Role),
    /// An instance profile.
    InstanceProfile(InstanceProfile),
    /// An instance.
    Instance(Instance),
    /// A VPC.
    Vpc(Vpc),
    /// A volume and its snapshots.
    Volume(Volume),
    /// A security group.
    SecurityGroup(SecurityGroup),
    /// A network ACL.
    NetworkAcl(NetworkAcl),
    /// A bucket.
    Bucket(Bucket),
}

impl ResourceState {
    /// The name of its kind, as in ARNs: `access-key`, `instance`, `vpc`, ...
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self {
            Self::AccessKey(_) => "access-key",
            Self::Role(_) => "role",
            Self::InstanceProfile(_) => "instance-profile",
            Self::Instance(_) => "instance",
            Self::Vpc(_) => "vpc",
            Self::Volume(_) => "volume",
            Self::SecurityGroup(_) => "security-group",
            Self::NetworkAcl(_) => "network-acl",
            Self::Bucket(_) => "bucket",
        }
    }

    /// Reads the text form; unknown fields are refused.
    ///
    /// # Errors
    /// The text is no state of a resource.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The text form: the same state is always the same text.
    ///
    /// # Errors
    /// None that this form can give.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn id(&self) -> &str {
        match self {
            Self::AccessKey(key) => &key.key_id,
            Self::Role(role) => &role.role_name,
            Self::InstanceProfile(profile) => &profile.profile,
            Self::Instance(instance) => &instance.instance_id,
            Self::Vpc(vpc) => &vpc.vpc_id,
            Self::Volume(volume) => &volume.volume_id,
            Self::SecurityGroup(group) => &group.group_id,
            Self::NetworkAcl(acl) => &acl.acl_id,
            Self::Bucket(bucket) => &bucket.bucket,
        }
    }

    /// Whether `arn` names this resource: its last part is the id. A bucket's has nothing before it.
    pub(super) fn belongs_to(&self, arn: &str) -> bool {
        let Some(resource) = arn.splitn(6, ':').nth(5) else { return false };
        if let Self::Bucket(bucket) = self {
            return resource == bucket.bucket && arn.contains(":s3:::");
        }
        let rest = resource.strip_prefix(self.what()).filter(|rest| rest.starts_with('/'));
        rest.is_some_and(|rest| rest.rsplit('/').next() == Some(self.id()))
    }

    /// The ARNs of what it uses; none for kinds of which nobody asks.
    pub(super) fn uses(&self, arn: &str) -> Option<Vec<String>> {
        match self {
            Self::Instance(instance) => Some(instance.uses(arn)),
            Self::NetworkAcl(acl) => Some(acl.uses(arn)),
            Self::AccessKey(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::Vpc(_)
            | Self::Volume(_)
            | Self::SecurityGroup(_)
            | Self::Bucket(_) => None,
        }
    }

    /// Makes a change of exactly this resource; otherwise says why not, and nothing is changed.
    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        match self {
            Self::AccessKey(key) => key.change(change),
            Self::Role(role) => role.change(change),
            Self::Instance(instance) => instance.change(change),
            Self::Volume(volume) => volume.change(change),
            Self::SecurityGroup(group) => group.change(change),
            Self::NetworkAcl(acl) => acl.change(change),
            Self::Bucket(bucket) => bucket.change(change),
            Self::Vpc(_) | Self::InstanceProfile(_) => Err(OTHER_KIND),
        }
    }
}
