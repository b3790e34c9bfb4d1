//! What a further delivery of a known finding changes. Order of arrival does not change the end: an older
//! updated-at never overwrites a newer, and a poorer route fills gaps and never overwrites.

use crate::catalogue::{implies_tactics, implies_techniques};
use crate::finding::{Compliance, Finding, RecordState, Route, WorkflowStatus};
use crate::severity::Severity;
use crate::time::Timestamp;

/// What a delivery turned out to be, once its event key was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// It changed what is known.
    Changed,
    /// Its only news is our own note, status or verdict: a duplicate.
    Echo,
}

/// Folds `incoming` into `known`.
///
/// What a finding *tells* (title, resources, principals) is the richest route's, of equals the newest; what it
/// *states* (severity, state, compliance) is the newest's, of equals the richest route's. Both ranks are kept, so
/// that a third revision is compared with the ones that won and the order of arrival changes neither. The loser
/// fills what the winner lacks. Counts and times only widen.
pub fn revise(known: &mut Finding, incoming: Finding) -> Revision {
    if is_echo(known, &incoming) {
        return Revision::Echo;
    }
    let tells = |finding: &Finding| (finding.route, told_at(finding), finding.count);
    let states = |finding: &Finding| (finding.updated_at, stated_by(finding), finding.count);
    let stated = Statement::of(if states(&incoming) >= states(known) { &incoming } else { known });
    let workflow = workflow_status(known, &incoming);
    let (mut winner, loser) =
        if tells(&incoming) > tells(known) { (incoming, known.clone()) } else { (known.clone(), incoming) };
    winner.told_at = told_at(&winner);
    fill_gaps(&mut winner, loser);
    stated.apply_to(&mut winner);
    winner.workflow_status = workflow;
    *known = winner;
    Revision::Changed
}

/// When the revision was made that tells what `finding` tells.
fn told_at(finding: &Finding) -> Option<Timestamp> {
    finding.told_at.or(finding.updated_at)
}

/// By which route the revision came that states what `finding` states.
fn stated_by(finding: &Finding) -> Route {
    finding.stated_by.unwrap_or(finding.route)
}

/// People set it in Security Hub, without touching updated-at; the native format does not have it.
fn workflow_status(known: &Finding, incoming: &Finding) -> WorkflowStatus {
    if incoming.route != Route::Native && incoming.updated_at >= known.updated_at {
        incoming.workflow_status
    } else {
        known.workflow_status
    }
}

/// What a revision states.
struct Statement {
    by: Route,
    severity: Severity,
    record_state: RecordState,
    compliance: Option<Compliance>,
    noted_by_us: bool,
}

impl Statement {
    fn of(finding: &Finding) -> Self {
        Self {
            by: stated_by(finding),
            severity: finding.severity,
            record_state: finding.record_state,
            compliance: finding.compliance,
            noted_by_us: finding.noted_by_us,
        }
    }

    fn apply_to(self, finding: &mut Finding) {
        finding.stated_by = Some(self.by);
        finding.severity = self.severity;
        finding.record_state = self.record_state;
        finding.compliance = self.compliance.or(finding.compliance);
        finding.noted_by_us = self.noted_by_us;
    }
}

/// Security Hub publishes our own updates again with the product's updated-at unchanged.
fn is_echo(known: &Finding, incoming: &Finding) -> bool {
    incoming.noted_by_us
        && incoming.custom_action <= known.custom_action
        && incoming.updated_at == known.updated_at
        && incoming.count <= known.count
        && incoming.record_state == known.record_state
        && incoming.severity == known.severity
        && incoming.compliance == known.compliance
}

fn fill_gaps(winner: &mut Finding, loser: Finding) {
    // What a record itself names of ATT&CK goes before what its type implies, whichever way it came.
    let better_tactics = !loser.tactics.is_empty() && !implies_tactics(&loser) && implies_tactics(winner);
    let better_techniques =
        !loser.techniques.is_empty() && !implies_techniques(&loser) && implies_techniques(winner);
    let fill = |to: &mut String, from: String| {
        if to.is_empty() {
            *to = from;
        }
    };
    fill(&mut winner.title, loser.title);
    fill(&mut winner.description, loser.description);
    fill(&mut winner.kind, loser.kind);
    winner.first_seen = match (winner.first_seen, loser.first_seen) {
        (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
        (ours, theirs) => ours.or(theirs),
    };
    winner.last_seen = winner.last_seen.max(loser.last_seen);
    winner.created_at = winner.created_at.or(loser.created_at);
    winner.updated_at = winner.updated_at.max(loser.updated_at);
    winner.count = winner.count.max(loser.count);
    winner.sample |= loser.sample;
    winner.simulated |= loser.simulated;
    winner.generator = winner.generator.take().or(loser.generator);
    winner.role = winner.role.or(loser.role);
    winner.activity = winner.activity.or(loser.activity);
    winner.api = winner.api.take().or(loser.api);
    winner.compliance = winner.compliance.or(loser.compliance);
    if winner.resources.is_empty() {
        winner.resources = loser.resources;
    }
    if winner.principals.is_empty() {
        winner.principals = loser.principals;
    }
    if winner.remotes.is_empty() {
        winner.remotes = loser.remotes;
    }
    if winner.local_ports.is_empty() {
        winner.local_ports = loser.local_ports;
    }
    if winner.observables.is_empty() {
        winner.observables = loser.observables;
    }
    if winner.tactics.is_empty() || better_tactics {
        winner.tactics = loser.tactics;
    }
    if winner.techniques.is_empty() || better_techniques {
        winner.techniques = loser.techniques;
    }
    winner.custom_action = winner.custom_action.take().max(loser.custom_action);
    if winner.signals.is_empty() {
        winner.signals = loser.signals;
    }
}
