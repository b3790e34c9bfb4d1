//! Report: tell the products what became of their findings, when the work on a generation has ended.
//!
//! Apart from notices, which are for people: products take a status, a verdict and a line in our words, and what they
//! publish because of it comes back as an echo.

use soc_domain::finding::WorkflowStatus;
use soc_domain::incident::{Incident, Outcome, Status};

use crate::error::StageError;
use crate::load::{Case, load};
use crate::ports::{Findings, Incidents, Report, Reported, Sources};

/// How many findings of an incident are told of, the gravest first.
const MOST: usize = 1_000;

/// The ports that reports may touch.
#[derive(Clone, Copy)]
pub struct Reporting<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their findings.
    pub findings: &'a dyn Findings,
    /// Who is told.
    pub sources: &'a dyn Sources,
}

/// What came of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportCounts {
    /// Findings whose product knows now.
    pub told: u64,
    /// Findings that nobody was to be told of.
    pub nobody: u64,
    /// Findings beyond those that are told of.
    pub left: u64,
}

impl Reporting<'_> {
    /// Tells the products of the incident's findings. Telling again changes nothing.
    ///
    /// # Errors
    /// A newer generation took over, or a port failed for some; the others were told all the same.
    pub async fn report(&self, case: Case) -> Result<ReportCounts, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        let found = self.findings.of_incident(incident.id, MOST).await?;
        let mut counts = ReportCounts {
            left: found.total.saturating_sub(found.findings.len() as u64),
            ..ReportCounts::default()
        };
        let mut failed = None;
        for finding in found.findings {
            match self.sources.report(finding.id, report_of(&incident)).await {
                Ok(Reported::Told) => counts.told += 1,
                Ok(Reported::NobodyToTell) => counts.nobody += 1,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(counts), |error| Err(error.into()))
    }
}

fn report_of(incident: &Incident) -> Report<'static> {
    let status = match incident.status {
        Status::New | Status::InProgress | Status::OnHold => WorkflowStatus::Notified,
        Status::Resolved | Status::Closed => WorkflowStatus::Resolved,
    };
    let note = match incident.outcome {
        None => "It was looked into.",
        Some(Outcome::NothingToDo) => "It was looked into, and there was nothing to do.",
        Some(Outcome::Contained) => "It is contained.",
        Some(Outcome::Partial) => "It is contained in part, and a person is asked to look.",
        Some(Outcome::NeedsPerson) => "A person is asked to look.",
    };
    Report { status, verdict: incident.verdict, incident: incident.id, note }
}
