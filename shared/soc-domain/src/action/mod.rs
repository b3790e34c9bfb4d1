//! Actions: the steps that change something in an account, each with its target, its effect and its reversal.
//!
//! What an action means is decided here, purely; only an `Account` adapter touches anything. Each kind is one
//! file: what it proposes for, what it changes, how that is undone, how far it reaches.

mod block_bucket_public_access;
mod change;
mod deactivate_access_key;
mod deny_older_sessions;
mod deny_remote_address;
mod isolate_instance;
mod meaning;
mod record;
mod revoke_security_group_rule;
mod snapshot_volumes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::id::{IncidentId, Place};
use crate::severity::UnknownName;
use meaning::{Meaning, Subject};

pub use block_bucket_public_access::{BucketState, PublicAccessBlock};
pub use change::Change;
pub use deactivate_access_key::{AccessKeyState, KeyStatus};
pub use deny_older_sessions::{RoleState, sessions_policy_name};
pub use deny_remote_address::{AclEntry, AclState, Direction, Verdict as EntryVerdict};
pub use isolate_instance::InstanceState;
pub use meaning::Lasting;
pub use record::{Action, ActionState};
pub use revoke_security_group_rule::{IngressRule, RuleState};
pub use snapshot_volumes::{Snapshot, VolumesState, evidence_mark};

/// The actions that can be executed, in the order of execution: evidence before containment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionKind {
    /// Makes snapshots of an instance's volumes, for evidence.
    SnapshotVolumes,
    /// Sets a long-term access key of an IAM user to Inactive.
    DeactivateAccessKey,
    /// Denies a role's sessions that were issued before a moment.
    DenyOlderSessions,
    /// Swaps the security groups of an instance's interfaces for its VPC's quarantine group.
    IsolateInstance,
    /// Blocks all public access of a bucket.
    BlockBucketPublicAccess,
    /// Revokes the one rule of a security group that opens a port to everybody.
    RevokeSecurityGroupRule,
    /// Denies one remote address in the network ACL of a subnet.
    DenyRemoteAddress,
}

impl ActionKind {
    /// Every action, in the order of execution.
    pub const ALL: [Self; 7] = [
        Self::SnapshotVolumes,
        Self::DeactivateAccessKey,
        Self::DenyOlderSessions,
        Self::IsolateInstance,
        Self::BlockBucketPublicAccess,
        Self::RevokeSecurityGroupRule,
        Self::DenyRemoteAddress,
    ];

    const fn meaning(self) -> &'static Meaning {
        match self {
            Self::SnapshotVolumes => &snapshot_volumes::MEANING,
            Self::DeactivateAccessKey => &deactivate_access_key::MEANING,
            Self::DenyOlderSessions => &deny_older_sessions::MEANING,
            Self::IsolateInstance => &isolate_instance::MEANING,
            Self::BlockBucketPublicAccess => &block_bucket_public_access::MEANING,
            Self::RevokeSecurityGroupRule => &revoke_security_group_rule::MEANING,
            Self::DenyRemoteAddress => &deny_remote_address::MEANING,
        }
    }

    /// The name, as policies and ids have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.meaning().name
    }

    /// What it does and how it is undone, in one sentence for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        self.meaning().description
    }

    /// Whether it ends by itself.
    #[must_use]
    pub const fn lasting(self) -> Lasting {
        self.meaning().lasting
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ActionKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        const KNOWN: &str = "snapshot-volumes, deactivate-access-key, deny-older-sessions, isolate-instance, \
             block-bucket-public-access, revoke-security-group-rule, deny-remote-address";
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownName::new(text, "an action", KNOWN))
    }
}

/// Who may start an action, from the freest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The machine, within the policy's limits.
    Auto,
    /// A person consents first.
    Approve,
    /// A person does it; the machine never does.
    Guide,
}

impl Tier {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Approve => "approve",
            Self::Guide => "guide",
        }
    }
}

/// One action on one resource with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target {
    /// What to do.
    pub kind: ActionKind,
    /// To which resource, by ARN.
    pub resource: String,
    /// Where it is.
    pub place: Place,
    /// With what; canonical: sorted by name.
    pub parameters: BTreeMap<String, String>,
}

