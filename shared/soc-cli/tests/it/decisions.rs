//! What people decide from processes of their own, and what doing things twice does: nothing.

use crate::shell::{Shell, assert_balanced, count};
use serde_json::Value;

/// An isolation or a key of the built-in stream in this state and of this tier: read from the store, which is
/// quicker than asking for incident after incident.
fn find(shell: &Shell, state: &str, tier: &str) -> Value {
    let sql = "SELECT doc FROM actions WHERE state = ?1 AND tier = ?2 AND json_extract(doc, '$.target.kind') \
               IN ('isolate-instance', 'deactivate-access-key') ORDER BY json_extract(doc, '$.persons') DESC, id";
    let store = rusqlite::Connection::open(shell.data().join("soc.sqlite")).unwrap();
    let doc: String = store.query_row(sql, [state, tier], |row| row.get(0)).unwrap();
    serde_json::from_str(&doc).unwrap()
}

/// Answers every other question of the action's incident: what was approved runs once all are answered.
fn deny_others(shell: &Shell, action: &Value) {
    let sql = "SELECT doc FROM actions WHERE state = 'Planned' AND tier = 'approve'";
    let store = rusqlite::Connection::open(shell.data().join("soc.sqlite")).unwrap();
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let waiting: Vec<Value> = rows.map(|doc| serde_json::from_str(&doc.unwrap()).unwrap()).collect();
    for other in
        waiting.iter().filter(|one| one["incident"] == action["incident"] && one["id"] != action["id"])
    {
        shell.soc(&["deny", id(other), "--as", "dora"]).ended(0);
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// The state of the action's resource in the account.
fn resource(shell: &Shell, action: &Value) -> Value {
    let arn = action["target"]["resource"].as_str().unwrap();
    shell.soc(&["account", "show", arn, "--output", "json"]).ended(0).json()
}

fn summary(shell: &Shell) -> Value {
    shell.soc(&["run", "--until-idle", "--output", "json"]).ended(0).json()
}

#[test]
fn an_action_runs_once_two_persons_have_approved_it_and_is_undone_on_request() {
    let shell = Shell::filled();
    let action = find(&shell, "Planned", "approve");
    let before = resource(&shell, &action);
    assert_eq!(action["persons"], 2, "{action}");
    deny_others(&shell, &action);
    let first = shell.soc(&["approve", id(&action), "--as", "ana", "--reason", "known bad"]).ended(0);
    assert!(first.out.contains("1 more person must consent"), "{first:?}");
    assert_eq!(resource(&shell, &action), before, "one of two persons is not enough");
    let twice = shell.soc(&["approve", id(&action), "--as", "Ana"]).ended(5);
    assert!(twice.err.contains("this person has consented already"), "{twice:?}");
    shell.soc(&["approve", id(&action), "--as", "ai-soc"]).ended(5);
    let second = shell.soc(&["approve", id(&action), "--as", "ben", "--output", "json"]).ended(0).json();
    assert_eq!(
        (&second["approval"]["state"], &second["action"]["state"]),
        (&"Approved".into(), &"Done".into())
    );
    assert_ne!(resource(&shell, &action), before);
    shell.soc(&["approve", id(&action), "--as", "carl"]).ended(5);
    shell.soc(&["reverse", id(&action), "--as", "ai-soc"]).ended(5);
    let undone = shell.soc(&["reverse", id(&action), "--as", "carl"]).ended(0);
    assert!(undone.out.starts_with("undone: "), "{undone:?}");
    assert_eq!(resource(&shell, &action), before, "undone, byte for byte");
    assert_eq!(count(&summary(&shell), "/actions/reversed"), 1);
    shell.soc(&["audit", "verify"]).ended(0);
}

#[test]
fn a_denied_action_never_runs() {
    let shell = Shell::filled();
    let action = find(&shell, "Planned", "approve");
    let before = resource(&shell, &action);
    let denied = shell.soc(&["deny", id(&action), "--as", "ana", "--output", "json"]).ended(0).json();
    assert_eq!(
        (&denied["approval"]["state"], &denied["action"]["state"]),
        (&"Denied".into(), &"Withdrawn".into())
    );
    shell.soc(&["approve", id(&action), "--as", "ben"]).ended(5);
    summary(&shell);
    assert_eq!(resource(&shell, &action), before);
    assert_eq!(shell.soc(&["reverse", id(&action), "--as", "ana"]).ended(1).out, "");
}

#[test]
fn a_step_for_people_cannot_be_approved() {
    let shell = Shell::filled();
    let store = rusqlite::Connection::open(shell.data().join("soc.sqlite")).unwrap();
    let mut plans = store.prepare("SELECT doc FROM documents WHERE guides > 0").unwrap();
    let plans = plans.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let steps: Vec<Value> = plans
        .map(|plan| serde_json::from_str::<Value>(&plan.unwrap()).unwrap())
        .flat_map(|plan| plan["steps"].as_array().unwrap().clone())
        .collect();
    let guide = steps.iter().find(|step| step["tier"] == "guide").expect("the stream has such a step");
    let said = shell.soc(&["approve", id(guide), "--as", "ana"]).ended(5);
    assert!(said.err.contains("a step for people"), "{said:?}");
}

#[test]
fn a_reversal_after_a_foreign_change_refuses_and_shows_both_states() {
    let shell = Shell::filled();
    let action = find(&shell, "Done", "auto");
    let arn = action["target"]["resource"].as_str().unwrap();
    let state = resource(&shell, &action).to_string();
    let foreign = if state.contains("Inactive") {
        state.replace("Inactive", "Active")
    } else {
        state.replace("sg-", "sg-9")
    };
    shell.soc(&["account", "set", arn, &foreign]).ended(0);
    let said = shell.soc(&["reverse", id(&action), "--as", "ana"]).ended(1);
    assert!(said.out.contains("LEFT BY THE ACTION") && said.out.contains("FOUND NOW"), "{said:?}");
    let both = shell.soc(&["reverse", id(&action), "--as", "ana", "--output", "json"]).ended(1).json();
    assert_ne!(both["left"], both["found"], "{both}");
    assert_eq!(resource(&shell, &action).to_string(), foreign, "what somebody else set stays");
}

#[test]
fn the_same_files_again_record_nothing_open_nothing_and_do_nothing() {
    let shell = Shell::new();
    let stream = shell.stream("stream.ndjson").display().to_string();
    let args = ["ingest", stream.as_str(), "--output", "json"];
    let first = shell.soc(&args).ended(0).json();
    let account = shell.soc(&["account", "list", "--output", "json"]).ended(0).out;
    let second = shell.soc(&args).ended(0).json();
    assert_balanced(&first);
    assert_balanced(&second);
    assert_eq!((count(&second, "/recorded"), count(&second, "/updated")), (0, 0), "{second}");
    for same in ["/received", "/incidents/total", "/actions/done", "/actions/pending", "/approvals_waiting"] {
        assert_eq!(count(&first, same), count(&second, same), "{same}");
    }
    assert_eq!(shell.soc(&["account", "list", "--output", "json"]).ended(0).out, account);
}

#[test]
fn severe_incidents_that_come_out_of_a_run_decide_its_exit_code() {
    let shell = Shell::new();
    let stream = shell.stream("stream.ndjson").display().to_string();
    shell.soc(&["ingest", &stream, "--fail-on", "critical", "--quiet"]).ended(3);
    shell.soc(&["ingest", &stream, "--fail-on", "critical", "--quiet"]).ended(0);
}

#[test]
fn a_record_that_can_be_read_at_last_leaves_the_quarantine() {
    let shell = Shell::new();
    shell.file("half.json", b"{\"half\":");
    shell.soc(&["ingest", "half.json", "--output", "json"]).ended(0);
    let listed = shell.soc(&["quarantine", "list", "--output", "json"]).ended(0).json();
    let kept = listed[0]["id"].as_str().unwrap().to_owned();
    let text = shell.soc(&["quarantine", "replay", &kept]).ended(0).out;
    assert!(text.contains("0 records can be read now") && text.contains("stays: "), "{text}");
    let shown = shell.soc(&["quarantine", "show", &kept, "--output", "json"]).ended(0).json();
    assert_eq!((count(&shown, "/replays"), &shown["raw"]), (1, &"{\"half\":".into()));
}

#[test]
fn an_edited_ledger_is_found_and_the_row_is_named() {
    let shell = Shell::filled();
    let path = shell.data().join("soc.sqlite");
    let before = shell.soc(&["audit", "log", "--limit", "1000", "--output", "jsonl"]).ended(0);
    assert!(before.out.lines().count() > 20, "{before:?}");
    let store = rusqlite::Connection::open(path).unwrap();
    store.execute("UPDATE ledger SET actor = 'mallory' WHERE what = 'action_done'", []).unwrap();
    drop(store);
    let said = shell.soc(&["audit", "verify"]).ended(1);
    assert!(said.err.contains("the ledger is broken: chain inc_") && said.err.contains("row "), "{said:?}");
}

#[test]
fn a_chain_that_is_gone_with_its_head_is_found_and_named() {
    let shell = Shell::filled();
    let store = rusqlite::Connection::open(shell.data().join("soc.sqlite")).unwrap();
    let chain: String =
        store.query_row("SELECT chain FROM ledger WHERE what = 'action_done'", [], |row| row.get(0)).unwrap();
    for table in ["ledger", "heads"] {
        store.execute(&format!("DELETE FROM {table} WHERE chain = ?1"), [&chain]).unwrap();
    }
    drop(store);
    let said = shell.soc(&["audit", "verify"]).ended(1);
    assert!(said.err.contains(&format!("chain {chain}: the whole chain is missing")), "{said:?}");
}

#[test]
fn an_empty_folder_tells_the_built_in_stream_once() {
    let shell = Shell::filled();
    let again = summary(&shell);
    assert_eq!((count(&again, "/received"), count(&again, "/lost")), (0, 0), "{again}");
    assert!(count(&again, "/incidents/total") > 10);
    assert!(shell.soc(&["run", "--until-idle"]).ended(0).out.starts_with("nothing new came in"));
}
