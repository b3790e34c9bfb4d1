//! The record of one action: what is to be done, how far it is, and what was there before.

use serde::{Deserialize, Serialize};

use super::{ActionKind, Observation, Target, Tier};
use crate::id::{ActionId, FindingId, IncidentId};
use crate::time::Timestamp;

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ActionState {
    /// Written, not begun. For tier guide this is all there is.
    Planned,
    /// About to act, or crashed while acting: observe first.
    Intent,
    /// It has its effect, and the effect is ours to undo.
    Done,
    /// It was so already; there is nothing to undo.
    NoEffect,
    /// Whether it has its effect is not known; a person must look.
    Unknown,
    /// About to be undone, or crashed while being undone: observe first.
    ReverseIntent,
    /// Undone.
    Reversed,
    /// It will not run: superseded, denied, expired, refused by policy.
    Withdrawn,
}

impl ActionState {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Intent => "Intent",
            Self::Done => "Done",
            Self::NoEffect => "NoEffect",
            Self::Unknown => "Unknown",
            Self::ReverseIntent => "ReverseIntent",
            Self::Reversed => "Reversed",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// One action and its history in brief. The ledger has the full one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Derived from incident, action, resource, parameters and attempt.
    pub id: ActionId,
    /// For which incident.
    pub incident: IncidentId,
    /// Planned by this generation.
    pub generation: u32,
    /// What on what.
    pub target: Target,
    /// Who may start it.
    pub tier: Tier,
    /// The finding that calls for it: it is read again from its product before anything is done.
    pub finding: FindingId,
    /// Why it has this tier, and not a freer one.
    pub reasons: Vec<String>,
    /// How many things it touches.
    pub blast_radius: u32,
    /// How many persons must consent.
    pub persons: u8,
    /// Number of completed reversals of the same action before this one.
    pub attempt: u32,
    /// How far it is.
    pub state: ActionState,
    /// Counts the writes: of all who read the same, one writes, and the others look again.
    pub epoch: u32,
    /// Until when the holder of the epoch may be at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<Timestamp>,
    /// What was there before: the reversal's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Observation>,
    /// What was there after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Observation>,
    /// When it took effect; from the intent on, when it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Who answers for it: the policy, or the persons who consented.
    pub owner: String,
    /// What happened last, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Action {
    /// Begins the next epoch. Answers the one before, which the conditional write names.
    ///
    /// Every change of state takes it, a withdrawal too: otherwise whoever read the action before could still act.
    pub fn next_epoch(&mut self) -> u32 {
        let before = self.epoch;
        self.epoch = before.saturating_add(1);
        before
    }
}

impl ActionId {
    /// The id of `target` for `incident`, after `attempt` completed reversals of the same.
    #[must_use]
    pub fn derive(incident: IncidentId, target: &Target, attempt: u32) -> Self {
        let incident = incident.to_string();
        let attempt = attempt.to_string();
        let kind: ActionKind = target.kind;
        let mut parts = vec![incident.as_str(), kind.name(), target.resource.as_str()];
        for (name, value) in &target.parameters {
            parts.push(name);
            parts.push(value);
        }
        parts.push(&attempt);
        Self::from_parts(&parts)
    }
}
