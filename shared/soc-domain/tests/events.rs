//! Events that are no findings: what the readers make of CloudTrail, of Bedrock's log and of what people send
//! from Security Hub; and that every such record of the public samples beside the checkout is read.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails here says what it got, and reports its counts"
)]

#[expect(dead_code, reason = "other tests use the rest")]
mod fixtures;

use std::fs;
use std::path::{Path, PathBuf};

use fixtures::{CONTROL, ENVELOPE, NATIVE};
use proptest::prelude::*;
use serde_json::Value;
use soc_domain::finding::{CustomAction, Finding, GapKind};
use soc_domain::revise::{Revision, revise};
use soc_domain::wire::{
    CloudTrailRecord, Content, Event, EventContent, InsightResult, Item, ModelInvocation, Piece, Refusal,
    Splitter, read_record,
};

const CALL: &str = r#"{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:jane","arn":"arn:aws:sts::111122223333:assumed-role/deploy/jane","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/deploy","userName":"deploy"},"attributes":{"creationDate":"2026-03-01T09:00:00Z","mfaAuthenticated":"true"}}},"eventTime":"2026-03-01T10:00:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"userName":"backup"},"responseElements":null,"requestID":"r-1","eventID":"e-9","readOnly":false,"resources":[{"ARN":"arn:aws:iam::111122223333:user/backup","accountId":"111122223333"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}"#;

const INVOCATION: &str = r#"{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-01T10:00:00Z","accountId":"111122223333","region":"us-west-2","requestId":"q-1","operation":"InvokeModel","modelId":"example.model-v1","identity":{"arn":"arn:aws:iam::111122223333:role/app"},"input":{"inputContentType":"application/json","inputBodyJson":{"prompt":"PROMPT"},"inputTokenCount":12},"output":{"outputBodyJson":{"text":"ANSWER"},"outputTokenCount":7},"inferenceRegion":"us-east-1"}"#;

fn event(record: &str) -> Event {
    match read_record(record.as_bytes()).remove(0).content {
        Ok(Content::Event(event)) => event,
        other => panic!("no event: {other:?}"),
    }
}

fn finding(item: &Item<'_>) -> Finding {
    match &item.content {
        Ok(Content::Finding(finding, _)) => (**finding).clone(),
        other => panic!("no finding: {other:?}"),
    }
}

fn call(event: Event) -> CloudTrailRecord {
    match event.content {
        EventContent::CloudTrail(record) => *record,
        other => panic!("no record of CloudTrail: {other:?}"),
    }
}

fn invocation(event: Event) -> ModelInvocation {
    match event.content {
        EventContent::ModelInvocation(invocation) => *invocation,
        other => panic!("no invocation: {other:?}"),
    }
}

fn envelope(kind: &str, detail: &str) -> String {
    ENVELOPE.replace("KIND", kind).replace("\"DETAIL\"", detail)
}

#[test]
fn a_call_says_who_did_what_from_where_bare_and_in_an_event() {
    let bare = event(CALL);
    assert_eq!(
        (bare.source.as_str(), bare.id.as_str(), bare.region.as_str()),
        ("aws.iam", "e-9", "us-east-1")
    );
    assert!(bare.gaps.is_empty(), "{:?}", bare.gaps);
    let record = call(bare);
    let inside = event(&envelope("AWS API Call via CloudTrail", CALL));
    assert_eq!((inside.source.as_str(), inside.id.as_str()), ("aws.test", "e-1"));
    assert_eq!(call(inside), record);
    assert_eq!((record.name.as_str(), record.source.as_str()), ("CreateAccessKey", "iam.amazonaws.com"));
    assert_eq!(record.time.unwrap().to_string(), "2026-03-01T10:00:00.000Z");
    assert_eq!(record.source_ip.as_deref(), Some("198.51.100.7"));
    assert_eq!((record.read_only, record.management, record.is_sign_in()), (Some(false), Some(true), false));
    assert_eq!(record.resources, ["arn:aws:iam::111122223333:user/backup"]);
    assert_eq!(record.identity.kind, "AssumedRole");
    assert_eq!(record.identity.issuer_arn.as_deref(), Some("arn:aws:iam::111122223333:role/deploy"));
    assert_eq!(record.identity.mfa, Some(true));
}

