//! The resources of the simulated account and what a change does to each; pure.
//!
//! It is apart from the file that holds them, so that what the account accepts can be read in one place.
//! A state has one text form: fields in the order of the type, maps sorted by key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use soc_domain::action::{AccessKeyState, Change, InstanceState, KeyStatus};

/// The state of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ResourceState {
    /// An access key of a user.
    AccessKey(AccessKey),
    /// An instance.
    Instance(Instance),
    /// A VPC.
    Vpc(Vpc),
}

/// An access key of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    /// The user that owns it.
    pub user: String,
    /// `AKIA...`.
    pub key_id: String,
    /// Whether it works.
    pub status: KeyStatus,
    /// The tags of the user.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// `i-...`.
    pub instance_id: String,
    /// `vpc-...`.
    pub vpc_id: String,
    /// The groups of each interface, in order.
    pub interfaces: BTreeMap<String, Vec<String>>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// `vpc-...`.
    pub vpc_id: String,
    /// The group without rules that isolated instances are put into, if it was made.
    pub quarantine_group: Option<String>,
}

impl ResourceState {
    /// `access-key`, `instance` or `vpc`.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self {
            Self::AccessKey(_) => "access-key",
            Self::Instance(_) => "instance",
            Self::Vpc(_) => "vpc",
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

    /// Whether `arn` names this resource: its last part is the id.
    pub(super) fn belongs_to(&self, arn: &str) -> bool {
        let id = match self {
            Self::AccessKey(key) => &key.key_id,
            Self::Instance(instance) => &instance.instance_id,
            Self::Vpc(vpc) => &vpc.vpc_id,
        };
        arn.rsplit_once('/').is_some_and(|(front, last)| last == id && front.ends_with(self.what()))
    }

    /// Makes a change of exactly this resource; otherwise says why not, and nothing is changed.
    pub(super) fn change(&mut self, change: &Change) -> Result<(), &'static str> {
        match (self, change) {
            (Self::AccessKey(key), Change::SetKeyStatus { user, key_id, status }) => {
                if key.user != *user || key.key_id != *key_id {
                    return Err("the change is for another user or key");
                }
                key.status = *status;
                Ok(())
            }
            (Self::Instance(instance), Change::SetGroups { instance_id, interfaces }) => {
                if instance.instance_id != *instance_id {
                    return Err("the change is for another instance");
                }
                instance.set_groups(interfaces)
            }
            (Self::AccessKey(_), Change::SetGroups { .. })
            | (Self::Instance(_), Change::SetKeyStatus { .. })
            | (Self::Vpc(_), Change::SetKeyStatus { .. } | Change::SetGroups { .. }) => {
                Err("the change is for another kind of resource")
            }
        }
    }
}

impl AccessKey {
    pub(super) fn observed(self) -> AccessKeyState {
        AccessKeyState { user: self.user, key_id: self.key_id, status: self.status, tags: self.tags }
    }
}

impl Instance {
    pub(super) fn observed(self, quarantine_group: Option<String>) -> InstanceState {
        InstanceState {
            instance_id: self.instance_id,
            vpc_id: self.vpc_id,
            quarantine_group,
            interfaces: self.interfaces,
            tags: self.tags,
        }
    }

    /// The ARN of its VPC, which lies in the same partition, region and account as the instance at `arn`.
    pub(super) fn vpc_arn(&self, arn: &str) -> String {
        let front = arn.rsplit_once(':').map_or("", |(front, _instance)| front);
        format!("{front}:vpc/{}", self.vpc_id)
    }

    fn set_groups(&mut self, interfaces: &BTreeMap<String, Vec<String>>) -> Result<(), &'static str> {
        if interfaces.keys().any(|interface| !self.interfaces.contains_key(interface)) {
            return Err("the instance has no such interface");
        }
        // EC2 ModifyNetworkInterfaceAttribute: "You must specify at least one security group".
        if interfaces.values().any(Vec::is_empty) {
            return Err("an interface needs at least one group");
        }
        for (interface, groups) in interfaces {
            self.interfaces.insert(interface.clone(), groups.clone());
        }
        Ok(())
    }
}
