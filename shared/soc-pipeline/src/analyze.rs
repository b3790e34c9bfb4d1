//! Analyze: ask the analyst, check the answer, keep it. Whatever goes wrong, the incident goes on with the
//! deterministic verdict, marked with the reason. The answer may raise a verdict; it never lowers one, and no
//! confidence of its own reaches the plan.

use soc_domain::incident::{Analysed, Stage};
use soc_domain::verdict::judge;
use soc_guard::answer::check;
use soc_guard::redact::Redactor;
use soc_guard::redacted::Redacted;

use crate::error::{AnalystError, StageError};
use crate::load::{Case, change, evidence, load};
use crate::ports::{Analyst, Document, Dossier, Findings, Incidents, Question};

/// The ports that analysis may touch.
#[derive(Clone, Copy)]
pub struct Analyze<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their findings.
    pub findings: &'a dyn Findings,
    /// Where the analysis is kept.
    pub dossier: &'a dyn Dossier,
    /// Whoever is asked.
    pub analyst: &'a dyn Analyst,
    /// What stands before every analyst.
    pub redactor: &'a Redactor,
}

/// Whether there is an analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoke {
    /// There is.
    Done,
    /// There is none.
    Skipped {
        /// Why.
        reason: String,
    },
}

impl Analyze<'_> {
    /// Analyses one generation of an incident.
    ///
    /// # Errors
    /// The store failed, or a newer generation took over. What the analyst does is never an error.
    pub async fn analyze(&self, case: Case) -> Result<Spoke, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        let evidence = evidence(self.findings, &incident).await?;
        let floor = judge(&evidence);
        let spoke = match serde_json::to_value(&evidence) {
            Ok(document) => {
                let redacted = Redacted::of(document, self.redactor);
                let question = Question { evidence: &redacted, floor: &floor };
                match self.analyst.analyse(question).await {
                    Ok(draft) => Ok(check(draft, redacted.as_value(), &floor, self.analyst.name())),
                    Err(error) => Err(error),
                }
            }
            Err(_not_a_document) => Err(AnalystError::Invalid),
        };
        let outcome = match &spoke {
            Ok(analysis) => {
                self.dossier.keep(case.incident, case.generation, Document::Analysis(analysis)).await?;
                Spoke::Done
            }
            Err(error) => Spoke::Skipped { reason: error.to_string() },
        };
        change(self.incidents, case, |incident| match &spoke {
            Ok(analysis) => {
                incident.stage = Stage::Analysed;
                incident.analysis = Analysed::Done { by: analysis.by.clone() };
                incident.verdict = Some(analysis.verdict);
            }
            Err(error) => {
                incident.stage = Stage::AnalysisSkipped;
                incident.analysis = Analysed::Skipped { reason: error.to_string() };
            }
        })
        .await?;
        Ok(outcome)
    }
}
