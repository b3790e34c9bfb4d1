//! What a further delivery of a known finding changes. Order of arrival does not change the end: an older
//! updated-at never overwrites a newer, and a poorer route fills gaps and never overwrites.

use crate::finding::Finding;

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
/// The newer updated-at wins; of equals the richer route; of equals the greater count. The loser fills what the
/// winner lacks. Counts and times only widen.
pub fn revise(known: &mut Finding, incoming: Finding) -> Revision {
    if is_echo(known, &incoming) {
        return Revision::Echo;
    }
    let rank = |finding: &Finding| (finding.updated_at, finding.route, finding.count);
    let newer = rank(&incoming) > rank(known);
    // A poorer route that is newer carries the product's news, and only that; the richer text stays.
    let poorer_news = newer && incoming.route < known.route;
    let (mut winner, loser) =
        if newer && !poorer_news { (incoming, known.clone()) } else { (known.clone(), incoming) };
    if poorer_news {
        winner.updated_at = loser.updated_at;
        winner.severity = loser.severity;
        winner.record_state = loser.record_state;
        winner.workflow_status = loser.workflow_status;
        winner.compliance = loser.compliance.or(winner.compliance);
        winner.noted_by_us = loser.noted_by_us;
    }
    fill_gaps(&mut winner, loser);
    *known = winner;
    Revision::Changed
}

/// Security Hub publishes our own updates again with the product's updated-at unchanged.
fn is_echo(known: &Finding, incoming: &Finding) -> bool {
    incoming.noted_by_us
        && incoming.updated_at == known.updated_at
        && incoming.count <= known.count
        && incoming.record_state == known.record_state
        && incoming.severity == known.severity
        && incoming.compliance == known.compliance
}

fn fill_gaps(winner: &mut Finding, loser: Finding) {
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
    if winner.observables.is_empty() {
        winner.observables = loser.observables;
    }
    if winner.tactics.is_empty() {
        winner.tactics = loser.tactics;
    }
    if winner.techniques.is_empty() {
        winner.techniques = loser.techniques;
    }
    if winner.signals.is_empty() {
        winner.signals = loser.signals;
    }
}
