//! Retry and Catch.

use serde_json::{Value, json};

use super::{Script, error_of, machine_of, run, settle, succeeded, task_with};
use crate::workflow::Step;

fn retried(retry: Value) -> Value {
    json!({ "A": task_with(&json!({ "Retry": retry })) })
}

/// The times at which a task that fails `failures` times is called again, and how it ends.
async fn attempts(retry: Value, errors: &[&str]) -> (Vec<i64>, String) {
    let machine = machine_of(&retried(retry));
    let tasks = errors.iter().fold(Script::default(), |script, error| script.fails("call", error));
    let mut execution = machine.start("run-1", Value::Null, 0);
    let (mut now_ms, mut times) = (0, Vec::new());
    loop {
        match settle(&machine, &mut execution, &tasks, now_ms).await {
            Step::WaitUntil(at_ms) => {
                assert_eq!(settle(&machine, &mut execution, &tasks, at_ms - 1).await, Step::WaitUntil(at_ms));
                now_ms = at_ms;
                times.push(at_ms);
            }
            Step::Ended => return (times, error_of(execution.status()).to_owned()),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn retries_wait_longer_each_time_up_to_the_longest_delay() {
    let retry = json!([{ "ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 4, "MaxDelaySeconds": 20 }]);
    let (times, end) = attempts(retry, &["E", "E", "E", "E"]).await;
    assert_eq!(times, [2000, 8000, 26_000, 46_000]);
    assert_eq!(end, "(succeeded)");
}

#[tokio::test]
async fn a_retrier_says_one_second_twice_as_long_three_times_when_it_says_nothing() {
    let (times, end) = attempts(json!([{ "ErrorEquals": ["E"] }]), &["E", "E", "E", "E"]).await;
    assert_eq!(times, [1000, 3000, 7000]);
    assert_eq!(end, "E");
}

#[tokio::test]
async fn no_attempts_means_no_retry() {
    let (times, end) = attempts(json!([{ "ErrorEquals": ["E"], "MaxAttempts": 0 }]), &["E"]).await;
    assert_eq!((times.len(), end.as_str()), (0, "E"));
}

#[tokio::test]
async fn each_retrier_counts_its_own_attempts() {
    let retry = json!([
        { "ErrorEquals": ["E"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 2 },
        { "ErrorEquals": ["F"], "IntervalSeconds": 10, "BackoffRate": 1, "MaxAttempts": 1 },
    ]);
    let (times, end) = attempts(retry, &["E", "F", "E", "E"]).await;
    assert_eq!(times, [1000, 11_000, 12_000]);
    assert_eq!(end, "E");
}

#[tokio::test]
async fn an_error_that_no_retrier_names_fails_at_once() {
    let (times, end) = attempts(json!([{ "ErrorEquals": ["E"] }]), &["Soc.Defect"]).await;
    assert_eq!((times.len(), end.as_str()), (0, "Soc.Defect"));
}

#[tokio::test]
async fn task_failed_covers_every_error_but_a_time_out() {
    let retry = json!([{ "ErrorEquals": ["States.TaskFailed"] }]);
    assert_eq!(attempts(retry.clone(), &["Soc.Defect"]).await.1, "(succeeded)");
    assert_eq!(attempts(retry, &["States.Timeout"]).await, (vec![], "States.Timeout".to_owned()));
}

fn caught(errors: &[&str]) -> Value {
    let catch = json!([{
        "ErrorEquals": errors,
        "Assign": { "why": "{% $states.errorOutput.Error %}" },
        "Output": "{% [$states.input.a, $states.errorOutput.Cause] %}",
        "Next": "B",
    }]);
    let after = json!({ "Type": "Pass", "Output": ["{% $why %}", "{% $states.input %}"], "End": true });
    json!({ "A": task_with(&json!({ "Catch": catch, "Retry": [{ "ErrorEquals": ["E"], "MaxAttempts": 1 }] })), "B": after })
}

#[tokio::test]
async fn a_catcher_assigns_and_gives_on_what_it_says() {
    let tasks = Script::default().fails("call", "Soc.Denied");
    let expected = succeeded(json!(["Soc.Denied", [1, "planted"]]));
    assert_eq!(run(caught(&["Soc.Denied"]), json!({ "a": 1 }), &tasks).await, expected);
}

#[tokio::test]
async fn retriers_come_before_catchers() {
    let tasks = Script::default().fails("call", "E").fails("call", "E");
    let expected = succeeded(json!(["E", [1, "planted"]]));
    assert_eq!(run(caught(&["States.ALL"]), json!({ "a": 1 }), &tasks).await, expected);
    assert_eq!(tasks.calls().len(), 2);
}

#[tokio::test]
async fn a_catcher_that_says_nothing_gives_the_error_on() {
    let states = json!({
        "A": task_with(&json!({ "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "B" }] })),
        "B": { "Type": "Succeed" },
    });
    let tasks = Script::default().fails("call", "Lambda.Unknown");
    assert_eq!(
        run(states, Value::Null, &tasks).await,
        succeeded(json!({ "Error": "Lambda.Unknown", "Cause": "planted" }))
    );
}

#[tokio::test]
async fn a_catcher_whose_output_has_no_value_fails_the_execution() {
    let catch = json!([{ "ErrorEquals": ["E"], "Output": "{% $states.input.gone %}", "Next": "B" }]);
    let states = json!({ "A": task_with(&json!({ "Catch": catch })), "B": { "Type": "Succeed" } });
    let tasks = Script::default().fails("call", "E");
    assert_eq!(error_of(&run(states, json!({}), &tasks).await), "States.QueryEvaluationError");
}

#[tokio::test]
async fn a_query_error_in_a_task_is_caught_like_any_other() {
    for fields in [
        json!({ "Output": "{% $states.result.gone %}" }),
        json!({ "TimeoutSeconds": "{% $states.input.gone %}" }),
    ] {
        let mut task = task_with(&fields);
        task["Catch"] =
            json!([{ "ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught", "Next": "B" }]);
        let states = json!({ "A": task, "B": { "Type": "Succeed" } });
        assert_eq!(run(states, json!({}), &Script::default()).await, succeeded(json!("caught")));
    }
}

#[tokio::test]
async fn terminal_errors_pass_every_wildcard() {
    let tasks = Script::default().fails("call", "States.Runtime");
    assert_eq!(error_of(&run(caught(&["States.ALL"]), json!({ "a": 1 }), &tasks).await), "States.Runtime");
}

#[tokio::test]
async fn retries_start_anew_when_a_state_is_entered_again() {
    let retry = json!([{ "ErrorEquals": ["E"], "MaxAttempts": 1 }]);
    let states = json!({
        "A": task_with(&json!({ "Retry": retry, "Output": "{% $states.context.State.RetryCount %}", "Next": "B" })),
        "B": { "Type": "Choice", "Choices": [{ "Condition": "{% $states.input = 1 %}", "Output": 0, "Next": "C" }], "Default": "D" },
        "C": task_with(&json!({ "Retry": retry, "Catch": [{ "ErrorEquals": ["E"], "Next": "A" }], "Next": "A" })),
        "D": { "Type": "Succeed" },
    });
    let tasks = Script::default().fails("call", "E");
    assert_eq!(run(states, Value::Null, &tasks).await, succeeded(json!(0)));
    assert_eq!(tasks.calls().len(), 4);
}
