//! Revoke a security group's rule: EC2 `RevokeSecurityGroupIngress` of one rule; undone with
//! `AuthorizeSecurityGroupIngress` of the identical rule, with its description.
//!
//! Looks with `DescribeSecurityGroups` (is it there, its tags), `DescribeSecurityGroupRules` (one row for each rule
//! and source) and `DescribeNetworkInterfaces` (how many instances have the group). Each call needs the permission of
//! its name. A rule is named by protocol, ports and source, which a group has once. What it cannot undo: connections
//! that broke, and the rule's id and tags.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    Filter, IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroupRule, UserIdGroupPair,
};
use soc_domain::action::{Change, IngressRule, Observation, RuleState};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{code, failed, refused, unless};
use crate::permissions::{EVERYTHING, Permission, Purpose};
use crate::policy::Statement;
use crate::session::{Session, Sessions};
use crate::subject::Subject;

const OBSERVE: &str = "observe a security group";
const GROUPS: &[&str] = &["arn:PARTITION:ec2:REGION:ACCOUNT:security-group/*"];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("ec2:DescribeSecurityGroups", "describe_security_groups", EVERYTHING),
    Permission::look("ec2:DescribeSecurityGroupRules", "describe_security_group_rules", EVERYTHING),
    Permission::look("ec2:DescribeNetworkInterfaces", "describe_network_interfaces", EVERYTHING),
    Permission::change("ec2:RevokeSecurityGroupIngress", "revoke_security_group_ingress", GROUPS),
    Permission::change("ec2:AuthorizeSecurityGroupIngress", "authorize_security_group_ingress", GROUPS),
];

pub(crate) fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    let actions =
        ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:DescribeNetworkInterfaces"];
    vec![Statement::describe(subject, &actions)]
}

pub(crate) fn to_change(subject: &Subject<'_>, change: &Change) -> Vec<Statement> {
    let action = match change {
        Change::RevokeIngress { .. } => "ec2:RevokeSecurityGroupIngress",
        Change::AuthorizeIngress { .. } => "ec2:AuthorizeSecurityGroupIngress",
        _ => return Vec::new(),
    };
    vec![Statement::on(vec![subject.ec2_arn("security-group", subject.id)], &[action])]
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    const ABSENT: &[&str] = &["InvalidGroup.NotFound", "InvalidGroupId.Malformed", "InvalidGroupId.NotFound"];
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject)).await?;
    let ec2 = session.ec2();
    let groups = ec2.describe_security_groups().group_ids(subject.id).into_paginator().items().send();
    let groups = unless(ABSENT, OBSERVE, groups.try_collect().await)?.unwrap_or_default();
    let Some(group) = groups.into_iter().next() else { return Ok(None) };
    let of_group = Filter::builder().name("group-id").values(subject.id).build();
    let rules = ec2.describe_security_group_rules().filters(of_group).into_paginator().items().send();
    let rules = rules.try_collect().await.map_err(|e| failed(OBSERVE, e))?;
    let (port, source) =
        (subject.target.parameter("port").parse().unwrap_or(0), subject.target.parameter("source"));
    let incoming = rules.iter().filter(|rule| rule.is_egress() == Some(false));
    let mut rules: Vec<IngressRule> = incoming.map(read).filter(|rule| rule.opens(port, source)).collect();
    rules.sort();
    Ok(Some(Observation::Rule(RuleState {
        group_id: subject.id.to_owned(),
        rules,
        instances: instances(&session, subject.id).await?,
        tags: tags::of_ec2(group.tags()),
    })))
}

/// EC2 says -1 where a rule is for every port.
fn read(rule: &SecurityGroupRule) -> IngressRule {
    let port = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok());
    let group = rule.referenced_group_info().and_then(|group| group.group_id());
    let source = rule.cidr_ipv4().or(rule.cidr_ipv6()).or(rule.prefix_list_id()).or(group);
    IngressRule {
        protocol: rule.ip_protocol().unwrap_or_default().to_owned(),
        from_port: port(rule.from_port()),
        to_port: port(rule.to_port()),
        source: source.unwrap_or_default().to_owned(),
        description: rule.description().filter(|words| !words.is_empty()).map(str::to_owned),
    }
}

/// How many instances have an interface in the group.
async fn instances(session: &Session, group: &str) -> PortResult<u32> {
    let ec2 = session.ec2();
    let in_group = Filter::builder().name("group-id").values(group).build();
    let pages = ec2.describe_network_interfaces().filters(in_group).into_paginator().items().send();
    let interfaces = pages.try_collect().await.map_err(|e| failed(OBSERVE, e))?;
    let attached = interfaces.iter().filter_map(|interface| interface.attachment()?.instance_id());
    let distinct: BTreeSet<&str> = attached.collect();
    Ok(u32::try_from(distinct.len()).unwrap_or(u32::MAX))
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "revoke or authorize a rule";
    let session = sessions.open(subject, Purpose::Change, &to_change(subject, change)).await?;
    let ec2 = session.ec2();
    if let Change::RevokeIngress { group_id, rule } = change {
        let rule = IngressRule { description: None, ..rule.clone() };
        let call = ec2.revoke_security_group_ingress().group_id(group_id).ip_permissions(written(&rule));
        match call.send().await {
            Err(error) if code(&error) != "InvalidPermission.NotFound" => Err(failed(OPERATION, error)),
            Ok(_) | Err(_) => Ok(()),
        }
    } else if let Change::AuthorizeIngress { group_id, rule } = change {
        let call = ec2.authorize_security_group_ingress().group_id(group_id).ip_permissions(written(rule));
        match call.send().await {
            Err(error) if code(&error) != "InvalidPermission.Duplicate" => Err(failed(OPERATION, error)),
            Ok(_) | Err(_) => Ok(()),
        }
    } else {
        Err(refused(OPERATION, "it is for another kind of resource"))
    }
}

/// The rule as EC2 takes it: the source says by its form what it is.
fn written(rule: &IngressRule) -> IpPermission {
    let permission = IpPermission::builder()
        .ip_protocol(&rule.protocol)
        .set_from_port(rule.from_port.map(i32::from))
        .set_to_port(rule.to_port.map(i32::from));
    let (source, words) = (rule.source.clone(), rule.description.clone());
    let permission = if source.starts_with("sg-") {
        permission
            .user_id_group_pairs(UserIdGroupPair::builder().group_id(source).set_description(words).build())
    } else if source.starts_with("pl-") {
        permission
            .prefix_list_ids(PrefixListId::builder().prefix_list_id(source).set_description(words).build())
    } else if source.contains(':') {
        permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(source).set_description(words).build())
    } else {
        permission.ip_ranges(IpRange::builder().cidr_ip(source).set_description(words).build())
    };
    permission.build()
}
