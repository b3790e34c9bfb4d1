//! Actions: the steps that change something in an account, each with its target, its effect and its reversal.
//!
//! What an action means is decided here, purely; only an `Account` adapter touches anything. Each kind is one
//! file: what it proposes for, what it changes, how that is undone, how far it reaches.

mod deactivate_access_key;
mod isolate_instance;
mod record;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::id::Place;
use crate::severity::UnknownName;

pub use deactivate_access_key::{AccessKeyState, KeyStatus};
pub use isolate_instance::InstanceState;
pub use record::{Action, ActionState};

/// The actions that can be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionKind {
    /// Sets a long-term access key of an IAM user to Inactive.
    DeactivateAccessKey,
    /// Swaps the security groups of an instance's interfaces for its VPC's quarantine group.
    IsolateInstance,
}

impl ActionKind {
    /// Every action.
    pub const ALL: [Self; 2] = [Self::DeactivateAccessKey, Self::IsolateInstance];

    /// The name, as policies and ids have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeactivateAccessKey => "deactivate-access-key",
            Self::IsolateInstance => "isolate-instance",
        }
    }

    /// What it does and how it is undone, in one sentence for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::DeactivateAccessKey => deactivate_access_key::DESCRIPTION,
            Self::IsolateInstance => isolate_instance::DESCRIPTION,
        }
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
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownName::new(text, "an action", "deactivate-access-key, isolate-instance"))
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

/// What an account adapter saw of a target: what an action needs to know, and what its reversal needs back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Observation {
    /// An access key.
    AccessKey(AccessKeyState),
    /// An instance.
    Instance(InstanceState),
}

impl Observation {
    /// The tags of the resource, or of its owner.
    #[must_use]
    pub fn tags(&self) -> &BTreeMap<String, String> {
        match self {
            Self::AccessKey(key) => &key.tags,
            Self::Instance(instance) => &instance.tags,
        }
    }
}

/// One change in an account. Applying it to what it was made from, and its reversal to the result, gives the
/// beginning again, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Change {
    /// Sets the status of an access key (IAM `UpdateAccessKey`).
    SetKeyStatus {
        /// The user that owns it.
        user: String,
        /// The key.
        key_id: String,
        /// The status to set.
        status: KeyStatus,
    },
    /// Sets the security groups of interfaces (EC2 `ModifyNetworkInterfaceAttribute`).
    SetGroups {
        /// The instance.
        instance_id: String,
        /// The groups of each interface, in order.
        interfaces: BTreeMap<String, Vec<String>>,
    },
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

/// The targets that `finding` calls for, by the rules of each action.
#[must_use]
pub fn propose(finding: &Finding) -> Vec<Target> {
    let mut targets = deactivate_access_key::propose(finding);
    targets.extend(isolate_instance::propose(finding));
    targets
}

/// What the action of `target` would do to what was observed.
#[must_use]
pub fn effect(target: &Target, observed: &Observation) -> Effect {
    match (target.kind, observed) {
        (ActionKind::DeactivateAccessKey, Observation::AccessKey(key)) => deactivate_access_key::effect(key),
        (ActionKind::IsolateInstance, Observation::Instance(instance)) => isolate_instance::effect(instance),
        (ActionKind::DeactivateAccessKey, Observation::Instance(_))
        | (ActionKind::IsolateInstance, Observation::AccessKey(_)) => {
            Effect::Impossible { why: "the account answered with another kind of resource".to_owned() }
        }
    }
}

/// The change that leads from `after` back to `before`; none if nothing that the action sets differs.
#[must_use]
pub fn reversal(before: &Observation, after: &Observation) -> Option<Change> {
    match (before, after) {
        (Observation::AccessKey(before), Observation::AccessKey(after)) => {
            deactivate_access_key::reversal(before, after)
        }
        (Observation::Instance(before), Observation::Instance(after)) => {
            isolate_instance::reversal(before, after)
        }
        (Observation::AccessKey(_), Observation::Instance(_))
        | (Observation::Instance(_), Observation::AccessKey(_)) => None,
    }
}

/// Whether two observations agree in everything that an action sets: the test for drift and for verification.
#[must_use]
pub fn same_state(one: &Observation, other: &Observation) -> bool {
    match (one, other) {
        (Observation::AccessKey(one), Observation::AccessKey(other)) => one.status == other.status,
        (Observation::Instance(one), Observation::Instance(other)) => one.interfaces == other.interfaces,
        (Observation::AccessKey(_), Observation::Instance(_))
        | (Observation::Instance(_), Observation::AccessKey(_)) => false,
    }
}

/// How many things an action touches: principals, instances, services.
#[must_use]
pub fn blast_radius(observed: &Observation) -> u32 {
    match observed {
        Observation::AccessKey(key) => deactivate_access_key::blast_radius(key),
        Observation::Instance(instance) => isolate_instance::blast_radius(instance),
    }
}

impl Change {
    /// What `observed` is after this change.
    #[must_use]
    pub fn applied_to(&self, observed: &Observation) -> Observation {
        let mut result = observed.clone();
        match (self, &mut result) {
            (Self::SetKeyStatus { status, .. }, Observation::AccessKey(key)) => key.status = *status,
            (Self::SetGroups { interfaces, .. }, Observation::Instance(instance)) => {
                for (interface, groups) in interfaces {
                    instance.interfaces.insert(interface.clone(), groups.clone());
                }
            }
            (Self::SetKeyStatus { .. }, Observation::Instance(_))
            | (Self::SetGroups { .. }, Observation::AccessKey(_)) => {}
        }
        result
    }
}
