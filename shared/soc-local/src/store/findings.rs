//! Findings, their events and their evidence; and `Sources`: what the store itself can vouch for.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use soc_domain::finding::{Finding, Gap, GapKind, Route};
use soc_domain::id::{EventKey, FindingId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{
    Confirmation, Cursor, FindingRow, FindingWrite, Findings, IncidentFindings, Origin, RecentPage, Report,
    Reported, RowVersion, Sources, Versioned,
};

use super::error::{Fault, StoreError, Tried};
use super::evidence::{Place, next_key};
use super::packing::{pack, unpack};
use super::rows::{blob, count, expect_one, from_json, id, int, size, to_json};
use super::{Inner, Store, desk};

/// What is small and seldom asked for, in one column.
#[derive(Serialize)]
struct Meta<'a> {
    gaps: &'a [Gap],
    routes: &'a [Route],
}

#[derive(Deserialize)]
struct KeptMeta {
    gaps: Vec<KeptGap>,
    routes: Vec<Route>,
}

#[derive(Deserialize)]
struct KeptGap {
    field: String,
    problem: GapKind,
}

/// A gap names its field by a text of the program. Read back, each name is made once and kept for ever; the
/// readers know some hundred, so more than this is a file that we did not write.
const MOST_FIELDS: usize = 1_024;
static FIELDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

fn field(name: String) -> Result<&'static str, Fault> {
    let mut fields = FIELDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = fields.get(name.as_str()) {
        return Ok(known);
    }
    if fields.len() >= MOST_FIELDS {
        return Err(Fault::Row("too many different fields in gaps".to_owned()));
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    fields.insert(name);
    Ok(name)
}

const GET: &str = "SELECT version, incident, emissions, origin, meta, doc FROM findings WHERE id = ?1";
const INSERT: &str =
    "INSERT INTO findings(id, version, incident, severity, ended, alarming, origin, emissions,
    duplicates, evidence, meta, doc) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10)
    ON CONFLICT(id) DO NOTHING";
const UPDATE: &str = "UPDATE findings SET version = version + 1, incident = ?2, severity = ?3, ended = ?4,
    alarming = ?5, origin = ?6, emissions = ?7, evidence = ?8, meta = ?9, doc = ?10
    WHERE id = ?1 AND version = ?11";

pub(super) fn read(row: &Row<'_>) -> Result<Versioned<FindingRow>, Fault> {
    let meta: KeptMeta = from_json(row, 4)?;
    let mut gaps = Vec::with_capacity(meta.gaps.len());
    for gap in meta.gaps {
        gaps.push(Gap { field: field(gap.field)?, problem: gap.problem });
    }
    let value = FindingRow {
        finding: from_json(row, 5)?,
        gaps,
        incident: id(row, 1, IncidentId::PREFIX)?,
        routes: meta.routes,
        emissions: count(row, 2)?,
        origin: if row.get::<_, i64>(3)? == OWNER { Origin::Owner } else { Origin::Bus },
    };
    Ok(Versioned { value, version: RowVersion(count(row, 0)?) })
}

const OWNER: i64 = 1;

const fn origin_number(origin: Origin) -> i64 {
    match origin {
        Origin::Bus => 0,
        Origin::Owner => OWNER,
    }
}

