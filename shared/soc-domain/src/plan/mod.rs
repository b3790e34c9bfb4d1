//! The response plan of one generation of an incident: actions with their tiers, and guidance for people.
//!
//! Pure and total. The model has no part in it: what is proposed follows from the findings, and how far the
//! machine may go follows from the policy and from what the account says. Anything unclear makes a tier stricter.

mod guidance;
mod tier;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionState, Change, Effect, Observation, Target, Tier, effect, propose};
use crate::evidence::{Citation, Evidence};
use crate::id::{ActionId, FindingId, sha256_hex};
use crate::incident::Incident;
use crate::policy::{Mode, Policy};
use crate::verdict::{Verdict, judge};

pub use tier::{Ceiling, protection};

/// What is known about a target when the plan is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What the account says; none if it has no such resource.
    pub observed: Option<Observation>,
    /// Actions that were done in the same account within the last hour.
    pub done_this_hour: u32,
}

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The incident, with the verdict that stands.
    pub incident: &'a Incident,
    /// Its evidence.
    pub evidence: &'a Evidence,
    /// What people decided.
    pub policy: &'a Policy,
    /// Facts for every target of `targets`.
    pub facts: &'a BTreeMap<Target, Facts>,
    /// All actions of the incident so far, of every generation.
    pub earlier: &'a [Action],
}

/// One action of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The action.
    pub id: ActionId,
    /// What on what.
    pub target: Target,
    /// Who may start it.
    pub tier: Tier,
    /// Why not a freer tier; empty for auto.
    pub reasons: Vec<String>,
    /// How many things it touches.
    pub blast_radius: u32,
    /// How many persons must consent.
    pub persons: u8,
    /// Number of completed reversals of the same before.
    pub attempt: u32,
    /// The finding that calls for it.
    pub finding: FindingId,
    /// What would change; none where the machine never does it.
    pub change: Option<Change>,
    /// What was there when the plan was made.
    pub before: Option<Observation>,
}

/// Something that a person should do by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// What to do, in our words.
    pub text: String,
    /// On which resource, if on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What calls for it.
    pub citation: Citation,
}

/// The plan of one generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The generation.
    pub generation: u32,
    /// How far the machine may go at all.
    pub mode: Mode,
    /// The actions, in the order of execution.
    pub steps: Vec<Step>,
    /// What is left to people.
    pub guides: Vec<Guide>,
    /// The hash of the policy that it rests on.
    pub policy_sha256: String,
    /// The hash of all of the above: approvals are bound to it.
    pub sha256: String,
}

impl Plan {
    /// How many steps have `tier`.
    #[must_use]
    pub fn count(&self, tier: Tier) -> usize {
        let steps = self.steps.iter().filter(|step| step.tier == tier).count();
        if tier == Tier::Guide { steps + self.guides.len() } else { steps }
    }
}

/// The targets that the evidence calls for, each with the first finding that does; of two, one of which does
/// all that the other would, only that one. Samples call for nothing.
#[must_use]
pub fn targets(evidence: &Evidence) -> Vec<(Target, FindingId)> {
    let mut found: Vec<(Target, FindingId)> = Vec::new();
    for finding in evidence.findings.iter().filter(|finding| finding.is_alarming() && !finding.sample) {
        for target in propose(finding, evidence.incident_id) {
            if found.iter().all(|(known, _)| !known.covers(&target)) {
                found.retain(|(known, _)| !target.covers(known));
                found.push((target, finding.id));
            }
        }
    }
    found
}

/// Makes the plan.
#[must_use]
pub fn plan(situation: &Situation<'_>) -> Plan {
    let policy = situation.policy;
    let mode = policy.rules.response.mode;
    let mut plan = Plan {
        generation: situation.incident.generation,
        mode,
        steps: Vec::new(),
        guides: Vec::new(),
        policy_sha256: policy.sha256.clone(),
        sha256: String::new(),
    };
    if mode != Mode::Off && !is_settled(situation.incident.standing_verdict()) {
        for (target, finding) in targets(situation.evidence) {
            add_step(&mut plan, situation, target, finding);
        }
        if is_settled(Some(judge(situation.evidence).verdict)) {
            leave_to_people(&mut plan.steps);
        }
        plan.steps.sort_by(|a, b| (a.tier, &a.target).cmp(&(b.tier, &b.target)));
        plan.guides.extend(guidance::guides(situation.evidence));
    }
    let document = serde_json::to_vec(&plan).unwrap_or_default();
    plan.sha256 = sha256_hex(&[situation.incident.id.to_string().as_bytes(), &document]);
    plan
}

/// Whether a verdict calls for no response.
#[must_use]
pub fn is_settled(verdict: Option<Verdict>) -> bool {
    matches!(verdict, Some(Verdict::Test | Verdict::Duplicate | Verdict::Benign | Verdict::FalsePositive))
}

/// Only an analyst holds the incident to be worth an answer: it may ask people, never start anything.
fn leave_to_people(steps: &mut [Step]) {
    for step in steps {
        step.tier = step.tier.max(Tier::Approve);
        step.reasons.push("only an analyst or a person holds this to be more than the rules do".to_owned());
    }
}

fn add_step(plan: &mut Plan, situation: &Situation<'_>, target: Target, finding: FindingId) {
    let same = |action: &&Action| action.target == target;
    let covers = |action: &&Action| action.target.covers(&target);
    let stands = situation.earlier.iter().filter(covers).any(|action| match action.state {
        ActionState::Intent
        | ActionState::Done
        | ActionState::NoEffect
        | ActionState::Unknown
        | ActionState::ReverseIntent => true,
        ActionState::Planned | ActionState::Reversed | ActionState::Withdrawn => false,
    });
    let observed = situation.facts.get(&target).and_then(|facts| facts.observed.clone());
    let effect = observed.as_ref().map(|observed| effect(&target, observed));
    if stands || effect == Some(Effect::AlreadyThere) {
        return;
    }
    let reversals =
        situation.earlier.iter().filter(same).filter(|a| a.state == ActionState::Reversed).count();
    let attempt = u32::try_from(reversals).unwrap_or(u32::MAX);
    let ceiling = tier::ceiling(situation, &target, attempt);
    plan.steps.push(Step {
        id: ActionId::derive(situation.incident.id, &target, attempt),
        tier: ceiling.tier,
        reasons: ceiling.reasons,
        blast_radius: observed.as_ref().map_or(0, crate::action::blast_radius),
        persons: ceiling.persons,
        attempt,
        finding,
        change: match effect {
            Some(Effect::Change(change)) => Some(change),
            Some(Effect::AlreadyThere | Effect::Impossible { .. }) | None => None,
        },
        before: observed,
        target,
    });
}
