//! The audit chain: rows and heads in tables of their own, written in one step.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use soc_domain::id::IncidentId;
use soc_domain::time::Timestamp;
use soc_ledger::{Draft, Entry, Hash, Head, append};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Ledger;

use super::Store;
use super::error::{Fault, StoreError};
use super::rows::{blob, count, expect_one, from_json, int, size, to_json};

/// Where a page of ledger rows begins: after this row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerPage {
    /// The chain of the last row of the page before; empty for the first page.
    pub chain: String,
    /// The place after that row in its chain.
    pub next_seq: u64,
}

pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<Hash, Fault> {
    let bytes = blob(row, column)?.try_into();
    bytes.map(Hash::from_bytes).map_err(|_odd_length| Fault::Row("a hash has no 32 bytes".to_owned()))
}

pub(super) fn head(connection: &Connection, chain: &str) -> Result<Option<Head>, Fault> {
    let mut statement = connection.prepare_cached("SELECT count, hash FROM heads WHERE chain = ?1")?;
    let mut rows = statement.query([chain])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(Head { chain: chain.to_owned(), count: count(row, 0)?, hash: hash(row, 1)? }))
}

fn write(connection: &Connection, entry: &Entry, head: &Head) -> Result<(), Fault> {
    let sql = "INSERT INTO ledger(chain, seq, at, actor, what, subject, details, prev, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    let changed = connection.prepare_cached(sql)?.execute(params![
        entry.chain,
        int(entry.seq),
        entry.at_ms,
        entry.actor,
        entry.what,
        entry.subject,
        to_json(&entry.details)?,
        entry.prev.as_bytes(),
        entry.hash.as_bytes()
    ])?;
    expect_one(changed)?;
    let sql = "INSERT INTO heads(chain, count, hash, at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT(chain) DO UPDATE SET count = ?2, hash = ?3, at = max(at, ?4)";
    let values = params![head.chain, int(head.count), head.hash.as_bytes(), entry.at_ms];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub(super) fn entry(row: &Row<'_>) -> Result<Entry, Fault> {
    Ok(Entry {
        chain: row.get(0)?,
        seq: count(row, 1)?,
        at_ms: row.get(2)?,
        actor: row.get(3)?,
        what: row.get(4)?,
        subject: row.get(5)?,
        details: from_json(row, 6)?,
        prev: hash(row, 7)?,
        hash: hash(row, 8)?,
    })
}

pub(super) fn append_to(connection: &Connection, draft: Draft, at: Timestamp) -> Result<(), Fault> {
    let head = head(connection, &draft.chain)?;
    let (entry, head) = append(head.as_ref(), draft, at.as_millis())?;
    write(connection, &entry, &head)
}

#[async_trait]
impl Ledger for Store {
    async fn append(&self, draft: Draft, at: Timestamp) -> PortResult<()> {
        self.step("append to the ledger", |connection| append_to(connection, draft, at))
    }
}

impl Store {
    /// The chains of incidents that were judged and have not one entry: somebody took rows and head away.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn chains_missing(&self) -> Result<Vec<String>, StoreError> {
        self.ask("look for missing chains", |connection| {
            let sql = "SELECT ?1 || id FROM incidents WHERE stage <> 'Recorded'
                    AND NOT EXISTS(SELECT 1 FROM heads WHERE chain = ?1 || incidents.id)
                    AND NOT EXISTS(SELECT 1 FROM ledger WHERE chain = ?1 || incidents.id) ORDER BY id";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([IncidentId::PREFIX])?;
            let mut chains = Vec::new();
            while let Some(row) = rows.next()? {
                chains.push(row.get(0)?);
            }
            Ok(chains)
        })
    }

    /// The heads of all chains, by name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn ledger_heads(&self) -> Result<Vec<Head>, StoreError> {
        self.ask("read the heads of the ledger", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT chain, count, hash FROM heads ORDER BY chain")?;
            let mut rows = statement.query([])?;
            let mut heads = Vec::new();
            while let Some(row) = rows.next()? {
                heads.push(Head { chain: row.get(0)?, count: count(row, 1)?, hash: hash(row, 2)? });
            }
            Ok(heads)
        })
    }

    /// At most `limit` rows of all chains, by chain and place, from `from` on.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn ledger_page(&self, from: &LedgerPage, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.ask("read the ledger", |connection| {
            let sql = "SELECT chain, seq, at, actor, what, subject, details, prev, hash FROM ledger
                WHERE (chain, seq) >= (?1, ?2) ORDER BY chain, seq LIMIT ?3";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![from.chain, int(from.next_seq), size(limit)])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(entry(row)?);
            }
            Ok(entries)
        })
    }

    /// The rows of one chain, the oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn ledger_chain(&self, chain: &str) -> Result<Vec<Entry>, StoreError> {
        self.ask("read a chain of the ledger", |connection| {
            let sql = "SELECT chain, seq, at, actor, what, subject, details, prev, hash FROM ledger
                WHERE chain = ?1 ORDER BY seq";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([chain])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(entry(row)?);
            }
            Ok(entries)
        })
    }
}
