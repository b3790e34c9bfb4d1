//! The built-in stream: attacks among noise in three accounts, on one day, always the same bytes. Every finding
//! type and every control of the catalogue is in it.
//!
//! Apart from the generator, because people read it: every name is chosen, and [`stories`] says which finding
//! belongs to which attack, so that what the product makes of the stream can be checked. Invariant: two stories,
//! and a story and the noise, share no principal, key, instance, bucket or address.

mod accounts;
mod campaigns;
mod cast;
mod everything;
mod exfiltration;
mod miner;
mod noise;
mod other_products;
mod stolen_key;

use std::time::Duration;

use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;

use crate::sample::Sample;
use crate::wire::{Form, api_call_event, instance_state_event, malware_scan_event, record, to_bytes};

pub use accounts::accounts;

/// What a finding of the built-in stream belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Story {
    /// A development user's key, used from a Tor exit: reconnaissance, persistence, trail off, attack sequence.
    /// Critical, and the user is not of production: the key is deactivated at once.
    StolenKey,
    /// A miner on a development instance after a brute force: isolated without asking.
    CryptoMiner,
    /// A production instance's credentials used outside AWS to empty a bucket: two persons' approval.
    DataTheft,
    /// One Medium and one High finding on a key of a development user: deactivated without asking.
    DeveloperKey,
    /// Findings on the key of the break-glass user, which is protected: refused before planning.
    BreakGlass,
    /// A High finding on an instance that CloudFormation manages: a proposal.
    ManagedByStack,
    /// A production EKS cluster taken over from a listed address: Critical, guidance for people.
    ClusterTakeover,
    /// A bucket of backups made public, encrypted and deleted: Critical, the key waits for two persons.
    BucketRansom,
    /// Malware on a production instance that looks for further hosts: Critical, waits for two persons.
    InfectedHost,
    /// Out of a task of a production ECS cluster, to mine: Critical, guidance for people.
    TaskEscape,
    /// A cluster of the sandbox that is open to everybody, and used.
    OpenCluster,
    /// A database's passwords tried until one worked.
    DatabaseBreakIn,
    /// A function that mines, and whose credentials left.
    FunctionMiner,
    /// An instance of development that attacks others: isolated without asking.
    Botnet,
    /// A desktop of the sandbox on which somebody opened the wrong page: isolated without asking.
    PhishedDesktop,
    /// A user's key used to call a foundation model thousands of times: deactivated without asking.
    ModelHarvest,
    /// The root user of the sandbox stops the trail.
    RootUse,
    /// A test that the sandbox's owners ordered.
    RedTeam,
    /// Everything else.
    Noise,
}

/// One finding of the built-in stream, before it is written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it belongs to.
    pub story: Story,
    /// The finding.
    pub sample: Sample,
    /// The form in which it is sent.
    pub form: Form,
}

/// Which findings make up one story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryRow {
    /// The story.
    pub story: Story,
    /// The products' own ids of its findings, in the order of their first delivery, each once.
    pub finding_ids: Vec<String>,
}

/// The moment `minutes` after 2026-03-02T09:00:00Z, when the built-in day begins.
fn at(minutes: u64) -> Timestamp {
    Timestamp::from_millis(1_772_442_000_000).plus(Duration::from_secs(minutes * 60))
}

/// The 32 hexadecimal digits by which GuardDuty would name the finding `name`.
fn finding_id(name: &str) -> String {
    sha256_hex(&[b"built-in", name.as_bytes()]).chars().take(32).collect()
}

/// Every delivery of a finding, in the order of arrival: by the time of the last change, as products send.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let mut all = stolen_key::entries();
    all.extend(miner::entries());
    all.extend(exfiltration::entries());
    all.extend(noise::entries());
    all.extend(other_products::entries());
    all.extend(campaigns::entries());
    all.extend(everything::entries(&all));
    all.sort_by_key(|entry| entry.sample.updated_at);
    all
}

/// The built-in stream: one record per element, each one line of NDJSON without its end. Beside the findings of
/// [`entries`] it holds three events that are no findings: an instance's change of state, an API call and a
/// malware scan without a threat.
#[must_use]
pub fn builtin() -> Vec<Vec<u8>> {
    let events = [
        instance_state_event(cast::DEV, "i-0be1c0ffee0000001", at(15)),
        api_call_event(cast::DEV, "example-build-artifacts", at(95)),
        malware_scan_event(cast::PROD, "example-uploads", at(200)),
    ];
    let mut records: Vec<Vec<u8>> = entries().iter().map(|entry| record(&entry.sample, entry.form)).collect();
    for (event, place) in events.iter().zip([3, 20, 45]) {
        records.insert(place.min(records.len()), to_bytes(event));
    }
    records
}

/// Which finding belongs to which story, the noise too: made from the same list as the stream.
#[must_use]
pub fn stories() -> Vec<StoryRow> {
    let mut rows: Vec<StoryRow> = Vec::new();
    for Entry { story, sample, .. } in entries() {
        match rows.iter_mut().find(|row| row.story == story) {
            Some(row) if row.finding_ids.contains(&sample.id) => {}
            Some(row) => row.finding_ids.push(sample.id),
            None => rows.push(StoryRow { story, finding_ids: vec![sample.id] }),
        }
    }
    rows.sort_by_key(|row| row.story);
    rows
}
