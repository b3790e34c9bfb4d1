//! Verdict, assignee and status of one incident.

use soc_domain::action::{ActionState, Tier};
use soc_domain::approval::ApprovalState;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::people::{Deed, OperationState, Wish, edit, text};

use super::{NotDone, People, Seed, entries};
use crate::ports::{Commit, Expected, Versioned};

impl People<'_> {
    pub(super) async fn begin_edit(
        &self,
        seed: &Seed,
        found: Versioned<Incident>,
        wish: &Wish,
    ) -> Result<(), NotDone> {
        let commit = self.edited(seed, found, wish).await?;
        self.commit(&commit, seed.at).await
    }

    /// All that the change writes. What closes an incident about which people are asked is only begun by it.
    pub(super) async fn edited(
        &self,
        seed: &Seed,
        found: Versioned<Incident>,
        wish: &Wish,
    ) -> Result<Commit, NotDone> {
        let Versioned { value: mut incident, version } = found;
        let deed = edit(&mut incident, wish, seed.doer())?;
        let state = match &deed {
            Deed::Status(edit) if edit.closes() && self.is_asked(incident.id).await? => OperationState::Begun,
            Deed::Verdict(_)
            | Deed::Assignee(_)
            | Deed::Status(_)
            | Deed::Comment { .. }
            | Deed::Merge(_)
            | Deed::Split(_) => OperationState::Done,
        };
        let mut operation = seed.operation(incident.id, deed, state);
        operation.reason = match wish {
            Wish::Verdict { reason, .. } | Wish::Status { reason, .. } => {
                reason.as_deref().map(text).transpose()?
            }
            Wish::Assign { .. } | Wish::Merge { .. } => None,
        };
        Ok(Commit {
            entries: vec![entries::done(&operation, incident.id)],
            incidents: vec![Expected::still(incident, version)],
            operations: vec![Expected::absent(operation)],
            ..Commit::default()
        })
    }

    /// Whether people are asked about an incident, or will be.
    async fn is_asked(&self, id: IncidentId) -> Result<bool, NotDone> {
        let approvals = self.approvals.of_incident(id).await?;
        if approvals.iter().any(|found| found.value.state == ApprovalState::Pending) {
            return Ok(true);
        }
        let actions = self.actions.of_incident(id).await?;
        Ok(actions.iter().any(|action| action.tier == Tier::Approve && action.state == ActionState::Planned))
    }
}
