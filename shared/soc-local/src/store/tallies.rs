//! Counts and lists for people: the summary line, the status page, `soc incidents`.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use soc_domain::action::{ActionState, Tier};
use soc_domain::approval::ApprovalState;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Status};
use soc_domain::severity::Severity;

use super::Store;
use super::dossier::PLAN;
use super::error::{Fault, StoreError};
use super::rows::{count, from_json, size, text};

/// Incidents, counted three ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IncidentTallies {
    /// All of them.
    pub total: u64,
    /// By what the machine does.
    pub by_stage: BTreeMap<String, u64>,
    /// By what people do.
    pub by_status: BTreeMap<String, u64>,
    /// By how bad they are.
    pub by_severity: BTreeMap<String, u64>,
}

/// Actions, as people ask for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ActionTallies {
    /// They have their effect.
    pub done: u64,
    /// The machine still has them before it: planned, or under way.
    pub pending: u64,
    /// Steps that the newest plans leave to people.
    pub guide: u64,
    /// Undone.
    pub reversed: u64,
}

/// All counts at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tallies {
    /// Incidents.
    pub incidents: IncidentTallies,
    /// Actions.
    pub actions: ActionTallies,
    /// Questions that wait for people.
    pub approvals_waiting: u64,
}

/// Which incidents to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Only with this status.
    pub status: Option<Status>,
    /// Only at least this bad.
    pub severity: Option<Severity>,
    /// Only what comes after this incident in the order of ids.
    pub after: Option<IncidentId>,
    /// At most so many.
    pub limit: usize,
}

const BY_STATE: &str = "SELECT state, tier, count(*) FROM actions GROUP BY state, tier";
const GUIDES: &str = "SELECT coalesce(sum(guides), 0) FROM documents AS plan WHERE kind = ?1 AND generation =
    (SELECT max(generation) FROM documents WHERE incident = plan.incident AND kind = ?1)";
const TOP: &str = "SELECT doc FROM incidents
    ORDER BY status = 'Closed', priority, severity DESC, last_seen DESC, id LIMIT ?1";
const LIST: &str =
    "SELECT doc FROM incidents WHERE id > ?1 AND (?2 IS NULL OR status = ?2) AND severity >= ?3
    ORDER BY id LIMIT ?4";

impl Store {
    /// All counts of the summary.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn tallies(&self) -> Result<Tallies, StoreError> {
        self.ask("count what there is", |connection| {
            let sql = "SELECT count(*) FROM approvals WHERE state = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let waiting: i64 = statement.query_row([ApprovalState::Pending.name()], |row| row.get(0))?;
            Ok(Tallies {
                incidents: incidents(connection)?,
                actions: actions(connection)?,
                approvals_waiting: u64::try_from(waiting).unwrap_or_default(),
            })
        })
    }

    /// The most important incidents first: by priority, severity and latest activity.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn top_incidents(&self, limit: usize) -> Result<Vec<Incident>, StoreError> {
        self.ask("list the most important incidents", |connection| {
            let mut statement = connection.prepare_cached(TOP)?;
            let mut rows = statement.query([size(limit)])?;
            let mut incidents = Vec::new();
            while let Some(row) = rows.next()? {
                incidents.push(from_json(row, 0)?);
            }
            Ok(incidents)
        })
    }

    /// Incidents in the order of their ids, page by page.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn list_incidents(&self, filter: IncidentFilter) -> Result<Vec<Incident>, StoreError> {
        self.ask("list incidents", |connection| {
            let after = filter.after.as_ref().map_or("", IncidentId::suffix);
            let status = filter.status.map(Status::name);
            let severity = filter.severity.unwrap_or_default() as i64;
            let mut statement = connection.prepare_cached(LIST)?;
            let mut rows = statement.query(params![after, status, severity, size(filter.limit)])?;
            let mut incidents = Vec::new();
            while let Some(row) = rows.next()? {
                incidents.push(from_json(row, 0)?);
            }
            Ok(incidents)
        })
    }
}

fn incidents(connection: &Connection) -> Result<IncidentTallies, Fault> {
    let sql = "SELECT stage, status, severity, count(*) FROM incidents GROUP BY stage, status, severity";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut tallies = IncidentTallies::default();
    while let Some(row) = rows.next()? {
        let incidents = count(row, 3)?;
        tallies.total += incidents;
        *tallies.by_stage.entry(text(row, 0)?.to_owned()).or_default() += incidents;
        *tallies.by_status.entry(text(row, 1)?.to_owned()).or_default() += incidents;
        *tallies.by_severity.entry(severity(row, 2)?.name().to_owned()).or_default() += incidents;
    }
    Ok(tallies)
}

fn severity(row: &Row<'_>, column: usize) -> Result<Severity, Fault> {
    let number: i64 = row.get(column)?;
    let known = Severity::ALL.into_iter().find(|severity| *severity as i64 == number);
    known.ok_or_else(|| Fault::Row(format!("{number} is no severity")))
}

fn actions(connection: &Connection) -> Result<ActionTallies, Fault> {
    let guide: i64 = connection.prepare_cached(GUIDES)?.query_row([PLAN], |row| row.get(0))?;
    let guide = u64::try_from(guide).unwrap_or_default();
    let mut tallies = ActionTallies { guide, ..ActionTallies::default() };
    let mut statement = connection.prepare_cached(BY_STATE)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (state, tier, actions) = (text(row, 0)?, text(row, 1)?, count(row, 2)?);
        if state == ActionState::Done.name() {
            tallies.done += actions;
        } else if state == ActionState::Reversed.name() {
            tallies.reversed += actions;
        } else if state == ActionState::Intent.name()
            || state == ActionState::Planned.name() && tier != Tier::Guide.name()
        {
            tallies.pending += actions;
        }
    }
    Ok(tallies)
}
