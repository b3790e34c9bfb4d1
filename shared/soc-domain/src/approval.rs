//! Approvals: one named person's consent to one exact action. The row is the truth, whatever runs around it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::action::Action;
use crate::id::{ActionId, IncidentId, sha256_hex};
use crate::time::Timestamp;

/// Where an approval is. Only Pending changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ApprovalState {
    /// Waits for persons.
    Pending,
    /// Enough persons consented.
    Approved,
    /// A person refused.
    Denied,
    /// Nobody answered in time, which means no.
    Expired,
    /// A newer generation asks again.
    Withdrawn,
}

impl ApprovalState {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::Denied => "Denied",
            Self::Expired => "Expired",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// What a person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Do it.
    Approve,
    /// Do not.
    Deny,
}

/// One person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who.
    pub person: String,
    /// What.
    pub answer: Answer,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A question to people about one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The action.
    pub action: ActionId,
    /// Its incident.
    pub incident: IncidentId,
    /// The generation that asks.
    pub generation: u32,
    /// Binds the question to incident, action, resource, parameters, plan and expiry.
    pub binding: String,
    /// How many persons must consent.
    pub persons: u8,
    /// The answers so far.
    pub decisions: Vec<Decision>,
    /// Where it is.
    pub state: ApprovalState,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When the answer becomes no.
    pub expires_at: Timestamp,
}

/// Why an answer was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotDecided {
    /// Somebody, or time, was first.
    #[error("the approval is {} already", state.name())]
    Settled {
        /// Where it is.
        state: ApprovalState,
    },
    /// Too late; the answer is no.
    #[error("the approval expired at {at}")]
    Expired {
        /// When.
        at: Timestamp,
    },
    /// One person counts once.
    #[error("this person has consented already; {missing} more must")]
    SamePerson {
        /// How many further persons.
        missing: usize,
    },
    /// Who asks cannot consent.
    #[error("the requester cannot answer for a person")]
    Requester,
    /// Nobody said who answers.
    #[error("a decision needs a person's name")]
    Nameless,
}

/// The name under which the machine acts; it can never consent.
pub const MACHINE: &str = "ai-soc";

impl Approval {
    /// The question about `action`, asked at `now`, answered with no at `expires_at`.
    #[must_use]
    pub fn ask(action: &Action, plan_sha256: &str, now: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            action: action.id,
            incident: action.incident,
            generation: action.generation,
            binding: binding(action, plan_sha256, expires_at),
            persons: action.persons.max(1),
            decisions: Vec::new(),
            state: ApprovalState::Pending,
            asked_at: now,
            expires_at,
        }
    }

    /// Whether people were asked about exactly this action of exactly this plan.
    #[must_use]
    pub fn is_about(&self, action: &Action, plan_sha256: &str) -> bool {
        self.action == action.id
            && self.generation == action.generation
            && self.binding == binding(action, plan_sha256, self.expires_at)
    }

    /// Takes one person's answer.
    ///
    /// # Errors
    /// The answer was refused, and nothing changed.
    pub fn decide(&mut self, decision: Decision) -> Result<ApprovalState, NotDecided> {
        if self.state != ApprovalState::Pending {
            return Err(NotDecided::Settled { state: self.state });
        }
        if decision.at >= self.expires_at {
            return Err(NotDecided::Expired { at: self.expires_at });
        }
        let person = decision.person.trim();
        if person.is_empty() {
            return Err(NotDecided::Nameless);
        }
        if person.eq_ignore_ascii_case(MACHINE) {
            return Err(NotDecided::Requester);
        }
        if decision.answer == Answer::Deny {
            self.state = ApprovalState::Denied;
            self.decisions.push(decision);
            return Ok(self.state);
        }
        if self.decisions.iter().any(|earlier| earlier.person.trim().eq_ignore_ascii_case(person)) {
            return Err(NotDecided::SamePerson { missing: self.missing() });
        }
        self.decisions.push(decision);
        if self.missing() == 0 {
            self.state = ApprovalState::Approved;
        }
        Ok(self.state)
    }

    /// How many further persons must consent.
    #[must_use]
    pub fn missing(&self) -> usize {
        usize::from(self.persons).saturating_sub(self.decisions.len())
    }

    /// Who consented, for the action's owner.
    #[must_use]
    pub fn consenting(&self) -> String {
        let names: Vec<&str> = self.decisions.iter().map(|decision| decision.person.as_str()).collect();
        names.join(", ")
    }
}

/// The hash of incident, action, resource, parameters, plan and expiry.
fn binding(action: &Action, plan_sha256: &str, expires_at: Timestamp) -> String {
    let target = serde_json::to_string(&action.target).unwrap_or_default();
    sha256_hex(&[
        action.incident.to_string().as_bytes(),
        action.id.to_string().as_bytes(),
        target.as_bytes(),
        plan_sha256.as_bytes(),
        &expires_at.as_millis().to_le_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(persons: u8) -> Approval {
        Approval {
            action: ActionId::from_parts(&["a"]),
            incident: IncidentId::from_parts(&["i"]),
            generation: 1,
            binding: String::new(),
            persons,
            decisions: Vec::new(),
            state: ApprovalState::Pending,
            asked_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(100),
        }
    }

    fn says(person: &str, answer: Answer, at: i64) -> Decision {
        Decision { person: person.to_owned(), answer, reason: None, at: Timestamp::from_millis(at) }
    }

    #[test]
    fn two_different_persons_are_needed_where_the_policy_says_two() {
        let mut approval = pending(2);
        assert_eq!(approval.decide(says("ana", Answer::Approve, 1)), Ok(ApprovalState::Pending));
        assert_eq!(
            approval.decide(says("Ana ", Answer::Approve, 2)),
            Err(NotDecided::SamePerson { missing: 1 })
        );
        assert_eq!(approval.decide(says("ben", Answer::Approve, 3)), Ok(ApprovalState::Approved));
    }

    #[test]
    fn one_denial_is_enough_and_final() {
        let mut approval = pending(1);
        assert_eq!(approval.decide(says("ana", Answer::Deny, 1)), Ok(ApprovalState::Denied));
        let late = approval.decide(says("ben", Answer::Approve, 2));
        assert_eq!(late, Err(NotDecided::Settled { state: ApprovalState::Denied }));
    }

    #[test]
    fn late_nameless_and_self_made_consent_is_refused() {
        let mut approval = pending(1);
        assert_eq!(
            approval.decide(says("ana", Answer::Approve, 100)),
            Err(NotDecided::Expired { at: Timestamp::from_millis(100) })
        );
        assert_eq!(approval.decide(says(" ", Answer::Approve, 1)), Err(NotDecided::Nameless));
        assert_eq!(approval.decide(says("AI-SOC", Answer::Approve, 1)), Err(NotDecided::Requester));
        assert_eq!(approval.state, ApprovalState::Pending);
    }
}
