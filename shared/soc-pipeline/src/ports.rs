//! What the use cases need from the world, one trait for each need.
//!
//! Each method's doc is its guarantee; a conformance suite in soc-testkit holds every adapter to it. Domain
//! types only. A use case takes only the ports that it may touch, so its signature says what it can do.

mod anchors;
pub mod desk;
mod model;
mod people;
mod products;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soc_domain::action::{Action, Change, Observation, Target};
use soc_domain::analysis::{Analysis, Draft};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::assess::Assessment;
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::finding::{Finding, Gap, Route};
use soc_domain::id::{ActionId, EventKey, FindingId, IncidentId, QuarantineId};
use soc_domain::incident::Incident;
use soc_domain::notice::Notice;
use soc_domain::plan::Plan;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Judgement;
use soc_ledger::Draft as LedgerDraft;

use crate::analyze::Examined;
use crate::error::{AnalystError, PortResult};

pub use self::anchors::Anchors;
pub use self::model::{Answer, Answers, Balance, Budget, DecisionKey, Reservation, Reserved};
pub use people::{Comments, Commit, Expected, HeldKey, Holdings, Jobs, MOST_ROWS, Operations, Suppressions};
pub use products::{
    Confirmation, Cursor, NotPut, RecentPage, Report, Reported, Sources, Stream, StreamRecord,
};

/// The version of a row when it was read. It never leaves the store and the use case that writes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowVersion(pub u64);

/// A value and the version that it was read with.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// Its version; a write must name it.
    pub version: RowVersion,
}

/// Who vouches for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// The owner gave it (command line, file), or it was read at its product: nothing further is asked.
    Owner,
    /// It came over a bus or the network: nothing is done until its product confirms it.
    Bus,
}

/// A finding as the store has it.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingRow {
    /// The finding, all revisions folded.
    pub finding: Finding,
    /// What was missing or odd in the newest revision.
    pub gaps: Vec<Gap>,
    /// The incident that it is in.
    pub incident: IncidentId,
    /// The routes by which it has come.
    pub routes: Vec<Route>,
    /// How many different events said so.
    pub emissions: u64,
    /// Who vouches for all that it says: Bus as soon as the bus changed anything of it.
    pub origin: Origin,
}

/// One write of a finding: all of it, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct FindingWrite<'a> {
    /// The row as it shall be.
    pub row: &'a FindingRow,
    /// The event that says so: `seen` afterwards.
    pub event: EventKey,
    /// The record's own bytes: kept as evidence.
    pub raw: &'a [u8],
    /// When it arrived.
    pub at: Timestamp,
}

/// Findings of an incident: some, and how many there are.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentFindings {
    /// The gravest and newest.
    pub findings: Vec<Finding>,
    /// All of them.
    pub total: u64,
}

/// Findings and the events that brought them.
#[async_trait]
pub trait Findings: Send + Sync {
    /// The finding, if it was recorded. It may be an older row, with that row's version.
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>>;
    /// Whether `record` has succeeded for this event.
    async fn seen(&self, event: EventKey) -> PortResult<bool>;
    /// Writes row, event and raw bytes in one step, if the row still has the version `expected` (none: is
    /// absent). Of two writers with the same expectation exactly one succeeds; the other gets Conflict.
    async fn record(&self, write: FindingWrite<'_>, expected: Option<RowVersion>) -> PortResult<()>;
    /// Adds one to the finding's duplicates. Never a Conflict: it is an addition, not a versioned write.
    async fn count_duplicate(&self, id: FindingId) -> PortResult<()>;
    /// At most `limit` findings of an incident, the gravest first, of equals the newest first.
    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings>;
    /// Gives all findings of one incident to another.
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()>;
}

/// A message that must go out if, and only if, the incident's write is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StartWorkflow {
    /// The incident.
    pub incident: IncidentId,
    /// The generation to handle.
    pub generation: u32,
}

