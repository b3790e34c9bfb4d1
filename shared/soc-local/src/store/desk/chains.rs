//! Rows and heads of the ledger, page by page.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::id::IncidentId;
use soc_ledger::{Entry, Head};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{ChainPlace, Chains, EntryPlace, Page, PageAsk};

use super::Reader;
use super::files::{cut, one_more};
use crate::store::error::Fault;
use crate::store::ledger::{entry, hash, head};
use crate::store::rows::{count, int, size};

macro_rules! entries {
    ($rest:literal) => {
        concat!("SELECT chain, seq, at, actor, what, subject, details, prev, hash FROM ledger ", $rest)
    };
}

/// Within a chain by place: clocks may go back, chains do not.
const NEWEST_OF_ONE: &str = entries!("WHERE chain = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3");
const BEHIND_IN_ONE: &str = entries!(
    "WHERE chain = ?1 AND at <= ?2 AND (at < ?2 OR chain > ?3 OR (chain = ?3 AND seq < ?4))
    ORDER BY at DESC, seq DESC LIMIT ?5"
);
/// Chains that had rows after a moment: some of theirs may lie before it too.
const CHAINS_AFTER: &str = "SELECT chain FROM heads WHERE at > ?1 OR (at = ?1 AND chain < ?2)";
/// Of the chains that ended before, those that ended last: a page's rows are in no more chains than it has rows.
const CHAINS_BEFORE: &str = "SELECT chain FROM heads WHERE at <= ?1 AND (at < ?1 OR chain >= ?2)
    ORDER BY at DESC, chain LIMIT ?3";
const OLDEST: &str = entries!("WHERE (chain, seq) > (?1, ?2) ORDER BY chain, seq LIMIT ?3");
const OLDEST_OF_ONE: &str = entries!("WHERE chain = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
const MISSING: &str = "SELECT ?1 || id FROM incidents WHERE stage <> 'Recorded'
    AND NOT EXISTS(SELECT 1 FROM heads WHERE chain = ?1 || incidents.id)
    AND NOT EXISTS(SELECT 1 FROM ledger WHERE chain = ?1 || incidents.id) ORDER BY id LIMIT ?2";

fn collect<P: rusqlite::Params>(connection: &Connection, sql: &str, values: P) -> Result<Vec<Entry>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(entry(row)?);
    }
    Ok(found)
}

fn names<P: rusqlite::Params>(connection: &Connection, sql: &str, values: P) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(row.get(0)?);
    }
    Ok(found)
}

fn newest_of_all(
    connection: &Connection,
    after: Option<&EntryPlace>,
    limit: i64,
) -> Result<Vec<Entry>, Fault> {
    let (at, chain) = after.map_or((i64::MAX, ""), |place| (place.at_ms, place.chain.as_str()));
    let before = after.map_or(i64::MAX, |place| int(place.seq));
    let mut chains = names(connection, CHAINS_AFTER, params![at, chain])?;
    chains.extend(names(connection, CHAINS_BEFORE, params![at, chain, limit])?);
    let mut found = Vec::new();
    for name in chains {
        found.extend(collect(connection, BEHIND_IN_ONE, params![name, at, chain, before, limit])?);
    }
    found.sort_by(|one: &Entry, other| {
        (other.at_ms, &one.chain, other.seq).cmp(&(one.at_ms, &other.chain, one.seq))
    });
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

fn newest(
    connection: &Connection,
    chain: Option<&str>,
    from: &PageAsk<EntryPlace>,
) -> Result<Page<Entry, EntryPlace>, Fault> {
    let (limit, after) = (one_more(from.limit), from.after.as_ref());
    let found = match chain {
        Some(chain) => {
            let before = after.map_or(i64::MAX, |place| int(place.seq));
            collect(connection, NEWEST_OF_ONE, params![chain, before, limit])?
        }
        None => newest_of_all(connection, after, limit)?,
    };
    Ok(cut(found, from.limit.max(1), EntryPlace::of))
}

fn oldest(
    connection: &Connection,
    chain: Option<&str>,
    from: &PageAsk<ChainPlace>,
) -> Result<Page<Entry, ChainPlace>, Fault> {
    let (limit, after) = (one_more(from.limit), from.after.as_ref());
    let seq = after.map_or(-1, |place| int(place.seq));
    let found = match chain {
        Some(chain) => collect(connection, OLDEST_OF_ONE, params![chain, seq, limit])?,
        None => {
            let chain = after.map_or("", |place| place.chain.as_str());
            collect(connection, OLDEST, params![chain, seq, limit])?
        }
    };
    let place = |entry: &Entry| ChainPlace { chain: entry.chain.clone(), seq: entry.seq };
    Ok(cut(found, from.limit.max(1), place))
}

fn heads(connection: &Connection, from: &PageAsk<String>) -> Result<Page<Head, String>, Fault> {
    let sql = "SELECT chain, count, hash FROM heads WHERE chain > ?1 ORDER BY chain LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let after = from.after.as_deref().unwrap_or_default();
    let mut rows = statement.query(params![after, one_more(from.limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Head { chain: row.get(0)?, count: count(row, 1)?, hash: hash(row, 2)? });
    }
    Ok(cut(found, from.limit.max(1), |head| head.chain.clone()))
}

#[async_trait]
impl Chains for Reader {
    async fn newest(
        &self,
        chain: Option<&str>,
        from: PageAsk<EntryPlace>,
    ) -> PortResult<Page<Entry, EntryPlace>> {
        self.read("read the ledger", |connection| newest(connection, chain, &from))
    }

    async fn heads(&self, from: PageAsk<String>) -> PortResult<Page<Head, String>> {
        self.read("read the heads of the ledger", |connection| heads(connection, &from))
    }

    async fn head(&self, chain: &str) -> PortResult<Option<Head>> {
        self.read("read a head of the ledger", |connection| head(connection, chain))
    }

    async fn oldest(
        &self,
        chain: Option<&str>,
        from: PageAsk<ChainPlace>,
    ) -> PortResult<Page<Entry, ChainPlace>> {
        self.read("read the ledger", |connection| oldest(connection, chain, &from))
    }

    async fn missing(&self, limit: usize) -> PortResult<Vec<String>> {
        self.read("look for missing chains", |connection| {
            names(connection, MISSING, params![IncidentId::PREFIX, size(limit)])
        })
    }
}
