//! What people read: the queue, what changed, an incident's file, lists, the audit chains, figures, entities.
//!
//! Apart from the ports of the stages because no decision is made on what these answer. They may be some moments old
//! (DynamoDB answers lists from indexes), and nothing here writes. Invariants:
//! - a page is at most as long as `limit`; `next` is none exactly if nothing comes after it;
//! - paging from place to place lists each row exactly once whose place in the order does not change meanwhile; one that
//!   moves while somebody pages may come twice or not at all, and then [`Changes`] names it after the first page's turn;
//! - text in what is answered is hostile, as it is in findings.

mod figures;
mod queue;

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soc_domain::action::{Action, ActionKind, ActionState};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::finding::{Finding, Principal, ResourceKind};
use soc_domain::id::{ActionId, FindingId, IncidentId, QuarantineId};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_ledger::{Entry, Head};

use super::{FindingRow, Quarantined};
use crate::error::PortResult;

pub use figures::{
    Case, DayCount, Figures, InputFigures, PipelineFigures, StageFigures, TechniqueCount, Window,
};
pub use queue::{
    Assignee, Fold, Pattern, Queue, QueueAsk, QueueCounts, QueueFilter, QueuePage, QueuePlace, QueueRow,
    QueueSort,
};

/// Some of a list, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none at the end.
    pub next: Option<P>,
}

/// Where one page begins, and how long it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAsk<P> {
    /// Behind this place; none for the first page.
    pub after: Option<P>,
    /// At most so many rows; 0 is taken as 1.
    pub limit: usize,
}

impl<P> PageAsk<P> {
    /// The first page.
    #[must_use]
    pub const fn start(limit: usize) -> Self {
        Self { after: None, limit }
    }

    /// The page behind a place.
    #[must_use]
    pub const fn after(place: P, limit: usize) -> Self {
        Self { after: Some(place), limit }
    }
}

/// How far a reader of changes has come: turns grow with each incident that is written, and none comes twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Turn(pub u64);

/// What changed, and what waits for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Ask from here on next time.
    pub cursor: Turn,
    /// The incidents that were written since, each once, those that were written first first.
    pub incidents: Vec<IncidentId>,
    /// Further incidents changed, which did not fit: ask again at once.
    pub more: bool,
    /// Questions that wait for people.
    pub approvals_waiting: u64,
    /// Quarantined records.
    pub quarantine: u64,
}

/// What changed since somebody last looked. Cheap: it is asked every few seconds by everybody.
#[async_trait]
pub trait Changes: Send + Sync {
    /// The incidents that were written after `after`, at most `limit`, with the cursor to go on from. Without `after`
    /// nothing but the present cursor and the counts.
    ///
    /// Whoever goes on from cursor to cursor is told of every write that returned before the last question, at least once
    /// for the newest write of each incident. It may be told more often than there was a change. A cursor beyond the
    /// newest turn is of another store: everything has changed since.
    async fn changed(&self, after: Option<Turn>, limit: usize) -> PortResult<Changed>;
}

/// A finding as it is filed.
#[derive(Debug, Clone, PartialEq)]
pub struct FiledFinding {
    /// The finding, its incident, gaps, routes, origin, and how many different events said so.
    pub row: FindingRow,
    /// How often it was delivered again without news.
    pub duplicates: u64,
}

/// A place in the list of an incident's findings: the gravest first, of equals the newest, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingPlace {
    /// The effective severity.
    pub severity: Severity,
    /// The latest activity; the epoch where the finding does not say.
    pub ended: Timestamp,
    /// The finding.
    pub id: FindingId,
}

impl FindingPlace {
    /// The place of a finding.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        Self {
            severity: finding.effective_severity(),
            ended: finding.ended().unwrap_or_default(),
            id: finding.id,
        }
    }
}

/// One page of an incident's findings.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingsPage {
    /// The findings.
    pub page: Page<FiledFinding, FindingPlace>,
    /// How many the incident has.
    pub total: u64,
}

