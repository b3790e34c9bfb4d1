//! What the runs are fed with: a small day in which everything happens that the protocol must survive.
//!
//! Apart from the scenarios because all of them tell the same day: what went wrong is theirs, what must come out is
//! the same for all.

use std::collections::BTreeMap;

use soc_domain::action::{AccessKeyState, InstanceState, KeyStatus, Observation};
use soc_domain::finding::{Finding, Principal};
use soc_domain::severity::Severity;
use soc_domain::wire::{Content, Event, Refusal, read_record};
use soc_testkit::build::{at, finding, instance, place};

/// One record of the day.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// When it is sent, in seconds from the beginning.
    pub(crate) sent: u64,
    /// Its own bytes.
    pub(crate) raw: Vec<u8>,
    /// What the reader makes of it.
    pub(crate) content: Result<Content, Refusal>,
}

/// How people answer what is asked about a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    Consent,
    Refuse,
    Silent,
}

/// Whether anything says what a host is for.
#[derive(Debug, Clone, Copy)]
enum Host {
    Development,
    Production,
}

const HOSTS: [(&str, Host, Habit); 6] = [
    ("i-runner", Host::Development, Habit::Consent),
    ("i-orders", Host::Production, Habit::Consent),
    ("i-billing", Host::Production, Habit::Refuse),
    ("i-legacy", Host::Production, Habit::Silent),
    ("i-web", Host::Development, Habit::Consent),
    ("i-bridge", Host::Development, Habit::Consent),
];

const USERS: [&str; 2] = ["ada", "bob"];

/// How people answer about `resource`.
pub(crate) fn habit(resource: &str) -> Habit {
    let known = HOSTS.iter().find(|(host, ..)| resource.ends_with(host));
    known.map_or(Habit::Consent, |(_, _, habit)| *habit)
}

/// What is in the account before anything happens.
pub(crate) fn resources() -> Vec<(String, Observation)> {
    let hosts = HOSTS.iter().map(|(host, environment, _)| {
        let tag = match environment {
            Host::Development => "dev",
            Host::Production => "prod",
        };
        let state = InstanceState {
            instance_id: (*host).to_owned(),
            vpc_id: "vpc-1".to_owned(),
            quarantine_group: Some("sg-quarantine".to_owned()),
            interfaces: BTreeMap::from([("eni-1".to_owned(), vec!["sg-a".to_owned(), "sg-b".to_owned()])]),
            tags: BTreeMap::from([("Environment".to_owned(), tag.to_owned())]),
        };
        (instance(host).arn, Observation::Instance(state))
    });
    let keys = USERS.iter().map(|user| {
        let state = AccessKeyState {
            user: (*user).to_owned(),
            key_id: key_of(user),
            status: KeyStatus::Active,
            tags: BTreeMap::new(),
        };
        (
            format!("arn:aws:iam::{}:access-key/{}", place().account, key_of(user)),
            Observation::AccessKey(state),
        )
    });
    hosts.chain(keys).collect()
}

fn key_of(user: &str) -> String {
    format!("AKIA{}EXAMPLE", user.to_uppercase())
}

/// A miner on `host`.
fn miner(name: &str, host: &str) -> Finding {
    Finding { resources: vec![instance(host)], ..finding(name) }
}

/// The key of `user`, used by somebody else.
fn stolen_key(name: &str, user: &str) -> Finding {
    let principal = Principal {
        kind: "IAMUser".to_owned(),
        name: user.to_owned(),
        principal_id: None,
        access_key_id: Some(key_of(user)),
        account: place().account,
    };
    Finding {
        kind: "Persistence:IAMUser/AnomalousBehavior".to_owned(),
        resources: Vec::new(),
        principals: vec![principal],
        ..finding(name)
    }
}

/// The same finding as its product tells it so many minutes later.
fn later(finding: &Finding, minutes: u64) -> Finding {
    Finding {
        updated_at: Some(at(60 + minutes * 60)),
        last_seen: Some(at(60 + minutes * 60)),
        count: finding.count + minutes,
        ..finding.clone()
    }
}

fn graver(finding: &Finding, minutes: u64) -> Finding {
    Finding { severity: Severity::Critical, ..later(finding, minutes) }
}

/// The graver news of the hosts that people are asked about: what supersedes a question.
pub(crate) fn superseding() -> Vec<Record> {
    let graver =
        ["orders", "billing", "legacy"].map(|name| (0, graver(&miner(name, &format!("i-{name}")), 30)));
    graver.into_iter().map(of_finding).collect()
}

/// The record of the day that holds the finding of this name.
pub(crate) fn named(name: &str) -> Record {
    let is_it = |record: &Record| match &record.content {
        Ok(Content::Finding(finding, _)) => finding.product_id == name,
        Ok(Content::Event(_)) | Err(_) => false,
    };
    day().into_iter().find(is_it).expect("a finding of this name")
}

/// The day, in the order in which it is sent.
pub(crate) fn day() -> Vec<Record> {
    let runner = miner("runner", "i-runner");
    let (orders, legacy) = (miner("orders", "i-orders"), miner("legacy", "i-legacy"));
    let (bridge_host, bridge_key) = (miner("bridge-host", "i-bridge"), stolen_key("bridge-key", "bob"));
    let bridge = Finding { resources: vec![instance("i-bridge")], ..stolen_key("bridge", "bob") };
    let noise = Finding {
        severity: Severity::Low,
        kind: "Recon:EC2/PortProbeUnprotectedPort".to_owned(),
        ..miner("noise", "i-elsewhere")
    };
    let web =
        Finding { kind: "Backdoor:EC2/C&CActivity.B!DNS".to_owned(), ..later(&miner("web-2", "i-web"), 7) };
    let findings = [
        (0, runner.clone()),
        (0, orders.clone()),
        (10, miner("billing", "i-billing")),
        (10, miner("web", "i-web")),
        (20, noise),
        (40, legacy.clone()),
        (45, bridge_host),
        (50, stolen_key("ada", "ada")),
        (55, bridge_key),
        (130, later(&runner, 5)),
        (135, web),
        (240, graver(&runner, 10)),
        (150, graver(&orders, 20)),
        (250, graver(&legacy, 20)),
        (310, bridge),
    ];
    let mut records: Vec<Record> = findings.into_iter().map(of_finding).collect();
    records.push(poison());
    records.push(event());
    records.sort_by_key(|record| record.sent);
    records
}

fn of_finding((sent, finding): (u64, Finding)) -> Record {
    let raw = serde_json::to_vec(&finding).expect("a finding is a document");
    Record { sent, raw, content: Ok(Content::Finding(Box::new(finding), Vec::new())) }
}

fn poison() -> Record {
    let raw = b"{\"schemaVersion\": ".to_vec();
    let content = read_record(&raw).remove(0).content;
    assert!(content.is_err(), "{content:?}");
    Record { sent: 30, raw, content }
}

fn event() -> Record {
    let event = Event {
        source: "aws.ec2".to_owned(),
        detail_type: "EC2 Instance State-change Notification".to_owned(),
        id: "7bf73129-1428-4cd3-a780-95db273d1602".to_owned(),
        ..Event::default()
    };
    Record { sent: 31, raw: b"{\"source\":\"aws.ec2\"}".to_vec(), content: Ok(Content::Event(event)) }
}
