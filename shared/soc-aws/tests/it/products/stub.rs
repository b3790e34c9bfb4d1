//! Our stub of GuardDuty and Security Hub (`scripts/testbed/products.py`), and what a test looks at in it.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_guardduty::types::Feedback;
use serde_json::{Value, json};
use soc_aws::guardduty::GuardDuty;
use soc_aws::securityhub::SecurityHub;
use soc_aws::sources::ProductSources;
use soc_domain::finding::{Finding, RecordState, WorkflowStatus};
use soc_domain::id::FindingId;
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};
use soc_pipeline::ports::{FindingRow, FindingWrite, Findings, Origin, Sources};
use soc_testkit::build::{START, incident_id, row};
use soc_testkit::conformance::Product;
use soc_testkit::memory::Memory;

use crate::bed::{loader, run, variable};

/// The stub's endpoint; without one it is said that `what` was skipped.
pub(super) fn endpoint(what: &str) -> Option<String> {
    let endpoint = variable("SOC_TEST_PRODUCTS");
    if endpoint.is_none() {
        println!("skipped, for SOC_TEST_PRODUCTS is not set: {what}");
    }
    endpoint
}

/// An id of 32 hexadecimal digits, as GuardDuty's are.
pub(super) fn id_of(name: &str) -> String {
    soc_domain::id::sha256_hex(&[name.as_bytes()]).chars().take(32).collect()
}

/// A finding in GuardDuty's API form. The account is this test's own, for the stub is shared.
pub(super) fn guardduty(account: &str, name: &str, updated: Timestamp, archived: bool) -> Value {
    let id = id_of(&format!("{account}/{name}"));
    json!({
        "accountId": account, "region": "eu-central-1", "partition": "aws", "id": id,
        "arn": format!("arn:aws:guardduty:eu-central-1:{account}:detector/12abc34d567e8fa901bc2d34e56789f0/finding/{id}"),
        "type": "UnauthorizedAccess:EC2/SSHBruteForce", "severity": 8, "schemaVersion": "2.0",
        "createdAt": START.to_string(), "updatedAt": updated.to_string(),
        "title": "somebody tries passwords", "description": "An instance is tried.",
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": format!("i-{name}")}},
        "service": {
            "serviceName": "guardduty", "detectorId": "12abc34d567e8fa901bc2d34e56789f0", "archived": archived,
            "count": 3, "eventFirstSeen": START.to_string(), "eventLastSeen": updated.to_string(),
            "resourceRole": "TARGET", "additionalInfo": {"value": "{}", "type": "default"},
            "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {
                "connectionDirection": "INBOUND", "protocol": "TCP", "blocked": false,
                "localPortDetails": {"port": 22, "portName": "SSH"},
                "remotePortDetails": {"port": 40_000, "portName": "Unknown"},
                "remoteIpDetails": {"ipAddressV4": "198.51.100.7", "organization": {"asnOrg": "Example"}}}},
        },
    })
}

/// The finding that our reader makes of it.
pub(super) fn read(value: &Value) -> Finding {
    let text = value.to_string();
    match read_record(text.as_bytes()).pop().unwrap().content {
        Ok(Content::Finding(finding, _gaps)) => *finding,
        other => panic!("{other:?}"),
    }
}

/// One adapter, its rows, and an account of its own at the stub.
pub(super) struct Stub {
    endpoint: String,
    pub(super) account: String,
    pub(super) rows: Arc<Memory>,
    pub(super) sources: ProductSources,
}

impl Stub {
    pub(super) fn new(endpoint: &str) -> Self {
        let config = run(loader(endpoint).load());
        let rows = Arc::new(Memory::new());
        let hub = SecurityHub::new(aws_sdk_securityhub::Client::new(&config)).with_v2();
        let guardduty = GuardDuty::new(aws_sdk_guardduty::Client::new(&config));
        let account = format!("{:012}", fastrand::u64(..1_000_000_000_000));
        let sources = ProductSources::new(rows.clone(), guardduty, hub);
        Self { endpoint: endpoint.to_owned(), account, rows, sources }
    }

    /// Forgets what earlier runs of the suite left: it lists all that is new.
    pub(super) fn forget(endpoint: &str) {
        talk(endpoint, "/_forget", Some(&json!({"since": soc_testkit::build::at(500).to_string()})));
    }

    fn control(&self, path: &str, body: Option<&Value>) -> Value {
        talk(&self.endpoint, path, body)
    }

    pub(super) fn seed(&self, seeded: &Value) {
        self.control("/_seed", Some(seeded));
    }

    pub(super) fn state(&self) -> Value {
        self.control("/_state", None)
    }

    /// How often an operation was called for this test's account: its body names a finding of ours.
    pub(super) fn calls(&self, operation: &str, naming: &str) -> usize {
        let calls = self.control("/_calls", None);
        let all = calls.as_array().unwrap().iter();
        all.filter(|call| call["operation"] == operation && call["body"].to_string().contains(naming)).count()
    }

    pub(super) fn feedback(&self, id: &str) -> Option<Feedback> {
        self.state()["feedback"][id]["feedback"].as_str().map(Feedback::from)
    }

    pub(super) fn record(&self, row: &FindingRow) {
        let expected = run(self.rows.get(row.finding.id)).unwrap().map(|row| row.version);
        let write = FindingWrite { row, event: row.finding.event_key(), raw: b"{}", at: START };
        run(Findings::record(&*self.rows, write, expected)).unwrap();
    }

    /// Our row of a finding that came over a bus.
    pub(super) fn row_of(&self, finding: Finding) -> FindingRow {
        FindingRow { origin: Origin::Bus, ..row(finding, incident_id("a")) }
    }
}

impl Product for Stub {
    fn sources(&self) -> &dyn Sources {
        &self.sources
    }

    fn has(&self, name: &str, updated: Timestamp, state: RecordState) -> FindingRow {
        let value = guardduty(&self.account, name, updated, state == RecordState::Archived);
        self.seed(&json!({"guardduty": [value]}));
        self.row_of(read(&value))
    }

    fn known(&self, row: &FindingRow) {
        self.record(row);
    }

    fn told(&self, id: FindingId) -> Option<(WorkflowStatus, String)> {
        let row = run(self.rows.get(id)).unwrap()?.value;
        let note = self.state()["feedback"][&row.finding.product_id]["comments"].as_str()?.to_owned();
        Some((WorkflowStatus::Resolved, note))
    }
}

/// One HTTP exchange, for what no SDK has.
fn talk(endpoint: &str, path: &str, body: Option<&Value>) -> Value {
    use std::io::{Read, Write};
    let host = endpoint.trim_start_matches("http://");
    let mut socket = std::net::TcpStream::connect(host).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let text = body.map(Value::to_string).unwrap_or_default();
    let method = if body.is_some() { "POST" } else { "GET" };
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (_head, json) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(json).unwrap()
}
