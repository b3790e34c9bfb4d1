//! The states of an incident.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::verdict::Verdict;

/// Where the machine is with an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Below the floor: kept, never judged.
    Recorded,
    /// An execution is due or has begun.
    Open,
    /// Priority, route and reasons are known.
    Triaged,
    /// The analyst's answer was checked and kept.
    Analysed,
    /// There is no analysis; the deterministic verdict stands.
    AnalysisSkipped,
    /// The plan is written.
    Planned,
    /// A person is asked.
    AwaitingApproval,
    /// Actions are under way.
    Acting,
    /// Every step that was to be executed has its effect.
    Contained,
    /// Some have.
    Partial,
    /// A person must go on.
    NeedsPerson,
    /// The machine has nothing left to do.
    Done,
}

impl Stage {
    /// Every stage, in the order of an incident's way.
    pub const ALL: [Self; 12] = [
        Self::Recorded,
        Self::Open,
        Self::Triaged,
        Self::Analysed,
        Self::AnalysisSkipped,
        Self::Planned,
        Self::AwaitingApproval,
        Self::Acting,
        Self::Contained,
        Self::Partial,
        Self::NeedsPerson,
        Self::Done,
    ];

    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recorded => "Recorded",
            Self::Open => "Open",
            Self::Triaged => "Triaged",
            Self::Analysed => "Analysed",
            Self::AnalysisSkipped => "AnalysisSkipped",
            Self::Planned => "Planned",
            Self::AwaitingApproval => "AwaitingApproval",
            Self::Acting => "Acting",
            Self::Contained => "Contained",
            Self::Partial => "Partial",
            Self::NeedsPerson => "NeedsPerson",
            Self::Done => "Done",
        }
    }
}

/// Where people are with an incident (OCSF Incident Finding, `status_id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Waits for an analyst.
    New,
    /// An analyst has it.
    InProgress,
    /// An analyst put it aside.
    OnHold,
    /// Contained.
    Resolved,
    /// Nothing is left to do.
    Closed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::New, Self::InProgress, Self::OnHold, Self::Resolved, Self::Closed];

    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::InProgress => "InProgress",
            Self::OnHold => "OnHold",
            Self::Resolved => "Resolved",
            Self::Closed => "Closed",
        }
    }
}

/// Who closed an incident. What the machine closed may open again; what a person closed stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closer {
    /// Route record, Test, Duplicate, archived at the source, or contained.
    Machine,
    /// A person decided.
    Person {
        /// Who.
        name: String,
    },
}

/// Whether the analyst spoke.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Analysed {
    /// Not asked so far.
    #[default]
    NotYet,
    /// Its answer was checked and kept.
    Done {
        /// Which analyst, or which model.
        by: String,
    },
    /// The incident went on without it.
    Skipped {
        /// Why: unavailable, refused, over budget, invalid answer, ...
        reason: String,
    },
}

/// How the response of a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// Nothing was to be executed.
    NothingToDo,
    /// Every step that was to be executed has its effect.
    Contained,
    /// Some have.
    Partial,
    /// A person must go on: outcome unknown, refused, expired, guidance only.
    NeedsPerson,
}

/// What a person concluded about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleVerdict {
    /// What it turned out to be.
    pub verdict: Verdict,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
