//! Correlation keys and their spans.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::IncidentId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Correlations, RowVersion, Versioned};

use super::Store;
use super::error::Fault;
use super::rows::{count, expect_one, from_json, int, to_json};

const GET: &str = "SELECT version, spans FROM correlation WHERE name = ?1";
const INSERT: &str = "INSERT INTO correlation(name, version, incident, spans) VALUES (?1, 1, ?2, ?3)
    ON CONFLICT(name) DO NOTHING";
/// The usual update: the index over incidents is left alone.
const UPDATE: &str = "UPDATE correlation SET version = version + 1, spans = ?3
    WHERE name = ?1 AND incident = ?2 AND version = ?4";
const UPDATE_ALL: &str = "UPDATE correlation SET version = version + 1, incident = ?2, spans = ?3
    WHERE name = ?1 AND version = ?4";

/// The incident by which a key is found, and the others that it has spans of.
fn incidents(spans: &[KeySpan]) -> (&str, BTreeSet<IncidentId>) {
    let Some(newest) = spans.last() else {
        return ("", BTreeSet::new());
    };
    let others = spans.iter().map(|span| span.incident).filter(|incident| *incident != newest.incident);
    (newest.incident.suffix(), others.collect())
}

fn write(
    connection: &Connection,
    key: &CorrelationKey,
    spans: &[KeySpan],
    expected: Option<RowVersion>,
) -> Result<(), Fault> {
    let (incident, _) = incidents(spans);
    let (name, doc) = (key.as_str(), to_json(spans)?);
    let Some(version) = expected else {
        let changed = connection.prepare_cached(INSERT)?.execute(params![name, incident, doc])?;
        return expect_one(changed);
    };
    let version = int(version.0);
    let changed = connection.prepare_cached(UPDATE)?.execute(params![name, incident, doc, version])?;
    if changed == 1 {
        return Ok(());
    }
    expect_one(connection.prepare_cached(UPDATE_ALL)?.execute(params![name, incident, doc, version])?)
}

fn note_others(connection: &Connection, name: &str, others: &BTreeSet<IncidentId>) -> Result<(), Fault> {
    let sql = "INSERT OR IGNORE INTO correlation_others(incident, correlation)
        SELECT ?1, key FROM correlation WHERE name = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    for incident in others {
        statement.execute([incident.suffix(), name])?;
    }
    Ok(())
}

fn move_spans(connection: &Connection, from: IncidentId, to: IncidentId) -> Result<(), Fault> {
    let sql = "SELECT key FROM correlation WHERE incident = ?1
        UNION SELECT correlation FROM correlation_others WHERE incident = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let keys = statement.query_map([from.suffix()], |row| row.get::<_, i64>(0))?;
    for key in keys.collect::<Result<Vec<i64>, _>>()? {
        move_key(connection, key, (from, to))?;
    }
    let sql = "DELETE FROM correlation_others WHERE incident = ?1";
    connection.prepare_cached(sql)?.execute([from.suffix()])?;
    Ok(())
}

fn move_key(connection: &Connection, key: i64, (from, to): (IncidentId, IncidentId)) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached("SELECT name, spans FROM correlation WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let name: String = row.get(0)?;
    let mut spans: Vec<KeySpan> = from_json(row, 1)?;
    if spans.iter().all(|span| span.incident != from) {
        return Ok(());
    }
    for span in spans.iter_mut().filter(|span| span.incident == from) {
        span.incident = to;
    }
    let (incident, others) = incidents(&spans);
    let sql = "UPDATE correlation SET version = version + 1, incident = ?2, spans = ?3 WHERE key = ?1";
    connection.prepare_cached(sql)?.execute(params![key, incident, to_json(&spans)?])?;
    note_others(connection, &name, &others)
}

#[async_trait]
impl Correlations for Store {
    async fn spans(&self, key: &CorrelationKey) -> PortResult<Option<Versioned<Vec<KeySpan>>>> {
        self.with("read the spans of a key", |connection| {
            let mut statement = connection.prepare_cached(GET)?;
            let mut rows = statement.query([key.as_str()])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            Ok(Some(Versioned { value: from_json(row, 1)?, version: RowVersion(count(row, 0)?) }))
        })
    }

    async fn set_spans(
        &self,
        key: &CorrelationKey,
        spans: &[KeySpan],
        expected: Option<RowVersion>,
    ) -> PortResult<()> {
        let operation = "set the spans of a key";
        let (_, others) = incidents(spans);
        if others.is_empty() {
            return self.with(operation, |connection| write(connection, key, spans, expected));
        }
        self.step(operation, |connection| {
            write(connection, key, spans, expected)?;
            note_others(connection, key.as_str(), &others)
        })
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        if from == to {
            return Ok(());
        }
        self.step("move the spans of an incident", |connection| move_spans(connection, from, to))
    }
}
