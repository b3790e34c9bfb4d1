//! The SQLite adapters: every port that keeps something, in one file on one machine.
//!
//! Apart from the other local adapters because durability has rules of its own:
//! - one writer: the connection is behind one lock, and a port method does its whole work before it returns;
//! - the runner puts a batch between [`Store::begin`] and [`Store::commit`]; without them every method commits;
//! - a method of several statements is one step: a transaction of its own outside a batch; inside one, a step that
//!   fails with half of it written gives up the whole batch. Steps begin with the write that may find a conflict, so
//!   only a database that fails itself ends there, and no savepoint copies every page that a step writes;
//! - an Intent or a `ReverseIntent` is on disk when `Actions::save` returns (see `actions`); after
//!   [`Store::wait_together`] that is when somebody calls [`Store::keep_intents`];
//! - after a batch was undone so, or by the database itself (full disk), every method fails until
//!   [`Store::rollback`], so that no half of a batch is committed by accident.

mod actions;
mod approvals;
mod as_read;
mod checkpoints;
mod correlations;
mod data_dir;
mod desk;
mod dossier;
mod error;
mod events;
mod evidence;
mod findings;
mod incidents;
mod journal;
mod ledger;
mod notices;
mod packing;
mod people;
mod quarantine;
mod rows;
mod schema;
mod tallies;
#[cfg(test)]
mod tests;
mod webhook;
mod workflows;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use soc_pipeline::error::PortResult;

use crate::group_commit::GroupCommit;

pub use data_dir::{DataDir, Locked};
pub use desk::Reader;
pub use error::StoreError;
pub use events::EventRef;
pub use journal::{Balance, Delivery, InputProgress, Outcome, Reference, RunId};
pub use ledger::LedgerPage;
pub use tallies::{ActionTallies, IncidentFilter, IncidentTallies, Tallies};
pub use webhook::Untold;
pub use workflows::{ExecutionRow, ExecutionStatus};

use checkpoints::Checkpoints;
use error::{Fault, Tried};

/// The file's name in the data folder.
const FILE: &str = "soc.sqlite";

/// The store. It may be shared; its methods wait for each other.
#[derive(Debug)]
pub struct Store {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    /// A batch was begun; SQLite may have ended it since.
    batch: bool,
    read: as_read::AsRead,
    /// Bytes of findings of this batch that are still to be written.
    evidence: evidence::Waiting,
    /// Incidents of this batch that people are still to be told of.
    noted: desk::Noted,
    checkpoints: Checkpoints,
    commits: Commits,
    /// Whoever saves an intent waits here until it is kept.
    intents: Option<GroupCommit>,
}

/// How far a commit goes before it returns (SQLite, "PRAGMA synchronous": normal or full). Either way it outlives this
/// process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commits {
    ToTheLog,
    ToTheDisk,
}

impl Store {
    /// Opens the store in `dir`, and makes both if they are absent: for the owner only (0700, 0600).
    ///
    /// # Errors
    /// The folder or the file cannot be made, opened or written, or is none of ours, or is newer than we are.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        data_dir::create(dir)?;
        let path = dir.join(FILE);
        data_dir::create_private_file(&path)?;
        let tried = Tried::Open(path.clone());
        let connection = Connection::open(&path).map_err(|error| StoreError::new(tried, error))?;
        Self::prepare(connection, &path, Checkpoints::of(Some(&path)))
    }

    /// A store that lives as long as this value: for tests.
    ///
    /// # Errors
    /// There is not enough memory.
    pub fn open_in_memory() -> Result<Self, StoreError> {
        let path = Path::new(":memory:");
        let tried = Tried::Open(path.to_owned());
        let connection = Connection::open_in_memory().map_err(|error| StoreError::new(tried, error))?;
        Self::prepare(connection, path, Checkpoints::of(None))
    }

    fn prepare(
        mut connection: Connection,
        path: &Path,
        checkpoints: Checkpoints,
    ) -> Result<Self, StoreError> {
        schema::configure(&connection)
            .and_then(|()| schema::migrate(&mut connection))
            .map_err(|fault| StoreError::new(Tried::Open(path.to_owned()), fault))?;
        let (read, evidence) = (as_read::AsRead::default(), evidence::Waiting::default());
        let noted = desk::Noted::default();
        let commits = Commits::ToTheLog;
        let inner =
            Inner { connection, batch: false, read, evidence, noted, checkpoints, commits, intents: None };
        Ok(Self { inner: Mutex::new(inner) })
    }

    /// Begins a batch: what follows is kept together by `commit`, or not at all.
    ///
    /// # Errors
    /// A batch is open already, or another process writes and did not end within five seconds.
    pub fn begin(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        inner.begin_with("BEGIN IMMEDIATE").map_err(|fault| StoreError::new(Tried::Begin, fault))
    }

    /// Begins a batch whose commits are on disk when they return.
    ///
    /// # Errors
    /// As of `begin`.
    pub fn begin_durably(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        let begun =
            inner.let_commits_go(Commits::ToTheDisk).and_then(|()| inner.begin_with("BEGIN IMMEDIATE"));
        begun.map_err(|fault| StoreError::new(Tried::Begin, fault))
    }

    /// From here until the end of the batch, whoever saves an intent waits until `keep_intents` is called.
    pub fn wait_together(&self) {
        self.lock().intents = Some(GroupCommit::default());
    }

    /// Commits the intents that somebody waits for, with what the batch had before, and goes on with the batch.
    /// Answers whether there were any.
    ///
    /// # Errors
    /// As of `commit`.
    pub fn keep_intents(&self) -> Result<bool, StoreError> {
        let mut inner = self.lock();
        inner.keep_intents().map_err(|fault| StoreError::new(Tried::Commit, fault))
    }

    /// Begins to read: until `rollback` everything is seen as it is at the first look, whoever writes meanwhile.
    ///
    /// # Errors
    /// A batch is open already.
    pub fn begin_reading(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        // Somebody else may write until the first look: nothing that was read before stands for what is seen then.
        inner.read.forget();
        inner.begin_with("BEGIN DEFERRED").map_err(|fault| StoreError::new(Tried::Begin, fault))
    }

    /// Keeps the batch.
    ///
    /// # Errors
    /// There is no batch, or it could not be written; then it is still open: `rollback`.
    pub fn commit(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        let kept = inner.commit();
        if kept.is_ok() {
            inner.intents = None;
            // If this fails, commits go on being slow and safe.
            inner.let_commits_go(Commits::ToTheLog).unwrap_or_default();
        }
        kept.map_err(|fault| StoreError::new(Tried::Commit, fault))
    }

    /// Drops the batch, if there is one. What was saved with an Intent stays: it was committed apart.
    ///
    /// # Errors
    /// The database does not answer.
    pub fn rollback(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        inner.rollback().map_err(|fault| StoreError::new(Tried::Rollback, fault))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves at worst an open batch, and nothing commits that by itself.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One statement, or reads only.
    fn with<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> PortResult<T> {
        let inner = self.lock();
        inner.usable().and_then(|()| work(&inner.connection)).map_err(|fault| fault.at(operation))
    }

    /// Several statements as one step.
    fn step<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> PortResult<T> {
        let inner = self.lock();
        inner.usable().and_then(|()| inner.step(work)).map_err(|fault| fault.at(operation))
    }

    /// What the owner asks directly, and not through a port.
    fn ask<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let inner = self.lock();
        let done = inner.usable().and_then(|()| work(&inner.connection));
        done.map_err(|fault| StoreError::new(Tried::Ask(operation), fault))
    }

    /// The same as one step.
    fn ask_step<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let inner = self.lock();
        let done = inner.usable().and_then(|()| inner.step(work));
        done.map_err(|fault| StoreError::new(Tried::Ask(operation), fault))
    }
}

