//! What people did, wrote and agreed on.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use soc_domain::id::{CommentId, FindingId, IncidentId, JobId, OperationId, SuppressionId};
use soc_domain::people::{Comment, Job, JobState, Operation, PeopleSuppression};
use soc_domain::policy::{Suppression, covers};
use soc_domain::time::Timestamp;
use soc_ledger::append;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{
    Comments, Commit, Expected, HeldKey, Holdings, Jobs, MOST_ROWS, Operations, RowVersion, Suppressions,
    Versioned,
};

use super::{Memory, Tables, put};

const OPERATION: &str = "keep a person's change";

/// What people did, by id; comments with their place.
#[derive(Debug, Default)]
pub(super) struct PeopleTables {
    operations: BTreeMap<OperationId, Versioned<Operation>>,
    jobs: BTreeMap<JobId, Versioned<Job>>,
    comments: BTreeMap<CommentId, Versioned<Comment>>,
    /// Their ids, as they came.
    written: Vec<CommentId>,
    suppressions: BTreeMap<SuppressionId, Versioned<PeopleSuppression>>,
    proposed: Vec<SuppressionId>,
}

/// Whether every row is as it is expected to be.
fn agree<K: Ord, V, T>(
    table: &BTreeMap<K, Versioned<V>>,
    rows: &[Expected<T>],
    key: impl Fn(&T) -> K,
) -> PortResult<()> {
    let version = |row: &Expected<T>| table.get(&key(&row.value)).map(|found| found.version);
    if rows.iter().all(|row| version(row) == row.expected) {
        return Ok(());
    }
    Err(PortError::new(PortErrorKind::Conflict, OPERATION))
}

fn write<K: Ord, T: Clone>(
    table: &mut BTreeMap<K, Versioned<T>>,
    rows: &[Expected<T>],
    key: impl Fn(&T) -> K,
) -> PortResult<()> {
    for row in rows {
        put(table, (key(&row.value), row.value.clone()), row.expected, OPERATION)?;
    }
    Ok(())
}

impl Tables {
    fn keep(&mut self, commit: &Commit, at: Timestamp) -> PortResult<()> {
        agree(&self.incidents, &commit.incidents, |row| row.id)?;
        agree(&self.people.operations, &commit.operations, |row| row.id)?;
        agree(&self.people.jobs, &commit.jobs, |row| row.id)?;
        agree(&self.people.comments, &commit.comments, |row| row.id)?;
        agree(&self.people.suppressions, &commit.suppressions, |row| row.id)?;
        write(&mut self.incidents, &commit.incidents, |row| row.id)?;
        for row in &commit.incidents {
            self.turn(row.value.id);
        }
        write(&mut self.people.operations, &commit.operations, |row| row.id)?;
        write(&mut self.people.jobs, &commit.jobs, |row| row.id)?;
        write(&mut self.people.comments, &commit.comments, |row| row.id)?;
        write(&mut self.people.suppressions, &commit.suppressions, |row| row.id)?;
        let added = commit.comments.iter().filter(|row| row.expected.is_none());
        self.people.written.extend(added.map(|row| row.value.id));
        let added = commit.suppressions.iter().filter(|row| row.expected.is_none());
        self.people.proposed.extend(added.map(|row| row.value.id));
        for message in &commit.messages {
            if !self.outbox.contains(message) {
                self.outbox.push(*message);
            }
        }
        for draft in &commit.entries {
            let refused = |error| PortError::caused(PortErrorKind::Rejected, OPERATION, Box::new(error));
            let head = self.heads.get(&draft.chain);
            let (entry, head) = append(head, draft.clone(), at.as_millis()).map_err(refused)?;
            self.ledger.push(entry);
            self.heads.insert(head.chain.clone(), head);
        }
        Ok(())
    }
}

#[async_trait]
impl Operations for Memory {
    async fn commit(&self, commit: &Commit, at: Timestamp) -> PortResult<()> {
        let Commit { incidents, operations, jobs, comments, suppressions, messages, entries } = commit;
        let people = operations.len() + jobs.len() + comments.len() + suppressions.len();
        let listed = comments.iter().filter(|row| row.expected.is_none()).count()
            + suppressions.iter().filter(|row| row.expected.is_none()).count();
        if incidents.len() + people + listed + messages.len() + 2 * entries.len() > MOST_ROWS {
            return Err(PortError::new(PortErrorKind::Rejected, OPERATION));
        }
        self.tables().keep(commit, at)
    }

    async fn get(&self, id: OperationId) -> PortResult<Option<Versioned<Operation>>> {
        Ok(self.tables().people.operations.get(&id).cloned())
    }

