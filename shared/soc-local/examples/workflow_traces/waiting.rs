//! Scenarios about the wait for people: who answers, when, with what, and what follows when nobody does.
//!
//! Apart because here time decides: a completion can come during the call, during the wait, or after the time-out.

use serde_json::{Value, json};

use crate::failing::{RETRIED, SUPERSEDED};
use crate::scenario::{ALL_THE_WAY, ASK, Completion, Deviation, Reply, Scenario, approved, fails};

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = completed();
    scenarios.extend(failed());
    scenarios.extend(after_silence());
    scenarios.extend(unaided());
    scenarios
}

fn asked(name: &str, replies: Vec<Reply>) -> Scenario {
    Scenario::new(name).with(ASK, replies)
}

fn late(output: Value) -> Reply {
    Reply::Late(Completion::Success(output))
}

fn late_failure(error: &str) -> Reply {
    Reply::Late(Completion::Failure(error.to_owned()))
}

fn early_failure(error: &str) -> Reply {
    Reply::Early(Completion::Failure(error.to_owned()))
}

fn completed() -> Vec<Scenario> {
    let outputs =
        [json!(null), json!("approved"), json!([]), json!({ "approved": ["a", "b"], "denied": [] })];
    let mut scenarios = Vec::new();
    for (number, output) in (1..).zip(outputs) {
        let early = vec![Reply::Early(Completion::Success(output.clone()))];
        scenarios.push(asked(&format!("ask-early-{number}"), early));
        scenarios.push(asked(&format!("ask-late-{number}"), vec![late(output)]));
    }
    scenarios.push(asked("ask-silence", vec![Reply::Silence]));
    scenarios
}

/// A completion may be a failure, at the first attempt or a later one; Retry and Catch hold for it too.
fn failed() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for error in [SUPERSEDED, "Soc.Denied", "Lambda.Unknown"] {
        scenarios.push(asked(&format!("ask-early-{error}"), vec![early_failure(error)]));
        scenarios.push(asked(&format!("ask-late-{error}"), vec![late_failure(error)]));
    }
    for error in RETRIED {
        scenarios.push(asked(&format!("ask-early-{error}"), vec![early_failure(error), approved()]));
        scenarios.push(asked(&format!("ask-late-{error}"), vec![late_failure(error), late(json!({}))]));
        scenarios.push(asked(&format!("ask-only-{error}"), vec![early_failure(error)]));
    }
    let again = early_failure("Soc.Transient");
    scenarios.push(asked("ask-transient-then-superseded", vec![again.clone(), late_failure(SUPERSEDED)]));
    scenarios.push(asked("ask-transient-then-silence", vec![again.clone(), Reply::Silence]));
    scenarios.push(asked("ask-call-fails-then-silence", vec![fails("Soc.Transient"), Reply::Silence]));
    scenarios.push(asked("ask-call-fails-then-late", vec![fails("Soc.Transient"), late(json!({}))]));
    scenarios.push(asked(
        "ask-four-then-late",
        vec![again.clone(), again.clone(), again.clone(), again, approved()],
    ));
    scenarios
}

/// Settle goes on to what was approved in the last moment.
fn after_silence() -> Vec<Scenario> {
    let silent = |name: &str| asked(name, vec![Reply::Silence]);
    vec![
        silent("settle-found-an-approval").answering("settle", json!({ "approved": 1, "expired": 0 })),
        silent("settle-answers-nothing").answering("settle", Value::Null),
        silent("settle-then-execute-fails").with("execute:approve", vec![fails("Soc.Conflict")]),
        silent("settle-then-superseded").with("execute:approve", vec![fails(SUPERSEDED)]),
        silent("settle-then-verify-fails").with("verify", vec![fails("Soc.Defect")]),
        silent("settle-then-notify-retries").first("notify", vec![fails("Soc.Transient")]),
    ]
}

/// What shows where the emulator is wrong about waits: it is not helped over it here.
fn unaided() -> Vec<Scenario> {
    let up_to_ask = ALL_THE_WAY.iter().take_while(|state| **state != "ExecuteApproved");
    let settled = ["Settle", "ExecuteApproved", "Verify", "Notify", "Done"];
    vec![
        asked("unaided-late", vec![late(json!({}))]).deviating(Deviation {
            name: "timeout-expression",
            documented_error: None,
            status: "FAILED",
            states: up_to_ask.clone().copied().collect(),
        }),
        asked("unaided-call-error", vec![fails("Soc.Defect")]).deviating(Deviation {
            name: "swallowed-call-error",
            documented_error: Some("Soc.Defect"),
            status: "SUCCEEDED",
            states: up_to_ask.copied().chain(settled).collect(),
        }),
    ]
}
