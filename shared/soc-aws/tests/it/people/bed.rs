//! People at work over any store, with executions in memory.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

use soc_aws::dynamodb::Store;
use soc_domain::finding::{Finding, Principal};
use soc_domain::id::IncidentId;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_domain::wire::Content;
use soc_ledger::Entry;
use soc_pipeline::ingest::{Arrival, Ingest};
use soc_pipeline::people::{self, Order, People, Suppressing};
use soc_pipeline::ports::{Clock, Dossier, Events, Findings, Origin, Quarantine, Suppressions};
use soc_pipeline::triage::Triage;
use soc_testkit::build::{at, finding, instance};
use soc_testkit::memory::Memory;

pub(crate) static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::parse(DEFAULT).unwrap());

/// Everything that people's changes, and what they change, are kept in.
pub(crate) trait Keeps: people::Keeps + Suppressions + Quarantine + Events + Dossier {
    /// The entries of a chain.
    async fn chain(&self, name: &str) -> Vec<Entry>;
}

impl Keeps for Store {
    async fn chain(&self, name: &str) -> Vec<Entry> {
        self.ledger_chain(name, 0, usize::MAX).await.unwrap()
    }
}

impl Keeps for Memory {
    async fn chain(&self, name: &str) -> Vec<Entry> {
        self.ledger().into_iter().filter(|entry| entry.chain == name).collect()
    }
}

/// A clock that stands until it is set forward: however the calls of a bulk interleave, they see one time.
#[derive(Debug)]
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(at(3_600).as_millis()))
    }

    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) struct Desk<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) workflows: &'a Memory,
    pub(crate) clock: &'a Hands,
}

impl<S: Keeps> Desk<'_, S> {
    pub(crate) fn people(&self) -> People<'_> {
        let store = self.store;
        People::over(store, self.workflows, self.clock, &POLICY)
    }

    pub(crate) fn suppressing(&self) -> Suppressing<'_> {
        let store = self.store;
        Suppressing {
            suppressions: store,
            operations: store,
            holdings: store,
            findings: store,
            incidents: store,
            clock: self.clock,
        }
    }

    pub(crate) fn triage(&self) -> Triage<'_> {
        let store = self.store;
        Triage {
            incidents: store,
            findings: store,
            dossier: store,
            actions: store,
            approvals: store,
            workflows: self.workflows,
            ledger: store,
            suppressions: store,
            clock: self.clock,
            policy: &POLICY,
        }
    }

    /// Takes a finding in, and answers the incident that it came to.
    pub(crate) async fn comes(&self, finding: &Finding) -> IncidentId {
        let store = self.store;
        let ingest = Ingest {
            findings: store,
            incidents: store,
            correlations: store,
            quarantine: store,
            events: store,
            ledger: store,
            policy: &POLICY,
        };
        let arrival = Arrival {
            source: "test",
            offset: 0,
            line: 1,
            raw: b"{}",
            spilled: None,
            content: Ok(Content::Finding(Box::new(finding.clone()), Vec::new())),
            origin: Origin::Owner,
            at: self.clock.now(),
        };
        ingest.one(arrival).await.unwrap();
        Findings::get(store, finding.id).await.unwrap().unwrap().value.incident
    }
}

/// What is asked under a key.
pub(crate) const fn order<'a>(by: &'a str, key: &'a str) -> Order<'a> {
    Order { by, key: Some(key), asked: key }
}

/// A finding of a host and a user: findings that share one are joined.
pub(crate) fn about(name: &str, host: u16, user: u16) -> Finding {
    let mut finding = finding(name);
    finding.resources = vec![instance(&format!("i-{host}"))];
    finding.principals = vec![Principal {
        kind: "IAMUser".to_owned(),
        name: format!("user-{user}"),
        principal_id: None,
        access_key_id: None,
        account: "111122223333".to_owned(),
    }];
    finding
}
