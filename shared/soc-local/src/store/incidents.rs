//! Incidents and the messages that must go out with them.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Incidents, RowVersion, StartWorkflow, Versioned};

use super::error::Fault;
use super::rows::{count, expect_one, from_json, id, int, size, small, to_json};
use super::{Inner, Store, desk};

/// Stands for "no priority so far": after every priority that triage gives (1 to 5).
pub(super) const NO_PRIORITY: u8 = 9;

const INSERT: &str =
    "INSERT INTO incidents(id, version, severity, priority, last_seen, escalation_due, stage,
    status, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(id) DO NOTHING";
const UPDATE: &str = "UPDATE incidents SET version = ?2, severity = ?3, priority = ?4, last_seen = ?5,
    escalation_due = ?6, stage = ?7, status = ?8, doc = ?9 WHERE id = ?1 AND version = ?10";

pub(super) fn write(
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

pub(super) fn put_out(connection: &Connection, message: StartWorkflow) -> Result<(), Fault> {
    let sql = "INSERT OR IGNORE INTO outbox(incident, generation) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![message.incident.suffix(), message.generation])?;
    Ok(())
}

pub(super) fn read(connection: &Connection, id: IncidentId) -> Result<Option<Versioned<Incident>>, Fault> {
    let mut statement = connection.prepare_cached("SELECT version, doc FROM incidents WHERE id = ?1")?;
    let mut rows = statement.query([id.suffix()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(Versioned { value: from_json(row, 1)?, version: RowVersion(count(row, 0)?) }))
}

impl Inner {
    /// Every stage reads the incident that the stage before wrote: inside a batch it is parsed once.
    fn incident(&mut self, id: IncidentId) -> Result<Option<Versioned<Incident>>, Fault> {
        if let Some(found) = self.read.incident(id).filter(|_| self.batch) {
            return Ok(Some(found.clone()));
        }
        let found = read(&self.connection, id)?;
        if let Some(found) = found.as_ref().filter(|_| self.batch) {
            self.read.note_incident(found.clone());
        }
        Ok(found)
    }

    fn save_incident(
        &mut self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> Result<RowVersion, Fault> {
        self.read.forget_incident(incident.id);
        let in_batch = self.batch;
        let save = |connection: &Connection| {
            let version = write(connection, incident, expected)?;
            if let Some(message) = message {
                put_out(connection, message)?;
            }
            if !in_batch {
                desk::put(connection, incident)?;
            }
            Ok(version)
        };
        let is_one_write = in_batch && message.is_none();
        let version = if is_one_write { save(&self.connection)? } else { self.step(save)? };
        if in_batch {
            self.read.note_incident(Versioned { value: incident.clone(), version });
            self.noted.saved(incident.id);
        }
        Ok(version)
    }
}

#[async_trait]
impl Incidents for Store {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        let mut inner = self.lock();
        let found = inner.usable().and_then(|()| inner.incident(id));
        found.map_err(|fault| fault.at("read an incident"))
    }

    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let mut inner = self.lock();
        let saved = inner.usable().and_then(|()| inner.save_incident(incident, expected, message));
        saved.map_err(|fault| fault.at("save an incident"))
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

#[cfg(test)]
mod tests {
    use soc_domain::severity::Severity;
    use soc_testkit::block_on;
    use soc_testkit::build::incident;

    use super::*;

    fn severity(store: &Store, id: IncidentId) -> Option<Severity> {
        block_on(Incidents::get(store, id)).unwrap().map(|found| found.value.severity)
    }

    #[test]
    fn an_incident_of_a_batch_is_as_it_was_before_once_the_batch_is_dropped() {
        let store = Store::open_in_memory().unwrap();
        let mut one = incident("one");
        let version = block_on(store.save(&one, None, None)).unwrap();
        let before = severity(&store, one.id);
        store.begin().unwrap();
        assert_eq!(severity(&store, one.id), before);
        one.severity = Severity::Critical;
        block_on(store.save(&one, Some(version), None)).unwrap();
        assert_eq!(severity(&store, one.id), Some(Severity::Critical));
        store.rollback().unwrap();
        store.begin().unwrap();
        assert_eq!(severity(&store, one.id), before);
        store.rollback().unwrap();
    }

    #[test]
    fn what_another_process_saved_between_two_batches_is_seen_by_the_second() {
        let dir = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap());
        let mut one = incident("one");
        ours.begin().unwrap();
        let version = block_on(ours.save(&one, None, None)).unwrap();
        ours.commit().unwrap();
        one.severity = Severity::Critical;
        let newer = block_on(theirs.save(&one, Some(version), None)).unwrap();
        ours.begin().unwrap();
        let found = block_on(Incidents::get(&ours, one.id)).unwrap().unwrap();
        assert_eq!((found.value, found.version), (one.clone(), newer));
        // A conflict is told, and what is read after it is what is there.
        assert!(block_on(ours.save(&one, Some(version), None)).unwrap_err().is_conflict());
        assert_eq!(block_on(Incidents::get(&ours, one.id)).unwrap().unwrap().version, newer);
        ours.rollback().unwrap();
    }
}
