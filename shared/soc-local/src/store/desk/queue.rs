//! The queue and its changes, out of the desk's rows.

use async_trait::async_trait;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Stage, Status};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    Changed, Changes, Page, Queue, QueueAsk, QueueCounts, QueueFilter, QueuePage, QueuePlace, QueueRow, Turn,
};

use super::Reader;
use super::filter::{Condition, WAITING, order};
use crate::store::error::Fault;
use crate::store::rows::{count, from_json, id, int, size};

const ROW: &str = "SELECT incidents.doc, desk.changed_at, desk.turn,
    (SELECT count(*) FROM findings WHERE incident = desk.id),
    (SELECT count(*) FROM approvals WHERE incident = desk.id AND state = 'Pending')
    FROM incidents JOIN desk USING (key) WHERE incidents.id = ?1";

fn row(connection: &Connection, id: IncidentId) -> Result<Option<QueueRow>, Fault> {
    let mut statement = connection.prepare_cached(ROW)?;
    let mut rows = statement.query([id.suffix()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(QueueRow {
        incident: from_json(row, 0)?,
        changed_at: Timestamp::from_millis(row.get(1)?),
        turn: Turn(count(row, 2)?),
        findings: count(row, 3)?,
        waiting: count(row, 4)?,
    }))
}

fn last_turn(connection: &Connection) -> Result<Turn, Fault> {
    let sql = "SELECT coalesce(max(turn), 0) FROM desk";
    let last: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(Turn(u64::try_from(last).unwrap_or_default()))
}

fn ids(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<IncidentId>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(id(row, 0, IncidentId::PREFIX)?);
    }
    Ok(found)
}

fn total(connection: &Connection, condition: &Condition) -> Result<u64, Fault> {
    let sql = format!("SELECT count(*) FROM {} WHERE {}", condition.tables(), condition.sql);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&condition.values))?;
    rows.next()?.map_or(Ok(0), |row| count(row, 0))
}

fn page(connection: &Connection, ask: &QueueAsk) -> Result<QueuePage, Fault> {
    let mut condition = Condition::of(&ask.filter);
    let total = total(connection, &condition)?;
    if let Some(place) = &ask.from.after {
        if place.sort != ask.sort {
            return Err(Fault::Misuse("a place of another order"));
        }
        condition.behind(place);
    }
    let limit = ask.from.limit.max(1);
    let order = order(ask.sort).join(", ");
    let (tables, sql) = (condition.tables(), &condition.sql);
    let sql = format!("SELECT id FROM {tables} WHERE {sql} ORDER BY {order}, id LIMIT ?");
    condition.values.push(Value::Integer(size(limit.saturating_add(1))));
    let mut found = ids(connection, &sql, &condition.values)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let rows = rows(connection, &found)?;
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| QueuePlace::of(row, ask.sort));
    Ok(QueuePage { page: Page { rows, next }, total, cursor: last_turn(connection)? })
}

fn rows(connection: &Connection, ids: &[IncidentId]) -> Result<Vec<QueueRow>, Fault> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(row(connection, *id)?);
    }
    Ok(found)
}

/// The value that was written as its number.
fn known<T: Copy>(all: &[T], number: i64, number_of: impl Fn(T) -> i64) -> Result<T, Fault> {
    let found = all.iter().copied().find(|one| number_of(*one) == number);
    found.ok_or_else(|| Fault::Row(format!("{number} is none of our numbers")))
}

fn counts(connection: &Connection, filter: &QueueFilter, me: &str) -> Result<QueueCounts, Fault> {
    let condition = Condition::of(filter);
    let (tables, sql) = (condition.tables(), &condition.sql);
    let sql =
        format!("SELECT status, severity, stage, verdict, assignee, {WAITING} FROM {tables} WHERE {sql}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&condition.values))?;
    let mut counts = QueueCounts::default();
    while let Some(row) = rows.next()? {
        counts.total += 1;
        let status = known(&Status::ALL, row.get(0)?, |status| status as i64)?;
        let severity = known(&Severity::ALL, row.get(1)?, |severity| severity as i64)?;
        let stage = known(&Stage::ALL, row.get(2)?, |stage| stage as i64)?;
        *counts.by_status.entry(status).or_default() += 1;
        *counts.by_severity.entry(severity).or_default() += 1;
        *counts.by_stage.entry(stage).or_default() += 1;
        if let Some(verdict) = row.get::<_, Option<i64>>(3)? {
            let verdict = known(&Verdict::ALL, verdict, |verdict| verdict as i64)?;
            *counts.by_verdict.entry(verdict.name()).or_default() += 1;
        }
        match row.get_ref(4)?.as_str_or_null() {
            Ok(Some(assignee)) => counts.mine += u64::from(assignee == me),
            Ok(None) | Err(_) => counts.unassigned += 1,
        }
        counts.waiting += u64::from(row.get::<_, bool>(5)?);
    }
    Ok(counts)
}

#[async_trait]
impl Queue for Reader {
    async fn page(&self, ask: &QueueAsk) -> PortResult<QueuePage> {
        self.read("list the queue", |connection| page(connection, ask))
    }

    async fn counts(&self, filter: &QueueFilter, me: &str) -> PortResult<QueueCounts> {
        self.read("count the queue", |connection| counts(connection, filter, me))
    }

    async fn rows(&self, ids: &[IncidentId]) -> PortResult<Vec<QueueRow>> {
        self.read("read rows of the queue", |connection| rows(connection, ids))
    }
}

fn waiting(connection: &Connection, sql: &str) -> Result<u64, Fault> {
    let found: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(found.and_then(|found| u64::try_from(found).ok()).unwrap_or_default())
}

fn changed(connection: &Connection, after: Option<Turn>, limit: usize) -> Result<Changed, Fault> {
    let newest = last_turn(connection)?;
    let mut changed = Changed {
        cursor: newest,
        approvals_waiting: waiting(connection, "SELECT count(*) FROM approvals WHERE state = 'Pending'")?,
        quarantine: waiting(connection, "SELECT count(*) FROM quarantine WHERE released = 0")?,
        ..Changed::default()
    };
    let Some(after) = after else {
        return Ok(changed);
    };
    let after = if after > newest { Turn::default() } else { after };
    let sql = "SELECT id, turn FROM desk WHERE turn > ?1 ORDER BY turn LIMIT ?2";
    let limit = limit.max(1);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![int(after.0), size(limit.saturating_add(1))])?;
    while let Some(row) = rows.next()? {
        if changed.incidents.len() == limit {
            changed.more = true;
            break;
        }
        changed.incidents.push(id(row, 0, IncidentId::PREFIX)?);
        changed.cursor = Turn(count(row, 1)?);
    }
    if !changed.more {
        changed.cursor = newest;
    }
    Ok(changed)
}

#[async_trait]
impl Changes for Reader {
    async fn changed(&self, after: Option<Turn>, limit: usize) -> PortResult<Changed> {
        self.read("list what changed", |connection| changed(connection, after, limit))
    }
}
