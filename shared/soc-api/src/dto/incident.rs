//! Incidents on the wire: the row of a list, and everything that is known of one.

use std::collections::BTreeMap;

use serde::Serialize;
use soc_domain::incident::{Analysed, Closer, Incident};
use soc_pipeline::ports::Documents;
use soc_pipeline::ports::desk::{QueueCounts, QueueRow};
use utoipa::ToSchema;

use super::judged::{AssessmentView, JudgementView};
use super::words::{FindingClass, Outcome, Severity, Stage, Status, Verdict};
use super::{Citation, Moment, dollars};

/// How many characters of an incident's id tell it from others at a glance.
const SHORT: usize = 8;

/// One incident in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentRow {
    pub(crate) id: String,
    /// The first eight characters behind the prefix.
    pub(crate) short_id: String,
    pub(crate) title: String,
    /// The type of the finding that gave the title.
    pub(crate) kind: String,
    pub(crate) class: FindingClass,
    pub(crate) severity: Severity,
    pub(crate) status: Status,
    pub(crate) stage: Stage,
    /// The verdict that counts: a person's, if there is one.
    pub(crate) verdict: Option<Verdict>,
    /// In per cent.
    #[schema(maximum = 100)]
    pub(crate) confidence: u8,
    /// 1 (now) to 5 (whenever).
    pub(crate) priority: Option<u8>,
    pub(crate) assignee: Option<String>,
    pub(crate) accounts: Vec<String>,
    pub(crate) tactics: Vec<String>,
    /// The one thing to name: a principal, else a resource.
    pub(crate) entity: Option<String>,
    pub(crate) resources: u64,
    pub(crate) principals: u64,
    pub(crate) findings: u64,
    /// Questions that wait for people.
    pub(crate) waiting: u64,
    /// Our clock.
    pub(crate) opened_at: Moment,
    /// The products' clocks.
    pub(crate) first_seen: Moment,
    /// The products' clocks.
    pub(crate) last_seen: Moment,
    /// When it was last written.
    pub(crate) changed_at: Moment,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) analysis: AnalysisState,
    /// Only samples are in it.
    pub(crate) sample: bool,
    /// The incident that this one became part of.
    pub(crate) merged_into: Option<String>,
}

/// Whether the analyst spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum AnalysisState {
    /// Not asked so far.
    NotYet,
    /// Its answer was checked and kept.
    Done,
    /// The incident went on without it.
    Skipped,
}

impl From<&QueueRow> for IncidentRow {
    fn from(row: &QueueRow) -> Self {
        let incident = &row.incident;
        let id = incident.id;
        Self {
            id: id.to_string(),
            short_id: id.suffix().chars().take(SHORT).collect(),
            title: incident.title.clone(),
            kind: incident.kind.clone(),
            class: incident.class.into(),
            severity: incident.severity.into(),
            status: incident.status.into(),
            stage: incident.stage.into(),
            verdict: incident.standing_verdict().map(Into::into),
            confidence: incident.confidence,
            priority: incident.priority,
            assignee: incident.assignee.clone(),
            accounts: incident.accounts.iter().cloned().collect(),
            tactics: incident.tactics.iter().cloned().collect(),
            entity: entity(incident),
            resources: incident.resources.len() as u64,
            principals: incident.principals.len() as u64,
            findings: row.findings,
            waiting: row.waiting,
            opened_at: incident.opened_at.into(),
            first_seen: incident.first_seen.into(),
            last_seen: incident.last_seen.into(),
            changed_at: row.changed_at.into(),
            outcome: incident.outcome.map(Into::into),
            analysis: match &incident.analysis {
                Analysed::NotYet => AnalysisState::NotYet,
                Analysed::Done { .. } => AnalysisState::Done,
                Analysed::Skipped { .. } => AnalysisState::Skipped,
            },
            sample: incident.sample,
            merged_into: incident.merged_into.map(|into| into.to_string()),
        }
    }
}

/// A principal if one acted, else a resource by the end of its ARN, which is what people call it.
fn entity(incident: &Incident) -> Option<String> {
    let resource =
        || incident.resources.first().map(|arn| arn.rsplit([':', '/']).next().unwrap_or(arn).to_owned());
    incident.principals.first().cloned().or_else(resource)
}

/// One page of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentPage {
    pub(crate) items: Vec<IncidentRow>,
    /// Give it as `after` for what comes next; null at the end.
    pub(crate) next: Option<String>,
    /// How many the filter accepts, on all pages.
    pub(crate) total: u64,
    /// What changes later is told by `/changes` from here on.
    pub(crate) cursor: String,
}

/// Incidents that a filter accepts, counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentCounts {
    total: u64,
    by_status: BTreeMap<String, u64>,
    by_severity: BTreeMap<String, u64>,
    by_stage: BTreeMap<String, u64>,
    /// Those without a verdict are in none.
    by_verdict: BTreeMap<String, u64>,
    /// With a question that waits for people.
    waiting: u64,
    /// Assigned to whoever asks.
    mine: u64,
    /// Assigned to nobody.
    unassigned: u64,
}

