//! What the code calls is what its role allows, both ways: too little fails in the night, too much is what an intruder has.
//!
//! Apart because neither the compiler nor AWS compares a program with its role. The tests may not link an SDK, so calls
//! are found in the sources; a call that this file does not know is a fault too.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::functions::{FUNCTIONS, id_of};
use super::template::{Resource, Templates, listed, statements, text_of};
use crate::workspace::{TextFile, assert_clean, assert_names, text_files};

const ADAPTERS: &str = "shared/soc-aws/src/";
const ACTIONS: &str = "shared/soc-respond/src/";

/// A call of an adapter: its cargo feature, the SDK's operation, and the IAM actions that allow it.
struct Call {
    feature: &'static str,
    operation: &'static str,
    actions: &'static [&'static str],
}

const fn call(feature: &'static str, operation: &'static str, actions: &'static [&'static str]) -> Call {
    Call { feature, operation, actions }
}

/// Service Authorization Reference, "Actions, resources, and condition keys for AWS services". A transaction needs the
/// right to each kind of write in it; both forms of Security Hub's calls have one name.
const CALLS: &[Call] = &[
    call("bedrock", "converse", &["bedrock:InvokeModel"]),
    call("dynamodb", "batch_get_item", &["dynamodb:BatchGetItem"]),
    call("dynamodb", "delete_item", &["dynamodb:DeleteItem"]),
    call("dynamodb", "get_item", &["dynamodb:GetItem"]),
    call("dynamodb", "put_item", &["dynamodb:PutItem"]),
    call("dynamodb", "query", &["dynamodb:Query"]),
    call("dynamodb", "scan", &["dynamodb:Scan"]),
    call("dynamodb", "transact_write_items", &["dynamodb:DeleteItem", "dynamodb:PutItem"]),
    call("dynamodb", "update_item", &["dynamodb:UpdateItem"]),
    call("guardduty", "archive_findings", &["guardduty:ArchiveFindings"]),
    call("guardduty", "create_sample_findings", &["guardduty:CreateSampleFindings"]),
    call("guardduty", "get_findings", &["guardduty:GetFindings"]),
    call("guardduty", "list_detectors", &["guardduty:ListDetectors"]),
    call("guardduty", "list_findings", &["guardduty:ListFindings"]),
    call("guardduty", "update_findings_feedback", &["guardduty:UpdateFindingsFeedback"]),
    call("kinesis", "describe_stream_summary", &["kinesis:DescribeStreamSummary"]),
    call("kinesis", "put_records", &["kinesis:PutRecords"]),
    call("lambda", "invoke", &["lambda:InvokeFunction"]),
    call("roots", "sign", &["kms:Sign"]),
    call("s3", "get_object", &["s3:GetObject"]),
    call("s3", "put_object", &["s3:PutObject"]),
    call("secrets", "get_secret_value", &["secretsmanager:GetSecretValue"]),
    call("securityhub", "batch_import_findings", &["securityhub:BatchImportFindings"]),
    call("securityhub", "batch_update_findings", &["securityhub:BatchUpdateFindings"]),
    call("securityhub", "batch_update_findings_v2", &["securityhub:BatchUpdateFindings"]),
    call("securityhub", "get_findings", &["securityhub:GetFindings"]),
    call("securityhub", "get_findings_v2", &["securityhub:GetFindings"]),
    call("sfn", "describe_state_machine", &["states:DescribeStateMachine"]),
    call("sfn", "send_task_failure", &["states:SendTaskFailure"]),
    call("sfn", "send_task_success", &["states:SendTaskSuccess"]),
    call("sfn", "start_execution", &["states:StartExecution"]),
    call("sns", "publish", &["sns:Publish"]),
];

/// What a function could call, since it has the feature, and never does; `*` is every function.
const NOT_CALLED: &[(&str, &str, &str)] = &[
    ("*", "batch_import_findings", "only `soc inject` makes findings"),
    ("*", "create_sample_findings", "only `soc inject` makes findings"),
    ("*", "scan", "only `soc audit verify --stack` walks through a table"),
    ("api", "converse", "it asks whether the model may be asked, and asks nothing: a question costs money"),
    ("ingest", "describe_state_machine", "only api asks"),
    ("ingest", "send_task_failure", "it starts executions and tells none"),
    ("ingest", "send_task_success", "it starts executions and tells none"),
    ("notify", "describe_state_machine", "only api asks"),
    ("notify", "list_findings", "it tells products of findings by their id"),
    ("notify", "start_execution", "it tells executions and starts none"),
    ("remediate", "archive_findings", "it asks products and tells them nothing"),
    ("remediate", "batch_update_findings", "it asks products and tells them nothing"),
    ("remediate", "batch_update_findings_v2", "it asks products and tells them nothing"),
    ("remediate", "list_findings", "it asks for findings by their id"),
    ("remediate", "update_findings_feedback", "it asks products and tells them nothing"),
    ("sweep", "archive_findings", "it asks products and tells them nothing"),
    ("sweep", "batch_update_findings", "it asks products and tells them nothing"),
    ("sweep", "batch_update_findings_v2", "it asks products and tells them nothing"),
    ("sweep", "describe_state_machine", "only api asks"),
    ("sweep", "describe_stream_summary", "only api asks"),
    ("sweep", "update_findings_feedback", "it asks products and tells them nothing"),
    ("triage", "describe_state_machine", "only api asks"),
    ("triage", "send_task_success", "it withdraws what an older generation asked, and approves nothing"),
    ("triage", "start_execution", "it tells executions and starts none"),
];

