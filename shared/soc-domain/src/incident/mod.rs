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

pub use absorb::{Absorbed, Join, MOST_LISTED, tactics_of};
pub use state::{Analysed, Closer, Outcome, PeopleVerdict, Stage, Status};

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
    /// What the machine concluded: [`Incident::standing_verdict`] is what counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What a person concluded. It stands above the machine's, which no later generation changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_verdict: Option<PeopleVerdict>,
    /// The person who has it in hand, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
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
    /// When a person first did something about it (our clock).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// When every step of a plan first had its effect (our clock).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contained_at: Option<Timestamp>,
    /// When it became Resolved, if it is Resolved, or was before it was Closed (our clock).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// When it became Closed, if it is; none for what was recorded below the floor (our clock).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
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
    /// Incidents that a person took this one apart from: the machine joins them no more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub apart_from: BTreeSet<IncidentId>,
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
            people_verdict: None,
            assignee: None,
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
            acknowledged_at: None,
            contained_at: None,
            resolved_at: None,
            closed_at: None,
            first_seen: began,
            last_seen: began,
            accounts: BTreeSet::new(),
            tactics: BTreeSet::new(),
            principals: BTreeSet::new(),
            resources: BTreeSet::new(),
            sample: finding.sample,
            merged_into: None,
            apart_from: BTreeSet::new(),
        }
    }

    /// What it turned out to be: a person's word before the machine's. What became part of another incident is its
    /// duplicate, whatever anybody said before.
    #[must_use]
    pub fn standing_verdict(&self) -> Option<Verdict> {
        match &self.people_verdict {
            Some(given) if self.merged_into.is_none() => Some(given.verdict),
            Some(_) | None => self.verdict,
        }
    }

    /// Whether a person closed or resolved it.
    #[must_use]
    pub const fn is_closed_by_person(&self) -> bool {
        matches!(self.closed_by, Some(Closer::Person { .. }))
    }

    /// Whether a person took it apart from `other`.
    #[must_use]
    pub fn is_apart_from(&self, other: &Self) -> bool {
        self.apart_from.contains(&other.id) || other.apart_from.contains(&self.id)
    }

    /// The machine closes or resolves it at `now`.
    pub fn close_by_machine(&mut self, status: Status, now: Timestamp) {
        self.status = status;
        self.closed_by = Some(Closer::Machine);
        match status {
            Status::Resolved => self.resolved_at = Some(now),
            Status::Closed => self.closed_at = Some(now),
            Status::New | Status::InProgress | Status::OnHold => {}
        }
    }

    /// Whether findings may still join: merged incidents and those that a person closed take no more.
    #[must_use]
    pub fn takes_findings(&self) -> bool {
        self.merged_into.is_none() && !self.is_closed_by_person()
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
