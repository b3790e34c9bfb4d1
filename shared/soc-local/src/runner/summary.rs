//! The summary object of a run: its keys are normative (the model's "Summary object").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::store::{Balance, Tallies};

/// What a run did, and what there is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The version of this object's form.
    pub schema: u32,
    /// Records that came in: the sum of the six below.
    pub received: u64,
    /// New findings.
    pub recorded: u64,
    /// Known findings that changed.
    pub updated: u64,
    /// Known events.
    pub duplicates: u64,
    /// Events that are no findings.
    pub events: u64,
    /// Records that could not be read.
    pub quarantined: u64,
    /// Records that came in and are nowhere: counted by query, and always 0.
    pub lost: u64,
    /// Incidents in the store.
    pub incidents: IncidentCounts,
    /// Actions in the store.
    pub actions: ActionCounts,
    /// Questions that wait for people.
    pub approvals_waiting: u64,
    /// Records a second, from the first to the end of the run.
    pub findings_per_second: f64,
    /// How long the run took.
    pub wall_ms: u64,
}

/// Incidents by what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentCounts {
    /// All of them.
    pub total: u64,
    /// Where the machine is.
    pub by_stage: BTreeMap<String, u64>,
    /// Where people are.
    pub by_status: BTreeMap<String, u64>,
    /// How bad.
    pub by_severity: BTreeMap<String, u64>,
}

/// Actions by how far they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCounts {
    /// They have their effect.
    pub done: u64,
    /// They wait.
    pub pending: u64,
    /// They are left to people.
    pub guide: u64,
    /// They were undone.
    pub reversed: u64,
}

impl Summary {
    pub(super) fn new(balance: &Balance, tallies: &Tallies, wall_ms: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a rate for people; counts stay far below 2^53")]
        let findings_per_second =
            if wall_ms == 0 { 0.0 } else { (balance.received as f64 * 1000.0 / wall_ms as f64).round() };
        Self {
            schema: 1,
            received: balance.received,
            recorded: balance.recorded,
            updated: balance.updated,
            duplicates: balance.duplicates,
            events: balance.events,
            quarantined: balance.quarantined,
            lost: balance.lost,
            incidents: IncidentCounts {
                total: tallies.incidents.total,
                by_stage: tallies.incidents.by_stage.clone(),
                by_status: tallies.incidents.by_status.clone(),
                by_severity: tallies.incidents.by_severity.clone(),
            },
            actions: ActionCounts {
                done: tallies.actions.done,
                pending: tallies.actions.pending,
                guide: tallies.actions.guide,
                reversed: tallies.actions.reversed,
            },
            approvals_waiting: tallies.approvals_waiting,
            findings_per_second,
            wall_ms,
        }
    }
}
