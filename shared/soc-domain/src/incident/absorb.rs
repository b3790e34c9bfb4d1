//! What a finding, or another incident, changes in an incident.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Incident, Stage, Status};
use crate::catalogue;
use crate::finding::{Finding, FindingClass};
use crate::severity::Severity;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// An incident gets at most one generation in this time.
const BETWEEN_GENERATIONS: Duration = Duration::from_secs(60);

/// Lists in an incident stop growing here; what comes later still joins, but opens no generation.
pub const MOST_LISTED: usize = 256;

/// When and above what an incident is worth an execution.
#[derive(Debug, Clone, Copy)]
pub struct Join {
    /// Our clock.
    pub now: Timestamp,
    /// The least severity that starts an execution.
    pub floor: Severity,
}

/// What absorbing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absorbed {
    /// Nothing that anybody waits for.
    Joined,
    /// The incident has a new generation: start its execution.
    Escalated,
}

impl Incident {
    /// Takes `finding` in. Grows worse when severity rises, or a tactic, principal, resource or account is new.
    ///
    /// A worse incident whose newest generation has not been triaged gets no further one: that execution
    /// will read what is here now.
    pub fn absorb(&mut self, finding: &Finding, join: Join) -> Absorbed {
        let severity = finding.effective_severity();
        let mut worse = severity > self.severity;
        self.severity = self.severity.max(severity);
        if headline(finding.class, severity) > headline(self.class, self.title_severity) {
            self.title.clone_from(&finding.title);
            self.kind.clone_from(&finding.kind);
            self.class = finding.class;
            self.title_severity = severity;
        }
        self.sample &= finding.sample;
        if let Some(began) = finding.began() {
            self.first_seen = self.first_seen.min(began);
        }
        if let Some(ended) = finding.ended() {
            self.last_seen = self.last_seen.max(ended);
        }
        worse |= note(&mut self.accounts, &finding.place.account);
        for tactic in tactics_of(finding) {
            worse |= note(&mut self.tactics, tactic);
        }
        for principal in &finding.principals {
            worse |= note(&mut self.principals, &principal.name);
        }
        for resource in &finding.resources {
            worse |= note(&mut self.resources, &resource.arn);
        }
        self.escalate_if(worse && finding.is_alarming(), join)
    }

    /// Takes all of `other` in, which is closed as its duplicate by `close_as_merged`.
    pub fn absorb_incident(&mut self, other: &Self, join: Join) -> Absorbed {
        let mut worse = other.severity > self.severity;
        self.severity = self.severity.max(other.severity);
        if headline(other.class, other.title_severity) > headline(self.class, self.title_severity) {
            self.title.clone_from(&other.title);
            self.kind.clone_from(&other.kind);
            self.class = other.class;
            self.title_severity = other.title_severity;
        }
        self.sample &= other.sample;
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        for (ours, theirs) in [
            (&mut self.accounts, &other.accounts),
            (&mut self.tactics, &other.tactics),
            (&mut self.principals, &other.principals),
            (&mut self.resources, &other.resources),
        ] {
            for value in theirs {
                worse |= note(ours, value);
            }
        }
        self.apart_from.extend(other.apart_from.iter().filter(|id| **id != self.id));
        self.escalate_if(worse && other.generation > 0, join)
    }

    /// Closes this incident because it became part of `survivor`; whatever runs for it is superseded.
    pub fn close_as_merged(&mut self, survivor: crate::id::IncidentId, now: Timestamp) {
        self.merged_into = Some(survivor);
        self.verdict = Some(Verdict::Duplicate);
        self.confidence = 100;
        self.stage = Stage::Done;
        self.close_by_machine(Status::Closed, now);
        self.escalation_due = None;
        self.generation += 1;
    }

    /// Closes this incident because its findings were archived, passed or settled at their products. Answers
    /// whether that changed anything: what a person has in hand stays as it is.
    pub fn close_as_settled(&mut self, now: Timestamp) -> bool {
        if self.status != Status::New {
            return false;
        }
        self.close_by_machine(Status::Closed, now);
        true
    }

    /// Opens the generation that was put off, if it is due.
    pub fn escalate_when_due(&mut self, now: Timestamp) -> Absorbed {
        match self.escalation_due {
            Some(due) if due <= now && self.takes_findings() => {
                self.open_generation(now);
                Absorbed::Escalated
            }
            Some(_) | None => Absorbed::Joined,
        }
    }

    fn escalate_if(&mut self, worse: bool, join: Join) -> Absorbed {
        let waits_for_triage = self.stage == Stage::Open && self.generation > 0;
        if !worse || self.severity < join.floor || waits_for_triage {
            return Absorbed::Joined;
        }
        let due = self.generation_at.plus(BETWEEN_GENERATIONS);
        if self.generation > 0 && join.now < due {
            self.escalation_due = Some(due);
            return Absorbed::Joined;
        }
        self.open_generation(join.now);
        Absorbed::Escalated
    }

    /// Opens a generation: whoever does so starts its execution.
    pub(crate) fn open_generation(&mut self, now: Timestamp) {
        self.generation += 1;
        self.generation_at = now;
        self.escalation_due = None;
        self.stage = Stage::Open;
        if self.closed_by.take().is_some() {
            self.status = Status::New;
            (self.resolved_at, self.closed_at) = (None, None);
        }
    }
}

/// How fit a finding is to give an incident its title: what somebody does comes before what could be done.
fn headline(class: FindingClass, severity: Severity) -> (bool, Severity) {
    (class == FindingClass::Threat && severity > Severity::Informational, severity)
}

/// The ATT&CK tactics of a finding: its own, else the one that its type stands for.
pub fn tactics_of(finding: &Finding) -> impl Iterator<Item = &str> {
    let implied = if finding.tactics.is_empty() { catalogue::tactic_of(&finding.kind) } else { None };
    finding.tactics.iter().map(String::as_str).chain(implied)
}

/// Adds `value` unless the list is full; says whether it was new.
fn note(list: &mut BTreeSet<String>, value: &str) -> bool {
    !value.is_empty() && !list.contains(value) && list.len() < MOST_LISTED && list.insert(value.to_owned())
}
