//! What is cut short goes on: at the next start, without being told what.

use std::time::Duration;

use crate::shell::{Shell, assert_balanced, count};

#[test]
fn a_killed_run_goes_on_with_its_input_and_nothing_is_lost_or_done_twice() {
    let shell = Shell::new();
    let made = ["inject", "--count", "500", "--incidents", "25", "--seed", "3", "--out", "made.ndjson", "-q"];
    shell.soc(&made).ended(0);
    for wait in [150, 250, 400] {
        let mut command = shell.command(&["ingest", "made.ndjson", "-q", "--output", "json"]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        // Not a wait for something: any moment will do, and none is waited for longer than this.
        std::thread::park_timeout(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Killed before anything was read there is nothing to go on with: name the file once more.
    let whole = shell.soc(&["ingest", "made.ndjson", "--output", "json"]).ended(0);
    assert!(!whole.err.contains("WARN"), "{whole:?}");
    let whole = whole.json();
    assert_balanced(&whole);
    assert_eq!(count(&whole, "/recorded"), 500, "{whole}");
    let once = Shell::new();
    let plain =
        once.soc(&["inject", "--count", "500", "--incidents", "25", "--seed", "3", "--output", "json"]);
    let plain = plain.ended(0).json();
    for same in ["/received", "/incidents/total", "/incidents/by_severity/High"] {
        assert_eq!(count(&whole, same), count(&plain, same), "{same}");
    }
    shell.soc(&["audit", "verify"]).ended(0);
}

#[test]
fn an_interrupted_built_in_stream_goes_on_without_being_named() {
    let shell = Shell::new();
    let mut command = shell.command(&["--output", "json"]);
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    std::thread::park_timeout(Duration::from_millis(60));
    child.kill().unwrap();
    child.wait().unwrap();
    let whole = shell.soc(&["--output", "json"]).ended(0).json();
    assert_balanced(&whole);
    assert_eq!(count(&whole, "/received"), soc_samples::builtin().len() as u64, "{whole}");
    assert_eq!(count(&whole, "/approvals_waiting"), 1, "{whole}");
}
