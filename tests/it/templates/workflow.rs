//! The workflow file and the template that deploys it name the same things, and what starts functions starts them right.
//!
//! Apart because Step Functions' own check, and the emulator's, accept a `Next` that leads nowhere and a substitution that
//! nobody makes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use soc_pipeline::error::StageError;

use super::functions::id_of;
use super::template::{Resource, Templates, text_of};
use crate::workspace::{assert_clean, assert_names, read};

const FILE: &str = "statemachines/incident.asl.json";

fn definition() -> Value {
    serde_json::from_str(&read(FILE).unwrap()).unwrap()
}

fn states(definition: &Value) -> BTreeMap<&str, &Value> {
    let states = definition.get("States").and_then(Value::as_object);
    states.into_iter().flatten().map(|(name, state)| (name.as_str(), state)).collect()
}

/// Every name that a state goes on to: `Next`, `Default`, those of choices and of catchers.
fn ways(state: &Value) -> Vec<&str> {
    let listed =
        ["Choices", "Catch"].into_iter().filter_map(|list| state.get(list).and_then(Value::as_array));
    let inner = listed.flatten().filter_map(|entry| entry.get("Next"));
    let own = ["Next", "Default"].into_iter().filter_map(|key| state.get(key));
    own.chain(inner).filter_map(Value::as_str).collect()
}

fn way_faults(definition: &Value) -> Vec<String> {
    let states = states(definition);
    let start = definition.get("StartAt").and_then(Value::as_str).unwrap_or_default();
    let mut faults = Vec::new();
    let (mut open, mut reached) = (vec![start], BTreeSet::new());
    while let Some(name) = open.pop() {
        let Some(state) = states.get(name) else {
            faults.push(format!("{FILE}: something leads to {name:?}, which is no state"));
            continue;
        };
        if reached.insert(name) {
            open.extend(ways(state));
            let ends = state.get("End").is_some()
                || matches!(state.get("Type").and_then(Value::as_str), Some("Succeed" | "Fail"));
            if !ends && ways(state).is_empty() {
                faults.push(format!("{FILE}: {name:?} neither ends nor goes on"));
            }
        }
    }
    let unreached = states.keys().filter(|name| !reached.contains(*name));
    faults.extend(unreached.map(|name| format!("{FILE}: nothing leads to {name:?}")));
    faults
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn placeholders(definition: &Value) -> BTreeSet<String> {
    let mut found = Vec::new();
    texts(definition, &mut found);
    let names =
        found.into_iter().filter_map(|text| text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')));
    names.map(str::to_owned).collect()
}

/// Each placeholder is the alias of the function of that name.
fn substitution_faults(templates: &Templates, definition: &Value) -> Vec<String> {
    let Some(machine) = templates.of_kind("AWS::StepFunctions::StateMachine").next() else {
        return vec!["workflow.yaml: there is no state machine".to_owned()];
    };
    let made = machine.property("/DefinitionSubstitutions");
    let given: BTreeSet<String> =
        made.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let asked = placeholders(definition);
    let mut faults = Vec::new();
    faults.extend(asked.difference(&given).map(|name| machine.says(&format!("{name} is not substituted"))));
    faults
        .extend(given.difference(&asked).map(|name| machine.says(&format!("{name} is asked for by nobody"))));
    for name in asked.intersection(&given) {
        if made.get(name) != Some(&json!({"Ref": format!("{name}Arn")})) {
            faults.push(machine.says(&format!("{name} is not the alias of the function of that name")));
        }
    }
    if *machine.property("/LoggingConfiguration/IncludeExecutionData") != json!(false) {
        faults.push(machine.says("writes what it carries into a log"));
    }
    if *machine.property("/StateMachineType") != json!("STANDARD") {
        faults.push(machine.says("is not a standard workflow: its executions are not kept"));
    }
    faults
}

/// Our own names that the workflow matches are names that our code raises.
fn error_faults(definition: &Value, raised: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    texts(definition, &mut found);
    let ours: BTreeSet<&str> = found.into_iter().filter(|text| text.starts_with("Soc.")).collect();
    let unknown = ours.into_iter().filter(|name| !raised.contains(name));
    unknown.map(|name| format!("{FILE}: {name:?} is raised by nobody")).collect()
}

/// The longest time that a state gives each function; a waiting task's is people's time.
fn patience(definition: &Value) -> BTreeMap<String, u64> {
    let mut longest = BTreeMap::new();
    for state in states(definition).values() {
        let function = state.pointer("/Arguments/FunctionName").and_then(Value::as_str).unwrap_or_default();
        let seconds = state.get("TimeoutSeconds").and_then(Value::as_u64);
        if let (Some(name), Some(seconds)) =
            (function.strip_prefix("${").and_then(|name| name.strip_suffix('}')), seconds)
        {
            let known = longest.entry(name.to_lowercase()).or_insert(0);
            *known = seconds.max(*known);
        }
    }
    longest
}

/// A function that the workflow gave up on must not go on acting; one that ends first would fail for no reason.
fn time_faults(templates: &Templates, definition: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, seconds) in patience(definition) {
        let id = id_of(&name, "Function");
        let function = templates.of_kind("AWS::Lambda::Function").find(|function| function.id == id);
        let timeout = function.map(|function| function.property("/Timeout").clone());
        if timeout != Some(json!(seconds)) {
            faults.push(format!(
                "functions.yaml: {id}: its timeout is {timeout:?}, the workflow waits for {seconds} s"
            ));
        }
    }
    faults
}

/// The kind behind a value of a nested template: through the root's parameters and another template's output.
fn kind_behind(templates: &Templates, nested: &str, value: &Value) -> Result<String> {
    let parameter = value.get("Ref").and_then(Value::as_str).context("no reference to a parameter")?;
    let root = templates.get("root-stack")?;
    let nests = |stack: &Resource<'_>| {
        stack.property("/TemplateURL").to_string().contains(&format!("/{nested}.yaml"))
    };
    let user = root.resources().find(nests);
    let passed =
        text_of(user.context("the root does not nest it")?.property(&format!("/Parameters/{parameter}")));
    let (stack, output) = passed.split_once(".Outputs.").context("no output of another stack")?;
    let stack = root.resources().find(|resource| resource.id == stack).context("no such stack")?;
    let source = stack.property("/TemplateURL").to_string();
    let maker = templates.0.iter().find(|template| source.contains(&format!("/{}.yaml", template.name)));
    let maker = maker.context("no such template")?;
    let output = maker.section("Outputs").find(|(name, _)| *name == output).context("no such output")?.1;
    let behind = text_of(output.get("Value").context("an output has a value")?);
    let id = behind.split('.').next().unwrap_or_default();
    let made = maker.resources().find(|resource| resource.id == id).context("no such resource")?;
    Ok(made.kind().to_owned())
}

