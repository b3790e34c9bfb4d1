//! One planted fault for every rule.

use serde_json::{Value, json};

use super::{machine_of, parse_states, task_with, waiting_task_with};
use crate::workflow::{INCIDENT, Machine, Rule, Violation, incident_machine};

/// The violations of a machine of these states.
fn violations(states: &Value) -> Vec<Violation> {
    parse_states(states).err().unwrap_or_default()
}

/// The fault is found in state A, and nothing else is.
#[track_caller]
fn check(rule: Rule, states: &Value) {
    let found = violations(states);
    let rules: Vec<_> = found.iter().map(|violation| (violation.state.as_deref(), violation.rule)).collect();
    assert_eq!(rules, [(Some("A"), rule)], "{found:#?}");
}

#[track_caller]
fn check_document(rule: Rule, document: &str) {
    let found = Machine::parse(document, &[]).unwrap_err();
    assert!(found.iter().any(|violation| violation.state.is_none() && violation.rule == rule), "{found:#?}");
}

#[track_caller]
fn check_expression(rule: Rule, expression: &str) {
    check(rule, &json!({ "A": { "Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true } }));
}

fn caught(fields: &Value) -> Value {
    let mut catcher = json!({ "ErrorEquals": ["E"], "Next": "B" });
    for (name, value) in fields.as_object().unwrap() {
        catcher[name] = value.clone();
    }
    json!({ "A": task_with(&json!({ "Catch": [catcher] })), "B": { "Type": "Succeed" } })
}

fn retried(fields: &Value) -> Value {
    let mut retrier = json!({ "ErrorEquals": ["E"] });
    for (name, value) in fields.as_object().unwrap() {
        retrier[name] = value.clone();
    }
    json!({ "A": task_with(&json!({ "Retry": [retrier] })) })
}

#[test]
fn the_incident_workflow_is_inside_the_subset() {
    let machine = incident_machine().unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(machine.state_names().count(), 12);
}

#[test]
fn a_function_name_without_substitution_is_refused_wherever_it_stands() {
    let found =
        Machine::parse(INCIDENT, &[("Triage", "t"), ("Notify", "n"), ("Remediate", "r")]).unwrap_err();
    let found: Vec<_> = found.iter().map(|violation| (violation.state.as_deref(), violation.rule)).collect();
    assert_eq!(found, [(Some("Analyze"), Rule::Substitution)]);
}

#[test]
fn text_that_is_no_json_is_refused() {
    check_document(Rule::Json, "{");
}

#[test]
fn json_path_is_refused() {
    check_document(Rule::QueryLanguage, r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    check(Rule::QueryLanguage, &json!({ "A": { "Type": "Succeed", "QueryLanguage": "JSONPath" } }));
}

#[test]
fn a_start_that_is_missing_or_names_no_state_is_refused() {
    let states = r#""QueryLanguage": "JSONata", "States": {"A": {"Type": "Succeed"}}"#;
    check_document(Rule::MissingField, &format!("{{{states}}}"));
    check_document(Rule::Start, &format!(r#"{{"StartAt": "Z", {states}}}"#));
}

#[test]
fn unknown_fields_are_refused_at_every_depth() {
    let document = r#"{"QueryLanguage": "JSONata", "TimeoutSeconds": 9, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    check_document(Rule::UnknownField, document);
    check(Rule::UnknownField, &json!({ "A": { "Type": "Succeed", "InputPath": "$" } }));
    check(Rule::UnknownField, &json!({ "A": task_with(&json!({ "HeartbeatSeconds": 5 })) }));
    check(Rule::UnknownField, &retried(&json!({ "JitterStrategy": "FULL" })));
    check(Rule::UnknownField, &caught(&json!({ "ResultPath": "$.error" })));
    let mut task = task_with(&json!({}));
    task["Arguments"]["InvocationType"] = json!("Event");
    check(Rule::UnknownField, &json!({ "A": task }));
}

#[test]
fn missing_fields_are_refused() {
    for name in ["Resource", "Arguments", "TimeoutSeconds", "End"] {
        let mut task = task_with(&json!({}));
        task.as_object_mut().unwrap().remove(name);
        let found = violations(&json!({ "A": task }));
        assert!(found.iter().any(|violation| violation.rule == Rule::MissingField), "{name}: {found:#?}");
    }
    check(Rule::MissingField, &json!({ "A": { "Type": "Choice", "Choices": [] } }));
    check(Rule::MissingField, &json!({ "A": { "Type": "Wait", "End": true } }));
    check(Rule::MissingField, &json!({ "A": { "Type": "Fail" } }));
    check(Rule::MissingField, &json!({ "A": { "Type": "Pass" } }));
    check(Rule::MissingField, &retried(&json!({ "ErrorEquals": [] })));
}

#[test]
fn values_of_the_wrong_shape_are_refused() {
    check(Rule::Value, &json!({ "A": task_with(&json!({ "TimeoutSeconds": 0 })) }));
    check(Rule::Value, &json!({ "A": task_with(&json!({ "TimeoutSeconds": "60" })) }));
    check(Rule::Value, &json!({ "A": task_with(&json!({ "Retry": "always" })) }));
    check(Rule::Value, &json!({ "A": { "Type": "Wait", "Timestamp": "tomorrow", "End": true } }));
    check(Rule::Value, &json!({ "A": { "Type": "Pass", "Assign": 3, "End": true } }));
    check(Rule::Value, &retried(&json!({ "BackoffRate": 0.5 })));
    check(Rule::Value, &retried(&json!({ "IntervalSeconds": 0 })));
    let choice = json!({ "Type": "Choice", "Choices": [{ "Condition": "yes", "Next": "A" }] });
    check(Rule::Value, &json!({ "A": choice }));
}

#[test]
fn other_state_types_and_resources_are_refused() {
    check(Rule::StateType, &json!({ "A": { "Type": "Parallel", "Branches": [], "End": true } }));
    check(Rule::StateType, &json!({ "A": { "Type": "Map", "Next": "B" }, "B": { "Type": "Succeed" } }));
    check(Rule::Resource, &json!({ "A": task_with(&json!({ "Resource": "arn:aws:states:::sns:publish" })) }));
}

#[test]
fn targets_that_do_not_exist_are_refused() {
    check(Rule::Target, &json!({ "A": task_with(&json!({ "Next": "Z" })) }));
    check(
        Rule::Target,
        &json!({ "A": { "Type": "Choice", "Choices": [{ "Condition": true, "Next": "A" }], "Default": "Z" } }),
    );
    let catch = json!({ "Catch": [{ "ErrorEquals": ["E"], "Next": "Z" }] });
    check(Rule::Target, &json!({ "A": task_with(&catch) }));
}

#[test]
fn a_state_that_nothing_leads_to_is_refused() {
    let found = violations(&json!({ "A": { "Type": "Succeed" }, "Island": { "Type": "Succeed" } }));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].state.as_deref(), found[0].rule), (Some("Island"), Rule::Unreachable));
    assert_eq!(found[0].to_string(), "state Island: cannot be reached from StartAt");
}

#[test]
fn a_catcher_that_leads_to_fail_is_refused() {
    let states = json!({
        "A": task_with(&json!({ "Catch": [{ "ErrorEquals": ["E"], "Next": "B" }] })),
        "B": { "Type": "Fail", "Error": "Soc.Defect" },
    });
    check(Rule::CatchToFail, &states);
}

#[test]
fn a_retry_that_covers_a_time_out_is_refused() {
    check(Rule::RetryOnTimeout, &retried(&json!({ "ErrorEquals": ["States.Timeout"] })));
    check(Rule::RetryOnTimeout, &retried(&json!({ "ErrorEquals": ["States.ALL"] })));
}

#[test]
fn error_names_must_exist_and_all_stands_alone_and_last() {
    check(Rule::ErrorNames, &caught(&json!({ "ErrorEquals": ["States.Nonsense"] })));
    check(Rule::ErrorNames, &caught(&json!({ "ErrorEquals": ["E", "States.ALL"] })));
    let early = json!({ "Catch": [
        { "ErrorEquals": ["States.ALL"], "Next": "B" },
        { "ErrorEquals": ["E"], "Next": "B" },
    ] });
    check(Rule::ErrorNames, &json!({ "A": task_with(&early), "B": { "Type": "Succeed" } }));
}

#[test]
fn expressions_must_parse_and_close() {
    check_expression(Rule::Syntax, "1 +");
    check(Rule::Syntax, &json!({ "A": { "Type": "Pass", "Output": "{% 1", "End": true } }));
    check(Rule::Syntax, &json!({ "A": { "Type": "Pass", "Output": { "deep": ["1 %}"] }, "End": true } }));
}

#[test]
fn what_step_functions_does_not_read_alike_is_refused() {
    for expression in [
        "$states.input.a ?? 1",
        "$states.input.a ?: 1",
        "$eval('1')",
        "$now()",
        "$millis()",
        "$random()",
        "$uuid()",
        "$shuffle([1])",
        "$parse('1')",
        "$nosuchfunction(1)",
        "name",
        "name.part",
        "name()",
        "`quoted name`",
        "undefined",
        "$",
        "$.a",
        "$$",
        "*",
        "**",
        "[a]",
        "$states",
        "$states.nothing",
        "$states.context.Execution.StartTime",
        "$states.context",
        "($states := 1)",
        "$states.input.a@$b.c",
        "$states.input.a#$i.c",
    ] {
        check_expression(Rule::Profile, expression);
    }
}

#[test]
fn names_and_the_dollar_are_free_where_there_is_an_item() {
    for expression in [
        "$states.input.items[price > 1].name",
        "$states.input.items.(name & $.suffix)",
        "$states.input.items^(>price).name",
        "$states.input.items{name: $sum(price)}",
        "$map($states.input.items, function($item) { $item.name })",
        "($total := 1; $total + 1)",
        "$states.input.items ~> $count",
        "$states.input.a ? 1 : 2",
        "$map($states.input.items, $string)",
    ] {
        machine_of(
            &json!({ "A": { "Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true } }),
        );
    }
}

#[test]
fn results_errors_and_tokens_are_only_read_where_they_are() {
    check_expression(Rule::Scope, "$states.result");
    check_expression(Rule::Scope, "$states.errorOutput.Error");
    check_expression(Rule::Scope, "$states.context.Task.Token");
    check(Rule::Scope, &json!({ "A": task_with(&json!({ "Output": "{% $states.errorOutput %}" })) }));
    check(Rule::Scope, &caught(&json!({ "Output": "{% $states.result %}" })));
    check(Rule::Scope, &json!({ "A": task_with(&json!({ "TimeoutSeconds": "{% $states.result %}" })) }));
}

#[test]
fn a_variable_must_be_assigned_and_have_a_plain_name() {
    check_expression(Rule::Variable, "$nobody");
    for name in ["states", "two words", "1st", "count"] {
        check(Rule::Variable, &json!({ "A": { "Type": "Pass", "Assign": { name: 1 }, "End": true } }));
    }
}

#[test]
fn a_task_that_waits_must_hand_out_its_token() {
    let mut task = waiting_task_with(&json!({}));
    task["Arguments"]["Payload"] = json!({ "op": "ask" });
    check(Rule::TaskToken, &json!({ "A": task }));
}

#[test]
fn all_problems_are_reported_together_with_their_states() {
    let found = violations(&json!({
        "A": { "Type": "Pass", "Output": "{% $now() & name %}", "Oops": 1, "Next": "B" },
        "B": task_with(&json!({ "TimeoutSeconds": 0, "Next": "Z" })),
        "C": { "Type": "Succeed" },
    }));
    let found: Vec<_> =
        found.iter().map(|violation| (violation.state.as_deref().unwrap(), violation.rule)).collect();
    let expected = [
        ("A", Rule::Profile),
        ("A", Rule::Profile),
        ("A", Rule::UnknownField),
        ("B", Rule::Value),
        ("B", Rule::Target),
        ("C", Rule::Unreachable),
    ];
    assert_eq!(found, expected);
}
