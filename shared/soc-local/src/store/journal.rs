//! What came in and what became of it, run by run: the proof that nothing was lost.
//!
//! Apart from the ports because only the runner of this machine writes it. Every record that arrives gets a
//! number in its run before anything else happens to it, in the transaction of its batch. `lost` is counted in
//! the rows: a number without a delivery, or a delivery whose finding, event or quarantined record is gone.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use soc_domain::id::{FindingId, QuarantineId};
use soc_domain::time::Timestamp;

use super::Store;
use super::error::{Fault, StoreError};
use super::events::EventRef;
use super::rows::{count, from_json, int, to_json};

/// One run of the program over its inputs. A run that was broken off goes on under the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(i64);

/// How far an input was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProgress {
    /// A file's name, `-`, a stream.
    pub source: String,
    /// Tells whether it is still the same input: its length and the hash of its beginning, or the like.
    pub fingerprint: String,
    /// Records read and delivered.
    pub records: u64,
    /// Bytes read and delivered.
    pub bytes: u64,
    /// Its end was reached.
    pub done: bool,
}

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A new finding.
    Recorded,
    /// News of a known finding.
    Updated,
    /// Nothing new.
    Duplicate,
    /// An event that is no finding.
    Event,
    /// It could not be read.
    Quarantined,
}

impl Outcome {
    const ALL: [Self; 5] = [Self::Recorded, Self::Updated, Self::Duplicate, Self::Event, Self::Quarantined];

    pub(super) fn of_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.number() == number)
    }

    const fn number(self) -> i64 {
        match self {
            Self::Recorded => 0,
            Self::Updated => 1,
            Self::Duplicate => 2,
            Self::Event => 3,
            Self::Quarantined => 4,
        }
    }
}

/// Where the record is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// In this finding.
    Finding(FindingId),
    /// In this event.
    Event(EventRef),
    /// In this quarantined record.
    Quarantine(QuarantineId),
}

/// One record and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Its number in the run, from 1.
    pub seq: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Where it is.
    pub reference: Reference,
}

/// received = recorded + updated + duplicates + events + quarantined + lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Records that arrived.
    pub received: u64,
    /// New findings.
    pub recorded: u64,
    /// News of known findings.
    pub updated: u64,
    /// Nothing new.
    pub duplicates: u64,
    /// Events that are no findings.
    pub events: u64,
    /// Could not be read.
    pub quarantined: u64,
    /// Without a trace.
    pub lost: u64,
}

impl Store {
    /// The newest run if it is unfinished, else a new one. A new one clears the deliveries of finished runs;
    /// their totals stay.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn open_run(&self, now: Timestamp) -> Result<RunId, StoreError> {
        self.ask_step("open a run", |connection| {
            let sql = "SELECT id FROM runs WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            if let Some(row) = rows.next()? {
                return Ok(RunId(row.get(0)?));
            }
            drop(rows);
            let finished = "(SELECT id FROM runs WHERE finished_at IS NOT NULL)";
            connection.execute(&format!("DELETE FROM deliveries WHERE run IN {finished}"), [])?;
            connection.execute(&format!("DELETE FROM inputs WHERE run IN {finished}"), [])?;
            let sql = "INSERT INTO runs(started_at, received) VALUES (?1, 0)";
            connection.prepare_cached(sql)?.execute([now.as_millis()])?;
            Ok(RunId(connection.last_insert_rowid()))
        })
    }

    /// Writes how far an input was read.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note_input(&self, run: RunId, input: &InputProgress) -> Result<(), StoreError> {
        self.ask("note how far an input was read", |connection| {
            let sql = "INSERT OR REPLACE INTO inputs(run, source, fingerprint, records, bytes, done)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            connection.prepare_cached(sql)?.execute(params![
                run.0,
                input.source,
                input.fingerprint,
                int(input.records),
                int(input.bytes),
                input.done
            ])?;
            Ok(())
        })
    }

    /// How far an input was read in this run.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn input_progress(&self, run: RunId, source: &str) -> Result<Option<InputProgress>, StoreError> {
        self.ask("read how far an input was read", |connection| {
            let sql = "SELECT fingerprint, records, bytes, done FROM inputs WHERE run = ?1 AND source = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![run.0, source])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            Ok(Some(InputProgress {
                source: source.to_owned(),
                fingerprint: row.get(0)?,
                records: count(row, 1)?,
                bytes: count(row, 2)?,
                done: row.get(3)?,
            }))
        })
    }

    /// The inputs that the newest run began and did not read to their end, if that run is unfinished.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn interrupted_inputs(&self) -> Result<Vec<String>, StoreError> {
        self.ask("look for interrupted inputs", |connection| {
            let sql = "SELECT source FROM inputs WHERE done = 0 AND run =
                (SELECT id FROM runs WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1) ORDER BY source";
            let mut statement = connection.prepare_cached(sql)?;
            let sources = statement.query_map([], |row| row.get(0))?;
            Ok(sources.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Whether anything ever came in.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn has_received(&self) -> Result<bool, StoreError> {
        self.ask("look for earlier runs", |connection| {
            let sql = "SELECT EXISTS(SELECT 1 FROM runs WHERE received > 0)";
            Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
        })
    }

    /// Counts `records` more as received, and answers the number of the first of them. Once for each batch, in
    /// its transaction, before any of its records is delivered.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn receive(&self, run: RunId, records: u64) -> Result<u64, StoreError> {
        self.ask("count received records", |connection| {
            let sql = "UPDATE runs SET received = received + ?2 WHERE id = ?1 RETURNING received";
            let mut statement = connection.prepare_cached(sql)?;
            let received: i64 = statement.query_row(params![run.0, int(records)], |row| row.get(0))?;
            Ok(u64::try_from(received).unwrap_or_default().saturating_sub(records) + 1)
        })
    }

    /// Writes what became of a record. Writing it again replaces it.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn deliver(&self, run: RunId, delivery: &Delivery) -> Result<(), StoreError> {
        self.ask("note a delivery", |connection| {
            let sql = "INSERT OR REPLACE INTO deliveries(run, seq, outcome, kind, ref)
                VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut statement = connection.prepare_cached(sql)?;
            let (seq, outcome) = (int(delivery.seq), delivery.outcome.number());
            match &delivery.reference {
                Reference::Finding(id) => {
                    statement.execute(params![run.0, seq, outcome, FINDING, id.suffix()])?
                }
                Reference::Event(event) => {
                    statement.execute(params![run.0, seq, outcome, EVENT, event.as_bytes()])?
                }
                Reference::Quarantine(id) => {
                    statement.execute(params![run.0, seq, outcome, QUARANTINE, id.suffix()])?
                }
            };
            Ok(())
        })
    }

    /// Ends a run and keeps its totals. Ending it again changes nothing.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn finish_run(&self, run: RunId, now: Timestamp) -> Result<Balance, StoreError> {
        self.ask_step("finish a run", |connection| {
            let balance = balance(connection, run)?;
            let sql = "UPDATE runs SET finished_at = ?2, totals = ?3 WHERE id = ?1 AND finished_at IS NULL";
            connection.prepare_cached(sql)?.execute(params![run.0, now.as_millis(), to_json(&balance)?])?;
            Ok(balance)
        })
    }

    /// What became of everything that this run received.
    ///
    /// # Errors
    /// There is no such run, or the store cannot be read.
    pub fn balance(&self, run: RunId) -> Result<Balance, StoreError> {
        self.ask("draw the balance of a run", |connection| balance(connection, run))
    }
}