#[test]
fn a_call_without_an_error_code_or_with_null_succeeded() {
    assert!(call(event(CALL)).succeeded());
    let null = CALL.replace("\"requestID\"", "\"errorCode\":null,\"requestID\"");
    assert!(call(event(&null)).succeeded());
    let denied = call(event(&CALL.replace("\"requestID\"", "\"errorCode\":\"AccessDenied\",\"requestID\"")));
    assert_eq!((denied.succeeded(), denied.error_code.as_deref()), (false, Some("AccessDenied")));
}

#[test]
fn a_sign_in_that_failed_did_not_succeed_though_it_has_no_error_code() {
    let sign_in = CALL.replace("iam.amazonaws.com", "signin.amazonaws.com").replace(
        "\"responseElements\":null",
        "\"responseElements\":{\"ConsoleLogin\":\"Failure\"},\"additionalEventData\":{\"MFAUsed\":\"No\"}",
    );
    let read = event(&sign_in);
    assert_eq!(read.detail_type, "AWS Console Sign In via CloudTrail");
    let record = call(event(&envelope("AWS Console Sign In via CloudTrail", &sign_in)));
    assert_eq!(call(read), record);
    assert_eq!((record.succeeded(), record.mfa_used), (false, Some(false)));
    assert!(!record.succeeded() && call(event(&sign_in.replace("Failure", "Success"))).succeeded());
}

#[test]
fn what_is_missing_or_odd_in_a_call_is_a_gap_and_the_call_is_kept() {
    let odd = event(
        r#"{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"whenever","readOnly":"true","resources":{"ARN":"arn:aws:s3:::b"},"userIdentity":7}"#,
    );
    let gaps: Vec<_> = odd.gaps.iter().map(|gap| (gap.field, gap.problem)).collect();
    assert!(gaps.contains(&("eventTime", GapKind::Unreadable)), "{gaps:?}");
    assert!(
        gaps.contains(&("readOnly", GapKind::Odd)) && gaps.contains(&("userIdentity", GapKind::Unreadable))
    );
    assert!(gaps.contains(&("eventID", GapKind::Missing)));
    let record = call(odd);
    assert_eq!((record.read_only, record.resources.len(), record.time), (Some(true), 1, None));
}

#[test]
fn an_insight_of_cloudtrail_is_an_event_that_names_the_call_inside() {
    let insight = r#"{"eventVersion":"1.08","eventTime":"2026-03-01T10:00:00Z","awsRegion":"us-east-1","eventID":"i-1","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","insightDetails":{"state":"Start","eventSource":"iam.amazonaws.com","eventName":"CreateUser","insightType":"ApiCallRateInsight"},"eventCategory":"Insight"}"#;
    let record = call(event(insight));
    assert_eq!((record.name.as_str(), record.category.as_str()), ("CreateUser", "Insight"));
}

#[test]
fn a_notification_of_a_service_looks_like_a_call_and_is_an_event_of_another_kind() {
    let put = r#"{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-03-01T10:00:00Z","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"example"}}}"#;
    let read = event(put);
    assert_eq!((read.source.as_str(), read.detail_type.as_str()), ("aws.s3", "Event Notification"));
    assert!(read.content.is_other() && read.gaps.is_empty() && read.time.is_some());
}

