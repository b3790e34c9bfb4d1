//! How urgent an incident is and what it turned out to be, each with its reasons.

use serde::Serialize;
use soc_domain::assess::Assessment;
use soc_domain::verdict::Judgement;
use utoipa::ToSchema;

use super::Citation;
use super::words::{Verdict, Way};

/// How urgent an incident is, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssessmentView {
    /// 0 to 100.
    score: i16,
    priority: u8,
    route: Way,
    /// The weightiest first.
    reasons: Vec<ReasonView>,
    suppressed: Option<SuppressedBy>,
}

/// One reason of an assessment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReasonView {
    code: String,
    text: String,
    weight: i16,
    citation: Citation,
}

/// The suppression that held.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuppressedBy {
    kind: String,
    account: String,
    resource: String,
    reason: String,
    owner: String,
    expires: String,
}

impl From<&Assessment> for AssessmentView {
    fn from(assessment: &Assessment) -> Self {
        let reasons = assessment.reasons.iter().map(|reason| ReasonView {
            code: reason.code.clone(),
            text: reason.text.clone(),
            weight: reason.weight,
            citation: (&reason.citation).into(),
        });
        let suppressed = assessment.suppressed.as_ref().map(|suppression| SuppressedBy {
            kind: suppression.kind.clone(),
            account: suppression.account.clone(),
            resource: suppression.resource.clone(),
            reason: suppression.reason.clone(),
            owner: suppression.owner.clone(),
            expires: suppression.expires.clone(),
        });
        Self {
            score: assessment.score,
            priority: assessment.priority,
            route: assessment.route.into(),
            reasons: reasons.collect(),
            suppressed,
        }
    }
}

/// The deterministic verdict, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JudgementView {
    verdict: Verdict,
    confidence: u8,
    because: Vec<GroundView>,
}

/// One reason of a verdict.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroundView {
    text: String,
    citation: Citation,
}

impl From<&Judgement> for JudgementView {
    fn from(judgement: &Judgement) -> Self {
        let because = judgement
            .because
            .iter()
            .map(|ground| GroundView { text: ground.text.clone(), citation: (&ground.citation).into() });
        Self {
            verdict: judgement.verdict.into(),
            confidence: judgement.confidence,
            because: because.collect(),
        }
    }
}
