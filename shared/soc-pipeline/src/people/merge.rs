//! One incident becomes part of another because a person says so: rows first, then what they hold.

use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::Incident;
use soc_domain::people::{Deed, KeyChange, Merge, NotAllowed, OperationState, handed_on, merge};

use super::{MOST_MOVED, NotDone, People, Seed, entries};
use crate::ports::{Commit, Expected, Versioned};

/// How many findings are asked for and moved at once.
pub(super) const PAGE: usize = 500;

impl People<'_> {
    pub(super) async fn begin_merge(
        &self,
        seed: &Seed,
        one: Versioned<Incident>,
        into: IncidentId,
    ) -> Result<(), NotDone> {
        let other = self.incident(into).await?;
        let mut merged = merge(&one.value, &other.value, seed.doer(), self.join(seed.at))?;
        merged.merge.findings = self.findings_of(one.value.id).await?;
        merged.merge.keys = self.keys_handed_on(one.value.id, into).await?;
        let mut starts = vec![(merged.merged.id, merged.merged.generation)];
        if merged.merge.escalated {
            starts.push((into, merged.survivor.generation));
        }
        let deed = Deed::Merge(Box::new(merged.merge));
        let mut operation = seed.operation(one.value.id, deed, OperationState::Begun);
        operation.starts = starts;
        let commit = Commit {
            entries: vec![entries::done(&operation, one.value.id), entries::done(&operation, into)],
            incidents: vec![
                Expected::still(merged.merged, one.version),
                Expected::still(merged.survivor, other.version),
            ],
            operations: vec![Expected::absent(operation)],
            ..Commit::default()
        };
        self.commit(&commit, seed.at).await
    }

    /// All findings of an incident, if one operation may move them.
    pub(super) async fn findings_of(&self, id: IncidentId) -> Result<Vec<FindingId>, NotDone> {
        let mut found: Vec<FindingId> = Vec::new();
        loop {
            let page = self.holdings.findings_of(id, found.last().copied(), PAGE).await?;
            let is_last = page.len() < PAGE;
            found.extend(page);
            if found.len() > MOST_MOVED {
                return Err(NotAllowed::TooMany { most: MOST_MOVED }.into());
            }
            if is_last {
                return Ok(found);
            }
        }
    }

    async fn keys_handed_on(&self, from: IncidentId, to: IncidentId) -> Result<Vec<KeyChange>, NotDone> {
        let held = self.holdings.keys_of(from, MOST_MOVED + 1).await?;
        if held.len() > MOST_MOVED {
            return Err(NotAllowed::TooMany { most: MOST_MOVED }.into());
        }
        let change = |held: crate::ports::HeldKey| {
            let after = handed_on(&held.spans, from, to);
            KeyChange { key: held.key, before: held.spans, after }
        };
        Ok(held.into_iter().map(change).collect())
    }

    /// Moves what a merge moves. Whatever was recorded for the merged incident meanwhile is noted in the operation
    /// first, so that undoing gives it back.
    pub(super) async fn move_merged(&self, from: IncidentId, merge: &Merge) -> Result<(), NotDone> {
        for page in merge.findings.chunks(PAGE) {
            self.holdings.give(page, from, merge.into).await?;
        }
        for change in &merge.keys {
            self.rewrite_key(&change.key, |now| handed_on(now, from, merge.into)).await?;
        }
        Ok(self.correlations.move_all(from, merge.into).await?)
    }
}
