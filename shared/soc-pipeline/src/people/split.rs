//! Some findings of an incident get one of their own because a person says so.
//!
//! Keys that only the chosen findings have go with them; a key of both gets a span of each, and the incidents keep that
//! they are apart, so that what comes later joins one of them and does not make them one again.

use std::collections::BTreeSet;

use soc_domain::correlate::{CorrelationKey, KeySpan, correlation_keys, span_of};
use soc_domain::finding::Finding;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::Incident;
use soc_domain::people::{Deed, KeyChange, NotAllowed, OperationState, parted, person, split};

use super::{Changed, MOST_MOVED, NotDone, Order, People, Seed, entries};
use crate::error::StageError;
use crate::load::ATTEMPTS;
use crate::ports::{Commit, Expected, Versioned};

impl People<'_> {
    /// Gives some findings of an incident an incident of their own, which is triaged as a new one.
    ///
    /// # Errors
    /// It was not done.
    pub async fn split(
        &self,
        order: &Order<'_>,
        id: IncidentId,
        chosen: &[FindingId],
    ) -> Result<Changed, NotDone> {
        let by = person(order.by)?;
        for _attempt in 0..ATTEMPTS {
            let found = self.incident(id).await?;
            let seed = self.seed(order, &by, &found);
            if let Some(again) = self.again(&seed, id).await? {
                return Ok(again);
            }
            match self.begin_split(&seed, found, chosen).await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return self.changed(seed.id).await,
            }
        }
        Err(StageError::Conflict { operation: "split an incident" }.into())
    }

    async fn begin_split(
        &self,
        seed: &Seed,
        found: Versioned<Incident>,
        chosen: &[FindingId],
    ) -> Result<(), NotDone> {
        let Versioned { value: old, version } = found;
        let held = self.findings.of_incident(old.id, MOST_MOVED + 1).await?;
        if held.total > MOST_MOVED as u64 {
            return Err(NotAllowed::TooMany { most: MOST_MOVED }.into());
        }
        let wanted: BTreeSet<FindingId> = chosen.iter().copied().collect();
        let (mut going, mut staying): (Vec<Finding>, Vec<Finding>) =
            held.findings.into_iter().partition(|finding| wanted.contains(&finding.id));
        if let Some(finding) = wanted.iter().find(|id| going.iter().all(|finding| finding.id != **id)) {
            return Err(NotAllowed::NotInside { finding: *finding }.into());
        }
        // In the order of their first activity, as they would have come.
        for findings in [&mut going, &mut staying] {
            findings.sort_by_key(|finding| (finding.began(), finding.id));
        }
        let id = IncidentId::split_off(seed.id);
        let join = self.join(seed.at);
        let mut parted = split(&old, id, [&going, &staying], (seed.doer(), join))?;
        parted.split.keys = self.keys_parted(seed, [(old.id, &staying), (id, &going)]).await?;
        let mut operation =
            seed.operation(old.id, Deed::Split(Box::new(parted.split)), OperationState::Begun);
        if parted.restart_old {
            operation.starts.push((old.id, parted.old.generation));
        }
        if parted.created.generation > 0 {
            operation.starts.push((id, parted.created.generation));
        }
        let commit = Commit {
            entries: vec![entries::done(&operation, old.id), entries::done(&operation, id)],
            incidents: vec![Expected::still(parted.old, version), Expected::absent(parted.created)],
            operations: vec![Expected::absent(operation)],
            ..Commit::default()
        };
        self.commit(&commit, seed.at).await
    }

    /// The keys of the findings that go, as each of the two incidents covers them with its own findings.
    async fn keys_parted(
        &self,
        seed: &Seed,
        [(old, staying), (created, going)]: [(IncidentId, &[Finding]); 2],
    ) -> Result<Vec<KeyChange>, NotDone> {
        let rules = &self.policy.rules.correlation;
        let keys: BTreeSet<CorrelationKey> =
            going.iter().flat_map(|finding| correlation_keys(finding, rules)).collect();
        if keys.len() > MOST_MOVED {
            return Err(NotAllowed::TooMany { most: MOST_MOVED }.into());
        }
        let staying: Vec<(Vec<CorrelationKey>, KeySpan)> = staying
            .iter()
            .map(|finding| (correlation_keys(finding, rules), span_of(finding, old, seed.at)))
            .collect();
        let going: Vec<(Vec<CorrelationKey>, KeySpan)> = going
            .iter()
            .map(|finding| (correlation_keys(finding, rules), span_of(finding, created, seed.at)))
            .collect();
        let mut changes = Vec::with_capacity(keys.len());
        for key in keys {
            let before = self.correlations.spans(&key).await?.map_or(Vec::new(), |found| found.value);
            let own = [&staying, &going].map(|findings| {
                let with_key = findings.iter().filter(|(keys, _)| keys.contains(&key));
                with_key.map(|(_, span)| span.clone()).collect()
            });
            let after = parted(&before, old, own, rules.window.duration());
            changes.push(KeyChange { key, before, after });
        }
        Ok(changes)
    }
}
