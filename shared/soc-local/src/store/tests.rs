//! What the store promises beyond its ports: files, transactions, the balance of a run, full disks.

use std::error::Error as _;
use std::path::Path;
use std::task::{Context, Poll, Waker};

use soc_domain::action::{Action, ActionState, Tier};
use soc_domain::incident::Incident;
use soc_domain::severity::Severity;
use soc_domain::wire::Event;
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::{
    Actions, Approvals, Events, FindingWrite, Findings, Incidents, KeptEvent, Quarantine, Resume,
    StartWorkflow, Workflows,
};
use soc_testkit::block_on;
use soc_testkit::build::{START, action, approval, at, finding, incident, incident_id, quarantined, row};

use super::*;

fn record(store: &Store, name: &str, raw: &[u8]) -> PortResult<()> {
    let row = row(finding(name), incident_id(name));
    let event = row.finding.event_key();
    block_on(store.record(FindingWrite { row: &row, event, raw, at: START }, None))
}

fn is_recorded(store: &Store, name: &str) -> bool {
    block_on(Findings::get(store, finding(name).id)).unwrap().is_some()
}

fn change(store: &Store, sql: &str) {
    store.lock().connection.execute_batch(sql).unwrap();
}

fn number(store: &Store, sql: &str) -> i64 {
    store.lock().connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_for_the_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("deep/data");
    let store = Store::open(&folder).unwrap();
    record(&store, "a", b"{}").unwrap();
    assert_eq!(mode(&folder), 0o700);
    for file in ["soc.sqlite", "soc.sqlite-wal", "soc.sqlite-shm"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[test]
fn what_was_written_is_there_after_the_store_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    record(&Store::open(dir.path()).unwrap(), "a", b"{}").unwrap();
    assert!(is_recorded(&Store::open(dir.path()).unwrap(), "a"));
}

#[test]
fn a_newer_schema_and_a_foreign_file_are_refused_with_what_to_try() {
    let dir = tempfile::tempdir().unwrap();
    let own: i64 = pragma(dir.path(), Store::open(dir.path()).unwrap());
    change(&Store::open(dir.path()).unwrap(), "PRAGMA user_version = 99");
    let newer = Store::open(dir.path()).unwrap_err().to_string();
    assert!(newer.contains("newer version of ai-soc (schema 99"), "{newer}");
    change(&store_of_version(own, dir.path()), "PRAGMA application_id = 7");
    let foreign = Store::open(dir.path()).unwrap_err().to_string();
    assert!(foreign.contains("another program") && foreign.contains("another data folder"), "{foreign}");
}

fn pragma(dir: &Path, _made: Store) -> i64 {
    let connection = Connection::open(dir.join(FILE)).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn store_of_version(version: i64, dir: &Path) -> Store {
    let connection = Connection::open(dir.join(FILE)).unwrap();
    connection.pragma_update(None, "user_version", version).unwrap();
    drop(connection);
    Store::open(dir).unwrap()
}

#[test]
fn a_file_of_the_first_version_is_brought_to_the_newest() {
    let dir = tempfile::tempdir().unwrap();
    let first = "DROP TABLE people; DROP TABLE desk; DROP TABLE desk_texts; DROP INDEX approvals_pending;
        DROP INDEX executions_failed; ALTER TABLE heads DROP COLUMN at;
        DROP TABLE webhook; DROP INDEX executions_ready; ALTER TABLE executions DROP COLUMN urgency;
        CREATE INDEX executions_ready ON executions(key)
        WHERE (status IN ('pending', 'running') OR (status = 'waiting' AND told IS NOT NULL))";
    change(&Store::open(dir.path()).unwrap(), first);
    let store = store_of_version(1, dir.path());
    assert_eq!(store.next_executions(soc_testkit::build::START, 9).unwrap(), []);
}

#[test]
fn a_damaged_file_and_a_folder_that_is_a_file_are_named_with_what_to_try() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), b"no database at all, but longer than a header would be....")
        .unwrap();
    let damaged = Store::open(dir.path()).unwrap_err();
    assert!(damaged.to_string().contains("the file is damaged: restore it"), "{damaged}");
    assert!(damaged.source().unwrap().is::<rusqlite::Error>());
    assert_eq!(damaged.kind(), PortErrorKind::Unavailable);
    let no_folder = Store::open(&dir.path().join(FILE)).unwrap_err().to_string();
    assert!(no_folder.contains("could not create the data folder"), "{no_folder}");
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all() {
    let store = Store::open_in_memory().unwrap();
    store.begin().unwrap();
    record(&store, "a", b"{}").unwrap();
    store.rollback().unwrap();
    assert!(!is_recorded(&store, "a"));
    store.begin().unwrap();
    record(&store, "a", b"{}").unwrap();
    store.commit().unwrap();
    assert!(is_recorded(&store, "a"));
    assert!(store.commit().is_err());
    store.rollback().unwrap();
}

