//! The rows of the desk, as the writer keeps them.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Status};
use soc_domain::time::Timestamp;
use soc_pipeline::ports::Clock as _;
use soc_pipeline::ports::desk::QueueRow;

use super::lists::lists;
use crate::clock::SystemClock;
use crate::store::as_read::AsRead;
use crate::store::error::Fault;
use crate::store::incidents::{self, NO_PRIORITY};
use crate::store::rows::from_json;

const PUT: &str = "INSERT INTO desk(id, turn, changed_at, closed, priority, severity, last_seen, first_seen,
    opened_at, merged, sample, status, stage, verdict, assignee, kind, lists, words)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
    ON CONFLICT(id) DO UPDATE SET turn = ?2, changed_at = ?3, closed = ?4, priority = ?5, severity = ?6,
    last_seen = ?7, first_seen = ?8, opened_at = ?9, merged = ?10, sample = ?11, status = ?12, stage = ?13,
    verdict = ?14, assignee = ?15, kind = ?16, lists = ?17, words = ?18";
const TOUCH: &str = "UPDATE desk SET turn = ?2, changed_at = ?3 WHERE id = ?1";

/// What became of an incident in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Note {
    /// Only its findings changed.
    Touched,
    /// It was written.
    Saved,
}

/// The incidents of the batch at hand whose rows are still to be written.
#[derive(Debug, Default)]
pub(in crate::store) struct Noted {
    incidents: BTreeMap<IncidentId, Note>,
}

impl Noted {
    pub(in crate::store) fn saved(&mut self, incident: IncidentId) {
        self.incidents.insert(incident, Note::Saved);
    }

    pub(in crate::store) fn touched(&mut self, incident: IncidentId) {
        self.incidents.entry(incident).or_insert(Note::Touched);
    }

    /// Writes the rows, before the batch is committed.
    pub(in crate::store) fn write(&self, connection: &Connection, read: &AsRead) -> Result<(), Fault> {
        if self.incidents.is_empty() {
            return Ok(());
        }
        let mut turns = Turns::next(connection)?;
        for (id, note) in &self.incidents {
            if *note == Note::Touched {
                turns.touch(connection, *id)?;
            } else if let Some(known) = read.incident(*id) {
                turns.put(connection, &known.value)?;
            } else if let Some(found) = incidents::read(connection, *id)? {
                turns.put(connection, &found.value)?;
            }
        }
        Ok(())
    }

    pub(in crate::store) fn end(&mut self) {
        self.incidents.clear();
    }
}

/// Writes the row of an incident outside a batch.
pub(in crate::store) fn put(connection: &Connection, incident: &Incident) -> Result<(), Fault> {
    Turns::next(connection)?.put(connection, incident)
}

/// Says outside a batch that findings of an incident changed.
pub(in crate::store) fn touch(connection: &Connection, incident: IncidentId) -> Result<(), Fault> {
    Turns::next(connection)?.touch(connection, incident)
}

/// Writes the rows of all incidents that are there, for a file that was made before there was a desk.
pub(in crate::store) fn fill(connection: &Connection) -> Result<(), Fault> {
    let mut turns = Turns::next(connection)?;
    let mut statement = connection.prepare("SELECT doc FROM incidents ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        turns.put(connection, &from_json(row, 0)?)?;
    }
    Ok(())
}

/// Turns to give away, in a transaction that writes.
struct Turns {
    last: i64,
    now: Timestamp,
}

impl Turns {
    fn next(connection: &Connection) -> Result<Self, Fault> {
        let sql = "SELECT coalesce(max(turn), 0) FROM desk";
        let last = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(Self { last, now: SystemClock.now() })
    }

    fn turn(&mut self) -> i64 {
        self.last = self.last.saturating_add(1);
        self.last
    }

    fn put(&mut self, connection: &Connection, incident: &Incident) -> Result<(), Fault> {
        connection.prepare_cached(PUT)?.execute(params![
            incident.id.suffix(),
            self.turn(),
            self.now.as_millis(),
            incident.status == Status::Closed,
            incident.priority.unwrap_or(NO_PRIORITY),
            incident.severity as i64,
            incident.last_seen.as_millis(),
            incident.first_seen.as_millis(),
            incident.opened_at.as_millis(),
            incident.merged_into.is_some(),
            incident.sample,
            incident.status.name(),
            incident.stage.name(),
            incident.standing_verdict().map(soc_domain::verdict::Verdict::name),
            incident.assignee,
            incident.kind,
            lists(incident),
            QueueRow::words(incident).as_str()
        ])?;
        Ok(())
    }

    fn touch(&mut self, connection: &Connection, incident: IncidentId) -> Result<(), Fault> {
        let turn = self.turn();
        connection.prepare_cached(TOUCH)?.execute(params![incident.suffix(), turn, self.now.as_millis()])?;
        Ok(())
    }
}
