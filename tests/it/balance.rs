//! The balance of a run: whatever row is taken away, it shows as lost, and nothing else does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use soc_domain::notice::Notice;
use soc_local::input::Input;
use soc_local::runner::{Progress, RunOptions};
use soc_local::store::{Balance, RunId};
use soc_pipeline::ports::Clock;
use soc_samples::{Disorder, builtin, perturb};
use soc_testkit::block_on;

use crate::bed::Bed;

/// Ends the run as soon as everything was read, before it is finished and its totals are kept.
struct StopOnceRead(Arc<AtomicBool>);

impl Progress for StopOnceRead {
    fn read(&self, _records: u64, _bytes: u64, _of: u64) {
        self.0.store(true, Ordering::Relaxed);
    }
    fn driving(&self, _open: u64) {}
    fn notice(&self, _notice: &Notice) {}
    fn problem(&self, _what: &str) {}
}

/// So much of the built-in day is taken in: each row of it is taken away once.
const RECORDS: usize = 90;

/// A run that took everything in and is not finished.
fn unfinished() -> (Bed, RunId) {
    let bed = Bed::new();
    let mut day = builtin();
    day.truncate(RECORDS);
    let records = perturb(day, Disorder { duplicates_pct: 5, shuffle_pct: 5, poison: 3, seed: 1 });
    let input = [bed.input("day.ndjson", &records)];
    let stop = Arc::new(AtomicBool::new(false));
    let options = RunOptions { stop: Arc::clone(&stop), ..RunOptions::default() };
    let ran = block_on(bed.soc().run(&input, &options, &StopOnceRead(stop))).unwrap().unwrap();
    assert_eq!((ran.summary.received, ran.summary.lost), (records.len() as u64, 0));
    let run = bed.store().open_run(bed.clock.now()).unwrap();
    (bed, run)
}

fn all(balance: Balance) -> u64 {
    let Balance { recorded, updated, duplicates, events, quarantined, lost, .. } = balance;
    recorded + updated + duplicates + events + quarantined + lost
}

/// What the balance is while one row is away.
fn without(bed: &Bed, run: RunId, rows: &Connection, from: &str) -> Balance {
    rows.execute_batch(&format!("CREATE TEMP TABLE away AS SELECT * FROM {from}")).unwrap();
    assert_eq!(rows.execute(&format!("DELETE FROM {from}"), []).unwrap(), 1, "{from}");
    let balance = bed.store().balance(run).unwrap();
    let table = from.split(' ').next().unwrap();
    rows.execute_batch(&format!("INSERT INTO {table} SELECT * FROM away; DROP TABLE away")).unwrap();
    balance
}

/// The names of rows, as one query gives them.
fn names(rows: &Connection, sql: &str) -> Vec<String> {
    let mut statement = rows.prepare(sql).unwrap();
    let found = statement.query_map([], |row| row.get(0)).unwrap();
    found.collect::<Result<_, _>>().unwrap()
}

#[test]
fn any_one_row_that_is_gone_is_one_lost_and_the_balance_still_adds_up() {
    let (bed, run) = unfinished();
    let rows = bed.rows();
    let whole = bed.store().balance(run).unwrap();
    assert_eq!((whole.lost, all(whole)), (0, whole.received));
    assert!(whole.events > 0 && whole.quarantined == 3 && whole.duplicates > 1, "{whole:?}");
    // Findings that were delivered once; of the others every delivery is lost with them.
    let once = "SELECT ref FROM deliveries WHERE kind = 0 GROUP BY ref HAVING count(*) = 1";
    let findings = names(&rows, once).into_iter().map(|id| format!("findings WHERE id = '{id}'"));
    let events = names(&rows, "SELECT hex(hash) FROM events");
    let events = events.into_iter().map(|hash| format!("events WHERE hash = x'{hash}'"));
    let quarantined = names(&rows, "SELECT id FROM quarantine");
    let quarantined = quarantined.into_iter().map(|id| format!("quarantine WHERE id = '{id}'"));
    let deliveries = (1..=whole.received).map(|seq| format!("deliveries WHERE seq = {seq}"));
    let mut taken = 0;
    for from in findings.chain(events).chain(quarantined).chain(deliveries) {
        let balance = without(&bed, run, &rows, &from);
        assert_eq!(balance.lost, 1, "{from}");
        assert_eq!((balance.received, all(balance)), (whole.received, whole.received), "{from}");
        taken += 1;
    }
    assert!(taken > 120, "{taken}");
    assert_eq!(bed.store().balance(run).unwrap(), whole);
}

#[test]
fn a_finding_that_came_often_and_is_gone_is_lost_as_often() {
    let (bed, run) = unfinished();
    let rows = bed.rows();
    let often =
        "SELECT ref || ' ' || count(*) FROM deliveries WHERE kind = 0 GROUP BY ref HAVING count(*) > 1";
    let found = names(&rows, often);
    assert!(found.len() > 2, "{found:?}");
    for pair in found {
        let (id, times) = pair.split_once(' ').unwrap();
        let balance = without(&bed, run, &rows, &format!("findings WHERE id = '{id}'"));
        assert_eq!(balance.lost.to_string(), times);
    }
}

#[test]
fn what_is_lost_stands_in_the_summary_of_the_run() {
    let (bed, _run) = unfinished();
    bed.rows().execute("DELETE FROM deliveries WHERE seq = 7", []).unwrap();
    let summary = bed.go_on();
    assert_eq!(summary.lost, 1, "{summary:?}");
}

#[test]
fn executions_with_more_findings_than_are_held_at_once_all_come_to_their_end() {
    let bed = Bed::new();
    let plan = soc_samples::Plan {
        count: 2_600,
        incidents: 65,
        duplicates_pct: 0,
        shuffle_pct: 0,
        poison: 0,
        finding_type: None,
        seed: 1,
    };
    let summary = bed.run_inputs(&[Input::Generated(plan)], &RunOptions::default());
    assert_eq!((summary.recorded, summary.lost), (2_600, 0));
    let (open, waiting) = (bed.store().open_executions().unwrap(), bed.store().waiting_executions().unwrap());
    assert!(bed.number("SELECT count(*) FROM executions") >= 40);
    assert_eq!(open, waiting);
}
