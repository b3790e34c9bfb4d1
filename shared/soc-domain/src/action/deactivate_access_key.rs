//! Deactivate an access key: IAM `UpdateAccessKey` with status Inactive; undone with the status it had.
//!
//! Permissions: `iam:ListAccessKeys`, `iam:ListUserTags`, `iam:UpdateAccessKey`. What it cannot undo: calls
//! that failed meanwhile. Sessions made with the key before (`GetSessionToken`) live on until they expire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::{Finding, FindingClass};
use crate::id::{IncidentId, Place};
use crate::severity::Severity;

pub(super) const MEANING: Meaning = Meaning {
    name: "deactivate-access-key",
    description: "Set the access key to Inactive. Undone by setting the status that it had.",
    lasting: Lasting::Containment,
    propose,
};

/// Whether an access key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It works.
    Active,
    /// It does not.
    Inactive,
}

/// An access key of an IAM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKeyState {
    /// The user that owns it. Hostile.
    pub user: String,
    /// `AKIA...`.
    pub key_id: String,
    /// Whether it works.
    pub status: KeyStatus,
    /// The tags of the user.
    pub tags: BTreeMap<String, String>,
}

/// For threats of at least Medium that were carried out with a long-term key (`AKIA`); keys of sessions
/// (`ASIA`) cannot be deactivated.
fn propose(finding: &Finding, _incident: IncidentId) -> Vec<Target> {
    if finding.class != FindingClass::Threat || finding.effective_severity() < Severity::Medium {
        return Vec::new();
    }
    let keys = finding.principals.iter().filter_map(|principal| {
        let key = principal.access_key_id.as_deref().filter(|key| key.starts_with("AKIA"))?;
        (principal.kind == "IAMUser" && !principal.name.is_empty()).then_some((principal, key))
    });
    keys.map(|(principal, key)| {
        let account = if principal.account.is_empty() { &finding.place.account } else { &principal.account };
        let partition = &finding.place.partition;
        Target {
            kind: ActionKind::DeactivateAccessKey,
            resource: format!("arn:{partition}:iam::{account}:access-key/{key}"),
            place: Place {
                partition: partition.clone(),
                account: account.clone(),
                region: finding.place.region.clone(),
            },
            parameters: parameters([
                ("access_key_id", key.to_owned()),
                ("user_name", principal.name.clone()),
            ]),
        }
    })
    .collect()
}

impl Subject for AccessKeyState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn principal(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let status = match self.status {
            KeyStatus::Active => "Active",
            KeyStatus::Inactive => "Inactive",
        };
        parameters([("status", status.to_owned())])
    }

    fn effect(&self, _target: &Target) -> Effect {
        match self.status {
            KeyStatus::Active => Effect::Change(set(self, KeyStatus::Inactive)),
            KeyStatus::Inactive => Effect::AlreadyThere,
        }
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::AccessKey(after) = after else { return None };
        (self.status != after.status).then(|| set(self, self.status))
    }

    fn apply(&mut self, change: &Change) {
        if let Change::SetKeyStatus { status, .. } = change {
            self.status = *status;
        }
    }

    /// One principal loses one way in.
    fn blast_radius(&self) -> u32 {
        1
    }
}

fn set(key: &AccessKeyState, status: KeyStatus) -> Change {
    Change::SetKeyStatus { user: key.user.clone(), key_id: key.key_id.clone(), status }
}
