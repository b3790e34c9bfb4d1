//! Incidents and the messages that must go out with them.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Incidents, RowVersion, StartWorkflow, Versioned};

use super::Store;
use super::error::Fault;
use super::rows::{count, expect_one, from_json, id, int, size, small, to_json};

/// Stands for "no priority so far": after every priority that triage gives (1 to 5).
pub(super) const NO_PRIORITY: u8 = 9;

const INSERT: &str =
    "INSERT INTO incidents(id, version, severity, priority, last_seen, escalation_due, stage,
    status, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(id) DO NOTHING";
const UPDATE: &str = "UPDATE incidents SET version = ?2, severity = ?3, priority = ?4, last_seen = ?5,
    escalation_due = ?6, stage = ?7, status = ?8, doc = ?9 WHERE id = ?1 AND version = ?10";

fn write(
    connection: &Connection,
    incident: &Incident,
    expected: Option<RowVersion>,
) -> Result<RowVersion, Fault> {
    let key = incident.id.suffix();
    let severity = incident.severity as i64;
    let priority = incident.priority.unwrap_or(NO_PRIORITY);
    let last_seen = incident.last_seen.as_millis();
    let due = incident.escalation_due.map(Timestamp::as_millis);
    let (stage, status) = (incident.stage.name(), incident.status.name());
    let doc = to_json(incident)?;
    let version = RowVersion(expected.map_or(1, |version| version.0 + 1));
    let new = int(version.0);
    let changed = match expected {
        None => connection
            .prepare_cached(INSERT)?
            .execute(params![key, new, severity, priority, last_seen, due, stage, status, doc])?,
        Some(old) => connection.prepare_cached(UPDATE)?.execute(params![
            key,
            new,
            severity,
            priority,
            last_seen,
            due,
            stage,
            status,
            doc,
            int(old.0)
        ])?,
    };
    expect_one(changed)?;
    Ok(version)
}

fn put_out(connection: &Connection, message: StartWorkflow) -> Result<(), Fault> {
    let sql = "INSERT OR IGNORE INTO outbox(incident, generation) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![message.incident.suffix(), message.generation])?;
    Ok(())
}

#[async_trait]
impl Incidents for Store {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        self.with("read an incident", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT version, doc FROM incidents WHERE id = ?1")?;
            let mut rows = statement.query([id.suffix()])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            Ok(Some(Versioned { value: from_json(row, 1)?, version: RowVersion(count(row, 0)?) }))
        })
    }

    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let operation = "save an incident";
        let Some(message) = message else {
            return self.with(operation, |connection| write(connection, incident, expected));
        };
        self.step(operation, |connection| {
            let version = write(connection, incident, expected)?;
            put_out(connection, message)?;
            Ok(version)
        })
    }

    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>> {
        self.with("list escalations that are due", |connection| {
            let sql = "SELECT id FROM incidents WHERE escalation_due <= ?1
                ORDER BY escalation_due, id LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![until.as_millis(), size(limit)])?;
            let mut due = Vec::new();
            while let Some(row) = rows.next()? {
                due.push(id(row, 0, IncidentId::PREFIX)?);
            }
            Ok(due)
        })
    }

    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        self.with("list unsent messages", |connection| {
            let sql = "SELECT incident, generation FROM outbox ORDER BY key LIMIT ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([size(limit)])?;
            let mut messages = Vec::new();
            while let Some(row) = rows.next()? {
                let incident = id(row, 0, IncidentId::PREFIX)?;
                messages.push(StartWorkflow { incident, generation: small(row, 1)? });
            }
            Ok(messages)
        })
    }

    async fn sent(&self, message: StartWorkflow) -> PortResult<()> {
        self.with("confirm a message", |connection| {
            let sql = "DELETE FROM outbox WHERE incident = ?1 AND generation = ?2";
            connection
                .prepare_cached(sql)?
                .execute(params![message.incident.suffix(), message.generation])?;
            Ok(())
        })
    }
}
