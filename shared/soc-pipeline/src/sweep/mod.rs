//! Sweep: what must happen although nobody asks. Sends the outbox, opens generations that were put off, lets
//! containment expire, goes on with what was interrupted, asks the products what never came, and watches over itself.
//!
//! Each is a duty of its own, so that one that fails stops no other. It changes no account and takes nothing in.

mod duties;
mod reconcile;
mod watch;

use std::collections::BTreeMap;

use soc_domain::action::ActionState;
use soc_domain::approval::MACHINE;
use soc_domain::incident::Absorbed;
use soc_domain::time::Timestamp;

use crate::error::StageError;
use crate::handlers::{MachineReversal, Remedies};
use crate::ledger::note;
use crate::ports::{Actions, Clock, Incidents, Ledger, StartWorkflow, Versioned, Workflows};

pub use duties::{Duties, Swept};
pub use reconcile::{BACK, Reconciled, Reconciling};
pub use watch::Watching;

/// How many rows one sweep takes of each kind.
const PAGE: usize = 256;

/// The ports that the sweep may touch. It changes no account: it asks whoever may.
#[derive(Clone, Copy)]
pub struct Sweeping<'a> {
    /// Incidents and their messages.
    pub incidents: &'a dyn Incidents,
    /// Executions.
    pub workflows: &'a dyn Workflows,
    /// Actions that are due.
    pub actions: &'a dyn Actions,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// Whoever may end containment, and intents that no execution goes on with.
    pub remedies: &'a dyn Remedies,
}

/// The messages that must go out: whoever writes them sends them at once, and the sweep what was left.
#[derive(Clone, Copy)]
pub struct Outbox<'a> {
    /// Incidents and their messages.
    pub incidents: &'a dyn Incidents,
    /// Executions.
    pub workflows: &'a dyn Workflows,
}

impl Outbox<'_> {
    /// Starts the execution of every message that was not confirmed. Answers how many.
    ///
    /// # Errors
    /// A port failed; the rest is sent next time.
    pub async fn send(&self) -> Result<usize, StageError> {
        let mut sent = 0;
        loop {
            let page = self.incidents.unsent(PAGE).await?;
            if page.is_empty() {
                return Ok(sent);
            }
            for message in page {
                self.workflows.start(message).await?;
                self.incidents.sent(message).await?;
                sent += 1;
            }
        }
    }
}

impl Sweeping<'_> {
    /// Starts the execution of every message that was not confirmed. Answers how many.
    ///
    /// # Errors
    /// A port failed; the rest is sent next time.
    pub async fn send_outbox(&self) -> Result<usize, StageError> {
        Outbox { incidents: self.incidents, workflows: self.workflows }.send().await
    }

    /// Opens the generations that were put off until `until`. Answers how many.
    ///
    /// At the end of a bounded input nothing more can join, and waiting has no purpose: then `until` is late.
    ///
    /// # Errors
    /// A port failed; the rest is opened next time.
    pub async fn open_put_off(&self, until: Timestamp) -> Result<usize, StageError> {
        let mut opened = 0;
        for id in self.incidents.escalations_due(until, PAGE).await? {
            let Some(Versioned { value: mut incident, version }) = self.incidents.get(id).await? else {
                continue;
            };
            if incident.escalate_when_due(until) != Absorbed::Escalated {
                incident.escalation_due = None;
                self.incidents.save(&incident, Some(version), None).await?;
                continue;
            }
            incident.generation_at = self.clock.now();
            let message = StartWorkflow { incident: id, generation: incident.generation };
            self.incidents.save(&incident, Some(version), Some(message)).await?;
            let details = BTreeMap::from([("generation".to_owned(), incident.generation.to_string())]);
            note(self.ledger, self.clock.now(), Some(id), "incident_escalated", &id.to_string(), details)
                .await?;
            opened += 1;
        }
        Ok(opened)
    }

    /// Undoes containment that expired, finishes reversals that were interrupted, and ends intents of incidents that
    /// were merged. Answers how many were undone. What somebody changed since is left as it is, and a person is to
    /// look.
    ///
    /// # Errors
    /// A port failed for some, and the others were gone through all the same; those come again next time.
    pub async fn expire_containment(&self) -> Result<usize, StageError> {
        let mut undone = 0;
        let mut failed = None;
        for id in self.actions.due(self.clock.now(), PAGE).await? {
            match self.is_still_due(id).await {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => {
                    failed = failed.or(Some(error));
                    continue;
                }
            }
            let ended = match self.remedies.reverse(id, &format!("{MACHINE} (expiry)")).await {
                Ok(MachineReversal::Reversed) => {
                    undone += 1;
                    Ok(())
                }
                Ok(MachineReversal::Drifted { why }) => self.leave_to_a_person(id, &why).await,
                Ok(MachineReversal::NothingToDo) => Ok(()),
                Err(error) => Err(error),
            };
            failed = failed.or(ended.err());
        }
        failed.map_or(Ok(undone), Err)
    }

    /// Whether it is to be undone, as it is by now. An intent of a merged incident is ended; an intent that was due may be done by now, and is to last.
    async fn is_still_due(&self, id: soc_domain::id::ActionId) -> Result<bool, StageError> {
        let Some(action) = self.actions.get(id).await? else { return Ok(false) };
        if action.state == ActionState::Intent {
            self.remedies.end_merged(id).await?;
            return Ok(false);
        }
        let lasts = action.state == ActionState::Done
            && action.expires_at.is_none_or(|expires| self.clock.now() < expires);
        Ok(!lasts)
    }

    async fn leave_to_a_person(&self, id: soc_domain::id::ActionId, why: &str) -> Result<(), StageError> {
        let Some(mut action) = self.actions.get(id).await? else { return Ok(()) };
        match action.state {
            ActionState::Done => {}
            // Interrupted while it was being undone, and the resource was changed since: nobody can tell.
            ActionState::ReverseIntent => action.state = ActionState::Unknown,
            ActionState::Planned
            | ActionState::Intent
            | ActionState::NoEffect
            | ActionState::Unknown
            | ActionState::Reversed
            | ActionState::Withdrawn => return Ok(()),
        }
        let epoch = action.next_epoch();
        action.expires_at = None;
        action.lease_until = None;
        action.note = Some(format!("containment did not end: {why}"));
        self.actions.save(&action, Some(epoch)).await?;
        let subject = id.to_string();
        note(
            self.ledger,
            self.clock.now(),
            Some(action.incident),
            "expiry_refused",
            &subject,
            BTreeMap::new(),
        )
        .await?;
        Ok(())
    }
}
