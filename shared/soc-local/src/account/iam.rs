//! IAM in the simulated account: keys, roles and instance profiles, and what a change does to each; pure.
//!
//! It is apart because IAM has its own rules and its own words for refusing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use soc_domain::action::{AccessKeyState, Change, KeyStatus, RoleState};

use super::resource::{OTHER_KIND, Refusal};

/// All inline policies of a role together ("IAM and AWS STS quotas", IAM User Guide).
const MOST_INLINE_CHARACTERS: usize = 10_240;

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

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name.
    pub role_name: String,
    /// Its inline policies: the text of each.
    #[serde(default)]
    pub policies: BTreeMap<String, String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// An instance profile: how instances get a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceProfile {
    /// Its name.
    pub profile: String,
    /// Its role, which is in the same account.
    pub role_name: String,
}

impl AccessKey {
    pub(super) fn observed(self) -> AccessKeyState {
        AccessKeyState { user: self.user, key_id: self.key_id, status: self.status, tags: self.tags }
    }

    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        let Change::SetKeyStatus { user, key_id, status } = change else { return Err(OTHER_KIND) };
        if self.user != *user || self.key_id != *key_id {
            return Err("NoSuchEntity: the change is for another user or key");
        }
        self.status = *status;
        Ok(())
    }
}

impl Role {
    pub(super) fn observed(mut self, arn: String, policy_name: String, instances: u32) -> RoleState {
        RoleState {
            document: self.policies.remove(&policy_name),
            role_name: self.role_name,
            role_arns: vec![arn],
            policy_name,
            instances,
            tags: self.tags,
        }
    }

    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        if let Change::PutRolePolicy { role_name, policy_name, document } = change {
            self.must_be(role_name)?;
            self.put(policy_name, document)
        } else if let Change::DeleteRolePolicy { role_name, policy_name } = change {
            self.must_be(role_name)?;
            let had = self.policies.remove(policy_name);
            had.map(drop).ok_or("NoSuchEntity: the role has no such policy")
        } else {
            Err(OTHER_KIND)
        }
    }

    fn must_be(&self, role_name: &str) -> Result<(), Refusal> {
        if self.role_name != role_name {
            return Err("NoSuchEntity: the change is for another role");
        }
        if role_name.starts_with("AWSServiceRoleFor") || role_name.starts_with("AWSReservedSSO_") {
            return Err("UnmodifiableEntity: AWS manages the role");
        }
        Ok(())
    }

    fn put(&mut self, policy_name: &str, document: &str) -> Result<(), Refusal> {
        if serde_json::from_str::<serde::de::IgnoredAny>(document).is_err() {
            return Err("MalformedPolicyDocument: the policy is no JSON");
        }
        let others = self.policies.iter().filter(|(name, _)| *name != policy_name);
        let characters: usize = others.map(|(_, text)| text.len()).sum();
        if characters + document.len() > MOST_INLINE_CHARACTERS {
            return Err("LimitExceeded: the role's inline policies are too long");
        }
        self.policies.insert(policy_name.to_owned(), document.to_owned());
        Ok(())
    }
}