/// Methods of a client that call nobody.
const NO_CALLS: &[&str] = &["clone", "config"];

/// The cargo feature of an adapter's file: `sfn.rs`, `dynamodb/writes.rs`.
fn feature_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ADAPTERS)?;
    rest.split('/').next().map(|first| first.strip_suffix(".rs").unwrap_or(first))
}

/// What stands behind each `client.` in a source, whatever lies between; comments and tests are none.
fn client_calls(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut calls = BTreeSet::new();
    for rest in code.split("client.").skip(1).chain(code.split("client().").skip(1)) {
        let name: String = rest
            .chars()
            .take_while(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || *letter == '_')
            .collect();
        if rest.get(name.len()..).is_some_and(|rest| rest.starts_with("()"))
            && !NO_CALLS.contains(&name.as_str())
        {
            calls.insert(name);
        }
    }
    calls
}

/// The operations that each feature's files call; and what is called that this file does not know.
fn called(files: &[TextFile]) -> (BTreeMap<&'static str, BTreeSet<&'static str>>, Vec<String>) {
    let (mut found, mut faults) = (BTreeMap::<_, BTreeSet<_>>::new(), Vec::new());
    for file in files {
        let Some(feature) = feature_of(&file.path) else { continue };
        let of_feature: Vec<&Call> = CALLS.iter().filter(|call| call.feature == feature).collect();
        let code: String =
            file.text.split("#[cfg(test)]").next().unwrap_or_default().split_whitespace().collect();
        for call in &of_feature {
            if code.contains(&format!(".{}()", call.operation)) {
                found.entry(call.feature).or_default().insert(call.operation);
            }
        }
        if CALLS.iter().any(|call| call.feature == feature) {
            let unknown = client_calls(&file.text);
            let unknown =
                unknown.iter().filter(|name| of_feature.iter().all(|call| call.operation != name.as_str()));
            faults.extend(unknown.map(|name| format!("{}: nobody says what allows {name}", file.path)));
        }
    }
    (found, faults)
}

