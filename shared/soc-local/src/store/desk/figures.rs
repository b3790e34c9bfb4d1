//! Figures over a window, how the pipeline stands, and what is known of entities.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::id::IncidentId;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    Case, DayCount, Entities, Entity, EntityFacts, Figures, Page, PageAsk, PipelineFigures, TechniqueCount,
    Window,
};

use super::Reader;
use super::aid::{Marks, known};
use super::files::{cut, one_more};
use super::pipeline::pipeline;
use crate::store::error::Fault;
use crate::store::rows::{count, from_json, id};

const DAY_MS: i64 = 86_400_000;
const CASES: &str = "SELECT incidents.doc FROM desk JOIN incidents USING (key)
    WHERE desk.merged = 0 AND desk.opened_at >= ?1 AND desk.opened_at < ?2 AND desk.id > ?3
    ORDER BY desk.id LIMIT ?4";
/// Days begin at midnight UTC, before 1970 too.
const DAYS: &str = "SELECT (ended - ((ended % ?3) + ?3) % ?3) / ?3 AS day, count(*) FROM findings
    WHERE ended >= ?1 AND ended < ?2 GROUP BY day ORDER BY day";
/// The order of the index: narrow rows, one after the other, and not those of findings, which are wide.
const MARKED: &str = "SELECT outlines.marks, findings.incident, outlines.severity
    FROM soc.findings AS findings INDEXED BY findings_by_incident
    CROSS JOIN outlines ON outlines.finding = findings.key
    WHERE coalesce(outlines.ended, 0) >= ?1 AND coalesce(outlines.ended, 0) < ?2";
const NAMED: &str =
    "SELECT findings.incident, outlines.began, outlines.ended, outlines.account, outlines.marks
    FROM mentions CROSS JOIN soc.findings AS findings ON findings.key = mentions.finding
    CROSS JOIN outlines ON outlines.finding = mentions.finding WHERE mentions.name = ?1";

