//! What was read in the batch at hand and those before it, as it was read.
//!
//! Apart because stages ask for the same rows one after the other, and parsing one costs more than finding it.
//! Invariants: only a batch is answered from here, in which nobody else writes; what the batch writes itself is noted
//! or forgotten with the write; what another process wrote between two batches makes the next one forget all, and so
//! does a batch that is dropped.

use std::collections::HashMap;

use soc_domain::action::Action;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_pipeline::ports::{IncidentFindings, Versioned};

/// How many incidents' findings and actions are held: as many as one batch drives.
const MOST_READ: usize = 128;

/// How many incidents are held: those that the findings of a batch join are mostly those of the batch before.
const MOST_INCIDENTS: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct AsRead {
    version: Option<i64>,
    /// With the limit that they were read under.
    findings: HashMap<(IncidentId, usize), IncidentFindings>,
    incidents: HashMap<IncidentId, Versioned<Incident>>,
    actions: HashMap<IncidentId, Vec<Action>>,
}

impl AsRead {
    pub(super) fn forget(&mut self) {
        self.forget_findings();
        self.incidents.clear();
        self.actions.clear();
    }

    /// Forgets all if somebody else has written since.
    pub(super) fn still_true_at(&mut self, version: i64) {
        if self.version != Some(version) {
            self.version = Some(version);
            self.forget();
        }
    }

    pub(super) fn forget_findings(&mut self) {
        self.findings.clear();
    }

    pub(super) fn findings(&self, of: IncidentId, limit: usize) -> Option<&IncidentFindings> {
        self.findings.get(&(of, limit))
    }

    pub(super) fn note_findings(&mut self, of: IncidentId, limit: usize, found: IncidentFindings) {
        make_room(&mut self.findings, MOST_READ);
        self.findings.insert((of, limit), found);
    }

    pub(super) fn actions(&self, of: IncidentId) -> Option<&Vec<Action>> {
        self.actions.get(&of)
    }

    pub(super) fn note_actions(&mut self, of: IncidentId, found: Vec<Action>) {
        make_room(&mut self.actions, MOST_READ);
        self.actions.insert(of, found);
    }

    pub(super) fn forget_actions(&mut self, of: IncidentId) {
        self.actions.remove(&of);
    }

    pub(super) fn incident(&self, id: IncidentId) -> Option<&Versioned<Incident>> {
        self.incidents.get(&id)
    }

    pub(super) fn note_incident(&mut self, found: Versioned<Incident>) {
        make_room(&mut self.incidents, MOST_INCIDENTS);
        self.incidents.insert(found.value.id, found);
    }

    pub(super) fn forget_incident(&mut self, id: IncidentId) {
        self.incidents.remove(&id);
    }
}

/// Forgets all of a full map: what is at hand is read again soon enough.
fn make_room<K, V>(map: &mut HashMap<K, V>, most: usize) {
    if map.len() >= most {
        map.clear();
    }
}
