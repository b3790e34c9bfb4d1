//! An incident: findings that are handled together.
//!
//! `stage` belongs to the machine, `status` to people (OCSF's words). Joining is pure: `absorb` says what a
//! finding changes, and the ingest use case writes it.

mod absorb;
mod state;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, FindingClass};
use crate::id::IncidentId;
use crate::severity::Severity;
use crate::spend::Spending;
use crate::time::Timestamp;
use crate::verdict::Verdict;

pub use absorb::{Absorbed, Join};
pub use state::{Analysed, Closer, Outcome, Stage, Status};

/// One incident. Lists of its findings, actions and approvals are queries, never copies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Derived from the finding that opened it.
    pub id: IncidentId,
    /// The title of its gravest threat; without a threat, of its gravest finding. Hostile.
    pub title: String,
    /// The type of the finding that gave the title.
    pub kind: String,
    /// What kind of statement that finding is.
    pub class: FindingClass,
    /// How grave that finding is.
    pub title_severity: Severity,
    /// The greatest effective severity of its findings so far.
    pub severity: Severity,
    /// Where the machine is.
    pub stage: Stage,
    /// Where people are.
    pub status: Status,
    /// Who closed it, if it is closed or resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<Closer>,
    /// What was concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// How sure the verdict is, in per cent.
    #[serde(default)]
    pub confidence: u8,
    /// 1 (now) to 5 (whenever), by triage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// Whether the analyst spoke.
    #[serde(default)]
    pub analysis: Analysed,
    /// What asking models about it cost.
    #[serde(default, skip_serializing_if = "Spending::is_nothing")]
    pub spending: Spending,
    /// How the response of the newest generation ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How often the incident grew worse; 0 below the floor. Names the execution.
    pub generation: u32,
    /// When the newest generation began (our clock).
    pub generation_at: Timestamp,
    /// Grew worse within a minute of the newest generation: the next one is due then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation_due: Option<Timestamp>,
    /// The hash of the newest plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_sha256: Option<String>,
    /// When it was opened (our clock).
    pub opened_at: Timestamp,
    /// The earliest activity (the products' clocks).
    pub first_seen: Timestamp,
    /// The latest activity (the products' clocks).
    pub last_seen: Timestamp,
    /// The accounts of its findings.
    pub accounts: BTreeSet<String>,
    /// ATT&CK tactics by name.
    pub tactics: BTreeSet<String>,
    /// The principals, by name. Hostile.
    pub principals: BTreeSet<String>,
    /// The ARNs of the resources.
    pub resources: BTreeSet<String>,
    /// Only samples are in it: shown, marked Test, never acted on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
    /// The incident that this one became part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<IncidentId>,
}

impl Incident {
    /// An incident for `finding` at `now`, still without it: `absorb` adds it. The id is that of the finding
    /// that opened it, which is this one, or one whose spans were written before a crash.
    #[must_use]
    pub fn opened_by(id: IncidentId, finding: &Finding, now: Timestamp) -> Self {
        let began = finding.began().unwrap_or(now);
        Self {
            id,
            title: finding.title.clone(),
            kind: finding.kind.clone(),
            class: finding.class,
            title_severity: Severity::Informational,
            severity: Severity::Informational,
            stage: Stage::Recorded,
            status: Status::Closed,
            closed_by: Some(Closer::Machine),
            verdict: None,
            confidence: 0,
            priority: None,
            analysis: Analysed::NotYet,
            spending: Spending::default(),
            outcome: None,
            generation: 0,
            generation_at: now,
            escalation_due: None,
            plan_sha256: None,
            opened_at: now,
            first_seen: began,
            last_seen: began,
            accounts: BTreeSet::new(),
            tactics: BTreeSet::new(),
            principals: BTreeSet::new(),
            resources: BTreeSet::new(),
            sample: finding.sample,
            merged_into: None,
        }
    }

    /// Whether findings may still join: merged incidents and those that a person closed take no more.
    #[must_use]
    pub fn takes_findings(&self) -> bool {
        self.merged_into.is_none() && !matches!(self.closed_by, Some(Closer::Person { .. }))
    }

    /// Whether the machine still has to go on with the newest generation, and nobody closed the incident.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.generation > 0
            && self.merged_into.is_none()
            && self.status != Status::Closed
            && !matches!(self.stage, Stage::Recorded | Stage::Done)
    }

    /// The name of the execution of the newest generation: the same name always has the same input.
    #[must_use]
    pub fn execution_name(&self) -> String {
        execution_name(self.id, self.generation)
    }
}

/// `inc-<26>-<generation>`: the name of the execution that handles one generation of an incident.
#[must_use]
pub fn execution_name(incident: IncidentId, generation: u32) -> String {
    format!("inc-{}-{generation}", incident.suffix())
}
