//! Why a change by a person is not made.

use thiserror::Error;

use crate::id::{FindingId, IncidentId};
use crate::time::Timestamp;

/// Why a change was refused. Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAllowed {
    /// It became part of another incident.
    #[error("the incident became part of {into}")]
    Merged {
        /// Which.
        into: IncidentId,
    },
    /// A person closed the incident that would take findings in.
    #[error("a person closed the incident: reopen it first")]
    ClosedByPerson,
    /// An incident cannot become part of itself.
    #[error("an incident cannot be merged into itself")]
    Itself,
    /// The finding is in another incident.
    #[error("{finding} is not in the incident")]
    NotInside {
        /// Which.
        finding: FindingId,
    },
    /// At least one finding must go and one must stay.
    #[error("choose at least one finding, and not all of them")]
    NothingToPart,
    /// More than one operation may move.
    #[error("it has more than {most} findings or keys")]
    TooMany {
        /// How many may be.
        most: usize,
    },
    /// Something newer changed the same.
    #[error("{what} was changed since")]
    Drifted {
        /// What.
        what: &'static str,
    },
    /// The time for it is over.
    #[error("the time to undo it ended at {until}")]
    TooLate {
        /// When.
        until: Timestamp,
    },
    /// It is still under way.
    #[error("it is still under way")]
    UnderWay,
    /// An undoing cannot be undone.
    #[error("an undoing cannot be undone: make the change again")]
    IsUndoing,
    /// Nobody said who.
    #[error("a name has 1 to 128 bytes on one line")]
    NoName,
    /// The machine is no person.
    #[error("the machine cannot answer for a person")]
    Machine,
    /// Too short or too long.
    #[error("a text has 1 to {most} characters")]
    NoText {
        /// How many it may have.
        most: usize,
    },
    /// A suppression without a type would hide everything.
    #[error("name a type or a control: `*` alone would hide everything")]
    HidesAll,
    /// A suppression must end.
    #[error("a suppression ends in the future, and at the latest at {latest}")]
    Expiry {
        /// The latest that there may be.
        latest: Timestamp,
    },
    /// One person counts once.
    #[error("a second person must consent")]
    SamePerson,
    /// A suppression that holds, has ended or was removed takes no consent.
    #[error("the suppression waits for nobody")]
    NotProposed,
    /// A person proposed or consented to as many as they may in a day.
    #[error("one person may do this {most} times a day")]
    TooOften {
        /// How often.
        most: usize,
    },
}

/// What kind of refusal it is, for whoever answers a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The same request is refused whatever the state.
    Invalid,
    /// The state does not allow it.
    Conflict,
    /// Later it may be allowed.
    RateLimited,
}

impl NotAllowed {
    /// What kind of refusal it is.
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::Itself
            | Self::NothingToPart
            | Self::TooMany { .. }
            | Self::NoName
            | Self::Machine
            | Self::NoText { .. }
            | Self::HidesAll
            | Self::IsUndoing
            | Self::Expiry { .. } => RefusalKind::Invalid,
            Self::Merged { .. }
            | Self::ClosedByPerson
            | Self::NotInside { .. }
            | Self::Drifted { .. }
            | Self::TooLate { .. }
            | Self::UnderWay
            | Self::SamePerson
            | Self::NotProposed => RefusalKind::Conflict,
            Self::TooOften { .. } => RefusalKind::RateLimited,
        }
    }
}
