//! From JSON to a [`Machine`]: shapes, fields and expressions, each problem reported and none hidden by another.
//!
//! Apart from `validate` because reading looks at one state at a time, and the rules there at all of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{Fields, LONGEST_SECONDS};
use super::machine::{
    Branch, Catcher, Choice, Fail, Leave, Machine, Next, Pattern, Retrier, State, Succeed, Task, Until, Wait,
};
use super::template::Template;
use super::violation::{Rule, Violation};

/// Reads a whole document; none when it is no JSON object.
pub(super) fn machine(
    json: &str,
    substitutions: &[(&str, &str)],
    found: &mut Vec<Violation>,
) -> Option<Machine> {
    let document: Value = match serde_json::from_str(json) {
        Ok(document) => document,
        Err(error) => {
            found.push(Violation { state: None, rule: Rule::Json, detail: format!("not JSON: {error}") });
            return None;
        }
    };
    let mut fields = Fields::of(None, document, found);
    fields.text("Comment");
    fields.text("Version");
    if fields.text("QueryLanguage").as_deref() != Some("JSONata") {
        fields.report_field(Rule::QueryLanguage, "QueryLanguage", "must be JSONata");
    }
    let start_at = fields.need_text("StartAt");
    let states = fields.need("States");
    fields.refuse_rest();
    let Value::Object(states) = states else {
        fields.report_field(Rule::Value, "States", "is not an object");
        return None;
    };
    let mut read = BTreeMap::new();
    for (name, mut value) in states {
        let mut unresolved = Vec::new();
        substitute(&mut value, substitutions, &mut unresolved);
        let mut fields = Fields::of(Some(&name), value, found);
        for text in unresolved {
            fields.report(Rule::Substitution, format!("nothing was given for {text}"));
        }
        let state = state(&mut fields);
        read.insert(name, state);
    }
    Some(Machine { start_at, states: read })
}