impl From<QueueCounts> for IncidentCounts {
    fn from(counts: QueueCounts) -> Self {
        let status = counts.by_status.iter().map(|(status, count)| (status.name().to_owned(), *count));
        let severity = counts.by_severity.iter().map(|(severity, count)| (severity.to_string(), *count));
        let stage = counts.by_stage.iter().map(|(stage, count)| (stage.name().to_owned(), *count));
        let verdict = counts.by_verdict.iter().map(|(verdict, count)| ((*verdict).to_owned(), *count));
        Self {
            total: counts.total,
            by_status: status.collect(),
            by_severity: severity.collect(),
            by_stage: stage.collect(),
            by_verdict: verdict.collect(),
            waiting: counts.waiting,
            mine: counts.mine,
            unassigned: counts.unassigned,
        }
    }
}

/// Everything that is known of an incident, its findings and actions apart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentView {
    #[serde(flatten)]
    row: IncidentRow,
    principal_names: Vec<String>,
    resource_arns: Vec<String>,
    closed_by: Option<CloserView>,
    /// How often it grew worse.
    generation: u32,
    plan_sha256: Option<String>,
    assessment: Option<AssessmentView>,
    judgement: Option<JudgementView>,
    analysis_detail: Option<AnalysisView>,
    /// Why there is no analysis.
    analysis_skipped: Option<String>,
    spending: SpendingView,
    /// What a person concluded; it stands above the machine's.
    people_verdict: Option<PeopleVerdictView>,
}

/// What a person concluded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeopleVerdictView {
    verdict: Verdict,
    by: String,
    at: Moment,
    reason: Option<String>,
}

/// Who closed an incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CloserView {
    kind: CloserKind,
    /// The person's name.
    name: Option<String>,
}

/// Who closed an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum CloserKind {
    /// It may open again.
    Machine,
    /// It stays closed.
    Person,
}

impl From<&Closer> for CloserView {
    fn from(closer: &Closer) -> Self {
        match closer {
            Closer::Machine => Self { kind: CloserKind::Machine, name: None },
            Closer::Person { name } => Self { kind: CloserKind::Person, name: Some(name.clone()) },
        }
    }
}

/// What the analyst says, checked against the evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnalysisView {
    /// Which analyst, or which model.
    by: String,
    verdict: Verdict,
    confidence: u8,
    summary: String,
    claims: Vec<ClaimView>,
    next_steps: Vec<String>,
    struck: StruckView,
}

/// One statement and what shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimView {
    text: String,
    citations: Vec<Citation>,
    techniques: Vec<String>,
    entities: Vec<String>,
}

/// How much of an answer was taken out because the evidence does not bear it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StruckView {
    claims: u32,
    techniques: u32,
    entities: u32,
    verdicts: u32,
}

/// What models cost for one incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpendingView {
    calls: u64,
    input_tokens: u64,
    output_tokens: u64,
    usd: f64,
}

/// Which finding a pointer into the evidence leads to: `/findings/3/...` is the fourth that the analyst saw.
pub(crate) type FindingAt<'a> = &'a dyn Fn(&str) -> Option<String>;

impl IncidentView {
    /// The incident with what the stages found out.
    pub(crate) fn new(row: &QueueRow, documents: &Documents, finding_at: FindingAt<'_>) -> Self {
        let incident = &row.incident;
        let spending = &incident.spending;
        Self {
            row: row.into(),
            principal_names: incident.principals.iter().cloned().collect(),
            resource_arns: incident.resources.iter().cloned().collect(),
            closed_by: incident.closed_by.as_ref().map(Into::into),
            generation: incident.generation,
            plan_sha256: incident.plan_sha256.clone(),
            assessment: documents.assessment.as_ref().map(Into::into),
            judgement: documents.judgement.as_ref().map(Into::into),
            analysis_detail: documents.analysis.as_ref().map(|analysis| AnalysisView {
                by: analysis.by.clone(),
                verdict: analysis.verdict.into(),
                confidence: analysis.confidence,
                summary: analysis.summary.clone(),
                claims: analysis
                    .claims
                    .iter()
                    .map(|claim| ClaimView {
                        text: claim.text.clone(),
                        citations: claim
                            .evidence
                            .iter()
                            .map(|pointer| Citation {
                                finding: finding_at(pointer),
                                pointer: pointer.clone(),
                            })
                            .collect(),
                        techniques: claim.techniques.clone(),
                        entities: claim.entities.clone(),
                    })
                    .collect(),
                next_steps: analysis.next_steps.clone(),
                struck: StruckView {
                    claims: analysis.struck.claims,
                    techniques: analysis.struck.techniques,
                    entities: analysis.struck.entities,
                    verdicts: analysis.struck.verdicts,
                },
            }),
            analysis_skipped: match &incident.analysis {
                Analysed::Skipped { reason } => Some(reason.clone()),
                Analysed::NotYet | Analysed::Done { .. } => None,
            },
            spending: SpendingView {
                calls: spending.calls,
                input_tokens: spending.input_tokens,
                output_tokens: spending.output_tokens,
                usd: dollars(spending.cost.0),
            },
            people_verdict: incident.people_verdict.as_ref().map(|given| PeopleVerdictView {
                verdict: given.verdict.into(),
                by: given.by.clone(),
                at: given.at.into(),
                reason: given.reason.clone(),
            }),
        }
    }
}
