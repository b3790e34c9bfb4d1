//! The simulated account: what the local form acts on, in a file of its own.
//!
//! It is apart from the store so that a crash between an act and its record is real: the two files are
//! committed one after the other, as AWS and a table are.
//!
//! Invariants: what `apply` did is on disk, surviving a power cut, when it returns (`synchronous=FULL`); a
//! change is made whole or not at all; seeding adds what is missing and never overwrites; every accepted call
//! of `apply` is logged, reversals too, so that a test can count that nothing was done twice.

mod derive;
mod ec2;
mod iam;
mod resource;
mod s3;
mod seed;
mod seed_file;
mod view;

#[cfg(test)]
mod proofs;
#[cfg(test)]
mod tests;

use std::future::poll_fn;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Savepoint, Transaction, TransactionBehavior};
use soc_domain::action::{ActionKind, Change, Effect, Observation, Target, effect};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Account;

use crate::group_commit::{GroupCommit, Ticket};

pub use resource::ResourceState;
pub use seed::Seeds;

/// How long a handle waits for another one that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

const CHANGE: &str = "change a simulated resource";

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS resources (
    arn TEXT PRIMARY KEY NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS applied (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL,
    change TEXT NOT NULL
) STRICT;
-- Who uses a thing: an instance its groups and its profile, a network ACL its subnets. Written with the resource.
CREATE TABLE IF NOT EXISTS uses (
    thing TEXT NOT NULL,
    arn TEXT NOT NULL,
    PRIMARY KEY (thing, arn)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_of ON uses (arn);
";

/// One resource of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its ARN.
    pub arn: String,
    /// The name of its kind, as in ARNs: `access-key`, `instance`, `vpc`, ...
    pub what: String,
    /// Its state as JSON: the same state is always the same text.
    pub state: String,
}

/// An AWS account in a file.
#[derive(Debug)]
pub struct SimulatedAccount {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    /// Whoever changes something waits here until it is kept.
    changes: Option<GroupCommit>,
}

impl SimulatedAccount {
    /// Opens the account at `path` and makes it if it is absent, readable by its owner only. Several handles,
    /// also of several processes, may be open at once.
    ///
    /// # Errors
    /// Unavailable if the file cannot be opened or is no such account.
    pub fn open(path: &Path) -> PortResult<Self> {
        const OPERATION: &str = "open the simulated account";
        make_private(path).map_err(|e| PortError::caused(PortErrorKind::Unavailable, OPERATION, e))?;
        let connection = Connection::open(path).map_err(|e| sqlite(OPERATION, e))?;
        prepare(&connection).map_err(|e| sqlite(OPERATION, e))?;
        Ok(Self { inner: Mutex::new(Inner { connection, changes: None }) })
    }

    /// Every resource, in the order of the ARNs.
    ///
    /// # Errors
    /// Unavailable if the file cannot be read.
    pub fn list(&self) -> PortResult<Vec<Listed>> {
        let inner = self.lock();
        let all = || -> rusqlite::Result<Vec<Listed>> {
            let mut statement =
                inner.connection.prepare("SELECT arn, what, state FROM resources ORDER BY arn")?;
            let rows = statement.query_map((), |row| {
                Ok(Listed { arn: row.get(0)?, what: row.get(1)?, state: row.get(2)? })
            })?;
            rows.collect()
        };
        all().map_err(|e| sqlite("list the simulated account", e))
    }

    /// The state of one resource as JSON.
    ///
    /// # Errors
    /// Unavailable if the file cannot be read.
    pub fn get(&self, arn: &str) -> PortResult<Option<String>> {
        let mut inner = self.lock();
        let glance = glance(&mut inner.connection, "read a simulated resource")?;
        read_text(&glance, arn)
    }

    /// Sets a resource to `state`, as somebody else would: it is no change of ours and is not logged. The JSON
    /// is the form that `get` gives; a resource that is absent is made.
    ///
    /// # Errors
    /// Rejected if `state` is not that of a resource, or of another one than `arn` names.
    pub fn set(&self, arn: &str, state: &str) -> PortResult<()> {
        const OPERATION: &str = "set a simulated resource";
        let state = ResourceState::from_json(state)
            .map_err(|e| PortError::caused(PortErrorKind::Rejected, OPERATION, e))?;
        if !state.belongs_to(arn) {
            let why = "the state is that of another resource than the ARN names";
            return Err(PortError::caused(PortErrorKind::Rejected, OPERATION, why));
        }
        let mut inner = self.lock();
        let transaction = begin(&mut inner.connection, OPERATION)?;
        write(&transaction, arn, &state)?;
        transaction.commit().map_err(|e| sqlite(OPERATION, e))
    }

    /// Every accepted call of `apply`, in order: the ARN and the change.
    ///
    /// # Errors
    /// Unavailable if the file cannot be read.
    pub fn applied(&self) -> PortResult<Vec<(String, Change)>> {
        const OPERATION: &str = "read the log of the simulated account";
        let inner = self.lock();
        let all = || -> rusqlite::Result<Vec<(String, String)>> {
            let mut statement =
                inner.connection.prepare("SELECT arn, change FROM applied ORDER BY number")?;
            let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        };
        let mut log = Vec::new();
        for (arn, change) in all().map_err(|e| sqlite(OPERATION, e))? {
            let change = serde_json::from_str(&change)
                .map_err(|e| PortError::caused(PortErrorKind::Unavailable, OPERATION, e))?;
            log.push((arn, change));
        }
        Ok(log)
    }

    /// A panic while the lock was held left no half-made change: its transaction was rolled back.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn observe_now(&self, target: &Target) -> PortResult<Option<Observation>> {
        const OPERATION: &str = "observe a simulated resource";
        let mut inner = self.lock();
        let glance = glance(&mut inner.connection, OPERATION)?;
        view::observe(&glance, target)
    }

    /// The ARN of what an action on `target` may change; none if it would change nothing now.
    pub(crate) fn may_change(&self, target: &Target) -> PortResult<Option<String>> {
        let mut inner = self.lock();
        let glance = glance(&mut inner.connection, "look what an action may change")?;
        let Some(arn) = view::subject(&glance, target)? else { return Ok(None) };
        // What many share is looked at, as it may be full. The rest is one's own, and a look may have to count.
        if target.kind != ActionKind::DenyRemoteAddress {
            return Ok(Some(arn));
        }
        let observed = view::observe(&glance, target)?;
        let changes = observed.is_some_and(|now| matches!(effect(target, &now), Effect::Change(_)));
        Ok(changes.then_some(arn))
    }

    /// From here on, whoever changes something waits until `keep_changes` is called.
    pub(crate) fn wait_together(&self) {
        self.lock().changes = Some(GroupCommit::default());
    }

    /// Commits the changes that somebody waits for. Answers whether there were any.
    ///
    /// # Errors
    /// Unavailable if the file cannot be written.
    pub(crate) fn keep_changes(&self) -> PortResult<bool> {
        let Inner { connection, changes: Some(changes) } = &mut *self.lock() else { return Ok(false) };
        if !changes.is_awaited() {
            return Ok(false);
        }
        connection.execute_batch("COMMIT").map_err(|e| sqlite(CHANGE, e))?;
        changes.committed();
        Ok(true)
    }

    /// Whoever changes something waits alone again. A change that was not kept is dropped, with whoever made it.
    ///
    /// # Errors
    /// Unavailable if the file does not answer.
    pub(crate) fn wait_alone(&self) -> PortResult<()> {
        let mut inner = self.lock();
        inner.changes = None;
        if inner.connection.is_autocommit() {
            return Ok(());
        }
        inner.connection.execute_batch("ROLLBACK").map_err(|e| sqlite(CHANGE, e))
    }

    /// Answers with a ticket if it is to be waited for.
    fn apply_now(&self, target: &Target, change: &Change) -> PortResult<Option<Ticket>> {
        let Inner { connection, changes } = &mut *self.lock();
        let Some(changes) = changes else {
            let transaction = begin(connection, CHANGE)?;
            change_rows(&transaction, target, change)?;
            return transaction.commit().map_err(|e| sqlite(CHANGE, e)).map(|()| None);
        };
        if connection.is_autocommit() {
            connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| sqlite(CHANGE, e))?;
        }
        let step = connection.savepoint().map_err(|e| sqlite(CHANGE, e))?;
        change_rows(&step, target, change)?;
        step.commit().map_err(|e| sqlite(CHANGE, e))?;
        Ok(Some(changes.ticket()))
    }
}

