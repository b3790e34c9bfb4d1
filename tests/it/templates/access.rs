//! Who may do what: no wildcard in an action, a reason beside a wildcard resource, no trust without a condition.
//!
//! Apart from `rights` because these rules hold for every policy, whatever the code calls.

use std::collections::BTreeSet;

use serde_json::Value;

use super::template::{Resource, Template, Templates, listed, statements, text_of};
use crate::workspace::{assert_clean, assert_names};

/// Where each kind keeps its policy documents.
const DOCUMENTS: &[(&str, &str)] = &[
    ("AWS::EC2::VPCEndpoint", "/PolicyDocument"),
    ("AWS::IAM::ManagedPolicy", "/PolicyDocument"),
    ("AWS::IAM::Role", "/Policies"),
    ("AWS::KMS::Key", "/KeyPolicy"),
    ("AWS::S3::BucketPolicy", "/PolicyDocument"),
    ("AWS::SNS::TopicPolicy", "/PolicyDocument"),
    ("AWS::SQS::QueuePolicy", "/PolicyDocument"),
];

/// All that may be done to the ledger.
const LEDGER: &[&str] = &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];

/// Services through which an account is changed: remediate's alone, and those of the role it takes on.
const MUTATING: &[&str] = &["ec2:", "iam:", "s3:PutBucket", "s3:PutAccount", "sts:AssumeRole"];
const MAY_MUTATE: &[&str] = &["RemediateRole", "ResponseRole", "ResponseBoundary", "RulesRole"];

fn allowed<'a>(resource: &Resource<'a>) -> Vec<&'a Value> {
    let Some((kind, pointer)) = DOCUMENTS.iter().find(|(kind, _)| *kind == resource.kind()) else {
        return Vec::new();
    };
    let documents: Vec<&Value> = if *kind == "AWS::IAM::Role" {
        let policies = listed(resource.property(pointer));
        policies.into_iter().filter_map(|policy| policy.get("PolicyDocument")).collect()
    } else {
        vec![resource.property(pointer)]
    };
    let all = documents.into_iter().flat_map(statements);
    all.filter(|statement| statement.get("Effect").and_then(Value::as_str) == Some("Allow")).collect()
}

fn actions(statement: &Value) -> Vec<String> {
    listed(statement.get("Action").unwrap_or(&Value::Null)).into_iter().map(text_of).collect()
}

fn action_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for resource in templates.resources() {
        for statement in allowed(&resource) {
            let actions = actions(statement);
            if actions.is_empty() {
                faults.push(resource.says("allows all but what it names"));
            }
            let wild = actions.iter().filter(|action| action.contains('*'));
            faults.extend(wild.map(|action| resource.says(&format!("allows {action}"))));
            let touches_ledger =
                statement.get("Resource").is_some_and(|on| on.to_string().contains("-ledger\""));
            let beyond = actions.iter().filter(|action| touches_ledger && !LEDGER.contains(&action.as_str()));
            faults.extend(beyond.map(|action| resource.says(&format!("may do {action} to the ledger"))));
            let changes = |action: &&String| MUTATING.iter().any(|start| action.starts_with(start));
            let own = !MAY_MUTATE.contains(&resource.id) && resource.kind() == "AWS::IAM::Role";
            let beyond = actions.iter().filter(changes).filter(|_| own);
            faults.extend(beyond.map(|action| resource.says(&format!("may change an account by {action}"))));
        }
    }
    faults
}

/// Comments are not part of the parsed form, so this one reads lines: from the one above the statement to the wildcard.
fn reason_faults(template: &Template) -> Vec<String> {
    let lines: Vec<&str> = template.text.lines().map(str::trim).collect();
    let mut faults = Vec::new();
    let wild = |line: &str| matches!(line, "Resource: \"*\"" | "Resource: '*'" | "Resource: [\"*\"]");
    for (number, _) in lines.iter().enumerate().filter(|(_, line)| wild(line)) {
        let before = lines.get(..number).unwrap_or_default();
        let start =
            before.iter().rposition(|line| line.starts_with("- Sid:") || line.starts_with("- Effect:"));
        let from = start.unwrap_or(number).saturating_sub(1);
        let statement = lines.get(from..number).unwrap_or_default();
        if !statement.iter().any(|line| line.starts_with('#')) {
            faults.push(format!("{}.yaml:{}: every resource, without a reason", template.name, number + 1));
        }
    }
    faults
}

fn all_reason_faults(templates: &Templates) -> Vec<String> {
    templates.0.iter().flat_map(reason_faults).collect()
}

/// A role that an account may take on asks for the `ExternalId`; one that a service may take on, for our account.
fn trust_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for role in templates.of_kind("AWS::IAM::Role") {
        for statement in statements(role.property("/AssumeRolePolicyDocument")) {
            let condition = statement.get("Condition").map(Value::to_string).unwrap_or_default();
            let service = statement.pointer("/Principal/Service").map(text_of);
            let asks = if service.is_some() { "aws:SourceAccount" } else { "sts:ExternalId" };
            // An execution role is taken on only for a function that names it, and whoever names it needs iam:PassRole.
            let is_execution = service.as_deref() == Some("lambda.amazonaws.com");
            let is_source_identity = actions(statement) == ["sts:SetSourceIdentity"];
            if !is_execution && !is_source_identity && !condition.contains(asks) {
                faults.push(role.says(&format!("is trusted to somebody without {asks}")));
            }
        }
    }
    faults
}

