//! What an action's target is in the simulated account: which rows a change is for, and what is observed.
//!
//! It is apart from the file because it is the account's answer to `Target`: here it says how a subnet leads to
//! its network ACL, an instance profile to its role, an instance to its volumes.

use rusqlite::{Connection, OptionalExtension};
use soc_domain::action::{
    AclState, ActionKind, Change, Direction, Observation, RuleState, Target, VolumesState, evidence_mark,
    sessions_policy_name,
};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::ec2::{Instance, beside};
use super::{ResourceState, read, sqlite};

/// What is there now; none if there is no such resource, or the target does not say enough.
pub(super) fn observe(connection: &Connection, target: &Target) -> PortResult<Option<Observation>> {
    let Some(arn) = subject(connection, target)? else { return Ok(None) };
    let Some(state) = read(connection, &arn)? else { return Ok(None) };
    Ok(match (target.kind, state) {
        (ActionKind::SnapshotVolumes, ResourceState::Instance(instance)) => {
            volumes(connection, target, instance)?
        }
        (ActionKind::DeactivateAccessKey, ResourceState::AccessKey(key)) => {
            Some(Observation::AccessKey(key.observed()))
        }
        (ActionKind::DenyOlderSessions, ResourceState::Role(role)) => match sessions_policy_name(target) {
            Some(policy) => {
                let instances = users(connection, &target.resource)?;
                Some(Observation::Role(role.observed(arn, policy, instances)))
            }
            None => None,
        },
        (ActionKind::IsolateInstance, ResourceState::Instance(instance)) => {
            let vpc = read(connection, &beside(&arn, "vpc", &instance.vpc_id))?;
            let group = if let Some(ResourceState::Vpc(vpc)) = vpc { vpc.quarantine_group } else { None };
            Some(Observation::Instance(instance.observed(group)))
        }
        (ActionKind::BlockBucketPublicAccess, ResourceState::Bucket(bucket)) => {
            Some(Observation::Bucket(bucket.observed()))
        }
        (ActionKind::RevokeSecurityGroupRule, ResourceState::SecurityGroup(group)) => {
            let port = target.parameter("port").parse().unwrap_or(0);
            let mut rules = group.rules;
            rules.retain(|rule| rule.opens(port, target.parameter("source")));
            let instances = users(connection, &arn)?;
            Some(Observation::Rule(RuleState {
                group_id: group.group_id,
                rules,
                instances,
                tags: group.tags,
            }))
        }
        (ActionKind::DenyRemoteAddress, ResourceState::NetworkAcl(acl)) => {
            Some(Observation::NetworkAcl(AclState {
                acl_id: acl.acl_id,
                acl_arns: vec![arn],
                cidr: target.parameter("address").to_owned(),
                direction: Direction::of(target),
                entries: acl.entries,
                subnets: u32::try_from(acl.subnets.len()).unwrap_or(u32::MAX),
                tags: acl.tags,
            }))
        }
        (_, _another_kind) => None,
    })
}

fn volumes(connection: &Connection, target: &Target, instance: Instance) -> PortResult<Option<Observation>> {
    let Some(mark) = evidence_mark(target) else { return Ok(None) };
    let mut snapshots = Vec::new();
    for id in &instance.volumes {
        if let Some(ResourceState::Volume(volume)) =
            read(connection, &beside(&target.resource, "volume", id))?
        {
            snapshots.extend(volume.marked(&mark));
        }
    }
    snapshots.sort();
    let Instance { instance_id, volumes, tags, .. } = instance;
    Ok(Some(Observation::Volumes(VolumesState { instance_id, volumes, mark, snapshots, tags })))
}

/// The rows that a change of this target is for, by ARN.
pub(super) fn rows(connection: &Connection, target: &Target, change: &Change) -> PortResult<Vec<String>> {
    let of = |ids: Vec<&String>| ids.into_iter().map(|id| beside(&target.resource, "volume", id)).collect();
    if let Change::CreateSnapshots { instance_id, volumes, .. } = change {
        let Some(ResourceState::Instance(instance)) = read(connection, &target.resource)? else {
            return Ok(Vec::new());
        };
        let attached = volumes.iter().all(|id| instance.volumes.contains(id));
        if instance.instance_id != *instance_id || !attached {
            let why = "InvalidParameterValue: the instance has no such volume";
            return Err(PortError::caused(PortErrorKind::Rejected, "make snapshots", why));
        }
        return Ok(of(volumes.iter().collect()));
    }
    if let Change::DeleteSnapshots { snapshots, .. } = change {
        let mut ids: Vec<&String> = snapshots.iter().map(|snapshot| &snapshot.volume_id).collect();
        ids.sort();
        ids.dedup();
        return Ok(of(ids));
    }
    Ok(subject(connection, target)?.into_iter().collect())
}

/// The row that a target leads to: the role of an instance profile, the network ACL of a subnet, or itself.
pub(super) fn subject(connection: &Connection, target: &Target) -> PortResult<Option<String>> {
    match target.kind {
        ActionKind::DenyRemoteAddress => user(connection, &target.resource),
        ActionKind::DenyOlderSessions if target.resource.contains(":instance-profile/") => {
            let profile = read(connection, &target.resource)?;
            let Some(ResourceState::InstanceProfile(profile)) = profile else { return Ok(None) };
            Ok(Some(beside(&target.resource, "role", &profile.role_name)))
        }
        ActionKind::SnapshotVolumes
        | ActionKind::DeactivateAccessKey
        | ActionKind::DenyOlderSessions
        | ActionKind::IsolateInstance
        | ActionKind::BlockBucketPublicAccess
        | ActionKind::RevokeSecurityGroupRule => Ok(Some(target.resource.clone())),
    }
}

/// The first resource that uses a thing.
fn user(connection: &Connection, thing: &str) -> PortResult<Option<String>> {
    connection
        .prepare_cached("SELECT arn FROM uses WHERE thing = ?1 ORDER BY arn LIMIT 1")
        .and_then(|mut statement| statement.query_row([thing], |row| row.get(0)).optional())
        .map_err(|e| sqlite("find what uses a simulated resource", e))
}

/// How many resources use a thing.
fn users(connection: &Connection, thing: &str) -> PortResult<u32> {
    connection
        .prepare_cached("SELECT count(*) FROM uses WHERE thing = ?1")
        .and_then(|mut statement| statement.query_row([thing], |row| row.get(0)))
        .map_err(|e| sqlite("count what uses a simulated resource", e))
}
