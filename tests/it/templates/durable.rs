//! What holds data outlives its stack, is encrypted with our key, and can be taken back to any minute.
//!
//! Apart because the emulator reports none of it truthfully: these settings can only be checked where they are written.

use serde_json::{Value, json};

use super::template::{Resource, Templates, statements, text_of};
use crate::workspace::{assert_clean, assert_names};

/// Holds what nobody could make again. A version is what a rollback needs.
const STATEFUL: &[&str] = &[
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::Events::Archive",
    "AWS::GuardDuty::Detector",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Signer::SigningProfile",
];

/// The property that names our key, by kind.
const KEYS: &[(&str, &str)] = &[
    ("AWS::DynamoDB::Table", "/SSESpecification/KMSMasterKeyId"),
    ("AWS::Kinesis::Stream", "/StreamEncryption/KeyId"),
    ("AWS::Lambda::Function", "/KmsKeyArn"),
    ("AWS::Logs::LogGroup", "/KmsKeyId"),
    (
        "AWS::S3::Bucket",
        "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID",
    ),
    ("AWS::SNS::Topic", "/KmsMasterKeyId"),
    ("AWS::SQS::Queue", "/KmsMasterKeyId"),
    ("AWS::SecretsManager::Secret", "/KmsKeyId"),
];

/// What is encrypted with another key; each says beside itself why.
const OTHER_KEY: &[&str] = &["AccessLogs", "ArtifactBucket", "Assets", "PolicyBucket", "Undelivered"];

const YEARS_OF_ROOTS: u64 = 2_555;

fn retain_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for resource in templates.resources().filter(|resource| STATEFUL.contains(&resource.kind())) {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            if resource.at(&format!("/{policy}")) != Some(&json!("Retain")) {
                faults.push(resource.says(&format!("{policy} is not Retain")));
            }
        }
    }
    faults
}

fn key_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for resource in templates.resources().filter(|resource| !OTHER_KEY.contains(&resource.id)) {
        let Some((_, pointer)) = KEYS.iter().find(|(kind, _)| *kind == resource.kind()) else { continue };
        let key = text_of(resource.property(pointer));
        if !matches!(key.as_str(), "KeyArn" | "Key.Arn") {
            faults.push(resource.says("is not encrypted with our key"));
        }
    }
    faults
}

fn setting_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |resource: Resource<'_>, pointer: &str, value: Value| {
        if *resource.property(pointer) != value {
            faults.push(resource.says(&format!("{pointer} is not {value}")));
        }
    };
    for table in templates.of_kind("AWS::DynamoDB::Table") {
        expect(table, "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", json!(true));
        expect(table, "/SSESpecification/SSEEnabled", json!(true));
        expect(table, "/DeletionProtectionEnabled", json!({"Fn::If": ["IsProd", true, false]}));
    }
    for bucket in templates.of_kind("AWS::S3::Bucket") {
        for block in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
            expect(bucket, &format!("/PublicAccessBlockConfiguration/{block}"), json!(true));
        }
        expect(bucket, "/VersioningConfiguration/Status", json!("Enabled"));
    }
    for logs in templates.of_kind("AWS::Logs::LogGroup") {
        expect(logs, "/RetentionInDays", json!({"Ref": "LogRetentionDays"}));
    }
    for key in templates.of_kind("AWS::KMS::Key") {
        // KMS rotates no asymmetric key.
        if *key.property("/KeyUsage") != json!("SIGN_VERIFY") {
            expect(key, "/EnableKeyRotation", json!(true));
        }
    }
    faults
}

fn tls_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for bucket in templates.of_kind("AWS::S3::Bucket") {
        let mut policies = templates.of_kind("AWS::S3::BucketPolicy");
        let policy = policies.find(|policy| text_of(policy.property("/Bucket")) == bucket.id);
        let is_denial = |statement: &&Value| {
            statement.get("Effect") == Some(&json!("Deny"))
                && statement.pointer("/Condition/Bool/aws:SecureTransport") == Some(&json!("false"))
        };
        let is_denied =
            policy.is_some_and(|policy| statements(policy.property("/PolicyDocument")).iter().any(is_denial));
        if !is_denied {
            faults.push(bucket.says("answers without TLS"));
        }
    }
    faults
}

