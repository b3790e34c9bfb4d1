//! The stream of findings, for replay, sweep and injection. Ingest reads it through its own mapping.
//!
//! Apart because a batch of Kinesis is half a promise: the call succeeds although entries of it did not.

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, StreamStatus};
use soc_domain::id::sha256_hex;
use soc_domain::wire::RECORD_LIMIT;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{NotPut, Stream, StreamRecord};

use crate::error::{Answered, kind_of_code, port_error};

/// Entries of one call, and their bytes with their keys ("`PutRecords`", Amazon Kinesis Data Streams API Reference).
const BATCH_RECORDS: usize = 500;
const BATCH_BYTES: usize = 5 * 1024 * 1024;
/// The longest partition key.
const KEY_MAX: usize = 256;
/// How often an entry is put, and how long before the second time; twice as long each time after.
const ATTEMPTS: u32 = 6;
const PAUSE: Duration = Duration::from_millis(100);
const PUT: &str = "put a record on the stream";

/// What the stream is like now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamState {
    /// Records can be put and read.
    pub active: bool,
    /// How many shards are open.
    pub shards: u32,
    /// For how many hours records stay.
    pub retention_hours: u32,
}

/// One stream of Kinesis.
#[derive(Debug, Clone)]
pub struct KinesisStream {
    client: Client,
    name: String,
}

impl KinesisStream {
    /// The stream of this name.
    #[must_use]
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// How the stream is: for health.
    ///
    /// # Errors
    /// The call failed.
    pub async fn state(&self) -> PortResult<StreamState> {
        const OPERATION: &str = "describe the stream";
        let sent = self.client.describe_stream_summary().stream_name(&self.name).send().await;
        let answer = sent.map_err(|error| port_error(OPERATION, &error))?;
        let Some(summary) = answer.stream_description_summary() else {
            return Err(PortError::new(PortErrorKind::Unavailable, OPERATION));
        };
        let count = |number: i32| u32::try_from(number).unwrap_or_default();
        Ok(StreamState {
            active: matches!(summary.stream_status(), StreamStatus::Active | StreamStatus::Updating),
            shards: count(summary.open_shard_count()),
            retention_hours: count(summary.retention_period_hours()),
        })
    }

