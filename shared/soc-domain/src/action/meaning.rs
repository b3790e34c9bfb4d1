//! What every action has to answer, in one place.
//!
//! It is apart from the actions so that a new one is one file: its [`Meaning`] and the [`Subject`] of its
//! state. Everything else asks through these two, and the compiler asks for the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Change, Effect, Observation, Target};
use crate::finding::{Finding, FindingClass, Resource, ResourceKind, ResourceRole};
use crate::finding_type::FindingType;
use crate::id::IncidentId;
use crate::severity::Severity;

/// What an action leaves behind, and so whether it ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lasting {
    /// It keeps somebody out: it ends by itself after the policy's `containment.expiry`.
    Containment,
    /// It preserves what was there: it stays until a person undoes it, and holds nobody off.
    Evidence,
}

/// What a kind of action is, beside its effect.
pub(super) struct Meaning {
    /// The name, as policies and ids have it.
    pub(super) name: &'static str,
    /// What it does and how it is undone, in one sentence for people.
    pub(super) description: &'static str,
    /// Whether it ends by itself.
    pub(super) lasting: Lasting,
    /// What a finding calls for, in the incident that it is in.
    pub(super) propose: fn(&Finding, IncidentId) -> Vec<Target>,
}

/// The state of a resource, as far as an action knows it.
pub(super) trait Subject {
    /// The tags of the resource, or of its owner.
    fn tags(&self) -> &BTreeMap<String, String>;

    /// The user or role that loses something, if it is one.
    fn principal(&self) -> Option<&str> {
        None
    }

    /// Further ARNs that are touched, beside the target's.
    fn arns(&self) -> &[String] {
        &[]
    }

    /// Everything that the action sets, by name, in words for people. Equal settings are the same state.
    fn settings(&self) -> BTreeMap<String, String>;

    /// Whether `other` agrees in everything that the action sets.
    fn is_same(&self, other: &Observation) -> bool {
        self.settings() == other.settings()
    }

    /// What the action of `target` would do to this.
    fn effect(&self, target: &Target) -> Effect;

    /// The change that leads from `after` back to this; none if nothing that the action sets differs.
    fn reversal(&self, after: &Observation) -> Option<Change>;

    /// Becomes what it is after `change`; a change of another kind does nothing.
    fn apply(&mut self, change: &Change);

    /// How many things the action touches: principals, instances, services, connections.
    fn blast_radius(&self) -> u32;
}

/// The instances that acted in a threat of at least Medium, or whose credentials were used elsewhere.
pub(super) fn acting_instances(finding: &Finding) -> impl Iterator<Item = &Resource> {
    let parts = FindingType::parse(&finding.kind);
    let acted = finding.role != Some(ResourceRole::Target) || parts.is_known_bad();
    let calls = finding.class == FindingClass::Threat
        && finding.effective_severity() >= Severity::Medium
        && acted
        && !parts.is_inbound_probe();
    instances(finding).filter(move |_| calls)
}

/// Every instance that a finding names.
pub(super) fn instances(finding: &Finding) -> impl Iterator<Item = &Resource> {
    finding.resources.iter().filter(|resource| resource.kind == ResourceKind::AwsEc2Instance)
}

/// The ARN of another thing of EC2's beside the one at `arn`: same partition, region and account.
pub(super) fn beside(arn: &str, what: &str, id: &str) -> String {
    let front = arn.rsplit_once(':').map_or("", |(front, _resource)| front);
    format!("{front}:{what}/{id}")
}

/// The parameters of a target.
pub(super) fn parameters<const N: usize>(pairs: [(&str, String); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