/// The findings of incidents. Documents (assessment, plan, ...) are `Dossier`'s.
#[async_trait]
pub trait Files: Send + Sync {
    /// An incident's findings, page by page: the gravest first, of equals the newest first, then by id. None for an
    /// incident that is not there.
    async fn findings(&self, incident: IncidentId, from: PageAsk<FindingPlace>) -> PortResult<FindingsPage>;
    /// One finding.
    async fn finding(&self, id: FindingId) -> PortResult<Option<FiledFinding>>;
    /// The bytes of its newest revision, as they came. They are hostile and not redacted.
    async fn raw(&self, id: FindingId) -> PortResult<Option<Vec<u8>>>;
}

/// Which actions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActionFilter {
    /// In one of these states; empty for any.
    pub states: Vec<ActionState>,
    /// Of one of these kinds; empty for any.
    pub kinds: Vec<ActionKind>,
    /// Of this incident.
    pub incident: Option<IncidentId>,
    /// In one of these accounts; empty for any.
    pub accounts: Vec<String>,
    /// On this resource, by its ARN.
    pub resource: Option<String>,
}

impl ActionFilter {
    /// Whether `action` is one of them.
    #[must_use]
    pub fn accepts(&self, action: &Action) -> bool {
        (self.states.is_empty() || self.states.contains(&action.state))
            && (self.kinds.is_empty() || self.kinds.contains(&action.target.kind))
            && self.incident.is_none_or(|incident| incident == action.incident)
            && (self.accounts.is_empty() || self.accounts.contains(&action.target.place.account))
            && self.resource.as_ref().is_none_or(|resource| *resource == action.target.resource)
    }
}

/// A place in the list of actions: what has had no effect so far first, then the newest effect first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPlace {
    /// When it took effect.
    pub done_at: Option<Timestamp>,
    /// The action.
    pub id: ActionId,
}

impl ActionPlace {
    /// The place of an action.
    #[must_use]
    pub const fn of(action: &Action) -> Self {
        Self { done_at: action.done_at, id: action.id }
    }
}

/// A place in the list of questions: those that expire first first, then by action and generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QuestionPlace {
    /// When the answer becomes no.
    pub expires_at: Timestamp,
    /// What is asked about.
    pub action: ActionId,
    /// The generation that asks.
    pub generation: u32,
}

impl QuestionPlace {
    /// The place of a question.
    #[must_use]
    pub const fn of(question: &Approval) -> Self {
        Self { expires_at: question.expires_at, action: question.action, generation: question.generation }
    }
}

/// A place in the list of quarantined records: the newest first, of equals by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QuarantinePlace {
    /// When it came.
    pub at: Timestamp,
    /// The record.
    pub id: QuarantineId,
}

/// One page of quarantined records.
#[derive(Debug, Clone, PartialEq)]
pub struct QuarantinePage {
    /// The records, without their bytes.
    pub page: Page<Quarantined, QuarantinePlace>,
    /// How many there are.
    pub total: u64,
}

/// What waits for people, and what was done: across incidents.
#[async_trait]
pub trait Lists: Send + Sync {
    /// Actions, in the order of [`ActionPlace`].
    async fn actions(
        &self,
        filter: &ActionFilter,
        from: PageAsk<ActionPlace>,
    ) -> PortResult<Page<Action, ActionPlace>>;
    /// Questions in one of `states` (empty: any), in the order of [`QuestionPlace`].
    async fn questions(
        &self,
        states: &[ApprovalState],
        from: PageAsk<QuestionPlace>,
    ) -> PortResult<Page<Approval, QuestionPlace>>;
    /// Quarantined records, in the order of [`QuarantinePlace`]. One record with its bytes is `Quarantine::get`.
    async fn quarantined(&self, from: PageAsk<QuarantinePlace>) -> PortResult<QuarantinePage>;
}

/// A place in the ledger, newest first: by time, then by chain and place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryPlace {
    /// When the row was written, in milliseconds.
    pub at_ms: i64,
    /// Its chain.
    pub chain: String,
    /// Its place in the chain.
    pub seq: u64,
}

impl EntryPlace {
    /// The place of a row.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self { at_ms: entry.at_ms, chain: entry.chain.clone(), seq: entry.seq }
    }
}

/// A place in the ledger in the order of its verification: by chain, then by place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChainPlace {
    /// The chain.
    pub chain: String,
    /// The place in it.
    pub seq: u64,
}

