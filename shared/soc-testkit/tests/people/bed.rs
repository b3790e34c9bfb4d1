//! A store with some incidents, and people at work on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

use soc_domain::correlate::KeySpan;
use soc_domain::finding::{Finding, Principal};
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::{Closer, Incident, Stage, Status};
use soc_domain::people::Wish;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::wire::Content;
use soc_pipeline::ingest::{Arrival, Ingest, Landed};
use soc_pipeline::people::{Changed, Keeps, NotDone, Order, People, Suppressing};
use soc_pipeline::ports::{Clock, Holdings, Origin, Workflows};
use soc_testkit::block_on;
use soc_testkit::build::{at, finding, instance};
use soc_testkit::memory::Memory;

pub(crate) static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::parse(DEFAULT).unwrap());

/// The hash of a request that nobody looks into.
pub(crate) const ASKED: &str = "a";

/// Every look at the clock is a second later.
#[derive(Debug)]
pub(crate) struct Ticking(AtomicI64);

impl Default for Ticking {
    fn default() -> Self {
        Self(AtomicI64::new(at(3_600).as_millis()))
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1_000, Ordering::Relaxed))
    }
}

impl Ticking {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
pub(crate) struct Bed {
    pub(crate) store: Memory,
    pub(crate) clock: Ticking,
}

/// All that people and findings say; what the machine counts for itself is left out where an operation may move it on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) incidents: BTreeMap<IncidentId, Incident>,
    pub(crate) findings: BTreeMap<FindingId, IncidentId>,
    pub(crate) spans: BTreeMap<String, Vec<KeySpan>>,
}

impl Bed {
    pub(crate) fn people(&self) -> People<'_> {
        people(&self.store, &self.clock)
    }

    pub(crate) fn suppressing(&self) -> Suppressing<'_> {
        Suppressing {
            suppressions: &self.store,
            operations: &self.store,
            holdings: &self.store,
            findings: &self.store,
            incidents: &self.store,
            clock: &self.clock,
        }
    }

    pub(crate) fn ingest(&self) -> Ingest<'_> {
        Ingest {
            findings: &self.store,
            incidents: &self.store,
            correlations: &self.store,
            quarantine: &self.store,
            events: &self.store,
            ledger: &self.store,
            policy: &POLICY,
        }
    }

    /// Takes a finding in.
    pub(crate) fn comes(&self, finding: &Finding) -> Landed {
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
        block_on(self.ingest().one(arrival)).unwrap()
    }

    pub(crate) fn incident_of(&self, finding: &Finding) -> IncidentId {
        self.said().findings[&finding.id]
    }

    pub(crate) fn incident(&self, id: IncidentId) -> Incident {
        self.said().incidents[&id].clone()
    }

    /// The incidents that are not part of another one.
    pub(crate) fn standing(&self) -> Vec<IncidentId> {
        let incidents = self.store.all_incidents();
        incidents.into_iter().filter(|one| one.merged_into.is_none()).map(|one| one.id).collect()
    }

    pub(crate) fn change(&self, by: &str, id: IncidentId, wish: &Wish) -> Result<Changed, NotDone> {
        block_on(self.people().change(&order(by), id, wish))
    }

    pub(crate) fn said(&self) -> Said {
        let incidents: BTreeMap<_, _> =
            self.store.all_incidents().into_iter().map(|incident| (incident.id, incident)).collect();
        let rows = self.store.all_findings();
        let findings = rows.into_iter().map(|row| (row.finding.id, row.incident)).collect();
        let mut spans = BTreeMap::new();
        for id in incidents.keys() {
            for held in block_on(self.store.keys_of(*id, usize::MAX)).unwrap() {
                spans.insert(held.key.as_str().to_owned(), held.spans);
            }
        }
        Said { incidents, findings, spans }
    }
}

impl Said {
    /// Without what the machine counts and does next: generations only grow, whoever was at work begins again, and what
    /// a merge reopened that the machine had closed is looked at anew.
    pub(crate) fn but_for_the_machine(mut self, before: &Self) -> Self {
        for incident in self.incidents.values_mut() {
            let Some(was) = before.incidents.get(&incident.id) else { continue };
            incident.generation = was.generation;
            incident.generation_at = was.generation_at;
            incident.escalation_due = was.escalation_due;
            let begins_again = incident.stage == Stage::Open;
            if begins_again {
                incident.stage = was.stage;
            }
            if begins_again && was.closed_by == Some(Closer::Machine) && incident.status == Status::New {
                incident.status = was.status;
                incident.closed_by.clone_from(&was.closed_by);
                (incident.resolved_at, incident.closed_at) = (was.resolved_at, was.closed_at);
            }
        }
        self
    }
}

/// Every port of people's changes in one store.
pub(crate) fn people<'a, S>(store: &'a S, clock: &'a dyn Clock) -> People<'a>
where
    S: Keeps + Workflows,
{
    People::over(store, store, clock, &POLICY)
}

pub(crate) fn order(by: &str) -> Order<'_> {
    Order { by, key: None, asked: ASKED }
}

/// A finding of the hosts and users of these numbers: findings that share one are joined, if they are near in time.
pub(crate) fn about(name: &str, hosts: &[u8], users: &[u8], hour: u64) -> Finding {
    let mut finding = finding(name);
    finding.resources = hosts.iter().map(|host| instance(&format!("i-{host}"))).collect();
    finding.principals = users.iter().map(|user| user_named(&format!("user-{user}"))).collect();
    finding.first_seen = Some(at(hour * 3_600));
    finding.last_seen = Some(at(hour * 3_600 + 60));
    finding.updated_at = Some(at(hour * 3_600 + 60));
    finding.severity = match hosts.first().copied().unwrap_or_default() % 4 {
        0 => Severity::Informational,
        1 => Severity::Medium,
        2 => Severity::High,
        _ => Severity::Critical,
    };
    finding
}

fn user_named(name: &str) -> Principal {
    Principal {
        kind: "IAMUser".to_owned(),
        name: name.to_owned(),
        principal_id: None,
        access_key_id: None,
        account: "111122223333".to_owned(),
    }
}

/// The same finding, said again with more occurrences.
pub(crate) fn again(finding: &Finding, times: u64, hour: u64) -> Finding {
    let mut newer = finding.clone();
    newer.count += times;
    newer.updated_at = Some(at(hour * 3_600 + 120));
    newer.last_seen = Some(at(hour * 3_600 + 120));
    newer
}

/// The names of the findings that are in an incident.
pub(crate) fn named(bed: &Bed, id: IncidentId) -> BTreeSet<String> {
    let rows = bed.store.all_findings().into_iter().filter(|row| row.incident == id);
    rows.map(|row| row.finding.product_id).collect()
}
