//! One dispatcher for each function of the workflow, over the use cases that it may run and nothing else.
//!
//! Apart from [`World`](super::World) so that what a function cannot reach stands in its type: who analyses holds no
//! account, who notifies cannot plan.

use async_trait::async_trait;
use serde_json::{Value, json};
use soc_domain::action::Tier;
use soc_domain::assess::Way;
use soc_domain::id::ActionId;
use soc_domain::policy::Policy;

use super::remedy::{Order, reversal_answer};
use super::{Function, MachineReversal, Remedies, Request};
use crate::analyze::{Analyze, Spoke};
use crate::approve::{Approving, Settling};
use crate::error::StageError;
use crate::execute::Executing;
use crate::load::Case;
use crate::notify::Notifying;
use crate::plan::Planning;
use crate::reverse::Reversing;
use crate::triage::Triage;
use crate::verify::Verifying;

/// What `triage` does.
#[derive(Clone, Copy)]
pub struct TriageStage<'a> {
    /// Its only use case.
    pub triage: Triage<'a>,
}

impl TriageStage<'_> {
    /// Does what the workflow asks.
    ///
    /// # Errors
    /// The stage's error, whose name the state machine knows.
    pub async fn handle(&self, payload: Value) -> Result<Value, StageError> {
        let request = Request::read(Function::Triage, payload)?;
        match request.op.as_str() {
            "assess" => {
                let route = match self.triage.assess(request.case()).await? {
                    Way::Record => "record",
                    Way::Notify => "notify",
                    Way::Respond => "respond",
                };
                Ok(json!({ "route": route }))
            }
            op => Err(Function::Triage.unknown(op)),
        }
    }
}

/// What `analyze` does.
#[derive(Clone, Copy)]
pub struct AnalyzeStage<'a> {
    /// Its only use case.
    pub analyzing: Analyze<'a>,
}

impl AnalyzeStage<'_> {
    /// Does what the workflow asks.
    ///
    /// # Errors
    /// The stage's error, whose name the state machine knows.
    pub async fn handle(&self, payload: Value) -> Result<Value, StageError> {
        let request = Request::read(Function::Analyze, payload)?;
        match request.op.as_str() {
            "analyze" => Ok(match self.analyzing.analyze(request.case()).await? {
                Spoke::Done => json!({ "ai": "done" }),
                Spoke::Skipped { reason } => json!({ "ai": "skipped", "reason": reason }),
            }),
            op => Err(Function::Analyze.unknown(op)),
        }
    }
}

/// What `remediate` does: the only stage that may change an account, for the workflow, a person or the sweep.
#[derive(Clone, Copy)]
pub struct RemediateStage<'a> {
    /// The plan.
    pub planning: Planning<'a>,
    /// The act.
    pub executing: Executing<'a>,
    /// The end of the questions that nobody answered.
    pub settling: Settling<'a>,
    /// The look afterwards.
    pub verifying: Verifying<'a>,
    /// The way back.
    pub reversing: Reversing<'a>,
    /// How long people have to answer.
    pub policy: &'a Policy,
}

impl RemediateStage<'_> {
    /// Does what the workflow asks, or undoes one action, or ends one intent of an incident that was merged.
    ///
    /// # Errors
    /// The stage's error, whose name the state machine knows.
    pub async fn handle(&self, payload: Value) -> Result<Value, StageError> {
        if let Some(order) = Order::read(&payload)? {
            return match order {
                Order::Reverse { action_id, person } => {
                    reversal_answer(self.reversing.reverse(action_id, &person).await)
                }
                Order::EndMerged { action_id } => {
                    self.executing.end_merged(action_id).await?;
                    Ok(json!({ "ended": true }))
                }
            };
        }
        let request = Request::read(Function::Remediate, payload)?;
        self.task(&request).await
    }

    async fn task(&self, request: &Request) -> Result<Value, StageError> {
        let case = request.case();
        match request.op.as_str() {
            "plan" => self.plan(case).await,
            "execute" => {
                let Some(tier) = request.tier else {
                    return Err(StageError::Rejected { what: "execute needs a tier".to_owned() });
                };
                let tally = self.executing.execute(case, tier).await?;
                Ok(json!({
                    "done": tally.done,
                    "no_effect": tally.no_effect,
                    "withdrawn": tally.withdrawn,
                    "unknown": tally.unknown,
                }))
            }
            "settle" => Ok(json!({ "expired": self.settling.settle(case).await? })),
            "verify" => Ok(json!({ "outcome": self.verifying.verify(case).await? })),
            op => Err(Function::Remediate.unknown(op)),
        }
    }

    async fn plan(&self, case: Case) -> Result<Value, StageError> {
        self.executing.end_older(case).await?;
        let plan = self.planning.plan(case).await?;
        Ok(json!({
            "auto": plan.count(Tier::Auto),
            "approve": plan.count(Tier::Approve),
            "guide": plan.count(Tier::Guide),
            "plan_sha256": plan.sha256,
            "approval_timeout_seconds": self.policy.rules.approval.timeout.duration().as_secs(),
        }))
    }
}

/// Directly, where the sweep and the act are one process.
#[async_trait]
impl Remedies for RemediateStage<'_> {
    async fn reverse(&self, id: ActionId, person: &str) -> Result<MachineReversal, StageError> {
        MachineReversal::of(self.reversing.reverse(id, person).await)
    }

    async fn end_merged(&self, id: ActionId) -> Result<(), StageError> {
        self.executing.end_merged(id).await
    }
}

/// What `notify` does.
#[derive(Clone, Copy)]
pub struct NotifyStage<'a> {
    /// The questions.
    pub approving: Approving<'a>,
    /// The notices.
    pub notifying: Notifying<'a>,
}

impl NotifyStage<'_> {
    /// Does what the workflow asks.
    ///
    /// # Errors
    /// The stage's error, whose name the state machine knows.
    pub async fn handle(&self, payload: Value) -> Result<Value, StageError> {
        let request = Request::read(Function::Notify, payload)?;
        let case = request.case();
        match request.op.as_str() {
            "ask" => {
                let token = request.task_token.unwrap_or_default();
                let asked = self.approving.ask(case, &token, &self.notifying).await?;
                Ok(json!({ "asked": asked }))
            }
            "notify" => Ok(json!({ "told": self.notifying.notify(case).await? })),
            op => Err(Function::Notify.unknown(op)),
        }
    }
}