fn write(
    connection: &Connection,
    write: FindingWrite<'_>,
    evidence: i64,
    expected: Option<RowVersion>,
) -> Result<(), Fault> {
    let (row, finding) = (write.row, &write.row.finding);
    let key = finding.id.suffix();
    let incident = row.incident.suffix();
    let severity = finding.effective_severity() as i64;
    let ended = finding.ended().unwrap_or_default().as_millis();
    let alarming = finding.is_alarming();
    let origin = origin_number(row.origin);
    let emissions = int(row.emissions);
    let meta = to_json(&Meta { gaps: &row.gaps, routes: &row.routes })?;
    let doc = to_json(finding)?;
    let changed = match expected {
        None => connection.prepare_cached(INSERT)?.execute(params![
            key, incident, severity, ended, alarming, origin, emissions, evidence, meta, doc
        ])?,
        Some(version) => connection.prepare_cached(UPDATE)?.execute(params![
            key,
            incident,
            severity,
            ended,
            alarming,
            origin,
            emissions,
            evidence,
            meta,
            doc,
            int(version.0)
        ])?,
    };
    expect_one(changed)?;
    let sql = "INSERT OR IGNORE INTO seen(event) VALUES (?1)";
    connection.prepare_cached(sql)?.execute([write.event.as_bytes()])?;
    Ok(())
}

fn read_incident(connection: &Connection, id: IncidentId, limit: usize) -> Result<IncidentFindings, Fault> {
    let total = "SELECT count(*) FROM findings WHERE incident = ?1";
    let total: i64 = connection.prepare_cached(total)?.query_row([id.suffix()], |row| row.get(0))?;
    let sql = "SELECT doc FROM findings WHERE incident = ?1
        ORDER BY severity DESC, ended DESC, id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![id.suffix(), size(limit)])?;
    let mut findings: Vec<Finding> = Vec::new();
    while let Some(row) = rows.next()? {
        findings.push(from_json(row, 0)?);
    }
    Ok(IncidentFindings { findings, total: u64::try_from(total).unwrap_or_default() })
}

impl Inner {
    /// Looking ahead, triage, analysis and plan read the same findings one after the other: inside a batch, in which
    /// nobody else writes, they are parsed once.
    fn findings_of(&mut self, incident: IncidentId, limit: usize) -> Result<IncidentFindings, Fault> {
        if let Some(found) = self.read.findings(incident, limit).filter(|_| self.batch) {
            return Ok(found.clone());
        }
        let found = read_incident(&self.connection, incident, limit)?;
        if self.batch {
            self.read.note_findings(incident, limit, found.clone());
        }
        Ok(found)
    }

    /// Row and event as one step. The bytes follow before the batch is committed, and are written with them where
    /// there is no batch.
    fn record(&mut self, record: FindingWrite<'_>, expected: Option<RowVersion>) -> Result<(), Fault> {
        self.read.forget_findings();
        let finding = record.row.finding.id;
        let place = |connection: &Connection, key| match expected {
            None => Ok(Place::first(key, record.at)),
            Some(_) => Place::next(connection, key, (finding.suffix(), record.at)),
        };
        if !self.batch {
            let packed = pack(record.raw);
            return self.step(|connection| {
                let place = place(connection, next_key(connection)?)?;
                write(connection, record, place.key, expected)?;
                desk::touch(connection, record.row.incident)?;
                place.fill(connection, &packed)
            });
        }
        let place = place(&self.connection, self.evidence.key(&self.connection)?)?;
        self.step(|connection| write(connection, record, place.key, expected))?;
        self.noted.touched(record.row.incident);
        self.evidence.add(&self.connection, place, record.raw)
    }
}

#[async_trait]
impl Findings for Store {
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>> {
        self.with("read a finding", |connection| {
            let mut statement = connection.prepare_cached(GET)?;
            let mut rows = statement.query([id.suffix()])?;
            rows.next()?.map(read).transpose()
        })
    }

    async fn seen(&self, event: EventKey) -> PortResult<bool> {
        self.with("look an event up", |connection| {
            let sql = "SELECT 1 FROM seen WHERE event = ?1";
            Ok(connection.prepare_cached(sql)?.exists([event.as_bytes()])?)
        })
    }

    async fn record(&self, record: FindingWrite<'_>, expected: Option<RowVersion>) -> PortResult<()> {
        let mut inner = self.lock();
        let recorded = inner.usable().and_then(|()| inner.record(record, expected));
        recorded.map_err(|fault| fault.at("record a finding"))
    }

