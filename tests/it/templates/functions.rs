//! One name for one function everywhere, and its settings are its environment, both ways.
//!
//! Apart because a variable that is misspelt in a template is no error to CloudFormation: the function just does not
//! start, and the first to learn of it are the records of that morning.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::template::{Resource, Templates, text_of};
use crate::workspace::{assert_clean, assert_names, text_files};

/// Every function; folder = package = logical id's beginning = log group.
pub(super) const FUNCTIONS: &[&str] = &["analyze", "api", "ingest", "notify", "remediate", "sweep", "triage"];

/// Variables that name a secret but hold none: where it lies, or the name of an object.
const NO_SECRETS: &[&str] = &["SOC_POLICY_KEY"];
const SECRET_WORDS: &[&str] = &["SECRET", "KEY", "TOKEN", "PASSWORD", "WEBHOOK", "CREDENTIAL"];

/// The logical ids of a function begin with its name.
pub(super) fn id_of(name: &str, part: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}{part}", first.to_uppercase())
}

fn function<'a>(templates: &'a Templates, name: &str) -> Option<Resource<'a>> {
    let id = id_of(name, "Function");
    templates.of_kind("AWS::Lambda::Function").find(|function| function.id == id)
}

fn environment(function: &Resource<'_>) -> BTreeSet<String> {
    let variables = function.property("/Environment/Variables").as_object();
    variables.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// The variables that a `settings.rs` names: the literals of that form in it.
fn variables(settings: &str) -> BTreeSet<String> {
    let literals = settings.split('"').skip(1).step_by(2);
    let is_name = |text: &&str| {
        text.strip_prefix("SOC_").is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|letter| letter.is_ascii_uppercase() || letter == b'_')
        })
    };
    literals.filter(is_name).map(str::to_owned).collect()
}

fn parity_faults(templates: &Templates, name: &str, settings: &str) -> Vec<String> {
    let Some(function) = function(templates, name) else {
        return vec![format!("{name}: no template has it")];
    };
    let (given, read) = (environment(&function), variables(settings));
    let unread =
        given.difference(&read).map(|variable| function.says(&format!("{variable} is read by nobody")));
    let missing = read.difference(&given).map(|variable| function.says(&format!("{variable} is not set")));
    unread.chain(missing).collect()
}

fn name_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for name in FUNCTIONS {
        let Some(function) = function(templates, name) else {
            faults.push(format!("functions.yaml: there is no {}", id_of(name, "Function")));
            continue;
        };
        let role = format!(
            "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/${{Prefix}}-{name}-${{AWS::Region}}"
        );
        let mut expect = |resource: Option<Resource<'_>>, pointer: &str, wanted: &str| match resource {
            None => faults.push(format!("{name}: its part with {wanted:?} is missing")),
            Some(found) if text_of(found.property(pointer)) == wanted => {}
            Some(found) => faults.push(found.says(&format!("{pointer} is not {wanted:?}"))),
        };
        let part = |part: &str| templates.resources().find(|resource| resource.id == id_of(name, part));
        expect(Some(function), "/FunctionName", &format!("${{Prefix}}-{name}"));
        expect(Some(function), "/Role", &role);
        expect(part("Role"), "/RoleName", &format!("${{Prefix}}-{name}-${{AWS::Region}}"));
        expect(part("Logs"), "/LogGroupName", &format!("/aws/lambda/${{Prefix}}-{name}"));
        expect(part("VersionUnreleased"), "/FunctionName", &id_of(name, "Function"));
        expect(part("Live"), "/FunctionVersion", &format!("{}.Version", id_of(name, "VersionUnreleased")));
        expect(part("Live"), "/Name", "live");
    }
    let known: BTreeSet<String> = FUNCTIONS.iter().map(|name| id_of(name, "Function")).collect();
    let others = templates.of_kind("AWS::Lambda::Function").filter(|function| !known.contains(function.id));
    faults.extend(others.map(|function| function.says("is a function that nobody knows")));
    faults
}

fn setting_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for function in templates.of_kind("AWS::Lambda::Function") {
        let signing = json!({"Fn::If": ["Signed", {"Ref": "CodeSigningConfigArn"}, {"Ref": "AWS::NoValue"}]});
        if *function.property("/CodeSigningConfigArn") != signing {
            faults.push(function.says("takes zips that nobody signed: no code signing"));
        }
        if *function.property("/TracingConfig/Mode") != json!("Active") {
            faults.push(function.says("is not traced"));
        }
        if function.property("/ReservedConcurrentExecutions").is_null() {
            faults.push(function.says("may take the whole account's concurrency"));
        }
        if *function.property("/Runtime") != json!("provided.al2023") {
            faults.push(function.says("runs on another runtime than ours"));
        }
    }
    let signing = templates.of_kind("AWS::Lambda::CodeSigningConfig").next();
    let policy =
        signing.map(|signing| signing.property("/CodeSigningPolicies/UntrustedArtifactOnDeployment"));
    if policy != Some(&json!("Enforce")) {
        faults.push("signing.yaml: Signed: zips that nobody signed are not refused".to_owned());
    }
    faults
}

