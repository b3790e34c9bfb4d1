//! Executions of the incident workflow: the port that starts and tells them, and what their runner needs.
//!
//! What an execution is told (`token`, `told`) is written by the port only and its progress by the runner only,
//! so that a decision which another process writes is never overwritten by a step that was under way.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use soc_domain::id::IncidentId;
use soc_domain::incident::execution_name;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Resume, StartWorkflow, Workflows};

use super::Store;
use super::error::{Fault, StoreError};
use super::rows::{count, expect_one, id, size, small, text};

/// How far an execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExecutionStatus {
    /// Not started; only what it shall be told is known.
    Unstarted,
    /// Started; has not run its first step.
    Pending,
    /// Between two steps.
    Running,
    /// Waits for a time or to be told.
    Waiting,
    /// Ended well.
    Succeeded,
    /// Ended with an error.
    Failed,
}

impl ExecutionStatus {
    const ALL: [Self; 6] =
        [Self::Unstarted, Self::Pending, Self::Running, Self::Waiting, Self::Succeeded, Self::Failed];

    /// The name, as the store keeps it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unstarted => "unstarted",
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// One execution, as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionRow {
    /// `inc-<26>-<generation>`.
    pub name: String,
    /// What it handles.
    pub message: StartWorkflow,
    /// How far it is.
    pub status: ExecutionStatus,
    /// The interpreter's own state; empty before the first step.
    pub state: String,
    /// When a waiting execution goes on by itself.
    pub wake_at: Option<Timestamp>,
    /// The token with which it can be told; the port's to write.
    pub token: Option<String>,
    /// What it was told; the port's to write.
    pub told: Option<Resume>,
    /// When its first step began.
    pub started_at: Option<Timestamp>,
}

/// The columns of an `ExecutionRow`, in the order that `read` expects.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT incident, generation, status, state, wake_at, token, told, started_at, name FROM executions ",
            $rest
        )
    };
}

const READY: &str = select!(
    "INDEXED BY executions_ready
    WHERE (status IN ('pending', 'running') OR (status = 'waiting' AND told IS NOT NULL)) ORDER BY urgency DESC, key
    LIMIT ?1"
);
const WAKING: &str = select!(
    "INDEXED BY executions_waking
    WHERE status = 'waiting' AND told IS NULL AND wake_at IS NOT NULL AND wake_at <= ?1
    ORDER BY wake_at, key LIMIT ?2"
);
const ONE: &str = select!("WHERE name = ?1");

fn read(row: &Row<'_>) -> Result<ExecutionRow, Fault> {
    let status = text(row, 2)?;
    let known = ExecutionStatus::ALL.into_iter().find(|known| known.name() == status);
    let told = match row.get_ref(6)?.as_str_or_null() {
        Ok(None) => None,
        Ok(Some(DECIDED)) => Some(Resume::Decided),
        Ok(Some(SUPERSEDED)) => Some(Resume::Superseded),
        Ok(Some(other)) => return Err(Fault::Row(format!("an execution was told {other:?}"))),
        Err(error) => return Err(Fault::Row(error.to_string())),
    };
    Ok(ExecutionRow {
        name: row.get(8)?,
        message: StartWorkflow { incident: id(row, 0, IncidentId::PREFIX)?, generation: small(row, 1)? },
        status: known.ok_or_else(|| Fault::Row(format!("{status:?} is no status of an execution")))?,
        state: row.get(3)?,
        wake_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_millis),
        token: row.get(5)?,
        told,
        started_at: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_millis),
    })
}

const DECIDED: &str = "decided";
const SUPERSEDED: &str = "superseded";

const fn resume_name(with: Resume) -> &'static str {
    match with {
        Resume::Decided => DECIDED,
        Resume::Superseded => SUPERSEDED,
    }
}

fn name(of: StartWorkflow) -> String {
    execution_name(of.incident, of.generation)
}

/// Makes the row in which something is remembered, if there is none.
const REMEMBER: &str = "INSERT INTO executions(name, incident, generation, status, state)
    VALUES (?1, ?2, ?3, 'unstarted', '') ON CONFLICT(name) DO NOTHING";