/// `Principal: "*"` in a permission is nobody in particular.
fn principal_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for resource in templates.resources() {
        for statement in allowed(&resource) {
            let principal = statement.get("Principal").map(Value::to_string).unwrap_or_default();
            if principal == "\"*\"" || principal == r#"{"AWS":"*"}"# {
                faults.push(resource.says("allows something to everybody"));
            }
        }
    }
    faults
}

#[test]
fn no_permission_has_a_wildcard_in_its_action_or_reaches_beyond_its_role() {
    assert_clean(&action_faults(&Templates::read().unwrap()));
}

#[test]
fn a_permission_on_every_resource_has_its_reason_beside_it() {
    assert_clean(&all_reason_faults(&Templates::read().unwrap()));
}

#[test]
fn no_role_is_trusted_without_a_condition() {
    assert_clean(&trust_faults(&Templates::read().unwrap()));
}

#[test]
fn nothing_is_allowed_to_everybody() {
    assert_clean(&principal_faults(&Templates::read().unwrap()));
}

#[test]
fn a_wildcard_in_an_action_is_named() {
    let planted =
        Templates::read().unwrap().planted("roles", "Action: sns:Publish", "Action: sns:*").unwrap();
    assert_names(&action_faults(&planted), &["roles.yaml: NotifyRole", "sns:*"]);
}

#[test]
fn a_writer_that_may_delete_from_the_ledger_is_named() {
    let templates = Templates::read().unwrap();
    let (text, instead) =
        ("[dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query]", "[dynamodb:DeleteItem, dynamodb:Query]");
    assert_names(
        &action_faults(&templates.planted("roles", text, instead).unwrap()),
        &["DeleteItem to the ledger"],
    );
}

#[test]
fn another_function_that_may_change_an_account_is_named() {
    let planted = Templates::read()
        .unwrap()
        .planted("roles", "Action: sns:Publish", "Action: ec2:StopInstances")
        .unwrap();
    assert_names(&action_faults(&planted), &["roles.yaml: NotifyRole", "ec2:StopInstances"]);
}

#[test]
fn a_wildcard_resource_without_a_reason_is_named_with_its_line() {
    let templates = Templates::read().unwrap();
    let planted =
        templates.planted("roles", "              # X-Ray knows no resources for these two.\n", "").unwrap();
    assert_names(&all_reason_faults(&planted), &["roles.yaml:", "without a reason"]);
}

#[test]
fn a_member_account_that_trusts_an_account_s_root_without_an_external_id_is_named() {
    let planted =
        Templates::read().unwrap().planted("member-role", "sts:ExternalId", "aws:ResourceTag/x").unwrap();
    assert_names(&trust_faults(&planted), &["member-role.yaml: ResponseRole", "sts:ExternalId"]);
}

#[test]
fn a_service_that_acts_for_any_account_is_named() {
    let planted = Templates::read()
        .unwrap()
        .planted(
            "workflow",
            "aws:SourceAccount: !Ref AWS::AccountId }\n              ArnLike",
            "aws:PrincipalTag/x: y }\n              ArnLike",
        )
        .unwrap();
    assert_names(&trust_faults(&planted), &["workflow.yaml: IncidentRole", "aws:SourceAccount"]);
}

/// Who takes on a role that changes accounts can neither take the mark of protection off nor put it on.
fn tag_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let others = MAY_MUTATE.iter().filter(|id| **id != "RulesRole");
    for id in others {
        let Some(resource) = templates.resources().find(|resource| resource.id == *id) else { continue };
        let denied = denied_tags(&resource);
        let missing = TAGGING.iter().filter(|action| !denied.contains(**action));
        faults.extend(missing.map(|action| resource.says(&format!("{action} may change what is protected"))));
    }
    faults
}

/// What writes tags on what we change.
const TAGGING: &[&str] = &[
    "ec2:CreateTags",
    "ec2:DeleteTags",
    "iam:TagRole",
    "iam:TagUser",
    "iam:UntagRole",
    "iam:UntagUser",
    "s3:PutBucketTagging",
    "s3:TagResource",
    "s3:UntagResource",
];

/// What is denied for the tag, or altogether.
fn denied_tags(resource: &Resource<'_>) -> BTreeSet<String> {
    let tag = serde_json::json!(["ai-soc:protected"]);
    let mut documents = vec![resource.property("/PolicyDocument")];
    documents.extend(
        listed(resource.property("/Policies")).into_iter().filter_map(|policy| policy.get("PolicyDocument")),
    );
    let all = documents.into_iter().flat_map(statements);
    let denials = all.filter(|statement| statement.get("Effect").and_then(Value::as_str) == Some("Deny"));
    let of_tag = denials.filter(|statement| match statement.get("Condition") {
        None => true,
        Some(condition) => condition.pointer("/ForAnyValue:StringEquals/aws:TagKeys") == Some(&tag),
    });
    of_tag.flat_map(actions).collect()
}

#[test]
fn nobody_who_changes_accounts_changes_the_mark_of_protection() {
    assert_clean(&tag_faults(&Templates::read().unwrap()));
}

#[test]
fn a_role_that_could_take_the_mark_of_protection_off_is_named() {
    let planted = Templates::read().unwrap().planted("member-role", "ec2:DeleteTags, ", "").unwrap();
    assert_names(&tag_faults(&planted), &["member-role.yaml: ResponseBoundary", "ec2:DeleteTags"]);
}
