//! Changes of one incident's own fields: verdict, assignee, status.

use serde::{Deserialize, Serialize};

use super::{Deed, NotAllowed, person, text};
use crate::id::IncidentId;
use crate::incident::{Closer, Incident, PeopleVerdict, Status};
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// What a person wants of an incident, alone or in a bulk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// Say what it turned out to be.
    Verdict {
        /// What.
        verdict: Verdict,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// Give it to a person, or to nobody.
    Assign {
        /// Whom, by name.
        assignee: Option<String>,
    },
    /// Say where people are with it.
    Status {
        /// Where.
        status: Status,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// Make it part of another one.
    Merge {
        /// Which.
        into: IncidentId,
    },
}

/// Who does it, and when.
#[derive(Debug, Clone, Copy)]
pub struct Doer<'a> {
    /// Who, by name.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
}

/// A value before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit<T> {
    /// Before.
    pub before: T,
    /// After.
    pub after: T,
}

/// Where people are with an incident, with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The status.
    pub status: Status,
    /// Who closed or resolved it.
    pub closed_by: Option<Closer>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// What was put off: whoever closes an incident wants no further generation.
    pub escalation_due: Option<Timestamp>,
}

impl Standing {
    pub(super) fn of(incident: &Incident) -> Self {
        Self {
            status: incident.status,
            closed_by: incident.closed_by.clone(),
            resolved_at: incident.resolved_at,
            closed_at: incident.closed_at,
            escalation_due: incident.escalation_due,
        }
    }

    /// This standing after a person set `status`.
    fn set(&self, status: Status, doer: Doer<'_>) -> Self {
        let closer = Some(Closer::Person { name: doer.by.to_owned() });
        match status {
            Status::Closed | Status::Resolved if (self.status, &self.closed_by) == (status, &closer) => {
                self.clone()
            }
            Status::Closed => Self {
                status,
                closed_by: closer,
                resolved_at: self.resolved_at,
                closed_at: Some(doer.at),
                escalation_due: None,
            },
            Status::Resolved => Self {
                status,
                closed_by: closer,
                resolved_at: Some(doer.at),
                closed_at: None,
                escalation_due: None,
            },
            Status::New | Status::InProgress | Status::OnHold => Self {
                status,
                closed_by: None,
                resolved_at: None,
                closed_at: None,
                escalation_due: self.escalation_due,
            },
        }
    }

    fn put(&self, incident: &mut Incident) {
        incident.status = self.status;
        incident.closed_by.clone_from(&self.closed_by);
        incident.resolved_at = self.resolved_at;
        incident.closed_at = self.closed_at;
        incident.escalation_due = self.escalation_due;
    }

    /// The same but for what the machine puts off by itself.
    fn is_same(&self, other: &Self) -> bool {
        (self.status, &self.closed_by, self.resolved_at, self.closed_at)
            == (other.status, &other.closed_by, other.resolved_at, other.closed_at)
    }
}

/// Makes a change of one incident; a merge is none of one alone.
///
/// # Errors
/// It is not allowed, and `incident` is as it was.
pub fn edit(incident: &mut Incident, wish: &Wish, doer: Doer<'_>) -> Result<Deed, NotAllowed> {
    unmerged(incident)?;
    let deed = match wish {
        Wish::Verdict { verdict, reason } => {
            let reason = reason.as_deref().map(text).transpose()?;
            let given = PeopleVerdict { verdict: *verdict, by: doer.by.to_owned(), at: doer.at, reason };
            let before = incident.people_verdict.replace(given);
            Deed::Verdict(Edit { before, after: incident.people_verdict.clone() })
        }
        Wish::Assign { assignee } => {
            let after = assignee.as_deref().map(person).transpose()?;
            let before = std::mem::replace(&mut incident.assignee, after.clone());
            Deed::Assignee(Edit { before, after })
        }
        Wish::Status { status, reason } => {
            reason.as_deref().map(text).transpose()?;
            let before = Standing::of(incident);
            let after = before.set(*status, doer);
            after.put(incident);
            Deed::Status(Edit { before, after })
        }
        Wish::Merge { into } => return Err(NotAllowed::Merged { into: *into }),
    };
    incident.acknowledge(doer.at);
    Ok(deed)
}

/// Refuses an incident that became part of another one.
pub(super) fn unmerged(incident: &Incident) -> Result<(), NotAllowed> {
    incident.merged_into.map_or(Ok(()), |into| Err(NotAllowed::Merged { into }))
}

impl Edit<Option<PeopleVerdict>> {
    pub(super) fn undo_verdict(&self, incident: &mut Incident) -> Result<(), NotAllowed> {
        if incident.people_verdict != self.after {
            return Err(NotAllowed::Drifted { what: "the verdict" });
        }
        incident.people_verdict.clone_from(&self.before);
        Ok(())
    }
}

impl Edit<Option<String>> {
    pub(super) fn undo_assignee(&self, incident: &mut Incident) -> Result<(), NotAllowed> {
        if incident.assignee != self.after {
            return Err(NotAllowed::Drifted { what: "the assignee" });
        }
        incident.assignee.clone_from(&self.before);
        Ok(())
    }
}

impl Edit<Standing> {
    /// Whether it closed or resolved the incident, so that nobody is asked about it any more.
    #[must_use]
    pub fn closes(&self) -> bool {
        matches!(self.after.status, Status::Closed | Status::Resolved)
    }

    pub(super) fn undo_status(&self, incident: &mut Incident) -> Result<(), NotAllowed> {
        let now = Standing::of(incident);
        if !now.is_same(&self.after) {
            return Err(NotAllowed::Drifted { what: "the status" });
        }
        let put_off = self.before.escalation_due != self.after.escalation_due;
        let escalation_due = if put_off { self.before.escalation_due } else { now.escalation_due };
        Standing { escalation_due, ..self.before.clone() }.put(incident);
        Ok(())
    }
}

impl Incident {
    /// A person did something about it at `at`.
    pub(super) fn acknowledge(&mut self, at: Timestamp) {
        self.acknowledged_at.get_or_insert(at);
    }

    /// What a person did at `at` was undone: if nothing else shows that people had it in hand, nobody has.
    pub(super) fn forget(&mut self, at: Timestamp) {
        let in_hand = self.assignee.is_some()
            || self.people_verdict.is_some()
            || self.is_closed_by_person()
            || matches!(self.status, Status::InProgress | Status::OnHold);
        if self.acknowledged_at == Some(at) && !in_hand {
            self.acknowledged_at = None;
        }
    }
}
