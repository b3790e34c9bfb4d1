//! Snapshot volumes: EC2 `CreateSnapshots` of an instance's volumes, for evidence, before anything else is done
//! to it; undone with `DeleteSnapshot` of exactly the snapshots that this action made.
//!
//! Permissions: `ec2:DescribeInstances`, `ec2:DescribeSnapshots`, `ec2:CreateSnapshots`, and `ec2:CreateTags`
//! for that call; `ec2:DeleteSnapshot` where the resource carries the tag `ai-soc:action`. All snapshots of a
//! call are made at one moment, or none is. EC2 chooses their ids, so the effect is known by its mark: the tag
//! `ai-soc:action`, which is the id of this action's first attempt. Who takes over finds the mark, not a guess.
//!
//! It is evidence and not containment: it never expires by itself, and only a person undoes it. What it cannot
//! undo: copies that somebody made of a snapshot. A snapshot that is locked, or that an image uses, cannot be
//! deleted: then the reversal fails, and nothing is lost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, acting_instances, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::Finding;
use crate::id::{ActionId, IncidentId};

pub(super) const MEANING: Meaning = Meaning {
    name: "snapshot-volumes",
    description: "Make snapshots of the instance's volumes, for evidence. \
         Undone by deleting exactly these snapshots; they never expire by themselves.",
    lasting: Lasting::Evidence,
    propose,
};

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Snapshot {
    /// `vol-...`.
    pub volume_id: String,
    /// `snap-...`; none before EC2 has chosen it.
    pub snapshot_id: Option<String>,
}

/// The volumes of an instance, and the snapshots of them that carry the mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumesState {
    /// `i-...`.
    pub instance_id: String,
    /// The attached volumes, in order.
    pub volumes: Vec<String>,
    /// The mark that was looked for.
    pub mark: String,
    /// The snapshots that carry it, in order.
    pub snapshots: Vec<Snapshot>,
    /// The tags of the instance.
    pub tags: BTreeMap<String, String>,
}

/// The value of the tag `ai-soc:action` on the snapshots that the action of `target` makes; none if the target
/// names no incident.
#[must_use]
pub fn evidence_mark(target: &Target) -> Option<String> {
    let incident: IncidentId = target.parameter("incident").parse().ok()?;
    Some(ActionId::derive(incident, target, 0).to_string())
}

/// For the instances that isolation is for. Each incident has its own: what was on a volume months ago is no
/// evidence of what happens now.
fn propose(finding: &Finding, incident: IncidentId) -> Vec<Target> {
    let targets = acting_instances(finding).map(|instance| Target {
        kind: ActionKind::SnapshotVolumes,
        resource: instance.arn.clone(),
        place: instance.place.clone(),
        parameters: parameters([("incident", incident.to_string()), ("instance_id", instance.id.clone())]),
    });
    targets.collect()
}

impl Subject for VolumesState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let mut made: BTreeMap<String, String> = BTreeMap::new();
        for snapshot in &self.snapshots {
            let id = snapshot.snapshot_id.as_deref().unwrap_or("a snapshot");
            let ids = made.entry(format!("snapshots of {}", snapshot.volume_id)).or_default();
            if !ids.is_empty() {
                ids.push(',');
            }
            ids.push_str(id);
        }
        made
    }

    /// A snapshot whose id is not known yet is the same as any other of that volume with the mark.
    fn is_same(&self, other: &Observation) -> bool {
        let Observation::Volumes(other) = other else { return false };
        let agree = |(one, other): (&Snapshot, &Snapshot)| {
            let known = one.snapshot_id.is_some() && other.snapshot_id.is_some();
            one.volume_id == other.volume_id && (!known || one.snapshot_id == other.snapshot_id)
        };
        self.mark == other.mark
            && self.snapshots.len() == other.snapshots.len()
            && self.snapshots.iter().zip(&other.snapshots).all(agree)
    }

    fn effect(&self, target: &Target) -> Effect {
        if evidence_mark(target).as_ref() != Some(&self.mark) {
            return Effect::impossible("the account looked for another mark");
        }
        if self.volumes.is_empty() {
            return Effect::impossible("it has no volume");
        }
        let has = |volume: &String| self.snapshots.iter().any(|snapshot| snapshot.volume_id == *volume);
        let volumes: Vec<String> = self.volumes.iter().filter(|volume| !has(volume)).cloned().collect();
        if volumes.is_empty() {
            return Effect::AlreadyThere;
        }
        let instance_id = self.instance_id.clone();
        Effect::Change(Change::CreateSnapshots { instance_id, volumes, mark: self.mark.clone() })
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::Volumes(after) = after else { return None };
        let made = after.snapshots.iter().filter(|snapshot| !self.snapshots.contains(snapshot));
        let snapshots: Vec<Snapshot> = made.cloned().collect();
        let instance_id = self.instance_id.clone();
        (!snapshots.is_empty()).then(|| Change::DeleteSnapshots {
            instance_id,
            snapshots,
            mark: self.mark.clone(),
        })
    }

    fn apply(&mut self, change: &Change) {
        if let Change::CreateSnapshots { volumes, .. } = change {
            let made = volumes.iter();
            self.snapshots.extend(made.map(|id| Snapshot { volume_id: id.clone(), snapshot_id: None }));
            self.snapshots.sort();
        } else if let Change::DeleteSnapshots { snapshots, .. } = change {
            self.snapshots.retain(|snapshot| !snapshots.contains(snapshot));
        }
    }

    /// The instance; it goes on as it was.
    fn blast_radius(&self) -> u32 {
        1
    }
}
