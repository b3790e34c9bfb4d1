//! What is still asked about an incident that a person closed is withdrawn, for good: reopening asks nothing again.

use std::collections::BTreeMap;

use soc_domain::action::{ActionState, Tier};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::id::IncidentId;
use soc_domain::time::Timestamp;

use crate::error::StageError;
use crate::ledger::{Entry, note_by};
use crate::load::ATTEMPTS;
use crate::ports::{Actions, Approvals, Ledger, Resume, StartWorkflow, Workflows};

/// The ports that withdrawing may touch.
#[derive(Clone, Copy)]
pub(crate) struct Withdrawing<'a> {
    pub(crate) actions: &'a dyn Actions,
    pub(crate) approvals: &'a dyn Approvals,
    pub(crate) workflows: &'a dyn Workflows,
    pub(crate) ledger: &'a dyn Ledger,
}

impl Withdrawing<'_> {
    /// Withdraws every question about `incident` and what it was about, for `by`, and tells the executions that wait.
    /// Doing it again is success.
    pub(crate) async fn all_of(
        &self,
        incident: IncidentId,
        by: &str,
        at: Timestamp,
    ) -> Result<(), StageError> {
        let mut asked = BTreeMap::new();
        for attempt in 0..=ATTEMPTS {
            let found = self.approvals.of_incident(incident).await?;
            asked.extend(found.iter().map(|found| (found.value.generation, ())));
            let mut pending = found;
            pending.retain(|found| found.value.state == ApprovalState::Pending);
            if pending.is_empty() {
                break;
            }
            if attempt == ATTEMPTS {
                return Err(StageError::Conflict { operation: "withdraw what was asked" });
            }
            for found in pending {
                let approval = Approval { state: ApprovalState::Withdrawn, ..found.value };
                match self.approvals.save(&approval, Some(found.version)).await {
                    Ok(_version) => self.note(&approval, by, at).await?,
                    // Somebody was first: look again. One consent of two decides nothing.
                    Err(error) if error.is_conflict() => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        self.give_up_planned(incident, by).await?;
        for generation in asked.into_keys() {
            self.workflows.resume(StartWorkflow { incident, generation }, Resume::Decided).await?;
        }
        Ok(())
    }

    async fn give_up_planned(&self, incident: IncidentId, by: &str) -> Result<(), StageError> {
        for mut action in self.actions.of_incident(incident).await? {
            if action.tier != Tier::Approve || action.state != ActionState::Planned {
                continue;
            }
            let decided = self.approvals.get(action.id).await?.map(|found| found.value.state);
            // What enough persons approved is theirs: whoever executes it looks at the incident once more.
            if decided == Some(ApprovalState::Approved) {
                continue;
            }
            let epoch = action.next_epoch();
            action.state = ActionState::Withdrawn;
            action.note = Some(format!("{by} closed the incident"));
            match self.actions.save(&action, Some(epoch)).await {
                Err(error) if !error.is_conflict() => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    async fn note(&self, approval: &Approval, by: &str, at: Timestamp) -> Result<(), StageError> {
        let details = BTreeMap::from([
            ("binding".to_owned(), approval.binding.clone()),
            ("state".to_owned(), approval.state.name().to_owned()),
            ("generation".to_owned(), approval.generation.to_string()),
        ]);
        let subject = approval.action.to_string();
        let incident = Some(approval.incident);
        let entry = Entry { incident, actor: by, what: "approval_withdrawn", subject: &subject, details };
        note_by(self.ledger, at, entry).await?;
        Ok(())
    }
}
