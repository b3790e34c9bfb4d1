//! Batches: what a stream or queue hands over at once, and what became of each record.
//!
//! Apart from the intake of one record because here stands the promise to the source: only what is named in `done`
//! may be acknowledged, and only what is named in `failed` comes again.

use crate::error::StageError;
use crate::ingest::{Arrival, Ingest, Landed};

/// What the source calls a record of a batch: a sequence number, a receipt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub String);

/// Every record of a batch, in exactly one list.
#[derive(Debug, Default)]
pub struct BatchOutcome {
    /// Ended somewhere: acknowledge them.
    pub done: Vec<(RecordId, Landed)>,
    /// Did not: they must come again.
    pub failed: Vec<(RecordId, StageError)>,
}

impl Ingest<'_> {
    /// Takes the records of a batch in, one after the other. One that fails does not stop the others.
    pub async fn batch(&self, records: Vec<(RecordId, Arrival<'_>)>) -> BatchOutcome {
        let mut outcome = BatchOutcome::default();
        for (id, arrival) in records {
            match self.one(arrival).await {
                Ok(landed) => outcome.done.push((id, landed)),
                Err(error) => outcome.failed.push((id, error)),
            }
        }
        outcome
    }
}
