//! The real workflow file under a virtual clock.

use serde_json::{Value, json};

use super::{Script, entered, error_of, finish, settle, succeeded};
use crate::workflow::{Execution, Machine, Step, TaskToken, incident_machine};

const HOUR_MS: i64 = 3_600_000;

pub(super) fn machine() -> Machine {
    incident_machine().unwrap_or_else(|found| panic!("{found:#?}"))
}

pub(super) fn begin(machine: &Machine) -> Execution {
    machine.start("inc-abc-3", input(), 0).traced()
}

fn input() -> Value {
    json!({ "incident_id": "inc_abc", "generation": 3 })
}

pub(super) fn plan(approve: u32) -> Value {
    json!({ "auto": 1, "approve": approve, "guide": 1, "plan_sha256": "00", "approval_timeout_seconds": 3600 })
}

pub(super) fn responding(approve: u32) -> Script {
    Script::default().answers("assess", json!({ "route": "respond" })).answers("plan", plan(approve))
}

fn routed(route: &str) -> Script {
    Script::default().answers("assess", json!({ "route": route }))
}

/// Runs to the end and checks the way, the good end, and that the input is what is left.
async fn check(tasks: &Script, states: &[&str]) {
    let machine = machine();
    let mut execution = begin(&machine);
    finish(&machine, &mut execution, tasks, 0).await;
    assert_eq!(entered(&execution), states);
    assert_eq!(execution.status(), &succeeded(input()));
}

async fn asked(machine: &Machine, tasks: &Script) -> (Execution, TaskToken) {
    let mut execution = begin(machine);
    match settle(machine, &mut execution, tasks, 0).await {
        Step::AwaitToken { token, deadline_ms: HOUR_MS } => (execution, token),
        other => panic!("{other:?}"),
    }
}

const UP_TO_ASK: [&str; 7] = ["Triage", "Route", "Analyze", "Plan", "ExecuteAuto", "Approvals", "Ask"];

#[tokio::test]
async fn a_recorded_incident_is_done_after_triage() {
    check(&routed("record"), &["Triage", "Route", "Done"]).await;
}

#[tokio::test]
async fn a_notified_incident_tells_people_and_is_done() {
    check(&routed("notify"), &["Triage", "Route", "Notify", "Done"]).await;
}

#[tokio::test]
async fn an_unknown_route_fails_instead_of_guessing() {
    let machine = machine();
    let mut execution = begin(&machine);
    finish(&machine, &mut execution, &routed("ignore"), 0).await;
    assert_eq!(error_of(execution.status()), "States.NoChoiceMatched");
}

#[tokio::test]
async fn nobody_is_asked_when_no_step_needs_a_person() {
    let tasks = responding(0);
    let way = ["Triage", "Route", "Analyze", "Plan", "ExecuteAuto", "Approvals", "Verify", "Notify", "Done"];
    check(&tasks, &way).await;
    assert_eq!(tasks.ops(), ["assess", "analyze", "plan", "execute:auto", "verify", "notify"]);
}

#[tokio::test]
async fn an_approval_lets_the_approved_steps_run() {
    let (machine, tasks) = (machine(), responding(2));
    let (mut execution, token) = asked(&machine, &tasks).await;
    execution.succeed_task(&token, json!({ "decided": 2 })).unwrap();
    finish(&machine, &mut execution, &tasks, 1000).await;
    assert_eq!(entered(&execution)[7..], ["ExecuteApproved", "Verify", "Notify", "Done"]);
    let ops = ["assess", "analyze", "plan", "execute:auto", "ask", "execute:approve", "verify", "notify"];
    assert_eq!(tasks.ops(), ops);
    assert_eq!(execution.status(), &succeeded(input()));
}

#[tokio::test]
async fn silence_is_settled_before_the_workflow_goes_on() {
    let tasks = responding(2);
    let mut way = UP_TO_ASK.to_vec();
    way.extend(["Settle", "ExecuteApproved", "Verify", "Notify", "Done"]);
    check(&tasks, &way).await;
    assert_eq!(tasks.ops()[4..6], ["ask", "settle"]);
}

#[tokio::test]
async fn a_newer_generation_ends_the_wait_and_nothing_more_is_called() {
    let (machine, tasks) = (machine(), responding(2));
    let (mut execution, token) = asked(&machine, &tasks).await;
    execution.fail_task(&token, "Soc.Superseded", "generation 4").unwrap();
    finish(&machine, &mut execution, &tasks, 1000).await;
    assert_eq!(entered(&execution)[6..], ["Ask", "Done"]);
    assert_eq!(tasks.ops().last().unwrap(), "ask");
    assert_eq!(execution.status(), &succeeded(input()));
}

