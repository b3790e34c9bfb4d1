//! The data folder: made for its owner only, and held by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::error::{StoreError, Tried};

/// The file that is locked. It stays; only the lock on it comes and goes.
const LOCK: &str = "lock";

/// The right to drive executions in a data folder. It ends with this value, or with the process.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why the data folder is not ours to work in.
#[derive(Debug, Error)]
pub enum Locked {
    /// Another process has it.
    #[error(
        "the data folder {} is in use by {holder}: end it first, or choose another data folder",
        path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// `process 4711`, or `another process`.
        holder: String,
    },
    /// It cannot be locked at all.
    #[error("could not lock the data folder {}: make it writable for this user, or choose another one", path.display())]
    Failed {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl DataDir {
    /// Takes the folder for this process, and makes it if it is absent.
    ///
    /// # Errors
    /// Another process has it, or it cannot be made or written.
    pub fn lock(path: &Path) -> Result<Self, Locked> {
        let failed = |source| Locked::Failed { path: path.to_owned(), source };
        create_folder(path).map_err(failed)?;
        let mut file = private(&path.join(LOCK)).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Locked::InUse { path: path.to_owned(), holder: holder(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// Takes the folder if nobody has it; none if somebody does: then the holder is to be left the work.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn try_lock(path: &Path) -> Result<Option<Self>, Locked> {
        match Self::lock(path) {
            Ok(held) => Ok(Some(held)),
            Err(Locked::InUse { .. }) => Ok(None),
            Err(failed @ Locked::Failed { .. }) => Err(failed),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Who wrote itself into the lock file; only a hint, the lock itself is the truth.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) => format!("process {pid}"),
        _ => "another process".to_owned(),
    }
}

pub(super) fn create(dir: &Path) -> Result<(), StoreError> {
    create_folder(dir).map_err(|error| StoreError::new(Tried::CreateFolder(dir.to_owned()), error))
}

/// SQLite gives its log files the rights of the database, so it is enough to make that one well.
pub(super) fn create_private_file(path: &Path) -> Result<(), StoreError> {
    let made = private(path).map(drop);
    made.map_err(|error| StoreError::new(Tried::Open(path.to_owned()), error))
}

fn create_folder(dir: &Path) -> std::io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
