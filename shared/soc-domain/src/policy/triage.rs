//! `[triage]`: weights and thresholds.

use serde::Deserialize;

use super::PolicyError;

/// `[triage]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    /// What each reason adds to the score.
    pub weights: Weights,
    /// Where priorities and routes begin.
    pub thresholds: Thresholds,
}

/// `[triage.weights]`: points; the score is their sum, held between 0 and 100.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The incident is Critical.
    pub critical: i16,
    /// The incident is High.
    pub high: i16,
    /// The incident is Medium.
    pub medium: i16,
    /// The incident is Low.
    pub low: i16,
    /// The product joined several signals itself.
    pub attack_sequence: i16,
    /// Each ATT&CK tactic beyond the first, three at most.
    pub further_tactic: i16,
    /// A resource is tagged as production.
    pub production: i16,
    /// The other end is on a threat list.
    pub threat_list: i16,
    /// Our own resource acted.
    pub actor: i16,
    /// Activity of a kind that has hardly any harmless reason.
    pub known_bad: i16,
    /// Seen ten times or more.
    pub repeated: i16,
    /// Only knocking from outside.
    pub inbound_probe: i16,
    /// A check of settings, not activity.
    pub posture: i16,
}

/// `[triage.thresholds]`: the least score for each.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Priority 1.
    pub p1: i16,
    /// Priority 2.
    pub p2: i16,
    /// Priority 3.
    pub p3: i16,
    /// Priority 4; below it is 5.
    pub p4: i16,
    /// Route notify.
    pub notify: i16,
    /// Route respond.
    pub respond: i16,
}

impl Triage {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        let t = &self.thresholds;
        if t.p1 > t.p2 && t.p2 > t.p3 && t.p3 > t.p4 && t.respond >= t.notify {
            return Ok(());
        }
        Err(PolicyError::Unsound {
            key: "triage.thresholds".to_owned(),
            what: "p1 > p2 > p3 > p4, and respond at least notify".to_owned(),
        })
    }
}
