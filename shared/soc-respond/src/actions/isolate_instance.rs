//! Isolate an instance: EC2 `ModifyNetworkInterfaceAttribute` with the quarantine group, once for each interface;
//! undone by the same call with the groups that each interface had.
//!
//! Looks with `DescribeInstances` and `DescribeSecurityGroups` (the group of the VPC that is tagged
//! `ai-soc:quarantine`; of several the one with the lowest id). Each call needs the permission of its name. EC2 keeps
//! the groups of an interface as a set; they are sorted here, so that the same set is always the same text. What it
//! cannot undo: connections that broke. If EC2 refuses one of several interfaces, the others are done all the same:
//! the observation shows it, and a person decides.

use aws_sdk_ec2::types::{Filter, Instance, InstanceStateName};
use soc_domain::action::{Change, InstanceState, Observation};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{failed, refused, unless};
use crate::permissions::{EVERYTHING, Permission, Purpose};
use crate::policy::{LONGEST, Statement, document};
use crate::session::{Session, Sessions};
use crate::subject::Subject;

/// The tag of the group that isolated instances are put into.
const QUARANTINE: &str = "ai-soc:quarantine";

const TOUCHED: &[&str] = &[
    "arn:PARTITION:ec2:REGION:ACCOUNT:instance/*",
    "arn:PARTITION:ec2:REGION:ACCOUNT:network-interface/*",
    "arn:PARTITION:ec2:REGION:ACCOUNT:security-group/*",
];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("ec2:DescribeInstances", "describe_instances", EVERYTHING),
    Permission::look("ec2:DescribeSecurityGroups", "describe_security_groups", EVERYTHING),
    Permission::change("ec2:ModifyNetworkInterfaceAttribute", "modify_network_interface_attribute", TOUCHED),
];

pub(crate) fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    vec![Statement::describe(subject, &["ec2:DescribeInstances", "ec2:DescribeSecurityGroups"])]
}

pub(crate) fn to_change(subject: &Subject<'_>, change: &Change) -> Vec<Statement> {
    const ACTION: &[&str] = &["ec2:ModifyNetworkInterfaceAttribute"];
    let Change::SetGroups { interfaces, .. } = change else { return Vec::new() };
    let mut touched = vec![subject.ec2_arn("instance", subject.id)];
    touched.extend(interfaces.keys().map(|id| subject.ec2_arn("network-interface", id)));
    let mut exact = touched.clone();
    let mut groups: Vec<&String> = interfaces.values().flatten().collect();
    groups.sort();
    groups.dedup();
    exact.extend(groups.into_iter().map(|id| subject.ec2_arn("security-group", id)));
    let exact = vec![Statement::on(exact, ACTION)];
    if document(&exact).len() <= LONGEST {
        return exact;
    }
    // Too many groups for one policy: the interfaces are what must be named.
    touched.push(subject.ec2_arn("security-group", "*"));
    vec![Statement::on(touched, ACTION)]
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject)).await?;
    let Some(instance) = instance(&session, subject).await? else { return Ok(None) };
    let vpc_id = instance.vpc_id().unwrap_or_default().to_owned();
    let quarantine_group = quarantine_group(&session, &vpc_id).await?;
    let interfaces = instance.network_interfaces().iter().filter_map(|interface| {
        let ids = interface.groups().iter().filter_map(|group| group.group_id());
        let mut groups: Vec<String> = ids.map(str::to_owned).collect();
        groups.sort();
        Some((interface.network_interface_id()?.to_owned(), groups))
    });
    Ok(Some(Observation::Instance(InstanceState {
        instance_id: subject.id.to_owned(),
        vpc_id,
        quarantine_group,
        interfaces: interfaces.collect(),
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

async fn quarantine_group(session: &Session, vpc_id: &str) -> PortResult<Option<String>> {
    if vpc_id.is_empty() {
        return Ok(None);
    }
    let ec2 = session.ec2();
    let of_vpc = Filter::builder().name("vpc-id").values(vpc_id).build();
    let tagged = Filter::builder().name("tag-key").values(QUARANTINE).build();
    let pages =
        ec2.describe_security_groups().filters(of_vpc).filters(tagged).into_paginator().items().send();
    let found = pages.try_collect().await.map_err(|e| failed("find the quarantine group", e))?;
    Ok(found.into_iter().filter_map(|group| group.group_id).min())
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "set the groups of an interface";
    let Change::SetGroups { interfaces, .. } = change else {
        return Err(refused(OPERATION, "it is for another kind of resource"));
    };
    let session = sessions.open(subject, Purpose::Change, &to_change(subject, change)).await?;
    let ec2 = session.ec2();
    let mut outcome = Ok(());
    for (interface, groups) in interfaces {
        let call = ec2.modify_network_interface_attribute().network_interface_id(interface);
        if let Err(error) = call.set_groups(Some(groups.clone())).send().await {
            outcome = outcome.and(Err(failed(OPERATION, error)));
        }
    }
    outcome
}
