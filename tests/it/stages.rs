//! The use cases over ports, without the runner: for tests that look between two stages or put a double in.
//!
//! Apart from the test bed because here the test itself says which stage runs when. Store and account are the
//! real ones, the store in memory.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use soc_domain::action::Tier;
use soc_domain::finding::Finding;
use soc_domain::policy::Policy;
use soc_domain::wire::{Content, read_record};
use soc_guard::redact::Redactor;
use soc_local::account::SimulatedAccount;
use soc_local::analyst::RuleAnalyst;
use soc_local::store::Store;
use soc_pipeline::Case;
use soc_pipeline::error::StageError;
use soc_pipeline::execute::Tally;
use soc_pipeline::handlers::World;
use soc_pipeline::ingest::{Arrival, Ingest, Landed};
use soc_pipeline::ports::{
    Account, Analyst, Clock, Correlations, Events, Findings, Incidents, Ledger, Origin, Quarantine,
};
use soc_testkit::block_on;
use tempfile::TempDir;

use crate::bed::{HandClock, only_two, policy_with};
use crate::cast::day;

/// Compiled once: its rules are many.
pub(crate) static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&[7; 32]).unwrap());

/// Ingest over one store that has every port.
pub(crate) fn ingest_over<'a, S>(store: &'a S, policy: &'a Policy) -> Ingest<'a>
where
    S: Findings + Incidents + Correlations + Quarantine + Events + Ledger,
{
    Ingest {
        findings: store,
        incidents: store,
        correlations: store,
        quarantine: store,
        events: store,
        ledger: store,
        policy,
    }
}

/// Takes in one record as it came.
pub(crate) fn take_in(ingest: &Ingest<'_>, record: &[u8], origin: Origin, clock: &dyn Clock) -> Vec<Landed> {
    let mut landed = Vec::new();
    for item in read_record(record) {
        let arrival = Arrival {
            source: "test",
            offset: 0,
            line: 1,
            raw: &item.raw,
            spilled: None,
            content: item.content,
            origin,
            at: clock.now(),
        };
        landed.push(block_on(ingest.one(arrival)).unwrap());
    }
    landed
}

/// The use cases over a store in memory and an account in a file.
pub(crate) struct Stages {
    _folder: TempDir,
    pub(crate) store: Store,
    pub(crate) account: SimulatedAccount,
    pub(crate) policy: Policy,
    pub(crate) clock: Arc<HandClock>,
}

impl Stages {
    pub(crate) fn with(changes: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = SimulatedAccount::open(&folder.path().join("account.sqlite")).unwrap();
        Self {
            _folder: folder,
            store: Store::open_in_memory().unwrap(),
            account,
            policy: Policy::parse(&only_two(&policy_with(changes))).unwrap(),
            clock: Arc::new(HandClock::at_morning()),
        }
    }

    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// Everything real.
    pub(crate) fn world(&self) -> World<'_> {
        self.world_of(&self.account, &RuleAnalyst)
    }

    /// With another account and analyst.
    pub(crate) fn world_of<'a>(&'a self, account: &'a dyn Account, analyst: &'a dyn Analyst) -> World<'a> {
        World {
            findings: &self.store,
            incidents: &self.store,
            dossier: &self.store,
            actions: &self.store,
            approvals: &self.store,
            workflows: &self.store,
            account,
            sources: &self.store,
            analyst,
            redactor: &REDACTOR,
            notifiers: &self.store,
            ledger: &self.store,
            suppressions: &self.store,
            clock: &*self.clock,
            policy: &self.policy,
            lease: Duration::ZERO,
        }
    }

    pub(crate) fn take_in(&self, record: &[u8]) -> Vec<Landed> {
        let landed = take_in(&ingest_over(&self.store, &self.policy), record, Origin::Owner, &*self.clock);
        for one in &landed {
            if let Landed::Recorded(id) | Landed::Updated(id) = one {
                let row = block_on(Findings::get(&self.store, *id)).unwrap().unwrap().value;
                self.account.seed_from_finding(&row.finding).unwrap();
            }
        }
        landed
    }

    /// The newest generation of the only incident.
    pub(crate) fn case(&self) -> Case {
        let filter = soc_local::store::IncidentFilter { limit: 9, ..Default::default() };
        let mut incidents = self.store.list_incidents(filter).unwrap();
        assert_eq!(incidents.len(), 1, "{incidents:#?}");
        let incident = incidents.remove(0);
        Case { incident: incident.id, generation: incident.generation }
    }

    /// Triage, analysis and plan.
    pub(crate) fn planned(&self, world: &World<'_>) -> Case {
        let case = self.case();
        block_on(world.triage().assess(case)).unwrap();
        block_on(world.analyzing().analyze(case)).unwrap();
        block_on(world.planning().plan(case)).unwrap();
        case
    }

    pub(crate) fn execute(&self, world: &World<'_>, tier: Tier) -> Result<Tally, StageError> {
        block_on(world.executing().execute(self.case(), tier))
    }

    pub(crate) fn applied(&self) -> usize {
        self.account.applied().unwrap().len()
    }
}

/// Takes a finding in that was read already, a month after the findings of a test began.
pub(crate) fn take(ingest: &Ingest<'_>, finding: Finding) -> Landed {
    let arrival = Arrival {
        source: "test",
        offset: 0,
        line: 1,
        raw: b"{}",
        spilled: None,
        content: Ok(Content::Finding(Box::new(finding), Vec::new())),
        origin: Origin::Owner,
        at: day(30 * 24 * 60),
    };
    block_on(ingest.one(arrival)).unwrap()
}