fn batch_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for mapping in templates.of_kind("AWS::Lambda::EventSourceMapping") {
        for (pointer, wanted) in [
            ("/FunctionResponseTypes", json!(["ReportBatchItemFailures"])),
            ("/BisectBatchOnFunctionError", json!(true)),
            ("/MaximumRetryAttempts", json!(10)),
            ("/MaximumRecordAgeInSeconds", json!(86_400)),
            ("/FunctionName", json!({"Ref": "IngestArn"})),
        ] {
            if *mapping.property(pointer) != wanted {
                faults.push(mapping.says(&format!("{pointer} is not {wanted}")));
            }
        }
        let destination = mapping.property("/DestinationConfig/OnFailure/Destination");
        match kind_behind(templates, "workflow", destination) {
            Ok(kind) if kind == "AWS::S3::Bucket" => {}
            Ok(kind) => {
                faults.push(mapping.says(&format!("what fails goes to {kind}, which gets no records")))
            }
            Err(error) => faults.push(mapping.says(&format!("what fails goes nowhere: {error}"))),
        }
    }
    faults
}

/// A lease ends a minute after the function must have: it is what is left of the function's time, and this.
fn lease_faults(invocation: &str) -> Vec<String> {
    const PLACE: &str = "shared/soc-lambda/src/invocation.rs";
    let after = invocation.split("const AFTER: Duration = Duration::from_secs(").nth(1);
    let seconds: Option<u64> = after.and_then(|rest| rest.split(')').next()?.parse().ok());
    let lease = invocation.split("fn lease(").nth(1).and_then(|rest| rest.split("\n    }").next());
    if seconds >= Some(60) && lease.is_some_and(|body| body.contains("AFTER")) {
        return Vec::new();
    }
    vec![format!("{PLACE}: a lease does not end 60 s after the function's time ({seconds:?})")]
}

