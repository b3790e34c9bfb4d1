//! What a person did, with all that is needed to undo it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Edit, Merge, NotAllowed, Split, Standing};
use crate::id::{CommentId, IncidentId, JobId, OperationId};
use crate::incident::{Incident, PeopleVerdict};
use crate::time::Timestamp;

/// How long a change can be undone.
pub const UNDO_WITHIN: Duration = Duration::from_secs(24 * 3_600);

/// One change by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Derived from the person and their key, or from the row that it changed.
    pub id: OperationId,
    /// The incident that it was asked for.
    pub incident: IncidentId,
    /// What was done.
    pub deed: Deed,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The hash of what was asked: another request under the same key is refused.
    pub asked: String,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The bulk that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// Executions to start once all is moved: the incident and its generation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts: Vec<(IncidentId, u32)>,
    /// Where it is.
    pub state: OperationState,
    /// Who undid it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<super::Struck>,
}

/// Where an operation is. What is under way is finished by whoever comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OperationState {
    /// The incidents are changed; findings are still moved, or questions withdrawn.
    Begun,
    /// Nothing is left to do.
    Done,
    /// The incidents are as before; findings are still moved back.
    Undoing,
    /// All is as before.
    Undone,
}

impl OperationState {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begun => "Begun",
            Self::Done => "Done",
            Self::Undoing => "Undoing",
            Self::Undone => "Undone",
        }
    }

    /// Whether somebody must still go on with it.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Begun | Self::Undoing)
    }
}

/// What was done, with what was there before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// A verdict was given.
    Verdict(Edit<Option<PeopleVerdict>>),
    /// It was given to a person.
    Assignee(Edit<Option<String>>),
    /// Its status was set.
    Status(Edit<Standing>),
    /// A comment was added.
    Comment {
        /// Which.
        comment: CommentId,
    },
    /// It became part of another incident.
    Merge(Box<Merge>),
    /// Findings of it got an incident of their own.
    Split(Box<Split>),
}

impl Deed {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Verdict(_) => "verdict",
            Self::Assignee(_) => "assign",
            Self::Status(_) => "status",
            Self::Comment { .. } => "comment",
            Self::Merge(_) => "merge",
            Self::Split(_) => "split",
        }
    }
}

impl Operation {
    /// Until when it can be undone.
    #[must_use]
    pub fn undo_until(&self) -> Timestamp {
        self.at.plus(UNDO_WITHIN)
    }

    /// The incidents that it changed, the one that it was asked for first.
    #[must_use]
    pub fn incidents(&self) -> Vec<IncidentId> {
        match &self.deed {
            Deed::Verdict(_) | Deed::Assignee(_) | Deed::Status(_) | Deed::Comment { .. } => {
                vec![self.incident]
            }
            Deed::Merge(merge) => vec![self.incident, merge.into],
            Deed::Split(split) => vec![self.incident, split.created],
        }
    }

    /// Whether it may be undone at `now`.
    ///
    /// # Errors
    /// It is under way, or its time is over.
    pub fn may_be_undone(&self, now: Timestamp) -> Result<(), NotAllowed> {
        match self.state {
            OperationState::Begun => Err(NotAllowed::UnderWay),
            OperationState::Done if now >= self.undo_until() => {
                Err(NotAllowed::TooLate { until: self.undo_until() })
            }
            OperationState::Done | OperationState::Undoing | OperationState::Undone => Ok(()),
        }
    }

    /// Takes a change of one incident's own fields back.
    ///
    /// # Errors
    /// Something newer changed the same field, and `incident` is as it was.
    pub fn undo_edit(&self, incident: &mut Incident) -> Result<(), NotAllowed> {
        super::edit::unmerged(incident)?;
        match &self.deed {
            Deed::Verdict(edit) => edit.undo_verdict(incident)?,
            Deed::Assignee(edit) => edit.undo_assignee(incident)?,
            Deed::Status(edit) => edit.undo_status(incident)?,
            Deed::Comment { .. } | Deed::Merge(_) | Deed::Split(_) => return Ok(()),
        }
        incident.forget(self.at);
        Ok(())
    }
}
