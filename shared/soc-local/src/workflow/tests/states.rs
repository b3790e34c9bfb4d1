//! What each type of state does.

use serde_json::{Value, json};

use super::{Script, entered, error_of, finish, machine_of, run, settle, succeeded, task_with};
use crate::workflow::{Status, Step};

/// What a Pass with this output gives on.
async fn pass(output: Value, input: Value) -> Status {
    run(json!({ "A": { "Type": "Pass", "Output": output, "End": true } }), input, &Script::default()).await
}

#[tokio::test]
async fn pass_gives_its_input_on_when_it_says_nothing() {
    let states = json!({ "A": { "Type": "Pass", "End": true } });
    assert_eq!(run(states, json!({ "a": 1 }), &Script::default()).await, succeeded(json!({ "a": 1 })));
}

#[tokio::test]
async fn output_may_be_any_json_with_expressions_inside() {
    let output =
        json!({ "n": "{% $states.input.n + 1 %}", "list": ["{% $states.input.n %}", "as it is"], "z": null });
    let expected = json!({ "n": 3, "list": [2, "as it is"], "z": null });
    assert_eq!(pass(output, json!({ "n": 2 })).await, succeeded(expected));
}

#[tokio::test]
async fn whole_numbers_stay_whole_and_fractions_stay_fractions() {
    let expected = json!([1, 0.5, 20]);
    assert_eq!(pass(json!("{% [1, 1/2, 2 * 10] %}"), Value::Null).await, succeeded(expected));
}

#[tokio::test]
async fn a_missing_value_is_an_error_and_null_is_a_value() {
    assert_eq!(
        error_of(&pass(json!("{% $states.input.gone %}"), json!({})).await),
        "States.QueryEvaluationError"
    );
    let nested = json!({ "deep": ["{% $states.input.gone %}"] });
    assert_eq!(error_of(&pass(nested, json!({})).await), "States.QueryEvaluationError");
    assert_eq!(pass(json!("{% $states.input.a %}"), json!({ "a": null })).await, succeeded(Value::Null));
}

#[tokio::test]
async fn a_member_without_value_is_left_out_of_an_object_that_an_expression_builds() {
    let output = json!("{% {'a': $states.input.gone, 'b': 1} %}");
    assert_eq!(pass(output, json!({})).await, succeeded(json!({ "b": 1 })));
}

#[tokio::test]
async fn an_expression_that_fails_or_gives_a_function_is_an_error() {
    for expression in ["{% 1 > 'a' %}", "{% $error('no') %}", "{% $sum %}", "{% [$sum] %}"] {
        assert_eq!(
            error_of(&pass(json!(expression), json!({})).await),
            "States.QueryEvaluationError",
            "{expression}"
        );
    }
}

#[tokio::test]
async fn what_one_expression_binds_the_next_does_not_see() {
    let states = json!({
        "A": { "Type": "Pass", "Assign": { "x": 1 }, "Next": "B" },
        "B": { "Type": "Pass", "Output": ["{% ($x := 5; $x) %}", "{% $x %}"], "End": true },
    });
    assert_eq!(run(states, Value::Null, &Script::default()).await, succeeded(json!([5, 1])));
}

#[tokio::test]
async fn assign_and_output_see_the_same_snapshot() {
    let states = json!({
        "A": { "Type": "Pass", "Assign": { "x": 1, "y": 2 }, "Next": "B" },
        "B": { "Type": "Pass", "Assign": { "x": "{% $y %}", "y": "{% $x %}" }, "Output": "{% [$x, $y] %}", "Next": "C" },
        "C": { "Type": "Pass", "Output": { "before": "{% $states.input %}", "after": "{% [$x, $y] %}" }, "End": true },
    });
    let expected = json!({ "before": [1, 2], "after": [2, 1] });
    assert_eq!(run(states, Value::Null, &Script::default()).await, succeeded(expected));
}

#[tokio::test]
async fn the_context_names_the_execution_and_the_state() {
    let output = json!(
        "{% [$states.context.Execution.Name, $states.context.Execution.Id, $states.context.State.Name, $states.context.Execution.Input.a] %}"
    );
    let states = json!({
        "A": { "Type": "Pass", "Output": "gone", "Next": "B" },
        "B": { "Type": "Pass", "Output": output, "End": true },
    });
    let expected = succeeded(json!(["run-1", "run-1", "B", 7]));
    assert_eq!(run(states, json!({ "a": 7 }), &Script::default()).await, expected);
}

fn choice() -> Value {
    let end = |text: &str| json!({ "Type": "Pass", "Output": [text, "{% $states.input %}", "{% $by %}"], "End": true });
    json!({
        "A": { "Type": "Choice", "Choices": [
            { "Condition": "{% $states.input.n > 10 %}", "Assign": { "by": "rule" }, "Output": "big", "Next": "Big" },
            { "Condition": "{% $states.input.n > 5 %}", "Assign": { "by": "rule" }, "Next": "Middle" },
        ], "Default": "Small", "Assign": { "by": "state" }, "Output": "small" },
        "Big": end("Big"), "Middle": end("Middle"), "Small": end("Small"),
    })
}

#[tokio::test]
async fn choice_takes_the_first_branch_that_holds_with_that_branchs_own_assign_and_output() {
    let tasks = Script::default();
    assert_eq!(run(choice(), json!({ "n": 11 }), &tasks).await, succeeded(json!(["Big", "big", "rule"])));
    assert_eq!(
        run(choice(), json!({ "n": 6 }), &tasks).await,
        succeeded(json!(["Middle", { "n": 6 }, "rule"]))
    );
    assert_eq!(run(choice(), json!({ "n": 1 }), &tasks).await, succeeded(json!(["Small", "small", "state"])));
}