#[test]
fn a_lease_outlives_the_function_that_took_it_by_a_minute() {
    assert_clean(&lease_faults(&read("shared/soc-lambda/src/invocation.rs").unwrap()));
}

#[test]
fn a_lease_that_ends_with_its_function_is_named() {
    let text = read("shared/soc-lambda/src/invocation.rs").unwrap();
    assert_names(&lease_faults(&text.replace("from_secs(60)", "from_secs(5)")), &["invocation.rs", "60 s"]);
}

#[test]
fn every_state_of_the_workflow_is_reached_and_leads_somewhere() {
    assert_clean(&way_faults(&definition()));
}

#[test]
fn the_template_substitutes_exactly_what_the_workflow_asks_for() {
    assert_clean(&substitution_faults(&Templates::read().unwrap(), &definition()));
}

#[test]
fn the_workflow_matches_only_errors_that_our_stages_raise() {
    assert_clean(&error_faults(&definition(), &StageError::NAMES));
}

#[test]
fn functions_have_as_long_as_the_workflow_waits_for_them() {
    assert_clean(&time_faults(&Templates::read().unwrap(), &definition()));
}

#[test]
fn a_batch_that_fails_is_split_repeated_and_kept_in_a_bucket() {
    assert_clean(&batch_faults(&Templates::read().unwrap()));
}

#[test]
fn a_next_that_leads_nowhere_and_a_state_that_nothing_leads_to_are_named() {
    let mut planted = definition();
    *planted.pointer_mut("/States/Verify/Next").unwrap() = json!("Notfy");
    assert_names(&way_faults(&planted), &["Notfy", "no state"]);
    let mut planted = definition();
    planted["States"]["Left"] = json!({"Type": "Succeed"});
    assert_names(&way_faults(&planted), &["nothing leads to \"Left\""]);
    let mut planted = definition();
    *planted.pointer_mut("/States/Plan/Catch/0/Next").unwrap() = json!("Dnoe");
    assert_names(&way_faults(&planted), &["Dnoe"]);
}

#[test]
fn a_placeholder_that_nobody_substitutes_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("workflow", "        Notify: !Ref NotifyArn\n", "").unwrap();
    assert_names(
        &substitution_faults(&planted, &definition()),
        &["workflow.yaml: Incident", "Notify is not substituted"],
    );
    let planted =
        templates.planted("workflow", "Triage: !Ref TriageArn", "Triage: !Ref RemediateArn").unwrap();
    assert_names(&substitution_faults(&planted, &definition()), &["Triage is not the alias"]);
    let planted =
        templates.planted("workflow", "IncludeExecutionData: false", "IncludeExecutionData: true").unwrap();
    assert_names(&substitution_faults(&planted, &definition()), &["into a log"]);
}

#[test]
fn an_error_that_no_stage_raises_is_named() {
    let raised: Vec<&str> = StageError::NAMES.into_iter().filter(|name| *name != "Soc.Superseded").collect();
    assert_names(&error_faults(&definition(), &raised), &["Soc.Superseded", "raised by nobody"]);
}

#[test]
fn a_function_with_less_time_than_the_workflow_gives_it_is_named() {
    let planted = Templates::read().unwrap().planted("functions", "Timeout: 900", "Timeout: 300").unwrap();
    assert_names(&time_faults(&planted, &definition()), &["RemediateFunction", "900"]);
}

#[test]
fn a_destination_that_gets_no_records_and_a_batch_that_is_not_split_are_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted(
        "workflow",
        "Destination: !Ref EvidenceBucketArn",
        "Destination: !Ref EventsDlqArn",
    );
    assert_names(&batch_faults(&planted.unwrap()), &["workflow.yaml: IngestBatches", "AWS::SQS::Queue"]);
    let planted = templates.planted("workflow", "[ReportBatchItemFailures]", "[]").unwrap();
    assert_names(&batch_faults(&planted), &["FunctionResponseTypes"]);
}
