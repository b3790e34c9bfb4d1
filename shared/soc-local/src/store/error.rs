//! What can go wrong in the store: one inner fault, told to ports as a kind and to people as a sentence.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use soc_pipeline::error::{PortError, PortErrorKind};
use thiserror::Error as ThisError;

/// What went wrong, before anybody knows what it was tried for.
#[derive(Debug, ThisError)]
pub(super) enum Fault {
    #[error("the database answered: {0}")]
    Sqlite(rusqlite::Error),
    #[error("a document cannot be written or read: {0}")]
    Document(serde_json::Error),
    #[error("a row is not as we write it: {0}")]
    Row(String),
    #[error("{0}")]
    Io(std::io::Error),
    #[error("the ledger refuses the entry: {0}")]
    Ledger(soc_ledger::AppendError),
    #[error("somebody else changed it first")]
    Conflict,
    #[error("{0}")]
    Misuse(&'static str),
    #[error("the database undid the whole batch after an earlier error")]
    BatchLost,
    #[error("it is the file of another program (application id {0:#x})")]
    Foreign(i64),
    #[error("it was written by a newer version of ai-soc (schema {found}, we know {known})")]
    Newer { found: i64, known: i64 },
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Document(error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<soc_ledger::AppendError> for Fault {
    fn from(error: soc_ledger::AppendError) -> Self {
        Self::Ledger(error)
    }
}

impl Fault {
    /// As a port tells it: the cause below is the database's own error.
    pub(super) fn at(self, operation: &'static str) -> PortError {
        let kind = self.kind();
        match self {
            Self::Conflict => PortError::new(kind, operation),
            Self::Sqlite(error) => PortError::caused(kind, operation, error),
            Self::Document(error) => PortError::caused(kind, operation, error),
            Self::Io(error) => PortError::caused(kind, operation, error),
            Self::Ledger(error) => PortError::caused(kind, operation, error),
            other @ (Self::Row(_)
            | Self::Misuse(_)
            | Self::BatchLost
            | Self::Foreign(_)
            | Self::Newer { .. }) => PortError::caused(kind, operation, other),
        }
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Conflict => PortErrorKind::Conflict,
            Self::Document(_) | Self::Row(_) | Self::Ledger(_) | Self::Misuse(_) | Self::Newer { .. } => {
                PortErrorKind::Rejected
            }
            Self::Io(_) | Self::BatchLost | Self::Foreign(_) => PortErrorKind::Unavailable,
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied) => {
                    PortErrorKind::Denied
                }
                Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch) => {
                    PortErrorKind::Rejected
                }
                // Full, locked, read-only, corrupt, ...: this call may succeed once somebody has mended it.
                _ => PortErrorKind::Unavailable,
            },
        }
    }

    /// What the owner can do about it.
    fn remedy(&self) -> &'static str {
        match self {
            Self::Sqlite(error) => remedy_by_code(error.sqlite_error_code()),
            Self::Newer { .. } => "use that version, or another data folder",
            Self::Foreign(_) => "choose another data folder",
            Self::Io(error) => match error.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    "make the data folder writable for this user, or choose another one"
                }
                std::io::ErrorKind::StorageFull => "free some space on the disk",
                _ => "check the path of the data folder",
            },
            Self::BatchLost => {
                "free some space if the disk is full, then start again: nothing of the batch was kept"
            }
            Self::Document(_) | Self::Row(_) => {
                "restore the data folder from a copy, or begin with an empty one"
            }
            Self::Ledger(_) | Self::Conflict | Self::Misuse(_) => "report it: this should not happen",
        }
    }
}

fn remedy_by_code(code: Option<ErrorCode>) -> &'static str {
    match code {
        Some(ErrorCode::DiskFull) => "free some space on the disk",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process writes to the same data folder: wait for it or end it"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "make the data folder and its files writable for this user, or choose another one"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "the file is damaged: restore it from a copy, or begin with an empty data folder"
        }
        _ => "try again; if it stays, look at the disk",
    }
}

/// What the store was asked to do.
#[derive(Debug)]
pub(super) enum Tried {
    Open(PathBuf),
    CreateFolder(PathBuf),
    Begin,
    Commit,
    Rollback,
    Ask(&'static str),
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(path) => write!(f, "open the store {}", path.display()),
            Self::CreateFolder(path) => write!(f, "create the data folder {}", path.display()),
            Self::Begin => f.write_str("begin a batch in the store"),
            Self::Commit => f.write_str("commit a batch to the store"),
            Self::Rollback => f.write_str("roll a batch of the store back"),
            Self::Ask(what) => f.write_str(what),
        }
    }
}

/// Why the store cannot do what its owner asked: what was tried, why it failed, what to try.
#[derive(Debug)]
pub struct StoreError {
    tried: Tried,
    fault: Fault,
}

impl StoreError {
    pub(super) fn new(tried: Tried, fault: impl Into<Fault>) -> Self {
        Self { tried, fault: fault.into() }
    }

    /// The kind, for code.
    #[must_use]
    pub fn kind(&self) -> PortErrorKind {
        self.fault.kind()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}; {}", self.tried, self.fault, self.fault.remedy())
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.fault {
            Fault::Sqlite(error) => Some(error),
            Fault::Document(error) => Some(error),
            Fault::Io(error) => Some(error),
            Fault::Ledger(error) => Some(error),
            Fault::Row(_)
            | Fault::Conflict
            | Fault::Misuse(_)
            | Fault::BatchLost
            | Fault::Foreign(_)
            | Fault::Newer { .. } => None,
        }
    }
}

impl From<StoreError> for PortError {
    fn from(error: StoreError) -> Self {
        let operation = match &error.tried {
            Tried::Open(_) => "open the store",
            Tried::CreateFolder(_) => "create the data folder",
            Tried::Begin => "begin a batch in the store",
            Tried::Commit => "commit a batch to the store",
            Tried::Rollback => "roll a batch of the store back",
            Tried::Ask(what) => what,
        };
        Self::caused(error.kind(), operation, error)
    }
}
