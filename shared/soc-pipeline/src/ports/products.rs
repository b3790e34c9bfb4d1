//! The products that findings come from, and the stream that they come on.
//!
//! Apart from our own rows: what is here belongs to somebody else, and may disagree with us.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soc_domain::finding::WorkflowStatus;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;

use crate::error::{PortError, PortResult};

/// Whether the product of a finding says the same.
#[derive(Debug, Clone, PartialEq)]
pub enum Confirmation {
    /// The product has it, as we know it.
    Confirmed,
    /// The product has it no more, or put it away: nothing is left to answer.
    Settled,
    /// The product does not know it, or cannot be asked.
    Unverified,
}

/// One record for the stream, as a product's event would be put on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamRecord {
    /// The event's own id: names the record, and spreads records over the stream.
    pub key: String,
    /// The event, as a reader takes it.
    pub bytes: Vec<u8>,
}

/// A record that is not on the stream.
#[derive(Debug)]
pub struct NotPut {
    /// Its place in what was given.
    pub index: usize,
    /// Why not.
    pub error: PortError,
}

/// Where records wait for ingest.
#[async_trait]
pub trait Stream: Send + Sync {
    /// Puts records. Every one of them is on the stream when this returns, at least once, but those that are
    /// answered, in the order of their places. An entry that failed for now is tried again alone, never with those
    /// that are on the stream already. One that is longer than the stream takes (key and bytes together:
    /// `RECORD_LIMIT`) or has no key is Rejected, and the others are put all the same.
    async fn put(&self, records: &[StreamRecord]) -> PortResult<Vec<NotPut>>;
}

/// Where a listing goes on. Opaque: only the adapter that answered it reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(pub String);

/// One page of what the products have.
#[derive(Debug, Default)]
pub struct RecentPage {
    /// One finding each, as the event that its product would have published: a reader takes it, and a stream too.
    pub records: Vec<StreamRecord>,
    /// Where to go on; none at the end. A page without records may have one.
    pub next: Option<Cursor>,
    /// Why the findings of one product are missing from here on. `next` goes on with the other products.
    pub failed: Option<PortError>,
}

/// What a product is told of one of its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report<'a> {
    /// Where the finding stands for us.
    pub status: WorkflowStatus,
    /// What it turned out to be, if that is known.
    pub verdict: Option<Verdict>,
    /// The incident that it is in.
    pub incident: IncidentId,
    /// Why, in our words: never a finding's, never a model's.
    pub note: &'a str,
}

/// What came of telling a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// It has it now.
    Told,
    /// Nobody to tell: the product does not know the finding (any more), or there is none.
    NobodyToTell,
}

/// The products that findings come from.
#[async_trait]
pub trait Sources: Send + Sync {
    /// Reads the finding again at its product by id and compares it with ours.
    async fn confirm(&self, id: FindingId) -> PortResult<Confirmation>;
    /// What the products have that was updated since, page by page: all of it after the last page, unless a page
    /// says that a product failed. What is updated meanwhile may be answered twice or not at all.
    async fn recent(&self, since: Timestamp, from: Option<&Cursor>) -> PortResult<RecentPage>;
    /// Tells the finding's product. Telling the same again changes nothing, and what a product publishes because
    /// of it is recognised as an echo.
    async fn report(&self, id: FindingId, report: Report<'_>) -> PortResult<Reported>;
}
