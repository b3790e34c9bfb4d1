//! What `scripts/deploy_lambdas.sh` writes into the templates is there to be written, once and nowhere else.
//!
//! Apart because the script replaces words: a word that is spelt otherwise stays, and the next release moves no alias.

use super::functions::{FUNCTIONS, id_of};
use super::template::{Templates, text_of};
use crate::workspace::{assert_clean, assert_names, read};

const SCRIPT: &str = "scripts/deploy_lambdas.sh";
const DEFAULT_POLICY: &str = "shared/soc-domain/src/policy/default.toml";

/// The words that the script knows, without which a release would change nothing.
fn word_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for name in FUNCTIONS {
        let find = |part: &str| templates.resources().find(|resource| resource.id == id_of(name, part));
        let key = find("Function").map(|function| text_of(function.property("/Code/S3Key")));
        if key != Some(format!("code/{name}/unreleased.zip")) {
            faults.push(format!("functions.yaml: {name}: its zip is {key:?}, which no release replaces"));
        }
        let release =
            find("Function").map(|function| text_of(function.property("/Environment/Variables/SOC_RELEASE")));
        if release.as_deref() != Some("unreleased") {
            faults.push(format!(
                "functions.yaml: {name}: SOC_RELEASE is {release:?}, which no release replaces"
            ));
        }
        let version = find("VersionUnreleased").map(|version| text_of(version.property("/Description")));
        if !version.is_some_and(|about| about.starts_with("unreleased")) {
            faults.push(format!("functions.yaml: {name}: no release publishes a version"));
        }
    }
    for machine in templates.of_kind("AWS::StepFunctions::StateMachine") {
        if text_of(machine.property("/DefinitionS3Location/Key")) != "releases/unreleased/incident.asl.json" {
            faults.push(machine.says("its definition is not the release's"));
        }
    }
    faults
}

/// What the environment of a function depends on stands in its version's description, so that either makes a new one.
fn version_faults(templates: &Templates) -> Vec<String> {
    const NO_PARAMETERS_OF_PEOPLE: &[&str] = &["OriginSecretArn", "RedactionSecretArn", "TopicArn"];
    let mut faults = Vec::new();
    for name in FUNCTIONS {
        let find = |part: &str| templates.resources().find(|resource| resource.id == id_of(name, part));
        let (Some(function), Some(version)) = (find("Function"), find("VersionUnreleased")) else { continue };
        let about = text_of(version.property("/Description"));
        let variables = function.property("/Environment/Variables").as_object();
        for value in variables.into_iter().flatten().filter_map(|(_, value)| value.get("Ref")) {
            let parameter = text_of(value);
            let is_told = about.contains(&format!("${{{parameter}}}"));
            if !is_told && !NO_PARAMETERS_OF_PEOPLE.contains(&parameter.as_str()) {
                faults.push(version.says(&format!("another {parameter} would reach no caller")));
            }
        }
    }
    faults
}

fn script_faults(script: &str, policy: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let line = script.lines().find(|line| line.starts_with("functions=("));
    let listed = line.and_then(|line| line.strip_prefix("functions=(")?.strip_suffix(')'));
    let mut listed: Vec<&str> = listed.unwrap_or_default().split_whitespace().collect();
    listed.sort_unstable();
    if listed != FUNCTIONS {
        faults.push(format!("{SCRIPT}: builds {listed:?}, not {FUNCTIONS:?}"));
    }
    let enrolled: Vec<&str> = policy.lines().skip_while(|line| *line != "[enrolled]").take(5).collect();
    for key in ["accounts = ", "regions = "] {
        if !enrolled.iter().any(|line| line.starts_with(key)) {
            faults.push(format!("{DEFAULT_POLICY}: [enrolled] has no line {key:?}, which {SCRIPT} narrows"));
        }
    }
    faults
}

#[test]
fn a_release_names_its_zips_its_versions_and_its_workflow() {
    assert_clean(&word_faults(&Templates::read().unwrap()));
}

#[test]
fn a_parameter_that_changes_an_environment_makes_a_version() {
    assert_clean(&version_faults(&Templates::read().unwrap()));
}

#[test]
fn the_script_builds_every_function_and_narrows_the_default_policy() {
    assert_clean(&script_faults(&read(SCRIPT).unwrap(), &read(DEFAULT_POLICY).unwrap()));
}

#[test]
fn a_zip_that_no_release_replaces_is_named() {
    let planted = Templates::read().unwrap().planted(
        "functions",
        "code/notify/unreleased.zip",
        "code/notify/latest.zip",
    );
    assert_names(&word_faults(&planted.unwrap()), &["notify", "latest.zip"]);
}

#[test]
fn a_mode_that_would_reach_no_caller_is_named() {
    let planted = Templates::read()
        .unwrap()
        .planted("functions", "unreleased ${ResponseMode} ", "unreleased ")
        .unwrap();
    assert_names(&version_faults(&planted), &["RemediateVersionUnreleased", "ResponseMode"]);
}

#[test]
fn a_function_that_the_script_forgets_is_named() {
    let policy = "[enrolled]\naccounts = [\"*\"]\nregions = [\"*\"]\n";
    let all = "functions=(analyze api ingest notify remediate sweep triage)";
    assert_clean(&script_faults(all, policy));
    assert_names(&script_faults(&all.replace(" sweep", ""), policy), &["deploy_lambdas.sh"]);
    assert_names(&script_faults(all, "[enrolled]\naccounts = []\n"), &["regions"]);
}
