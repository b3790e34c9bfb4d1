//! Notices on their way out, and reversals that other processes ask for: kept with the transaction that made
//! them, so that neither is lost or made twice.

use async_trait::async_trait;
use rusqlite::params;
use soc_domain::id::ActionId;
use soc_domain::notice::Notice;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Notifiers, StartWorkflow};

use super::rows::{from_json, id, size, to_json};
use super::{Store, StoreError};

#[async_trait]
impl Notifiers for Store {
    /// Keeps the notice; the runner sends it after the commit. A key that was kept before is not kept again.
    async fn send(&self, notice: &Notice) -> PortResult<()> {
        self.with("keep a notice", |connection| {
            let sql = "INSERT INTO notices(name, sent, doc) VALUES (?1, 0, ?2) ON CONFLICT(name) DO NOTHING";
            connection.prepare_cached(sql)?.execute(params![notice.key, to_json(notice)?])?;
            Ok(())
        })
    }
}

impl Store {
    /// Notices that were not sent, the oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn unsent_notices(&self, limit: usize) -> Result<Vec<Notice>, StoreError> {
        self.ask("list notices", |connection| {
            let sql = "SELECT doc FROM notices WHERE sent = 0 ORDER BY key LIMIT ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([size(limit)])?;
            let mut notices = Vec::new();
            while let Some(row) = rows.next()? {
                notices.push(from_json(row, 0)?);
            }
            Ok(notices)
        })
    }

    /// Notes that notices were sent.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn notices_sent(&self, notices: &[Notice]) -> Result<(), StoreError> {
        self.ask_step("note that notices were sent", |connection| {
            let mut statement = connection.prepare_cached("UPDATE notices SET sent = 1 WHERE name = ?1")?;
            for notice in notices {
                statement.execute([&notice.key])?;
            }
            Ok(())
        })
    }

    /// Asks the process that drives to undo an action for a person.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn request_reversal(&self, action: ActionId, person: &str) -> Result<(), StoreError> {
        self.ask("ask for a reversal", |connection| {
            let sql = "INSERT INTO reversals(action, person) VALUES (?1, ?2) ON CONFLICT(action) DO NOTHING";
            connection.prepare_cached(sql)?.execute(params![action.suffix(), person])?;
            Ok(())
        })
    }

    /// The reversals that were asked for and not answered.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn requested_reversals(&self) -> Result<Vec<(ActionId, String)>, StoreError> {
        self.ask("list reversals asked for", |connection| {
            let mut statement = connection.prepare_cached("SELECT action, person FROM reversals")?;
            let mut rows = statement.query([])?;
            let mut requests = Vec::new();
            while let Some(row) = rows.next()? {
                requests.push((id(row, 0, ActionId::PREFIX)?, row.get(1)?));
            }
            Ok(requests)
        })
    }

    /// Notes that a reversal was done or refused.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn reversal_answered(&self, action: ActionId) -> Result<(), StoreError> {
        self.ask("note a reversal", |connection| {
            connection
                .prepare_cached("DELETE FROM reversals WHERE action = ?1")?
                .execute([action.suffix()])?;
            Ok(())
        })
    }

    /// Forgets what an execution was told, once it has taken it.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn forget_told(&self, of: StartWorkflow) -> Result<(), StoreError> {
        self.ask("forget what an execution was told", |connection| {
            let name = soc_domain::incident::execution_name(of.incident, of.generation);
            connection
                .prepare_cached("UPDATE executions SET told = NULL WHERE name = ?1")?
                .execute([name])?;
            Ok(())
        })
    }
}
