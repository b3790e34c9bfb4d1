//! A batch of Kinesis through the real intake over memory: the answer's bytes, and what is acknowledged.

use async_trait::async_trait;
use data_encoding::BASE64;
use serde_json::{Value, json};
use soc_domain::id::{EventKey, FindingId, IncidentId};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::wire::Simulator;
use soc_lambda::batch::Intake;
use soc_lambda::{Invocation, SystemClock};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ingest::Ingest;
use soc_pipeline::ports::{
    Clock, FindingRow, FindingWrite, Findings, IncidentFindings, Incidents, Quarantine, RowVersion, Versioned,
};
use soc_pipeline::sweep::Outbox;
use soc_testkit::memory::Memory;

const FINE: &str = r#"{"batchItemFailures":[]}"#;

/// What becomes of a finding whose own id says so.
struct Moody<'a>(&'a Memory);

#[async_trait]
impl Findings for Moody<'_> {
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>> {
        Findings::get(self.0, id).await
    }
    async fn seen(&self, event: EventKey) -> PortResult<bool> {
        self.0.seen(event).await
    }
    async fn record(&self, write: FindingWrite<'_>, expected: Option<RowVersion>) -> PortResult<()> {
        match write.row.finding.product_id.as_str() {
            "fails" => Err(PortError::new(PortErrorKind::Unavailable, "record a finding")),
            "panics" => panic!("PAYLOAD"),
            _ => self.0.record(write, expected).await,
        }
    }
    async fn count_duplicate(&self, id: FindingId) -> PortResult<()> {
        self.0.count_duplicate(id).await
    }
    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings> {
        Findings::of_incident(self.0, id, limit).await
    }
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        Findings::move_all(self.0, from, to).await
    }
}

/// GuardDuty's event as EventBridge puts it on the stream.
fn event(own_id: &str) -> Vec<u8> {
    json!({
        "version": "0", "id": format!("event-{own_id}"), "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty", "account": "111122223333", "time": "2026-03-02T09:00:00Z",
        "region": "eu-central-1", "resources": [],
        "detail": {
            "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-central-1", "partition": "aws",
            "id": own_id, "arn": format!("arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/{own_id}"),
            "type": "Recon:EC2/PortProbeUnprotectedPort", "severity": 8, "title": "t", "description": "d",
            "createdAt": "2026-03-02T08:00:00Z", "updatedAt": "2026-03-02T08:30:00Z",
            "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": format!("i-{own_id}")}},
            "service": {"serviceName": "guardduty", "count": 1, "resourceRole": "TARGET",
                "eventFirstSeen": "2026-03-02T08:00:00Z", "eventLastSeen": "2026-03-02T08:20:00Z"}
        }
    })
    .to_string()
    .into_bytes()
}

/// A batch as the event source mapping hands it over; the first record has sequence number 100.
fn batch(records: &[Vec<u8>]) -> Value {
    let records: Vec<Value> = records
        .iter()
        .enumerate()
        .map(|(at, data)| {
            json!({
                "eventSource": "aws:kinesis", "eventVersion": "1.0",
                "eventID": format!("shardId-000000000003:{}", 100 + at),
                "eventName": "aws:kinesis:record", "awsRegion": "eu-central-1",
                "invokeIdentityArn": "arn:aws:iam::111122223333:role/r",
                "eventSourceARN": "arn:aws:kinesis:eu-central-1:111122223333:stream/soc-findings",
                "kinesis": {
                    "kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": (100 + at).to_string(),
                    "data": BASE64.encode(data), "approximateArrivalTimestamp": 1_772_442_000.5
                }
            })
        })
        .collect();
    json!({ "Records": records })
}

fn minute() -> Invocation {
    Invocation::new("r-1", SystemClock.now().plus(std::time::Duration::from_secs(60)))
}