/// Incidents and their outgoing messages.
#[async_trait]
pub trait Incidents: Send + Sync {
    /// The incident, if there is one: as the newest write left it that had returned before, never older. Whether a
    /// generation still counts is read here.
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>>;
    /// Writes the incident and its message in one step, if it still has the version `expected` (none: is
    /// absent); else Conflict. Answers the new version.
    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion>;
    /// Incidents whose put-off generation is due at `until`, the longest due first.
    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>>;
    /// Messages that were not confirmed as sent, the oldest first.
    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>>;
    /// Confirms that a message was sent. Confirming twice is success.
    async fn sent(&self, message: StartWorkflow) -> PortResult<()>;
    /// A finding of the incident was recorded, and the incident was not written: `desk::Changes` tells of it as of a
    /// write. A store whose findings say so by themselves has nothing to do.
    async fn touch(&self, _id: IncidentId) -> PortResult<()> {
        Ok(())
    }
}

/// Generations that nothing may go on with any more. Apart from [`Incidents`]: only a watch over the whole needs it.
#[async_trait]
pub trait Unfinished: Send + Sync {
    /// The newest generations that began before `before` and are not done, the longest waiting first: of incidents
    /// that have one, are not merged, and that nobody closed.
    async fn unfinished(&self, before: Timestamp, limit: usize) -> PortResult<Vec<StartWorkflow>>;
}

/// Correlation keys and their spans.
#[async_trait]
pub trait Correlations: Send + Sync {
    /// The spans of a key with their common version; none if the key was never seen. They may be older ones, with
    /// their version.
    async fn spans(&self, key: &CorrelationKey) -> PortResult<Option<Versioned<Vec<KeySpan>>>>;
    /// Replaces the spans of a key, if they still have the version `expected` (none: are absent); else Conflict.
    async fn set_spans(
        &self,
        key: &CorrelationKey,
        spans: &[KeySpan],
        expected: Option<RowVersion>,
    ) -> PortResult<()>;
    /// Gives all spans of one incident to another.
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()>;
}

/// What the stages found out about one generation of an incident.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Documents {
    /// By triage.
    pub assessment: Option<Assessment>,
    /// The deterministic verdict.
    pub judgement: Option<Judgement>,
    /// By the analyst, checked.
    pub analysis: Option<Analysis>,
    /// By the plan.
    pub plan: Option<Plan>,
}

/// One document to keep.
#[derive(Debug, Clone, Copy)]
pub enum Document<'a> {
    /// By triage.
    Assessment(&'a Assessment),
    /// The deterministic verdict.
    Judgement(&'a Judgement),
    /// By the analyst, checked.
    Analysis(&'a Analysis),
    /// By the plan.
    Plan(&'a Plan),
}

/// Documents of incidents, by generation.
#[async_trait]
pub trait Dossier: Send + Sync {
    /// Keeps a document; the same kind for the same generation replaces it.
    async fn keep(&self, incident: IncidentId, generation: u32, document: Document<'_>) -> PortResult<()>;
    /// The newest document of each kind up to `generation`.
    async fn fetch(&self, incident: IncidentId, generation: u32) -> PortResult<Documents>;
}

/// A record that could not be read, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Derived from source, position and bytes, and for a bus from the bytes: the same record is quarantined once.
    pub id: QuarantineId,
    /// Where it came from: a file's name, `-`, a stream.
    pub source: String,
    /// The byte at which it begins in its source.
    pub offset: u64,
    /// The line at which it begins in its source, from 1.
    pub line: u64,
    /// Why it could not be read, in our words.
    pub reason: String,
    /// How many bytes it has.
    pub length: u64,
    /// When it came.
    pub at: Timestamp,
    /// The bytes, or the name of the file that has them.
    pub raw: RawBytes,
    /// How often it was read again since.
    pub replays: u32,
}

/// Where the bytes of a quarantined record are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawBytes {
    /// Here.
    Inline(Vec<u8>),
    /// In a file of this name in the data folder, because they are many.
    Spilled(String),
}

/// Records that could not be read.
#[async_trait]
pub trait Quarantine: Send + Sync {
    /// Keeps a record. Answers false if the same one is kept already.
    async fn put(&self, record: &Quarantined) -> PortResult<bool>;
    /// The record, if it is kept.
    async fn get(&self, id: QuarantineId) -> PortResult<Option<Quarantined>>;
    /// The newest records first, without their bytes.
    async fn list(&self, limit: usize) -> PortResult<Vec<Quarantined>>;
    /// Takes a record out because it could be read at last.
    async fn release(&self, id: QuarantineId) -> PortResult<()>;
}

/// An event that is no finding, kept for detection.
#[derive(Debug, Clone, Copy)]
pub struct KeptEvent<'a> {
    /// What the envelope says.
    pub event: &'a soc_domain::wire::Event,
    /// The event's own bytes.
    pub raw: &'a [u8],
    /// When it came.
    pub at: Timestamp,
}

/// Events that are no findings.
#[async_trait]
pub trait Events: Send + Sync {
    /// Keeps an event. Answers false if the same one (by its bytes) is kept already.
    async fn keep(&self, event: KeptEvent<'_>) -> PortResult<bool>;
}

/// What a waiting execution is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resume {
    /// Every question is decided.
    Decided,
    /// A newer generation took over.
    Superseded,
}

/// Executions of the incident workflow.
#[async_trait]
pub trait Workflows: Send + Sync {
    /// Starts the execution of a generation. Starting it again is success and starts nothing.
    async fn start(&self, message: StartWorkflow) -> PortResult<()>;
    /// Remembers the token with which the waiting execution can be told. The newest token counts.
    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> PortResult<()>;
    /// Tells the waiting execution. If nobody waits (any more, or yet), it is remembered and is success.
    async fn resume(&self, waiting: StartWorkflow, with: Resume) -> PortResult<()>;
}

/// A question to an analyst: redacted, always.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The evidence document, redacted: claims point into it.
    pub evidence: &'a soc_guard::redacted::Redacted,
    /// The deterministic verdict, which the answer may raise and never lower.
    pub floor: &'a Judgement,
}

