//! The local form: one process that takes inputs in, drives executions and answers people.
//!
//! It stands apart from the adapters because only here are they put together. Invariants: one process drives a
//! data folder at a time; what arrives goes before what runs, so that an execution sees a whole batch; a batch
//! is one transaction with the place in its input; whatever is cut short goes on at the next start.

mod decide;
mod drive;
mod lanes;
mod notices;
mod outcome;
mod people;
mod replay;
mod run;
mod summary;
mod webhook;
pub(crate) mod wishes;

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use soc_domain::policy::Policy;
use soc_guard::redact::Redactor;
use soc_pipeline::error::{PortError, StageError};
use soc_pipeline::handlers::World;
use soc_pipeline::ports::Clock;
use thiserror::Error;

use crate::account::SimulatedAccount;
use crate::analyst::Ahead;
use crate::store::{DataDir, Locked, Store, StoreError};
use crate::workflow::{Machine, incident_machine};

pub use decide::{Decided, Undone};
pub use outcome::{Progress, RunOptions, Silent};
pub use replay::{Replayed, refusal};
pub use run::Ran;
pub use summary::{ActionCounts, IncidentCounts, Summary};
pub use wishes::Wishes;

/// Why the local form cannot start or go on.
#[derive(Debug, Error)]
pub enum RunError {
    /// The data folder belongs to another process, or is not ours to write.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
    /// A stage failed.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A file in the data folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The program itself is broken.
    #[error("a defect of this program: {0}")]
    Defect(String),
}

/// The local form, opened on a data folder.
pub struct Soc {
    folder: PathBuf,
    /// Held by the process that drives; others only write decisions.
    lock: Option<DataDir>,
    store: Store,
    account: SimulatedAccount,
    analyst: Ahead,
    redactor: Arc<Redactor>,
    machine: Machine,
    policy: Policy,
    clock: Arc<dyn Clock>,
    wishes: Arc<Wishes>,
}

impl std::fmt::Debug for Soc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Soc").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Whether a command may run beside the process that drives the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It drives: nobody else may.
    Drive,
    /// It drives if nobody else does, and otherwise leaves its decision to whoever does.
    DriveOrLeave,
    /// It only reads.
    Read,
}

impl Soc {
    /// Opens the data folder, and makes it if it is absent.
    ///
    /// # Errors
    /// The folder is another process's, or cannot be written, or its files are not ours.
    pub fn open(
        folder: &Path,
        access: Access,
        policy: Policy,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, RunError> {
        let lock = match access {
            Access::Drive => Some(DataDir::lock(folder)?),
            Access::DriveOrLeave => DataDir::try_lock(folder)?,
            Access::Read => None,
        };
        let store = Store::open(folder)?;
        let account = SimulatedAccount::open(&folder.join("account.sqlite"))?;
        let redactor = Redactor::new(&redaction_key(folder)?)
            .map_err(|error| RunError::Defect(format!("the redaction rules: {error}")))?;
        let redactor = Arc::new(redactor);
        let machine = incident_machine().map_err(|violations| {
            let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
            RunError::Defect(format!("the state machine: {}", words.join("; ")))
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            lock,
            store,
            account,
            analyst: Ahead::new(Arc::clone(&redactor)),
            redactor,
            machine,
            policy,
            clock,
            wishes: Arc::default(),
        })
    }

    /// The store, for reading.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The simulated account.
    #[must_use]
    pub fn account(&self) -> &SimulatedAccount {
        &self.account
    }

    /// What people decided.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Text for people with secrets and personal data taken out: for what is shown without being asked for.
    #[must_use]
    pub fn without_secrets(&self, text: &str) -> String {
        self.redactor.redact(text).into_owned()
    }

    /// The rules that stand before evidence which is shown.
    pub(crate) fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// Our clock.
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// What people wish of the runner.
    pub(crate) fn wishes(&self) -> &Arc<Wishes> {
        &self.wishes
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether this process may drive executions.
    #[must_use]
    pub fn drives(&self) -> bool {
        self.lock.is_some()
    }

    /// Puts the resources of the built-in stories, or of a file of that form, into the simulated account. What is
    /// there already stays as it is.
    ///
    /// # Errors
    /// The text is not of that form, or cannot be written.
    pub fn seed_account(&self, text: &str) -> Result<(), RunError> {
        self.account.seed_from_json(text)?;
        Ok(())
    }

    /// Everything that the stages need. No lease: the lock makes sure that nobody else is at work.
    fn world(&self) -> World<'_> {
        World {
            findings: &self.store,
            incidents: &self.store,
            dossier: &self.store,
            actions: &self.store,
            approvals: &self.store,
            workflows: &self.store,
            account: &self.account,
            sources: &self.store,
            analyst: &self.analyst,
            redactor: &self.redactor,
            notifiers: &self.store,
            ledger: &self.store,
            suppressions: &self.store,
            clock: &*self.clock,
            policy: &self.policy,
            lease: Duration::ZERO,
        }
    }
}

/// The key of the redaction tokens: random, made once, readable by the owner only.
fn redaction_key(folder: &Path) -> Result<Vec<u8>, RunError> {
    let path = folder.join("redaction.key");
    let failed = |source| RunError::File { path: path.clone(), source };
    match fs::read(&path) {
        Ok(key) if key.len() == 32 => return Ok(key),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut key = vec![0; 32];
    getrandom::fill(&mut key).map_err(|error| failed(std::io::Error::other(error)))?;
    let partial = folder.join("redaction.key.new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&partial)
        .map_err(failed)?;
    file.write_all(&key).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&partial, &path).map_err(failed)?;
    Ok(key)
}
