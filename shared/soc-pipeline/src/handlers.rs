//! The workflow's tasks: (function, op) to use case. Both places to run dispatch here, so that one state
//! machine means the same in both. Payloads and answers carry ids and counts only.

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use soc_domain::action::Tier;
use soc_domain::assess::Way;
use soc_domain::id::IncidentId;
use soc_domain::policy::Policy;
use soc_domain::severity::UnknownName;
use soc_guard::redact::Redactor;

use crate::analyze::{Analyze, Spoke};
use crate::approve::Approving;
use crate::error::StageError;
use crate::execute::Executing;
use crate::load::Case;
use crate::notify::Notifying;
use crate::plan::Planning;
use crate::ports::{
    Account, Actions, Analyst, Approvals, Clock, Dossier, Findings, Incidents, Ledger, Notifiers, Sources,
    Workflows,
};
use crate::reverse::Reversing;
use crate::sweep::Sweeping;
use crate::triage::Triage;
use crate::verify::Verifying;

/// The functions of the workflow, as the state machine substitutes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// Assess.
    Triage,
    /// Analyze.
    Analyze,
    /// Plan, execute, settle, verify: the only one that may change an account.
    Remediate,
    /// Ask and notify.
    Notify,
}

impl Function {
    /// The name, as the state machine substitutes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Analyze => "analyze",
            Self::Remediate => "remediate",
            Self::Notify => "notify",
        }
    }
}

impl FromStr for Function {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Triage, Self::Analyze, Self::Remediate, Self::Notify]
            .into_iter()
            .find(|function| function.name() == text)
            .ok_or_else(|| UnknownName::new(text, "a function", "triage, analyze, remediate, notify"))
    }
}

/// What a task is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    op: String,
    incident_id: IncidentId,
    generation: u32,
    #[serde(default)]
    tier: Option<Tier>,
    #[serde(default)]
    task_token: Option<String>,
}

/// Every port and setting that the stages need. Each use case is handed only those that it may touch.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Findings.
    pub findings: &'a dyn Findings,
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Documents of incidents.
    pub dossier: &'a dyn Dossier,
    /// Actions.
    pub actions: &'a dyn Actions,
    /// Approvals.
    pub approvals: &'a dyn Approvals,
    /// Executions.
    pub workflows: &'a dyn Workflows,
    /// Accounts.
    pub account: &'a dyn Account,
    /// Products.
    pub sources: &'a dyn Sources,
    /// The analyst.
    pub analyst: &'a dyn Analyst,
    /// What stands before the analyst.
    pub redactor: &'a Redactor,
    /// People.
    pub notifiers: &'a dyn Notifiers,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// What people decided.
    pub policy: &'a Policy,
    /// As in `Executing`.
    pub lease: Duration,
}

impl<'a> World<'a> {
    /// Does what the workflow asks of `function`.
    ///
    /// # Errors
    /// The stage's error, whose name the state machine knows.
    pub async fn handle(&self, function: Function, payload: Value) -> Result<Value, StageError> {
        let request: Request = serde_json::from_value(payload).map_err(|error| StageError::Rejected {
            what: format!("the payload of {}: {error}", function.name()),
        })?;
        let case = Case { incident: request.incident_id, generation: request.generation };
        match (function, request.op.as_str()) {
            (Function::Triage, "assess") => {
                let route = match self.triage().assess(case).await? {
                    Way::Record => "record",
                    Way::Notify => "notify",
                    Way::Respond => "respond",
                };
                Ok(json!({ "route": route }))
            }
            (Function::Analyze, "analyze") => Ok(match self.analyzing().analyze(case).await? {
                Spoke::Done => json!({ "ai": "done" }),
                Spoke::Skipped { reason } => json!({ "ai": "skipped", "reason": reason }),
            }),
            (Function::Remediate, op) => self.remediate(case, op, request.tier).await,
            (Function::Notify, "ask") => {
                let token = request.task_token.unwrap_or_default();
                let asked = self.approving().ask(case, &token, &self.notifying()).await?;
                Ok(json!({ "asked": asked }))
            }
            (Function::Notify, "notify") => {
                let told = self.notifying().notify(case).await?;
                Ok(json!({ "told": told }))
            }
            (Function::Triage | Function::Analyze | Function::Notify, op) => Err(unknown(function, op)),
        }
    }

