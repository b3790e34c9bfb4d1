//! The evidence document of an incident: what triage, the analyst and people are shown, and what every
//! reason and claim points into.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::id::{FindingId, IncidentId};
use crate::incident::Incident;
use crate::severity::Severity;

/// How many findings the document holds at most: the gravest and newest; the rest are counted.
pub const MOST_FINDINGS: usize = 50;

/// What is known of an incident, as one document. Serialised, it is what JSON pointers point into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The incident.
    pub incident_id: IncidentId,
    /// The greatest severity.
    pub severity: Severity,
    /// All tactics of the incident.
    pub tactics: BTreeSet<String>,
    /// All accounts of the incident.
    pub accounts: BTreeSet<String>,
    /// How many findings the incident has; the document may hold fewer.
    pub findings_total: u64,
    /// The gravest findings, in the order of their first activity.
    pub findings: Vec<Finding>,
}

/// Points at one value in the evidence of an incident (RFC 6901) and names the finding that it is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Citation {
    /// The finding; none for what the incident as a whole shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingId>,
    /// A JSON pointer into the evidence document.
    pub pointer: String,
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pointer)
    }
}

impl Evidence {
    /// The document for `incident`; of `findings` the gravest and newest are kept.
    #[must_use]
    pub fn new(incident: &Incident, mut findings: Vec<Finding>, total: u64) -> Self {
        findings.sort_by_key(|finding| {
            (std::cmp::Reverse(finding.effective_severity()), std::cmp::Reverse(finding.ended()), finding.id)
        });
        findings.truncate(MOST_FINDINGS);
        findings.sort_by_key(|finding| (finding.began(), finding.id));
        Self {
            incident_id: incident.id,
            severity: incident.severity,
            tactics: incident.tactics.clone(),
            accounts: incident.accounts.clone(),
            findings_total: total,
            findings,
        }
    }

    /// The finding with the greatest effective severity; of equals the first.
    #[must_use]
    pub fn gravest(&self) -> Option<&Finding> {
        let first = self.findings.first()?;
        Some(self.findings.iter().fold(first, |best, finding| {
            if finding.effective_severity() > best.effective_severity() { finding } else { best }
        }))
    }

    /// Cites `pointer` inside the finding at `index`; the finding as a whole if it has no such value.
    #[must_use]
    pub fn cite(&self, index: usize, pointer: &str) -> Citation {
        let finding = self.findings.get(index).map(|finding| finding.id);
        Citation { finding, pointer: format!("/findings/{index}{pointer}") }
    }

    /// Cites a value of the document itself.
    #[must_use]
    pub fn cite_whole(&self, pointer: &str) -> Citation {
        Citation { finding: None, pointer: pointer.to_owned() }
    }
}