#[test]
fn a_log_file_gives_one_event_for_each_record() {
    let file = format!("{{\"Records\":[{CALL},{CALL}]}}");
    assert_eq!(read_record(file.as_bytes()).len(), 2);
    let mut names = Vec::new();
    let mut splitter = Splitter::new();
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Record { record, .. } => {
            names.push(call(event(std::str::from_utf8(record.bytes()).unwrap())).name)
        }
        Piece::Broken { reason, .. } => panic!("{reason}"),
    };
    splitter.feed(file.as_bytes(), &mut take);
    splitter.finish(&mut take);
    assert_eq!(names, ["CreateAccessKey", "CreateAccessKey"]);
}

#[test]
fn an_invocation_says_who_called_which_model_and_how_much_but_never_what_was_said() {
    let read = event(INVOCATION);
    assert_eq!((read.source.as_str(), read.detail_type.as_str()), ("aws.bedrock", "ModelInvocationLog"));
    assert!(read.gaps.is_empty(), "{:?}", read.gaps);
    let shown = format!("{read:?} {}", serde_json::to_string(&read).unwrap());
    assert!(!shown.contains("PROMPT") && !shown.contains("ANSWER"), "{shown}");
    let invocation = invocation(read);
    assert_eq!((invocation.input_tokens, invocation.output_tokens), (Some(12), Some(7)));
    assert_eq!(invocation.identity_arn.as_deref(), Some("arn:aws:iam::111122223333:role/app"));
    assert_eq!((invocation.model.as_str(), invocation.error_code), ("example.model-v1", None));
}

#[test]
fn a_prompt_may_be_longer_than_any_other_string() {
    let long = "x".repeat(200_000);
    assert_eq!(invocation(event(&INVOCATION.replace("PROMPT", &long))).operation, "InvokeModel");
    let other = INVOCATION.replace("PROMPT", &long).replace("schemaType", "anotherType");
    assert!(matches!(read_record(other.as_bytes())[0].content, Err(Refusal::StringTooLong { .. })));
}

#[test]
fn insight_results_are_an_event_that_keeps_what_was_chosen() {
    let detail = r#"{"actionName":"Open ticket","actionDescription":"for the team","insightArn":"arn:aws:securityhub:::insight/securityhub/default/9","insightName":"Instances by AMI","resultType":"ResourceAwsEc2InstanceImageId","number of results":"2","insightResults":[{"ami-0a":12},{"ami-0b":"5"}]}"#;
    let EventContent::InsightResults(results) =
        event(&envelope("Security Hub Insight Results", detail)).content
    else {
        panic!("no results")
    };
    assert_eq!((results.action_name.as_str(), results.name.as_str()), ("Open ticket", "Instances by AMI"));
    let counted = |value: &str, findings| InsightResult { value: value.to_owned(), findings: Some(findings) };
    assert_eq!(results.results, [counted("ami-0a", 12), counted("ami-0b", 5)]);
}

#[test]
fn a_custom_action_gives_its_findings_with_what_the_person_pressed() {
    let detail = format!(
        "{{\"actionName\":\"Isolate\",\"actionDescription\":\"asks for isolation\",\"findings\":[{CONTROL},{CONTROL}]}}"
    );
    let sent = envelope("Security Hub Findings - Custom Action", &detail);
    let items = read_record(sent.as_bytes());
    assert_eq!(items.len(), 2);
    let pressed = finding(&items[0]);
    let plain = finding(&read_record(CONTROL.as_bytes())[0]);
    let action = pressed.custom_action.clone().unwrap();
    assert_eq!((action.name.as_str(), action.description.as_str()), ("Isolate", "asks for isolation"));
    assert_eq!((pressed.id, plain.custom_action.clone()), (plain.id, None));
    // Nothing else of the finding changed, and yet it is news; sent again, it is not.
    assert_ne!(pressed.event_key(), plain.event_key());
    assert_eq!(finding(&items[1]).event_key(), pressed.event_key());
    let later = CustomAction { at: None, ..action.clone() };
    for (first, second) in [(plain.clone(), pressed.clone()), (pressed.clone(), plain)] {
        let mut known = first;
        assert_eq!(revise(&mut known, second), Revision::Changed);
        assert_eq!(known.custom_action.as_ref(), Some(&action));
        revise(&mut known, Finding { custom_action: Some(later.clone()), ..pressed.clone() });
        assert_eq!(known.custom_action.as_ref(), Some(&action));
    }
}

