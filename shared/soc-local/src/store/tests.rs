//! What the store promises beyond its ports: files, transactions, the balance of a run, full disks.

use soc_pipeline::ports::{FindingWrite, Findings};
use soc_testkit::block_on;
use soc_testkit::build::{START, finding, incident_id, row};

use super::Store;

#[test]
fn a_store_opens_twice_and_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    drop(Store::open(&folder).unwrap());
    drop(Store::open(&folder).unwrap());
    Store::open_in_memory().unwrap();
}

#[test]
fn an_incidents_findings_are_read_anew_when_one_was_written_or_the_batch_is_over() {
    let store = Store::open_in_memory().unwrap();
    let (ours, others) = (incident_id("ours"), incident_id("others"));
    let record = |name: &str| {
        let row = row(finding(name), ours);
        let write = FindingWrite { row: &row, event: row.finding.event_key(), raw: b"{}", at: START };
        block_on(store.record(write, None)).unwrap();
    };
    let total = |incident| block_on(store.of_incident(incident, 10)).unwrap().total;

    store.begin().unwrap();
    assert_eq!(total(ours), 0);
    record("a");
    assert_eq!((total(ours), total(ours)), (1, 1));
    block_on(Findings::move_all(&store, ours, others)).unwrap();
    assert_eq!((total(ours), total(others)), (0, 1));
    record("b");
    assert_eq!(total(ours), 1);
    store.rollback().unwrap();
    assert_eq!((total(ours), total(others)), (0, 0));
}
