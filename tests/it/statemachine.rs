//! The workflow's error names are those our code can raise, and no others.
//!
//! Apart from the interpreter because a misspelt name in `ErrorEquals` is no error to anybody: it just never matches,
//! and a retry or a catch that should protect an incident is not there.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::workspace::{assert_clean, assert_names, text_files};

/// Ours (the closed list of the Lambda border), those of the Lambda service that pass by themselves, and those of
/// Step Functions: <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>, "Error names".
const KNOWN: &[&str] = &[
    "Soc.Transient",
    "Soc.Conflict",
    "Soc.Rejected",
    "Soc.Denied",
    "Soc.Superseded",
    "Soc.Defect",
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "States.Timeout",
    "States.ALL",
    "States.TaskFailed",
];

/// Every string in an `ErrorEquals`, however deep: retriers and catchers of tasks, branches and maps.
fn error_names(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if let Some(listed) = value.get("ErrorEquals").and_then(Value::as_array) {
            names.extend(listed.iter().map(|name| name.as_str().unwrap_or("(not a string)").to_owned()));
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    names
}

fn error_name_faults(path: &str, text: &str) -> Result<Vec<String>> {
    let definition: Value = serde_json::from_str(text).with_context(|| format!("parse {path}"))?;
    let unknown = error_names(&definition).into_iter().filter(|name| !KNOWN.contains(&name.as_str()));
    Ok(unknown.map(|name| format!("{path}: {name:?} in ErrorEquals is raised by nobody")).collect())
}

fn all_faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for file in text_files()? {
        if file.path.starts_with("statemachines/") && file.path.ends_with(".asl.json") {
            faults.extend(error_name_faults(&file.path, &file.text)?);
        }
    }
    Ok(faults)
}

#[test]
fn every_error_that_a_workflow_matches_can_be_raised() {
    assert_clean(&all_faults().unwrap());
}

#[test]
fn a_misspelt_error_is_named_however_deep_it_lies() {
    let planted = r#"{"States": {"Fan": {"Type": "Parallel", "Branches": [{"States": {"Triage": {
        "Retry": [{"ErrorEquals": ["Soc.Transient", "Soc.Transiant"]}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]}}}]}}}"#;
    let faults = error_name_faults("statemachines/planted.asl.json", planted).unwrap();
    assert_names(&faults, &["statemachines/planted.asl.json", "Soc.Transiant"]);
}

#[test]
fn an_error_name_that_is_no_string_is_named() {
    let faults = error_name_faults("p", r#"{"Catch": [{"ErrorEquals": [7]}]}"#).unwrap();
    assert_names(&faults, &["not a string"]);
}