fn change_rows(connection: &Connection, target: &Target, change: &Change) -> PortResult<()> {
    let refuse = |why: &'static str| PortError::caused(PortErrorKind::Rejected, CHANGE, why);
    let rows = view::rows(connection, target, change)?;
    if rows.is_empty() {
        return Err(refuse("NotFound: there is no such resource"));
    }
    for arn in rows {
        let state = read(connection, &arn)?;
        let mut state = state.ok_or_else(|| refuse("NotFound: there is no such resource"))?;
        state.change(change).map_err(refuse)?;
        write(connection, &arn, &state)?;
    }
    let text =
        serde_json::to_string(change).map_err(|e| PortError::caused(PortErrorKind::Rejected, CHANGE, e))?;
    connection
        .prepare_cached("INSERT INTO applied (arn, change) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((&target.resource, &text)))
        .map_err(|e| sqlite(CHANGE, e))?;
    Ok(())
}

impl Inner {
    /// Never ready after the changes were dropped: then so is whoever waits.
    fn poll_changes(&mut self, ticket: Ticket, context: &Context<'_>) -> Poll<()> {
        self.changes.as_mut().map_or(Poll::Pending, |changes| changes.poll(ticket, context))
    }
}

#[async_trait]
impl Account for SimulatedAccount {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.observe_now(target)
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        if let Some(ticket) = self.apply_now(target, change)? {
            poll_fn(|context| self.lock().poll_changes(ticket, context)).await;
        }
        Ok(())
    }
}

