//! EventBridge envelopes, and the events that travel beside findings.

use serde_json::{Value, json};
use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;

use super::{Object, put};
use crate::sample::Sample;

/// What EventBridge writes around a detail.
struct Envelope<'a> {
    detail_type: &'a str,
    source: &'a str,
    account: &'a str,
    region: &'a str,
    time: Timestamp,
    resources: Vec<String>,
    /// What tells this event from others of its type and second; its id is derived from it.
    identity: String,
}

impl Envelope<'_> {
    fn around(self, detail: Value) -> Value {
        let seed = sha256_hex(&[
            self.detail_type.as_bytes(),
            self.account.as_bytes(),
            &self.time.as_millis().to_le_bytes(),
            self.identity.as_bytes(),
        ]);
        // `put` moves the detail; `json!` would copy it, which is half the cost of a record.
        let mut event = Object::new();
        put(&mut event, "version", "0");
        put(&mut event, "id", uuid(&seed));
        put(&mut event, "detail-type", self.detail_type);
        put(&mut event, "source", self.source);
        put(&mut event, "account", self.account);
        put(&mut event, "time", to_seconds(self.time));
        put(&mut event, "region", self.region);
        put(&mut event, "resources", self.resources);
        put(&mut event, "detail", detail);
        Value::Object(event)
    }
}

/// The first 32 digits of a hash, written as a UUID.
fn uuid(hash: &str) -> String {
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// EventBridge writes whole seconds.
fn to_seconds(time: Timestamp) -> String {
    let text = time.to_string();
    text.split('.').next().map_or(text.clone(), |seconds| format!("{seconds}Z"))
}

/// `GuardDuty Finding`: sent a little after the finding changed.
pub(super) fn guardduty(sample: &Sample, finding: Value) -> Value {
    of_sample(sample, "GuardDuty Finding", "aws.guardduty").around(finding)
}

/// `Security Hub Findings - Imported`.
pub(super) fn imported(sample: &Sample, finding: Value) -> Value {
    let mut envelope = of_sample(sample, "Security Hub Findings - Imported", "aws.securityhub");
    let product = finding.get("ProductArn").and_then(Value::as_str).unwrap_or_default();
    envelope.resources.push(format!("{product}/{}", sample.uid()));
    envelope.around(findings(finding))
}

/// `Findings Imported V2`.
pub(super) fn imported_v2(sample: &Sample, finding: Value) -> Value {
    of_sample(sample, "Findings Imported V2", "aws.securityhub").around(findings(finding))
}

/// Both of Security Hub's events hold a list of findings; ours hold one each.
fn findings(finding: Value) -> Value {
    let mut detail = Object::new();
    put(&mut detail, "findings", vec![finding]);
    Value::Object(detail)
}

fn of_sample<'a>(sample: &'a Sample, detail_type: &'a str, source: &'a str) -> Envelope<'a> {
    Envelope {
        detail_type,
        source,
        account: &sample.account,
        region: &sample.region,
        time: sample.updated_at.plus(std::time::Duration::from_secs(5)),
        resources: Vec::new(),
        identity: format!("{} {}", sample.id, sample.count),
    }
}

/// `EC2 Instance State-change Notification`: a well-formed event that is no finding.
#[must_use]
pub fn instance_state_event(account: &str, instance: &str, time: Timestamp) -> Value {
    let region = "us-east-1";
    Envelope {
        detail_type: "EC2 Instance State-change Notification",
        source: "aws.ec2",
        account,
        region,
        time,
        resources: vec![format!("arn:aws:ec2:{region}:{account}:instance/{instance}")],
        identity: instance.to_owned(),
    }
    .around(json!({ "instance-id": instance, "state": "running" }))
}

/// `AWS API Call via CloudTrail`: an ordinary call by a pipeline's role, no finding.
#[must_use]
pub fn api_call_event(account: &str, bucket: &str, time: Timestamp) -> Value {
    let region = "us-east-1";
    Envelope {
        detail_type: "AWS API Call via CloudTrail",
        source: "aws.s3",
        account,
        region,
        time,
        resources: Vec::new(),
        identity: bucket.to_owned(),
    }
    .around(json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAPIPELINEEXAMPLE00:build-4711",
            "arn": format!("arn:aws:sts::{account}:assumed-role/build-pipeline/build-4711"),
            "accountId": account,
            "accessKeyId": "ASIAPIPELINE0EXAMPLE",
        },
        "eventTime": to_seconds(time),
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketTagging",
        "awsRegion": region,
        "sourceIPAddress": "198.51.100.240",
        "userAgent": "[aws-cli/2.22.0]",
        "requestParameters": { "bucketName": bucket },
        "responseElements": null,
        "eventID": uuid(&sha256_hex(&[b"event", bucket.as_bytes()])),
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }))
}

/// `GuardDuty Malware Protection Object Scan Result` without a threat: the good case that must not alarm.
#[must_use]
pub fn malware_scan_event(account: &str, bucket: &str, time: Timestamp) -> Value {
    let region = "us-east-1";
    let plan = format!("arn:aws:guardduty:{region}:{account}:malware-protection-plan/a1b2c3d4e5f6EXAMPLE");
    Envelope {
        detail_type: "GuardDuty Malware Protection Object Scan Result",
        source: "aws.guardduty",
        account,
        region,
        time,
        resources: vec![plan],
        identity: bucket.to_owned(),
    }
    .around(json!({
        "schemaVersion": "1.0",
        "scanStatus": "COMPLETED",
        "resourceType": "S3_OBJECT",
        "s3ObjectDetails": {
            "bucketName": bucket,
            "objectKey": "incoming/2026/03/02/statement.pdf",
            "eTag": "9b2cf535f27731c974343645a3985328",
            "versionId": "kR3xVersionEXAMPLE",
            "s3Throttled": false,
        },
        "scanResultDetails": { "scanResultStatus": "NO_THREATS_FOUND", "threats": null },
    }))
}
