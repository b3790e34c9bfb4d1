//! Checkpoints on a thread and a connection of their own, so that the writer does not wait for the disk.
//!
//! Apart because nothing depends on them but speed and the size of the log: what was committed is in the log, and an
//! intent waits for the log itself. If this thread falls far behind, the writer waits for it; if it fails, the writer
//! checkpoints at its own limit (`schema::configure`).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// From this length of the log on it is moved into the database. Above `journal_size_limit`, to which the file shrinks
/// once that is done.
const LONG: u64 = 64 << 20;

/// At so many times that length the writer waits: then nothing is added, and all of the log can be moved.
const MUCH: u64 = 3;

/// The log is begun anew only after a moment in which all of it has been moved. The writer goes on meanwhile, so more
/// than one look may be needed.
const MOST_LOOKS: usize = 16;

#[derive(Debug)]
pub(super) struct Checkpoints {
    /// None for a database in memory.
    path: Option<PathBuf>,
    /// From this length of the log on.
    long: u64,
    thread: Option<Thread>,
}

#[derive(Debug)]
struct Thread {
    to: SyncSender<()>,
    done: Receiver<()>,
    /// It was asked and has not said that it is done.
    is_asked: bool,
    handle: JoinHandle<()>,
}

impl Checkpoints {
    pub(super) fn of(path: Option<&Path>) -> Self {
        Self { path: path.map(Path::to_owned), long: LONG, thread: None }
    }

    /// After a commit: asks for a checkpoint if the log has become long, and waits for it if it is much too long.
    pub(super) fn look(&mut self) {
        let Some(path) = &self.path else { return };
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let length = std::fs::metadata(log).map_or(0, |about| about.len());
        if length < self.long {
            return;
        }
        if self.thread.is_none() {
            self.thread = Thread::start(path.clone());
        }
        let too_long = length >= self.long.saturating_mul(MUCH);
        if !self.thread.as_mut().is_some_and(|thread| thread.ask(too_long)) {
            // From here on the writer checkpoints itself.
            self.path = None;
        }
    }
}

impl Thread {
    fn start(path: PathBuf) -> Option<Self> {
        let (to, asked) = sync_channel(1);
        let (say, done) = sync_channel(1);
        let work = move || {
            if let Err(error) = work(&path, &asked, &say) {
                tracing::warn!("the writer checkpoints itself: {error}");
            }
        };
        let handle = std::thread::Builder::new().name("checkpoints".to_owned()).spawn(work).ok()?;
        Some(Self { to, done, is_asked: false, handle })
    }

    /// Answers whether the thread is still there.
    fn ask(&mut self, too_long: bool) -> bool {
        if self.is_asked {
            match self.done.try_recv() {
                Ok(()) => self.is_asked = false,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        if !self.is_asked && self.to.send(()).is_err() {
            return false;
        }
        self.is_asked = true;
        if too_long && self.done.recv().is_err() {
            return false;
        }
        self.is_asked = !too_long;
        true
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        if let Some(Thread { to, done, handle, .. }) = self.thread.take() {
            drop((to, done));
            if handle.join().is_err() {
                tracing::warn!("the thread for checkpoints panicked");
            }
        }
    }
}

fn work(path: &Path, asked: &Receiver<()>, say: &SyncSender<()>) -> rusqlite::Result<()> {
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
        // Nobody listens any more: the store is being closed, and nothing more is asked.
        say.send(()).unwrap_or_default();
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
