//! Figures over a stretch of time: what metrics, the ATT&CK map and the state of the pipeline are made of.
//!
//! The port hands out small facts page by page; what they mean is computed by pure functions in `crate::desk`.

use async_trait::async_trait;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage};
use soc_domain::severity::Severity;
use soc_domain::spend::MicroDollars;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;

use super::{Page, PageAsk};
use crate::error::PortResult;

/// A stretch of time: from the first moment up to, and without, the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment behind it.
    pub to: Timestamp,
}

impl Window {
    /// Whether `moment` lies in it.
    #[must_use]
    pub fn holds(&self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.to
    }
}

/// What figures need of one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The incident.
    pub id: IncidentId,
    /// The type of the finding that gave it its title: the detector.
    pub kind: String,
    /// How grave.
    pub severity: Severity,
    /// Where the machine is.
    pub stage: Stage,
    /// Nobody closed or resolved it.
    pub open: bool,
    /// Only samples are in it.
    pub sample: bool,
    /// When the activity began (the products' clocks).
    pub first_seen: Timestamp,
    /// When it was opened (our clock).
    pub opened_at: Timestamp,
    /// When somebody first did something about it, or the machine first had: a person's first change or verdict,
    /// containment, resolution or closing, whichever came first.
    pub acknowledged_at: Option<Timestamp>,
    /// When every step that was to be executed had its effect.
    pub contained_at: Option<Timestamp>,
    /// When it was resolved, or closed without that, if it is.
    pub settled_at: Option<Timestamp>,
    /// What the machine concluded.
    pub machine: Option<Verdict>,
    /// What a person concluded.
    pub person: Option<Verdict>,
    /// What asking models about it cost.
    pub spent: MicroDollars,
}

impl Case {
    /// What figures need of `incident`.
    #[must_use]
    pub fn of(incident: &Incident) -> Self {
        use soc_domain::incident::Status;
        Self {
            id: incident.id,
            kind: incident.kind.clone(),
            severity: incident.severity,
            stage: incident.stage,
            open: !matches!(incident.status, Status::Resolved | Status::Closed),
            sample: incident.sample,
            first_seen: incident.first_seen,
            opened_at: incident.opened_at,
            acknowledged_at: first([
                incident.acknowledged_at,
                incident.people_verdict.as_ref().map(|given| given.at),
                incident.contained_at,
                incident.resolved_at,
                incident.closed_at,
            ]),
            contained_at: incident.contained_at,
            settled_at: first([incident.resolved_at, incident.closed_at]),
            machine: incident.verdict,
            person: incident.people_verdict.as_ref().map(|given| given.verdict),
            spent: incident.spending.cost,
        }
    }
}

fn first<const N: usize>(moments: [Option<Timestamp>; N]) -> Option<Timestamp> {
    moments.into_iter().flatten().min()
}

/// Findings of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day's first moment (UTC).
    pub day: Timestamp,
    /// How many findings had their latest activity on it.
    pub findings: u64,
}

/// How much of one ATT&CK technique was seen under one tactic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TechniqueCount {
    /// The tactic's name, as findings give it.
    pub tactic: String,
    /// The technique's id; empty for findings with a tactic alone.
    pub technique: String,
    /// In how many incidents.
    pub incidents: u64,
    /// In how many findings.
    pub findings: u64,
    /// The greatest effective severity of those findings.
    pub severity: Severity,
}

/// One stage of the pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageFigures {
    /// Its name: `ingest`, `triage`, `analyze`, `plan`, `ask`, `execute`, `verify`, `notify`.
    pub name: String,
    /// What waits for it.
    pub waiting: u64,
    /// What is under way in it.
    pub running: u64,
    /// What it has done.
    pub done: u64,
    /// What failed in it for good.
    pub failed: u64,
}

/// How the records of all inputs ended. Each is in exactly one of these, or lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InputFigures {
    /// Records that came.
    pub received: u64,
    /// They gave a finding, or news of one.
    pub recorded: u64,
    /// They were known.
    pub duplicates: u64,
    /// They could not be read.
    pub quarantined: u64,
    /// They are no findings, and are kept.
    pub events: u64,
    /// They are nowhere: a fault of ours.
    pub lost: u64,
}

/// How the pipeline stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PipelineFigures {
    /// Its stages, in their order.
    pub stages: Vec<StageFigures>,
    /// Records that could not be read.
    pub quarantine: u64,
    /// Executions that are still to be started.
    pub outbox: u64,
    /// Notices that people's channels did not take, after every try; none where nobody knows.
    pub dead_letters: Option<u64>,
    /// Executions that wait for a person or a moment; none where nobody knows.
    pub parked: Option<u64>,
    /// How the records ended; none where nobody counts them.
    pub input: Option<InputFigures>,
}

/// Figures.
#[async_trait]
pub trait Figures: Send + Sync {
    /// The incidents that were opened in `window` and were not merged away, in the order of their ids.
    async fn cases(&self, window: Window, from: PageAsk<IncidentId>) -> PortResult<Page<Case, IncidentId>>;
    /// Findings with their latest activity in `window`, by day, the oldest first; days without any are left out.
    async fn findings_by_day(&self, window: Window) -> PortResult<Vec<DayCount>>;
    /// ATT&CK tactics and techniques of findings with their latest activity in `window`, in the order of tactic and
    /// technique. What came within the last seconds may be missing.
    async fn techniques(&self, window: Window) -> PortResult<Vec<TechniqueCount>>;
    /// How the pipeline stands now.
    async fn pipeline(&self) -> PortResult<PipelineFigures>;
}
