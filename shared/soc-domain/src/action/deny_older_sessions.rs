//! Deny older sessions: IAM `PutRolePolicy` with an inline policy that denies everything to sessions issued
//! before a moment; undone by deleting that policy, or by setting the document that had its name before.
//!
//! Permissions: `iam:GetRole`, `iam:ListRoleTags`, `iam:GetRolePolicy`, `iam:PutRolePolicy`,
//! `iam:DeleteRolePolicy`, `iam:GetInstanceProfile`, `ec2:DescribeInstances`. What it cannot undo: calls that
//! failed meanwhile. Whoever may assume the role can still make a newer session.
//! ("Revoking IAM role temporary security credentials", AWS Identity and Access Management User Guide.)
//!
//! The moment is a parameter, taken from the finding and from no clock: the same finding is the same action.
//! It is in the policy's name too. So an action with a later moment adds its own policy, and each of them ends
//! without touching the other; one name for all would let the older expiry find a foreign document and stop.
//! IAM limits all inline policies of a role to 10,240 characters; one takes about 170.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, acting_instances, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::{Finding, FindingClass};
use crate::id::{IncidentId, Place};
use crate::severity::Severity;
use crate::time::Timestamp;

pub(super) const MEANING: Meaning = Meaning {
    name: "deny-older-sessions",
    description: "Deny everything to the role's sessions that were issued before the last known activity. \
         Undone by deleting that inline policy, or by setting the document that it had.",
    lasting: Lasting::Containment,
    propose,
};

/// Roles that nobody may change: IAM answers `UnmodifiableEntity`.
const UNMODIFIABLE: [&str; 2] = ["AWSServiceRoleFor", "AWSReservedSSO_"];

/// A role and one of its inline policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleState {
    /// The role's name.
    pub role_name: String,
    /// Its ARN.
    pub role_arns: Vec<String>,
    /// The name of the inline policy that was looked for.
    pub policy_name: String,
    /// Its text, if the role has it.
    pub document: Option<String>,
    /// How many instances run with the role.
    pub instances: u32,
    /// The tags of the role.
    pub tags: BTreeMap<String, String>,
}

/// The name of the inline policy that the action of `target` sets; none if the target says no moment.
#[must_use]
pub fn sessions_policy_name(target: &Target) -> Option<String> {
    let moment = target.parameter("issued_before");
    let compact: String = moment.chars().filter(char::is_ascii_alphanumeric).collect();
    (!compact.is_empty()).then(|| format!("ai-soc-deny-older-sessions-{compact}"))
}

pub(super) fn covers(one: &Target, other: &Target) -> bool {
    let moment = |target: &Target| Timestamp::parse(target.parameter("issued_before"));
    one.kind == ActionKind::DenyOlderSessions
        && other.kind == one.kind
        && one.resource == other.resource
        && moment(other).is_some_and(|other| moment(one).is_some_and(|one| other <= one))
}

/// For threats of at least Medium: the role whose session acted, and the roles of the instances that acted.
fn propose(finding: &Finding, _incident: IncidentId) -> Vec<Target> {
    let grave = finding.class == FindingClass::Threat && finding.effective_severity() >= Severity::Medium;
    let Some(moment) = finding.ended().and_then(next_second).filter(|_| grave) else { return Vec::new() };
    let mut targets = Vec::new();
    for principal in &finding.principals {
        let is_role = matches!(principal.kind.as_str(), "AssumedRole" | "Role");
        if !is_role || !is_changeable(&principal.name) {
            continue;
        }
        let account = if principal.account.is_empty() { &finding.place.account } else { &principal.account };
        let arn = format!("arn:{}:iam::{account}:role/{}", finding.place.partition, principal.name);
        targets.push(target(arn, &finding.place, account, ("role_name", &principal.name, &moment)));
    }
    for instance in acting_instances(finding) {
        let profile = instance.instance.as_ref().and_then(|details| details.profile_arn.as_deref());
        let named = profile.and_then(|arn| Some((arn, arn.split_once(":instance-profile/")?.1)));
        let Some((arn, name)) = named else { continue };
        let (place, account) = (&instance.place, &instance.place.account);
        targets.push(target(arn.to_owned(), place, account, ("instance_profile", name, &moment)));
    }
    targets
}

fn target(
    resource: String,
    place: &Place,
    account: &str,
    (what, name, moment): (&str, &str, &str),
) -> Target {
    Target {
        kind: ActionKind::DenyOlderSessions,
        resource,
        place: Place { account: account.to_owned(), ..place.clone() },
        parameters: parameters([(what, name.to_owned()), ("issued_before", moment.to_owned())]),
    }
}

/// `iam:PutRolePolicy` takes names of these characters ("`RoleName`", IAM API Reference).
fn is_changeable(role: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (1..=64).contains(&role.len())
        && role.chars().all(allowed)
        && !UNMODIFIABLE.iter().any(|prefix| role.starts_with(prefix))
}

/// The first whole second after a moment: `DateLessThan` then holds for every session issued up to it.
fn next_second(moment: Timestamp) -> Option<String> {
    let second = moment.as_millis().div_euclid(1_000).checked_add(1)?;
    Some(jiff::Timestamp::from_second(second).ok()?.to_string())
}

fn document(moment: &str) -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Deny",
            "Action": ["*"],
            "Resource": ["*"],
            "Condition": { "DateLessThan": { "aws:TokenIssueTime": moment } },
        }],
    })
    .to_string()
}

impl RoleState {
    fn put(&self, document: &str) -> Change {
        Change::PutRolePolicy {
            role_name: self.role_name.clone(),
            policy_name: self.policy_name.clone(),
            document: document.to_owned(),
        }
    }
}

impl Subject for RoleState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn principal(&self) -> Option<&str> {
        Some(&self.role_name)
    }

    fn arns(&self) -> &[String] {
        &self.role_arns
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let document = self.document.iter().cloned();
        document.map(|document| (format!("inline policy {}", self.policy_name), document)).collect()
    }

    fn effect(&self, target: &Target) -> Effect {
        if sessions_policy_name(target).as_ref() != Some(&self.policy_name) {
            return Effect::impossible("the account looked for another inline policy");
        }
        if !is_changeable(&self.role_name) {
            return Effect::impossible("AWS manages the role: nobody may change it");
        }
        let wanted = document(target.parameter("issued_before"));
        if self.document.as_ref() == Some(&wanted) {
            return Effect::AlreadyThere;
        }
        Effect::Change(self.put(&wanted))
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::Role(after) = after else { return None };
        if self.document == after.document {
            return None;
        }
        Some(match &self.document {
            Some(document) => self.put(document),
            None => Change::DeleteRolePolicy {
                role_name: self.role_name.clone(),
                policy_name: self.policy_name.clone(),
            },
        })
    }

    fn apply(&mut self, change: &Change) {
        if let Change::PutRolePolicy { document, .. } = change {
            self.document = Some(document.clone());
        } else if let Change::DeleteRolePolicy { .. } = change {
            self.document = None;
        }
    }

    /// The principal, and each instance that runs with it.
    fn blast_radius(&self) -> u32 {
        self.instances.max(1)
    }
}
