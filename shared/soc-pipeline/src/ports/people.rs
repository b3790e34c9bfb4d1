//! What people's changes need of a store: one step that keeps a change whole, and what reads it back.

use async_trait::async_trait;
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::{CommentId, FindingId, IncidentId, JobId, OperationId, SuppressionId};
use soc_domain::incident::Incident;
use soc_domain::people::{Comment, Job, Operation, PeopleSuppression};
use soc_domain::policy::Suppression;
use soc_domain::time::Timestamp;
use soc_ledger::Draft as LedgerDraft;

use super::{RowVersion, StartWorkflow, Versioned};
use crate::error::PortResult;

/// A value, and the version that its row must still have; none: it must be absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected<T> {
    /// The value to write.
    pub value: T,
    /// What the row must still be.
    pub expected: Option<RowVersion>,
}

impl<T> Expected<T> {
    /// A row that must not be there yet.
    pub const fn absent(value: T) -> Self {
        Self { value, expected: None }
    }

    /// A row that must still have `version`.
    pub const fn still(value: T, version: RowVersion) -> Self {
        Self { value, expected: Some(version) }
    }
}

/// All that one step of a change writes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Commit {
    /// The incidents that it changes.
    pub incidents: Vec<Expected<Incident>>,
    /// What was done.
    pub operations: Vec<Expected<Operation>>,
    /// The bulks that go on by it.
    pub jobs: Vec<Expected<Job>>,
    /// Comments that are added or struck.
    pub comments: Vec<Expected<Comment>>,
    /// Suppressions.
    pub suppressions: Vec<Expected<PeopleSuppression>>,
    /// Executions to start.
    pub messages: Vec<StartWorkflow>,
    /// Entries of the ledger, in their order.
    pub entries: Vec<LedgerDraft>,
}

/// What people did.
#[async_trait]
pub trait Operations: Send + Sync {
    /// Writes all of it in one step, or nothing. Conflict, if a row is not as it is expected to be: of two that expect
    /// the same exactly one succeeds. A step has at most [`MOST_ROWS`] rows: each entry of the ledger is two, and so is a
    /// comment or a suppression that must not be there yet.
    async fn commit(&self, commit: &Commit, at: Timestamp) -> PortResult<()>;
    /// The operation, as the newest write left it that had returned before.
    async fn get(&self, id: OperationId) -> PortResult<Option<Versioned<Operation>>>;
    /// Operations that are under way, the oldest first: whoever began them may have died.
    async fn under_way(&self, limit: usize) -> PortResult<Vec<OperationId>>;
}

/// As many rows as a store may have to write in one step (DynamoDB, "`TransactWriteItems`").
pub const MOST_ROWS: usize = 100;

/// What people wrote.
#[async_trait]
pub trait Comments: Send + Sync {
    /// The comment, if there is one.
    async fn get(&self, id: CommentId) -> PortResult<Option<Versioned<Comment>>>;
    /// At most `limit` comments of an incident, the newest first; struck ones too, without their text.
    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<Vec<Comment>>;
}

/// Bulks of changes.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// The bulk, as the newest write left it that had returned before.
    async fn get(&self, id: JobId) -> PortResult<Option<Versioned<Job>>>;
    /// Bulks that are not done, the oldest first.
    async fn running(&self, limit: usize) -> PortResult<Vec<JobId>>;
}

/// Suppressions that people agreed on.
#[async_trait]
pub trait Suppressions: Send + Sync {
    /// Those that may hold at `now`: not removed and not ended. Whether a second person consented is not asked here.
    async fn standing(&self, now: Timestamp) -> PortResult<Vec<PeopleSuppression>>;
    /// The suppression, if there is one.
    async fn get(&self, id: SuppressionId) -> PortResult<Option<Versioned<PeopleSuppression>>>;
    /// At most `limit` of all, the newest first.
    async fn list(&self, limit: usize) -> PortResult<Vec<PeopleSuppression>>;
}

/// A key and all of its spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    /// The key.
    pub key: CorrelationKey,
    /// Its spans, of every incident.
    pub spans: Vec<KeySpan>,
}

/// What an incident holds, piece by piece: to move some of it, and to know what was moved.
#[async_trait]
pub trait Holdings: Send + Sync {
    /// At most `limit` findings of an incident after `after`, in the order of their ids.
    async fn findings_of(
        &self,
        id: IncidentId,
        after: Option<FindingId>,
        limit: usize,
    ) -> PortResult<Vec<FindingId>>;
    /// Gives those of `findings` that are in `from` to `to`; the others stay where they are. Again is success, and a
    /// call that fails may have given some.
    async fn give(&self, findings: &[FindingId], from: IncidentId, to: IncidentId) -> PortResult<()>;
    /// At most `limit` keys that have a span of an incident, in the order of their texts.
    async fn keys_of(&self, id: IncidentId, limit: usize) -> PortResult<Vec<HeldKey>>;
    /// At most `limit` incidents with a finding of `rule`'s type that was active at `since` or later, the newest
    /// activity first. Account and resource need not be looked at.
    async fn incidents_with(
        &self,
        rule: &Suppression,
        since: Timestamp,
        limit: usize,
    ) -> PortResult<Vec<IncidentId>>;
}
