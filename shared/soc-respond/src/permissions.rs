//! What each kind of action calls, and the IAM action that allows the call: as data, so that the templates' roles can
//! be compared with it, and it with the code.
//!
//! It is apart from the session policies because a role is for every resource of an account, and a session for one.

use serde::Serialize;
use soc_domain::action::ActionKind;

use crate::actions;

/// Whether a call looks or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// It looks.
    Observe,
    /// It changes something.
    Change,
}

/// One call and what allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The IAM action.
    pub action: &'static str,
    /// The SDK's operation that needs it. One operation may need several actions.
    pub operation: &'static str,
    /// Whether it looks or changes.
    pub purpose: Purpose,
    /// The resources of a role that does this in a whole account, with `PARTITION`, `REGION` and `ACCOUNT` to be
    /// filled in. `*` only where IAM knows no resource for the action.
    pub resources: &'static [&'static str],
    /// A condition that the role's statement should have, as `operator key value`.
    pub condition: Option<&'static str>,
}

impl Permission {
    pub(crate) const fn look(
        action: &'static str,
        operation: &'static str,
        resources: &'static [&'static str],
    ) -> Self {
        Self { action, operation, purpose: Purpose::Observe, resources, condition: None }
    }

    pub(crate) const fn change(
        action: &'static str,
        operation: &'static str,
        resources: &'static [&'static str],
    ) -> Self {
        Self { action, operation, purpose: Purpose::Change, resources, condition: None }
    }

    pub(crate) const fn only_if(self, condition: &'static str) -> Self {
        Self { condition: Some(condition), ..self }
    }
}

/// IAM knows no resource for these calls.
pub(crate) const EVERYTHING: &[&str] = &["*"];

/// What entering another account needs, beside what is done there: the own role's rights on the member roles, which
/// the member role's trust policy must allow too. `sts:GetCallerIdentity` needs no permission.
pub const SESSION_PERMISSIONS: &[Permission] = &[
    Permission::look("sts:AssumeRole", "assume_role", MEMBER_ROLE)
        .only_if("StringEquals sts:ExternalId EXTERNAL_ID"),
    Permission::look("sts:SetSourceIdentity", "assume_role", MEMBER_ROLE)
        .only_if("StringLike sts:SourceIdentity ai-soc-*"),
];
const MEMBER_ROLE: &[&str] = &["arn:PARTITION:iam::*:role/MEMBER_ROLE_NAME"];

/// What an action of this kind calls.
#[must_use]
pub const fn permissions(kind: ActionKind) -> &'static [Permission] {
    match kind {
        ActionKind::SnapshotVolumes => actions::snapshot_volumes::PERMISSIONS,
        ActionKind::DeactivateAccessKey => actions::deactivate_access_key::PERMISSIONS,
        ActionKind::DenyOlderSessions => actions::deny_older_sessions::PERMISSIONS,
        ActionKind::IsolateInstance => actions::isolate_instance::PERMISSIONS,
        ActionKind::BlockBucketPublicAccess => actions::block_bucket_public_access::PERMISSIONS,
        ActionKind::RevokeSecurityGroupRule => actions::revoke_security_group_rule::PERMISSIONS,
        ActionKind::DenyRemoteAddress => actions::deny_remote_address::PERMISSIONS,
    }
}