fn cases(
    connection: &Connection,
    window: Window,
    from: &PageAsk<IncidentId>,
) -> Result<Page<Case, IncidentId>, Fault> {
    let mut statement = connection.prepare_cached(CASES)?;
    let after = from.after.as_ref().map_or("", IncidentId::suffix);
    let (first, behind) = (window.from.as_millis(), window.to.as_millis());
    let mut rows = statement.query(params![first, behind, after, one_more(from.limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Case::of(&from_json(row, 0)?));
    }
    Ok(cut(found, from.limit.max(1), |case| case.id))
}

fn days(connection: &Connection, window: Window) -> Result<Vec<DayCount>, Fault> {
    let mut statement = connection.prepare_cached(DAYS)?;
    let mut rows = statement.query(params![window.from.as_millis(), window.to.as_millis(), DAY_MS])?;
    let mut days = Vec::new();
    while let Some(row) = rows.next()? {
        let day: i64 = row.get(0)?;
        let day = Timestamp::from_millis(day.saturating_mul(DAY_MS));
        days.push(DayCount { day, findings: count(row, 1)? });
    }
    Ok(days)
}

/// Sets of marks by their numbers.
fn marks(connection: &Connection) -> Result<HashMap<i64, Marks>, Fault> {
    let mut statement = connection.prepare_cached("SELECT number, marks FROM marks")?;
    let mut rows = statement.query([])?;
    let mut marks = HashMap::new();
    while let Some(row) = rows.next()? {
        marks.insert(row.get(0)?, from_json(row, 1)?);
    }
    Ok(marks)
}

#[derive(Default)]
struct Counted {
    incidents: BTreeSet<IncidentId>,
    findings: u64,
    severity: i64,
}

impl Counted {
    fn add(&mut self, other: &Self) {
        self.incidents.extend(&other.incidents);
        self.findings += other.findings;
        self.severity = self.severity.max(other.severity);
    }
}

fn techniques(connection: &Connection, window: Window) -> Result<Vec<TechniqueCount>, Fault> {
    let mut by_set: HashMap<i64, Counted> = HashMap::new();
    let mut statement = connection.prepare_cached(MARKED)?;
    let mut rows = statement.query(params![window.from.as_millis(), window.to.as_millis()])?;
    while let Some(row) = rows.next()? {
        let counted = by_set.entry(row.get(0)?).or_default();
        counted.incidents.insert(id(row, 1, IncidentId::PREFIX)?);
        counted.findings += 1;
        counted.severity = counted.severity.max(row.get(2)?);
    }
    let marks = marks(connection)?;
    let mut by_mark: BTreeMap<&(String, String), Counted> = BTreeMap::new();
    for (number, counted) in &by_set {
        for mark in marks.get(number).into_iter().flat_map(|set| &set.marks) {
            by_mark.entry(mark).or_default().add(counted);
        }
    }
    let severity = |number: i64| Severity::ALL.into_iter().find(|severity| *severity as i64 == number);
    let count = |((tactic, technique), counted): (&(String, String), Counted)| TechniqueCount {
        tactic: tactic.clone(),
        technique: technique.clone(),
        incidents: counted.incidents.len() as u64,
        findings: counted.findings,
        severity: severity(counted.severity).unwrap_or_default(),
    };
    Ok(by_mark.into_iter().map(count).collect())
}

fn entity(connection: &Connection, entity: &Entity, limit: usize) -> Result<Option<EntityFacts>, Fault> {
    let Some(number) = known(connection, entity)? else {
        return Ok(None);
    };
    let (mut incidents, mut accounts, mut sets) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut findings, mut first_seen, mut last_seen) = (0, None::<i64>, None::<i64>);
    let mut statement = connection.prepare_cached(NAMED)?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        findings += 1;
        incidents.insert(id(row, 0, IncidentId::PREFIX)?);
        let began: Option<i64> = row.get(1)?;
        first_seen = [first_seen, began].into_iter().flatten().min();
        last_seen = last_seen.max(row.get(2)?);
        accounts.insert(row.get::<_, String>(3)?);
        sets.insert(row.get::<_, i64>(4)?);
    }
    let marks = marks(connection)?;
    let tactics: BTreeSet<&String> =
        sets.iter().filter_map(|number| marks.get(number)).flat_map(|set| &set.tactics).collect();
    let incidents = by_activity(connection, &incidents)?;
    Ok((findings > 0).then(|| EntityFacts {
        incidents_total: incidents.len() as u64,
        incidents: incidents.into_iter().take(limit).collect(),
        findings,
        first_seen: first_seen.map(Timestamp::from_millis),
        last_seen: last_seen.map(Timestamp::from_millis),
        accounts: accounts.into_iter().filter(|account| !account.is_empty()).collect(),
        tactics: tactics.into_iter().cloned().collect(),
    }))
}

/// Those that were not merged away, the latest activity first.
fn by_activity(connection: &Connection, ids: &BTreeSet<IncidentId>) -> Result<Vec<IncidentId>, Fault> {
    let sql = "SELECT desk.last_seen FROM soc.incidents AS incidents JOIN soc.desk AS desk USING (key)
        WHERE incidents.id = ?1 AND desk.merged = 0";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let mut rows = statement.query([id.suffix()])?;
        if let Some(row) = rows.next()? {
            found.push((std::cmp::Reverse(row.get::<_, i64>(0)?), *id));
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

#[async_trait]
impl Figures for Reader {
    async fn cases(&self, window: Window, from: PageAsk<IncidentId>) -> PortResult<Page<Case, IncidentId>> {
        self.read("list cases", |connection| cases(connection, window, &from))
    }

    async fn findings_by_day(&self, window: Window) -> PortResult<Vec<DayCount>> {
        self.read("count findings by day", |connection| days(connection, window))
    }

    async fn techniques(&self, window: Window) -> PortResult<Vec<TechniqueCount>> {
        self.read_aid("count techniques", |connection| techniques(connection, window))
    }

    async fn pipeline(&self) -> PortResult<PipelineFigures> {
        self.read("look at the pipeline", pipeline)
    }
}

#[async_trait]
impl Entities for Reader {
    async fn entity(&self, wanted: &Entity, limit: usize) -> PortResult<Option<EntityFacts>> {
        self.read_aid("look an entity up", |connection| entity(connection, wanted, limit))
    }
}
