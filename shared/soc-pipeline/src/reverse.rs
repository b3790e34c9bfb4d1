//! Reverse: undo an action, by a person or because its containment expired. If somebody changed the resource
//! since, it refuses and shows both states; a person decides.

use std::time::Duration;

use soc_domain::action::{Action, ActionState, Observation, reversal, same_state};
use soc_domain::id::ActionId;
use soc_domain::policy::Policy;
use thiserror::Error;

use crate::error::{PortError, StageError};
use crate::execute::entry;
use crate::ledger::note_by;
use crate::ports::{Account, Actions, Clock, Ledger};

/// The ports that a reversal may touch, and the policy. Only this and `Executing` change an account.
#[derive(Clone, Copy)]
pub struct Reversing<'a> {
    /// The actions.
    pub actions: &'a dyn Actions,
    /// Where they were done.
    pub account: &'a dyn Account,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// Whose hash goes into the ledger.
    pub policy: &'a Policy,
    /// As in `Executing`.
    pub lease: Duration,
}

/// Why an action was not undone.
#[derive(Debug, Error)]
pub enum NotReversed {
    /// There is no such action.
    #[error("there is no action {id}")]
    Unknown {
        /// The id.
        id: ActionId,
    },
    /// There is nothing to undo.
    #[error("the action is {}: only a Done action can be undone", state.name())]
    NothingToUndo {
        /// Its state.
        state: ActionState,
    },
    /// Somebody is at work on it.
    #[error("the action is being undone by somebody else")]
    UnderWay,
    /// Somebody changed the resource since.
    #[error("the resource was changed since the action; nothing was undone")]
    Drifted {
        /// What the action left behind.
        left: Box<Observation>,
        /// What is there now; none if the resource is gone.
        found: Option<Box<Observation>>,
    },
    /// A stage failed.
    #[error(transparent)]
    Stage(#[from] StageError),
}

impl From<PortError> for NotReversed {
    fn from(error: PortError) -> Self {
        Self::Stage(error.into())
    }
}

impl Reversing<'_> {
    /// Undoes an action for `person`. An action that is undone already is success.
    ///
    /// # Errors
    /// It was not undone; the account is as it was found.
    pub async fn reverse(&self, id: ActionId, person: &str) -> Result<Action, NotReversed> {
        let Some(action) = self.actions.get(id).await? else {
            return Err(NotReversed::Unknown { id });
        };
        match action.state {
            ActionState::Reversed => return Ok(action),
            ActionState::Done => {}
            ActionState::ReverseIntent
                if action.lease_until.is_none_or(|until| until <= self.clock.now()) => {}
            ActionState::ReverseIntent => return Err(NotReversed::UnderWay),
            state @ (ActionState::Planned
            | ActionState::Intent
            | ActionState::NoEffect
            | ActionState::Unknown
            | ActionState::Withdrawn) => return Err(NotReversed::NothingToUndo { state }),
        }
        let (Some(before), Some(after)) = (action.before.clone(), action.after.clone()) else {
            return Err(NotReversed::NothingToUndo { state: action.state });
        };
        let found = self.account.observe(&action.target).await?;
        let interrupted = action.state == ActionState::ReverseIntent;
        match found {
            Some(found) if interrupted && same_state(&found, &before) => self.commit(action, person).await,
            Some(found) if same_state(&found, &after) => self.act(action, person, [before, found]).await,
            found => Err(NotReversed::Drifted { left: Box::new(after), found: found.map(Box::new) }),
        }
    }

    async fn act(
        &self,
        mut action: Action,
        person: &str,
        [before, after]: [Observation; 2],
    ) -> Result<Action, NotReversed> {
        let Some(change) = reversal(&before, &after) else {
            return self.commit(action, person).await;
        };
        let epoch = action.next_epoch();
        action.state = ActionState::ReverseIntent;
        action.lease_until = Some(self.clock.now().plus(self.lease));
        note_by(self.ledger, self.clock.now(), entry(&action, "reversal_intent", person, self.policy))
            .await?;
        self.actions.save(&action, Some(epoch)).await?;
        self.account.apply(&action.target, &change).await?;
        match self.account.observe(&action.target).await? {
            Some(now) if same_state(&now, &before) => self.commit(action, person).await,
            found => Err(NotReversed::Drifted { left: Box::new(before), found: found.map(Box::new) }),
        }
    }

    async fn commit(&self, mut action: Action, person: &str) -> Result<Action, NotReversed> {
        let epoch = action.next_epoch();
        action.state = ActionState::Reversed;
        action.lease_until = None;
        action.expires_at = None;
        action.note = Some(format!("undone by {person}"));
        self.actions.save(&action, Some(epoch)).await?;
        note_by(self.ledger, self.clock.now(), entry(&action, "action_reversed", person, self.policy))
            .await?;
        Ok(action)
    }
}
