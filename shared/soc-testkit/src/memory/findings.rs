//! Findings, and what their products would say.

use std::cmp::Reverse;

use async_trait::async_trait;
use soc_domain::finding::{Finding, WorkflowStatus};
use soc_domain::id::{EventKey, FindingId, IncidentId};
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{
    Confirmation, Cursor, FindingRow, FindingWrite, Findings, IncidentFindings, Origin, RecentPage, Report,
    Reported, RowVersion, Sources, StreamRecord, Versioned,
};

use super::{Memory, put};

#[async_trait]
impl Findings for Memory {
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>> {
        Ok(self.tables().findings.get(&id).cloned())
    }

    async fn seen(&self, event: EventKey) -> PortResult<bool> {
        Ok(self.tables().seen.contains(&event))
    }

    async fn record(&self, write: FindingWrite<'_>, expected: Option<RowVersion>) -> PortResult<()> {
        let mut tables = self.tables();
        let id = write.row.finding.id;
        put(&mut tables.findings, (id, write.row.clone()), expected, "record a finding")?;
        tables.turn(write.row.incident);
        tables.seen.insert(write.event);
        tables.raw.insert(id, write.raw.to_vec());
        Ok(())
    }

    async fn count_duplicate(&self, id: FindingId) -> PortResult<()> {
        *self.tables().duplicates.entry(id).or_default() += 1;
        Ok(())
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings> {
        let tables = self.tables();
        let rows = tables.findings.values().map(|row| &row.value).filter(|row| row.incident == id);
        let mut findings: Vec<Finding> = rows.map(|row| row.finding.clone()).collect();
        let total = findings.len() as u64;
        findings.sort_by_key(|finding| {
            (Reverse(finding.effective_severity()), Reverse(finding.ended()), finding.id)
        });
        findings.truncate(limit);
        Ok(IncidentFindings { findings, total })
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        let mut tables = self.tables();
        for row in tables.findings.values_mut().filter(|row| row.value.incident == from) {
            row.value.incident = to;
            row.version.0 += 1;
        }
        [from, to].into_iter().for_each(|incident| tables.turn(incident));
        Ok(())
    }
}

#[async_trait]
impl Sources for Memory {
    async fn confirm(&self, id: FindingId) -> PortResult<Confirmation> {
        let tables = self.tables();
        Ok(match tables.findings.get(&id).map(|row| &row.value) {
            Some(row) if !row.finding.is_alarming() => Confirmation::Settled,
            Some(row) if row.origin == Origin::Owner => Confirmation::Confirmed,
            Some(_) | None => Confirmation::Unverified,
        })
    }

    /// The product of a test is whatever [`Memory::publish`] was given: one record a page.
    async fn recent(&self, since: Timestamp, from: Option<&Cursor>) -> PortResult<RecentPage> {
        let at = from.map_or(Ok(0), |cursor| cursor.0.parse::<usize>());
        let at = at.map_err(|error| {
            PortError::caused(PortErrorKind::Rejected, "list findings of the products", error)
        })?;
        let tables = self.tables();
        let mut rest = tables.published.iter().filter(|(updated, _)| *updated >= since).skip(at);
        let records = rest.next().map(|(_, record)| record.clone()).into_iter().collect();
        let next = rest.next().map(|_more| Cursor((at + 1).to_string()));
        Ok(RecentPage { records, next, failed: None })
    }

    async fn report(&self, id: FindingId, report: Report<'_>) -> PortResult<Reported> {
        let mut tables = self.tables();
        if !tables.findings.contains_key(&id) {
            return Ok(Reported::NobodyToTell);
        }
        tables.reports.insert(id, (report.status, report.verdict, report.note.to_owned()));
        Ok(Reported::Told)
    }
}

impl Memory {
    /// A product of the test has this now, and no event said so.
    pub fn publish(&self, updated: Timestamp, record: StreamRecord) {
        self.tables().published.push((updated, record));
    }

    /// What the product was told of a finding at last.
    #[must_use]
    pub fn reported(&self, id: FindingId) -> Option<(WorkflowStatus, Option<Verdict>, String)> {
        self.tables().reports.get(&id).cloned()
    }

    /// Every finding, in the order of their ids.
    #[must_use]
    pub fn all_findings(&self) -> Vec<FindingRow> {
        self.tables().findings.values().map(|row| row.value.clone()).collect()
    }

    /// The bytes of the newest revision of a finding.
    #[must_use]
    pub fn raw_of(&self, id: FindingId) -> Option<Vec<u8>> {
        self.tables().raw.get(&id).cloned()
    }

    /// How often a finding was delivered again without news.
    #[must_use]
    pub fn duplicates_of(&self, id: FindingId) -> u64 {
        self.tables().duplicates.get(&id).copied().unwrap_or_default()
    }
}
