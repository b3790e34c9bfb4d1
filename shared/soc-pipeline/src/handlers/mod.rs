//! The workflow's tasks: (function, op) to use case. Both places to run dispatch here, so that one state
//! machine means the same in both. Payloads and answers of tasks carry ids and counts only.
//!
//! Each stage dispatches for itself, over no more ports than it may touch: a function of the cloud form has one stage,
//! the local form has all of them in one [`World`].

mod remedy;
mod stages;
mod world;

use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value;
use soc_domain::action::Tier;
use soc_domain::id::IncidentId;
use soc_domain::severity::UnknownName;

use crate::error::StageError;
use crate::load::Case;

pub use remedy::{Invoke, InvokedRemedies, MachineReversal, Remedies};
pub use stages::{AnalyzeStage, NotifyStage, RemediateStage, TriageStage};
pub use world::World;

/// The functions of the workflow, as the state machine substitutes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// Assess.
    Triage,
    /// Analyze.
    Analyze,
    /// Plan, execute, settle, verify, reverse: the only one that may change an account.
    Remediate,
    /// Ask and notify.
    Notify,
}

impl Function {
    /// The name, as the state machine substitutes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Analyze => "analyze",
            Self::Remediate => "remediate",
            Self::Notify => "notify",
        }
    }

    fn unknown(self, op: &str) -> StageError {
        StageError::Rejected { what: format!("{} has no operation {op:?}", self.name()) }
    }

    fn malformed(self, error: &serde_json::Error) -> StageError {
        StageError::Rejected { what: format!("the payload of {}: {error}", self.name()) }
    }
}

impl FromStr for Function {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Triage, Self::Analyze, Self::Remediate, Self::Notify]
            .into_iter()
            .find(|function| function.name() == text)
            .ok_or_else(|| UnknownName::new(text, "a function", "triage, analyze, remediate, notify"))
    }
}

/// What a task of the workflow is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    op: String,
    incident_id: IncidentId,
    generation: u32,
    #[serde(default)]
    tier: Option<Tier>,
    #[serde(default)]
    task_token: Option<String>,
}

impl Request {
    fn read(function: Function, payload: Value) -> Result<Self, StageError> {
        serde_json::from_value(payload).map_err(|error| function.malformed(&error))
    }

    const fn case(&self) -> Case {
        Case { incident: self.incident_id, generation: self.generation }
    }
}
