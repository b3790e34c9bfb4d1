//! Actions and questions on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use soc_domain::action::{Action, ActionState as DomainState};
use soc_domain::approval::Approval;
use soc_domain::incident::Incident;
use utoipa::ToSchema;

use super::Moment;
use super::words::{ActionKind, ActionState, Answer, ApprovalState, Severity, Tier, Verdict};

/// One action and its history in brief.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionView {
    id: String,
    incident: String,
    /// Planned by this generation.
    generation: u32,
    kind: ActionKind,
    /// What it does and how it is undone, in our words.
    describe: String,
    /// The ARN.
    resource: String,
    account: String,
    region: String,
    parameters: BTreeMap<String, String>,
    tier: Tier,
    state: ActionState,
    /// Why it has this tier, and not a freer one.
    reasons: Vec<String>,
    /// How many things it touches.
    blast_radius: u32,
    /// How many persons must consent.
    persons: u8,
    /// How often the same was done and undone before.
    attempt: u32,
    /// Who answers for it.
    owner: String,
    /// What happened last.
    note: Option<String>,
    /// What was there before.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What was there after.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// When it took effect, or may have.
    done_at: Option<Moment>,
    /// When it ends by itself.
    expires_at: Option<Moment>,
    /// Whether it can be undone now.
    reversible: bool,
}

impl From<&Action> for ActionView {
    fn from(action: &Action) -> Self {
        let place = &action.target.place;
        let document = |seen: &Option<_>| seen.as_ref().and_then(|seen| serde_json::to_value(seen).ok());
        Self {
            id: action.id.to_string(),
            incident: action.incident.to_string(),
            generation: action.generation,
            kind: action.target.kind.into(),
            describe: action.target.kind.describe().to_owned(),
            resource: action.target.resource.clone(),
            account: place.account.clone(),
            region: place.region.clone(),
            parameters: action.target.parameters.clone(),
            tier: action.tier.into(),
            state: action.state.into(),
            reasons: action.reasons.clone(),
            blast_radius: action.blast_radius,
            persons: action.persons,
            attempt: action.attempt,
            owner: action.owner.clone(),
            note: action.note.clone(),
            before: document(&action.before),
            after: document(&action.after),
            done_at: Moment::maybe(action.done_at),
            expires_at: Moment::maybe(action.expires_at),
            reversible: action.state == DomainState::Done
                && action.before.is_some()
                && action.after.is_some(),
        }
    }
}

/// A question to people about one action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalView {
    action: ActionView,
    incident: AskedAbout,
    /// The generation that asks.
    generation: u32,
    state: ApprovalState,
    /// How many persons must consent.
    persons: u8,
    /// How many further persons must.
    missing: u64,
    decisions: Vec<DecisionView>,
    asked_at: Moment,
    /// When the answer becomes no.
    expires_at: Moment,
    /// The plan that asks: a decision names it. Null if the incident has a newer one.
    plan_sha256: Option<String>,
}

/// What a question is about, in brief.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedAbout {
    id: String,
    title: String,
    severity: Severity,
    verdict: Option<Verdict>,
    priority: Option<u8>,
}

/// One person's answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionView {
    person: String,
    answer: Answer,
    reason: Option<String>,
    at: Moment,
}

impl ApprovalView {
    /// The question about `action` of `incident`; the plan is shown only if the question is about exactly it.
    pub(crate) fn new(approval: &Approval, action: &Action, incident: &Incident) -> Self {
        let plan = incident.plan_sha256.as_ref().filter(|plan| approval.is_about(action, plan));
        let decisions = approval.decisions.iter().map(|decision| DecisionView {
            person: decision.person.clone(),
            answer: decision.answer.into(),
            reason: decision.reason.clone(),
            at: decision.at.into(),
        });
        Self {
            action: action.into(),
            incident: AskedAbout {
                id: incident.id.to_string(),
                title: incident.title.clone(),
                severity: incident.severity.into(),
                verdict: incident.standing_verdict().map(Into::into),
                priority: incident.priority,
            },
            generation: approval.generation,
            state: approval.state.into(),
            persons: approval.persons,
            missing: approval.missing() as u64,
            decisions: decisions.collect(),
            asked_at: approval.asked_at.into(),
            expires_at: approval.expires_at.into(),
            plan_sha256: plan.cloned(),
        }
    }
}

/// What came of a wish to undo an action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReversalView {
    /// `LeftToRunner`: it is written down, and whoever drives does it or refuses.
    pub(crate) state: ReversalState,
    /// The action as it stands now.
    pub(crate) action: Option<ActionView>,
}

/// How far a reversal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum ReversalState {
    /// It is undone.
    Reversed,
    /// It will be undone, or refused.
    LeftToRunner,
}
