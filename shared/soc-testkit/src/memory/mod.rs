//! Adapters that keep everything in maps: for tests of the use cases, and to measure them without a disk.
//!
//! One type for all ports, because two of them change rows of each other in real stores too. Nothing here is
//! clever: these are the guarantees of the ports, written down as plainly as can be.

mod account;
mod actions;
mod approvals;
mod budget;
mod correlations;
mod desk;
mod documents;
mod findings;
mod incidents;
mod ledger;
mod notices;
mod people;
mod stream;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use soc_domain::action::Action;
use soc_domain::analysis::Analysis;
use soc_domain::approval::Approval;
use soc_domain::assess::Assessment;
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::finding::WorkflowStatus;
use soc_domain::id::{ActionId, EventKey, FindingId, IncidentId, QuarantineId};
use soc_domain::incident::Incident;
use soc_domain::notice::Notice;
use soc_domain::plan::Plan;
use soc_domain::spend::Day;
use soc_domain::time::Timestamp;
use soc_domain::verdict::{Judgement, Verdict};
use soc_ledger::{Entry, Head};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::desk::Turn;
use soc_pipeline::ports::{
    Answer, DecisionKey, FindingRow, Quarantined, RowVersion, StartWorkflow, StreamRecord, Versioned,
};

pub use account::MemoryAccount;
pub use workflows::Execution;

/// Everything, in memory.
#[derive(Debug, Default)]
pub struct Memory {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    findings: BTreeMap<FindingId, Versioned<FindingRow>>,
    duplicates: BTreeMap<FindingId, u64>,
    raw: BTreeMap<FindingId, Vec<u8>>,
    seen: BTreeSet<EventKey>,
    incidents: BTreeMap<IncidentId, Versioned<Incident>>,
    outbox: Vec<StartWorkflow>,
    spans: BTreeMap<CorrelationKey, Versioned<Vec<KeySpan>>>,
    assessments: BTreeMap<(IncidentId, u32), Assessment>,
    judgements: BTreeMap<(IncidentId, u32), Judgement>,
    analyses: BTreeMap<(IncidentId, u32), Analysis>,
    plans: BTreeMap<(IncidentId, u32), Plan>,
    /// By arrival.
    quarantine: BTreeMap<QuarantineId, (u64, Quarantined)>,
    quarantined: u64,
    events: BTreeSet<Vec<u8>>,
    actions: BTreeMap<ActionId, Action>,
    approvals: BTreeMap<(ActionId, u32), Versioned<Approval>>,
    ledger: Vec<Entry>,
    heads: BTreeMap<String, Head>,
    executions: BTreeMap<StartWorkflow, Execution>,
    /// By key.
    notices: BTreeMap<String, Notice>,
    stream: Vec<StreamRecord>,
    /// What the products have, and since when.
    published: Vec<(Timestamp, StreamRecord)>,
    /// What the products were told last.
    reports: BTreeMap<FindingId, (WorkflowStatus, Option<Verdict>, String)>,
    purses: BTreeMap<Day, budget::Purse>,
    answers: BTreeMap<DecisionKey, Answer>,
    ready: BTreeMap<String, Timestamp>,
    people: people::PeopleTables,
    turns: BTreeMap<IncidentId, Turn>,
    last_turn: u64,
}

impl Memory {
    /// Nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts `value` in place of what has the version `expected`; else Conflict.
fn put<K: Ord, V>(
    table: &mut BTreeMap<K, Versioned<V>>,
    (key, value): (K, V),
    expected: Option<RowVersion>,
    operation: &'static str,
) -> PortResult<RowVersion> {
    let found = table.get(&key).map(|row| row.version);
    if found != expected {
        return Err(PortError::new(PortErrorKind::Conflict, operation));
    }
    let version = RowVersion(found.map_or(1, |version| version.0 + 1));
    table.insert(key, Versioned { value, version });
    Ok(version)
}