/// The features of soc-aws that a manifest asks for.
fn features(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: toml::Table = toml::from_str(manifest).context("read a manifest")?;
    let adapters = manifest.get("dependencies").and_then(|all| all.get("soc-aws"));
    let listed = adapters.and_then(|adapters| adapters.get("features")).and_then(toml::Value::as_array);
    Ok(listed.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

/// The first string of each `Permission::look(` and `Permission::change(`: what soc-respond says of itself, which its own
/// tests compare with its calls.
fn response_actions(files: &[TextFile]) -> BTreeSet<String> {
    let mut actions = BTreeSet::new();
    for file in files.iter().filter(|file| file.path.starts_with(ACTIONS)) {
        for start in ["Permission::look(", "Permission::change("] {
            let after = file.text.split(start).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
            actions.extend(
                after
                    .filter_map(|rest| rest.split('"').next())
                    .filter(|text| text.contains(':'))
                    .map(str::to_owned),
            );
        }
    }
    actions
}

fn needed(name: &str, manifest: &str, files: &[TextFile]) -> Result<BTreeSet<String>> {
    let (called, _) = called(files);
    let features = features(manifest)?;
    let is_called = |operation: &str| {
        !NOT_CALLED.iter().any(|(who, what, _)| *what == operation && (*who == name || *who == "*"))
    };
    let calls = CALLS.iter().filter(|call| features.contains(call.feature));
    let calls = calls.filter(|call| called.get(call.feature).is_some_and(|all| all.contains(call.operation)));
    let calls = calls.filter(|call| is_called(call.operation));
    let mut actions: BTreeSet<String> =
        calls.flat_map(|call| call.actions).map(|&action| action.to_owned()).collect();
    if manifest.contains("soc-respond") {
        actions.extend(response_actions(files));
    }
    Ok(actions)
}

/// What a role allows, without what Lambda itself does in the function's name.
fn allowed(role: &Resource<'_>, with_platform: bool) -> BTreeSet<String> {
    let policies = listed(role.property("/Policies"));
    let all = policies.into_iter().filter_map(|policy| policy.get("PolicyDocument")).flat_map(statements);
    let ours = all.filter(|statement| {
        let sid = statement.get("Sid").map(text_of).unwrap_or_default();
        statement.get("Effect").and_then(Value::as_str) == Some("Allow")
            && (with_platform || !sid.starts_with("Platform"))
    });
    ours.flat_map(|statement| listed(statement.get("Action").unwrap_or(&Value::Null))).map(text_of).collect()
}

fn right_faults(templates: &Templates, name: &str, needed: &BTreeSet<String>) -> Vec<String> {
    let id = id_of(name, "Role");
    let Some(role) = templates.of_kind("AWS::IAM::Role").find(|role| role.id == id) else {
        return vec![format!("roles.yaml: there is no {id}")];
    };
    let allowed = allowed(&role, false);
    let missing =
        needed.difference(&allowed).map(|action| role.says(&format!("{action} is called and not allowed")));
    let extra =
        allowed.difference(needed).map(|action| role.says(&format!("{action} is allowed and not called")));
    missing.chain(extra).collect()
}

/// Members give what remediate has in its own account, and no more.
fn member_faults(templates: &Templates) -> Vec<String> {
    let role = |id: &str| templates.of_kind("AWS::IAM::Role").find(|role| role.id == id);
    let (Some(own), Some(member)) = (role("RemediateRole"), role("ResponseRole")) else {
        return vec!["a role is missing: RemediateRole or ResponseRole".to_owned()];
    };
    let responds = |action: &String| {
        ["ec2:", "iam:", "s3:GetBucket", "s3:PutBucket"].iter().any(|start| action.starts_with(start))
    };
    let own: BTreeSet<String> = allowed(&own, false).into_iter().filter(responds).collect();
    let given = allowed(&member, false);
    let differ = own.symmetric_difference(&given);
    differ.map(|action| member.says(&format!("{action} is given by one of the two roles only"))).collect()
}

#[test]
fn every_function_is_allowed_exactly_what_its_code_calls() {
    let (templates, files) = (Templates::read().unwrap(), text_files().unwrap());
    let mut faults = called(&files).1;
    for name in FUNCTIONS {
        let path = format!("functions/{name}/Cargo.toml");
        if let Some(manifest) = files.iter().find(|file| file.path == path) {
            let needed = needed(name, &manifest.text, &files).unwrap();
            faults.extend(right_faults(&templates, name, &needed));
        }
    }
    assert_clean(&faults);
}

#[test]
fn members_give_what_remediate_has_at_home() {
    assert_clean(&member_faults(&Templates::read().unwrap()));
}

#[test]
fn every_call_that_is_not_made_says_why() {
    for (who, what, why) in NOT_CALLED {
        let is_known = CALLS.iter().any(|call| call.operation == *what);
        assert!(
            is_known && why.len() > 10 && (*who == "*" || FUNCTIONS.contains(who)),
            "{who} {what}: {why:?}"
        );
    }
}

fn planted(path: &str, text: &str) -> Vec<TextFile> {
    vec![TextFile { path: path.to_owned(), text: text.to_owned() }]
}

const MANIFEST: &str = "[dependencies]\nsoc-aws = { workspace = true, features = [\"sns\"] }\n";

#[test]
fn a_call_that_no_role_allows_and_one_that_nobody_makes_are_named() {
    let templates = Templates::read().unwrap();
    let files = planted("shared/soc-aws/src/sns.rs", "self.client\n    .publish()\n    .send()");
    let needed = needed("notify", MANIFEST, &files).unwrap();
    assert_eq!(needed, BTreeSet::from(["sns:Publish".to_owned()]));
    let role = templates.of_kind("AWS::IAM::Role").find(|role| role.id == "NotifyRole").unwrap();
    let mut all = allowed(&role, false);
    assert_clean(&right_faults(&templates, "notify", &all));
    all.insert("sns:CreateTopic".to_owned());
    assert_names(
        &right_faults(&templates, "notify", &all),
        &["NotifyRole", "sns:CreateTopic is called and not allowed"],
    );
    all.remove("sns:CreateTopic");
    all.remove("sns:Publish");
    assert_names(
        &right_faults(&templates, "notify", &all),
        &["NotifyRole", "sns:Publish is allowed and not called"],
    );
}

#[test]
fn a_call_that_this_file_does_not_know_is_named() {
    let files = planted(
        "shared/soc-aws/src/sns.rs",
        "let made = self.client.create_topic().name(x);\n// client.delete_topic()\n",
    );
    assert_names(&called(&files).1, &["shared/soc-aws/src/sns.rs", "create_topic"]);
}

#[test]
fn an_action_that_members_do_not_give_is_named() {
    let planted = Templates::read()
        .unwrap()
        .planted(
            "member-role",
            "Action: [iam:DeleteRolePolicy, iam:PutRolePolicy]\n                Resource: !Sub",
            "Action: [iam:DeleteRolePolicy]\n                Resource: !Sub",
        )
        .unwrap();
    assert_names(&member_faults(&planted), &["ResponseRole", "iam:PutRolePolicy"]);
}
