//! Events that are no findings.

use async_trait::async_trait;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Events, KeptEvent};

use super::Store;
use super::item::{Index, Row};
use super::keys::{Key, ordered, sha256, shard};
use super::reads::spread_key;
use super::writes::{OnlyIf, Write};

#[async_trait]
impl Events for Store {
    async fn keep(&self, event: KeptEvent<'_>) -> PortResult<bool> {
        let hash = sha256(event.raw);
        let row = Row::new(&Key::row("kept", &hash))
            .text("raw_at", self.keep_raw(event.raw).await?)
            .at("at", event.at)
            .number("expires", self.expiry(event.at))
            .indexed(
                Index::People,
                spread_key("events", &[&event.event.account], &shard(&hash)),
                format!("{}|{hash}", ordered(event.at.as_millis())),
            );
        let row = self.with_document(row, event.event).await?;
        match self.write("keep an event", vec![Write::Put(row, OnlyIf::Absent)]).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