#[tokio::test]
async fn every_stage_that_sees_a_newer_generation_ends_the_execution_well() {
    let ops =
        ["assess", "analyze", "plan", "execute:auto", "ask", "settle", "execute:approve", "verify", "notify"];
    for op in ops {
        let machine = machine();
        let tasks = responding(1).fails(op, "Soc.Superseded");
        let mut execution = begin(&machine);
        finish(&machine, &mut execution, &tasks, 0).await;
        assert_eq!(tasks.ops().last().unwrap(), op);
        assert_eq!((execution.state(), execution.status()), ("Done", &succeeded(input())), "{op}");
    }
}

#[tokio::test]
async fn an_analysis_that_fails_does_not_stop_the_response() {
    for error in ["Soc.Defect", "Soc.Denied", "States.Timeout", "Lambda.Unknown"] {
        let tasks = responding(0).fails("analyze", error);
        let way =
            ["Triage", "Route", "Analyze", "Plan", "ExecuteAuto", "Approvals", "Verify", "Notify", "Done"];
        check(&tasks, &way).await;
    }
}

#[tokio::test]
async fn any_other_stage_that_fails_fails_the_execution_under_its_own_error() {
    let ops = ["assess", "plan", "execute:auto", "ask", "settle", "execute:approve", "verify", "notify"];
    for op in ops {
        let machine = machine();
        let tasks = responding(1).fails(op, "Soc.Defect");
        let mut execution = begin(&machine);
        finish(&machine, &mut execution, &tasks, 0).await;
        assert_eq!(error_of(execution.status()), "Soc.Defect", "{op}");
        assert_eq!(tasks.ops().last().unwrap(), op);
    }
}

#[tokio::test]
async fn a_transient_error_is_retried_with_growing_waits() {
    let tasks = routed("record").fails("assess", "Soc.Transient").fails("assess", "Lambda.ServiceException");
    let machine = machine();
    let mut execution = begin(&machine);
    let now_ms = finish(&machine, &mut execution, &tasks, 0).await;
    assert_eq!(now_ms, 2000 + 4000);
    assert_eq!(entered(&execution), ["Triage", "Route", "Done"]);
}

#[tokio::test]
async fn a_transient_error_that_stays_fails_after_four_retries() {
    let tasks = (0..5).fold(responding(1), |script, _| script.fails("execute:auto", "Soc.Transient"));
    let machine = machine();
    let mut execution = begin(&machine);
    let now_ms = finish(&machine, &mut execution, &tasks, 0).await;
    assert_eq!(now_ms, 2000 + 4000 + 8000 + 16_000);
    assert_eq!((execution.state(), error_of(execution.status())), ("ExecuteAuto", "Soc.Transient"));
}

#[tokio::test]
async fn a_time_out_of_an_action_is_never_retried() {
    let tasks = responding(1).fails("execute:auto", "States.Timeout");
    let machine = machine();
    let mut execution = begin(&machine);
    finish(&machine, &mut execution, &tasks, 0).await;
    assert_eq!(error_of(execution.status()), "States.Timeout");
    assert_eq!(tasks.ops().iter().filter(|op| *op == "execute:auto").count(), 1);
}

#[tokio::test]
async fn a_plan_that_names_no_approval_time_out_fails_before_anything_acts() {
    let tasks = responding(1).answers("plan", json!({ "auto": 1, "approve": 1, "guide": 0 }));
    let machine = machine();
    let mut execution = begin(&machine);
    finish(&machine, &mut execution, &tasks, 0).await;
    assert_eq!((execution.state(), error_of(execution.status())), ("Plan", "States.QueryEvaluationError"));
}

#[tokio::test]
async fn every_call_goes_to_its_stage_and_carries_ids_only() {
    let tasks = responding(1);
    let machine = machine();
    finish(&machine, &mut begin(&machine), &tasks, 0).await;
    let mut lines = Vec::new();
    for (function, mut payload) in tasks.calls() {
        assert_eq!(payload["incident_id"], "inc_abc");
        assert_eq!(payload["generation"], 3);
        let fields = payload.as_object_mut().unwrap();
        fields.remove("incident_id");
        fields.remove("generation");
        lines.push(format!("{function} {payload}"));
    }
    let expected = [
        r#"triage {"op":"assess"}"#,
        r#"analyze {"op":"analyze"}"#,
        r#"remediate {"op":"plan"}"#,
        r#"remediate {"op":"execute","tier":"auto"}"#,
        r#"notify {"op":"ask","task_token":"inc-abc-3:7:0:Ask"}"#,
        r#"remediate {"op":"settle"}"#,
        r#"remediate {"op":"execute","tier":"approve"}"#,
        r#"remediate {"op":"verify"}"#,
        r#"notify {"op":"notify"}"#,
    ];
    assert_eq!(lines, expected);
}
