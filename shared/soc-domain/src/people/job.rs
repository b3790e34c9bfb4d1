//! A bulk: one change of many incidents, or the undoing of such a bulk.

use serde::{Deserialize, Serialize};

use super::{NotAllowed, RefusalKind, Wish};
use crate::id::{IncidentId, JobId, OperationId};
use crate::time::Timestamp;

/// A bulk of changes. Each incident is one operation of its own, so what fails is named and the rest stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Derived from the person and their key; an undoing from the bulk that it undoes.
    pub id: JobId,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The hash of what was asked: another request under the same key is refused.
    pub asked: String,
    /// What is to be done.
    pub task: Task,
    /// The incidents, each once, in the order in which they are taken.
    pub incidents: Vec<IncidentId>,
    /// How many of them were gone through.
    pub next: usize,
    /// Those for which it was not done.
    pub failed: Vec<Failure>,
}

/// What a bulk does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// The same change for each.
    Change(Wish),
    /// Undo what a bulk did.
    Undo(JobId),
}

/// Where a bulk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JobState {
    /// Some incidents were not gone through.
    Running,
    /// All were.
    Done,
}

impl JobState {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Done => "Done",
        }
    }
}

/// An incident for which it was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which.
    pub incident: IncidentId,
    /// A closed name: `not_found`, `conflict`, `bad_request`, `rate_limited`.
    pub code: String,
    /// In our words.
    pub detail: String,
}

impl Failure {
    /// There is no such incident, or it was not changed.
    #[must_use]
    pub fn missing(incident: IncidentId, detail: &str) -> Self {
        Self { incident, code: "not_found".to_owned(), detail: detail.to_owned() }
    }

    /// It is not allowed.
    #[must_use]
    pub fn refused(incident: IncidentId, why: &NotAllowed) -> Self {
        let code = match why.kind() {
            RefusalKind::Invalid => "bad_request",
            RefusalKind::Conflict => "conflict",
            RefusalKind::RateLimited => "rate_limited",
        };
        Self { incident, code: code.to_owned(), detail: why.to_string() }
    }
}

impl Job {
    /// Where it is.
    #[must_use]
    pub const fn state(&self) -> JobState {
        if self.next < self.incidents.len() { JobState::Running } else { JobState::Done }
    }

    /// For how many it was done.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.next.saturating_sub(self.failed.len())
    }

    /// The bulk that it undoes, if it undoes one.
    #[must_use]
    pub const fn undo_of(&self) -> Option<JobId> {
        match self.task {
            Task::Undo(of) => Some(of),
            Task::Change(_) => None,
        }
    }

    /// The operation by which it changes `incident`: always the same, so that it is done once.
    #[must_use]
    pub fn operation(id: JobId, incident: IncidentId) -> OperationId {
        OperationId::from_parts(&["job", &id.to_string(), &incident.to_string()])
    }

    /// The bulk that undoes this one: the newest change first.
    ///
    /// # Errors
    /// It is under way, or an undoing itself, or its time is over.
    pub fn undoing(&self, by: &str, at: Timestamp) -> Result<Self, NotAllowed> {
        let until = self.at.plus(super::UNDO_WITHIN);
        match (&self.task, self.state()) {
            (Task::Undo(_), _) => return Err(NotAllowed::IsUndoing),
            (Task::Change(_), JobState::Running) => return Err(NotAllowed::UnderWay),
            (Task::Change(_), JobState::Done) if at >= until => return Err(NotAllowed::TooLate { until }),
            (Task::Change(_), JobState::Done) => {}
        }
        let failed = |id: &IncidentId| self.failed.iter().any(|failure| failure.incident == *id);
        Ok(Self {
            id: JobId::from_parts(&["undo", &self.id.to_string()]),
            by: by.to_owned(),
            at,
            asked: String::new(),
            task: Task::Undo(self.id),
            incidents: self.incidents.iter().rev().filter(|id| !failed(id)).copied().collect(),
            next: 0,
            failed: Vec::new(),
        })
    }
}