    async fn remediate(&self, case: Case, op: &str, tier: Option<Tier>) -> Result<Value, StageError> {
        match op {
            "plan" => {
                self.executing().end_older(case).await?;
                let plan = self.planning().plan(case).await?;
                Ok(json!({
                    "auto": plan.count(Tier::Auto),
                    "approve": plan.count(Tier::Approve),
                    "guide": plan.count(Tier::Guide),
                    "plan_sha256": plan.sha256,
                    "approval_timeout_seconds": self.policy.rules.approval.timeout.duration().as_secs(),
                }))
            }
            "execute" => {
                let Some(tier) = tier else {
                    return Err(StageError::Rejected { what: "execute needs a tier".to_owned() });
                };
                let tally = self.executing().execute(case, tier).await?;
                Ok(json!({
                    "done": tally.done,
                    "no_effect": tally.no_effect,
                    "withdrawn": tally.withdrawn,
                    "unknown": tally.unknown,
                }))
            }
            "settle" => Ok(json!({ "expired": self.approving().settle(case).await? })),
            "verify" => Ok(json!({ "outcome": self.verifying().verify(case).await? })),
            op => Err(unknown(Function::Remediate, op)),
        }
    }

    /// Triage with its ports.
    #[must_use]
    pub fn triage(&self) -> Triage<'a> {
        Triage {
            incidents: self.incidents,
            findings: self.findings,
            dossier: self.dossier,
            actions: self.actions,
            approvals: self.approvals,
            workflows: self.workflows,
            ledger: self.ledger,
            clock: self.clock,
            policy: self.policy,
        }
    }

    /// Analysis with its ports.
    #[must_use]
    pub fn analyzing(&self) -> Analyze<'a> {
        Analyze {
            incidents: self.incidents,
            findings: self.findings,
            dossier: self.dossier,
            analyst: self.analyst,
            redactor: self.redactor,
        }
    }

    /// Planning with its ports.
    #[must_use]
    pub fn planning(&self) -> Planning<'a> {
        Planning {
            incidents: self.incidents,
            findings: self.findings,
            dossier: self.dossier,
            actions: self.actions,
            account: self.account,
            ledger: self.ledger,
            clock: self.clock,
            policy: self.policy,
        }
    }

    /// Execution with its ports.
    #[must_use]
    pub fn executing(&self) -> Executing<'a> {
        Executing {
            incidents: self.incidents,
            actions: self.actions,
            approvals: self.approvals,
            account: self.account,
            sources: self.sources,
            ledger: self.ledger,
            clock: self.clock,
            policy: self.policy,
            lease: self.lease,
        }
    }

    /// Approvals with their ports.
    #[must_use]
    pub fn approving(&self) -> Approving<'a> {
        Approving {
            incidents: self.incidents,
            actions: self.actions,
            approvals: self.approvals,
            workflows: self.workflows,
            ledger: self.ledger,
            clock: self.clock,
            policy: self.policy,
        }
    }

    /// Verification with its ports.
    #[must_use]
    pub fn verifying(&self) -> Verifying<'a> {
        Verifying {
            incidents: self.incidents,
            actions: self.actions,
            dossier: self.dossier,
            account: self.account,
        }
    }

    /// Notices with their ports.
    #[must_use]
    pub fn notifying(&self) -> Notifying<'a> {
        Notifying {
            incidents: self.incidents,
            dossier: self.dossier,
            notifiers: self.notifiers,
            clock: self.clock,
            policy: self.policy,
            redactor: self.redactor,
        }
    }

    /// Reversal with its ports.
    #[must_use]
    pub fn reversing(&self) -> Reversing<'a> {
        Reversing {
            actions: self.actions,
            account: self.account,
            ledger: self.ledger,
            clock: self.clock,
            policy: self.policy,
            lease: self.lease,
        }
    }

    /// The sweep with its ports.
    #[must_use]
    pub fn sweeping(&self) -> Sweeping<'a> {
        Sweeping {
            incidents: self.incidents,
            workflows: self.workflows,
            actions: self.actions,
            ledger: self.ledger,
            clock: self.clock,
            reversing: self.reversing(),
            executing: self.executing(),
        }
    }
}

fn unknown(function: Function, op: &str) -> StageError {
    StageError::Rejected { what: format!("{} has no operation {op:?}", function.name()) }
}