/// Rows of the ledger, and how far each chain reaches.
#[async_trait]
pub trait Chains: Send + Sync {
    /// The newest rows first: of one chain in the order of the chain, whatever clocks said; of all chains by time, then
    /// by chain, then by place in it.
    async fn newest(
        &self,
        chain: Option<&str>,
        from: PageAsk<EntryPlace>,
    ) -> PortResult<Page<Entry, EntryPlace>>;
    /// The heads, by name.
    async fn heads(&self, from: PageAsk<String>) -> PortResult<Page<Head, String>>;
    /// The head of one chain.
    async fn head(&self, chain: &str) -> PortResult<Option<Head>>;
    /// The rows of one chain, or of all, by chain and place in it: what `soc_ledger::Verifier` takes. Heads are to be
    /// read before: rows that are added meanwhile lie behind them and verify too.
    async fn oldest(
        &self,
        chain: Option<&str>,
        from: PageAsk<ChainPlace>,
    ) -> PortResult<Page<Entry, ChainPlace>>;
    /// Chains that must be there and are not: of incidents that were judged, by name, at most `limit`.
    async fn missing(&self, limit: usize) -> PortResult<Vec<String>>;
}

/// Something that findings name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A resource, by its ARN or the name that stands for one.
    Resource(String),
    /// A principal, by its name.
    Principal(String),
    /// An address at the other end, as findings write it.
    Address(String),
    /// An account, by its number.
    Account(String),
    /// An access key, by its id.
    AccessKey(String),
}

impl Entity {
    /// Whether `finding` names it. An access key is named by the principal that used it, and as a resource.
    #[must_use]
    pub fn is_in(&self, finding: &Finding) -> bool {
        let names = |kind: ResourceKind, id: &str| {
            finding.resources.iter().any(|resource| resource.kind == kind && resource.id == id)
        };
        match self {
            Self::Resource(arn) => finding.resources.iter().any(|resource| resource.arn == *arn),
            Self::Principal(name) => finding.principals.iter().any(|principal| principal.name == *name),
            Self::Address(ip) => finding.remotes.iter().any(|remote| remote.ip == *ip),
            Self::Account(account) => finding.place.account == *account,
            Self::AccessKey(key) => {
                let used = |principal: &Principal| principal.access_key_id.as_ref() == Some(key);
                finding.principals.iter().any(used) || names(ResourceKind::AwsIamAccessKey, key)
            }
        }
    }

    /// Everything that `finding` names, each once; empty names name nothing.
    #[must_use]
    pub fn all_in(finding: &Finding) -> BTreeSet<Self> {
        let mut all = BTreeSet::new();
        for resource in &finding.resources {
            all.insert(Self::Resource(resource.arn.clone()));
            if resource.kind == ResourceKind::AwsIamAccessKey {
                all.insert(Self::AccessKey(resource.id.clone()));
            }
        }
        for principal in &finding.principals {
            all.insert(Self::Principal(principal.name.clone()));
            all.extend(principal.access_key_id.clone().map(Self::AccessKey));
        }
        all.extend(finding.remotes.iter().map(|remote| Self::Address(remote.ip.clone())));
        all.insert(Self::Account(finding.place.account.clone()));
        all.retain(|entity| !entity.name().is_empty());
        all
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Resource(name)
            | Self::Principal(name)
            | Self::Address(name)
            | Self::Account(name)
            | Self::AccessKey(name) => name,
        }
    }
}

/// What is known of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityFacts {
    /// The incidents that findings with it are in, those with the latest activity first: at most as many as were asked
    /// for. What was merged away is left out; its findings are in the incident that it became part of.
    pub incidents: Vec<IncidentId>,
    /// How many incidents there are.
    pub incidents_total: u64,
    /// How many findings name it.
    pub findings: u64,
    /// The earliest activity of those findings.
    pub first_seen: Option<Timestamp>,
    /// The latest.
    pub last_seen: Option<Timestamp>,
    /// Where those findings are.
    pub accounts: Vec<String>,
    /// The ATT&CK tactics of those findings, by name.
    pub tactics: Vec<String>,
}

/// Things that findings name, across incidents.
#[async_trait]
pub trait Entities: Send + Sync {
    /// What is known of an entity, with the first `limit` incidents; none if no finding names it. A finding that came
    /// within the last seconds may be missing.
    async fn entity(&self, entity: &Entity, limit: usize) -> PortResult<Option<EntityFacts>>;
}
