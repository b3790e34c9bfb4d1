//! What an operation leaves to be done after its own step: always the same, however often somebody begins it.

use std::time::Duration;

use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::{FindingId, JobId, OperationId};
use soc_domain::people::{
    Deed, Job, JobState, Merge, Operation, OperationState, Split, given_back, handed_on,
};
use soc_domain::time::Timestamp;

use super::merge::PAGE;
use super::withdraw::Withdrawing;
use super::{NotDone, People};
use crate::error::StageError;
use crate::load::ATTEMPTS;
use crate::ports::{Commit, Expected, RowVersion, StartWorkflow, Versioned};

/// How long and how much is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// Whoever began something is given so long to end it.
    pub waited: Duration,
    /// At most so many operations, and as many bulks.
    pub limit: usize,
    /// After so long, nothing more is begun.
    pub lasts: Duration,
}

impl People<'_> {
    /// Goes on with what others began and did not end, the oldest first. Answers how many are done now; one that
    /// fails does not stop the others.
    ///
    /// # Errors
    /// A port failed for some; they come again next time.
    pub async fn finish_begun(&self, limit: usize) -> Result<usize, NotDone> {
        let mut done = 0;
        let mut failed = None;
        for id in self.operations.under_way(limit).await? {
            match self.finish(id).await {
                Ok(_operation) => done += 1,
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(done), Err)
    }

    /// Goes on with operations and bulks that began longer ago than `waits` says: whoever began them died, or gave a long
    /// bulk up. Answers how many are done now; one that fails does not stop the others.
    ///
    /// # Errors
    /// A port failed for some; they come again next time.
    pub async fn take_over(&self, waits: Waits) -> Result<usize, NotDone> {
        let began = self.clock.now();
        let (began_until, until) = (began.minus(waits.waited), began.plus(waits.lasts));
        let mut done = 0;
        let mut failed = None;
        for id in self.operations.under_way(waits.limit).await? {
            if self.clock.now() >= until {
                break;
            }
            match self.finish_if_begun(id, began_until).await {
                Ok(finished) => done += usize::from(finished.is_some()),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        for id in self.jobs.running(waits.limit).await? {
            let left = until.since(self.clock.now());
            if left.is_zero() {
                break;
            }
            match self.run_if_begun(id, began_until, left).await {
                Ok(ended) => done += usize::from(ended.is_some()),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(done), Err)
    }

    async fn finish_if_begun(&self, id: OperationId, until: Timestamp) -> Result<Option<Operation>, NotDone> {
        if self.operation(id).await?.value.at > until {
            return Ok(None);
        }
        self.finish(id).await.map(Some)
    }

    /// Runs a bulk that began by then, and answers it if it is done.
    async fn run_if_begun(
        &self,
        id: JobId,
        until: Timestamp,
        patience: Duration,
    ) -> Result<Option<Job>, NotDone> {
        let began = self.jobs.get(id).await?.map(|found| found.value.at);
        if began.is_none_or(|at| at > until) {
            return Ok(None);
        }
        let job = self.run_job_for(id, patience).await?;
        Ok(Some(job).filter(|job| job.state() == JobState::Done))
    }

    /// Does what is left of an operation.
    pub(super) async fn finish(&self, id: OperationId) -> Result<Operation, NotDone> {
        for _attempt in 0..ATTEMPTS {
            let found = self.operations.get(id).await?;
            let Versioned { value, version } = found.ok_or(NotDone::NotFound { what: "operation" })?;
            let ended = match value.state {
                OperationState::Done | OperationState::Undone => return Ok(value),
                OperationState::Begun => self.go_on(value, version).await,
                OperationState::Undoing => self.go_back(value, version).await,
            };
            match ended {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                ended => return ended,
            }
        }
        Err(StageError::Conflict { operation: "finish an operation" }.into())
    }

    async fn go_on(&self, operation: Operation, version: RowVersion) -> Result<Operation, NotDone> {
        match &operation.deed {
            Deed::Verdict(_) | Deed::Assignee(_) | Deed::Comment { .. } => {}
            Deed::Status(_) => {
                let Self { actions, approvals, workflows, ledger, .. } = *self;
                let withdrawing = Withdrawing { actions, approvals, workflows, ledger };
                withdrawing.all_of(operation.incident, &operation.by, self.clock.now()).await?;
            }
            Deed::Merge(merge) => {
                if let Some(more) = self.recorded_meanwhile(&operation, merge).await? {
                    return self.note_more(operation.clone(), merge, more, version).await;
                }
                self.move_merged(operation.incident, merge).await?;
            }
            Deed::Split(split) => self.move_split(&operation, split).await?,
        }
        self.end(operation, OperationState::Done, version).await
    }

    async fn go_back(&self, operation: Operation, version: RowVersion) -> Result<Operation, NotDone> {
        match &operation.deed {
            Deed::Verdict(_) | Deed::Assignee(_) | Deed::Comment { .. } | Deed::Status(_) => {}
            Deed::Merge(merge) => {
                let ends = [operation.incident, merge.into];
                for page in merge.findings.chunks(PAGE) {
                    self.holdings.give(page, merge.into, operation.incident).await?;
                }
                for change in &merge.keys {
                    self.rewrite_key(&change.key, |now| given_back(change, now, ends).0).await?;
                }
            }
            Deed::Split(split) => {
                self.findings.move_all(split.created, operation.incident).await?;
                for change in &split.keys {
                    let hand = |now: &[KeySpan]| match given_back(change, now, [split.created; 2]) {
                        (before, true) => before,
                        (_, false) => handed_on(now, split.created, operation.incident),
                    };
                    self.rewrite_key(&change.key, hand).await?;
                }
                self.correlations.move_all(split.created, operation.incident).await?;
            }
        }
        self.end(operation, OperationState::Undone, version).await
    }

    /// Findings that were recorded for the merged incident after they were counted and before it was closed.
    async fn recorded_meanwhile(
        &self,
        operation: &Operation,
        merge: &Merge,
    ) -> Result<Option<Vec<FindingId>>, NotDone> {
        let mut there = self.findings_of(operation.incident).await?;
        there.retain(|id| merge.findings.binary_search(id).is_err());
        Ok((!there.is_empty()).then_some(there))
    }

    async fn note_more(
        &self,
        mut operation: Operation,
        merge: &Merge,
        more: Vec<FindingId>,
        version: RowVersion,
    ) -> Result<Operation, NotDone> {
        let mut findings = [merge.findings.clone(), more].concat();
        findings.sort();
        operation.deed = Deed::Merge(Box::new(Merge { findings, ..merge.clone() }));
        let commit = Commit { operations: vec![Expected::still(operation, version)], ..Commit::default() };
        self.commit(&commit, self.clock.now()).await?;
        Err(StageError::Conflict { operation: "move what was recorded meanwhile" }.into())
    }

    async fn move_split(&self, operation: &Operation, split: &Split) -> Result<(), NotDone> {
        for page in split.findings.chunks(PAGE) {
            self.holdings.give(page, operation.incident, split.created).await?;
        }
        for change in &split.keys {
            let part = |now: &[KeySpan]| {
                if now == change.before || now == change.after {
                    return change.after.clone();
                }
                // Somebody extended it meanwhile: both incidents have the key, and both know that they are apart.
                let own = change.after.iter().filter(|span| span.incident == split.created);
                let missing = own.filter(|span| !now.contains(span)).cloned();
                now.iter().cloned().chain(missing).collect()
            };
            self.rewrite_key(&change.key, part).await?;
        }
        Ok(())
    }

    async fn end(
        &self,
        mut operation: Operation,
        state: OperationState,
        version: RowVersion,
    ) -> Result<Operation, NotDone> {
        operation.state = state;
        let starts = std::mem::take(&mut operation.starts);
        let commit = Commit {
            operations: vec![Expected::still(operation.clone(), version)],
            messages: starts
                .into_iter()
                .map(|(incident, generation)| StartWorkflow { incident, generation })
                .collect(),
            ..Commit::default()
        };
        self.commit(&commit, self.clock.now()).await?;
        Ok(operation)
    }

    /// Rewrites the spans of a key, again if somebody else was first.
    pub(super) async fn rewrite_key(
        &self,
        key: &CorrelationKey,
        write: impl Fn(&[KeySpan]) -> Vec<KeySpan> + Send + Sync,
    ) -> Result<(), NotDone> {
        for _attempt in 0..ATTEMPTS {
            let found = self.correlations.spans(key).await?;
            let (now, version) = match found {
                Some(found) => (found.value, Some(found.version)),
                None => (Vec::new(), None),
            };
            let wanted = write(&now);
            if wanted == now {
                return Ok(());
            }
            match self.correlations.set_spans(key, &wanted, version).await {
                Err(error) if error.is_conflict() => {}
                written => return Ok(written?),
            }
        }
        Err(StageError::Conflict { operation: "rewrite the spans of a key" }.into())
    }
}
