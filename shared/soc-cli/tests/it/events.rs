//! Events that are no findings: they come in by any way, are counted as events, are kept once and make no incident.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::shell::{Shell, assert_balanced, count};

const CALL: &str = r#"{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","accountId":"111122223333"},"eventTime":"2026-03-01T10:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","eventID":"e-1","eventType":"AwsApiCall","recipientAccountId":"111122223333"}"#;
const INVOCATION: &str = r#"{"schemaType":"ModelInvocationLog","timestamp":"2026-03-01T10:00:00Z","accountId":"111122223333","region":"us-west-2","requestId":"q-1","operation":"InvokeModel","modelId":"example.model-v1","identity":{"arn":"a"},"input":{"inputBodyJson":{"prompt":"PROMPT"},"inputTokenCount":1}}"#;
const ENVELOPE: &str = r#"{"version":"0","id":"x-1","detail-type":"KIND","source":"aws.test","account":"111122223333","time":"2026-03-01T10:00:00Z","region":"us-east-1","detail":DETAIL}"#;

fn envelope(kind: &str, detail: &str) -> String {
    ENVELOPE.replace("KIND", kind).replace("DETAIL", detail)
}

/// How many events the data folder holds.
fn kept(shell: &Shell) -> i64 {
    let store = Connection::open(shell.data().join("soc.sqlite")).expect("the store opens");
    store.query_row("SELECT count(*) FROM events", (), |row| row.get(0)).expect("the table is there")
}

#[test]
fn calls_sign_ins_invocations_and_insights_are_events_and_each_is_kept_once() {
    let shell = Shell::new();
    shell.file(
        "calls.json",
        format!("{{\"Records\":[{CALL},{}]}}", CALL.replace("ListUsers", "GetUser")).as_bytes(),
    );
    let lines = [
        CALL.to_owned(),
        INVOCATION.replace("PROMPT", &"long ".repeat(40_000)),
        envelope("AWS API Call via CloudTrail", CALL),
        envelope("AWS Console Sign In via CloudTrail", &CALL.replace("iam.", "signin.")),
        envelope("Security Hub Insight Results", r#"{"insightName":"n","insightResults":[{"a":1}]}"#),
        envelope("Something Nobody Knows", "{}"),
    ];
    shell.file("lines.ndjson", lines.join("\n").as_bytes());
    for _again in 0..2 {
        let summary =
            shell.soc(&["ingest", "calls.json", "lines.ndjson", "--output", "json"]).ended(0).json();
        assert_balanced(&summary);
        assert_eq!((count(&summary, "/events"), count(&summary, "/quarantined")), (8, 0), "{summary}");
        // The call is in both files, byte for byte.
        assert_eq!(kept(&shell), 7);
    }
}

#[test]
fn no_call_and_no_invocation_of_the_public_samples_beside_the_checkout_is_quarantined() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folders = ["cloudtrail-stratus", "cloudtrail-otrf", "bedrock-invocation-splunk"];
    if !folders.iter().all(|folder| data.join(folder).is_dir()) {
        return;
    }
    let mut args = vec!["ingest".to_owned(), "--output".to_owned(), "json".to_owned()];
    for folder in folders {
        let files = fs::read_dir(data.join(folder)).expect("the folder can be read");
        let files = files.map(|entry| entry.expect("it can be listed").path().display().to_string());
        args.extend(files.filter(|file| file.ends_with(".jsonl")));
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let summary = Shell::new().soc(&args).ended(0).json();
    assert_balanced(&summary);
    assert_eq!((count(&summary, "/received"), count(&summary, "/events")), (321, 321), "{summary}");
}