    /// Puts the entries at `places` until none is left or the attempts are used up. Answers those left.
    async fn put_batch(&self, records: &[StreamRecord], mut places: Vec<usize>) -> PortResult<Vec<NotPut>> {
        let mut pause = PAUSE;
        for attempt in 1.. {
            let failed = self.put_once(records, &places).await?;
            if failed.is_empty() || attempt == ATTEMPTS || failed.iter().any(|entry| is_final(&entry.error)) {
                return Ok(failed);
            }
            places = failed.iter().map(|entry| entry.index).collect();
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
        Ok(Vec::new())
    }

    async fn put_once(&self, records: &[StreamRecord], places: &[usize]) -> PortResult<Vec<NotPut>> {
        let mut entries = Vec::with_capacity(places.len());
        for record in places.iter().filter_map(|place| records.get(*place)) {
            let entry = PutRecordsRequestEntry::builder()
                .data(Blob::new(record.bytes.as_slice()))
                .partition_key(partition_key(&record.key))
                .build();
            entries.push(entry.map_err(|error| PortError::caused(PortErrorKind::Rejected, PUT, error))?);
        }
        let call = self.client.put_records().stream_name(&self.name).set_records(Some(entries));
        let answer = call.send().await.map_err(|error| port_error("put records on the stream", &error))?;
        if answer.records().len() != places.len() {
            return Err(PortError::new(PortErrorKind::Unavailable, PUT));
        }
        let failed = places.iter().zip(answer.records()).filter_map(|(place, entry)| {
            let code = entry.error_code()?;
            Some(NotPut { index: *place, error: entry_error(code) })
        });
        Ok(failed.collect())
    }
}

#[async_trait]
impl Stream for KinesisStream {
    async fn put(&self, records: &[StreamRecord]) -> PortResult<Vec<NotPut>> {
        let (fit, mut not_put) = sort_out(records);
        for range in batches(records, &fit) {
            let places = fit.get(range.clone()).unwrap_or_default().to_vec();
            match self.put_batch(records, places).await {
                Ok(failed) => not_put.extend(failed),
                Err(error) => {
                    // Nothing more is tried: the calls that follow would wait for the same.
                    let rest = fit.get(range.start..).unwrap_or_default().iter();
                    let kind = error.kind;
                    not_put
                        .extend(rest.map(|index| NotPut { index: *index, error: PortError::new(kind, PUT) }));
                    if let Some(first) = not_put.iter_mut().find(|entry| entry.error.kind == kind) {
                        first.error = error;
                    }
                    break;
                }
            }
        }
        not_put.sort_by_key(|entry| entry.index);
        Ok(not_put)
    }
}

/// The places of records that the stream takes, and the others.
fn sort_out(records: &[StreamRecord]) -> (Vec<usize>, Vec<NotPut>) {
    let (mut fit, mut not_put) = (Vec::with_capacity(records.len()), Vec::new());
    for (index, record) in records.iter().enumerate() {
        if record.key.is_empty() || record.key.len() + record.bytes.len() > RECORD_LIMIT {
            not_put.push(NotPut { index, error: PortError::new(PortErrorKind::Rejected, PUT) });
        } else {
            fit.push(index);
        }
    }
    (fit, not_put)
}

/// Cuts the places into calls, each within the limits of one.
fn batches(records: &[StreamRecord], fit: &[usize]) -> Vec<Range<usize>> {
    let mut cut = Vec::new();
    let (mut begin, mut bytes) = (0, 0);
    for (at, place) in fit.iter().enumerate() {
        let size = records.get(*place).map_or(0, |record| record.key.len().min(KEY_MAX) + record.bytes.len());
        if at - begin == BATCH_RECORDS || (at > begin && bytes + size > BATCH_BYTES) {
            cut.push(begin..at);
            (begin, bytes) = (at, 0);
        }
        bytes += size;
    }
    if begin < fit.len() {
        cut.push(begin..fit.len());
    }
    cut
}

/// The event's id, never the account: a noisy account would fill one shard.
fn partition_key(key: &str) -> String {
    if key.len() <= KEY_MAX { key.to_owned() } else { sha256_hex(&[key.as_bytes()]) }
}

/// An entry that failed says why in its own code.
fn entry_error(code: &str) -> PortError {
    let kind = if code == "InternalFailure" { PortErrorKind::Unavailable } else { kind_of_code(code, 400) };
    PortError::caused(kind, PUT, Answered::new(code))
}

fn is_final(error: &PortError) -> bool {
    match error.kind {
        PortErrorKind::Denied | PortErrorKind::Rejected | PortErrorKind::NotFound => true,
        PortErrorKind::Throttled
        | PortErrorKind::Unavailable
        | PortErrorKind::Timeout
        | PortErrorKind::Conflict => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(bytes: usize) -> StreamRecord {
        StreamRecord { key: "k".to_owned(), bytes: vec![0; bytes] }
    }

    #[test]
    fn no_call_has_more_entries_or_bytes_than_kinesis_takes() {
        let records: Vec<StreamRecord> =
            (0..2_345).map(|number| record((number * 7_919) % 1_000_000)).collect();
        let (fit, not_put) = sort_out(&records);
        assert!(not_put.is_empty());
        let cut = batches(&records, &fit);
        assert_eq!(cut.iter().map(Range::len).sum::<usize>(), records.len());
        for range in cut {
            let bytes: usize = records[range.clone()].iter().map(|one| one.key.len() + one.bytes.len()).sum();
            assert!(
                range.len() <= BATCH_RECORDS && bytes <= BATCH_BYTES,
                "{} entries, {bytes} bytes",
                range.len()
            );
        }
    }

    #[test]
    fn a_key_that_is_too_long_is_shortened_to_one_that_is_as_unique() {
        let long = "x".repeat(300);
        assert_eq!(partition_key(&long).len(), 64);
        assert_ne!(partition_key(&long), partition_key(&"x".repeat(301)));
        assert_eq!(partition_key("event-1"), "event-1");
    }
}
