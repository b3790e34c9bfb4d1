//! Notices for the webhook: queued with those that went out, until the other side took them or six tries failed.
//!
//! Apart from the outbox because it may fail for a day while everything else goes on.

use std::time::Duration;

use rusqlite::params;
use soc_domain::notice::Notice;
use soc_domain::time::Timestamp;

use super::rows::{from_json, size, to_json};
use super::{Store, StoreError};

/// How long after each failed try the next one may be; after the last there is none.
const WAITS: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3_600),
    Duration::from_secs(6 * 3_600),
];

/// A notice that the webhook has not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The notice.
    pub notice: Notice,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed, in our words.
    pub problem: Option<String>,
}

impl Store {
    /// Queues notices for the webhook. One that was queued before is not queued again.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn queue_for_webhook(&self, notices: &[Notice]) -> Result<(), StoreError> {
        self.ask_step("queue notices for the webhook", |connection| {
            let sql = "INSERT INTO webhook(name, tries, due, doc) VALUES (?1, 0, 0, ?2) \
                       ON CONFLICT(name) DO NOTHING";
            let mut statement = connection.prepare_cached(sql)?;
            for notice in notices {
                statement.execute(params![notice.key, to_json(notice)?])?;
            }
            Ok(())
        })
    }

    /// Notices that may be tried at `now`, the oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn webhook_due(&self, now: Timestamp, limit: usize) -> Result<Vec<Untold>, StoreError> {
        self.untold("due <= ?1", now, limit)
    }

    /// Notices whose every try failed: they stay until somebody lets them be tried again.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn webhook_dead(&self, limit: usize) -> Result<Vec<Untold>, StoreError> {
        self.untold("due IS NULL AND doc IS NOT NULL AND ?1 = ?1", Timestamp::default(), limit)
    }

    fn untold(&self, which: &str, now: Timestamp, limit: usize) -> Result<Vec<Untold>, StoreError> {
        self.ask("list notices for the webhook", |connection| {
            let sql = format!("SELECT doc, tries, problem FROM webhook WHERE {which} ORDER BY key LIMIT ?2");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![now.as_millis(), size(limit)])?;
            let mut untold = Vec::new();
            while let Some(row) = rows.next()? {
                untold.push(Untold { notice: from_json(row, 0)?, tries: row.get(1)?, problem: row.get(2)? });
            }
            Ok(untold)
        })
    }

    /// Notes that the webhook took a notice. Its name stays, so that it is not queued again.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn webhook_took(&self, notice: &Notice) -> Result<(), StoreError> {
        self.ask("note that the webhook took a notice", |connection| {
            let sql = "UPDATE webhook SET due = NULL, doc = NULL, problem = NULL WHERE name = ?1";
            connection.prepare_cached(sql)?.execute([&notice.key])?;
            Ok(())
        })
    }

    /// Notes that a try failed at `now`. Answers when the next one may be; none if that was the last.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn webhook_failed(
        &self,
        untold: &Untold,
        now: Timestamp,
        problem: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let wait = usize::try_from(untold.tries).ok().and_then(|tries| WAITS.get(tries));
        let next = wait.map(|wait| now.plus(*wait));
        self.ask("note that the webhook did not take a notice", |connection| {
            let sql = "UPDATE webhook SET tries = tries + 1, due = ?2, problem = ?3 WHERE name = ?1";
            let due = next.map(Timestamp::as_millis);
            connection.prepare_cached(sql)?.execute(params![untold.notice.key, due, problem])?;
            Ok(())
        })?;
        Ok(next)
    }

    /// Lets every notice whose tries all failed be tried again. Answers how many.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn redrive_webhook(&self) -> Result<usize, StoreError> {
        self.ask("try notices for the webhook again", |connection| {
            let sql = "UPDATE webhook SET tries = 0, due = 0 WHERE due IS NULL AND doc IS NOT NULL";
            Ok(connection.prepare_cached(sql)?.execute([])?)
        })
    }
}
