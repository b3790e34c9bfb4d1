//! Every port that keeps something, in DynamoDB.
//!
//! Apart from the other adapters because consistency has rules of its own:
//! - a row is written only if it still has the version that its writer read; several rows are one transaction;
//! - what must be as the newest write left it is read by key or out of a partition of the table, strongly consistent;
//!   what an index answers may be old, so it is read again by key before anybody relies on it;
//! - a write whose answer was lost is recognised by its stamp when it is sent again (see `writes`);
//! - what grows too long for a row is kept in `Blobs` under its hash before the row names it.
//!
//! # Access patterns
//!
//! Keys are built by `keys`: a kind and length-prefixed parts, so no text of a finding makes two keys one. `N` is one of
//! eight shards, chosen by the row's id; a list asks all of them, because one partition takes 1,000 writes a second.
//!
//! | row | pk | sk | index: pk, sk |
//! |---|---|---|---|
//! | finding | finding, id | row | gsi2: account, account, N; arrival, id |
//! | its duplicates (ADD) | finding, id | duplicates | |
//! | event of a finding | event, key | row | |
//! | link incident to finding, with the finding in short | incident, id | finding, id | gsi2: seen, N; latest activity, id |
//! | name in a finding (but for its account) | named, kind, name | finding | |
//! | incident | incident, id | row | gsi1: escalations, N; due, id, or unfinished, N; began, id. gsi2: queue, status, priority, N; last seen, id. gsi3: changes, N; turn, id |
//! | message (outbox) | incident, id | message, generation | gsi1: outbox, N; turn, incident |
//! | document | incident, id | document, kind, generation | |
//! | token of an execution | incident, id | execution, generation | |
//! | spans of a correlation key | key, text | row | |
//! | link incident to key | incident, id | key, text | |
//! | action | action, id | row | gsi1: due, N; due, id. gsi2: actions, N; effect (none first, then the newest), id |
//! | link incident to action | incident, id | action, id | |
//! | effect of an action | effects, account | done at, action | |
//! | question (approval) | action, id | question, generation | gsi1: questions, state, N; expiry, action, generation |
//! | link incident to question | incident, id | question, action, generation | |
//! | notice | notice, key | row | |
//! | quarantined record | quarantined, id | row | gsi1: quarantine, N; at, turn, id. gsi2: quarantined, N; at (newest first), id |
//! | event that is no finding | kept, SHA-256 | row | gsi2: events, account, N; at, SHA-256 |
//! | operation (what a person did) | operation, id | row | gsi1: operations; began, id, while it is under way |
//! | bulk | job, id | row | gsi1: jobs; began, id, while it runs |
//! | comment | comment, id | row | |
//! | link incident to comment | incident, id | comment, turn, id | |
//! | suppression by people | suppression, id | row | gsi1: suppressions; end, id, until it is removed |
//! | link to suppression | suppressions | suppression, turn, id | |
//! | head of a chain | head, chain | row | gsi3: heads, N; chain. gsi2: ends, N; latest row (newest first), chain |
//! | ledger's row (own table) | chain, name | place | |
//!
//! | question | answered by |
//! |---|---|
//! | finding by id; duplicate by event key | one row by key |
//! | open incidents by correlation key, by resource or principal | spans of that key, then incidents by key |
//! | incident with its findings, actions, questions, documents | links and rows of the incident's partition, then rows by key |
//! | queue by status, priority and time | gsi2 `queue` |
//! | findings, events by account and time | gsi2 `account`, `events` |
//! | changes since a cursor | gsi3 `changes`, from the cursor's turn on |
//! | queue by any filter and order, its counts, cases | what a function knows of all incidents, kept up by gsi3 `changes` |
//! | how many findings an incident has | links of the incident's partition, counted |
//! | all actions by effect | gsi2 `actions`; of an incident by its links |
//! | findings by day, ATT&CK techniques, incidents by type of finding | gsi2 `seen`, from and to |
//! | what names a resource, principal, address, access key | `named`, then findings by key; an account by its incidents |
//! | newest rows of all chains | gsi2 `ends`, then those chains' rows |
//! | pending questions by expiry | gsi1 `questions` |
//! | intents past their lease, expired containments | gsi1 `due`, read again |
//! | put-off generations that are due | gsi1 `escalations`, read again |
//! | generations that are not done | gsi1 `unfinished`, read again |
//! | messages that are unsent | gsi1 `outbox`, read again |
//! | actions of an account since a moment | `effects` from that moment on, then rows by key |
//! | quarantine, the newest first | gsi1 `quarantine`, for people gsi2 `quarantined` |
//! | heads of all chains, by name | gsi3 `heads` |
//! | operations under way, bulks that run | gsi1 `operations`, `jobs`, read again |
//! | comments of an incident, the newest first | links of the incident's partition, then rows by key |
//! | suppressions that hold | gsi1 `suppressions` from now on, read again |
//! | suppressions, the newest first | `suppressions`, then rows by key |
//!
//! `expires` (seconds since 1970) is on findings, their links and names, events, duplicates and kept events only: incidents,
//! actions, questions, heads and what people did stay. The policy's own suppressions stand in the policy, an object of
//! its own.

mod actions;
pub mod answers;
mod approvals;
pub mod budget;
mod correlations;
pub mod desk;
mod documents;
mod dossier;
mod events;
mod findings;
mod gaps;
mod incidents;
mod item;
mod keys;
mod ledger;
mod listing;
#[cfg(feature = "sns")]
mod notices;
mod outline;
mod people;
mod quarantine;
mod reads;
mod tokens;
mod unfinished;
#[cfg(feature = "verify")]
mod walk;
mod writes;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use soc_domain::time::Timestamp;

use crate::blobs::Blobs;

pub use listing::Cursor;
pub use tokens::Remembered;
#[cfg(feature = "verify")]
pub use walk::Wanted;
use writes::Stamps;

/// How long findings stay, if nothing else is said: a year and a month.
const RETENTION: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The names of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Everything but the ledger's rows.
    pub soc: String,
    /// The ledger's rows: put, never changed.
    pub ledger: String,
}

/// The store. Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct Store {
    client: Client,
    tables: Arc<Tables>,
    blobs: Arc<dyn Blobs>,
    retention: Duration,
    stamps: Arc<Stamps>,
    last_turn: Arc<AtomicI64>,
}

impl Store {
    /// The store in these tables; what is too long for a row is kept in `blobs`.
    #[must_use]
    pub fn new(client: Client, tables: Tables, blobs: Arc<dyn Blobs>) -> Self {
        let (stamps, last_turn) = (Arc::new(Stamps::new()), Arc::new(AtomicI64::new(0)));
        Self { client, tables: Arc::new(tables), blobs, retention: RETENTION, stamps, last_turn }
    }

    /// The store of a function: its tables, and the bucket of what is too long for a row.
    #[cfg(feature = "s3")]
    #[must_use]
    pub fn of(config: &aws_config::SdkConfig, tables: Tables, bucket: String) -> Self {
        let blobs = Arc::new(crate::s3::S3Blobs::new(crate::clients::s3(config), bucket));
        Self::new(crate::clients::dynamodb(config), tables, blobs)
    }

    /// Now: rows have an order and an end that no use case knows of.
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.turn() / 1_000)
    }

    /// A number that grows with time and never comes twice from one process: microseconds since 1970, or more.
    fn turn(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "an order of writes, which no decision depends on")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_micros()).unwrap_or(i64::MAX);
        let before = self.last_turn.fetch_max(now, Ordering::Relaxed);
        if before < now {
            return now;
        }
        self.last_turn.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("tables", &self.tables).finish_non_exhaustive()
    }
}
