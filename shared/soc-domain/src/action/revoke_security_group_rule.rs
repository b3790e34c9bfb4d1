//! Revoke a security group's rule: EC2 `RevokeSecurityGroupIngress` of the one rule that opens a port to
//! everybody; undone with `AuthorizeSecurityGroupIngress` of the identical rule, with its description.
//!
//! Permissions: `ec2:DescribeSecurityGroups`, `ec2:DescribeSecurityGroupRules`,
//! `ec2:DescribeNetworkInterfaces`, `ec2:RevokeSecurityGroupIngress`, `ec2:AuthorizeSecurityGroupIngress`.
//! What it cannot undo: connections that broke, and the rule's id and tags: EC2 gives the rule a new id.
//! The rules of a group are a set without an order; here they are always sorted. If several rules open the
//! port to the same source, or none does, nothing is revoked: a person must choose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, beside, instances, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::{Finding, FindingClass, Resource, ResourceKind, ResourceRole};
use crate::finding_type::FindingType;
use crate::id::IncidentId;
use crate::severity::Severity;

pub(super) const MEANING: Meaning = Meaning {
    name: "revoke-security-group-rule",
    description: "Revoke the one rule of the security group that opens the port to everybody. \
         Undone by authorizing the identical rule.",
    lasting: Lasting::Containment,
    propose,
};

/// Everybody.
const SOURCES: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// Web servers are there for everybody, and everybody probes them.
const PUBLIC: [u16; 2] = [80, 443];

/// High-risk ports of control EC2.19 (AWS Security Hub User Guide, "Security Hub controls for Amazon EC2").
const HIGH_RISK: [u16; 24] = [
    20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
    8088, 8888, 9200, 9300,
];

/// One rule for what may come in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngressRule {
    /// `tcp`, `udp`, `icmp`, a number, or `-1` for everything.
    pub protocol: String,
    /// The first port; none for every port.
    #[serde(default)]
    pub from_port: Option<u16>,
    /// The last port; none for every port.
    #[serde(default)]
    pub to_port: Option<u16>,
    /// A range of addresses, a prefix list or a group.
    pub source: String,
    /// What people wrote beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl IngressRule {
    /// Whether the rule opens a TCP port to exactly this source.
    #[must_use]
    pub fn opens(&self, port: u16, source: &str) -> bool {
        let from = self.from_port.unwrap_or(0);
        let to = self.to_port.unwrap_or(u16::MAX);
        matches!(self.protocol.as_str(), "tcp" | "6" | "-1")
            && (from..=to).contains(&port)
            && self.source == source
    }

    fn ports(&self) -> u32 {
        let from = u32::from(self.from_port.unwrap_or(0));
        u32::from(self.to_port.unwrap_or(u16::MAX)).saturating_sub(from).saturating_add(1)
    }

    fn name(&self) -> String {
        let ports = match (self.from_port, self.to_port) {
            (Some(from), Some(to)) if from == to => format!("port {from}"),
            (Some(from), Some(to)) => format!("ports {from}-{to}"),
            (_, _) => "all ports".to_owned(),
        };
        format!("{} {ports} from {}", self.protocol, self.source)
    }
}

/// The rules of a security group that open one port to one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleState {
    /// `sg-...`.
    pub group_id: String,
    /// Those rules, sorted.
    pub rules: Vec<IngressRule>,
    /// How many instances the group is on.
    pub instances: u32,
    /// The tags of the group.
    pub tags: BTreeMap<String, String>,
}

/// For ports that somebody probes or breaks into by force: the groups of the attacked instance. For controls:
/// the group that is open.
fn propose(finding: &Finding, _incident: IncidentId) -> Vec<Target> {
    let mut targets = Vec::new();
    match finding.class {
        FindingClass::Threat => {
            let probed = probed_ports(finding);
            for (instance, group) in instances(finding).flat_map(groups) {
                add(&mut targets, instance, group, &probed);
            }
        }
        FindingClass::Control => {
            let kind = ResourceKind::AwsEc2SecurityGroup;
            for group in finding.resources.iter().filter(|resource| resource.kind == kind) {
                add(&mut targets, group, &group.id, control_ports(&finding.kind));
            }
        }
        FindingClass::Vulnerability | FindingClass::Other => {}
    }
    targets
}

