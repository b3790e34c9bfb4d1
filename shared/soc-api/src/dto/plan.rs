//! The response plan on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use soc_domain::action::Action;
use soc_domain::approval::Approval;
use soc_domain::plan::{Plan, Step};
use utoipa::ToSchema;

use super::Citation;
use super::words::{ActionKind, ActionState, ApprovalState, Mode, Tier};

/// The response plan of one generation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    /// Identifies exactly this plan; decisions name it.
    sha256: String,
    generation: u32,
    /// How far the machine may go.
    mode: Mode,
    steps: Vec<PlanStep>,
    /// What is left to people.
    guides: Vec<GuideView>,
}

/// One action of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanStep {
    action_id: String,
    kind: ActionKind,
    /// What it does and how it is undone, in our words.
    describe: String,
    /// The ARN.
    resource: String,
    account: String,
    region: String,
    parameters: BTreeMap<String, String>,
    tier: Tier,
    /// Why not a freer tier.
    reasons: Vec<String>,
    blast_radius: u32,
    persons: u8,
    /// The finding that calls for it.
    finding: String,
    /// What was there when the plan was made.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What would change, setting by setting, in our words; null where the machine never does it.
    change: Option<String>,
    /// How far the action is; null while it is only planned on paper.
    state: Option<ActionState>,
    /// Where the question about it is.
    approval: Option<ApprovalState>,
}

/// What a person should do by hand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideView {
    text: String,
    resource: Option<String>,
    citation: Citation,
}

impl PlanView {
    /// The plan with how far each of its steps is.
    pub(crate) fn new(plan: &Plan, actions: &[Action], approvals: &[Approval]) -> Self {
        let steps = plan.steps.iter().map(|step| {
            let action = actions.iter().find(|action| action.id == step.id);
            let mut questions = approvals.iter().filter(|approval| approval.action == step.id);
            let question = questions.find(|approval| approval.generation == plan.generation);
            PlanStep::new(step, action, question)
        });
        let guides = plan.guides.iter().map(|guide| GuideView {
            text: guide.text.clone(),
            resource: guide.resource.clone(),
            citation: (&guide.citation).into(),
        });
        Self {
            sha256: plan.sha256.clone(),
            generation: plan.generation,
            mode: plan.mode.into(),
            steps: steps.collect(),
            guides: guides.collect(),
        }
    }
}

impl PlanStep {
    fn new(step: &Step, action: Option<&Action>, question: Option<&Approval>) -> Self {
        let place = &step.target.place;
        Self {
            action_id: step.id.to_string(),
            kind: step.target.kind.into(),
            describe: step.target.kind.describe().to_owned(),
            resource: step.target.resource.clone(),
            account: place.account.clone(),
            region: place.region.clone(),
            parameters: step.target.parameters.clone(),
            tier: step.tier.into(),
            reasons: step.reasons.clone(),
            blast_radius: step.blast_radius,
            persons: step.persons,
            finding: step.finding.to_string(),
            before: step.before.as_ref().and_then(|before| serde_json::to_value(before).ok()),
            change: change_in_words(step),
            state: action.map(|action| action.state.into()),
            approval: question.map(|question| question.state.into()),
        }
    }
}

/// `status: Active -> Inactive`, one setting after the other.
fn change_in_words(step: &Step) -> Option<String> {
    let (before, change) = (step.before.as_ref()?, step.change.as_ref()?);
    let (was, becomes) = (before.settings(), change.applied_to(before).settings());
    let names: std::collections::BTreeSet<&String> = was.keys().chain(becomes.keys()).collect();
    let nothing = "nothing".to_owned();
    let lines = names.into_iter().filter(|name| was.get(*name) != becomes.get(*name)).map(|name| {
        let (was, becomes) = (was.get(name).unwrap_or(&nothing), becomes.get(name).unwrap_or(&nothing));
        format!("{name}: {was} -> {becomes}")
    });
    Some(lines.collect::<Vec<_>>().join("; "))
}
