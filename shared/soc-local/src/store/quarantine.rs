//! Records that could not be read.

use async_trait::async_trait;
use rusqlite::{Row, params};
use soc_domain::id::QuarantineId;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Quarantine, Quarantined, RawBytes};

use super::Store;
use super::error::Fault;
use super::rows::{count, id, int, size, small};

/// A record that was released may come again: then its row is used again.
const PUT: &str =
    "INSERT INTO quarantine(id, released, source, offset, line, reason, length, at, replays, spilled, raw)
    VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT(id) DO UPDATE SET released = 0, source = ?2, offset = ?3, line = ?4, reason = ?5, length = ?6,
    at = ?7, replays = ?8, spilled = ?9, raw = ?10 WHERE released = 1";
const GET: &str = "SELECT id, source, offset, line, reason, length, at, replays, spilled, raw
    FROM quarantine WHERE id = ?1 AND released = 0";
const LIST: &str = "SELECT id, source, offset, line, reason, length, at, replays, spilled, x''
    FROM quarantine WHERE released = 0 ORDER BY at DESC, key DESC LIMIT ?1";

pub(super) fn read(row: &Row<'_>) -> Result<Quarantined, Fault> {
    let spilled: Option<String> = row.get(8)?;
    let raw = match spilled {
        Some(name) => RawBytes::Spilled(name),
        None => RawBytes::Inline(row.get::<_, Option<Vec<u8>>>(9)?.unwrap_or_default()),
    };
    Ok(Quarantined {
        id: id(row, 0, QuarantineId::PREFIX)?,
        source: row.get(1)?,
        offset: count(row, 2)?,
        line: count(row, 3)?,
        reason: row.get(4)?,
        length: count(row, 5)?,
        at: Timestamp::from_millis(row.get(6)?),
        replays: small(row, 7)?,
        raw,
    })
}

#[async_trait]
impl Quarantine for Store {
    async fn put(&self, record: &Quarantined) -> PortResult<bool> {
        self.with("quarantine a record", |connection| {
            let (spilled, raw) = match &record.raw {
                RawBytes::Inline(bytes) => (None, Some(bytes)),
                RawBytes::Spilled(name) => (Some(name), None),
            };
            let changed = connection.prepare_cached(PUT)?.execute(params![
                record.id.suffix(),
                record.source,
                int(record.offset),
                int(record.line),
                record.reason,
                int(record.length),
                record.at.as_millis(),
                record.replays,
                spilled,
                raw
            ])?;
            Ok(changed == 1)
        })
    }

    async fn get(&self, id: QuarantineId) -> PortResult<Option<Quarantined>> {
        self.with("read a quarantined record", |connection| {
            let mut statement = connection.prepare_cached(GET)?;
            let mut rows = statement.query([id.suffix()])?;
            rows.next()?.map(read).transpose()
        })
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<Quarantined>> {
        self.with("list quarantined records", |connection| {
            let mut statement = connection.prepare_cached(LIST)?;
            let mut rows = statement.query([size(limit)])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                records.push(read(row)?);
            }
            Ok(records)
        })
    }

    async fn release(&self, id: QuarantineId) -> PortResult<()> {
        self.with("release a quarantined record", |connection| {
            let sql = "UPDATE quarantine SET released = 1, raw = NULL WHERE id = ?1";
            connection.prepare_cached(sql)?.execute([id.suffix()])?;
            Ok(())
        })
    }
}
