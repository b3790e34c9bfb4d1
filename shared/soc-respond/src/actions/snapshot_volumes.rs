//! Snapshot volumes: EC2 `CreateSnapshots` of an instance's volumes, tagged with the mark; undone with
//! `DeleteSnapshot` of each snapshot that this action made and that still carries the mark.
//!
//! Looks with `DescribeInstances` and `DescribeSnapshots`. `CreateSnapshots` needs its permission on the instance, the
//! volumes and the snapshots, and `ec2:CreateTags` on the snapshots for this call alone. It takes no client token, so
//! it is sent once; a repeat finds the mark. What it cannot undo: copies that somebody made of a snapshot; one that
//! is locked or that an image uses stays, and the reversal fails.

use aws_sdk_ec2::types::{
    Filter, Instance, InstanceSpecification, InstanceStateName, ResourceType, SnapshotState, Tag,
    TagSpecification,
};
use serde_json::json;
use soc_domain::action::{Change, Observation, Snapshot, VolumesState, evidence_mark};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{code, failed, refused, unless};
use crate::permissions::{EVERYTHING, Permission, Purpose};
use crate::policy::Statement;
use crate::session::{Session, Sessions};
use crate::subject::Subject;

/// The tag by which a snapshot is known to be ours.
const MARK: &str = "ai-soc:action";

const MADE_OF: &[&str] = &[
    "arn:PARTITION:ec2:REGION:ACCOUNT:instance/*",
    "arn:PARTITION:ec2:REGION:ACCOUNT:volume/*",
    "arn:PARTITION:ec2:REGION::snapshot/*",
];
const SNAPSHOTS: &[&str] = &["arn:PARTITION:ec2:REGION::snapshot/*"];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("ec2:DescribeInstances", "describe_instances", EVERYTHING),
    Permission::look("ec2:DescribeSnapshots", "describe_snapshots", EVERYTHING),
    Permission::change("ec2:CreateSnapshots", "create_snapshots", MADE_OF),
    Permission::change("ec2:CreateTags", "create_snapshots", SNAPSHOTS)
        .only_if("StringEquals ec2:CreateAction CreateSnapshots"),
    Permission::change("ec2:DeleteSnapshot", "delete_snapshot", SNAPSHOTS)
        .only_if("StringLike aws:ResourceTag/ai-soc:action act_*"),
];

pub(crate) fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    vec![Statement::describe(subject, &["ec2:DescribeInstances", "ec2:DescribeSnapshots"])]
}

pub(crate) fn to_change(subject: &Subject<'_>, change: &Change) -> Vec<Statement> {
    let place = subject.place();
    let snapshots = vec![format!("arn:{}:ec2:{}::snapshot/*", place.partition, place.region)];
    match change {
        Change::CreateSnapshots { mark, .. } => {
            // One call is allowed only if each of its resources is: it names the instance, so `volume/*` are its
            // volumes, and `snapshot/*` what it makes, tagged with this mark or not made.
            let of = vec![subject.ec2_arn("instance", subject.id), subject.ec2_arn("volume", "*")];
            let tagged = json!({ "StringEquals": { "aws:RequestTag/ai-soc:action": mark } });
            let mut made = Statement::on(snapshots.clone(), &["ec2:CreateSnapshots"]);
            (made.sid, made.condition) = ("OnlyWithTheMark", tagged);
            let mut tags = Statement::on(snapshots, &["ec2:CreateTags"]);
            let within = json!({ "StringEquals": { "ec2:CreateAction": "CreateSnapshots" } });
            (tags.sid, tags.condition) = ("OnlyWhileMade", within);
            // How the call is looked at differs, so the describe that it needs is allowed beside it.
            vec![
                Statement::on(of, &["ec2:CreateSnapshots"]),
                made,
                tags,
                Statement::describe(subject, &["ec2:DescribeInstances"]),
            ]
        }
        Change::DeleteSnapshots { mark, .. } => {
            let mut marked = Statement::on(snapshots, &["ec2:DeleteSnapshot"]);
            marked.condition = json!({ "StringEquals": { "aws:ResourceTag/ai-soc:action": mark } });
            vec![marked]
        }
        _ => Vec::new(),
    }
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    let Some(mark) = evidence_mark(subject.target) else { return Ok(None) };
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject)).await?;
    let Some(instance) = instance(&session, subject).await? else { return Ok(None) };
    let snapshots = marked(&session, &mark).await?;
    Ok(Some(Observation::Volumes(VolumesState {
        instance_id: subject.id.to_owned(),
        volumes: volumes(&instance),
        mark,
        snapshots,
        tags: tags::of_ec2(instance.tags()),
    })))
}

