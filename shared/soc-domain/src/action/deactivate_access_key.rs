//! Deactivate an access key: IAM `UpdateAccessKey` with status Inactive; undone with the status it had.
//!
//! Permissions: `iam:ListAccessKeys`, `iam:ListUserTags`, `iam:UpdateAccessKey`. What it cannot undo: calls
//! that failed meanwhile. Sessions made with the key before (`GetSessionToken`) live on until they expire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ActionKind, Change, Effect, Target};
use crate::finding::{Finding, FindingClass};
use crate::id::Place;
use crate::severity::Severity;

pub(super) const DESCRIPTION: &str =
    "Set the access key to Inactive. Undone by setting the status that it had.";

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
pub(super) fn propose(finding: &Finding) -> Vec<Target> {
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
            parameters: BTreeMap::from([
                ("access_key_id".to_owned(), key.to_owned()),
                ("user_name".to_owned(), principal.name.clone()),
            ]),
        }
    })
    .collect()
}

pub(super) fn effect(key: &AccessKeyState) -> Effect {
    match key.status {
        KeyStatus::Active => Effect::Change(set(key, KeyStatus::Inactive)),
        KeyStatus::Inactive => Effect::AlreadyThere,
    }
}

pub(super) fn reversal(before: &AccessKeyState, after: &AccessKeyState) -> Option<Change> {
    (before.status != after.status).then(|| set(before, before.status))
}

/// One principal loses one way in.
pub(super) fn blast_radius(_key: &AccessKeyState) -> u32 {
    1
}

fn set(key: &AccessKeyState, status: KeyStatus) -> Change {
    Change::SetKeyStatus { user: key.user.clone(), key_id: key.key_id.clone(), status }
}
