//! A batch of the stream: what Kinesis hands over, record by record, and what it is told about each.
//!
//! Apart from the intake of soc-pipeline because here stands the wire contract: the answer is always a list of what
//! failed, never `null`, which would acknowledge everything. A record that is no JSON ends in quarantine and is
//! acknowledged, so that it blocks no shard; one that fails, or in which the program panics, comes again with all
//! that follows it.

use aws_lambda_events::kinesis::{KinesisEvent, KinesisEventRecord};
use aws_lambda_events::streams::KinesisEventResponse;
use serde_json::Value;
use soc_domain::wire::{Item, Simulator, read_record};
use soc_pipeline::error::{PortError, PortErrorKind, StageError};
use soc_pipeline::ingest::{Arrival, Ingest, Landed};
use soc_pipeline::ports::{Clock, Origin};
use soc_pipeline::sweep::Outbox;

use crate::failure::chain;
use crate::invocation::Invocation;
use crate::panic::guarded;
use crate::security_event::metric;

/// What takes the records of a stream in.
#[derive(Clone, Copy)]
pub struct Intake<'a> {
    /// The use case.
    pub ingest: Ingest<'a>,
    /// Whether a simulator may play here.
    pub simulator: Simulator,
    /// Our clock.
    pub clock: &'a dyn Clock,
}

impl Intake<'_> {
    /// Takes a batch in and answers what failed, in the order of the batch.
    ///
    /// # Errors
    /// The payload is no batch of Kinesis: nothing of it is acknowledged.
    pub async fn batch(&self, payload: Value, invocation: &Invocation) -> Result<Value, StageError> {
        let event: KinesisEvent = serde_json::from_value(payload).map_err(|_named| StageError::Rejected {
            what: "the payload is no batch of Kinesis".to_owned(),
        })?;
        let mut response = KinesisEventResponse::default();
        let mut failed = 0;
        for record in &event.records {
            if let Err(error) = self.in_time(record, invocation).await {
                failed += 1;
                let (name, why) = (error.name(), chain(&error));
                let sequence = &record.kinesis.sequence_number;
                tracing::warn!(
                    record.id = %sequence, error.name = name, error.chain = %why,
                    "record {sequence} comes again"
                );
                response.add_failure(sequence.clone());
            }
        }
        let metrics = &invocation.metrics;
        metrics.count("Received", event.records.len() as u64);
        metrics.count("FailedRecords", failed);
        serde_json::to_value(&response)
            .map_err(|_shape| StageError::Defect { what: "an answer that cannot be written".to_owned() })
    }

    /// Takes a batch in, and sends the messages that it left: an execution that cannot be started now is started by the
    /// sweep, so that is no failure of the batch.
    ///
    /// # Errors
    /// As [`Self::batch`].
    pub async fn batch_and_outbox(
        &self,
        payload: Value,
        outbox: Outbox<'_>,
        invocation: &Invocation,
    ) -> Result<Value, StageError> {
        let answer = self.batch(payload, invocation).await?;
        let sending = tokio::time::timeout(invocation.to_work(), outbox.send());
        match guarded(sending).await {
            Ok(Ok(Ok(sent))) => invocation.metrics.count("Started", sent as u64),
            Ok(Ok(Err(error))) => {
                let (name, why) = (error.name(), chain(&error));
                tracing::warn!(error.name = name, error.chain = %why, "messages are left to the sweep");
                invocation.metrics.count("OutboxFailed", 1);
            }
            Ok(Err(_elapsed)) => invocation.metrics.count("OutboxFailed", 1),
            Err(_panicked) => invocation.metrics.count("OutboxFailed", 1),
        }
        Ok(answer)
    }

    /// One record, unless time is up: then it comes again with the rest.
    async fn in_time(&self, record: &KinesisEventRecord, invocation: &Invocation) -> Result<(), StageError> {
        if invocation.to_work().is_zero() {
            let late = PortError::new(PortErrorKind::Timeout, "take the record in before the deadline");
            return Err(late.into());
        }
        let work = tokio::time::timeout(invocation.to_work(), self.record(record, invocation));
        match Box::pin(guarded(work)).await {
            Ok(Ok(taken)) => taken,
            Ok(Err(_elapsed)) => {
                let late = PortError::new(PortErrorKind::Timeout, "take the record in before the deadline");
                Err(late.into())
            }
            Err(panicked) => Err(panicked.into()),
        }
    }

    /// All items of one record, each of them whatever becomes of the others.
    async fn record(&self, record: &KinesisEventRecord, invocation: &Invocation) -> Result<(), StageError> {
        let source = source(record);
        let mut first_error = None;
        for (index, item) in read_record(&record.kinesis.data).into_iter().enumerate() {
            let item = item.admit(self.simulator);
            let landed = self.item(&source, index as u64, item, invocation).await;
            first_error = first_error.or(landed.err());
        }
        first_error.map_or(Ok(()), Err)
    }

    async fn item(
        &self,
        source: &str,
        index: u64,
        item: Item<'_>,
        invocation: &Invocation,
    ) -> Result<(), StageError> {
        let counted = item.content.as_ref().ok().and_then(metric);
        let arrival = Arrival {
            source,
            offset: index,
            line: 1,
            raw: &item.raw,
            spilled: None,
            content: item.content,
            origin: Origin::Bus,
            at: self.clock.now(),
        };
        let metrics = &invocation.metrics;
        match self.ingest.one(arrival).await? {
            Landed::Recorded(_) => metrics.count("Recorded", 1),
            Landed::Updated(_) => metrics.count("Updated", 1),
            Landed::Duplicate(_) => {
                metrics.count("Duplicates", 1);
                return Ok(());
            }
            Landed::Event => metrics.count("Events", 1),
            Landed::Quarantined(id) => {
                metrics.count("Quarantined", 1);
                tracing::warn!(quarantine.id = %id, "a record was put into quarantine {id}");
            }
        }
        if let Some(name) = counted {
            metrics.count(name, 1);
        }
        Ok(())
    }
}

/// Where a record stands: stream, shard and sequence number, which is longer than any number of ours; the place inside
/// of the record is the offset.
fn source(record: &KinesisEventRecord) -> String {
    let arn = record.event_source_arn.as_deref().unwrap_or_default();
    let stream = arn.rsplit('/').next().unwrap_or_default();
    let shard = record.event_id.as_deref().and_then(|id| id.split(':').next()).unwrap_or_default();
    format!("{stream}/{shard}/{}", record.kinesis.sequence_number)
}
