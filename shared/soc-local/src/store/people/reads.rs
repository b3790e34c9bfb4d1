//! Reading what people did, wrote and agreed on.

use std::str::FromStr;

use async_trait::async_trait;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;
use soc_domain::id::{CommentId, IncidentId, JobId, SuppressionId};
use soc_domain::people::{Comment, Job, PeopleSuppression};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Comments, Jobs, RowVersion, Suppressions, Versioned};

use super::Kind;
use crate::store::Store;
use crate::store::error::Fault;
use crate::store::rows::{count, from_json, id, size};

fn documents<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(from_json(row, 0)?);
    }
    Ok(found)
}

impl Store {
    pub(super) fn person_row<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        kind: Kind,
        id: &str,
    ) -> PortResult<Option<Versioned<T>>> {
        self.with(operation, |connection| {
            let sql = "SELECT version, doc FROM people WHERE kind = ?1 AND id = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![kind as i64, id])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            Ok(Some(Versioned { value: from_json(row, 1)?, version: RowVersion(count(row, 0)?) }))
        })
    }

    /// The ids of rows about which something is left to do, the oldest first.
    pub(super) fn open_rows<T: FromStr>(
        &self,
        operation: &'static str,
        (kind, prefix): (Kind, &str),
        limit: usize,
    ) -> PortResult<Vec<T>> {
        self.with(operation, |connection| {
            let sql =
                "SELECT id FROM people WHERE kind = ?1 AND open IS NOT NULL ORDER BY open, key LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![kind as i64, size(limit)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(id(row, 0, prefix)?);
            }
            Ok(found)
        })
    }
}

#[async_trait]
impl Comments for Store {
    async fn get(&self, id: CommentId) -> PortResult<Option<Versioned<Comment>>> {
        self.person_row("read a comment", Kind::Comment, id.suffix())
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<Vec<Comment>> {
        self.with("read an incident's comments", |connection| {
            let sql = "SELECT doc FROM people WHERE incident = ?1 AND kind = ?2 ORDER BY key DESC LIMIT ?3";
            documents(connection, sql, params![id.suffix(), Kind::Comment as i64, size(limit)])
        })
    }
}

#[async_trait]
impl Jobs for Store {
    async fn get(&self, id: JobId) -> PortResult<Option<Versioned<Job>>> {
        self.person_row("read a job", Kind::Job, id.suffix())
    }

    async fn running(&self, limit: usize) -> PortResult<Vec<JobId>> {
        self.open_rows("list jobs that are running", (Kind::Job, JobId::PREFIX), limit)
    }
}

#[async_trait]
impl Suppressions for Store {
    async fn standing(&self, now: Timestamp) -> PortResult<Vec<PeopleSuppression>> {
        self.with("read the suppressions that hold", |connection| {
            let sql = "SELECT doc FROM people WHERE kind = ?1 AND open > ?2 ORDER BY open, key";
            documents(connection, sql, params![Kind::Suppression as i64, now.as_millis()])
        })
    }

    async fn get(&self, id: SuppressionId) -> PortResult<Option<Versioned<PeopleSuppression>>> {
        self.person_row("read a suppression", Kind::Suppression, id.suffix())
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<PeopleSuppression>> {
        self.with("list suppressions", |connection| {
            let sql = "SELECT doc FROM people WHERE kind = ?1 ORDER BY key DESC LIMIT ?2";
            documents(connection, sql, params![Kind::Suppression as i64, size(limit)])
        })
    }
}