/// Makes the file before SQLite does, so that nobody else can read it even for a moment; SQLite gives its
/// journal the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch(SCHEMA)
}

fn begin<'c>(connection: &'c mut Connection, operation: &'static str) -> PortResult<Transaction<'c>> {
    // Immediate: a transaction that reads first and then writes could not wait for another writer.
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| sqlite(operation, e))
}

/// Reads of one moment, beside other handles that write.
fn glance<'c>(connection: &'c mut Connection, operation: &'static str) -> PortResult<Savepoint<'c>> {
    connection.savepoint().map_err(|e| sqlite(operation, e))
}

fn read_text(connection: &Connection, arn: &str) -> PortResult<Option<String>> {
    connection
        .prepare_cached("SELECT state FROM resources WHERE arn = ?1")
        .and_then(|mut statement| statement.query_row([arn], |row| row.get(0)).optional())
        .map_err(|e| sqlite("read a simulated resource", e))
}

fn read(connection: &Connection, arn: &str) -> PortResult<Option<ResourceState>> {
    let Some(text) = read_text(connection, arn)? else { return Ok(None) };
    let state = ResourceState::from_json(&text).map_err(|e| {
        PortError::caused(PortErrorKind::Unavailable, "understand the state of a simulated resource", e)
    })?;
    Ok(Some(state))
}

fn write(connection: &Connection, arn: &str, state: &ResourceState) -> PortResult<()> {
    let sql = "INSERT INTO resources (arn, what, state) VALUES (?1, ?2, ?3) \
               ON CONFLICT (arn) DO UPDATE SET what = excluded.what, state = excluded.state";
    put(connection, sql, arn, state).map(drop)
}

/// Answers whether the resource was absent.
fn add(connection: &Connection, arn: &str, state: &ResourceState) -> PortResult<bool> {
    let sql = "INSERT OR IGNORE INTO resources (arn, what, state) VALUES (?1, ?2, ?3)";
    put(connection, sql, arn, state).map(|rows| rows > 0)
}

fn put(connection: &Connection, sql: &str, arn: &str, state: &ResourceState) -> PortResult<usize> {
    const OPERATION: &str = "write a simulated resource";
    let text = state.to_json().map_err(|e| PortError::caused(PortErrorKind::Rejected, OPERATION, e))?;
    let put = || -> rusqlite::Result<usize> {
        let written = connection.prepare_cached(sql)?.execute((arn, state.what(), text))?;
        let Some(uses) = state.uses(arn).filter(|_| written > 0) else { return Ok(written) };
        connection.prepare_cached("DELETE FROM uses WHERE arn = ?1")?.execute([arn])?;
        let mut insert = connection.prepare_cached("INSERT INTO uses (thing, arn) VALUES (?1, ?2)")?;
        for thing in uses {
            insert.execute([thing.as_str(), arn])?;
        }
        Ok(written)
    };
    put().map_err(|e| sqlite(OPERATION, e))
}

/// Another handle that writes for too long is Unavailable like a broken disk: later it may work.
fn sqlite(operation: &'static str, error: rusqlite::Error) -> PortError {
    PortError::caused(PortErrorKind::Unavailable, operation, error)
}
