//! A connection that only reads the file of a [`Store`](crate::store::Store), while others write.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use soc_pipeline::error::PortResult;

use super::aid;
use crate::store::error::{Fault, StoreError, Tried};
use crate::store::{FILE, run, schema};

/// How many statements stay prepared: filters make many texts.
const STATEMENTS: usize = 64;

/// Reads what people ask for. Cheap to open; several may exist, each for one question at a time.
///
/// Each question is answered from one moment of the file, and waits for no writer.
#[derive(Debug)]
pub struct Reader {
    connection: Mutex<Connection>,
    dir: PathBuf,
    /// Opened when it is first asked for.
    aid: Mutex<Option<Connection>>,
}

impl Reader {
    /// Opens the store in `dir`, which must be there and be of our version: whoever opens a `Store` sees to both.
    ///
    /// # Errors
    /// There is none, it cannot be read, or it is none of ours or of another version.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        let opened = open(&path).map_err(|fault| StoreError::new(Tried::Open(path), fault))?;
        Ok(Self { connection: Mutex::new(opened), dir: dir.to_owned(), aid: Mutex::new(None) })
    }

    /// Brings the finding aid a little further, so that whoever asks for entities or techniques need not wait. Answers
    /// whether there is more to do.
    ///
    /// # Errors
    /// The aid cannot be written, or the store cannot be read.
    pub fn keep_up(&self) -> PortResult<bool> {
        self.aid("bring the finding aid up to date", aid::read_some)
    }

    /// Answers a question from the finding aid, brought up to date.
    pub(super) fn read_aid<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> PortResult<T> {
        self.aid(operation, |connection| {
            while aid::read_some(connection)? {}
            at_one_moment(connection, work)
        })
    }

    fn aid<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> PortResult<T> {
        let mut slot = self.aid.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match slot.take() {
            Some(connection) => Ok(connection),
            None => aid::open(&self.dir),
        };
        opened
            .and_then(|connection| {
                let answer = work(&connection);
                *slot = Some(connection);
                answer
            })
            .map_err(|fault| fault.at(operation))
    }

    /// Answers a question from one moment of the file.
    pub(super) fn read<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> PortResult<T> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        at_one_moment(&connection, work).map_err(|fault| fault.at(operation))
    }
}

fn open(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    // In KiB when negative: the desk of some 40,000 incidents.
    connection.pragma_update(None, "cache_size", -20_000)?;
    schema::expect_ours(&connection)?;
    Ok(connection)
}

fn at_one_moment<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    if !connection.is_autocommit() {
        // A panic in an earlier question left its moment open.
        run(connection, "ROLLBACK")?;
    }
    run(connection, "BEGIN DEFERRED")?;
    let answer = work(connection);
    run(connection, "ROLLBACK")?;
    answer
}
