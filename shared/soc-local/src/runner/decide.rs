//! What people decide, from any process: approve, deny, reverse.

use soc_domain::action::Action;
use soc_domain::approval::{Approval, Decision};
use soc_domain::id::ActionId;
use soc_pipeline::approve::Refused;
use soc_pipeline::reverse::NotReversed;

use super::{RunError, Silent, Soc};

/// A decision that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The question as it stands now.
    pub approval: Approval,
    /// The action as it stands now.
    pub action: Option<Action>,
    /// Another process drives: it goes on with the decision.
    pub left_to_runner: bool,
}

/// A reversal that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// It is undone.
    Reversed(Box<Action>),
    /// Another process drives: it will undo it.
    LeftToRunner,
}

impl Soc {
    /// Takes a person's decision about an action and drives what waits for it to its end, unless another process
    /// drives.
    ///
    /// # Errors
    /// The decision was refused, or the store failed.
    pub async fn decide(&self, id: ActionId, decision: Decision) -> Result<Decided, Refused> {
        let approval = self.world().approving().decide(id, decision).await?;
        if self.drives() {
            self.drive(&Silent, &|| true).await.map_err(defect)?;
        }
        let action = soc_pipeline::ports::Actions::get(&self.store, id).await?;
        Ok(Decided { approval, action, left_to_runner: !self.drives() })
    }

    /// Undoes an action for a person, or leaves it to the process that drives.
    ///
    /// # Errors
    /// It was not undone, or the store failed.
    pub async fn reverse(&self, id: ActionId, person: &str) -> Result<Undone, NotReversed> {
        if !self.drives() {
            self.store.request_reversal(id, person).map_err(|error| defect(error.into()))?;
            return Ok(Undone::LeftToRunner);
        }
        let action = self.world().reversing().reverse(id, person).await?;
        Ok(Undone::Reversed(Box::new(action)))
    }

    /// Undoes what other processes asked for.
    pub(super) async fn reverse_requested(&self) -> Result<usize, RunError> {
        let requests = self.store.requested_reversals()?;
        for (id, person) in &requests {
            let outcome = self.world().reversing().reverse(*id, person).await;
            match outcome {
                Ok(_) => {}
                Err(NotReversed::Stage(error)) => return Err(error.into()),
                Err(ref refused) => tracing::warn!(action.id = %id, "action {id} was not undone: {refused}"),
            }
            self.store.reversal_answered(*id)?;
            self.wishes.reversed(*id, outcome);
        }
        Ok(requests.len())
    }
}

fn defect(error: RunError) -> soc_pipeline::error::StageError {
    soc_pipeline::error::StageError::Defect { what: error.to_string() }
}
