//! The signed roots of the ledger: one role signs them and adds them, and nobody of ours can do more to them.
//!
//! Apart from the parity of rights, because here it matters not only that a right is used but that nobody else has it.

use serde_json::{Value, json};

use super::template::{Resource, Templates, listed, statements, text_of};
use crate::workspace::{assert_clean, assert_names};

const SIGNER: &str = "SweepRole";
/// How an ARN of the bucket goes on behind the prefix.
const BUCKET: &str = "${Prefix}-ledger-${AWS::AccountId}";

fn allows(statement: &Value) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
}

fn texts(statement: &Value, member: &str) -> Vec<String> {
    listed(statement.get(member).unwrap_or(&Value::Null)).into_iter().map(text_of).collect()
}

fn role_faults(role: &Resource<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let policies = listed(role.property("/Policies"));
    let documents = policies.into_iter().filter_map(|policy| policy.get("PolicyDocument"));
    for statement in documents.flat_map(statements).filter(|statement| allows(statement)) {
        let (actions, resources) = (texts(statement, "Action"), texts(statement, "Resource"));
        if actions.iter().any(|action| action == "kms:Sign") && role.id != SIGNER {
            faults.push(role.says("may sign roots"));
        }
        let of_bucket = resources.iter().any(|resource| resource.contains(BUCKET));
        let adds_only = actions == ["s3:PutObject"] && resources.iter().all(|one| one.ends_with("/roots/*"));
        if of_bucket && !(adds_only && role.id == SIGNER) {
            faults.push(role.says("may do more to the signed roots than add one"));
        }
    }
    faults
}

fn key_faults(key: &Resource<'_>) -> Vec<String> {
    let wanted = json!({"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Prefix}-sweep-${AWS::Region}"});
    let signing: Vec<&Value> = statements(key.property("/KeyPolicy"))
        .into_iter()
        .filter(|statement| texts(statement, "Action").iter().any(|action| action == "kms:Sign"))
        .collect();
    let one = signing.first().filter(|_| signing.len() == 1);
    let is_bound =
        one.is_some_and(|one| one.pointer("/Condition/ArnEquals/aws:PrincipalArn") == Some(&wanted));
    let mut faults = Vec::new();
    if !is_bound {
        faults.push(key.says("signs for others than sweep"));
    }
    if *key.property("/KeySpec") != json!("ECC_NIST_P256")
        || *key.property("/KeyUsage") != json!("SIGN_VERIFY")
    {
        faults.push(key.says("is no key that signs as roots are signed"));
    }
    faults
}

fn root_faults(templates: &Templates) -> Vec<String> {
    let mut faults: Vec<String> =
        templates.of_kind("AWS::IAM::Role").flat_map(|role| role_faults(&role)).collect();
    match templates.of_kind("AWS::KMS::Key").find(|key| key.id == "RootKey") {
        Some(key) => faults.extend(key_faults(&key)),
        None => faults.push("keys.yaml: there is no RootKey".to_owned()),
    }
    faults
}

#[test]
fn only_sweep_signs_roots_and_adds_them() {
    assert_clean(&root_faults(&Templates::read().unwrap()));
}

#[test]
fn a_role_that_may_sign_read_or_remove_roots_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("roles", "dynamodb:GetItem", "kms:Sign").unwrap();
    assert_names(&root_faults(&planted), &["roles.yaml", "may sign roots"]);
    let own =
        "Action: s3:PutObject\n                Resource: !Sub \"arn:${AWS::Partition}:s3:::${Prefix}-ledger-";
    let more = own.replace("Action: s3:PutObject", "Action: [s3:PutObject, s3:DeleteObjectVersion]");
    let planted = templates.planted("roles", own, &more).unwrap();
    assert_names(&root_faults(&planted), &["SweepRole", "more to the signed roots"]);
    let planted =
        templates.planted("roles", "-evidence-${AWS::AccountId}", "-ledger-${AWS::AccountId}").unwrap();
    assert_names(&root_faults(&planted), &["more to the signed roots"]);
}

#[test]
fn a_key_that_signs_for_anybody_or_cannot_sign_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("keys", "role/${Prefix}-sweep-", "role/${Prefix}-api-").unwrap();
    assert_names(&root_faults(&planted), &["keys.yaml: RootKey", "others than sweep"]);
    let planted = templates.planted(
        "keys",
        "              - kms:Verify\n",
        "              - kms:Verify\n              - kms:Sign\n",
    );
    assert_names(&root_faults(&planted.unwrap()), &["keys.yaml: RootKey", "others than sweep"]);
    let planted = templates.planted("keys", "KeySpec: ECC_NIST_P256", "KeySpec: HMAC_256").unwrap();
    assert_names(&root_faults(&planted), &["keys.yaml: RootKey", "no key that signs"]);
}
