//! Tasks that wait for their token.

use serde_json::{Value, json};

use super::{Script, error_of, finish, machine_of, settle, succeeded, waiting_task_with};
use crate::workflow::{Execution, Machine, Step, TaskToken, TokenRefused};

fn asking(fields: &Value) -> Machine {
    machine_of(
        &json!({ "A": waiting_task_with(fields), "B": { "Type": "Succeed" } , "C": { "Type": "Succeed" } }),
    )
}

fn ask_and_catch() -> Machine {
    asking(&json!({
        "Catch": [
            { "ErrorEquals": ["States.Timeout"], "Output": "late", "Next": "B" },
            { "ErrorEquals": ["Soc.Superseded"], "Next": "C" },
        ],
        "Retry": [{ "ErrorEquals": ["Soc.Transient"], "MaxAttempts": 1 }],
    }))
}

/// An execution that was asked at 1000 and waits.
async fn waiting(machine: &Machine, tasks: &Script) -> (Execution, TaskToken) {
    let mut execution = machine.start("run-1", Value::Null, 0);
    match settle(machine, &mut execution, tasks, 1000).await {
        Step::AwaitToken { token, deadline_ms: 11_000 } => (execution, token),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_payload_carries_the_token_that_is_awaited() {
    let tasks = Script::default();
    let (execution, token) = waiting(&ask_and_catch(), &tasks).await;
    assert_eq!(tasks.calls()[0].1["token"], token.as_str());
    assert_eq!(execution.awaited_token(), Some(&token));
    assert_eq!(token.execution_name(), "run-1");
}

#[tokio::test]
async fn a_completed_token_gives_the_result_without_a_wrapper() {
    let (machine, tasks) = (ask_and_catch(), Script::default());
    let (mut execution, token) = waiting(&machine, &tasks).await;
    execution.succeed_task(&token, json!({ "approved": 1 })).unwrap();
    assert_eq!(settle(&machine, &mut execution, &tasks, 2000).await, Step::Ended);
    assert_eq!(execution.status(), &succeeded(json!({ "approved": 1 })));
    assert_eq!(tasks.calls().len(), 1);
}

#[tokio::test]
async fn a_failed_token_is_caught_by_its_error() {
    let (machine, tasks) = (ask_and_catch(), Script::default());
    let (mut execution, token) = waiting(&machine, &tasks).await;
    execution.fail_task(&token, "Soc.Superseded", "generation 2").unwrap();
    assert_eq!(settle(&machine, &mut execution, &tasks, 2000).await, Step::Ended);
    assert_eq!(execution.status(), &succeeded(json!({ "Error": "Soc.Superseded", "Cause": "generation 2" })));
}

#[tokio::test]
async fn a_token_that_nobody_completes_times_out_at_its_deadline() {
    let (machine, tasks) = (ask_and_catch(), Script::default());
    let (mut execution, token) = waiting(&machine, &tasks).await;
    let still = Step::AwaitToken { token: token.clone(), deadline_ms: 11_000 };
    assert_eq!(settle(&machine, &mut execution, &tasks, 10_999).await, still);
    assert_eq!(settle(&machine, &mut execution, &tasks, 11_000).await, Step::Ended);
    assert_eq!(execution.status(), &succeeded(json!("late")));
    assert_eq!(execution.succeed_task(&token, Value::Null), Err(TokenRefused::NotWaiting));
}

#[tokio::test]
async fn a_completion_before_the_time_out_is_stepped_wins() {
    let (machine, tasks) = (ask_and_catch(), Script::default());
    let (mut execution, token) = waiting(&machine, &tasks).await;
    execution.succeed_task(&token, json!("just in time")).unwrap();
    finish(&machine, &mut execution, &tasks, 99_000).await;
    assert_eq!(execution.status(), &succeeded(json!("just in time")));
}

#[tokio::test]
async fn only_the_awaited_token_completes_and_only_once() {
    let (machine, tasks) = (ask_and_catch(), Script::default());
    let (mut execution, token) = waiting(&machine, &tasks).await;
    let before = execution.clone();
    let stranger = TaskToken::from_text("run-1:9:0:A");
    assert_eq!(execution.succeed_task(&stranger, json!(1)), Err(TokenRefused::NotWaiting));
    assert_eq!(execution, before);
    execution.succeed_task(&token, json!(1)).unwrap();
    assert_eq!(execution.fail_task(&token, "E", ""), Err(TokenRefused::AlreadyCompleted));
    finish(&machine, &mut execution, &tasks, 2000).await;
    assert_eq!(execution.status(), &succeeded(json!(1)));
}

#[tokio::test]
async fn a_call_that_fails_is_retried_with_a_token_of_its_own() {
    let (machine, tasks) = (ask_and_catch(), Script::default().fails("call", "Soc.Transient"));
    let mut execution = machine.start("run-1", Value::Null, 0);
    assert_eq!(settle(&machine, &mut execution, &tasks, 0).await, Step::WaitUntil(1000));
    assert_eq!(execution.awaited_token(), None);
    let step = settle(&machine, &mut execution, &tasks, 1000).await;
    let calls = tasks.calls();
    assert_ne!(calls[0].1["token"], calls[1].1["token"]);
    assert_eq!(
        step,
        Step::AwaitToken {
            token: TaskToken::from_text(calls[1].1["token"].as_str().unwrap()),
            deadline_ms: 11_000
        }
    );
}

#[tokio::test]
async fn a_crash_after_the_call_repeats_it_with_the_same_token() {
    let (machine, tasks) = (ask_and_catch(), Script::default());
    let stored = machine.start("run-1", Value::Null, 0);
    for _ in 0..2 {
        settle(&machine, &mut stored.clone(), &tasks, 0).await;
    }
    let calls = tasks.calls();
    assert_eq!(calls[0], calls[1]);
}

#[tokio::test]
async fn the_deadline_may_be_an_expression_and_must_be_whole_seconds() {
    let machine = asking(&json!({
        "TimeoutSeconds": "{% $states.input.s %}",
        "Catch": [{ "ErrorEquals": ["E"], "Next": "B" }, { "ErrorEquals": ["F"], "Next": "C" }],
    }));
    let tasks = Script::default();
    let mut execution = machine.start("run-1", json!({ "s": 7 }), 0);
    let step = settle(&machine, &mut execution, &tasks, 0).await;
    assert!(matches!(step, Step::AwaitToken { deadline_ms: 7000, .. }), "{step:?}");
    for wrong in [json!(0), json!(1.5), json!("7"), Value::Null] {
        let mut execution = machine.start("run-1", json!({ "s": wrong }), 0);
        finish(&machine, &mut execution, &tasks, 0).await;
        assert_eq!(error_of(execution.status()), "States.QueryEvaluationError");
    }
    assert_eq!(tasks.calls().len(), 1, "no call is made without a deadline");
}