/// Whoever explains an incident. It advises; it never decides.
#[async_trait]
pub trait Analyst: Send + Sync {
    /// Its name, or the model's.
    fn name(&self) -> &str;
    /// Its answer, which nobody has checked yet.
    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError>;
    /// Its answer with what it cost. Whoever costs nothing need not say so.
    async fn answer(&self, question: Question<'_>) -> Answer {
        Answer::free(self.analyse(question).await)
    }
    /// What came of asking about this incident ahead of its stage, if somebody did. It counts only if the evidence
    /// is still the same.
    fn examined(&self, _incident: IncidentId) -> Option<Examined> {
        None
    }
}

/// Accounts that actions are done in.
#[async_trait]
pub trait Account: Send + Sync {
    /// What is there now; none if there is no such resource.
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>>;
    /// Makes the change. An error does not say that it was not made: observe.
    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()>;
}

/// Records of actions.
#[async_trait]
pub trait Actions: Send + Sync {
    /// The action, if it was planned. It may be an older row, with that row's epoch.
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>>;
    /// All actions of an incident, in the order of their ids, as the newest writes left them that had returned before.
    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>>;
    /// Writes `action` if it is absent (`expected` none), or still has the epoch `expected`; else Conflict.
    /// An Intent or a `ReverseIntent` is on disk, surviving a power cut, when this returns.
    async fn save(&self, action: &Action, expected: Option<u32>) -> PortResult<()>;
    /// Actions whose containment has expired, or whose intent is past its lease, at `now`.
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>>;
    /// How many actions took effect in an account since `since`, or may have: whatever has a `done_at`, in any state.
    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32>;
}

/// Questions to people, one row for each action and generation that asks. The row is the truth.
#[async_trait]
pub trait Approvals: Send + Sync {
    /// The newest question about an action. It may be an older row, with that row's version.
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>>;
    /// Writes `approval`, if the row of its action and generation still has the version `expected` (none: is
    /// absent); else Conflict.
    async fn save(&self, approval: &Approval, expected: Option<RowVersion>) -> PortResult<RowVersion>;
    /// The questions of an incident, as the newest writes left them that had returned before.
    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Versioned<Approval>>>;
    /// Questions in `state`, those that expire first first.
    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>>;
}

/// People who are told.
#[async_trait]
pub trait Notifiers: Send + Sync {
    /// Sends a notice. A notice with a key that was sent before is not sent again.
    async fn send(&self, notice: &Notice) -> PortResult<()>;
}

/// The audit chain.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Appends an entry to its chain. Entries are never changed or removed.
    async fn append(&self, draft: LedgerDraft, at: Timestamp) -> PortResult<()>;
}

/// Our clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}
