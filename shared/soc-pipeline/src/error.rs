//! Errors: a kind for code, a chain for people.

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;

/// What went wrong at a port, as far as code must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortErrorKind {
    /// There is no such thing.
    NotFound,
    /// Somebody else was first; read again.
    Conflict,
    /// Too many calls; later.
    Throttled,
    /// No answer in time: it may have happened.
    Timeout,
    /// Not allowed.
    Denied,
    /// Understood and refused: the same call will be refused again.
    Rejected,
    /// The other side cannot answer now.
    Unavailable,
}

impl PortErrorKind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotFound => "not found",
            Self::Conflict => "somebody else changed it first",
            Self::Throttled => "throttled",
            Self::Timeout => "no answer in time",
            Self::Denied => "not allowed",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
        }
    }
}

/// One error type for all ports.
#[derive(Debug)]
pub struct PortError {
    /// For code.
    pub kind: PortErrorKind,
    /// What was tried on what, for people.
    pub operation: &'static str,
    /// What lies below.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl PortError {
    /// An error without a cause below.
    #[must_use]
    pub const fn new(kind: PortErrorKind, operation: &'static str) -> Self {
        Self { kind, operation, source: None }
    }

    /// An error with its cause.
    pub fn caused(
        kind: PortErrorKind,
        operation: &'static str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { kind, operation, source: Some(source.into()) }
    }

    /// Whether somebody else was first.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.kind == PortErrorKind::Conflict
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}", self.operation, self.kind.words())
    }
}

impl Error for PortError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| -> &(dyn Error + 'static) { source.as_ref() })
    }
}

/// What a port answers.
pub type PortResult<T> = Result<T, PortError>;

/// Why there is no analysis. The incident goes on with the deterministic verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ThisError)]
pub enum AnalystError {
    /// It cannot be reached, or gave no answer in time.
    #[error("unavailable")]
    Unavailable,
    /// It declined to answer.
    #[error("refused")]
    Refused,
    /// Its answer is none.
    #[error("invalid answer")]
    Invalid,
    /// The day's money is spent.
    #[error("over budget")]
    OverBudget,
    /// Nobody knows what it costs, or its price does not hold where it would run.
    #[error("unpriced model")]
    Unpriced,
    /// It is getting ready.
    #[error("warming")]
    Warming,
}

/// Why a stage did not do its work. The names are the workflow's: `Soc.Transient`, ...
#[derive(Debug, ThisError)]
pub enum StageError {
    /// Later it may work.
    #[error("{0}")]
    Transient(#[source] PortError),
    /// Somebody else was first, again and again.
    #[error("gave up after repeated conflicts while trying to {operation}")]
    Conflict {
        /// What was tried.
        operation: &'static str,
    },
    /// The request makes no sense, and never will.
    #[error("{what}")]
    Rejected {
        /// What is wrong with it.
        what: String,
    },
    /// Not allowed.
    #[error("{what}")]
    Denied {
        /// What is not.
        what: String,
    },
    /// A newer generation took over.
    #[error("a newer generation of the incident took over")]
    Superseded,
    /// Ours to mend.
    #[error("{what}")]
    Defect {
        /// What should never be.
        what: String,
    },
}

impl StageError {
    /// Every name, as it stands in the workflow's `ErrorEquals`.
    pub const NAMES: [&'static str; 6] =
        ["Soc.Transient", "Soc.Conflict", "Soc.Rejected", "Soc.Denied", "Soc.Superseded", "Soc.Defect"];

    /// The name, as it stands in the workflow's `ErrorEquals`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transient(_) => "Soc.Transient",
            Self::Conflict { .. } => "Soc.Conflict",
            Self::Rejected { .. } => "Soc.Rejected",
            Self::Denied { .. } => "Soc.Denied",
            Self::Superseded => "Soc.Superseded",
            Self::Defect { .. } => "Soc.Defect",
        }
    }
}

impl From<PortError> for StageError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Throttled | PortErrorKind::Timeout | PortErrorKind::Unavailable => {
                Self::Transient(error)
            }
            PortErrorKind::Conflict => Self::Conflict { operation: error.operation },
            PortErrorKind::Denied => Self::Denied { what: error.to_string() },
            PortErrorKind::NotFound | PortErrorKind::Rejected => Self::Rejected { what: error.to_string() },
        }
    }
}