const FINDING: i64 = 0;
const EVENT: i64 = 1;
const QUARANTINE: i64 = 2;

/// Deliveries by outcome, in the order of its numbers, those apart whose row is gone. Counted as they pass: to group
/// them would sort the whole run in memory.
const BY_OUTCOME: &str = "SELECT
    count(*) FILTER (WHERE outcome = 0), count(*) FILTER (WHERE outcome = 1),
    count(*) FILTER (WHERE outcome = 2), count(*) FILTER (WHERE outcome = 3),
    count(*) FILTER (WHERE outcome = 4) FROM (
    SELECT outcome, CASE kind
      WHEN 0 THEN EXISTS(SELECT 1 FROM findings WHERE id = ref)
      WHEN 1 THEN EXISTS(SELECT 1 FROM events WHERE hash = ref)
      WHEN 2 THEN EXISTS(SELECT 1 FROM quarantine WHERE id = ref) END AS present
    FROM deliveries WHERE run = ?1) WHERE present";
const GONE: &str = "SELECT count(*) FROM deliveries WHERE run = ?1 AND NOT CASE kind
      WHEN 0 THEN EXISTS(SELECT 1 FROM findings WHERE id = ref)
      WHEN 1 THEN EXISTS(SELECT 1 FROM events WHERE hash = ref)
      WHEN 2 THEN EXISTS(SELECT 1 FROM quarantine WHERE id = ref) END";
/// Numbers without a delivery. They begin at 1 and none occurs twice, so a count is enough; looking for the gaps
/// themselves would hold the whole run in memory.
const MISSING: &str = "SELECT max(?2, coalesce(max(seq), 0)) - count(*) FROM deliveries WHERE run = ?1";

fn balance(connection: &Connection, run: RunId) -> Result<Balance, Fault> {
    let sql = "SELECT received, totals FROM runs WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([run.0])?;
    let Some(row) = rows.next()? else {
        return Err(Fault::Row(format!("there is no run {}", run.0)));
    };
    if row.get::<_, Option<String>>(1)?.is_some() {
        return from_json(row, 1);
    }
    let received = count(row, 0)?;
    let by_outcome: [i64; 5] = connection
        .prepare_cached(BY_OUTCOME)?
        .query_row([run.0], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))?;
    let of = |outcome: Outcome| {
        let place = usize::try_from(outcome.number()).unwrap_or(usize::MAX);
        by_outcome.get(place).and_then(|count| u64::try_from(*count).ok()).unwrap_or_default()
    };
    let gone: i64 = connection.prepare_cached(GONE)?.query_row([run.0], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(MISSING)?;
    let missing: i64 = statement.query_row(params![run.0, int(received)], |row| row.get(0))?;
    Ok(Balance {
        received,
        recorded: of(Outcome::Recorded),
        updated: of(Outcome::Updated),
        duplicates: of(Outcome::Duplicate),
        events: of(Outcome::Event),
        quarantined: of(Outcome::Quarantined),
        lost: u64::try_from(gone.saturating_add(missing)).unwrap_or_default(),
    })
}
