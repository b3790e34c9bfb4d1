//! Records that could not be read. Their bytes are kept apart: they are counted by everybody who looks, and a row that is
//! counted costs what it weighs.

use async_trait::async_trait;
use soc_domain::id::QuarantineId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::QuarantinePlace;
use soc_pipeline::ports::{Quarantine, Quarantined, RawBytes};

use super::Store;
use super::item::{Index, Item, Row, text};
use super::keys::{Key, ordered, shard};
use super::reads::{Order, Range, spread_key};
use super::writes::{OnlyIf, Write};

fn key_of_record(record: QuarantineId) -> Key {
    Key::row("quarantined", record.suffix())
}

/// Where a record stands among all: the newest first, of equals by id.
pub(super) fn place_of_record(place: &QuarantinePlace) -> String {
    format!("{}|{}", ordered(place.at.as_millis().saturating_neg()), place.id.suffix())
}

fn without_bytes(record: &Quarantined) -> Quarantined {
    let raw = match &record.raw {
        RawBytes::Inline(_) => RawBytes::Inline(Vec::new()),
        RawBytes::Spilled(name) => RawBytes::Spilled(name.clone()),
    };
    Quarantined { raw, ..record.clone() }
}

impl Store {
    async fn quarantined(&self, item: &Item) -> PortResult<Quarantined> {
        let mut record: Quarantined = self.document(item).await?;
        if let (RawBytes::Inline(bytes), Some(kept)) = (&mut record.raw, self.bytes(item).await?) {
            *bytes = kept;
        }
        Ok(record)
    }
}

#[async_trait]
impl Quarantine for Store {
    async fn put(&self, record: &Quarantined) -> PortResult<bool> {
        let suffix = record.id.suffix();
        let turn = ordered(self.turn());
        let place = format!("{}|{turn}|{suffix}", ordered(record.at.as_millis()));
        let listed = place_of_record(&QuarantinePlace { at: record.at, id: record.id });
        let row = Row::new(&key_of_record(record.id))
            .text("place", place.clone())
            .indexed(Index::Work, spread_key("quarantine", &[], &shard(suffix)), place)
            .indexed(Index::People, spread_key("quarantined", &[], &shard(suffix)), listed);
        let mut row = self.with_document(row, &without_bytes(record)).await?;
        if let RawBytes::Inline(bytes) = &record.raw {
            row = row.text("raw_at", self.keep_raw(bytes).await?);
        }
        match self.write("quarantine a record", vec![Write::Put(row, OnlyIf::Absent)]).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn get(&self, id: QuarantineId) -> PortResult<Option<Quarantined>> {
        match self.row("read a quarantined record", &key_of_record(id)).await? {
            Some(item) => self.quarantined(&item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<Quarantined>> {
        let asked = (Range::All, Order::Descending, limit);
        let index = (Index::Work, "quarantine", [].as_slice());
        let mut found = self.spread("list quarantined records", index, asked).await?;
        found.sort_by(|one, other| text(other, "place").ok().cmp(&text(one, "place").ok()));
        let mut records = Vec::with_capacity(limit.min(found.len()));
        for item in found.iter().take(limit) {
            records.push(self.document(item).await?);
        }
        Ok(records)
    }

    async fn release(&self, id: QuarantineId) -> PortResult<()> {
        self.write_always("release a quarantined record", Write::Delete(key_of_record(id))).await
    }
}
