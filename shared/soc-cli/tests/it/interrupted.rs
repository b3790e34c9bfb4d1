//! What is cut short goes on: at the next start, without being told what.

use std::time::Duration;

use crate::shell::{Shell, assert_balanced, count};

/// How many records came in so far.
fn received(shell: &Shell) -> i64 {
    let sql = "SELECT coalesce(sum(received), 0) FROM runs";
    let store = rusqlite::Connection::open_with_flags(
        shell.data().join("soc.sqlite"),
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
    );
    // Not there yet, or being made at this moment: nothing came in.
    store.and_then(|store| store.query_row(sql, [], |row| row.get(0))).unwrap_or(0)
}

#[test]
fn a_killed_run_goes_on_with_its_input_and_nothing_is_lost_or_done_twice() {
    let shell = Shell::new();
    let made =
        ["inject", "--count", "1100", "--incidents", "25", "--seed", "3", "--out", "made.ndjson", "-q"];
    shell.soc(&made).ended(0);
    for at_least in [1, 513] {
        let mut command = shell.command(&["ingest", "made.ndjson", "-q", "--output", "json"]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        while received(&shell) < at_least && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let whole = shell.soc(&["run", "--until-idle", "--output", "json"]).ended(0);
    assert!(!whole.err.contains("WARN"), "{whole:?}");
    let whole = whole.json();
    assert_balanced(&whole);
    assert_eq!((count(&whole, "/received"), count(&whole, "/recorded")), (1100, 1100), "{whole}");
    shell.soc(&["audit", "verify"]).ended(0);
}

#[test]
fn an_interrupted_built_in_stream_goes_on_without_being_named() {
    let shell = Shell::new();
    let mut command = shell.command(&["run", "--until-idle", "--output", "json"]);
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    std::thread::park_timeout(Duration::from_millis(60));
    child.kill().unwrap();
    child.wait().unwrap();
    let whole = shell.soc(&["run", "--until-idle", "--output", "json"]).ended(0).json();
    assert_balanced(&whole);
    assert_eq!(count(&whole, "/received"), soc_samples::builtin().len() as u64, "{whole}");
    let alone = Shell::new().soc(&["run", "--until-idle", "--output", "json"]).ended(0).json();
    let waiting = count(&alone, "/approvals_waiting");
    assert_eq!(count(&whole, "/approvals_waiting"), waiting, "{whole}");
    assert!(waiting > 0);
}
