//! What is wrong with a state machine, as a list a person can work through.
//!
//! Apart from the rules themselves because reading and validating both report here, and neither stops at the first.

use std::fmt;

/// One problem of a definition: where, which rule, and what exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The state it is in; none for the head of the document.
    pub state: Option<String>,
    /// The rule that is broken.
    pub rule: Rule,
    /// The field and what was found there.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            Some(state) => write!(f, "state {state}: {}", self.detail),
            None => write!(f, "state machine: {}", self.detail),
        }
    }
}

/// The rules of the subset. Each keeps the embedded interpreter and Step Functions on the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The document is one JSON object.
    Json,
    /// `QueryLanguage` is JSONata.
    QueryLanguage,
    /// Only fields that the interpreter honours.
    UnknownField,
    /// Fields without which a state means nothing.
    MissingField,
    /// Fields of the right shape.
    Value,
    /// Only Task, Choice, Pass, Wait, Succeed and Fail.
    StateType,
    /// Only `lambda:invoke`, plain or `.waitForTaskToken`.
    Resource,
    /// Every `${Name}` has a substitution.
    Substitution,
    /// `StartAt` names a state.
    Start,
    /// Every `Next` and `Default` names a state.
    Target,
    /// Every state can be reached.
    Unreachable,
    /// Expressions parse.
    Syntax,
    /// Expressions stay inside the JSONata profile.
    Profile,
    /// `$states.result`, `$states.errorOutput` and the task token only where they have a value.
    Scope,
    /// A variable that is read is assigned somewhere.
    Variable,
    /// A task that waits for its token hands it out.
    TaskToken,
    /// `States.ALL` stands alone and last; reserved names exist.
    ErrorNames,
    /// No retry after a time-out: the call may still be acting.
    RetryOnTimeout,
    /// No catcher leads to Fail: a redrive would restart there.
    CatchToFail,
}