#[test]
fn a_conflict_inside_a_batch_leaves_the_rest_of_the_batch_alone() {
    let store = Store::open_in_memory().unwrap();
    store.begin().unwrap();
    record(&store, "a", b"{}").unwrap();
    let refused = record(&store, "a", b"{}").unwrap_err();
    assert!(refused.is_conflict());
    record(&store, "b", b"{}").unwrap();
    store.commit().unwrap();
    assert!(is_recorded(&store, "a") && is_recorded(&store, "b"));
    assert_eq!(number(&store, "SELECT count(*) FROM evidence"), 2);
}

#[test]
fn a_full_disk_says_so_and_leaves_nothing_half_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    record(&store, "before", b"{}").unwrap();
    change(&store, "PRAGMA max_page_count = 60");
    store.begin().unwrap();
    let noise: Vec<u8> = (0..40_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let refused = (0..100).find_map(|n| record(&store, &format!("n{n}"), &noise).err()).unwrap();
    assert_eq!(refused.kind, PortErrorKind::Unavailable);
    assert!(refused.source().unwrap().to_string().contains("full"), "{:?}", refused.source);
    store.rollback().unwrap();
    for table in ["findings", "evidence", "seen"] {
        assert_eq!(number(&store, &format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    let told = StoreError::new(Tried::Commit, Fault::Sqlite(full())).to_string();
    assert!(told.ends_with("free some space on the disk"), "{told}");
    change(&store, "PRAGMA max_page_count = 100000");
    record(&store, "after", &noise).unwrap();
}

fn full() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None)
}

#[test]
fn a_step_that_fails_half_written_gives_up_the_batch() {
    let store = Store::open_in_memory().unwrap();
    store.begin().unwrap();
    record(&store, "a", b"{}").unwrap();
    change(&store, "ALTER TABLE seen RENAME TO gone");
    assert_eq!(record(&store, "b", b"{}").unwrap_err().kind, PortErrorKind::Unavailable);
    assert!(store.commit().unwrap_err().to_string().contains("undid the whole batch"));
    store.rollback().unwrap();
    assert!(!is_recorded(&store, "a") && !is_recorded(&store, "b"));
    record(&store, "b", b"{}").unwrap();
}

#[test]
fn after_the_database_undid_a_batch_nothing_is_written_until_rollback() {
    let store = Store::open_in_memory().unwrap();
    store.begin().unwrap();
    record(&store, "a", b"{}").unwrap();
    change(&store, "ROLLBACK");
    assert_eq!(record(&store, "b", b"{}").unwrap_err().kind, PortErrorKind::Unavailable);
    assert!(store.commit().unwrap_err().to_string().contains("undid the whole batch"));
    store.rollback().unwrap();
    record(&store, "b", b"{}").unwrap();
    assert!(!is_recorded(&store, "a"));
}

#[test]
fn intents_that_wait_together_are_on_disk_before_either_goes_on_and_stay_there() {
    let dir = tempfile::tempdir().unwrap();
    let (store, other) = (Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap());
    let is_there = |id| block_on(Actions::get(&other, id)).unwrap().is_some();
    store.begin_durably().unwrap();
    assert_eq!(number(&store, "PRAGMA synchronous"), 2, "FULL: a commit waits for the disk");
    store.wait_together();
    assert!(!store.keep_intents().unwrap(), "nobody waits");
    let intents = ["a", "b"].map(|name| Action { state: ActionState::Intent, epoch: 1, ..action(name) });
    let mut context = Context::from_waker(Waker::noop());
    let mut saves = intents.each_ref().map(|intent| Actions::save(&store, intent, None));
    for save in &mut saves {
        assert!(save.as_mut().poll(&mut context).is_pending());
    }
    assert!(!intents.iter().any(|intent| is_there(intent.id)));
    assert!(store.keep_intents().unwrap());
    assert!(intents.iter().all(|intent| is_there(intent.id)));
    for save in &mut saves {
        assert!(matches!(save.as_mut().poll(&mut context), Poll::Ready(Ok(()))));
    }
    record(&store, "after", b"{}").unwrap();
    store.rollback().unwrap();
    assert!(!is_recorded(&store, "after") && intents.iter().all(|intent| is_there(intent.id)));
    assert_eq!(number(&store, "PRAGMA synchronous"), 1, "NORMAL again");
    // The batch is over: whoever saves an intent now waits alone.
    let late = Action { state: ActionState::Intent, epoch: 1, ..action("late") };
    block_on(Actions::save(&store, &late, None)).unwrap();
    assert!(is_there(late.id));
}

#[test]
fn an_intent_stays_when_the_batch_around_it_is_rolled_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let other = Store::open(dir.path()).unwrap();
    store.begin().unwrap();
    record(&store, "before", b"{}").unwrap();
    let intent = Action { state: ActionState::Intent, epoch: 1, ..action("a") };
    block_on(Actions::save(&store, &intent, None)).unwrap();
    assert!(block_on(Actions::get(&other, intent.id)).unwrap().is_some());
    assert_eq!(
        number(&store, "PRAGMA synchronous"),
        2,
        "FULL: further intents of the batch wait for the disk, too"
    );
    assert!(block_on(Actions::save(&store, &intent, Some(9))).unwrap_err().is_conflict());
    record(&store, "after", b"{}").unwrap();
    store.rollback().unwrap();
    assert!(is_recorded(&store, "before") && !is_recorded(&store, "after"));
    assert_eq!(number(&store, "PRAGMA synchronous"), 1, "NORMAL again");
}