    async fn under_way(&self, limit: usize) -> PortResult<Vec<OperationId>> {
        let tables = self.tables();
        let rows = tables.people.operations.values().map(|row| &row.value);
        let mut open: Vec<_> = rows.filter(|row| row.state.is_under_way()).collect();
        open.sort_by_key(|row| (row.at, row.id));
        Ok(open.into_iter().map(|row| row.id).take(limit).collect())
    }
}

#[async_trait]
impl Comments for Memory {
    async fn get(&self, id: CommentId) -> PortResult<Option<Versioned<Comment>>> {
        Ok(self.tables().people.comments.get(&id).cloned())
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<Vec<Comment>> {
        let tables = self.tables();
        let newest = tables.people.written.iter().rev().filter_map(|id| tables.people.comments.get(id));
        let theirs = newest.map(|row| row.value.clone()).filter(|comment| comment.incident == id);
        Ok(theirs.take(limit).collect())
    }
}

#[async_trait]
impl Jobs for Memory {
    async fn get(&self, id: JobId) -> PortResult<Option<Versioned<Job>>> {
        Ok(self.tables().people.jobs.get(&id).cloned())
    }

    async fn running(&self, limit: usize) -> PortResult<Vec<JobId>> {
        let tables = self.tables();
        let rows = tables.people.jobs.values().map(|row| &row.value);
        let mut running: Vec<_> = rows.filter(|job| job.state() == JobState::Running).collect();
        running.sort_by_key(|job| (job.at, job.id));
        Ok(running.into_iter().map(|job| job.id).take(limit).collect())
    }
}

#[async_trait]
impl Suppressions for Memory {
    async fn standing(&self, now: Timestamp) -> PortResult<Vec<PeopleSuppression>> {
        let tables = self.tables();
        let rows = tables.people.suppressions.values().map(|row| &row.value);
        let mut standing: Vec<_> =
            rows.filter(|row| row.removed.is_none() && row.expires > now).cloned().collect();
        standing.sort_by_key(|row| (row.expires, row.id));
        Ok(standing)
    }

    async fn get(&self, id: SuppressionId) -> PortResult<Option<Versioned<PeopleSuppression>>> {
        Ok(self.tables().people.suppressions.get(&id).cloned())
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<PeopleSuppression>> {
        let tables = self.tables();
        let newest = tables.people.proposed.iter().rev().filter_map(|id| tables.people.suppressions.get(id));
        Ok(newest.map(|row| row.value.clone()).take(limit).collect())
    }
}

#[async_trait]
impl Holdings for Memory {
    async fn findings_of(
        &self,
        id: IncidentId,
        after: Option<FindingId>,
        limit: usize,
    ) -> PortResult<Vec<FindingId>> {
        let tables = self.tables();
        let held = tables
            .findings
            .iter()
            .filter(|(finding, row)| row.value.incident == id && after.is_none_or(|after| **finding > after));
        Ok(held.map(|(finding, _)| *finding).take(limit).collect())
    }

    async fn give(&self, findings: &[FindingId], from: IncidentId, to: IncidentId) -> PortResult<()> {
        let mut tables = self.tables();
        for id in findings {
            if let Some(row) = tables.findings.get_mut(id).filter(|row| row.value.incident == from) {
                row.value.incident = to;
                row.version = RowVersion(row.version.0 + 1);
            }
        }
        tables.turn(from);
        tables.turn(to);
        Ok(())
    }

    async fn keys_of(&self, id: IncidentId, limit: usize) -> PortResult<Vec<HeldKey>> {
        let tables = self.tables();
        let held = tables.spans.iter().filter(|(_, row)| row.value.iter().any(|span| span.incident == id));
        let held = held.map(|(key, row)| HeldKey { key: key.clone(), spans: row.value.clone() });
        Ok(held.take(limit).collect())
    }

    async fn incidents_with(
        &self,
        rule: &Suppression,
        since: Timestamp,
        limit: usize,
    ) -> PortResult<Vec<IncidentId>> {
        let tables = self.tables();
        let mut newest: BTreeMap<IncidentId, Timestamp> = BTreeMap::new();
        for row in tables.findings.values().map(|row| &row.value) {
            let ended = row.finding.ended().unwrap_or_default();
            if ended >= since && covers(&rule.kind, &row.finding.kind) {
                let known = newest.entry(row.incident).or_insert(ended);
                *known = ended.max(*known);
            }
        }
        let mut found: Vec<_> = newest.into_iter().collect();
        found.sort_by_key(|(id, ended)| (Reverse(*ended), *id));
        Ok(found.into_iter().map(|(id, _)| id).take(limit).collect())
    }
}
