//! The changes that actions make, one for each call of an API.
//!
//! They are apart from the actions because an adapter needs all of them and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AclEntry, IngressRule, KeyStatus, Observation, PublicAccessBlock, Snapshot};

/// One change in an account. Applying it to what it was made from, and its reversal to the result, gives the
/// beginning again, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Change {
    /// Makes a snapshot of each volume, tagged with the mark (EC2 `CreateSnapshots`).
    CreateSnapshots {
        /// The instance.
        instance_id: String,
        /// Its volumes; the others are excluded.
        volumes: Vec<String>,
        /// The value of the tag `ai-soc:action`.
        mark: String,
    },
    /// Deletes exactly these snapshots, each of which carries the mark (EC2 `DeleteSnapshot`).
    DeleteSnapshots {
        /// The instance.
        instance_id: String,
        /// What was made.
        snapshots: Vec<Snapshot>,
        /// The value of the tag `ai-soc:action`.
        mark: String,
    },
    /// Sets the status of an access key (IAM `UpdateAccessKey`).
    SetKeyStatus {
        /// The user that owns it.
        user: String,
        /// The key.
        key_id: String,
        /// The status to set.
        status: KeyStatus,
    },
    /// Sets an inline policy of a role (IAM `PutRolePolicy`).
    PutRolePolicy {
        /// The role.
        role_name: String,
        /// The policy.
        policy_name: String,
        /// Its text.
        document: String,
    },
    /// Deletes an inline policy of a role (IAM `DeleteRolePolicy`).
    DeleteRolePolicy {
        /// The role.
        role_name: String,
        /// The policy.
        policy_name: String,
    },
    /// Sets the security groups of interfaces (EC2 `ModifyNetworkInterfaceAttribute`).
    SetGroups {
        /// The instance.
        instance_id: String,
        /// The groups of each interface, in order.
        interfaces: BTreeMap<String, Vec<String>>,
    },
    /// Sets the public access block of a bucket, or deletes it (S3 `PutPublicAccessBlock`,
    /// `DeletePublicAccessBlock`).
    SetPublicAccessBlock {
        /// The bucket.
        bucket: String,
        /// What to set; none deletes the configuration.
        block: Option<PublicAccessBlock>,
    },
    /// Takes one rule out of a security group (EC2 `RevokeSecurityGroupIngress`).
    RevokeIngress {
        /// The group.
        group_id: String,
        /// The rule.
        rule: IngressRule,
    },
    /// Puts one rule into a security group (EC2 `AuthorizeSecurityGroupIngress`).
    AuthorizeIngress {
        /// The group.
        group_id: String,
        /// The rule.
        rule: IngressRule,
    },
    /// Puts one entry into a network ACL (EC2 `CreateNetworkAclEntry`).
    CreateAclEntry {
        /// The network ACL.
        acl_id: String,
        /// The entry.
        entry: AclEntry,
    },
    /// Deletes exactly this entry of a network ACL (EC2 `DeleteNetworkAclEntry`).
    DeleteAclEntry {
        /// The network ACL.
        acl_id: String,
        /// The entry.
        entry: AclEntry,
    },
}

impl Change {
    /// What `observed` is after this change.
    #[must_use]
    pub fn applied_to(&self, observed: &Observation) -> Observation {
        let mut result = observed.clone();
        result.subject_mut().apply(self);
        result
    }
}