/// Compliance mode for seven years, and only where the environment is production.
fn lock_faults(templates: &Templates) -> Vec<String> {
    let roots = templates.of_kind("AWS::S3::Bucket").find(|bucket| bucket.id == "LedgerRoots");
    let Some(roots) = roots else { return vec!["data.yaml: there is no bucket LedgerRoots".to_owned()] };
    let rule = json!({"Fn::If": [
        "IsProd",
        {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": YEARS_OF_ROOTS}},
        {"Ref": "AWS::NoValue"},
    ]});
    let is_locked = *roots.property("/ObjectLockEnabled") == json!(true)
        && *roots.property("/ObjectLockConfiguration/Rule") == rule;
    if is_locked { Vec::new() } else { vec![roots.says("no Object Lock in production")] }
}

#[test]
fn whatever_holds_data_outlives_its_stack() {
    assert_clean(&retain_faults(&Templates::read().unwrap()));
}

#[test]
fn everything_at_rest_is_encrypted_with_our_key_or_says_why_not() {
    assert_clean(&key_faults(&Templates::read().unwrap()));
}

#[test]
fn tables_buckets_logs_and_keys_have_the_settings_that_save_them() {
    assert_clean(&setting_faults(&Templates::read().unwrap()));
}

#[test]
fn no_bucket_answers_without_tls() {
    assert_clean(&tls_faults(&Templates::read().unwrap()));
}

#[test]
fn the_roots_of_the_ledger_are_locked_in_production() {
    assert_clean(&lock_faults(&Templates::read().unwrap()));
}

#[test]
fn a_table_that_goes_with_its_stack_is_named() {
    let planted =
        Templates::read().unwrap().planted("data", "DeletionPolicy: Retain", "DeletionPolicy: Delete");
    assert_names(&retain_faults(&planted.unwrap()), &["data.yaml: Soc", "DeletionPolicy"]);
}

#[test]
fn a_queue_without_our_key_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted(
        "data",
        "KmsMasterKeyId: !Ref KeyArn\n      MessageRetentionPeriod",
        "MessageRetentionPeriod",
    );
    assert_names(&key_faults(&planted.unwrap()), &["data.yaml: EventsDlq", "our key"]);
}

#[test]
fn a_table_without_recovery_and_logs_that_stay_for_ever_are_named() {
    let templates = Templates::read().unwrap();
    let planted =
        templates.planted("data", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false");
    assert_names(&setting_faults(&planted.unwrap()), &["data.yaml: Soc", "PointInTimeRecovery"]);
    let planted = templates.planted("routes", "      RetentionInDays: !Ref LogRetentionDays\n", "");
    assert_names(&setting_faults(&planted.unwrap()), &["routes.yaml: ApiLogs", "RetentionInDays"]);
}

#[test]
fn a_bucket_that_answers_without_tls_is_named() {
    let planted = Templates::read().unwrap().planted(
        "web",
        "aws:SecureTransport: \"false\"",
        "aws:SecureTransport: \"true\"",
    );
    assert_names(&tls_faults(&planted.unwrap()), &["web.yaml: Assets", "TLS"]);
}

#[test]
fn a_ledger_without_object_lock_is_named() {
    let templates = Templates::read().unwrap();
    for (text, instead) in [
        ("ObjectLockEnabled: true", "ObjectLockEnabled: false"),
        ("COMPLIANCE", "GOVERNANCE"),
        ("- IsProd\n          - Def", "- IsDev\n          - Def"),
    ] {
        let planted = templates.planted("data", text, instead).unwrap();
        assert_names(&lock_faults(&planted), &["data.yaml: LedgerRoots", "no Object Lock"]);
    }
}
