//! Approvals: ask people, take their decisions, and settle when time is up. The row is the truth: the workflow
//! that waits is only told to look at it.

use std::collections::BTreeMap;

use soc_domain::action::{ActionState, Tier};
use soc_domain::approval::{Answer, Approval, ApprovalState, Decision, NotDecided};
use soc_domain::id::ActionId;
use soc_domain::incident::{Closer, Stage};
use soc_domain::notice::NoticeKind;
use soc_domain::policy::Policy;
use thiserror::Error;

use crate::error::{PortError, StageError};
use crate::ledger::{Entry, note_by};
use crate::load::{Case, change, load};
use crate::notify::Notifying;
use crate::people::Withdrawing;
use crate::ports::{
    Actions, Approvals, Clock, Incidents, Ledger, Resume, StartWorkflow, Versioned, Workflows,
};

/// How often a decision is tried again after somebody else was first.
const ATTEMPTS: usize = 8;

/// The ports that asking and deciding may touch, and the policy.
#[derive(Clone, Copy)]
pub struct Approving<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// The actions in question.
    pub actions: &'a dyn Actions,
    /// The questions.
    pub approvals: &'a dyn Approvals,
    /// Who waits for the answers.
    pub workflows: &'a dyn Workflows,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// How long people have.
    pub policy: &'a Policy,
}

/// What may be touched when time is up: nobody is told and nobody is asked.
#[derive(Clone, Copy)]
pub struct Settling<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// The actions in question.
    pub actions: &'a dyn Actions,
    /// The questions.
    pub approvals: &'a dyn Approvals,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
}

/// Why a decision was not taken.
#[derive(Debug, Error)]
pub enum Refused {
    /// There is no such question.
    #[error("nobody asks for action {id}")]
    NotAsked {
        /// The action.
        id: ActionId,
    },
    /// The question does not take this answer.
    #[error(transparent)]
    NotDecided(#[from] NotDecided),
    /// A stage failed.
    #[error(transparent)]
    Stage(#[from] StageError),
}

impl From<PortError> for Refused {
    fn from(error: PortError) -> Self {
        Self::Stage(error.into())
    }
}

impl<'a> Approving<'a> {
    /// What is needed when time is up.
    #[must_use]
    pub fn settling(&self) -> Settling<'a> {
        Settling {
            incidents: self.incidents,
            actions: self.actions,
            approvals: self.approvals,
            ledger: self.ledger,
            clock: self.clock,
        }
    }

    fn withdrawing(&self) -> Withdrawing<'a> {
        let Self { actions, approvals, workflows, ledger, .. } = *self;
        Withdrawing { actions, approvals, workflows, ledger }
    }

    /// Asks for every action of tier approve of one generation; `token` is how the waiting execution is told.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn ask(&self, case: Case, token: &str, notifying: &Notifying<'_>) -> Result<u32, StageError> {
        let asked = self.ask_all(case, token, notifying).await;
        if matches!(asked, Err(StageError::Superseded)) {
            // The newer generation withdrew what it found. What was asked behind its back nobody else would.
            self.settling().take_back(case).await?;
        }
        asked
    }

    async fn ask_all(&self, case: Case, token: &str, notifying: &Notifying<'_>) -> Result<u32, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        let waiting = StartWorkflow { incident: case.incident, generation: case.generation };
        self.workflows.keep_token(waiting, token).await?;
        if incident.is_closed_by_person() {
            self.workflows.resume(waiting, Resume::Decided).await?;
            return Ok(0);
        }
        let now = self.clock.now();
        let expires_at = now.plus(self.policy.rules.approval.timeout.duration());
        let plan = incident.plan_sha256.as_deref().unwrap_or_default();
        let mut pending = Vec::new();
        for action in self.actions.of_incident(case.incident).await? {
            if action.tier != Tier::Approve || action.generation != case.generation {
                continue;
            }
            let asked = self.approvals.get(action.id).await?.map(|found| found.value);
            if let Some(asked) = asked.filter(|asked| asked.generation == case.generation) {
                if asked.state == ApprovalState::Pending {
                    pending.push(action.id);
                }
                continue;
            }
            if action.state == ActionState::Planned {
                let approval = Approval::ask(&action, plan, now, expires_at);
                self.approvals.save(&approval, None).await?;
                self.note(&approval, "approval_asked", crate::MACHINE).await?;
                pending.push(action.id);
            }
        }
        let asked = u32::try_from(pending.len()).unwrap_or(u32::MAX);
        if pending.is_empty() {
            self.workflows.resume(waiting, Resume::Decided).await?;
            return Ok(0);
        }
        let incident =
            change(self.incidents, case, |incident| incident.stage = Stage::AwaitingApproval).await?;
        if let Some(Closer::Person { name }) = incident.closed_by {
            // Closed while we asked: whoever did it may have withdrawn before there was anything to withdraw.
            self.withdrawing().all_of(case.incident, &name, now).await?;
            return Ok(0);
        }
        notifying.tell(case, NoticeKind::ApprovalRequest, pending).await?;
        Ok(asked)
    }

    /// Takes one person's decision about one action, and tells the waiting execution once all are decided.
    ///
    /// # Errors
    /// It was refused, and nothing changed.
    pub async fn decide(&self, id: ActionId, decision: Decision) -> Result<Approval, Refused> {
        for _attempt in 0..ATTEMPTS {
            let Some(found) = self.approvals.get(id).await? else {
                return Err(Refused::NotAsked { id });
            };
            let mut approval = found.value;
            let person = decision.person.trim().to_owned();
            let denies = decision.answer == Answer::Deny;
            if let Err(refused) = approval.decide(Decision { person: person.clone(), ..decision.clone() }) {
                // Whoever decided it may not have come to tell the execution.
                self.resume_if_decided(&approval).await?;
                return Err(refused.into());
            }
            match self.approvals.save(&approval, Some(found.version)).await {
                Ok(_version) => {}
                Err(error) if error.is_conflict() => continue,
                Err(error) => return Err(error.into()),
            }
            self.note(&approval, if denies { "approval_denied" } else { "approval_given" }, &person).await?;
            if approval.state == ApprovalState::Denied {
                self.settling().withdraw(id, &format!("denied by {person}")).await?;
            }
            self.resume_if_decided(&approval).await?;
            return Ok(approval);
        }
        Err(StageError::Conflict { operation: "take a decision" }.into())
    }

    /// Tells the execution, once nothing is pending and nothing is still to be asked.
    async fn resume_if_decided(&self, approval: &Approval) -> Result<(), StageError> {
        let questions = self.approvals.of_incident(approval.incident).await?;
        let asked = |id: ActionId| {
            let mut of_generation = questions.iter().map(|found| &found.value);
            of_generation.any(|asked| asked.action == id && asked.generation == approval.generation)
        };
        let pending = questions.iter().any(|found| {
            found.value.generation == approval.generation && found.value.state == ApprovalState::Pending
        });
        let unasked = self.actions.of_incident(approval.incident).await?.into_iter().any(|action| {
            action.tier == Tier::Approve
                && action.generation == approval.generation
                && action.state == ActionState::Planned
                && !asked(action.id)
        });
        if !pending && !unasked {
            let waiting = StartWorkflow { incident: approval.incident, generation: approval.generation };
            self.workflows.resume(waiting, Resume::Decided).await?;
        }
        Ok(())
    }

    async fn note(&self, approval: &Approval, what: &str, actor: &str) -> Result<(), StageError> {
        self.settling().note(approval, what, actor).await
    }
}

