//! Events that are no findings.

use async_trait::async_trait;
use rusqlite::params;
use soc_domain::id::digest;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Events, KeptEvent};

use super::Store;
use super::packing::pack;
use super::rows::size;

/// Names a kept event: a SHA-256 of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventRef([u8; 32]);

impl EventRef {
    /// The name of the event with these bytes.
    #[must_use]
    pub fn of(raw: &[u8]) -> Self {
        Self(digest(&[raw]))
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[async_trait]
impl Events for Store {
    async fn keep(&self, event: KeptEvent<'_>) -> PortResult<bool> {
        let hash = EventRef::of(event.raw);
        let packed = pack(event.raw);
        self.with("keep an event", |connection| {
            let sql =
                "INSERT OR IGNORE INTO events(hash, source, at, length, raw) VALUES (?1, ?2, ?3, ?4, ?5)";
            let changed = connection.prepare_cached(sql)?.execute(params![
                hash.as_bytes(),
                event.event.source,
                event.at.as_millis(),
                size(packed.length),
                packed.bytes
            ])?;
            Ok(changed == 1)
        })
    }
}
