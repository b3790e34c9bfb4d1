//! Findings of incidents, actions, questions and quarantined records, page by page.

use async_trait::async_trait;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use soc_domain::action::Action;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    ActionFilter, ActionPlace, FiledFinding, Files, FindingPlace, FindingsPage, Lists, Page, PageAsk,
    QuarantinePage, QuarantinePlace, QuestionPlace,
};

use super::Reader;
use crate::store::error::Fault;
use crate::store::packing::unpack;
use crate::store::rows::{blob, count, from_json, size};
use crate::store::{findings, quarantine};

/// The columns of `findings::read`, and how often it came again.
macro_rules! filed {
    ($rest:literal) => {
        concat!(
            "SELECT version, incident, emissions, origin, meta, doc, duplicates FROM findings WHERE ",
            $rest
        )
    };
}

const ONE: &str = filed!("id = ?1");
const FIRST: &str = filed!("incident = ?1 ORDER BY severity DESC, ended DESC, id LIMIT ?2");
/// Row values compare one way only: the two conditions are "as grave and as new, or less", and "not up to the place".
const BEHIND: &str = filed!(
    "incident = ?1 AND severity <= ?3 AND (severity < ?3 OR ended < ?4 OR (ended = ?4 AND id > ?5))
    ORDER BY severity DESC, ended DESC, id LIMIT ?2"
);

fn filed(row: &rusqlite::Row<'_>) -> Result<FiledFinding, Fault> {
    Ok(FiledFinding { row: findings::read(row)?.value, duplicates: count(row, 6)? })
}

/// The rows up to the limit, and where the page behind them begins.
pub(super) fn cut<T, P>(mut rows: Vec<T>, limit: usize, place: impl Fn(&T) -> P) -> Page<T, P> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    Page { rows, next }
}

/// One more than a page holds: so that it is known whether something comes after it.
pub(super) fn one_more(limit: usize) -> i64 {
    size(limit.max(1).saturating_add(1))
}

fn of_incident(
    connection: &Connection,
    incident: IncidentId,
    from: PageAsk<FindingPlace>,
) -> Result<FindingsPage, Fault> {
    let total = "SELECT count(*) FROM findings WHERE incident = ?1";
    let total: i64 = connection.prepare_cached(total)?.query_row([incident.suffix()], |row| row.get(0))?;
    let limit = one_more(from.limit);
    let mut statement = connection.prepare_cached(if from.after.is_some() { BEHIND } else { FIRST })?;
    let mut rows = match &from.after {
        Some(place) => statement.query(params![
            incident.suffix(),
            limit,
            place.severity as i64,
            place.ended.as_millis(),
            place.id.suffix()
        ])?,
        None => statement.query(params![incident.suffix(), limit])?,
    };
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(filed(row)?);
    }
    let page = cut(found, from.limit.max(1), |filed| FindingPlace::of(&filed.row.finding));
    Ok(FindingsPage { page, total: u64::try_from(total).unwrap_or_default() })
}

#[async_trait]
impl Files for Reader {
    async fn findings(&self, incident: IncidentId, from: PageAsk<FindingPlace>) -> PortResult<FindingsPage> {
        self.read("list an incident's findings", |connection| of_incident(connection, incident, from))
    }

    async fn finding(&self, id: FindingId) -> PortResult<Option<FiledFinding>> {
        self.read("read a finding", |connection| {
            let mut statement = connection.prepare_cached(ONE)?;
            let mut rows = statement.query([id.suffix()])?;
            rows.next()?.map(filed).transpose()
        })
    }

    async fn raw(&self, id: FindingId) -> PortResult<Option<Vec<u8>>> {
        self.read("read the evidence of a finding", |connection| {
            let sql = "SELECT length, raw FROM evidence
                WHERE key = (SELECT evidence FROM findings WHERE id = ?1)";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([id.suffix()])?;
            rows.next()?.map(|row| unpack(blob(row, 1)?, count(row, 0)?)).transpose()
        })
    }
}

/// Stands for "no effect so far" in the order of actions: before every moment, newest first.
const NOT_DONE: i64 = i64::MAX;