/// The instance; one that was terminated is gone, although EC2 tells of it for an hour.
async fn instance(session: &Session, subject: &Subject<'_>) -> PortResult<Option<Instance>> {
    const ABSENT: &[&str] = &["InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"];
    let ec2 = session.ec2();
    let pages = ec2.describe_instances().instance_ids(subject.id).into_paginator().items().send();
    let found = unless(ABSENT, "observe an instance", pages.try_collect().await)?.unwrap_or_default();
    let mut found = found.into_iter().flat_map(|reservation| reservation.instances.unwrap_or_default());
    let is_gone = |instance: &Instance| {
        instance.state().and_then(|state| state.name()) == Some(&InstanceStateName::Terminated)
    };
    Ok(found.next().filter(|instance| !is_gone(instance)))
}

fn volumes(instance: &Instance) -> Vec<String> {
    let attached = instance.block_device_mappings().iter().filter_map(|device| device.ebs()?.volume_id());
    let mut volumes: Vec<String> = attached.map(str::to_owned).collect();
    volumes.sort();
    volumes
}

/// The snapshots that carry the mark. One that EC2 could not make is no evidence.
async fn marked(session: &Session, mark: &str) -> PortResult<Vec<Snapshot>> {
    let ec2 = session.ec2();
    let with_mark = Filter::builder().name(format!("tag:{MARK}")).values(mark).build();
    let pages = ec2.describe_snapshots().owner_ids("self").filters(with_mark).into_paginator().items().send();
    let found = pages.try_collect().await.map_err(|e| failed("find the snapshots of an action", e))?;
    let good = found.into_iter().filter(|snapshot| snapshot.state() != Some(&SnapshotState::Error));
    let mut snapshots: Vec<Snapshot> = good
        .map(|snapshot| Snapshot {
            volume_id: snapshot.volume_id.unwrap_or_default(),
            snapshot_id: snapshot.snapshot_id,
        })
        .collect();
    snapshots.sort();
    Ok(snapshots)
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "make or delete snapshots";
    let session = sessions.open(subject, Purpose::Change, &to_change(subject, change)).await?;
    if let Change::CreateSnapshots { volumes, mark, .. } = change {
        create(&session, subject, volumes, mark).await
    } else if let Change::DeleteSnapshots { snapshots, .. } = change {
        let ids = snapshots.iter().filter_map(|snapshot| snapshot.snapshot_id.as_deref());
        delete(&session, ids).await
    } else {
        Err(refused(OPERATION, "it is for another kind of resource"))
    }
}

/// All of `wanted` at one moment, or none: the instance's other volumes are excluded.
async fn create(session: &Session, subject: &Subject<'_>, wanted: &[String], mark: &str) -> PortResult<()> {
    const OPERATION: &str = "make snapshots";
    let Some(instance) = instance(session, subject).await? else {
        return Err(refused(OPERATION, "the instance is gone"));
    };
    let root = instance
        .block_device_mappings()
        .iter()
        .find(|device| device.device_name().is_some() && device.device_name() == instance.root_device_name());
    let root = root.and_then(|device| device.ebs()?.volume_id()).unwrap_or_default();
    let others = volumes(&instance).into_iter().filter(|volume| !wanted.contains(volume));
    let (boot, data): (Vec<String>, Vec<String>) = others.partition(|volume| volume == root);
    let of = InstanceSpecification::builder()
        .instance_id(subject.id)
        .exclude_boot_volume(!boot.is_empty())
        .set_exclude_data_volume_ids((!data.is_empty()).then_some(data))
        .build();
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::Snapshot)
        .tags(Tag::builder().key(MARK).value(mark).build())
        .build();
    let ec2 = session.ec2();
    let call = ec2.create_snapshots().instance_specification(of).tag_specifications(tags);
    call.description("Evidence of ai-soc").send().await.map_err(|e| failed(OPERATION, e))?;
    Ok(())
}

async fn delete<'s>(session: &Session, ids: impl Iterator<Item = &'s str>) -> PortResult<()> {
    let ec2 = session.ec2();
    for id in ids {
        match ec2.delete_snapshot().snapshot_id(id).send().await {
            Err(error) if code(&error) != "InvalidSnapshot.NotFound" => {
                return Err(failed("delete a snapshot", error));
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
