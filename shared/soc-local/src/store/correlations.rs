//! Correlation keys and their spans.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::IncidentId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Correlations, RowVersion, Versioned};

use super::Store;
use super::error::Fault;
use super::rows::{count, from_json, int, to_json};

const GET: &str = "SELECT version, spans FROM correlation WHERE name = ?1";
const INSERT: &str = "INSERT INTO correlation(name, version, spans) VALUES (?1, 1, ?2)
    ON CONFLICT(name) DO NOTHING RETURNING key";
const UPDATE: &str = "UPDATE correlation SET version = version + 1, spans = ?2
    WHERE name = ?1 AND version = ?3 RETURNING key";
const LINK: &str = "INSERT OR IGNORE INTO correlation_incidents(incident, correlation) VALUES (?1, ?2)";

fn write(
    connection: &Connection,
    key: &CorrelationKey,
    spans: &[KeySpan],
    expected: Option<RowVersion>,
) -> Result<(), Fault> {
    let doc = to_json(spans)?;
    let row: Option<i64> = match expected {
        None => connection
            .prepare_cached(INSERT)?
            .query_row(params![key.as_str(), doc], |row| row.get(0))
            .optional()?,
        Some(version) => connection
            .prepare_cached(UPDATE)?
            .query_row(params![key.as_str(), doc, int(version.0)], |row| row.get(0))
            .optional()?,
    };
    link(connection, row.ok_or(Fault::Conflict)?, spans)
}

fn link(connection: &Connection, row: i64, spans: &[KeySpan]) -> Result<(), Fault> {
    let incidents: BTreeSet<IncidentId> = spans.iter().map(|span| span.incident).collect();
    let mut statement = connection.prepare_cached(LINK)?;
    for incident in incidents {
        statement.execute(params![incident.suffix(), row])?;
    }
    Ok(())
}

fn move_spans(connection: &Connection, from: IncidentId, to: IncidentId) -> Result<(), Fault> {
    let sql = "SELECT correlation FROM correlation_incidents WHERE incident = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let keys = statement.query_map([from.suffix()], |row| row.get::<_, i64>(0))?;
    let keys = keys.collect::<Result<Vec<i64>, _>>()?;
    for key in keys {
        let mut statement = connection.prepare_cached("SELECT spans FROM correlation WHERE key = ?1")?;
        let mut rows = statement.query([key])?;
        let Some(row) = rows.next()? else {
            continue;
        };
        let mut spans: Vec<KeySpan> = from_json(row, 0)?;
        drop(rows);
        for span in spans.iter_mut().filter(|span| span.incident == from) {
            span.incident = to;
        }
        let sql = "UPDATE correlation SET version = version + 1, spans = ?2 WHERE key = ?1";
        connection.prepare_cached(sql)?.execute(params![key, to_json(&spans)?])?;
        link(connection, key, &spans)?;
    }
    let sql = "DELETE FROM correlation_incidents WHERE incident = ?1";
    connection.prepare_cached(sql)?.execute([from.suffix()])?;
    Ok(())
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
        self.step("set the spans of a key", |connection| write(connection, key, spans, expected))
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        if from == to {
            return Ok(());
        }
        self.step("move the spans of an incident", |connection| move_spans(connection, from, to))
    }
}
