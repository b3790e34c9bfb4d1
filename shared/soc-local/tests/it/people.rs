//! People's changes in SQLite: as quick as an analyst expects, and kept as the in-memory store keeps them.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Status};
use soc_domain::people::{JobState, Wish};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_local::store::Store;
use soc_pipeline::people::{Bulk, Order, People};
use soc_pipeline::ports::{
    Clock, Correlations, FindingWrite, Findings, Holdings, Incidents, Ledger, RowVersion,
};
use soc_testkit::block_on;
use soc_testkit::build::{START, at, finding, incident, incident_id, row};

const KEYED: Order<'static> = Order { by: "ann", key: Some("bulk-1234"), asked: "a" };

struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

fn people<'a>(store: &'a Store, clock: &'a Ticking, policy: &'a Policy) -> People<'a> {
    People::over(store, store, clock, policy)
}

fn name(number: usize) -> String {
    format!("f{number}")
}

/// So many incidents with a finding and a key each.
fn fill(store: &Store, count: usize) -> Vec<IncidentId> {
    store.begin().unwrap();
    for number in 0..count {
        let (name, id) = (name(number), incident_id(&name(number)));
        block_on(store.save(&incident(&name), None, None)).unwrap();
        let row = row(finding(&name), id);
        let write = FindingWrite { row: &row, event: row.finding.event_key(), raw: b"{}", at: START };
        block_on(store.record(write, None)).unwrap();
        let policy = Policy::parse(DEFAULT).unwrap();
        for key in soc_domain::correlate::correlation_keys(&row.finding, &policy.rules.correlation) {
            let span = soc_domain::correlate::span_of(&row.finding, id, START);
            block_on(store.set_spans(&key, &[span], None)).unwrap();
        }
    }
    store.commit().unwrap();
    (0..count).map(|number| incident_id(&name(number))).collect()
}

fn all(store: &Store, ids: &[IncidentId]) -> Vec<Incident> {
    let get = |id: &IncidentId| block_on(Incidents::get(store, *id)).unwrap().unwrap().value;
    ids.iter().map(get).collect()
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    let took = began.elapsed();
    println!("{what}: {} ms", took.as_millis());
    (done, took)
}

/// The design's three seconds, in a debug build, on a machine that does something else too.
const AT_MOST: Duration = Duration::from_secs(3);

#[test]
fn five_hundred_incidents_are_closed_and_reopened_in_a_moment() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let (clock, policy) = (Ticking(AtomicI64::new(at(60).as_millis())), Policy::parse(DEFAULT).unwrap());
    let ids = fill(&store, 500);
    let before = all(&store, &ids);
    let people = people(&store, &clock, &policy);
    let wish = Wish::Status { status: Status::Closed, reason: Some("known".to_owned()) };
    let bulk = Bulk { incidents: ids.clone(), wish };
    let (job, took) = timed("close 500", || {
        let job = block_on(people.bulk(&KEYED, &bulk)).unwrap();
        block_on(people.run_job(job.id)).unwrap()
    });
    assert_eq!((job.state(), job.done(), job.failed.len()), (JobState::Done, 500, 0));
    assert!(took < AT_MOST, "{took:?}");
    assert!(all(&store, &ids).iter().all(Incident::is_closed_by_person));
    let (undone, took) = timed("undo 500", || {
        let undoing = block_on(people.undo_job(&KEYED, job.id)).unwrap();
        block_on(people.run_job(undoing.id)).unwrap()
    });
    assert_eq!((undone.done(), undone.failed.len()), (500, 0));
    assert!(took < AT_MOST, "{took:?}");
    assert_eq!(all(&store, &ids), before);
}

#[test]
fn a_hundred_merges_and_their_undoing_give_findings_and_spans_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let (clock, policy) = (Ticking(AtomicI64::new(at(60).as_millis())), Policy::parse(DEFAULT).unwrap());
    let ids = fill(&store, 101);
    let held = |id: &IncidentId| {
        let findings = block_on(store.findings_of(*id, None, 999)).unwrap();
        (findings, block_on(store.keys_of(*id, 999)).unwrap())
    };
    let before: Vec<_> = ids.iter().map(held).collect();
    let people = people(&store, &clock, &policy);
    let wish = Wish::Merge { into: ids[0] };
    let bulk = Bulk { incidents: ids[1..].to_vec(), wish };
    let (job, _) = timed("merge 100", || {
        let job = block_on(people.bulk(&KEYED, &bulk)).unwrap();
        block_on(people.run_job(job.id)).unwrap()
    });
    assert_eq!((job.done(), job.failed.len()), (100, 0));
    assert_eq!(held(&ids[0]).0.len(), 101);
    let (undone, _) = timed("undo 100 merges", || {
        let undoing = block_on(people.undo_job(&KEYED, job.id)).unwrap();
        block_on(people.run_job(undoing.id)).unwrap()
    });
    assert_eq!(undone.failed, []);
    assert_eq!(ids.iter().map(held).collect::<Vec<_>>(), before);
}

/// A person's change inside the runner's batch: one that meets a conflict must not cost the batch.
#[test]
fn a_conflict_inside_a_batch_leaves_the_batch_whole() {
    use soc_pipeline::ports::{Commit, Expected, Operations};
    let store = Store::open_in_memory().unwrap();
    let ids = fill(&store, 2);
    let [one, two] = [&ids[0], &ids[1]].map(|id| all(&store, &[*id]).remove(0));
    store.begin().unwrap();
    let entry = soc_ledger::Draft {
        chain: "soc".to_owned(),
        actor: "ann".to_owned(),
        what: "looked".to_owned(),
        subject: "x".to_owned(),
        details: std::collections::BTreeMap::new(),
    };
    block_on(store.append(entry, START)).unwrap();
    let commit = Commit {
        incidents: vec![Expected::still(one, RowVersion(1)), Expected::still(two, RowVersion(7))],
        ..Commit::default()
    };
    assert!(block_on(Operations::commit(&store, &commit, START)).unwrap_err().is_conflict());
    store.commit().unwrap();
    assert_eq!(store.ledger_chain("soc").unwrap().len(), 1);
    assert_eq!(block_on(Incidents::get(&store, ids[0])).unwrap().unwrap().version, RowVersion(1));
}