/// No secret in a variable, and none in a parameter, from which it would be read in every description of the stack.
fn secret_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let is_secret = |name: &str| {
        let name = name.to_uppercase();
        SECRET_WORDS.iter().any(|word| name.contains(word)) && !name.ends_with("ARN")
    };
    for function in templates.of_kind("AWS::Lambda::Function") {
        for (name, value) in function.property("/Environment/Variables").as_object().into_iter().flatten() {
            if is_secret(name) && !NO_SECRETS.contains(&name.as_str()) {
                faults.push(function.says(&format!("{name} would be a secret in an environment variable")));
            }
            if value.to_string().contains("{{resolve:") {
                faults.push(function.says(&format!("{name} would be a resolved secret")));
            }
        }
    }
    for template in &templates.0 {
        for (name, parameter) in template.section("Parameters") {
            if is_secret(name) || parameter.get("NoEcho").is_some() {
                faults.push(format!("{}.yaml: the parameter {name} would be a secret", template.name));
            }
        }
    }
    for secret in templates.of_kind("AWS::SecretsManager::Secret") {
        let length = secret.property("/GenerateSecretString/PasswordLength").as_u64();
        if length < Some(32) || *secret.property("/SecretString") != Value::Null {
            faults.push(secret.says("is not made by AWS, or is shorter than 32 bytes"));
        }
    }
    faults
}

#[test]
fn every_function_has_one_name_everywhere() {
    assert_clean(&name_faults(&Templates::read().unwrap()));
}

#[test]
fn every_function_is_signed_traced_and_bounded() {
    assert_clean(&setting_faults(&Templates::read().unwrap()));
}

#[test]
fn no_secret_is_in_a_variable_or_a_parameter() {
    assert_clean(&secret_faults(&Templates::read().unwrap()));
}

#[test]
fn what_a_function_reads_is_what_its_environment_holds() {
    let templates = Templates::read().unwrap();
    let mut faults = Vec::new();
    for file in text_files().unwrap() {
        let name =
            file.path.strip_prefix("functions/").and_then(|rest| rest.strip_suffix("/src/settings.rs"));
        if let Some(name) = name {
            faults.extend(parity_faults(&templates, name, &file.text));
        }
    }
    assert_clean(&faults);
}

#[test]
fn a_variable_that_nobody_reads_and_one_that_is_not_set_are_named() {
    let templates = Templates::read().unwrap();
    let given: Vec<String> = environment(&function(&templates, "triage").unwrap()).into_iter().collect();
    let settings = |names: &[String]| {
        names.iter().map(|name| format!("x: String = \"{name}\", \"what\";")).collect::<String>()
    };
    assert_clean(&parity_faults(&templates, "triage", &settings(&given)));
    assert_names(
        &parity_faults(&templates, "triage", &settings(&given[1..])),
        &[&given[0], "read by nobody"],
    );
    let more = [given, vec!["SOC_TABEL".to_owned()]].concat();
    assert_names(&parity_faults(&templates, "triage", &settings(&more)), &["SOC_TABEL is not set"]);
}

#[test]
fn a_role_of_another_function_is_named() {
    let planted = Templates::read().unwrap().planted(
        "functions",
        "role/${Prefix}-triage-",
        "role/${Prefix}-remediate-",
    );
    assert_names(&name_faults(&planted.unwrap()), &["functions.yaml: TriageFunction", "/Role"]);
}

#[test]
fn a_function_without_code_signing_is_named() {
    let templates = Templates::read().unwrap();
    let line = "      CodeSigningConfigArn: !If [Signed, !Ref CodeSigningConfigArn, !Ref AWS::NoValue]\n";
    let planted = templates.planted("functions", line, "").unwrap();
    assert_names(&setting_faults(&planted), &["functions.yaml: IngestFunction", "no code signing"]);
    let planted = templates.planted("signing", "Enforce", "Warn").unwrap();
    assert_names(&setting_faults(&planted), &["signing.yaml"]);
}

#[test]
fn a_secret_in_a_variable_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted(
        "functions",
        "          SOC_TABLE:",
        "          SOC_API_TOKEN: x\n          SOC_TABLE:",
    );
    assert_names(&secret_faults(&planted.unwrap()), &["SOC_API_TOKEN", "secret"]);
    let planted = templates.planted("keys", "PasswordLength: 64", "PasswordLength: 12").unwrap();
    assert_names(&secret_faults(&planted), &["keys.yaml: RedactionKey", "32 bytes"]);
}