impl Inner {
    fn begin_with(&mut self, sql: &'static str) -> Result<(), Fault> {
        if self.batch {
            return Err(Fault::Misuse("a batch is open already"));
        }
        run(&self.connection, sql)?;
        self.batch = true;
        self.read.still_true_at(data_version(&self.connection)?);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        if !self.batch {
            return Err(Fault::Misuse("no batch is open"));
        }
        self.usable()?;
        self.evidence.write(&self.connection)?;
        self.noted.write(&self.connection, &self.read)?;
        run(&self.connection, "COMMIT")?;
        self.noted.end();
        self.evidence.end();
        self.batch = false;
        self.checkpoints.look();
        Ok(())
    }

    fn keep_intents(&mut self) -> Result<bool, Fault> {
        if !self.intents.as_ref().is_some_and(GroupCommit::is_awaited) {
            return Ok(false);
        }
        self.commit()?;
        self.begin_with("BEGIN IMMEDIATE")?;
        if let Some(intents) = &mut self.intents {
            intents.committed();
        }
        Ok(true)
    }

    fn rollback(&mut self) -> Result<(), Fault> {
        self.intents = None;
        if !self.connection.is_autocommit() {
            run(&self.connection, "ROLLBACK")?;
        }
        self.batch = false;
        self.evidence.end();
        self.noted.forget();
        self.read.forget();
        self.let_commits_go(Commits::ToTheLog)
    }

    /// Not inside a transaction: SQLite does not take the setting there.
    fn let_commits_go(&mut self, how_far: Commits) -> Result<(), Fault> {
        if self.commits == how_far {
            return Ok(());
        }
        let level = match how_far {
            Commits::ToTheLog => "normal",
            Commits::ToTheDisk => "full",
        };
        // Not from the cache of statements: this pragma takes effect when it is prepared.
        self.connection.pragma_update(None, "synchronous", level)?;
        self.commits = how_far;
        Ok(())
    }

    /// Refuses to go on outside the batch that the caller believes to be in.
    fn usable(&self) -> Result<(), Fault> {
        if self.batch && self.connection.is_autocommit() {
            return Err(Fault::BatchLost);
        }
        Ok(())
    }

    fn step<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let connection = &self.connection;
        if !connection.is_autocommit() {
            return half_is_none(connection, work);
        }
        run(connection, "BEGIN IMMEDIATE")?;
        let result = work(connection).and_then(|value| run(connection, "COMMIT").map(|()| value));
        if result.is_err() && !connection.is_autocommit() {
            run(connection, "ROLLBACK")?;
        }
        result
    }
}

/// A step of a batch, which ends the batch if it fails after it has changed something.
fn half_is_none<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let before = connection.total_changes();
    let result = work(connection);
    if result.is_err() && connection.total_changes() != before && !connection.is_autocommit() {
        run(connection, "ROLLBACK")?;
    }
    result
}

fn run(connection: &Connection, sql: &'static str) -> Result<(), Fault> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// A number that changes when another connection has committed (SQLite, "PRAGMA `data_version`").
fn data_version(connection: &Connection) -> Result<i64, Fault> {
    Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}