proptest! {
    #[test]
    fn any_well_formed_detail_of_any_kind_that_is_no_finding_is_kept_as_an_event(
        kind in "AWS API Call via CloudTrail|AWS Console Sign In via CloudTrail|AWS Service Event via CloudTrail|Security Hub Insight Results|[A-Z][a-z ]{0,20}",
        key in "eventName|eventTime|readOnly|resources|userIdentity|responseElements|insightResults|actionName|[a-z]{1,5}",
        value in r#"null|true|-1|1e300|"x"|""|\[\]|\[1,\{"a":2\}\]|\{\}|\{"type":\[\],"ConsoleLogin":1\}"#,
    ) {
        let read = event(&envelope(&kind, &format!("{{\"{key}\":{value}}}")));
        prop_assert_eq!((read.detail_type, read.id), (kind, "e-1".to_owned()));
    }
}

fn beside(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !path.exists() {
        println!("absent: {} - the public samples are not read", path.display());
    }
    path.exists().then_some(path)
}

/// The lines of the JSONL files of a folder, parsed.
fn lines(folder: &Path) -> Vec<Value> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect::<Vec<_>>();
    texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The records of CloudTrail in what a source wraps them in; a record holds no further ones.
fn records_in<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members)
            if members.contains_key("eventName") && members.contains_key("eventSource") =>
        {
            found.push(value);
        }
        Value::Object(members) => members.values().for_each(|member| records_in(member, found)),
        Value::Array(elements) => elements.iter().for_each(|element| records_in(element, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_cloudtrail_record_of_the_public_samples_is_read_with_its_name_time_and_source() {
    let folders = [
        ("cloudtrail-otrf", 103),
        ("cloudtrail-stratus", 132),
        ("cloudtrail-streamalert", 37),
        ("cloudtrail-traildiscover", 224),
        ("eventbridge-cloud-custodian", 9),
        ("panther-analysis-tests", 232),
    ];
    for (folder, least) in folders {
        let Some(path) = beside(folder) else { return };
        let all = lines(&path);
        let mut found = Vec::new();
        all.iter().for_each(|line| records_in(line, &mut found));
        let mut timeless = 0;
        for raw in &found {
            let text = raw.to_string();
            let record = call(event(&text));
            assert!(!record.name.is_empty() && !record.source.is_empty(), "{folder}: {text}");
            // Templates and cut-down records have a word where the time should be, or nothing.
            let says_time = ["eventTime", "@timestamp"]
                .iter()
                .any(|name| raw[*name].as_str().is_some_and(|time| time.starts_with("20")));
            assert_eq!(record.time.is_some(), says_time, "{folder}: {text}");
            timeless += usize::from(!says_time);
        }
        println!("{folder}: {} records, {timeless} of them written without a time", found.len());
        assert!(found.len() >= least, "{folder}: {} records", found.len());
    }
}

#[test]
fn every_record_of_the_public_invocation_log_is_read_and_shows_no_prompt() {
    let Some(path) = beside("bedrock-invocation-splunk") else { return };
    let all = lines(&path);
    for raw in &all {
        let read = event(&raw.to_string());
        assert!(read.gaps.is_empty() && read.time.is_some(), "{:?}", read.gaps);
        let shown = format!("{read:?}");
        assert!(!shown.contains("content") || !shown.contains("messages"), "{shown}");
        let invocation = invocation(read);
        assert!(!invocation.model.is_empty() && invocation.input_tokens.is_some());
    }
    println!("{} invocations", all.len());
    assert_eq!(all.len(), 86);
}

#[test]
fn findings_are_not_taken_for_events() {
    assert_eq!(finding(&read_record(NATIVE.as_bytes())[0]).product, "guardduty");
}
