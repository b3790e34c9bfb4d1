//! Report: tell the products where their findings stand, once the machine's work on a generation is done.
//!
//! Apart from notices because products are no people: they are told of every finding, in words that a machine wrote,
//! and telling them again changes nothing. What they publish because of it comes back as an echo and opens nothing.

use soc_domain::finding::WorkflowStatus;
use soc_domain::incident::{Incident, Outcome, Status};
use soc_domain::verdict::Verdict;

use crate::error::{PortErrorKind, StageError};
use crate::load::{Case, load};
use crate::ports::{Findings, Incidents, Report, Reported, Sources};

/// How many findings of an incident are told at most; the gravest first.
const MOST_TOLD: usize = 100;

/// The ports that reporting may touch.
#[derive(Clone, Copy)]
pub struct Reporting<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their findings.
    pub findings: &'a dyn Findings,
    /// Their products.
    pub sources: &'a dyn Sources,
}

/// How many findings their products were told about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Their product has it.
    pub told: u32,
    /// Their product could not be told. No reason to hold an incident up: its answer does not depend on it.
    pub failed: u32,
}

impl Reporting<'_> {
    /// Tells the products of the incident's findings that still alarm.
    ///
    /// # Errors
    /// The store failed, or a newer generation took over. What a product answers is counted, never an error.
    pub async fn report(&self, case: Case) -> Result<Told, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        let note = note_about(&incident);
        let status = match incident.status {
            Status::Resolved => WorkflowStatus::Resolved,
            Status::New | Status::InProgress | Status::OnHold | Status::Closed => WorkflowStatus::Notified,
        };
        let report =
            Report { status, verdict: incident.standing_verdict(), incident: incident.id, note: &note };
        let mut told = Told::default();
        for finding in self.findings.of_incident(incident.id, MOST_TOLD).await?.findings {
            if !finding.is_alarming() {
                continue;
            }
            match self.sources.report(finding.id, report).await {
                Ok(Reported::Told) => told.told += 1,
                Ok(Reported::NobodyToTell) => {}
                Err(error) => {
                    told.failed += 1;
                    tracing::warn!(finding = %finding.id, error = %error, "a product was not told");
                    if error.kind == PortErrorKind::Throttled {
                        // It has enough: the rest would only be refused too.
                        break;
                    }
                }
            }
        }
        Ok(told)
    }
}

/// In our words, with ids only: whoever reads the product can look the incident up.
fn note_about(incident: &Incident) -> String {
    let verdict = incident.standing_verdict().map_or("none", Verdict::name);
    let outcome = match incident.outcome {
        Some(Outcome::Contained) => "contained",
        Some(Outcome::Partial) => "partly contained",
        Some(Outcome::NeedsPerson) => "left to a person",
        Some(Outcome::NothingToDo) | None => "nothing done",
    };
    format!("ai-soc incident {}: verdict {verdict}, {outcome}", incident.id)
}
