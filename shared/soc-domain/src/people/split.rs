//! Some findings of an incident get one of their own because a person says so, and back.
//!
//! Both keep from then on that they are apart: a finding that shares keys with both joins one of them, and the machine
//! does not make them one again. The undoing makes the new incident part of the old one, with all that joined it since.

use serde::{Deserialize, Serialize};

use super::edit::unmerged;
use super::gist::is_under_way;
use super::{Doer, Gist, KeyChange, NotAllowed};
use crate::finding::Finding;
use crate::id::{FindingId, IncidentId};
use crate::incident::{Absorbed, Closer, Incident, Join};
use crate::time::Timestamp;

/// What undoing a split needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// The new incident.
    pub created: IncidentId,
    /// What the old one said before.
    pub before: Gist,
    /// What it said afterwards.
    pub after: Gist,
    /// What the new one said at first.
    pub own: Gist,
    /// When it was split.
    pub at: Timestamp,
    /// The findings that the new one got.
    pub findings: Vec<FindingId>,
    /// The keys that changed.
    pub keys: Vec<KeyChange>,
}

/// Two incidents after a split, and what undoing it needs, still without keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Parted {
    /// The old one.
    pub old: Incident,
    /// The new one.
    pub created: Incident,
    /// Whether a new generation of the old one is to be started.
    pub restart_old: bool,
    /// What to remember.
    pub split: Split,
}

/// Gives `chosen`, of the findings of `incident`, an incident of their own; `rest` stay.
///
/// # Errors
/// It is not allowed.
pub fn split(
    incident: &Incident,
    id: IncidentId,
    [chosen, rest]: [&[Finding]; 2],
    (doer, join): (Doer<'_>, Join),
) -> Result<Parted, NotAllowed> {
    unmerged(incident)?;
    let (Some(first), Some(says)) = (chosen.first(), Gist::of_findings(incident, rest)) else {
        return Err(NotAllowed::NothingToPart);
    };
    let mut created = Incident::opened_by(id, first, doer.at);
    for finding in chosen {
        created.absorb(finding, join);
    }
    created.apart_from.insert(incident.id);
    created.acknowledge(doer.at);
    let mut old = incident.clone();
    says.put(&mut old);
    old.apart_from.insert(id);
    old.acknowledge(doer.at);
    let restart_old = is_under_way(&old);
    if restart_old {
        old.open_generation(doer.at);
    }
    let split = Split {
        created: id,
        before: Gist::of(incident),
        after: says,
        own: Gist::of(&created),
        at: doer.at,
        findings: chosen.iter().map(|finding| finding.id).collect(),
        keys: Vec::new(),
    };
    Ok(Parted { old, created, restart_old, split })
}

/// Takes a split back. Answers the old incident, the new one, and whether a new generation of the old one is to be
/// started.
///
/// # Errors
/// One of them was merged elsewhere since.
pub fn unsplit(
    [old_now, created_now]: [&Incident; 2],
    split: &Split,
    doer: Doer<'_>,
    join: Join,
) -> Result<(Incident, Incident, bool), NotAllowed> {
    if old_now.merged_into.is_some() || created_now.merged_into.is_some() {
        return Err(NotAllowed::Drifted { what: "what became part of what" });
    }
    let mut created = created_now.clone();
    created.close_as_merged(old_now.id, doer.at);
    created.closed_by = Some(Closer::Person { name: doer.by.to_owned() });
    let mut old = old_now.clone();
    let as_left = Gist::of(old_now) == split.after && Gist::of(created_now) == split.own;
    let restart = if as_left {
        split.before.put(&mut old);
        let restart = is_under_way(&old);
        if restart {
            old.open_generation(doer.at);
        }
        restart
    } else {
        old.absorb_incident(created_now, join) == Absorbed::Escalated
    };
    old.apart_from.remove(&split.created);
    old.forget(split.at);
    Ok((old, created, restart))
}