#[test]
fn evidence_is_the_newest_revisions_bytes_short_or_long() {
    let store = Store::open_in_memory().unwrap();
    let long: Vec<u8> = b"{\"id\":\"arn:aws:guardduty\"},".repeat(200);
    for (name, raw) in [("short", b"{}".to_vec()), ("empty", Vec::new()), ("long", long.clone())] {
        record(&store, name, &raw).unwrap();
        assert_eq!(store.raw_of(finding(name).id).unwrap(), Some(raw), "{name}");
    }
    assert!(number(&store, "SELECT max(length(raw)) FROM evidence") < 1_000);
    let found = block_on(Findings::get(&store, finding("short").id)).unwrap().unwrap();
    let write = FindingWrite { row: &found.value, event: finding("z").event_key(), raw: &long, at: at(1) };
    block_on(store.record(write, Some(found.version))).unwrap();
    assert_eq!(store.raw_of(finding("short").id).unwrap(), Some(long));
    assert_eq!(number(&store, "SELECT count(*) FROM evidence"), 4);
    assert_eq!(store.raw_of(finding("none").id).unwrap(), None);
}

/// A run with one delivery of each kind.
fn a_run(store: &Store) -> RunId {
    let run = store.open_run(START).unwrap();
    let first = store.receive(run, 5).unwrap();
    record(store, "a", b"{}").unwrap();
    record(store, "b", b"{}").unwrap();
    record(store, "c", b"{}").unwrap();
    let raw = b"{\"source\":\"aws.ec2\"}";
    block_on(store.keep(KeptEvent { event: &Event::default(), raw, at: START })).unwrap();
    block_on(store.put(&quarantined("q"))).unwrap();
    let outcomes = [
        (Outcome::Recorded, Reference::Finding(finding("a").id)),
        (Outcome::Updated, Reference::Finding(finding("b").id)),
        (Outcome::Duplicate, Reference::Finding(finding("c").id)),
        (Outcome::Event, Reference::Event(EventRef::of(raw))),
        (Outcome::Quarantined, Reference::Quarantine(quarantined("q").id)),
    ];
    for (seq, (outcome, reference)) in (first..).zip(outcomes) {
        store.deliver(run, &Delivery { seq, outcome, reference }).unwrap();
    }
    run
}

