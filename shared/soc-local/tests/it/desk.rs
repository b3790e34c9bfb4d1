//! What readers of the store see while it is written, and of a store that was made before there was a desk.

use soc_domain::severity::Severity;
use soc_local::store::{Reader, Store};
use soc_pipeline::ports::Incidents;
use soc_pipeline::ports::desk::{Changes, PageAsk, Queue, QueueAsk, QueueFilter, QueueRow, QueueSort, Turn};
use soc_testkit::block_on;
use soc_testkit::build::incident;

#[cfg(test)]
fn rows(reader: &Reader) -> Vec<QueueRow> {
    let (filter, sort) = (QueueFilter::default(), QueueSort::Importance);
    block_on(reader.page(&QueueAsk { filter, sort, from: PageAsk::start(9) })).unwrap().page.rows
}

#[cfg(test)]
fn turn(reader: &Reader) -> Turn {
    block_on(reader.changed(None, 9)).unwrap().cursor
}

#[test]
fn a_batch_is_seen_whole_when_it_is_committed_and_each_incident_has_one_turn_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    store.begin().unwrap();
    let mut one = incident("one");
    let version = block_on(store.save(&one, None, None)).unwrap();
    one.severity = Severity::Critical;
    block_on(store.save(&one, Some(version), None)).unwrap();
    block_on(store.save(&incident("two"), None, None)).unwrap();
    assert_eq!((rows(&reader).len(), turn(&reader)), (0, Turn(0)));
    store.commit().unwrap();
    assert_eq!((rows(&reader).len(), turn(&reader)), (2, Turn(2)));
    assert_eq!(rows(&reader)[0].incident.severity, Severity::Critical);
}

#[test]
fn a_batch_that_is_dropped_leaves_neither_row_nor_turn_and_what_follows_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    store.begin().unwrap();
    block_on(store.save(&incident("one"), None, None)).unwrap();
    store.rollback().unwrap();
    assert_eq!((rows(&reader).len(), turn(&reader)), (0, Turn(0)));
    store.begin().unwrap();
    block_on(store.save(&incident("one"), None, None)).unwrap();
    store.commit().unwrap();
    assert_eq!((rows(&reader).len(), turn(&reader)), (1, Turn(1)));
}

#[test]
fn a_reader_answers_while_a_batch_is_open_and_writes_nothing_to_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    block_on(store.save(&incident("one"), None, None)).unwrap();
    store.begin().unwrap();
    block_on(store.save(&incident("two"), None, None)).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    let before = std::fs::read(dir.path().join("soc.sqlite")).unwrap();
    assert_eq!(rows(&reader).len(), 1);
    while reader.keep_up().unwrap() {}
    assert!(std::fs::read(dir.path().join("soc.sqlite")).unwrap() == before);
    store.commit().unwrap();
    assert_eq!(rows(&reader).len(), 2);
}

#[test]
fn a_store_that_was_made_before_there_was_a_desk_has_all_its_incidents_there_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    for name in ["one", "two", "three"] {
        block_on(store.save(&incident(name), None, None)).unwrap();
    }
    drop(store);
    let file = rusqlite::Connection::open(dir.path().join("soc.sqlite")).unwrap();
    file.execute_batch(
        "DROP TABLE people; DROP TABLE desk; DROP TABLE desk_texts; DROP INDEX approvals_pending; DROP INDEX executions_failed;
        ALTER TABLE heads DROP COLUMN at; PRAGMA user_version = 4",
    )
    .unwrap();
    drop(file);
    assert!(Reader::open(dir.path()).is_err());
    drop(Store::open(dir.path()).unwrap());
    let reader = Reader::open(dir.path()).unwrap();
    assert_eq!((rows(&reader).len(), turn(&reader)), (3, Turn(3)));
}
