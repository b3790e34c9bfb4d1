//! The real program of `ingest` under a Runtime API: alone, and with an emulator behind it (`SOC_TEST_MINISTACK`).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};
use soc_domain::policy::DEFAULT;
use soc_lambda::SystemClock;
use soc_pipeline::ports::Clock;
use soc_testkit::runtime_api::{Answer, Program, RuntimeApi};

const PATIENCE: Duration = Duration::from_secs(60);
const PROGRAM: &str = env!("CARGO_BIN_EXE_ingest");
const VARIABLES: [&str; 9] = [
    "SOC_TABLE",
    "SOC_LEDGER_TABLE",
    "SOC_EVIDENCE_BUCKET",
    "SOC_POLICY_BUCKET",
    "SOC_POLICY_KEY",
    "SOC_STATE_MACHINE_ARN",
    "SOC_ALLOW_SIMULATOR",
    "SOC_METRIC_NAMESPACE",
    "SOC_RELEASE",
];

#[test]
fn without_its_settings_it_ends_at_once_and_names_every_one_in_one_message() {
    let api = RuntimeApi::start().unwrap();
    let mut program = api.run(Path::new(PROGRAM), &[("SOC_RELEASE", " ")]).unwrap();
    assert_eq!(program.ends(PATIENCE).and_then(|status| status.code()), Some(1));
    let lines = program.lines();
    let told = |line: &&String| VARIABLES.iter().all(|name| line.contains(&format!("{name} is missing")));
    assert!(lines.iter().any(|line| told(&line)), "{lines:#?}");
}

/// The line of metrics after the first `before` ones. The answer may be here before the line is.
fn metrics_after(program: &Program, before: usize) -> Value {
    const LOOKS: usize = 1_000_000;
    let line = (0..LOOKS).find_map(|_| {
        std::thread::yield_now();
        program.lines().into_iter().filter(|line| line.contains("_aws")).nth(before)
    });
    serde_json::from_str(&line.unwrap()).unwrap()
}

/// Where the emulator listens, if there is one.
fn emulator() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a setting of these tests alone")]
    let endpoint = std::env::var("SOC_TEST_MINISTACK").ok();
    if endpoint.is_none() {
        println!("skipped: SOC_TEST_MINISTACK names no emulator");
    }
    endpoint
}

/// One call of the emulator, as an SDK would write it, and the status line of the answer.
fn call(endpoint: &str, (method, path): (&str, &str), (target, body): (&str, &str)) -> String {
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
    let service = if target.starts_with("Dynamo") {
        "dynamodb"
    } else if target.is_empty() {
        "s3"
    } else {
        "states"
    };
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Amz-Target: {target}\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=test/20260101/eu-central-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{target} {path}: {answer}");
    answer
}

fn table(endpoint: &str, name: &str) {
    let keys = |pk: &str, sk: &str| json!([{ "AttributeName": pk, "KeyType": "HASH" }, { "AttributeName": sk, "KeyType": "RANGE" }]);
    let mut attributes = vec![json!({ "AttributeName": "pk", "AttributeType": "S" })];
    attributes.push(json!({ "AttributeName": "sk", "AttributeType": "S" }));
    let mut indexes = Vec::new();
    for number in 1..=3 {
        let (pk, sk) = (format!("gsi{number}pk"), format!("gsi{number}sk"));
        for name in [&pk, &sk] {
            attributes.push(json!({ "AttributeName": name, "AttributeType": "S" }));
        }
        indexes.push(json!({
            "IndexName": format!("gsi{number}"), "KeySchema": keys(&pk, &sk),
            "Projection": { "ProjectionType": "ALL" }
        }));
    }
    let body = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys("pk", "sk"),
        "AttributeDefinitions": attributes, "GlobalSecondaryIndexes": indexes
    });
    call(endpoint, ("POST", "/"), ("DynamoDB_20120810.CreateTable", &body.to_string()));
}