fn parts(balance: Balance) -> u64 {
    let found = balance.recorded + balance.updated + balance.duplicates + balance.events;
    found + balance.quarantined + balance.lost
}

#[test]
fn the_balance_of_a_run_names_everything_that_arrived() {
    let store = Store::open_in_memory().unwrap();
    let run = a_run(&store);
    let each =
        Balance { received: 5, recorded: 1, updated: 1, duplicates: 1, events: 1, quarantined: 1, lost: 0 };
    assert_eq!(store.balance(run).unwrap(), each);
    block_on(store.release(quarantined("q").id)).unwrap();
    assert_eq!(store.balance(run).unwrap(), each, "a record that could be read at last is not lost");
}

#[test]
fn any_one_row_that_is_deleted_is_counted_as_lost() {
    for (table, rows) in [("findings", 3), ("events", 1), ("quarantine", 1), ("deliveries", 5)] {
        for nth in 0..rows {
            let store = Store::open_in_memory().unwrap();
            let run = a_run(&store);
            let column = if table == "deliveries" { "seq" } else { "key" };
            change(
                &store,
                &format!(
                    "DELETE FROM {table} WHERE {column} =
                    (SELECT {column} FROM {table} ORDER BY {column} LIMIT 1 OFFSET {nth})"
                ),
            );
            let balance = store.balance(run).unwrap();
            assert_eq!((balance.received, balance.lost), (5, 1), "{table}, row {nth}");
            assert_eq!(parts(balance), 5, "{table}, row {nth}");
        }
    }
}

#[test]
fn an_unfinished_run_goes_on_and_a_finished_one_keeps_only_its_totals() {
    let store = Store::open_in_memory().unwrap();
    let run = a_run(&store);
    let progress = InputProgress {
        source: "findings.ndjson".to_owned(),
        fingerprint: "5:abc".to_owned(),
        records: 5,
        bytes: 1_234,
        done: false,
    };
    store.note_input(run, &progress).unwrap();
    assert_eq!(store.open_run(at(9)).unwrap(), run);
    assert_eq!(store.input_progress(run, "findings.ndjson").unwrap(), Some(progress));
    let balance = store.finish_run(run, at(10)).unwrap();
    let next = store.open_run(at(11)).unwrap();
    assert_ne!(next, run);
    assert_eq!(number(&store, "SELECT count(*) FROM deliveries"), 0);
    assert_eq!(store.balance(run).unwrap(), balance);
    assert_eq!(store.balance(next).unwrap(), Balance::default());
    assert_eq!(store.input_progress(next, "findings.ndjson").unwrap(), None);
}

fn message(name: &str) -> StartWorkflow {
    StartWorkflow { incident: incident_id(name), generation: 1 }
}

fn go_on(store: &Store, name: &str, status: ExecutionStatus, wake_at: Option<u64>) {
    let row = store.execution(message(name)).unwrap().unwrap();
    let wake_at = wake_at.map(at);
    store.save_execution(&ExecutionRow { status, wake_at, state: "{}".to_owned(), ..row }).unwrap();
}

