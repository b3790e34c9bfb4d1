//! All ports of the local form, and every use case over them. It dispatches to the same stages as the functions do.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use soc_domain::id::ActionId;
use soc_domain::policy::Policy;
use soc_guard::redact::Redactor;

use super::{AnalyzeStage, Function, MachineReversal, NotifyStage, RemediateStage, Remedies, TriageStage};
use crate::analyze::Analyze;
use crate::approve::{Approving, Settling};
use crate::error::StageError;
use crate::execute::Executing;
use crate::notify::Notifying;
use crate::plan::Planning;
use crate::ports::{
    Account, Actions, Analyst, Approvals, Clock, Dossier, Findings, Incidents, Ledger, Notifiers, Sources,
    Suppressions, Workflows,
};
use crate::reverse::Reversing;
use crate::sweep::Sweeping;
use crate::triage::Triage;
use crate::verify::Verifying;

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
    /// What people agreed to accept.
    pub suppressions: &'a dyn Suppressions,
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
        match function {
            Function::Triage => TriageStage { triage: self.triage() }.handle(payload).await,
            Function::Analyze => AnalyzeStage { analyzing: self.analyzing() }.handle(payload).await,
            Function::Remediate => self.remediate().handle(payload).await,
            Function::Notify => {
                let (approving, notifying) = (self.approving(), self.notifying());
                let stage = NotifyStage { approving, notifying, reporting: None };
                stage.handle(payload).await
            }
        }
    }

    /// The stage that may change accounts, with its ports.
    #[must_use]
    pub fn remediate(&self) -> RemediateStage<'a> {
        RemediateStage {
            planning: self.planning(),
            executing: self.executing(),
            settling: self.settling(),
            verifying: self.verifying(),
            reversing: self.reversing(),
            policy: self.policy,
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
            suppressions: self.suppressions,
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

    /// The end of unanswered questions, with its ports.
    #[must_use]
    pub fn settling(&self) -> Settling<'a> {
        self.approving().settling()
    }

    /// Verification with its ports.
    #[must_use]
    pub fn verifying(&self) -> Verifying<'a> {
        Verifying {
            incidents: self.incidents,
            actions: self.actions,
            dossier: self.dossier,
            account: self.account,
            clock: self.clock,
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
    pub fn sweeping(&self) -> Sweeping<'_> {
        Sweeping {
            incidents: self.incidents,
            workflows: self.workflows,
            actions: self.actions,
            ledger: self.ledger,
            clock: self.clock,
            remedies: self,
        }
    }
}

/// Directly: the local form is one process.
#[async_trait]
impl Remedies for World<'_> {
    async fn reverse(&self, id: ActionId, person: &str) -> Result<MachineReversal, StageError> {
        self.remediate().reverse(id, person).await
    }

    async fn end_merged(&self, id: ActionId) -> Result<(), StageError> {
        self.remediate().end_merged(id).await
    }
}
