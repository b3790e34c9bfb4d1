//! One incident becomes part of another because a person says so, and back.
//!
//! The undoing gives back what was moved and nothing else: findings that came to the survivor since stay with it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::edit::unmerged;
use super::gist::is_under_way;
use super::{Doer, Gist, KeyChange, NotAllowed};
use crate::finding::Finding;
use crate::id::{FindingId, IncidentId};
use crate::incident::{Absorbed, Closer, Incident, Join, Stage};
use crate::time::Timestamp;

/// What undoing a merge needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// The survivor.
    pub into: IncidentId,
    /// The incident that became part of it, as it was.
    pub merged: Incident,
    /// What the survivor said before.
    pub before: Gist,
    /// What it said afterwards.
    pub after: Gist,
    /// Where the machine was with the survivor before.
    pub machine: (u32, Stage),
    /// From what the survivor was apart before.
    pub apart_from: BTreeSet<IncidentId>,
    /// When it was merged.
    pub at: Timestamp,
    /// Whether the survivor has a new generation because of it.
    pub escalated: bool,
    /// The findings that are given to the survivor.
    pub findings: Vec<FindingId>,
    /// The keys that are.
    pub keys: Vec<KeyChange>,
}

/// Two incidents after a merge, and what undoing it needs, still without findings and keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The one that became part of the other: its last generation is to be started, which withdraws what still waits.
    pub merged: Incident,
    /// The other one.
    pub survivor: Incident,
    /// What to remember.
    pub merge: Merge,
}

/// Makes `one` part of `into`.
///
/// # Errors
/// It is not allowed.
pub fn merge(one: &Incident, into: &Incident, doer: Doer<'_>, join: Join) -> Result<Merged, NotAllowed> {
    if one.id == into.id {
        return Err(NotAllowed::Itself);
    }
    unmerged(one)?;
    unmerged(into)?;
    if into.is_closed_by_person() {
        return Err(NotAllowed::ClosedByPerson);
    }
    let mut merged = one.clone();
    merged.close_as_merged(into.id, doer.at);
    merged.closed_by = Some(Closer::Person { name: doer.by.to_owned() });
    merged.acknowledge(doer.at);
    let mut survivor = into.clone();
    let escalated = survivor.absorb_incident(one, join) == Absorbed::Escalated;
    survivor.apart_from.remove(&one.id);
    survivor.acknowledge(doer.at);
    let merge = Merge {
        into: into.id,
        merged: one.clone(),
        before: Gist::of(into),
        after: Gist::of(&survivor),
        machine: (into.generation, into.stage),
        apart_from: into.apart_from.clone(),
        at: doer.at,
        escalated,
        findings: Vec::new(),
        keys: Vec::new(),
    };
    Ok(Merged { merged, survivor, merge })
}

/// Two incidents after a merge was undone.
#[derive(Debug, Clone, PartialEq)]
pub struct Unmerged {
    /// The one that was part of the other, as it was.
    pub merged: Incident,
    /// The survivor.
    pub survivor: Incident,
    /// Whether a new generation of the first is to be started.
    pub restart_merged: bool,
    /// Whether one of the survivor is.
    pub restart_survivor: bool,
}

/// Takes a merge back. `since` are findings of the survivor that were not given to it by the merge; they are looked at
/// only if something joined since.
///
/// # Errors
/// One of them was merged elsewhere since.
pub fn unmerge(
    [merged_now, survivor_now]: [&Incident; 2],
    merge: &Merge,
    doer: Doer<'_>,
    since: &[Finding],
) -> Result<Unmerged, NotAllowed> {
    if merged_now.merged_into != Some(merge.into) || survivor_now.merged_into.is_some() {
        return Err(NotAllowed::Drifted { what: "what became part of what" });
    }
    let mut merged = Incident { generation: merged_now.generation, ..merge.merged.clone() };
    // Its questions and plans were withdrawn: who was at work begins again.
    let restart_merged = is_under_way(&merged);
    if restart_merged {
        merged.open_generation(doer.at);
    }
    let mut survivor = survivor_now.clone();
    let says = if merge.has_joined(survivor_now) {
        merge.before.with(survivor_now, since)
    } else {
        merge.before.clone()
    };
    says.put(&mut survivor);
    survivor.apart_from.retain(|id| !merge.merged.apart_from.contains(id) || merge.apart_from.contains(id));
    if merge.apart_from.contains(&merged.id) {
        survivor.apart_from.insert(merged.id);
    }
    survivor.forget(merge.at);
    let worked_on = (survivor.generation, survivor.stage) != merge.machine;
    let restart_survivor = worked_on && is_under_way(&survivor);
    if restart_survivor {
        survivor.open_generation(doer.at);
    }
    Ok(Unmerged { merged, survivor, restart_merged, restart_survivor })
}

impl Merge {
    /// Whether something joined the survivor since, or changed what it says in another way.
    #[must_use]
    pub fn has_joined(&self, survivor: &Incident) -> bool {
        Gist::of(survivor) != self.after
    }
}
