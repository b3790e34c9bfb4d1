//! Analyze: ask the analyst, check the answer, keep it. Whatever goes wrong, the incident goes on with the
//! deterministic verdict, marked with the reason. The answer may raise a verdict; it never lowers one, and no
//! confidence of its own reaches the plan.

use soc_domain::analysis::Analysis;
use soc_domain::evidence::Evidence;
use soc_domain::incident::{Analysed, Stage};
use soc_domain::spend::ModelCall;
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

/// What came of asking an analyst about one evidence document. Only [`examine`] makes one, so whoever has it has
/// an analysis of redacted evidence that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    evidence: Evidence,
    outcome: Result<Analysis, AnalystError>,
    calls: Vec<ModelCall>,
}

/// Asks `analyst` about the evidence, redacted, and checks its answer. Touches nothing but the analyst, so it may
/// be done ahead of its stage and at any time.
pub async fn examine(evidence: Evidence, analyst: &dyn Analyst, redactor: &Redactor) -> Examined {
    let floor = judge(&evidence);
    let (outcome, calls) = match serde_json::to_value(&evidence) {
        Ok(document) => {
            let redacted = Redacted::of(document, redactor);
            let question = Question { evidence: &redacted, floor: &floor };
            let answer = analyst.answer(question).await;
            let checked = |draft| check(draft, redacted.as_value(), &floor, analyst.name());
            (answer.outcome.map(checked), answer.calls)
        }
        Err(_not_a_document) => (Err(AnalystError::Invalid), Vec::new()),
    };
    Examined { evidence, outcome, calls }
}

impl Analyze<'_> {
    /// Analyses one generation of an incident.
    ///
    /// # Errors
    /// The store failed, or a newer generation took over. What the analyst does is never an error.
    pub async fn analyze(&self, case: Case) -> Result<Spoke, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        let evidence = evidence(self.findings, &incident).await?;
        let ahead = self.analyst.examined(case.incident);
        let examined = match ahead.filter(|examined| examined.evidence == evidence) {
            Some(examined) => examined,
            None => examine(evidence, self.analyst, self.redactor).await,
        };
        let (spoke, calls) = (examined.outcome, examined.calls);
        let outcome = match &spoke {
            Ok(analysis) => {
                self.dossier.keep(case.incident, case.generation, Document::Analysis(analysis)).await?;
                Spoke::Done
            }
            Err(error) => Spoke::Skipped { reason: error.to_string() },
        };
        change(self.incidents, case, |incident| {
            calls.iter().for_each(|call| incident.spending.count(call));
            match &spoke {
                Ok(analysis) => {
                    incident.stage = Stage::Analysed;
                    incident.analysis = Analysed::Done { by: analysis.by.clone() };
                    incident.verdict = Some(analysis.verdict);
                }
                Err(error) => {
                    incident.stage = Stage::AnalysisSkipped;
                    incident.analysis = Analysed::Skipped { reason: error.to_string() };
                }
            }
        })
        .await?;
        Ok(outcome)
    }
}