fn groups(instance: &Resource) -> impl Iterator<Item = (&Resource, &String)> {
    let interfaces = instance.instance.iter().flat_map(|details| &details.interfaces);
    interfaces.flat_map(|interface| &interface.groups).map(move |group| (instance, group))
}

fn add(targets: &mut Vec<Target>, near: &Resource, group: &str, ports: &[u16]) {
    for port in ports {
        for source in SOURCES {
            let target = Target {
                kind: ActionKind::RevokeSecurityGroupRule,
                resource: beside(&near.arn, "security-group", group),
                place: near.place.clone(),
                parameters: parameters([
                    ("group_id", group.to_owned()),
                    ("port", port.to_string()),
                    ("source", source.to_owned()),
                ]),
            };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
}

/// The ports of ours that somebody knocks at from outside; none if the instance is who knocks.
fn probed_ports(finding: &Finding) -> Vec<u16> {
    let parts = FindingType::parse(&finding.kind);
    let outward = finding.role == Some(ResourceRole::Actor);
    if outward || !parts.is_inbound_probe() || finding.effective_severity() < Severity::Low {
        return Vec::new();
    }
    if !finding.local_ports.is_empty() {
        return finding.local_ports.iter().copied().filter(|port| !PUBLIC.contains(port)).collect();
    }
    match parts.family {
        "SSHBruteForce" => vec![22],
        "RDPBruteForce" => vec![3389],
        "WinRMBruteForce" => vec![5985, 5986],
        _ => Vec::new(),
    }
}

/// The ports that a control says must not be open to everybody; EC2.18 does not say which one is.
fn control_ports(control: &str) -> &'static [u16] {
    match control {
        "EC2.13" => &[22],
        "EC2.14" => &[3389],
        "EC2.19" => &HIGH_RISK,
        "EC2.53" | "EC2.54" => &[22, 3389],
        _ => &[],
    }
}

impl Subject for RuleState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let words = |rule: &IngressRule| rule.description.clone().unwrap_or_else(|| "allowed".to_owned());
        self.rules.iter().map(|rule| (rule.name(), words(rule))).collect()
    }

    fn effect(&self, target: &Target) -> Effect {
        let Ok(port) = target.parameter("port").parse::<u16>() else {
            return Effect::impossible("the target names no port");
        };
        let source = target.parameter("source");
        let mut opening = self.rules.iter().filter(|rule| rule.opens(port, source));
        match (opening.next(), opening.next()) {
            (None, _) => Effect::AlreadyThere,
            (Some(rule), None) => {
                Effect::Change(Change::RevokeIngress { group_id: self.group_id.clone(), rule: rule.clone() })
            }
            (Some(_), Some(_)) => {
                Effect::impossible("several of its rules open the port: choose which of them to revoke")
            }
        }
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::Rule(after) = after else { return None };
        let rule = self.rules.iter().find(|rule| !after.rules.contains(rule))?.clone();
        Some(Change::AuthorizeIngress { group_id: self.group_id.clone(), rule })
    }

    fn apply(&mut self, change: &Change) {
        if let Change::RevokeIngress { rule, .. } = change {
            self.rules.retain(|known| known != rule);
        } else if let Change::AuthorizeIngress { rule, .. } = change {
            self.rules.push(rule.clone());
            self.rules.sort();
        }
    }

    /// Every port of the rule on every instance of the group.
    fn blast_radius(&self) -> u32 {
        let ports = self.rules.iter().map(IngressRule::ports).max().unwrap_or(1);
        self.instances.max(1).saturating_mul(ports)
    }
}
