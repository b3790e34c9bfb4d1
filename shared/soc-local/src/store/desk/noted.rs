//! The rows of the desk, as the writer keeps them.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use rusqlite::{Connection, OptionalExtension as _, params};
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

const PUT: &str = "INSERT INTO desk(key, turn, changed_at, closed, priority, severity, last_seen, first_seen,
    opened_at, merged, sample, status, stage, verdict, id, assignee)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
    ON CONFLICT(key) DO UPDATE SET turn = ?2, changed_at = ?3, closed = ?4, priority = ?5, severity = ?6,
    last_seen = ?7, first_seen = ?8, opened_at = ?9, merged = ?10, sample = ?11, status = ?12, stage = ?13,
    verdict = ?14, assignee = ?16";
const PUT_TEXTS: &str = "INSERT OR REPLACE INTO desk_texts(key, kind, lists, words) VALUES (?1, ?2, ?3, ?4)";
const TOUCH: &str = "UPDATE desk SET turn = ?2, changed_at = ?3 WHERE key = ?1";

/// So many incidents are remembered: those of a batch are mostly those of the batch before.
const MOST_KNOWN: usize = 4_096;

/// What became of an incident in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Note {
    /// Only its findings changed.
    Touched,
    /// It was written.
    Saved,
}

/// The incidents of the batch at hand whose rows are still to be written, and what was written before.
#[derive(Debug, Default)]
pub(in crate::store) struct Noted {
    incidents: BTreeMap<IncidentId, Note>,
    known: Known,
}

/// Where rows are, and what their texts were when they were last written.
#[derive(Debug, Default)]
struct Known {
    rows: HashMap<IncidentId, (i64, Option<u64>)>,
    hasher: RandomState,
}

impl Noted {
    pub(in crate::store) fn saved(&mut self, incident: IncidentId) {
        self.incidents.insert(incident, Note::Saved);
    }

    pub(in crate::store) fn touched(&mut self, incident: IncidentId) {
        self.incidents.entry(incident).or_insert(Note::Touched);
    }

    /// Writes the rows, before the batch is committed.
    pub(in crate::store) fn write(&mut self, connection: &Connection, read: &AsRead) -> Result<(), Fault> {
        if self.incidents.is_empty() {
            return Ok(());
        }
        let mut desk = Desk::open(connection, &mut self.known)?;
        for (id, note) in &self.incidents {
            if *note == Note::Touched {
                desk.touch(*id)?;
            } else if let Some(known) = read.incident(*id) {
                desk.put(&known.value)?;
            } else if let Some(found) = incidents::read(connection, *id)? {
                desk.put(&found.value)?;
            }
        }
        Ok(())
    }

    /// The batch is committed.
    pub(in crate::store) fn end(&mut self) {
        self.incidents.clear();
    }

    /// The batch is dropped, and with it what may have been written.
    pub(in crate::store) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Writes the row of an incident outside a batch.
pub(in crate::store) fn put(connection: &Connection, incident: &Incident) -> Result<(), Fault> {
    Desk::open(connection, &mut Known::default())?.put(incident)
}

/// Says outside a batch that findings of an incident changed.
pub(in crate::store) fn touch(connection: &Connection, incident: IncidentId) -> Result<(), Fault> {
    Desk::open(connection, &mut Known::default())?.touch(incident)
}

/// Writes the rows of all incidents that are there, for a file that was made before there was a desk.
pub(in crate::store) fn fill(connection: &Connection) -> Result<(), Fault> {
    let mut known = Known::default();
    let mut desk = Desk::open(connection, &mut known)?;
    let mut statement = connection.prepare("SELECT doc FROM incidents ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        desk.put(&from_json(row, 0)?)?;
    }
    Ok(())
}

/// The desk's tables in a transaction that writes.
struct Desk<'a> {
    connection: &'a Connection,
    known: &'a mut Known,
    last_turn: i64,
    now: Timestamp,
}

impl<'a> Desk<'a> {
    fn open(connection: &'a Connection, known: &'a mut Known) -> Result<Self, Fault> {
        let sql = "SELECT coalesce(max(turn), 0) FROM desk";
        let last_turn = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(Self { connection, known, last_turn, now: SystemClock.now() })
    }

    fn turn(&mut self) -> i64 {
        self.last_turn = self.last_turn.saturating_add(1);
        self.last_turn
    }

    /// The incident's key, if it is there, and its texts when they were last written here.
    fn place(&mut self, id: IncidentId) -> Result<Option<(i64, Option<u64>)>, Fault> {
        if let Some(known) = self.known.rows.get(&id) {
            return Ok(Some(*known));
        }
        let mut statement = self.connection.prepare_cached("SELECT key FROM incidents WHERE id = ?1")?;
        let key: Option<i64> = statement.query_row([id.suffix()], |row| row.get(0)).optional()?;
        Ok(key.map(|key| (key, None)))
    }

    fn note(&mut self, id: IncidentId, place: (i64, Option<u64>)) {
        if self.known.rows.len() >= MOST_KNOWN {
            self.known.rows.clear();
        }
        self.known.rows.insert(id, place);
    }

    fn put(&mut self, incident: &Incident) -> Result<(), Fault> {
        let Some((key, written)) = self.place(incident.id)? else {
            return Ok(());
        };
        let turn = self.turn();
        self.connection.prepare_cached(PUT)?.execute(params![
            key,
            turn,
            self.now.as_millis(),
            incident.status == Status::Closed,
            incident.priority.unwrap_or(NO_PRIORITY),
            incident.severity as i64,
            incident.last_seen.as_millis(),
            incident.first_seen.as_millis(),
            incident.opened_at.as_millis(),
            incident.merged_into.is_some(),
            incident.sample,
            incident.status as i64,
            incident.stage as i64,
            incident.standing_verdict().map(|verdict| verdict as i64),
            incident.id.suffix(),
            incident.assignee
        ])?;
        let texts = self.known.texts(incident);
        if written != Some(texts) {
            let words = QueueRow::words(incident);
            let values = params![key, incident.kind, lists(incident), words.as_str()];
            self.connection.prepare_cached(PUT_TEXTS)?.execute(values)?;
            self.note(incident.id, (key, Some(texts)));
        }
        Ok(())
    }

    fn touch(&mut self, id: IncidentId) -> Result<(), Fault> {
        let Some(place) = self.place(id)? else {
            return Ok(());
        };
        let turn = self.turn();
        let values = params![place.0, turn, self.now.as_millis()];
        self.connection.prepare_cached(TOUCH)?.execute(values)?;
        self.note(id, place);
        Ok(())
    }
}

impl Known {
    /// Tells texts apart. Two that look the same by chance differ in the next process.
    fn texts(&self, incident: &Incident) -> u64 {
        let Incident { title, kind, accounts, tactics, principals, resources, .. } = incident;
        self.hasher.hash_one((title, kind, accounts, tactics, principals, resources))
    }
}