    async fn count_duplicate(&self, id: FindingId) -> PortResult<()> {
        self.with("count a duplicate", |connection| {
            let sql = "UPDATE findings SET duplicates = duplicates + 1 WHERE id = ?1";
            connection.prepare_cached(sql)?.execute([id.suffix()])?;
            Ok(())
        })
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings> {
        let mut inner = self.lock();
        let found = inner.usable().and_then(|()| inner.findings_of(id, limit));
        found.map_err(|fault| fault.at("read an incident's findings"))
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        self.change("move an incident's findings", [from, to], |connection| {
            let sql = "UPDATE findings SET incident = ?2, version = version + 1 WHERE incident = ?1";
            connection.prepare_cached(sql)?.execute([from.suffix(), to.suffix()])?;
            Ok(())
        })
    }
}

#[async_trait]
impl Sources for Store {
    /// The owner's word stands for the product's; what came over a bus is confirmed by nobody here.
    async fn confirm(&self, id: FindingId) -> PortResult<Confirmation> {
        self.with("confirm a finding", |connection| {
            let sql = "SELECT origin, alarming FROM findings WHERE id = ?1";
            let found = connection
                .prepare_cached(sql)?
                .query_row([id.suffix()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)))
                .optional()?;
            Ok(match found {
                Some((_, false)) => Confirmation::Settled,
                Some((OWNER, true)) => Confirmation::Confirmed,
                Some(_) | None => Confirmation::Unverified,
            })
        })
    }

    /// There is no product to ask on one machine: what the owner gave is all that there is.
    async fn recent(&self, _since: Timestamp, _from: Option<&Cursor>) -> PortResult<RecentPage> {
        Ok(RecentPage::default())
    }

    /// Nor is there one to tell: the incident itself, with its outcome, is what the owner reads.
    async fn report(&self, _id: FindingId, _report: Report<'_>) -> PortResult<Reported> {
        Ok(Reported::NobodyToTell)
    }
}

impl Store {
    /// Changes findings of these incidents: what was last read of them no longer holds.
    pub(super) fn change(
        &self,
        operation: &'static str,
        of: [IncidentId; 2],
        work: impl FnOnce(&Connection) -> Result<(), Fault>,
    ) -> PortResult<()> {
        let mut inner = self.lock();
        inner.read.forget_findings();
        let in_batch = inner.batch;
        let touching = |connection: &Connection| {
            work(connection)?;
            if in_batch {
                return Ok(());
            }
            of.into_iter().try_for_each(|incident| desk::touch(connection, incident))
        };
        let changed = inner.usable().and_then(|()| inner.step(touching));
        if changed.is_ok() && in_batch {
            of.into_iter().for_each(|incident| inner.noted.touched(incident));
        }
        changed.map_err(|fault| fault.at(operation))
    }

    /// The bytes of the newest revision of a finding.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn raw_of(&self, finding: FindingId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut inner = self.lock();
        let Inner { connection, evidence, .. } = &mut *inner;
        let written = evidence.write(connection);
        drop(inner);
        let operation = "read the evidence of a finding";
        written.map_err(|fault| StoreError::new(Tried::Ask(operation), fault))?;
        self.ask(operation, |connection| {
            let sql = "SELECT length, raw FROM evidence
                WHERE key = (SELECT evidence FROM findings WHERE id = ?1)";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([finding.suffix()])?;
            rows.next()?.map(|row| unpack(blob(row, 1)?, count(row, 0)?)).transpose()
        })
    }

    /// How often a finding was delivered again without news.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn duplicates_of(&self, finding: FindingId) -> Result<Option<u64>, StoreError> {
        self.ask("count a finding's duplicates", |connection| {
            let sql = "SELECT duplicates FROM findings WHERE id = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([finding.suffix()])?;
            rows.next()?.map(|row| count(row, 0)).transpose()
        })
    }
}
