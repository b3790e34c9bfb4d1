//! Checkpoints on a thread and a connection of their own, so that the writer does not wait for the disk.
//!
//! Apart because nothing depends on them but speed and the size of the log: what was committed is in the log, and an
//! intent waits for the log itself. If this thread falls behind or fails, the writer checkpoints at its own limit
//! (`schema::configure`).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// From this length of the log on it is moved into the database. Above `journal_size_limit`, to which the file shrinks
/// once that is done.
const LONG: u64 = 64 << 20;

/// The log is begun anew only after a moment in which all of it has been moved. The writer goes on meanwhile, so more
/// than one look may be needed.
const MOST_LOOKS: usize = 16;

#[derive(Debug)]
pub(super) struct Checkpoints {
    /// None for a database in memory.
    path: Option<PathBuf>,
    /// From this length of the log on.
    long: u64,
    thread: Option<(SyncSender<()>, JoinHandle<()>)>,
}

impl Checkpoints {
    pub(super) fn of(path: Option<&Path>) -> Self {
        Self { path: path.map(Path::to_owned), long: LONG, thread: None }
    }

    /// After a commit: asks for a checkpoint if the log has become long.
    pub(super) fn look(&mut self) {
        let Some(path) = &self.path else { return };
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        if std::fs::metadata(log).map_or(0, |about| about.len()) < self.long {
            return;
        }
        if self.thread.is_none() {
            let (to, asked) = sync_channel(1);
            let path = path.clone();
            let work = move || {
                if let Err(error) = work(&path, &asked) {
                    tracing::warn!("the writer checkpoints itself: {error}");
                }
            };
            let thread = std::thread::Builder::new().name("checkpoints".to_owned()).spawn(work);
            self.thread = thread.ok().map(|thread| (to, thread));
        }
        if let Some((to, _thread)) = &self.thread {
            // Full or gone: it is at work already, or never will be.
            to.try_send(()).unwrap_or_default();
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        if let Some((to, thread)) = self.thread.take() {
            drop(to);
            if thread.join().is_err() {
                tracing::warn!("the thread for checkpoints panicked");
            }
        }
    }
}

fn work(path: &Path, asked: &Receiver<()>) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "synchronous", "normal")?;
    for () in asked {
        for _look in 0..MOST_LOOKS {
            let (in_log, moved): (i64, i64) = connection
                .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?
                .query_row([], |row| Ok((row.get(1)?, row.get(2)?)))?;
            if moved >= in_log {
                break;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_moved_into_the_database_and_a_short_one_is_left() {
        for (long, moved) in [(LONG, false), (1, true)] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("some.sqlite");
            let connection = Connection::open(&path).unwrap();
            connection.pragma_update(None, "journal_mode", "wal").unwrap();
            connection.execute_batch("CREATE TABLE some(text); INSERT INTO some VALUES ('x')").unwrap();
            let before = std::fs::metadata(&path).unwrap().len();
            let mut checkpoints = Checkpoints { path: Some(path.clone()), long, thread: None };
            checkpoints.look();
            drop(checkpoints);
            assert_eq!(std::fs::metadata(&path).unwrap().len() > before, moved);
        }
    }
}