#[test]
fn executions_come_when_they_can_go_on_the_oldest_first() {
    let store = Store::open_in_memory().unwrap();
    for name in ["running", "ended", "told", "asks", "sleeps", "woken", "pending"] {
        block_on(store.start(message(name))).unwrap();
    }
    go_on(&store, "running", ExecutionStatus::Running, None);
    go_on(&store, "ended", ExecutionStatus::Succeeded, None);
    go_on(&store, "asks", ExecutionStatus::Waiting, None);
    go_on(&store, "sleeps", ExecutionStatus::Waiting, Some(99));
    go_on(&store, "woken", ExecutionStatus::Waiting, Some(10));
    block_on(store.resume(message("told"), Resume::Decided)).unwrap();
    go_on(&store, "told", ExecutionStatus::Waiting, None);
    block_on(store.resume(message("unstarted"), Resume::Superseded)).unwrap();
    let names = |limit| {
        let next = store.next_executions(at(10), limit).unwrap();
        next.into_iter().map(|row| row.message).collect::<Vec<_>>()
    };
    assert_eq!(names(9), ["running", "told", "pending", "woken"].map(message));
    assert_eq!(names(2), ["running", "told"].map(message));
    assert_eq!((store.open_executions().unwrap(), store.waiting_executions().unwrap()), (6, 3));
}

#[test]
fn a_step_that_was_under_way_does_not_overwrite_what_its_execution_was_told() {
    let store = Store::open_in_memory().unwrap();
    block_on(store.start(message("a"))).unwrap();
    let under_way = store.execution(message("a")).unwrap().unwrap();
    block_on(store.keep_token(message("a"), "token")).unwrap();
    block_on(store.resume(message("a"), Resume::Superseded)).unwrap();
    store.save_execution(&ExecutionRow { status: ExecutionStatus::Waiting, ..under_way }).unwrap();
    let row = store.execution(message("a")).unwrap().unwrap();
    assert_eq!((row.told, row.token.as_deref()), (Some(Resume::Superseded), Some("token")));
}

#[test]
fn tallies_count_incidents_actions_and_questions() {
    let store = Store::open_in_memory().unwrap();
    for (name, severity, priority) in
        [("a", Severity::High, Some(3)), ("b", Severity::High, Some(1)), ("c", Severity::Critical, None)]
    {
        let incident = Incident { severity, priority, ..incident(name) };
        block_on(Incidents::save(&store, &incident, None, None)).unwrap();
    }
    for (name, state, tier) in [
        ("1", ActionState::Done, Tier::Auto),
        ("2", ActionState::Planned, Tier::Approve),
        ("3", ActionState::Planned, Tier::Guide),
        ("4", ActionState::Reversed, Tier::Auto),
    ] {
        block_on(Actions::save(&store, &Action { state, tier, ..action(name) }, None)).unwrap();
    }
    block_on(Approvals::save(&store, &approval(&action("2")), None)).unwrap();
    let tallies = store.tallies().unwrap();
    assert_eq!((tallies.incidents.total, tallies.approvals_waiting), (3, 1));
    assert_eq!(tallies.incidents.by_severity, [("High".to_owned(), 2), ("Critical".to_owned(), 1)].into());
    assert_eq!(tallies.actions, ActionTallies { done: 1, pending: 1, guide: 0, reversed: 1 });
    let top: Vec<_> = store.top_incidents(2).unwrap().into_iter().map(|incident| incident.id).collect();
    assert_eq!(top, ["b", "a"].map(incident_id));
    let filter = IncidentFilter { severity: Some(Severity::Critical), limit: 9, ..IncidentFilter::default() };
    assert_eq!(store.list_incidents(filter).unwrap().len(), 1);
    let all = store.list_incidents(IncidentFilter { limit: 9, ..IncidentFilter::default() }).unwrap();
    let after = IncidentFilter { after: Some(all[0].id), limit: 9, ..IncidentFilter::default() };
    assert_eq!(store.list_incidents(after).unwrap(), all[1..]);
}

#[test]
fn a_data_folder_is_held_by_one_at_a_time_and_says_by_whom() {
    let dir = tempfile::tempdir().unwrap();
    let held = DataDir::lock(dir.path()).unwrap();
    assert_eq!(held.path(), dir.path());
    let refused = DataDir::lock(dir.path()).unwrap_err().to_string();
    assert!(refused.contains(&format!("in use by process {}", std::process::id())), "{refused}");
    assert!(DataDir::try_lock(dir.path()).unwrap().is_none());
    drop(held);
    assert!(DataDir::try_lock(dir.path()).unwrap().is_some());
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
    let total = |incident| block_on(Findings::of_incident(&store, incident, 10)).unwrap().total;

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
