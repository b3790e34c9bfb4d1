//! Findings that tests make up: an instance that mines, a key that somebody else uses.
//!
//! Apart from the test bed because these are its input: written as products write them, by soc-samples.

use std::time::Duration;

use soc_domain::action::KeyStatus;
use soc_domain::finding::{ApiCall, Finding, Instance, Interface, Principal, Remote};
use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};
use soc_samples::wire::{Form, record};
use soc_samples::{Act, Sample, Tag, Target};

pub(crate) const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-central-1";

/// When the findings of a test begin.
pub(crate) fn day(minutes: u64) -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap().plus(Duration::from_secs(minutes * 60))
}

/// What the readers make of a record that holds one finding.
pub(crate) fn read(record: &[u8]) -> Finding {
    match read_record(record).remove(0).content {
        Ok(Content::Finding(finding, _)) => *finding,
        other => panic!("{other:?}"),
    }
}

/// The product's own id of the finding `name`.
pub(crate) fn own_id(name: &str) -> String {
    sha256_hex(&[b"proof", name.as_bytes()]).chars().take(32).collect()
}

fn finding(name: &str, kind: &str, score: f64) -> Sample {
    Sample {
        kind: kind.to_owned(),
        id: own_id(name),
        score,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        title: format!("Title of {name}: something happened."),
        description: format!("Description of {name}: GuardDuty saw something."),
        first_seen: day(0),
        last_seen: day(1),
        updated_at: day(5),
        count: 1,
        ..Sample::default()
    }
}

/// `i-` and 17 hexadecimal digits.
pub(crate) fn instance_id(host: &str) -> String {
    let digits: String = sha256_hex(&[host.as_bytes()]).chars().take(17).collect();
    format!("i-{digits}")
}

pub(crate) fn instance_arn(host: &str) -> String {
    format!("arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{}", instance_id(host))
}

/// An instance with one interface, as a finding names it.
pub(crate) fn host(host: &str) -> Target {
    let digits = instance_id(host).split_off(2);
    let interface = Interface {
        id: format!("eni-{digits}"),
        vpc_id: format!("vpc-{digits}"),
        subnet_id: format!("subnet-{digits}"),
        groups: vec!["sg-0000000000000000a".to_owned(), "sg-0000000000000000b".to_owned()],
        private_ip: Some("10.0.0.9".to_owned()),
        public_ip: None,
    };
    let details = Instance { profile_arn: None, image_id: None, interfaces: vec![interface] };
    Target::Instance { id: instance_id(host), details }
}

/// A miner on an instance of development: High, hardly ever harmless, isolated without asking.
pub(crate) fn miner(name: &str, on: &str) -> Sample {
    Sample {
        targets: vec![host(on)],
        tags: vec![Tag { key: "Environment", value: "dev" }],
        act: Act::Dns("pool.example.com".to_owned()),
        ..finding(name, "CryptoCurrency:EC2/BitcoinTool.B!DNS", 8.0)
    }
}

/// The same in production: isolated only if two persons consent.
pub(crate) fn production_miner(name: &str, on: &str) -> Sample {
    Sample { tags: vec![Tag { key: "Environment", value: "prod" }], ..miner(name, on) }
}

/// `AKIA...EXAMPLE`, of that user.
pub(crate) fn key_id(user: &str) -> String {
    let digits: String = sha256_hex(&[user.as_bytes()]).chars().take(9).collect();
    format!("AKIA{}EXAMPLE", digits.to_ascii_uppercase())
}

pub(crate) fn key_arn(user: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:access-key/{}", key_id(user))
}

/// The key of a user, used by somebody else: deactivated if one person consents, as no tag says what it is for.
pub(crate) fn stolen_key(name: &str, user: &str) -> Sample {
    let principal = Principal {
        kind: "IAMUser".to_owned(),
        name: user.to_owned(),
        principal_id: None,
        access_key_id: Some(key_id(user)),
        account: ACCOUNT.to_owned(),
    };
    let remote = Remote {
        ip: "198.51.100.77".to_owned(),
        port: None,
        country: None,
        organization: None,
        threat_lists: Vec::new(),
    };
    let call = ApiCall { service: "iam.amazonaws.com".to_owned(), name: "CreateUser".to_owned() };
    Sample {
        targets: vec![Target::AccessKey],
        principal: Some(principal),
        remote: Some(remote),
        act: Act::Api(call),
        ..finding(name, "Persistence:IAMUser/AnomalousBehavior", 8.0)
    }
}

/// The seed of a user whose tags say what the key is for.
pub(crate) fn user_seed(user: &str, tag: &str, value: &str) -> String {
    let (key, status) = (key_id(user), KeyStatus::Active);
    serde_json::json!({"users": [
        {"account": ACCOUNT, "name": user, "tags": {tag: value}, "keys": {key: status}}
    ]})
    .to_string()
}

/// The same finding, changed later: so many minutes after it was first written.
pub(crate) fn later(sample: &Sample, minutes: u64) -> Sample {
    Sample { last_seen: day(1 + minutes), updated_at: day(5 + minutes), ..sample.clone() }
}

/// As GuardDuty's own event.
pub(crate) fn event(sample: &Sample) -> Vec<u8> {
    record(sample, Form::GuardDutyEvent)
}

/// As GuardDuty's own events.
pub(crate) fn events<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Vec<Vec<u8>> {
    samples.into_iter().map(event).collect()
}
