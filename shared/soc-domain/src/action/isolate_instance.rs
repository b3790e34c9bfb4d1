//! Isolate an instance: EC2 `ModifyNetworkInterfaceAttribute` on each interface with only the quarantine
//! group of the VPC; undone with the groups that each interface had, in their order.
//!
//! Permissions: `ec2:DescribeInstances`, `ec2:DescribeSecurityGroups`, `ec2:ModifyNetworkInterfaceAttribute`.
//! What it cannot undo: connections that broke. Connections that security groups track may live on until they
//! are idle ("Security group connection tracking", Amazon EC2 User Guide). The quarantine group (tagged
//! `ai-soc:quarantine`) must exist: this action makes nothing that its reversal would have to leave behind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, acting_instances, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::Finding;
use crate::id::IncidentId;

pub(super) const MEANING: Meaning = Meaning {
    name: "isolate-instance",
    description: "Swap the security groups of the instance's interfaces for the quarantine group. \
         Undone by setting the groups that each interface had.",
    lasting: Lasting::Containment,
    propose,
};

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
fn propose(finding: &Finding, _incident: IncidentId) -> Vec<Target> {
    let targets = acting_instances(finding).map(|instance| Target {
        kind: ActionKind::IsolateInstance,
        resource: instance.arn.clone(),
        place: instance.place.clone(),
        parameters: parameters([("instance_id", instance.id.clone())]),
    });
    targets.collect()
}

impl Subject for InstanceState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn settings(&self) -> BTreeMap<String, String> {
        self.interfaces.iter().map(|(interface, groups)| (interface.clone(), groups.join(","))).collect()
    }

    fn effect(&self, _target: &Target) -> Effect {
        let Some(group) = &self.quarantine_group else {
            return Effect::impossible(
                "its VPC has no quarantine group: create a security group without rules, tagged ai-soc:quarantine",
            );
        };
        if self.interfaces.is_empty() {
            return Effect::impossible("it has no network interface");
        }
        let quarantined = vec![group.clone()];
        let interfaces: BTreeMap<_, _> = self
            .interfaces
            .iter()
            .filter(|(_, groups)| **groups != quarantined)
            .map(|(interface, _)| (interface.clone(), quarantined.clone()))
            .collect();
        if interfaces.is_empty() {
            return Effect::AlreadyThere;
        }
        Effect::Change(Change::SetGroups { instance_id: self.instance_id.clone(), interfaces })
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::Instance(after) = after else { return None };
        let interfaces: BTreeMap<_, _> = self
            .interfaces
            .iter()
            .filter(|(interface, groups)| after.interfaces.get(*interface) != Some(groups))
            .map(|(interface, groups)| (interface.clone(), groups.clone()))
            .collect();
        (!interfaces.is_empty())
            .then(|| Change::SetGroups { instance_id: self.instance_id.clone(), interfaces })
    }

    fn apply(&mut self, change: &Change) {
        if let Change::SetGroups { interfaces, .. } = change {
            self.interfaces.extend(interfaces.clone());
        }
    }

    /// The instance, and each service that stands behind a further interface.
    fn blast_radius(&self) -> u32 {
        u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX).max(1)
    }
}
