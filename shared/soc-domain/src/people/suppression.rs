//! Suppressions that people agree on: what is known and accepted, beside the policy's own.
//!
//! Apart from the policy's because here one person must not be enough: a second one consents, it ends after 90 days at
//! most, one person proposes a few a day, and like every suppression it never holds for Critical or attack sequences.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Doer, NotAllowed, Struck, person, text};
use crate::id::SuppressionId;
use crate::policy::Suppression;
use crate::time::Timestamp;

/// The longest that one may hold.
pub const LONGEST: Duration = Duration::from_secs(90 * 24 * 3_600);

/// How many persons besides the one who proposed it.
pub const CONSENTS_NEEDED: usize = 1;

/// What somebody wants suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The finding type or control id; a `*` at the end stands for the rest.
    pub kind: String,
    /// The account; empty for every account.
    pub account: String,
    /// The resource's ARN; a `*` at the end stands for the rest; empty for every resource.
    pub resource: String,
    /// Why it is accepted.
    pub reason: String,
    /// Until when.
    pub expires: Timestamp,
}

/// A suppression that a person proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleSuppression {
    /// Derived from who proposed it, on which day, as which of that day.
    pub id: SuppressionId,
    /// What it covers, why, and until when; its owner is who proposed it.
    pub rule: Suppression,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// The hash of what was asked: the same request again is this one.
    pub asked: String,
    /// Who consented.
    pub consents: Vec<Consent>,
    /// Who took it away, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Struck>,
}

/// One person's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Where a suppression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SuppressionState {
    /// Waits for a second person.
    Proposed,
    /// Holds.
    Active,
    /// Has ended.
    Expired,
    /// Was taken away.
    Removed,
}

impl SuppressionState {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "Proposed",
            Self::Active => "Active",
            Self::Expired => "Expired",
            Self::Removed => "Removed",
        }
    }
}

impl Proposal {
    /// The rule as `doer` would own it.
    ///
    /// # Errors
    /// It would hide everything, gives no reason, or does not end in time.
    pub fn rule(&self, doer: Doer<'_>) -> Result<Suppression, NotAllowed> {
        let kind = self.kind.trim();
        if kind.trim_end_matches('*').is_empty() {
            return Err(NotAllowed::HidesAll);
        }
        let latest = doer.at.plus(LONGEST);
        if self.expires <= doer.at || self.expires > latest {
            return Err(NotAllowed::Expiry { latest });
        }
        Ok(Suppression {
            kind: kind.to_owned(),
            account: self.account.trim().to_owned(),
            resource: self.resource.trim().to_owned(),
            reason: text(&self.reason)?,
            owner: person(doer.by)?,
            expires: self.expires.to_string(),
        })
    }
}

impl PeopleSuppression {
    /// One that waits for a second person.
    ///
    /// # Errors
    /// It is not allowed.
    pub fn propose(
        id: SuppressionId,
        proposal: &Proposal,
        doer: Doer<'_>,
        asked: &str,
    ) -> Result<Self, NotAllowed> {
        Ok(Self {
            id,
            rule: proposal.rule(doer)?,
            expires: proposal.expires,
            proposed_at: doer.at,
            asked: asked.to_owned(),
            consents: Vec::new(),
            removed: None,
        })
    }

    /// Takes one person's consent.
    ///
    /// # Errors
    /// It waits for nobody, or for somebody else.
    pub fn consent(&mut self, doer: Doer<'_>) -> Result<(), NotAllowed> {
        let by = person(doer.by)?;
        if self.state(doer.at) != SuppressionState::Proposed {
            return Err(NotAllowed::NotProposed);
        }
        let earlier = self.consents.iter().map(|consent| &consent.by).chain([&self.rule.owner]);
        if earlier.into_iter().any(|name| name.eq_ignore_ascii_case(&by)) {
            return Err(NotAllowed::SamePerson);
        }
        self.consents.push(Consent { by, at: doer.at });
        Ok(())
    }

    /// Takes it away; again is success.
    ///
    /// # Errors
    /// Nobody said who does it.
    pub fn remove(&mut self, doer: Doer<'_>) -> Result<(), NotAllowed> {
        let by = person(doer.by)?;
        self.removed.get_or_insert(Struck { by, at: doer.at });
        Ok(())
    }

    /// Where it is at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> SuppressionState {
        if self.removed.is_some() {
            SuppressionState::Removed
        } else if now >= self.expires {
            SuppressionState::Expired
        } else if self.consents.len() < CONSENTS_NEEDED {
            SuppressionState::Proposed
        } else {
            SuppressionState::Active
        }
    }

    /// Whether it holds at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state(now) == SuppressionState::Active
    }
}
