//! The actions on AWS, one file for each kind: its calls, its permissions, its session policies.
//!
//! What an action means is decided in soc-domain; here is only how a resource is looked at and how one change is made.

pub(crate) mod block_bucket_public_access;
pub(crate) mod deactivate_access_key;
pub(crate) mod deny_older_sessions;
pub(crate) mod deny_remote_address;
pub(crate) mod isolate_instance;
pub(crate) mod revoke_security_group_rule;
pub(crate) mod snapshot_volumes;
mod tags;
#[cfg(test)]
mod tests;

use soc_domain::action::{ActionKind, Change, Observation};
use soc_pipeline::error::PortResult;

use crate::session::Sessions;
use crate::subject::Subject;

/// What is there now; none if there is no such resource.
pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    match subject.target.kind {
        ActionKind::SnapshotVolumes => snapshot_volumes::observe(sessions, subject).await,
        ActionKind::DeactivateAccessKey => deactivate_access_key::observe(sessions, subject).await,
        ActionKind::DenyOlderSessions => deny_older_sessions::observe(sessions, subject).await,
        ActionKind::IsolateInstance => isolate_instance::observe(sessions, subject).await,
        ActionKind::BlockBucketPublicAccess => block_bucket_public_access::observe(sessions, subject).await,
        ActionKind::RevokeSecurityGroupRule => revoke_security_group_rule::observe(sessions, subject).await,
        ActionKind::DenyRemoteAddress => deny_remote_address::observe(sessions, subject).await,
    }
}

/// Makes a change of the subject, which is known to belong to it and not to be there yet.
pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    match subject.target.kind {
        ActionKind::SnapshotVolumes => snapshot_volumes::apply(sessions, subject, change).await,
        ActionKind::DeactivateAccessKey => deactivate_access_key::apply(sessions, subject, change).await,
        ActionKind::DenyOlderSessions => deny_older_sessions::apply(sessions, subject, change).await,
        ActionKind::IsolateInstance => isolate_instance::apply(sessions, subject, change).await,
        ActionKind::BlockBucketPublicAccess => {
            block_bucket_public_access::apply(sessions, subject, change).await
        }
        ActionKind::RevokeSecurityGroupRule => {
            revoke_security_group_rule::apply(sessions, subject, change).await
        }
        ActionKind::DenyRemoteAddress => deny_remote_address::apply(sessions, subject, change).await,
    }
}
