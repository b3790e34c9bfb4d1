//! Taking an operation back. It refuses where something newer changed the same.

use soc_domain::id::{IncidentId, OperationId};
use soc_domain::incident::Incident;
use soc_domain::people::{
    Deed, Doer, Merge, Operation, OperationState, Split, Struck, given_back, person, unmerge, unsplit,
};

use super::{MOST_MOVED, NotDone, Order, People, entries};
use crate::error::StageError;
use crate::load::ATTEMPTS;
use crate::ports::{Commit, Expected, Versioned};

impl People<'_> {
    /// Takes an operation back, if nothing newer changed the same. One that is taken back already is success.
    ///
    /// What came to a survivor after a merge stays with it; what came to a new incident after a split goes back with
    /// it. Questions that were withdrawn are not asked again.
    ///
    /// # Errors
    /// It was not taken back.
    pub async fn undo(&self, order: &Order<'_>, id: OperationId) -> Result<Operation, NotDone> {
        let by = person(order.by)?;
        for _attempt in 0..ATTEMPTS {
            let Versioned { value: operation, version } = self.operation(id).await?;
            match operation.state {
                OperationState::Begun => {
                    self.finish(id).await?;
                    continue;
                }
                OperationState::Undoing | OperationState::Undone => return self.finish(id).await,
                OperationState::Done => {}
            }
            let doer = Doer { by: &by, at: self.clock.now() };
            let commit = self.undoing(Versioned { value: operation, version }, doer).await?;
            match self.commit(&commit, doer.at).await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return self.finish(id).await,
            }
        }
        Err(StageError::Conflict { operation: "undo an operation" }.into())
    }

    pub(super) async fn operation(&self, id: OperationId) -> Result<Versioned<Operation>, NotDone> {
        self.operations.get(id).await?.ok_or(NotDone::NotFound { what: "operation" })
    }

    /// All that taking `operation` back writes in its first step.
    pub(super) async fn undoing(
        &self,
        operation: Versioned<Operation>,
        doer: Doer<'_>,
    ) -> Result<Commit, NotDone> {
        let Versioned { value: mut operation, version } = operation;
        operation.may_be_undone(doer.at)?;
        operation.undone = Some(Struck { by: doer.by.to_owned(), at: doer.at });
        operation.state = OperationState::Undone;
        let mut commit = Commit::default();
        match &operation.deed {
            Deed::Verdict(_) | Deed::Assignee(_) | Deed::Status(_) => {
                let Versioned { value: mut incident, version } = self.incident(operation.incident).await?;
                operation.undo_edit(&mut incident)?;
                commit.incidents.push(Expected::still(incident, version));
            }
            Deed::Comment { comment } => {
                let found = self.comments.get(*comment).await?;
                let Versioned { value: mut comment, version } =
                    found.ok_or(NotDone::NotFound { what: "comment" })?;
                comment.strike(doer.by, doer.at);
                commit.comments.push(Expected::still(comment, version));
                let found = self.incident(operation.incident).await?;
                commit.incidents.push(Expected::still(found.value, found.version));
            }
            Deed::Merge(merge) => {
                operation.starts = self.undo_merge((operation.incident, merge), doer, &mut commit).await?;
                operation.state = OperationState::Undoing;
            }
            Deed::Split(split) => {
                operation.starts = self.undo_split((operation.incident, split), doer, &mut commit).await?;
                operation.state = OperationState::Undoing;
            }
        }
        commit.entries =
            operation.incidents().into_iter().map(|id| entries::undone(&operation, id)).collect();
        commit.operations.push(Expected::still(operation, version));
        Ok(commit)
    }

    async fn undo_merge(
        &self,
        (one, merge): (IncidentId, &Merge),
        doer: Doer<'_>,
        commit: &mut Commit,
    ) -> Result<Vec<(IncidentId, u32)>, NotDone> {
        let (merged, survivor) = (self.incident(one).await?, self.incident(merge.into).await?);
        let mut since = Vec::new();
        if merge.has_joined(&survivor.value) {
            since = self.findings.of_incident(merge.into, MOST_MOVED).await?.findings;
            since.retain(|finding| merge.findings.binary_search(&finding.id).is_err());
        }
        let mut undone = unmerge([&merged.value, &survivor.value], merge, doer, &since)?;
        for change in &merge.keys {
            let now = self.correlations.spans(&change.key).await?.map_or(Vec::new(), |found| found.value);
            let (_, is_exact) = given_back(change, &now, [one, merge.into]);
            if !is_exact {
                // They share a key by now: without this the next finding would make them one again.
                undone.merged.apart_from.insert(merge.into);
                undone.survivor.apart_from.insert(one);
                break;
            }
        }
        let mut starts = Vec::new();
        for (restart, incident) in
            [(undone.restart_merged, &undone.merged), (undone.restart_survivor, &undone.survivor)]
        {
            if restart {
                starts.push((incident.id, incident.generation));
            }
        }
        commit.incidents.push(Expected::still(undone.merged, merged.version));
        commit.incidents.push(Expected::still(undone.survivor, survivor.version));
        Ok(starts)
    }

    async fn undo_split(
        &self,
        (one, split): (IncidentId, &Split),
        doer: Doer<'_>,
        commit: &mut Commit,
    ) -> Result<Vec<(IncidentId, u32)>, NotDone> {
        let (old, created) = (self.incident(one).await?, self.incident(split.created).await?);
        let ends: [&Incident; 2] = [&old.value, &created.value];
        let (undone, closed, restart) = unsplit(ends, split, doer, self.join(doer.at))?;
        let mut starts = vec![(closed.id, closed.generation)];
        if restart {
            starts.push((undone.id, undone.generation));
        }
        commit.incidents.push(Expected::still(undone, old.version));
        commit.incidents.push(Expected::still(closed, created.version));
        Ok(starts)
    }
}
