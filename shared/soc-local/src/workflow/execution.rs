//! The state of one execution: a value that can be stored at every border and picked up by another process.
//!
//! Apart from the machine because the machine is shared and never changes, and this is one row of the store.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::step::TaskError;
use super::trace::Visit;

/// One run of a machine.
///
/// Stored as JSON at every task border. It refers to the state by name, so a changed definition picks it up where
/// it stood, or fails it with `States.Runtime` when that state is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    pub(super) name: String,
    pub(super) input: Value,
    pub(super) started_at_ms: i64,
    pub(super) status: Status,
    pub(super) state: String,
    pub(super) state_input: Value,
    pub(super) variables: Map<String, Value>,
    /// How many states were entered; makes the tokens of two visits differ.
    pub(super) entered: u32,
    /// Retries used in this visit, by retrier.
    pub(super) retries: Vec<u32>,
    pub(super) waiting: Waiting,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<Vec<Visit>>,
}

/// Where an execution stands as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not ended.
    Running,
    /// It ended well.
    Succeeded {
        /// What the last state gave on.
        output: Value,
    },
    /// It ended on an error that nothing caught.
    Failed {
        /// The error's name, such as `Soc.Defect` or `States.Timeout`.
        error: String,
        /// What happened, for people.
        cause: String,
    },
}

/// What the current state waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Waiting {
    /// Nothing: it can be stepped.
    Nothing,
    /// A time: a Wait state's, or that of the next attempt of a task.
    Until { at_ms: i64 },
    /// Somebody who holds the token.
    Token { token: TaskToken, deadline_ms: i64 },
    /// Nothing any more: the token was completed and the next step takes the outcome.
    Completed { token: TaskToken, outcome: Result<Value, TaskError> },
}

/// Names one wait of one execution.
///
/// Derived from the execution's name, the visit, the attempt and the state, so that a call repeated after a crash
/// carries the same token. It is no secret: whoever completes it must have been authorised before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskToken(String);

impl TaskToken {
    /// A token as text again, from a store or a payload. Any text may come; a wrong one completes nothing.
    #[must_use]
    pub fn from_text(text: &str) -> TaskToken {
        TaskToken(text.to_owned())
    }

    /// The text form that payloads carry.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the execution that waits, as far as the token says so. Execution names hold no `:`
    /// (Step Functions API reference, `StartExecution`, "name").
    #[must_use]
    pub fn execution_name(&self) -> &str {
        self.0.split(':').next().unwrap_or("")
    }
}

impl std::fmt::Display for TaskToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a completion changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenRefused {
    /// The execution does not wait for this token: it timed out, went on, or never handed it out.
    #[error("complete a task: the execution does not wait for this token")]
    NotWaiting,
    /// The token was completed before; the first outcome stays.
    #[error("complete a task: the token is already completed")]
    AlreadyCompleted,
}

impl Execution {
    /// Stands before the first state.
    pub(super) fn new(name: &str, input: Value, start_at: &str, now_ms: i64) -> Execution {
        Execution {
            name: name.to_owned(),
            state_input: input.clone(),
            input,
            started_at_ms: now_ms,
            status: Status::Running,
            state: start_at.to_owned(),
            variables: Map::new(),
            entered: 1,
            retries: Vec::new(),
            waiting: Waiting::Nothing,
            trace: None,
        }
    }

    /// Keeps the list of visits from here on.
    #[must_use]
    pub fn traced(mut self) -> Execution {
        self.trace = Some(vec![Visit::of(&self.state)]);
        self
    }

    /// Its unique name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was started with.
    #[must_use]
    pub fn input(&self) -> &Value {
        &self.input
    }

    /// When it was started, in milliseconds since 1970.
    #[must_use]
    pub fn started_at_ms(&self) -> i64 {
        self.started_at_ms
    }

    /// Running, or how it ended.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The state it stands in, or ended in.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// A workflow variable, once it is assigned.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    /// The visits so far, if it was [traced](Execution::traced).
    #[must_use]
    pub fn trace(&self) -> Option<&[Visit]> {
        self.trace.as_deref()
    }

    /// The visit that is going on, if anybody keeps it.
    pub(super) fn visit(&mut self) -> Option<&mut Visit> {
        self.trace.as_mut()?.last_mut()
    }

    /// The token it waits for, if it does.
    #[must_use]
    pub fn awaited_token(&self) -> Option<&TaskToken> {
        match &self.waiting {
            Waiting::Token { token, .. } => Some(token),
            Waiting::Nothing | Waiting::Until { .. } | Waiting::Completed { .. } => None,
        }
    }

    /// Gives the waiting task its result. The next step goes on with `output` as `$states.result`.
    ///
    /// A completion before the time-out has been stepped wins over it, whatever the deadline said.
    ///
    /// # Errors
    /// When it does not wait for `token`; nothing is changed then.
    pub fn succeed_task(&mut self, token: &TaskToken, output: Value) -> Result<(), TokenRefused> {
        self.complete(token, Ok(output))
    }

    /// Gives the waiting task an error. The next step retries, catches or fails as the state says.
    ///
    /// # Errors
    /// When it does not wait for `token`; nothing is changed then.
    pub fn fail_task(&mut self, token: &TaskToken, error: &str, cause: &str) -> Result<(), TokenRefused> {
        self.complete(token, Err(TaskError::new(error, cause)))
    }

    fn complete(&mut self, token: &TaskToken, outcome: Result<Value, TaskError>) -> Result<(), TokenRefused> {
        match &self.waiting {
            Waiting::Token { token: awaited, .. } if awaited == token => {
                self.waiting = Waiting::Completed { token: token.clone(), outcome };
                Ok(())
            }
            Waiting::Completed { token: awaited, .. } if awaited == token => {
                Err(TokenRefused::AlreadyCompleted)
            }
            Waiting::Nothing | Waiting::Until { .. } | Waiting::Token { .. } | Waiting::Completed { .. } => {
                Err(TokenRefused::NotWaiting)
            }
        }
    }

    /// The token of this attempt of this visit.
    pub(super) fn token(&self) -> TaskToken {
        TaskToken(format!("{}:{}:{}:{}", self.name, self.entered, self.attempt(), self.state))
    }

    /// How often the current state has been retried.
    pub(super) fn attempt(&self) -> u32 {
        self.retries.iter().sum()
    }

    /// Counts a use of the retrier at `index`.
    pub(super) fn count_retry(&mut self, index: usize) {
        if self.retries.len() <= index {
            self.retries.resize(index + 1, 0);
        }
        if let Some(used) = self.retries.get_mut(index) {
            *used += 1;
        }
    }

    /// Enters a state with its input.
    pub(super) fn enter(&mut self, state: &str, input: Value) {
        state.clone_into(&mut self.state);
        self.state_input = input;
        self.entered = self.entered.saturating_add(1);
        self.retries.clear();
        self.waiting = Waiting::Nothing;
        if let Some(trace) = &mut self.trace {
            trace.push(Visit::of(state));
        }
    }

    /// Ends.
    pub(super) fn end(&mut self, status: Status) {
        self.status = status;
        self.waiting = Waiting::Nothing;
    }

    /// Ends on an error.
    pub(super) fn fail(&mut self, error: TaskError) {
        self.end(Status::Failed { error: error.error, cause: error.cause });
    }
}
