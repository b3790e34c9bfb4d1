//! Deny a remote address: EC2 `CreateNetworkAclEntry` in the network ACL of a subnet; undone with
//! `DeleteNetworkAclEntry` of exactly that entry.
//!
//! Looks with `DescribeNetworkAcls`. Each call needs the permission of its name, the two on the network ACL. EC2
//! deletes by number and direction alone, so the entry is compared before; between that look and the call somebody
//! could still put another one in its place. What it cannot undo: connections that broke.

use std::net::IpAddr;

use aws_sdk_ec2::types::{Filter, NetworkAclEntry, RuleAction};
use soc_domain::action::{AclEntry, AclState, Change, Direction, EntryVerdict, Observation};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{code, failed, incomplete, refused};
use crate::permissions::{EVERYTHING, Permission, Purpose};
use crate::policy::Statement;
use crate::session::Sessions;
use crate::subject::Subject;

const OBSERVE: &str = "observe the network ACL of a subnet";
const ACLS: &[&str] = &["arn:PARTITION:ec2:REGION:ACCOUNT:network-acl/*"];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("ec2:DescribeNetworkAcls", "describe_network_acls", EVERYTHING),
    Permission::change("ec2:CreateNetworkAclEntry", "create_network_acl_entry", ACLS),
    Permission::change("ec2:DeleteNetworkAclEntry", "delete_network_acl_entry", ACLS),
];

pub(crate) fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    vec![Statement::describe(subject, &["ec2:DescribeNetworkAcls"])]
}

pub(crate) fn to_change(subject: &Subject<'_>, change: &Change) -> Vec<Statement> {
    let (acl, action) = match change {
        Change::CreateAclEntry { acl_id, .. } => (acl_id, "ec2:CreateNetworkAclEntry"),
        Change::DeleteAclEntry { acl_id, .. } => (acl_id, "ec2:DeleteNetworkAclEntry"),
        _ => return Vec::new(),
    };
    vec![Statement::on(vec![subject.ec2_arn("network-acl", acl)], &[action])]
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject)).await?;
    let ec2 = session.ec2();
    let of_subnet = Filter::builder().name("association.subnet-id").values(subject.id).build();
    let pages = ec2.describe_network_acls().filters(of_subnet).into_paginator().items().send();
    let found = pages.try_collect().await.map_err(|e| failed(OBSERVE, e))?;
    let Some(acl) = found.into_iter().next() else { return Ok(None) };
    let acl_id = acl.network_acl_id().unwrap_or_default().to_owned();
    let mut entries = Vec::new();
    for entry in acl.entries() {
        entries.push(read(entry).ok_or_else(|| incomplete(OBSERVE, "what an entry does to whom"))?);
    }
    entries.sort();
    Ok(Some(Observation::NetworkAcl(AclState {
        acl_arns: vec![subject.ec2_arn("network-acl", &acl_id)],
        acl_id,
        cidr: subject.target.parameter("address").to_owned(),
        direction: Direction::of(subject.target),
        entries,
        subnets: u32::try_from(acl.associations().len()).unwrap_or(u32::MAX),
        tags: tags::of_ec2(acl.tags()),
    })))
}

/// None if EC2 leaves out what decides. An entry that was left out here could be the one that lets traffic pass.
fn read(entry: &NetworkAclEntry) -> Option<AclEntry> {
    let direction = if entry.egress()? { Direction::Egress } else { Direction::Ingress };
    let verdict = match entry.rule_action()? {
        RuleAction::Deny => EntryVerdict::Deny,
        // Also what EC2 may add some day: it is taken for the laxer of the two.
        _ => EntryVerdict::Allow,
    };
    let port = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok());
    let ports = entry.port_range().and_then(|range| Some([port(range.from())?, port(range.to())?]));
    Some(AclEntry {
        direction,
        number: u16::try_from(entry.rule_number()?).ok()?,
        protocol: entry.protocol().unwrap_or_default().to_owned(),
        ports,
        cidr: canonical(entry.cidr_block().or(entry.ipv6_cidr_block())?),
        verdict,
    })
}

/// One text for one range: an IPv6 address can be written in many ways.
fn canonical(cidr: &str) -> String {
    let parts =
        cidr.split_once('/').and_then(|(network, length)| Some((network.parse::<IpAddr>().ok()?, length)));
    parts.map_or_else(|| cidr.to_owned(), |(network, length)| format!("{network}/{length}"))
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "make or delete an entry of a network ACL";
    let session = sessions.open(subject, Purpose::Change, &to_change(subject, change)).await?;
    let ec2 = session.ec2();
    if let Change::CreateAclEntry { acl_id, entry } = change {
        if entry.ports.is_some() {
            return Err(refused(OPERATION, "it denies an address, not its ports"));
        }
        let verdict = match entry.verdict {
            EntryVerdict::Allow => return Err(refused(OPERATION, "it would let traffic pass")),
            EntryVerdict::Deny => RuleAction::Deny,
        };
        let call = ec2.create_network_acl_entry().network_acl_id(acl_id).rule_number(i32::from(entry.number));
        let call = call.egress(is_egress(entry)).protocol(&entry.protocol).rule_action(verdict);
        let call = if entry.cidr.contains(':') {
            call.ipv6_cidr_block(&entry.cidr)
        } else {
            call.cidr_block(&entry.cidr)
        };
        call.send().await.map_err(|e| failed(OPERATION, e))?;
        Ok(())
    } else if let Change::DeleteAclEntry { acl_id, entry } = change {
        let call = ec2.delete_network_acl_entry().network_acl_id(acl_id).rule_number(i32::from(entry.number));
        match call.egress(is_egress(entry)).send().await {
            Err(error) if code(&error) != "InvalidNetworkAclEntry.NotFound" => Err(failed(OPERATION, error)),
            Ok(_) | Err(_) => Ok(()),
        }
    } else {
        Err(refused(OPERATION, "it is for another kind of resource"))
    }
}

const fn is_egress(entry: &AclEntry) -> bool {
    match entry.direction {
        Direction::Ingress => false,
        Direction::Egress => true,
    }
}
