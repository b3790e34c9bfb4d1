//! Whether a change can be seen. Pure.
//!
//! It is apart because two questions are the same one: is there nothing to do any more, and has AWS caught up with
//! itself. IAM and the tags of EC2 answer with the state of before for some seconds after a change.

use soc_domain::action::{Change, Observation, Snapshot};

/// Whether `seen` is as `change` leaves it, in all that the change names.
pub(crate) fn is_there(change: &Change, seen: &Observation) -> bool {
    match (change, seen) {
        (Change::CreateSnapshots { volumes, .. }, Observation::Volumes(state)) => {
            let is_made = |volume: &String| state.snapshots.iter().any(|made| made.volume_id == *volume);
            volumes.iter().all(is_made)
        }
        (Change::DeleteSnapshots { snapshots, .. }, Observation::Volumes(state)) => {
            !snapshots.iter().any(|gone| state.snapshots.contains(gone))
        }
        (Change::SetKeyStatus { status, .. }, Observation::AccessKey(state)) => state.status == *status,
        (Change::PutRolePolicy { document, .. }, Observation::Role(state)) => {
            state.document.as_ref() == Some(document)
        }
        (Change::DeleteRolePolicy { .. }, Observation::Role(state)) => state.document.is_none(),
        (Change::SetGroups { interfaces, .. }, Observation::Instance(state)) => {
            interfaces.iter().all(|(id, groups)| state.interfaces.get(id) == Some(groups))
        }
        (Change::SetPublicAccessBlock { block, .. }, Observation::Bucket(state)) => state.block == *block,
        (Change::RevokeIngress { rule, .. }, Observation::Rule(state)) => !state.rules.contains(rule),
        (Change::AuthorizeIngress { rule, .. }, Observation::Rule(state)) => state.rules.contains(rule),
        (Change::CreateAclEntry { entry, .. }, Observation::NetworkAcl(state)) => {
            state.entries.contains(entry)
        }
        (Change::DeleteAclEntry { entry, .. }, Observation::NetworkAcl(state)) => {
            !state.entries.contains(entry)
        }
        (_, _another_kind) => false,
    }
}

/// Why a change must not be made to what was seen: it is for another resource, or would hit more than it names.
/// None if it may.
pub(crate) fn mismatch(change: &Change, seen: &Observation) -> Option<&'static str> {
    let (fits, why) = match (change, seen) {
        (Change::CreateSnapshots { instance_id, volumes, mark }, Observation::Volumes(state)) => {
            let attached = volumes.iter().all(|volume| state.volumes.contains(volume));
            let same = *instance_id == state.instance_id && *mark == state.mark;
            (same && attached && !volumes.is_empty(), "it is for another instance, volume or mark")
        }
        (Change::DeleteSnapshots { instance_id, snapshots, mark }, Observation::Volumes(state)) => {
            let known = |snapshot: &Snapshot| snapshot.snapshot_id.is_some();
            let same = *instance_id == state.instance_id && *mark == state.mark;
            (same && snapshots.iter().all(known), "it is for another instance or mark, or names no snapshot")
        }
        (Change::SetKeyStatus { user, key_id, .. }, Observation::AccessKey(state)) => {
            (*user == state.user && *key_id == state.key_id, "it is for another user or key")
        }
        (
            Change::PutRolePolicy { role_name, policy_name, .. }
            | Change::DeleteRolePolicy { role_name, policy_name },
            Observation::Role(state),
        ) => {
            let same = *role_name == state.role_name && *policy_name == state.policy_name;
            (same, "it is for another role or policy")
        }
        (Change::SetGroups { instance_id, interfaces }, Observation::Instance(state)) => {
            let attached = interfaces.keys().all(|id| state.interfaces.contains_key(id));
            let some = interfaces.values().all(|groups| !groups.is_empty());
            let same = *instance_id == state.instance_id;
            (
                same && attached && some,
                "it is for another instance or interface, or leaves one without a group",
            )
        }
        (Change::SetPublicAccessBlock { bucket, .. }, Observation::Bucket(state)) => {
            (*bucket == state.bucket, "it is for another bucket")
        }
        (
            Change::RevokeIngress { group_id, .. } | Change::AuthorizeIngress { group_id, .. },
            Observation::Rule(state),
        ) => (*group_id == state.group_id, "it is for another group"),
        (
            Change::CreateAclEntry { acl_id, .. } | Change::DeleteAclEntry { acl_id, .. },
            Observation::NetworkAcl(state),
        ) => (*acl_id == state.acl_id, "it is for another network ACL"),
        (_, _another_kind) => (false, "it is for another kind of resource"),
    };
    (!fits).then_some(why)
}