impl Settling<'_> {
    /// Time is up: what is still pending becomes no. What was approved meanwhile goes on.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn settle(&self, case: Case) -> Result<u32, StageError> {
        load(self.incidents, case).await?;
        let mut expired = 0;
        for _attempt in 0..ATTEMPTS {
            let pending = self.pending(case).await?;
            if pending.is_empty() {
                return Ok(expired);
            }
            expired += self.expire(pending).await?;
        }
        Err(StageError::Conflict { operation: "settle what was asked" })
    }

    /// Withdraws what a generation still asks that is over. Doing it again is success.
    async fn take_back(&self, case: Case) -> Result<(), StageError> {
        for _attempt in 0..ATTEMPTS {
            let pending = self.pending(case).await?;
            if pending.is_empty() {
                return Ok(());
            }
            for found in pending {
                let approval = Approval { state: ApprovalState::Withdrawn, ..found.value };
                match self.approvals.save(&approval, Some(found.version)).await {
                    Ok(_version) => self.note(&approval, "approval_withdrawn", crate::MACHINE).await?,
                    // A person was first. One consent of two decides nothing: look again.
                    Err(error) if error.is_conflict() => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(StageError::Conflict { operation: "take back what was asked" })
    }

    async fn pending(&self, case: Case) -> Result<Vec<Versioned<Approval>>, StageError> {
        let mut found = self.approvals.of_incident(case.incident).await?;
        found.retain(|found| {
            found.value.generation == case.generation && found.value.state == ApprovalState::Pending
        });
        Ok(found)
    }

    async fn expire(&self, pending: Vec<Versioned<Approval>>) -> Result<u32, StageError> {
        let mut expired = 0;
        for found in pending {
            let mut approval = found.value;
            approval.state = ApprovalState::Expired;
            match self.approvals.save(&approval, Some(found.version)).await {
                Ok(_version) => {
                    expired += 1;
                    self.note(&approval, "approval_expired", crate::MACHINE).await?;
                    self.withdraw(approval.action, "nobody answered in time, which means no").await?;
                }
                // A person was first: what they decided stands. One consent of two decides nothing: look again.
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(expired)
    }

    async fn withdraw(&self, id: ActionId, why: &str) -> Result<(), StageError> {
        let Some(mut action) = self.actions.get(id).await? else { return Ok(()) };
        if action.state == ActionState::Planned {
            let epoch = action.next_epoch();
            action.state = ActionState::Withdrawn;
            action.note = Some(why.to_owned());
            match self.actions.save(&action, Some(epoch)).await {
                // The approval's row is the truth: whoever has the action looks at it before acting.
                Err(error) if !error.is_conflict() => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    async fn note(&self, approval: &Approval, what: &str, actor: &str) -> Result<(), StageError> {
        let details = BTreeMap::from([
            ("binding".to_owned(), approval.binding.clone()),
            ("state".to_owned(), approval.state.name().to_owned()),
            ("generation".to_owned(), approval.generation.to_string()),
        ]);
        let subject = approval.action.to_string();
        let entry = Entry { incident: Some(approval.incident), actor, what, subject: &subject, details };
        note_by(self.ledger, self.clock.now(), entry).await?;
        Ok(())
    }
}
