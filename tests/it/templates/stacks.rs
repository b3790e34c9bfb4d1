//! The templates fit together: parameters and outputs between them, the parameter files, sizes, what is optional.
//!
//! Apart because every linter looks at one template; a parameter that the root forgets fails in the middle of a deploy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::template::{Resource, Template, Templates, text_of};
use crate::workspace::{assert_clean, assert_names, read};

/// The most that `update-stack --template-body` takes.
const ROOT_BYTES: usize = 51_200;

/// Deployed by themselves: before the root, in other accounts, in another region.
const BY_THEMSELVES: &[&str] = &["bootstrap", "edge", "member-events", "member-role", "root-stack"];

/// What a deployer must say; everything else has a default.
const ASKED: &[&str] = &["AlertEmail", "Environment", "KinesisShardCount", "ProjectName"];

/// Kinds that some emulator or some account refuses: never without a condition.
const OPTIONAL: &[&str] = &[
    "AWS::Budgets::Budget",
    "AWS::CodeDeploy::Application",
    "AWS::Events::Archive",
    "AWS::Events::EventBusPolicy",
    "AWS::GuardDuty::Detector",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::SecurityHub::Hub",
];

const ENVIRONMENTS: &[&str] = &["dev", "prod"];

/// Which template a nested stack is made from.
fn nested<'a>(templates: &'a Templates, stack: &Resource<'_>) -> Option<&'a Template> {
    let source = stack.property("/TemplateURL").to_string();
    templates.0.iter().find(|template| source.contains(&format!("/{}.yaml\"", template.name)))
}

fn keys<'a>(section: impl Iterator<Item = (&'a str, &'a Value)>) -> BTreeSet<String> {
    section.map(|(name, _)| name.to_owned()).collect()
}

