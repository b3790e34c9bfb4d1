//! A state machine as types: what is left of the JSON once it has been read and found good.
//!
//! Apart from reading so that the steps never meet a field that is missing or of the wrong shape.

use std::collections::BTreeMap;

use serde_json::Value;

use super::execution::Execution;
use super::template::Template;
use super::violation::Violation;
use super::{read, validate};

/// A state machine inside the subset. Cheap to share: it holds every expression in its parsed form.
#[derive(Debug)]
pub struct Machine {
    pub(super) start_at: String,
    pub(super) states: BTreeMap<String, State>,
}

impl Machine {
    /// Reads a definition, puts `substitutions` (name, value) for each `${name}` and checks it against the subset.
    ///
    /// # Errors
    /// Every violation found, never only the first.
    pub fn parse(json: &str, substitutions: &[(&str, &str)]) -> Result<Machine, Vec<Violation>> {
        let mut found = Vec::new();
        let machine = read::machine(json, substitutions, &mut found);
        if let Some(machine) = &machine {
            validate::machine(machine, &mut found);
        }
        match machine {
            Some(machine) if found.is_empty() => Ok(machine),
            Some(_) | None => Err(found),
        }
    }

    /// A new execution that stands before the first state. `name` must be unique in its store.
    #[must_use]
    pub fn start(&self, name: &str, input: Value, now_ms: i64) -> Execution {
        Execution::new(name, input, &self.start_at, now_ms)
    }

    /// The names of the states, sorted.
    pub fn state_names(&self) -> impl Iterator<Item = &str> {
        self.states.keys().map(String::as_str)
    }
}

/// One state.
#[derive(Debug)]
pub(super) enum State {
    Task(Box<Task>),
    Choice(Choice),
    Pass(Leave),
    Wait(Wait),
    Succeed(Succeed),
    Fail(Fail),
}

/// A call of a function.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) pattern: Pattern,
    pub(super) function: String,
    pub(super) payload: Template,
    /// Seconds: a number or an expression for one.
    pub(super) timeout: Template,
    pub(super) retry: Vec<Retrier>,
    pub(super) catch: Vec<Catcher>,
    pub(super) leave: Leave,
}

/// When a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    /// When the function answers.
    Answer,
    /// When somebody completes the task token.
    Token,
}

/// How a state is left: what it assigns, what it gives on, where it leads.
#[derive(Debug)]
pub(super) struct Leave {
    pub(super) assign: Vec<(String, Template)>,
    pub(super) output: Option<Template>,
    pub(super) next: Next,
}

/// Where a state leads.
#[derive(Debug)]
pub(super) enum Next {
    To(String),
    End,
}

/// Branches; the first whose condition is true is taken.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) branches: Vec<Branch>,
    pub(super) default: Option<Leave>,
}

/// One branch of a choice.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) condition: Template,
    pub(super) leave: Leave,
}

/// A pause.
#[derive(Debug)]
pub(super) struct Wait {
    pub(super) until: Until,
    pub(super) leave: Leave,
}

/// How long a pause lasts.
#[derive(Debug)]
pub(super) enum Until {
    /// A number of seconds from entering the state.
    Seconds(Template),
    /// An RFC 3339 time.
    Timestamp(Template),
}

/// A good end.
#[derive(Debug)]
pub(super) struct Succeed {
    pub(super) output: Option<Template>,
}

/// A bad end.
#[derive(Debug)]
pub(super) struct Fail {
    pub(super) error: Template,
    pub(super) cause: Option<Template>,
}

/// When and how often a failed call is repeated.
#[derive(Debug)]
pub(super) struct Retrier {
    pub(super) errors: Vec<String>,
    pub(super) interval_seconds: u32,
    pub(super) max_attempts: u32,
    pub(super) backoff_rate: f64,
    pub(super) max_delay_seconds: Option<u32>,
}

/// Where an error leads.
#[derive(Debug)]
pub(super) struct Catcher {
    pub(super) errors: Vec<String>,
    pub(super) leave: Leave,
}
