//! Questions to people: one row for each action and the generation that asks.

use async_trait::async_trait;
use rusqlite::{Row, params};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::id::{ActionId, IncidentId};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Approvals, RowVersion, Versioned};

use super::Store;
use super::error::Fault;
use super::rows::{count, expect_one, from_json, int, size, to_json};

const INSERT: &str = "INSERT INTO approvals(action, generation, version, incident, state, expires_at, doc)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(action, generation) DO NOTHING";
const UPDATE: &str = "UPDATE approvals SET version = ?3, incident = ?4, state = ?5, expires_at = ?6, doc = ?7
    WHERE action = ?1 AND generation = ?2 AND version = ?8";

fn read(row: &Row<'_>) -> Result<Versioned<Approval>, Fault> {
    Ok(Versioned { value: from_json(row, 1)?, version: RowVersion(count(row, 0)?) })
}

#[async_trait]
impl Approvals for Store {
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>> {
        self.with("read an approval", |connection| {
            let sql = "SELECT version, doc FROM approvals WHERE action = ?1 ORDER BY generation DESC LIMIT 1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([action.suffix()])?;
            rows.next()?.map(read).transpose()
        })
    }

    async fn save(&self, approval: &Approval, expected: Option<RowVersion>) -> PortResult<RowVersion> {
        self.with("save an approval", |connection| {
            let version = RowVersion(expected.map_or(1, |version| version.0 + 1));
            let (key, new) = (approval.action.suffix(), int(version.0));
            let incident = approval.incident.suffix();
            let (state, expires_at) = (approval.state.name(), approval.expires_at.as_millis());
            let (generation, doc) = (approval.generation, to_json(approval)?);
            let changed = match expected {
                None => connection
                    .prepare_cached(INSERT)?
                    .execute(params![key, generation, new, incident, state, expires_at, doc])?,
                Some(old) => connection.prepare_cached(UPDATE)?.execute(params![
                    key,
                    generation,
                    new,
                    incident,
                    state,
                    expires_at,
                    doc,
                    int(old.0)
                ])?,
            };
            expect_one(changed)?;
            Ok(version)
        })
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Versioned<Approval>>> {
        self.with("read an incident's approvals", |connection| {
            let sql = "SELECT version, doc FROM approvals WHERE incident = ?1 ORDER BY action, generation";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([id.suffix()])?;
            let mut approvals = Vec::new();
            while let Some(row) = rows.next()? {
                approvals.push(read(row)?);
            }
            Ok(approvals)
        })
    }

    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>> {
        self.with("list approvals", |connection| {
            let sql =
                "SELECT version, doc FROM approvals WHERE state = ?1 ORDER BY expires_at, action LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![state.name(), size(limit)])?;
            let mut approvals = Vec::new();
            while let Some(row) = rows.next()? {
                approvals.push(read(row)?.value);
            }
            Ok(approvals)
        })
    }
}