fn remember(connection: &Connection, of: StartWorkflow) -> Result<(), Fault> {
    let values = params![name(of), of.incident.suffix(), of.generation];
    connection.prepare_cached(REMEMBER)?.execute(values)?;
    Ok(())
}

#[async_trait]
impl Workflows for Store {
    async fn start(&self, message: StartWorkflow) -> PortResult<()> {
        self.with("start an execution", |connection| {
            let sql = "INSERT INTO executions(name, incident, generation, status, state, urgency)
                VALUES (?1, ?2, ?3, 'pending', '', coalesce((SELECT severity FROM incidents WHERE id = ?2), 0))
                ON CONFLICT(name) DO UPDATE SET status = 'pending', urgency = excluded.urgency
                WHERE status = 'unstarted'";
            let values = params![name(message), message.incident.suffix(), message.generation];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> PortResult<()> {
        self.step("keep a token", |connection| {
            remember(connection, waiting)?;
            let sql = "UPDATE executions SET token = ?2 WHERE name = ?1";
            connection.prepare_cached(sql)?.execute(params![name(waiting), token])?;
            Ok(())
        })
    }

    async fn resume(&self, waiting: StartWorkflow, with: Resume) -> PortResult<()> {
        self.step("tell an execution", |connection| {
            remember(connection, waiting)?;
            let sql = "UPDATE executions SET told = ?2 WHERE name = ?1
                AND (told IS NULL OR (told = 'decided' AND ?2 = 'superseded'))";
            connection.prepare_cached(sql)?.execute(params![name(waiting), resume_name(with)])?;
            Ok(())
        })
    }
}

impl Store {
    /// At most `limit` executions that can go on at `now`: those of the gravest incidents first, of equals the oldest;
    /// those whose time has come last.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn next_executions(&self, now: Timestamp, limit: usize) -> Result<Vec<ExecutionRow>, StoreError> {
        self.ask("list executions that can go on", |connection| {
            let mut found = Vec::new();
            let mut statement = connection.prepare_cached(READY)?;
            let mut rows = statement.query([size(limit)])?;
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            let left = limit.saturating_sub(found.len());
            let mut statement = connection.prepare_cached(WAKING)?;
            let mut rows = statement.query(params![now.as_millis(), size(left)])?;
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok(found)
        })
    }

    /// The execution of a generation.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn execution(&self, of: StartWorkflow) -> Result<Option<ExecutionRow>, StoreError> {
        self.ask("read an execution", |connection| {
            let mut statement = connection.prepare_cached(ONE)?;
            let mut rows = statement.query([name(of)])?;
            rows.next()?.map(read).transpose()
        })
    }

    /// Writes how far an execution is: status, state, times. Token and what it was told stay as they are.
    ///
    /// # Errors
    /// There is no such execution, or the store cannot be written.
    pub fn save_execution(&self, row: &ExecutionRow) -> Result<(), StoreError> {
        self.ask("save an execution", |connection| {
            let sql = "UPDATE executions SET status = ?2, state = ?3, wake_at = ?4, started_at = ?5
                WHERE name = ?1";
            let changed = connection.prepare_cached(sql)?.execute(params![
                row.name,
                row.status.name(),
                row.state,
                row.wake_at.map(Timestamp::as_millis),
                row.started_at.map(Timestamp::as_millis)
            ])?;
            expect_one(changed)
        })
    }

    /// How many executions have not ended.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open_executions(&self) -> Result<u64, StoreError> {
        self.ask("count open executions", |connection| {
            let sql = "SELECT count(*) FROM executions
                WHERE (status = 'pending' OR status = 'running' OR status = 'waiting')";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            rows.next()?.map_or(Ok(0), |row| count(row, 0))
        })
    }

    /// How many executions wait and were told nothing.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn waiting_executions(&self) -> Result<u64, StoreError> {
        self.ask("count waiting executions", |connection| {
            let sql = "SELECT count(*) FROM executions WHERE status = 'waiting' AND told IS NULL";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            rows.next()?.map_or(Ok(0), |row| count(row, 0))
        })
    }
}
