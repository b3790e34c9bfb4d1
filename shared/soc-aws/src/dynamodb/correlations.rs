//! Correlation keys and their spans, and which keys an incident has spans of.
//!
//! A link says that a key may have spans of an incident. It is written before the spans and never taken away, so that
//! no span is ever without one; a link too many costs one read of a move.

use std::collections::BTreeSet;

use async_trait::async_trait;
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::IncidentId;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Correlations, HeldKey, RowVersion, Versioned};

use super::Store;
use super::item::{Item, Row, number, odd, text};
use super::keys::{Key, key, prefix};
use super::reads::Ask;
use super::writes::{OnlyIf, Write, pause};

/// How often a key is read again that others write too.
const MOVE_ATTEMPTS: u32 = 8;
/// So many rows of keys are read in one call.
const READ_AT_ONCE: usize = 100;

fn key_of_spans(name: &str) -> Key {
    Key::row("key", name)
}

fn partition(incident: IncidentId) -> String {
    key("incident", &[incident.suffix()])
}

impl Store {
    async fn spans_row(&self, item: &Item) -> PortResult<Versioned<Vec<KeySpan>>> {
        let version = RowVersion(number(item, "version")?);
        Ok(Versioned { value: self.document(item).await?, version })
    }

    async fn link_key(&self, operation: &'static str, incident: IncidentId, name: &str) -> PortResult<()> {
        let link = Row::new(&Key::new(partition(incident), key("key", &[name]))).text("key", name);
        self.write_always(operation, Write::Put(link, OnlyIf::Always)).await
    }

    async fn write_spans(
        &self,
        operation: &'static str,
        (name, spans): (&str, &[KeySpan]),
        expected: Option<u64>,
    ) -> PortResult<()> {
        let incidents: BTreeSet<IncidentId> = spans.iter().map(|span| span.incident).collect();
        for incident in incidents {
            self.link_key(operation, incident, name).await?;
        }
        let row = Row::new(&key_of_spans(name))
            .text("key", name)
            .number("version", expected.unwrap_or_default() + 1);
        let row = self.with_document(row, spans).await?;
        self.write(operation, vec![Write::Put(row, OnlyIf::expected(expected))]).await
    }

    /// The names of the keys that may have spans of an incident, in their order.
    async fn linked_keys(
        &self,
        operation: &'static str,
        incident: IncidentId,
    ) -> PortResult<BTreeSet<String>> {
        let links = self.rows(operation, &Ask::prefix(partition(incident), prefix("key", &[]))).await?;
        let hashed = self.rows(operation, &Ask::prefix(partition(incident), "key#".to_owned())).await?;
        links.iter().chain(&hashed).map(|item| Ok(text(item, "key")?.to_owned())).collect()
    }

    /// At most `limit` keys that have a span of an incident, in the order of their texts. A link only says that they
    /// may, so the rows are read until there are enough.
    pub(super) async fn held_keys(&self, incident: IncidentId, limit: usize) -> PortResult<Vec<HeldKey>> {
        const OPERATION: &str = "list an incident's keys";
        let mut held = Vec::new();
        let names: Vec<String> = self.linked_keys(OPERATION, incident).await?.into_iter().collect();
        for names in names.chunks(READ_AT_ONCE) {
            let mut rows = self.by_key(OPERATION, names.iter().map(|name| key_of_spans(name))).await?;
            for name in names {
                let Some(item) = rows.remove(&key_of_spans(name)) else { continue };
                let spans = self.spans_row(&item).await?.value;
                if spans.iter().all(|span| span.incident != incident) {
                    continue;
                }
                let key = serde_json::Value::from(name.as_str());
                let key = serde_json::from_value(key).map_err(|_no_key| odd("key"))?;
                held.push(HeldKey { key, spans });
                if held.len() >= limit {
                    return Ok(held);
                }
            }
        }
        Ok(held)
    }

    async fn move_key(&self, name: &str, from: IncidentId, to: IncidentId) -> PortResult<()> {
        const OPERATION: &str = "move the spans of an incident";
        let Some(item) = self.row(OPERATION, &key_of_spans(name)).await? else {
            return Ok(());
        };
        let Versioned { value: mut spans, version } = self.spans_row(&item).await?;
        let mut moved = false;
        for span in spans.iter_mut().filter(|span| span.incident == from) {
            span.incident = to;
            moved = true;
        }
        if !moved {
            return Ok(());
        }
        self.write_spans(OPERATION, (name, &spans), Some(version.0)).await
    }
}

#[async_trait]
impl Correlations for Store {
    async fn spans(&self, key: &CorrelationKey) -> PortResult<Option<Versioned<Vec<KeySpan>>>> {
        match self.row("read the spans of a key", &key_of_spans(key.as_str())).await? {
            Some(item) => self.spans_row(&item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn set_spans(
        &self,
        key: &CorrelationKey,
        spans: &[KeySpan],
        expected: Option<RowVersion>,
    ) -> PortResult<()> {
        let expected = expected.map(|version| version.0);
        self.write_spans("set the spans of a key", (key.as_str(), spans), expected).await
    }

    /// A key at a time; whoever repeats it after a crash finds the others by their links.
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        const OPERATION: &str = "move the spans of an incident";
        if from == to {
            return Ok(());
        }
        'keys: for name in &self.linked_keys(OPERATION, from).await? {
            for attempt in 0..MOVE_ATTEMPTS {
                match self.move_key(name, from, to).await {
                    Err(error) if error.is_conflict() => pause(self, attempt).await,
                    moved => {
                        moved?;
                        continue 'keys;
                    }
                }
            }
            return Err(PortError::new(PortErrorKind::Conflict, OPERATION));
        }
        Ok(())
    }
}