/// All `X.Outputs.Y` in a template.
fn asked_outputs(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if name == "Fn::GetAtt" {
                    found.push(text_of(inner));
                }
                asked_outputs(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| asked_outputs(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn fit_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used: BTreeSet<&str> = BY_THEMSELVES.iter().copied().collect();
    let mut made: BTreeMap<String, &Template> = BTreeMap::new();
    for stack in templates.of_kind("AWS::CloudFormation::Stack") {
        let Some(template) = nested(templates, &stack) else {
            faults.push(stack.says("its template does not exist"));
            continue;
        };
        used.insert(&template.name);
        made.insert(stack.id.to_owned(), template);
        let wanted = keys(template.section("Parameters"));
        let passed = stack.property("/Parameters").as_object();
        let passed: BTreeSet<String> = passed.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        faults.extend(wanted.difference(&passed).map(|name| stack.says(&format!("does not pass {name}"))));
        faults.extend(passed.difference(&wanted).map(|name| stack.says(&format!("passes {name} to nobody"))));
    }
    for stack in
        templates.of_kind("AWS::CloudFormation::Stack").filter(|stack| stack.template.name == "root-stack")
    {
        let mut asked = Vec::new();
        asked_outputs(stack.property("/Parameters"), &mut asked);
        for output in asked {
            let (from, name) = output.split_once(".Outputs.").unwrap_or_default();
            let gives =
                made.get(from).is_some_and(|template| keys(template.section("Outputs")).contains(name));
            if !gives {
                faults.push(stack.says(&format!("{output} is given by nobody")));
            }
        }
    }
    let unused = templates.0.iter().filter(|template| !used.contains(template.name.as_str()));
    faults.extend(unused.map(|template| format!("{}.yaml is nested by nobody", template.name)));
    faults
}

fn root_faults(templates: &Templates) -> Vec<String> {
    let root = templates.get("root-stack").unwrap();
    let mut faults = Vec::new();
    if root.text.len() >= ROOT_BYTES {
        faults
            .push(format!("root-stack.yaml: {} bytes, fewer than {ROOT_BYTES} can be sent", root.text.len()));
    }
    let without: BTreeSet<&str> = root
        .section("Parameters")
        .filter(|(_, about)| about.get("Default").is_none())
        .map(|(name, _)| name)
        .collect();
    if without != ASKED.iter().copied().collect() {
        faults.push(format!("root-stack.yaml: without a default are {without:?}, not {ASKED:?}"));
    }
    for (name, default) in
        [("AllowSimulator", "false"), ("ResponseMode", "dry-run"), ("Architecture", "arm64")]
    {
        let found = root.section("Parameters").find(|(parameter, _)| *parameter == name);
        if found.and_then(|(_, about)| about.get("Default")) != Some(&json!(default)) {
            faults.push(format!("root-stack.yaml: the default of {name} is not {default}"));
        }
    }
    faults
}

/// The form that `aws cloudformation deploy --parameter-overrides file://` reads.
fn file_faults(root: &Template, environment: &str, text: &str) -> Vec<String> {
    let place = format!("cloudformation/parameters/{environment}.json");
    let Ok(Value::Array(entries)) = serde_json::from_str(text) else {
        return vec![format!("{place}: is no list of parameters")];
    };
    let known = keys(root.section("Parameters"));
    let mut faults = Vec::new();
    let mut given = BTreeMap::new();
    for entry in &entries {
        match (
            entry.get("ParameterKey").and_then(Value::as_str),
            entry.get("ParameterValue").and_then(Value::as_str),
        ) {
            (Some(key), Some(value)) => given.insert(key, value),
            _ => {
                faults.push(format!("{place}: {entry} is not a ParameterKey with its ParameterValue"));
                continue;
            }
        };
    }
    faults.extend(
        given
            .keys()
            .filter(|key| !known.contains(**key))
            .map(|key| format!("{place}: the root has no {key}")),
    );
    faults.extend(
        ASKED.iter().filter(|key| !given.contains_key(**key)).map(|key| format!("{place}: {key} is missing")),
    );
    if given.get("Environment") != Some(&environment) {
        faults.push(format!("{place}: Environment is not {environment}"));
    }
    if environment == "prod" {
        for (key, value) in
            [("EnableCodeSigning", "true"), ("AllowSimulator", "false"), ("EnableCanary", "true")]
        {
            if given.get(key) != Some(&value) {
                faults.push(format!("{place}: {key} is not {value} in production"));
            }
        }
    }
    faults
}

fn optional_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for resource in templates.resources().filter(|resource| OPTIONAL.contains(&resource.kind())) {
        let user = templates
            .of_kind("AWS::CloudFormation::Stack")
            .find(|stack| nested(templates, stack).is_some_and(|used| used.name == resource.template.name));
        if user.is_none_or(|stack| stack.at("/Condition").is_none()) {
            faults.push(resource.says("is made whether it is wanted or not"));
        }
    }
    faults
}

#[test]
fn every_nested_stack_gets_exactly_the_parameters_that_it_has() {
    assert_clean(&fit_faults(&Templates::read().unwrap()));
}

#[test]
fn the_root_is_small_and_asks_for_four_things_only() {
    assert_clean(&root_faults(&Templates::read().unwrap()));
}

#[test]
fn the_parameter_files_name_parameters_of_the_root() {
    let templates = Templates::read().unwrap();
    let root = templates.get("root-stack").unwrap();
    for environment in ENVIRONMENTS {
        let text = read(&format!("cloudformation/parameters/{environment}.json")).unwrap();
        assert_clean(&file_faults(root, environment, &text));
    }
}

#[test]
fn what_an_account_may_not_want_is_behind_a_condition() {
    assert_clean(&optional_faults(&Templates::read().unwrap()));
}

#[test]
fn a_parameter_that_is_not_passed_and_an_output_that_nobody_gives_are_named() {
    let templates = Templates::read().unwrap();
    let planted = templates
        .planted("root-stack", "        NotifyArn: !GetAtt Functions.Outputs.NotifyArn\n", "")
        .unwrap();
    assert_names(&fit_faults(&planted), &["root-stack.yaml: Workflow", "does not pass NotifyArn"]);
    let planted = templates.planted("data", "  ParkedArn:\n    Value", "  QueueArn:\n    Value").unwrap();
    assert_names(
        &fit_faults(&planted),
        &["root-stack.yaml: Workflow", "Data.Outputs.ParkedArn is given by nobody"],
    );
}

#[test]
fn a_root_that_is_too_long_and_a_fifth_question_are_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted(
        "root-stack",
        "Parameters:\n",
        &format!("# {}\nParameters:\n", "x".repeat(ROOT_BYTES)),
    );
    assert_names(&root_faults(&planted.unwrap()), &["root-stack.yaml", "bytes"]);
    let planted = templates.planted("root-stack", "    Default: none\n", "").unwrap();
    assert_names(&root_faults(&planted), &["ReleaseId"]);
}

#[test]
fn a_parameter_that_the_root_has_not_and_an_unsigned_production_are_named() {
    let templates = Templates::read().unwrap();
    let root = templates.get("root-stack").unwrap();
    let text = read("cloudformation/parameters/prod.json").unwrap();
    assert_names(
        &file_faults(root, "prod", &text.replace("EnableArchive", "EnableArchives")),
        &["EnableArchives"],
    );
    let unsigned = text.replace("EnableCodeSigning", "EnablePrivateLink");
    assert_names(&file_faults(root, "prod", &unsigned), &["EnableCodeSigning", "production"]);
}

#[test]
fn a_detector_that_every_account_gets_is_named() {
    let planted = Templates::read().unwrap().planted("root-stack", "    Condition: GuardDuty\n", "").unwrap();
    assert_names(&optional_faults(&planted), &["guardduty.yaml: Detector", "wanted or not"]);
}