/// Puts the values in and collects the texts in which a name was left without one.
fn substitute(value: &mut Value, substitutions: &[(&str, &str)], unresolved: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains("${") => {
            for (name, with) in substitutions {
                *text = text.replace(&format!("${{{name}}}"), with);
            }
            if text.contains("${") {
                unresolved.push(text.clone());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| substitute(item, substitutions, unresolved)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| substitute(member, substitutions, unresolved));
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn state(fields: &mut Fields<'_>) -> State {
    fields.text("Comment");
    if fields.text("QueryLanguage").is_some_and(|language| language != "JSONata") {
        fields.report_field(Rule::QueryLanguage, "QueryLanguage", "must be JSONata");
    }
    let kind = fields.need_text("Type");
    let state = match kind.as_str() {
        "Task" => State::Task(Box::new(task(fields))),
        "Choice" => State::Choice(choice(fields)),
        "Pass" => State::Pass(leave(fields)),
        "Wait" => State::Wait(wait(fields)),
        "Succeed" => State::Succeed(Succeed { output: fields.template("Output") }),
        "Fail" => State::Fail(Fail { error: fields.need_template("Error"), cause: fields.template("Cause") }),
        other => {
            fields.report_field(Rule::StateType, "Type", &format!("'{other}' is not in the subset"));
            // Stands in with its targets, so that no other state is blamed for leading nowhere.
            let stand_in = State::Pass(leave(fields));
            fields.forget_rest();
            stand_in
        }
    };
    fields.refuse_rest();
    state
}

fn task(fields: &mut Fields<'_>) -> Task {
    let resource = fields.need_text("Resource");
    let pattern = match resource.as_str() {
        "arn:aws:states:::lambda:invoke.waitForTaskToken" => Pattern::Token,
        "arn:aws:states:::lambda:invoke" => Pattern::Answer,
        other => {
            fields.report_field(Rule::Resource, "Resource", &format!("'{other}' is not in the subset"));
            Pattern::Answer
        }
    };
    let arguments = fields.need("Arguments");
    let mut arguments = fields.inside("Arguments", arguments);
    let function = arguments.need_text("FunctionName");
    if function.starts_with("{%") {
        arguments.report_field(Rule::Value, "FunctionName", "must be a name, not an expression");
    }
    let payload = arguments.need_template("Payload");
    arguments.refuse_rest();
    let retry = fields.array("Retry").into_iter().enumerate();
    let retry =
        retry.map(|(index, item)| retrier(&mut fields.inside(&format!("Retry[{index}]"), item))).collect();
    let catch = fields.array("Catch").into_iter().enumerate();
    let catch =
        catch.map(|(index, item)| catcher(&mut fields.inside(&format!("Catch[{index}]"), item))).collect();
    let timeout = match fields.take("TimeoutSeconds") {
        Some(timeout) => fields.parse_seconds("TimeoutSeconds", timeout, 1),
        None => fields.need_template("TimeoutSeconds"),
    };
    Task { pattern, function, payload, timeout, retry, catch, leave: leave(fields) }
}

fn choice(fields: &mut Fields<'_>) -> Choice {
    let branches = fields.array("Choices");
    if branches.is_empty() {
        fields.report_field(Rule::MissingField, "Choices", "needs at least one branch");
    }
    let branches = branches.into_iter().enumerate();
    let branches =
        branches.map(|(index, item)| branch(&mut fields.inside(&format!("Choices[{index}]"), item)));
    let branches = branches.collect();
    let default = fields.text("Default").map(Next::To);
    let (assign, output) = (assign(fields), fields.template("Output"));
    Choice { branches, default: default.map(|next| Leave { assign, output, next }) }
}

fn branch(fields: &mut Fields<'_>) -> Branch {
    fields.text("Comment");
    let condition = match fields.take("Condition") {
        Some(Value::Bool(fixed)) => Template::Literal(Value::Bool(fixed)),
        Some(other) => fields.parse_expression("Condition", other),
        None => fields.need_template("Condition"),
    };
    let leave = Leave {
        assign: assign(fields),
        output: fields.template("Output"),
        next: Next::To(fields.need_text("Next")),
    };
    fields.refuse_rest();
    Branch { condition, leave }
}

fn wait(fields: &mut Fields<'_>) -> Wait {
    let until = match (fields.take("Timestamp"), fields.take("Seconds")) {
        (Some(time), None) => Until::Timestamp(timestamp(fields, time)),
        (None, Some(seconds)) => Until::Seconds(fields.parse_seconds("Seconds", seconds, 0)),
        (Some(_), Some(_)) | (None, None) => {
            fields.report_field(Rule::MissingField, "Seconds", "needs exactly one of Seconds and Timestamp");
            Until::Seconds(Template::Literal(Value::from(0)))
        }
    };
    Wait { until, leave: leave(fields) }
}

fn timestamp(fields: &mut Fields<'_>, time: Value) -> Template {
    let template = fields.parse_template("Timestamp", time);
    if let Template::Literal(Value::String(text)) = &template
        && text.parse::<jiff::Timestamp>().is_err()
    {
        fields.report_field(Rule::Value, "Timestamp", &format!("'{text}' is no RFC 3339 time"));
    }
    template
}

fn leave(fields: &mut Fields<'_>) -> Leave {
    let next = match (fields.text("Next"), fields.take("End")) {
        (Some(next), None) => Next::To(next),
        (None, Some(Value::Bool(true))) => Next::End,
        (Some(_), Some(_)) | (None, Some(_) | None) => {
            fields.report_field(Rule::MissingField, "Next", "needs exactly one of Next and \"End\": true");
            Next::End
        }
    };
    Leave { assign: assign(fields), output: fields.template("Output"), next }
}

fn assign(fields: &mut Fields<'_>) -> Vec<(String, Template)> {
    let Some(variables) = fields.take("Assign") else { return Vec::new() };
    let Value::Object(variables) = variables else {
        fields.report_field(Rule::Value, "Assign", "is not an object");
        return Vec::new();
    };
    let mut read = Vec::new();
    for (name, value) in variables {
        let template = fields.parse_template(&format!("Assign.{name}"), value);
        read.push((name, template));
    }
    read
}

fn errors(fields: &mut Fields<'_>) -> Vec<String> {
    let items = fields.array("ErrorEquals");
    if items.is_empty() {
        fields.report_field(Rule::MissingField, "ErrorEquals", "names no error");
    }
    let mut names = Vec::new();
    for item in items {
        match item {
            Value::String(name) => names.push(name),
            other => fields.report_field(Rule::Value, "ErrorEquals", &format!("{other} is not a text")),
        }
    }
    names
}

fn retrier(fields: &mut Fields<'_>) -> Retrier {
    fields.text("Comment");
    let rate = fields.take("BackoffRate").unwrap_or_else(|| Value::from(2));
    let backoff_rate = rate.as_f64().filter(|rate| *rate >= 1.0);
    if backoff_rate.is_none() {
        fields.report_field(Rule::Value, "BackoffRate", &format!("{rate} is not a number from 1"));
    }
    let retrier = Retrier {
        errors: errors(fields),
        interval_seconds: fields.whole("IntervalSeconds", 1..=LONGEST_SECONDS).unwrap_or(1),
        max_attempts: fields.whole("MaxAttempts", 0..=LONGEST_SECONDS).unwrap_or(3),
        backoff_rate: backoff_rate.unwrap_or(2.0),
        max_delay_seconds: fields.whole("MaxDelaySeconds", 1..=31_622_400),
    };
    fields.refuse_rest();
    retrier
}

fn catcher(fields: &mut Fields<'_>) -> Catcher {
    fields.text("Comment");
    let errors = errors(fields);
    let leave = Leave {
        assign: assign(fields),
        output: fields.template("Output"),
        next: Next::To(fields.need_text("Next")),
    };
    fields.refuse_rest();
    Catcher { errors, leave }
}
