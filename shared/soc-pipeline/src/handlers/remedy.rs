//! What somebody who may not change an account asks of the one function that may.
//!
//! Apart from the workflow's tasks because a sweep or a person asks here, about one action and no generation. Orders
//! and answers stand once for both sides, so that locally and through an invocation they mean the same.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use soc_domain::action::{Action, ActionState, Observation};
use soc_domain::id::ActionId;

use super::Function;
use crate::error::StageError;
use crate::reverse::NotReversed;

/// Whoever may change accounts, as the sweep sees it: directly, or by invoking `remediate`.
#[async_trait]
pub trait Remedies: Send + Sync {
    /// Undoes an action for `person`; one that is undone already is success.
    async fn reverse(&self, id: ActionId, person: &str) -> Result<MachineReversal, StageError>;
    /// Ends an intent whose incident became part of another one.
    async fn end_merged(&self, id: ActionId) -> Result<(), StageError>;
}

/// Calls `remediate` and waits for its answer.
#[async_trait]
pub trait Invoke: Send + Sync {
    /// The function's answer, or its error under the name that it was raised with.
    async fn invoke(&self, payload: Value) -> Result<Value, StageError>;
}

/// What came of undoing an action, as far as the machine must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineReversal {
    /// It is undone.
    Reversed,
    /// Somebody changed the resource since: a person decides.
    Drifted {
        /// In our words.
        why: String,
    },
    /// Nothing is to be done, or somebody is at it.
    NothingToDo,
}

impl MachineReversal {
    pub(super) fn of(reversed: Result<Action, NotReversed>) -> Result<Self, StageError> {
        match reversed {
            Ok(_action) => Ok(Self::Reversed),
            Err(NotReversed::Stage(error)) => Err(error),
            Err(refused @ NotReversed::Drifted { .. }) => Ok(Self::Drifted { why: refused.to_string() }),
            Err(NotReversed::UnderWay | NotReversed::Unknown { .. } | NotReversed::NothingToUndo { .. }) => {
                Ok(Self::NothingToDo)
            }
        }
    }
}

/// What `remediate` is asked outside of the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Order {
    /// Undo one action.
    Reverse {
        /// Which.
        action_id: ActionId,
        /// For whom: it goes into the ledger.
        person: String,
    },
    /// End one intent of a merged incident.
    EndMerged {
        /// Which.
        action_id: ActionId,
    },
}

impl Order {
    /// The order, if `payload` is one and no task of the workflow.
    pub(super) fn read(payload: &Value) -> Result<Option<Self>, StageError> {
        match payload.get("op").and_then(Value::as_str) {
            Some("reverse" | "end_merged") => {}
            Some(_) | None => return Ok(None),
        }
        let order = Self::deserialize(payload).map_err(|error| Function::Remediate.malformed(&error))?;
        if let Self::Reverse { person, .. } = &order
            && person.trim().is_empty()
        {
            return Err(StageError::Rejected { what: "reverse needs a person".to_owned() });
        }
        Ok(Some(order))
    }

    fn payload(&self) -> Result<Value, StageError> {
        let written = serde_json::to_value(self);
        written
            .map_err(|error| StageError::Defect { what: format!("an order that cannot be written: {error}") })
    }
}

/// What `remediate` answers to a reversal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reversal", rename_all = "snake_case")]
enum Answer {
    /// It is undone.
    Reversed,
    /// Somebody changed the resource since. Both states, for the person who decides.
    Drifted {
        /// In our words.
        why: String,
        /// What the action left behind.
        left: Box<Observation>,
        /// What is there now.
        found: Option<Box<Observation>>,
    },
    /// Somebody is undoing it.
    UnderWay,
    /// It is in no state that can be undone.
    NothingToUndo {
        /// Its state.
        state: ActionState,
    },
    /// There is no such action.
    Unknown,
}

/// The answer of `remediate` to a reversal.
pub(super) fn reversal_answer(reversed: Result<Action, NotReversed>) -> Result<Value, StageError> {
    let answer = match reversed {
        Ok(_action) => Answer::Reversed,
        Err(NotReversed::Stage(error)) => return Err(error),
        Err(NotReversed::Drifted { left, found }) => {
            let why = NotReversed::Drifted { left: left.clone(), found: found.clone() }.to_string();
            Answer::Drifted { why, left, found }
        }
        Err(NotReversed::UnderWay) => Answer::UnderWay,
        Err(NotReversed::NothingToUndo { state }) => Answer::NothingToUndo { state },
        Err(NotReversed::Unknown { .. }) => Answer::Unknown,
    };
    let written = serde_json::to_value(&answer);
    written.map_err(|error| StageError::Defect { what: format!("an answer that cannot be written: {error}") })
}

/// Remedies by invocation.
#[derive(Clone, Copy)]
pub struct InvokedRemedies<'a> {
    /// How `remediate` is reached.
    pub remediate: &'a dyn Invoke,
}

impl InvokedRemedies<'_> {
    /// Undoes an action for a person, who is told both states where somebody changed the resource since.
    ///
    /// # Errors
    /// It was not undone. A Transient error may come although it was: only the action's state says.
    pub async fn undo(&self, id: ActionId, person: &str) -> Result<(), NotReversed> {
        match self.ask_to_reverse(id, person).await? {
            Answer::Reversed => Ok(()),
            Answer::Drifted { left, found, .. } => Err(NotReversed::Drifted { left, found }),
            Answer::UnderWay => Err(NotReversed::UnderWay),
            Answer::NothingToUndo { state } => Err(NotReversed::NothingToUndo { state }),
            Answer::Unknown => Err(NotReversed::Unknown { id }),
        }
    }

    async fn ask_to_reverse(&self, id: ActionId, person: &str) -> Result<Answer, StageError> {
        let order = Order::Reverse { action_id: id, person: person.to_owned() };
        let answer = self.remediate.invoke(order.payload()?).await?;
        serde_json::from_value(answer).map_err(|error| not_understood(&error))
    }
}

#[async_trait]
impl Remedies for InvokedRemedies<'_> {
    async fn reverse(&self, id: ActionId, person: &str) -> Result<MachineReversal, StageError> {
        Ok(match self.ask_to_reverse(id, person).await? {
            Answer::Reversed => MachineReversal::Reversed,
            Answer::Drifted { why, .. } => MachineReversal::Drifted { why },
            Answer::UnderWay | Answer::NothingToUndo { .. } | Answer::Unknown => MachineReversal::NothingToDo,
        })
    }

    async fn end_merged(&self, id: ActionId) -> Result<(), StageError> {
        let answer = self.remediate.invoke(Order::EndMerged { action_id: id }.payload()?).await?;
        if answer == json!({ "ended": true }) {
            return Ok(());
        }
        Err(StageError::Defect { what: "remediate gave another answer to end_merged".to_owned() })
    }
}

fn not_understood(error: &serde_json::Error) -> StageError {
    StageError::Defect { what: format!("remediate gave an answer that nobody understands: {error}") }
}