fn block_on<T>(work: impl std::future::Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Hands records over and answers the exact bytes that Lambda gets.
fn hand_over(memory: &Memory, payload: Value, invocation: &Invocation) -> String {
    let policy = Policy::parse(DEFAULT).unwrap();
    let ingest = Ingest {
        findings: &Moody(memory),
        incidents: memory,
        correlations: memory,
        quarantine: memory,
        events: memory,
        ledger: memory,
        policy: &policy,
    };
    let intake = Intake { ingest, simulator: Simulator::Refused, clock: &SystemClock };
    let outbox = Outbox { incidents: memory, workflows: memory };
    block_on(intake.batch_and_outbox(payload, outbox, invocation)).unwrap().to_string()
}

fn check(records: &[Vec<u8>], bytes: &str) -> Memory {
    let memory = Memory::new();
    assert_eq!(hand_over(&memory, batch(records), &minute()), bytes);
    memory
}

#[test]
fn a_batch_in_which_all_is_fine_answers_an_empty_list_and_starts_what_it_opened() {
    let memory = check(&[event("a"), event("b")], FINE);
    assert_eq!(memory.all_findings().len(), 2);
    assert!(block_on(memory.unsent(10)).unwrap().is_empty(), "the outbox was sent");
}

#[test]
fn an_empty_batch_answers_an_empty_list_and_never_null() {
    check(&[], FINE);
}

#[test]
fn the_record_that_failed_is_named_by_its_sequence_number_and_the_others_are_kept() {
    let memory = check(
        &[event("a"), event("fails"), event("b")],
        r#"{"batchItemFailures":[{"itemIdentifier":"101"}]}"#,
    );
    assert_eq!(memory.all_findings().len(), 2);
}

#[test]
fn all_that_failed_is_named_in_the_order_of_the_batch() {
    let bytes = r#"{"batchItemFailures":[{"itemIdentifier":"100"},{"itemIdentifier":"102"}]}"#;
    check(&[event("fails"), event("a"), event("panics")], bytes);
}

#[test]
fn a_panic_inside_of_one_record_acknowledges_it_not_and_stops_no_other() {
    let memory = check(&[event("panics"), event("a")], r#"{"batchItemFailures":[{"itemIdentifier":"100"}]}"#);
    assert_eq!(memory.all_findings().len(), 1);
}

#[test]
fn a_record_that_is_no_json_is_quarantined_once_and_acknowledged() {
    let memory = Memory::new();
    for _delivery in 0..2 {
        let invocation = minute();
        assert_eq!(hand_over(&memory, batch(&[b"{ no JSON".to_vec(), event("a")]), &invocation), FINE);
    }
    let kept = block_on(Quarantine::list(&memory, 10)).unwrap();
    assert_eq!(kept.len(), 1, "{kept:#?}");
    assert_eq!(kept[0].source, "soc-findings/shardId-000000000003/100");
}

#[test]
fn what_the_simulator_plays_is_quarantined_where_it_is_not_allowed() {
    let mut played: Value = serde_json::from_str(&String::from_utf8(event("a")).unwrap()).unwrap();
    played["source"] = json!("soc.simulator");
    let memory = check(&[played.to_string().into_bytes()], FINE);
    let kept = block_on(Quarantine::list(&memory, 10)).unwrap();
    assert!(kept[0].reason.contains("simulator"), "{}", kept[0].reason);
    assert!(memory.all_findings().is_empty());
}

#[test]
fn a_redelivery_changes_nothing_and_counts_duplicates() {
    let memory = Memory::new();
    hand_over(&memory, batch(&[event("a")]), &minute());
    let again = minute();
    assert_eq!(hand_over(&memory, batch(&[event("a")]), &again), FINE);
    let label = soc_lambda::metrics::Label {
        namespace: "n",
        service: "ingest",
        release: "1",
        request_id: "r",
        at: soc_domain::time::Timestamp::from_millis(7),
    };
    let line: Value = serde_json::from_str(&again.metrics.line(label).unwrap()).unwrap();
    assert_eq!((line["Duplicates"].as_u64(), line["Received"].as_u64()), (Some(1), Some(1)));
    assert_eq!(line["SecurityEvent_Recon"], Value::Null, "a duplicate is no event");
}

#[test]
fn what_there_is_no_time_for_comes_again() {
    let over = Invocation::new("r", SystemClock.now());
    let memory = Memory::new();
    let bytes = r#"{"batchItemFailures":[{"itemIdentifier":"100"},{"itemIdentifier":"101"}]}"#;
    assert_eq!(hand_over(&memory, batch(&[event("a"), event("b")]), &over), bytes);
    assert!(memory.all_findings().is_empty());
}

#[test]
fn a_payload_that_is_no_batch_is_an_error_and_shows_nothing_of_itself() {
    let memory = Memory::new();
    let policy = Policy::parse(DEFAULT).unwrap();
    let ingest = Ingest {
        findings: &memory,
        incidents: &memory,
        correlations: &memory,
        quarantine: &memory,
        events: &memory,
        ledger: &memory,
        policy: &policy,
    };
    let intake = Intake { ingest, simulator: Simulator::Refused, clock: &SystemClock };
    let error = block_on(intake.batch(json!({ "Records": "SECRET" }), &minute())).unwrap_err();
    assert_eq!(
        (error.name(), error.to_string().as_str()),
        ("Soc.Rejected", "the payload is no batch of Kinesis")
    );
}