impl Target {
    /// A parameter; empty if there is none of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Whether doing this leaves nothing to do for `other`: it is the same, or the same and more. Sessions that
    /// are older than a moment are also older than a later one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self == other
            || deny_older_sessions::covers(self, other)
            || block_bucket_public_access::covers(self, other)
    }
}

/// What an account adapter saw of a target: what an action needs to know, and what its reversal needs back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Observation {
    /// The volumes of an instance.
    Volumes(VolumesState),
    /// An access key.
    AccessKey(AccessKeyState),
    /// A role.
    Role(RoleState),
    /// An instance.
    Instance(InstanceState),
    /// A bucket.
    Bucket(BucketState),
    /// The rules of a security group that open one port to one source.
    Rule(RuleState),
    /// The network ACL of a subnet.
    NetworkAcl(AclState),
}

impl Observation {
    /// The action that asks for such an observation.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Volumes(_) => ActionKind::SnapshotVolumes,
            Self::AccessKey(_) => ActionKind::DeactivateAccessKey,
            Self::Role(_) => ActionKind::DenyOlderSessions,
            Self::Instance(_) => ActionKind::IsolateInstance,
            Self::Bucket(_) => ActionKind::BlockBucketPublicAccess,
            Self::Rule(_) => ActionKind::RevokeSecurityGroupRule,
            Self::NetworkAcl(_) => ActionKind::DenyRemoteAddress,
        }
    }

    fn subject(&self) -> &dyn Subject {
        match self {
            Self::Volumes(state) => state,
            Self::AccessKey(state) => state,
            Self::Role(state) => state,
            Self::Instance(state) => state,
            Self::Bucket(state) => state,
            Self::Rule(state) => state,
            Self::NetworkAcl(state) => state,
        }
    }

    fn subject_mut(&mut self) -> &mut dyn Subject {
        match self {
            Self::Volumes(state) => state,
            Self::AccessKey(state) => state,
            Self::Role(state) => state,
            Self::Instance(state) => state,
            Self::Bucket(state) => state,
            Self::Rule(state) => state,
            Self::NetworkAcl(state) => state,
        }
    }

    /// The tags of the resource, or of its owner.
    #[must_use]
    pub fn tags(&self) -> &BTreeMap<String, String> {
        self.subject().tags()
    }

    /// The user or role that loses something, if it is one. Hostile.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.subject().principal()
    }

    /// Further ARNs that are touched, beside the target's.
    #[must_use]
    pub fn arns(&self) -> &[String] {
        self.subject().arns()
    }

    /// Everything that the action sets, by name, in words for people. Hostile.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, String> {
        self.subject().settings()
    }
}

/// What an action would do to what was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// This.
    Change(Change),
    /// Nothing: it is so already.
    AlreadyThere,
    /// It cannot be done; a person must see to it.
    Impossible {
        /// Why, in our words.
        why: String,
    },
}

impl Effect {
    fn impossible(why: &str) -> Self {
        Self::Impossible { why: why.to_owned() }
    }
}

/// The targets that `finding` calls for in its incident, by the rules of each action.
#[must_use]
pub fn propose(finding: &Finding, incident: IncidentId) -> Vec<Target> {
    ActionKind::ALL.into_iter().flat_map(|kind| (kind.meaning().propose)(finding, incident)).collect()
}

/// What the action of `target` would do to what was observed.
#[must_use]
pub fn effect(target: &Target, observed: &Observation) -> Effect {
    if observed.kind() != target.kind {
        return Effect::impossible("the account answered with another kind of resource");
    }
    observed.subject().effect(target)
}

/// The change that leads from `after` back to `before`; none if nothing that the action sets differs.
#[must_use]
pub fn reversal(before: &Observation, after: &Observation) -> Option<Change> {
    before.subject().reversal(after)
}

/// Whether two observations agree in everything that an action sets: the test for drift and for verification.
#[must_use]
pub fn same_state(one: &Observation, other: &Observation) -> bool {
    one.kind() == other.kind() && one.subject().is_same(other)
}

/// How many things an action touches: principals, instances, services.
#[must_use]
pub fn blast_radius(observed: &Observation) -> u32 {
    observed.subject().blast_radius()
}
