//! What a merge or a split does to correlation keys, and what its undoing gives back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::correlate::{CorrelationKey, KeySpan};
use crate::id::IncidentId;

/// The spans of one key before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChange {
    /// The key.
    pub key: CorrelationKey,
    /// Before.
    pub before: Vec<KeySpan>,
    /// After.
    pub after: Vec<KeySpan>,
}

/// All spans of `from` become those of `to`.
#[must_use]
pub fn handed_on(spans: &[KeySpan], from: IncidentId, to: IncidentId) -> Vec<KeySpan> {
    let hand = |span: &KeySpan| {
        let incident = if span.incident == from { to } else { span.incident };
        KeySpan { incident, ..span.clone() }
    };
    in_order(spans.iter().map(hand).collect())
}

/// The spans of one key as `owner` and `created` cover them with their own findings; those of other incidents stay.
#[must_use]
pub fn parted(
    spans: &[KeySpan],
    owner: IncidentId,
    own: [Vec<KeySpan>; 2],
    window: Duration,
) -> Vec<KeySpan> {
    let others = spans.iter().filter(|span| span.incident != owner).cloned();
    in_order(others.chain(own.into_iter().flat_map(|spans| united(spans, window))).collect())
}

/// What a key's spans are after its change was undone, and whether they are exactly as before. What was extended since
/// stays with whom it is.
#[must_use]
pub fn given_back(change: &KeyChange, now: &[KeySpan], [from, to]: [IncidentId; 2]) -> (Vec<KeySpan>, bool) {
    if now == change.after {
        return (change.before.clone(), true);
    }
    if now == change.before {
        return (now.to_vec(), true);
    }
    let was_ours = |span: &KeySpan| {
        let before = KeySpan { incident: from, ..span.clone() };
        span.incident == to && change.before.contains(&before) && !change.before.contains(span)
    };
    let back = now.iter().map(|span| {
        let incident = if was_ours(span) { from } else { span.incident };
        KeySpan { incident, ..span.clone() }
    });
    (in_order(back.collect()), false)
}

/// Spans of one incident and one key that are within the window of each other are one.
fn united(mut spans: Vec<KeySpan>, window: Duration) -> Vec<KeySpan> {
    spans.sort_by_key(|span| span.from);
    let mut united: Vec<KeySpan> = Vec::new();
    for span in spans {
        match united.last_mut() {
            Some(last) if last.is_near(span.from, span.to, window) => last.unite(&span),
            Some(_) | None => united.push(span),
        }
    }
    united
}

/// The order in which the store has them.
fn in_order(mut spans: Vec<KeySpan>) -> Vec<KeySpan> {
    spans.sort_by_key(|span| (span.from, span.incident));
    spans
}
