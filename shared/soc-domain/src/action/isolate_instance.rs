//! Isolate an instance: EC2 `ModifyNetworkInterfaceAttribute` on each interface with only the quarantine
//! group of the VPC; undone with the groups that each interface had, in their order.
//!
//! Permissions: `ec2:DescribeInstances`, `ec2:DescribeSecurityGroups`, `ec2:ModifyNetworkInterfaceAttribute`.
//! What it cannot undo: connections that broke. Connections that security groups track may live on until they
//! are idle ("Security group connection tracking", Amazon EC2 User Guide). The quarantine group (tagged
//! `ai-soc:quarantine`) must exist: this action makes nothing that its reversal would have to leave behind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ActionKind, Change, Effect, Target};
use crate::finding::{Finding, FindingClass, ResourceKind, ResourceRole};
use crate::finding_type::FindingType;
use crate::severity::Severity;

pub(super) const DESCRIPTION: &str = "Swap the security groups of the instance's interfaces for the quarantine group. \
     Undone by setting the groups that each interface had.";

/// An instance and how it is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceState {
    /// `i-...`.
    pub instance_id: String,
    /// `vpc-...`.
    pub vpc_id: String,
    /// The quarantine group of that VPC, if there is one.
    pub quarantine_group: Option<String>,
    /// The groups of each interface, in order.
    pub interfaces: BTreeMap<String, Vec<String>>,
    /// The tags of the instance.
    pub tags: BTreeMap<String, String>,
}

/// For threats of at least Medium in which an instance acted, or its credentials were used elsewhere.
pub(super) fn propose(finding: &Finding) -> Vec<Target> {
    let parts = FindingType::parse(&finding.kind);
    let acted = finding.role != Some(ResourceRole::Target) || parts.is_known_bad();
    if finding.class != FindingClass::Threat
        || finding.effective_severity() < Severity::Medium
        || !acted
        || parts.is_inbound_probe()
    {
        return Vec::new();
    }
    let instances = finding.resources.iter().filter(|resource| resource.kind == ResourceKind::AwsEc2Instance);
    instances
        .map(|instance| Target {
            kind: ActionKind::IsolateInstance,
            resource: instance.arn.clone(),
            place: instance.place.clone(),
            parameters: BTreeMap::from([("instance_id".to_owned(), instance.id.clone())]),
        })
        .collect()
}

pub(super) fn effect(instance: &InstanceState) -> Effect {
    let Some(group) = &instance.quarantine_group else {
        let why = "its VPC has no quarantine group: create a security group without rules, tagged ai-soc:quarantine";
        return Effect::Impossible { why: why.to_owned() };
    };
    if instance.interfaces.is_empty() {
        return Effect::Impossible { why: "it has no network interface".to_owned() };
    }
    let quarantined = vec![group.clone()];
    let interfaces: BTreeMap<_, _> = instance
        .interfaces
        .iter()
        .filter(|(_, groups)| **groups != quarantined)
        .map(|(interface, _)| (interface.clone(), quarantined.clone()))
        .collect();
    if interfaces.is_empty() {
        return Effect::AlreadyThere;
    }
    Effect::Change(Change::SetGroups { instance_id: instance.instance_id.clone(), interfaces })
}

pub(super) fn reversal(before: &InstanceState, after: &InstanceState) -> Option<Change> {
    let interfaces: BTreeMap<_, _> = before
        .interfaces
        .iter()
        .filter(|(interface, groups)| after.interfaces.get(*interface) != Some(groups))
        .map(|(interface, groups)| (interface.clone(), groups.clone()))
        .collect();
    (!interfaces.is_empty())
        .then(|| Change::SetGroups { instance_id: before.instance_id.clone(), interfaces })
}

/// The instance, and each service that stands behind a further interface.
pub(super) fn blast_radius(instance: &InstanceState) -> u32 {
    u32::try_from(instance.interfaces.len()).unwrap_or(u32::MAX).max(1)
}
