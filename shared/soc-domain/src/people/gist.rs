//! What an incident says of its findings, all together: what a merge or a split changes, and its undoing puts back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, FindingClass};
use crate::incident::{Incident, Join, Stage};
use crate::severity::Severity;
use crate::time::Timestamp;

/// The fields of an incident that follow from its findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gist {
    title: String,
    kind: String,
    class: FindingClass,
    title_severity: Severity,
    severity: Severity,
    first_seen: Timestamp,
    last_seen: Timestamp,
    accounts: BTreeSet<String>,
    tactics: BTreeSet<String>,
    principals: BTreeSet<String>,
    resources: BTreeSet<String>,
    sample: bool,
}

impl Gist {
    /// What `incident` says now.
    #[must_use]
    pub fn of(incident: &Incident) -> Self {
        Self {
            title: incident.title.clone(),
            kind: incident.kind.clone(),
            class: incident.class,
            title_severity: incident.title_severity,
            severity: incident.severity,
            first_seen: incident.first_seen,
            last_seen: incident.last_seen,
            accounts: incident.accounts.clone(),
            tactics: incident.tactics.clone(),
            principals: incident.principals.clone(),
            resources: incident.resources.clone(),
            sample: incident.sample,
        }
    }

    /// Makes `incident` say this.
    pub fn put(&self, incident: &mut Incident) {
        incident.title.clone_from(&self.title);
        incident.kind.clone_from(&self.kind);
        incident.class = self.class;
        incident.title_severity = self.title_severity;
        incident.severity = self.severity;
        (incident.first_seen, incident.last_seen) = (self.first_seen, self.last_seen);
        incident.accounts.clone_from(&self.accounts);
        incident.tactics.clone_from(&self.tactics);
        incident.principals.clone_from(&self.principals);
        incident.resources.clone_from(&self.resources);
        incident.sample = self.sample;
    }

    /// This, widened by what `findings` say, which joined since.
    #[must_use]
    pub fn with(&self, incident: &Incident, findings: &[Finding]) -> Self {
        let mut widened = incident.clone();
        self.put(&mut widened);
        let nobody_waits = Join { now: incident.generation_at, floor: Severity::Critical };
        for finding in findings {
            widened.absorb(finding, nobody_waits);
        }
        Self::of(&widened)
    }

    /// What an incident of exactly these findings says; none without a finding.
    #[must_use]
    pub fn of_findings(incident: &Incident, findings: &[Finding]) -> Option<Self> {
        let first = findings.first()?;
        let bare = Incident::opened_by(incident.id, first, incident.opened_at);
        Some(Self::of(&bare).with(&bare, findings))
    }
}

/// Whether the machine is at work on the newest generation: taking findings away then means to plan again.
pub(super) fn is_under_way(incident: &Incident) -> bool {
    let at_work = match incident.stage {
        Stage::Open
        | Stage::Triaged
        | Stage::Analysed
        | Stage::AnalysisSkipped
        | Stage::Planned
        | Stage::AwaitingApproval
        | Stage::Acting => true,
        Stage::Recorded | Stage::Contained | Stage::Partial | Stage::NeedsPerson | Stage::Done => false,
    };
    at_work && incident.generation > 0 && incident.merged_into.is_none() && incident.closed_by.is_none()
}