#[tokio::test]
async fn choice_without_a_branch_that_holds_fails() {
    let states = json!({ "A": { "Type": "Choice", "Choices": [{ "Condition": "{% $states.input.a %}", "Next": "B" }] }, "B": { "Type": "Succeed" } });
    let tasks = Script::default();
    assert_eq!(error_of(&run(states.clone(), json!({ "a": false }), &tasks).await), "States.NoChoiceMatched");
    assert_eq!(
        error_of(&run(states.clone(), json!({ "a": 1 }), &tasks).await),
        "States.QueryEvaluationError"
    );
    assert_eq!(error_of(&run(states, json!({}), &tasks).await), "States.QueryEvaluationError");
}

#[tokio::test]
async fn wait_rests_until_its_time() {
    let machine =
        machine_of(&json!({ "A": { "Type": "Wait", "Seconds": "{% $states.input.s %}", "End": true } }));
    let mut execution = machine.start("run-1", json!({ "s": 3 }), 0);
    let tasks = Script::default();
    assert_eq!(settle(&machine, &mut execution, &tasks, 500).await, Step::WaitUntil(3500));
    assert_eq!(settle(&machine, &mut execution, &tasks, 3499).await, Step::WaitUntil(3500));
    assert_eq!(settle(&machine, &mut execution, &tasks, 3500).await, Step::Ended);
    assert_eq!(execution.status(), &succeeded(json!({ "s": 3 })));
}

#[tokio::test]
async fn wait_takes_a_timestamp() {
    let machine =
        machine_of(&json!({ "A": { "Type": "Wait", "Timestamp": "1970-01-01T00:01:00Z", "End": true } }));
    let mut execution = machine.start("run-1", Value::Null, 0);
    assert_eq!(settle(&machine, &mut execution, &Script::default(), 0).await, Step::WaitUntil(60_000));
}

#[tokio::test]
async fn a_wait_that_is_no_time_fails() {
    for (field, input) in [
        ("Seconds", json!({ "s": -1 })),
        ("Seconds", json!({ "s": 0.5 })),
        ("Timestamp", json!({ "s": "soon" })),
    ] {
        let states = json!({ "A": { "Type": "Wait", field: "{% $states.input.s %}", "End": true } });
        assert_eq!(error_of(&run(states, input, &Script::default()).await), "States.QueryEvaluationError");
    }
}

#[tokio::test]
async fn succeed_ends_with_its_output() {
    let states = json!({ "A": { "Type": "Succeed", "Output": "{% $states.input.a %}" } });
    assert_eq!(run(states, json!({ "a": 1 }), &Script::default()).await, succeeded(json!(1)));
}

#[tokio::test]
async fn fail_ends_with_its_error_and_cause() {
    let states =
        json!({ "A": { "Type": "Fail", "Error": "Soc.Defect", "Cause": "{% 'no ' & $states.input.a %}" } });
    let expected = Status::Failed { error: "Soc.Defect".to_owned(), cause: "no way".to_owned() };
    assert_eq!(run(states, json!({ "a": "way" }), &Script::default()).await, expected);
}

#[tokio::test]
async fn a_task_gets_its_payload_and_its_answer_is_wrapped_as_lambda_does() {
    let mut task = task_with(&json!({}));
    task["Arguments"]["Payload"]["id"] = json!("{% $states.input.id %}");
    let tasks = Script::default().answers("call", json!({ "ok": true }));
    let expected = json!({ "ExecutedVersion": "$LATEST", "Payload": { "ok": true }, "StatusCode": 200 });
    assert_eq!(run(json!({ "A": task }), json!({ "id": "inc_1" }), &tasks).await, succeeded(expected));
    assert_eq!(tasks.calls(), [("f".to_owned(), json!({ "op": "call", "id": "inc_1" }))]);
}

#[tokio::test]
async fn one_step_makes_at_most_one_call_and_passes_through_what_calls_nothing() {
    let machine = machine_of(&json!({
        "A": { "Type": "Pass", "Next": "B" },
        "B": task_with(&json!({ "Next": "C" })),
        "C": { "Type": "Choice", "Choices": [{ "Condition": true, "Next": "D" }] },
        "D": task_with(&json!({ "Next": "E" })),
        "E": { "Type": "Succeed" },
    }));
    let tasks = Script::default();
    let mut execution = machine.start("run-1", Value::Null, 0).traced();
    assert_eq!(machine.step(&mut execution, &tasks, 0).await, Step::Continue);
    assert_eq!((tasks.calls().len(), execution.state()), (1, "D"));
    assert_eq!(machine.step(&mut execution, &tasks, 0).await, Step::Ended);
    assert_eq!(entered(&execution), ["A", "B", "C", "D", "E"]);
}

#[tokio::test]
async fn states_that_chase_each_other_yield_instead_of_spinning() {
    let machine =
        machine_of(&json!({ "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Pass", "Next": "A" } }));
    let mut execution = machine.start("run-1", Value::Null, 0);
    assert_eq!(machine.step(&mut execution, &Script::default(), 0).await, Step::Continue);
}

#[tokio::test]
async fn an_execution_whose_state_is_gone_fails() {
    let old = machine_of(
        &json!({ "A": { "Type": "Wait", "Seconds": 1, "Next": "Old" }, "Old": { "Type": "Succeed" } }),
    );
    let new = machine_of(&json!({ "A": { "Type": "Succeed" } }));
    let mut execution = old.start("run-1", Value::Null, 0);
    execution.enter("Old", Value::Null);
    finish(&new, &mut execution, &Script::default(), 0).await;
    assert_eq!(error_of(execution.status()), "States.Runtime");
}
