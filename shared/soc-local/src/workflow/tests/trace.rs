//! What a traced execution keeps.

use serde_json::{Value, json};

use super::{Script, finish, machine_of, task_with};
use crate::workflow::Visit;

fn visit(state: &str, calls: u32, errors: &[&str]) -> Visit {
    Visit { state: state.to_owned(), calls, errors: errors.iter().map(|&error| error.to_owned()).collect() }
}

#[tokio::test]
async fn a_trace_keeps_every_call_and_every_error_of_a_visit() {
    let states = json!({
        "A": task_with(&json!({ "Retry": [{ "ErrorEquals": ["E"] }], "Catch": [{ "ErrorEquals": ["F"], "Next": "B" }] })),
        "B": task_with(&json!({ "Output": "{% $states.result.Payload.gone %}", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "C" }] })),
        "C": { "Type": "Succeed" },
    });
    let (machine, tasks) = (machine_of(&states), Script::default().fails("call", "E").fails("call", "F"));
    let mut execution = machine.start("run-1", Value::Null, 0).traced();
    finish(&machine, &mut execution, &tasks, 0).await;
    let expected =
        [visit("A", 2, &["E", "F"]), visit("B", 1, &["States.QueryEvaluationError"]), visit("C", 0, &[])];
    assert_eq!(execution.trace().unwrap(), expected);
}

#[tokio::test]
async fn an_execution_that_nobody_traces_stores_no_trace() {
    let machine = machine_of(&json!({ "A": { "Type": "Succeed" } }));
    let mut execution = machine.start("run-1", Value::Null, 0);
    finish(&machine, &mut execution, &Script::default(), 0).await;
    assert_eq!(execution.trace(), None);
    assert!(!serde_json::to_string(&execution).unwrap().contains("trace"));
}