fn actions(
    connection: &Connection,
    filter: &ActionFilter,
    from: &PageAsk<ActionPlace>,
) -> Result<Page<Action, ActionPlace>, Fault> {
    let (mut sql, mut values) = ("SELECT doc FROM actions WHERE 1".to_owned(), Vec::new());
    let mut one_of = |column: &str, wanted: Vec<&str>| {
        if !wanted.is_empty() {
            sql.push_str(&format!(" AND {column} IN ({})", vec!["?"; wanted.len()].join(", ")));
            values.extend(wanted.into_iter().map(|text| Value::Text(text.to_owned())));
        }
    };
    one_of("state", filter.states.iter().map(|state| state.name()).collect());
    one_of("account", filter.accounts.iter().map(String::as_str).collect());
    one_of("incident", filter.incident.iter().map(IncidentId::suffix).collect());
    one_of("doc ->> '$.target.kind'", filter.kinds.iter().map(|kind| kind.name()).collect());
    one_of("doc ->> '$.target.resource'", filter.resource.iter().map(String::as_str).collect());
    if let Some(place) = &from.after {
        let done_at = place.done_at.map_or(NOT_DONE, Timestamp::as_millis);
        sql.push_str(" AND (-coalesce(done_at, ?), id) > (?, ?)");
        values.extend([Value::Integer(NOT_DONE), Value::Integer(-done_at)]);
        values.push(Value::Text(place.id.suffix().to_owned()));
    }
    sql.push_str(" ORDER BY -coalesce(done_at, ?), id LIMIT ?");
    values.extend([Value::Integer(NOT_DONE), Value::Integer(one_more(from.limit))]);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(from_json(row, 0)?);
    }
    Ok(cut(found, from.limit.max(1), ActionPlace::of))
}

fn questions(
    connection: &Connection,
    states: &[ApprovalState],
    from: &PageAsk<QuestionPlace>,
) -> Result<Page<Approval, QuestionPlace>, Fault> {
    let (mut sql, mut values) = ("SELECT doc FROM approvals WHERE 1".to_owned(), Vec::new());
    if !states.is_empty() {
        sql.push_str(&format!(" AND state IN ({})", vec!["?"; states.len()].join(", ")));
        values.extend(states.iter().map(|state| Value::Text(state.name().to_owned())));
    }
    if let Some(place) = &from.after {
        sql.push_str(" AND (expires_at, action, generation) > (?, ?, ?)");
        values.push(Value::Integer(place.expires_at.as_millis()));
        values.push(Value::Text(place.action.suffix().to_owned()));
        values.push(Value::Integer(i64::from(place.generation)));
    }
    sql.push_str(" ORDER BY expires_at, action, generation LIMIT ?");
    values.push(Value::Integer(one_more(from.limit)));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(from_json(row, 0)?);
    }
    Ok(cut(found, from.limit.max(1), QuestionPlace::of))
}

const QUARANTINE_FIRST: &str = "SELECT id, source, offset, line, reason, length, at, replays, spilled, x''
    FROM quarantine WHERE released = 0 ORDER BY at DESC, id LIMIT ?1";
const QUARANTINE_BEHIND: &str = "SELECT id, source, offset, line, reason, length, at, replays, spilled, x''
    FROM quarantine WHERE released = 0 AND at <= ?2 AND (at < ?2 OR id > ?3) ORDER BY at DESC, id LIMIT ?1";

fn quarantined(connection: &Connection, from: &PageAsk<QuarantinePlace>) -> Result<QuarantinePage, Fault> {
    let total = "SELECT count(*) FROM quarantine WHERE released = 0";
    let total: i64 = connection.prepare_cached(total)?.query_row([], |row| row.get(0))?;
    let limit = one_more(from.limit);
    let sql = if from.after.is_some() { QUARANTINE_BEHIND } else { QUARANTINE_FIRST };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = match &from.after {
        Some(place) => statement.query(params![limit, place.at.as_millis(), place.id.suffix()])?,
        None => statement.query([limit])?,
    };
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(quarantine::read(row)?);
    }
    let page = cut(found, from.limit.max(1), |record| QuarantinePlace { at: record.at, id: record.id });
    Ok(QuarantinePage { page, total: u64::try_from(total).unwrap_or_default() })
}

#[async_trait]
impl Lists for Reader {
    async fn actions(
        &self,
        filter: &ActionFilter,
        from: PageAsk<ActionPlace>,
    ) -> PortResult<Page<Action, ActionPlace>> {
        self.read("list actions", |connection| actions(connection, filter, &from))
    }

    async fn questions(
        &self,
        states: &[ApprovalState],
        from: PageAsk<QuestionPlace>,
    ) -> PortResult<Page<Approval, QuestionPlace>> {
        self.read("list questions", |connection| questions(connection, states, &from))
    }

    async fn quarantined(&self, from: PageAsk<QuarantinePlace>) -> PortResult<QuarantinePage> {
        self.read("list quarantined records", |connection| quarantined(connection, &from))
    }
}