/// A batch of one record of GuardDuty and one that is no JSON.
fn batch() -> String {
    let event = json!({
        "version": "0", "id": "e", "detail-type": "GuardDuty Finding", "source": "aws.guardduty",
        "account": "111122223333", "time": "2026-03-02T09:00:00Z", "region": "eu-central-1", "resources": [],
        "detail": {
            "accountId": "111122223333", "region": "eu-central-1", "partition": "aws", "id": "f1",
            "arn": "arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/f1",
            "type": "Recon:EC2/PortProbeUnprotectedPort", "severity": 8, "title": "t", "description": "d",
            "createdAt": "2026-03-02T08:00:00Z", "updatedAt": "2026-03-02T08:30:00Z",
            "resource": { "resourceType": "Instance", "instanceDetails": { "instanceId": "i-1" } },
            "service": { "serviceName": "guardduty", "count": 1 }
        }
    });
    let record = |sequence: u64, data: &[u8]| {
        json!({
            "eventSource": "aws:kinesis", "eventID": format!("shardId-0:{sequence}"),
            "eventSourceARN": "arn:aws:kinesis:eu-central-1:111122223333:stream/soc-findings",
            "kinesis": {
                "partitionKey": "p", "sequenceNumber": sequence.to_string(), "data": BASE64.encode(data),
                "approximateArrivalTimestamp": 1_772_442_000.5
            }
        })
    };
    json!({ "Records": [record(1, event.to_string().as_bytes()), record(2, b"no JSON")] }).to_string()
}

#[test]
fn with_a_store_behind_it_a_batch_is_taken_in_and_a_redelivery_changes_nothing() {
    let Some(endpoint) = emulator() else { return };
    let mark = SystemClock.now().as_millis();
    let [soc, ledger] = ["soc", "ledger"].map(|name| format!("{name}-{mark}"));
    let [evidence, policy] = ["evidence", "policy"].map(|name| format!("{name}-{mark}"));
    table(&endpoint, &soc);
    table(&endpoint, &ledger);
    for bucket in [&evidence, &policy] {
        let place = "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint>\
                     </CreateBucketConfiguration>";
        call(&endpoint, ("PUT", &format!("/{bucket}")), ("", place));
    }
    call(&endpoint, ("PUT", &format!("/{policy}/policy.toml")), ("", DEFAULT));
    let machine = json!({
        "name": format!("incident-{mark}"), "roleArn": "arn:aws:iam::000000000000:role/r",
        "definition": json!({ "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } }).to_string()
    });
    let made = call(&endpoint, ("POST", "/"), ("AWSStepFunctions.CreateStateMachine", &machine.to_string()));
    let made: Value = serde_json::from_str(made.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let api = RuntimeApi::start().unwrap();
    let values = [
        soc.as_str(),
        &ledger,
        &evidence,
        &policy,
        "policy.toml",
        made["stateMachineArn"].as_str().unwrap(),
        "false",
        "n",
        "r7",
    ];
    let mut variables: Vec<(&str, &str)> = VARIABLES.into_iter().zip(values).collect();
    variables.push(("AWS_ENDPOINT_URL", &endpoint));
    let program = api.run(Path::new(PROGRAM), &variables).unwrap();
    let deliveries = [["Recorded", "Quarantined", "Started"], ["Duplicates", "Quarantined", "Received"]];
    for (before, delivery) in deliveries.into_iter().enumerate() {
        let deadline = SystemClock.now().plus(PATIENCE);
        let answer = api.invoke(&batch(), deadline, PATIENCE);
        let fine = Answer::Response(r#"{"batchItemFailures":[]}"#.to_owned());
        assert_eq!(answer, Some(fine), "{:#?}", program.lines());
        let metrics = metrics_after(&program, before);
        for name in delivery {
            assert!(metrics[name].as_u64() > Some(0), "{name}: {metrics}");
        }
    }
}
