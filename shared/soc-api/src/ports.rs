//! What the API needs beside the ports of the stages: things that each form of ai-soc does in its own way.
//!
//! Apart from `soc_pipeline::ports` because no stage needs them. Each method's doc is its guarantee.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use soc_domain::action::Action;
use soc_domain::id::{ActionId, QuarantineId};
use soc_domain::policy::Policy;
use soc_guard::redact::Redactor;
use soc_pipeline::error::{PortResult, StageError};
use soc_pipeline::reverse::NotReversed;

/// Whether one part of the system answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartState {
    /// It answers.
    pub up: bool,
    /// How long it took.
    pub latency: Duration,
}

/// The parts of the system.
#[async_trait]
pub trait Parts: Send + Sync {
    /// Every part by name, asked now.
    async fn look(&self) -> BTreeMap<String, PartState>;
}

/// What came of a wish to undo an action.
#[derive(Debug)]
pub enum Undone {
    /// It is undone.
    Reversed(Box<Action>),
    /// Whoever drives will undo it, or refuse; nothing is known yet.
    LeftToRunner,
}

/// Undoing actions.
#[async_trait]
pub trait Reversals: Send + Sync {
    /// Undoes the action for a person, under every condition of `Reversing`. What is answered with `LeftToRunner` is
    /// written down, and done even if this process ends.
    async fn reverse(&self, id: ActionId, person: &str) -> Result<Undone, NotReversed>;
    /// Whoever drives may look now: something was decided. It looks by itself in a while too.
    async fn look(&self);
}

/// What came of reading a quarantined record again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadAgain {
    /// It could be read, came in, and is quarantined no more.
    Read,
    /// It still cannot be read, and stays.
    StillUnreadable {
        /// Why, in our words.
        reason: String,
    },
}

/// Reading quarantined records again.
#[async_trait]
pub trait Replays: Send + Sync {
    /// Reads the record with the readers of this version; `NotFound` if there is none. Doing it twice takes nothing in
    /// twice.
    async fn replay(&self, id: QuarantineId) -> PortResult<ReadAgain>;
    /// The first bytes of a quarantined record, at most `most`, wherever they are kept.
    async fn bytes(&self, id: QuarantineId, most: usize) -> PortResult<Option<Vec<u8>>>;
}

/// A way to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// What it is called.
    pub name: String,
    /// What it is: `webhook`, `file`, `sns`.
    pub kind: &'static str,
    /// Whether it works, in a word: `ready`, `off`, `failing`.
    pub state: &'static str,
    /// More, in our words.
    pub detail: String,
}

/// Ways to people.
#[async_trait]
pub trait Channels: Send + Sync {
    /// All of them.
    async fn list(&self) -> PortResult<Vec<Channel>>;
    /// Sends a test that says that it is one; none if there is no such channel. The answer says in our words what came
    /// of it.
    async fn test(&self, name: &str) -> PortResult<Option<Result<String, String>>>;
}

/// Money for models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Today, in millionths of a dollar.
    pub today: u64,
    /// The most for a day, if there is a limit.
    pub cap: Option<u64>,
}

/// What asking models costs.
#[async_trait]
pub trait Purse: Send + Sync {
    /// As of now.
    async fn spent(&self) -> PortResult<Spent>;
}

/// What holds for everybody: asked when it is needed, so that whoever needs neither is answered without.
#[async_trait]
pub trait Standing: Send + Sync {
    /// What people decided beforehand, as it holds now.
    async fn policy(&self) -> Result<Arc<Policy>, StageError>;
    /// What stands before every evidence that is shown.
    async fn redactor(&self) -> Result<Arc<Redactor>, StageError>;
}

/// What holds as long as the process runs.
#[derive(Clone)]
pub struct Settled {
    /// What people decided beforehand.
    pub policy: Arc<Policy>,
    /// What stands before every evidence that is shown.
    pub redactor: Arc<Redactor>,
}

#[async_trait]
impl Standing for Settled {
    async fn policy(&self) -> Result<Arc<Policy>, StageError> {
        Ok(Arc::clone(&self.policy))
    }

    async fn redactor(&self) -> Result<Arc<Redactor>, StageError> {
        Ok(Arc::clone(&self.redactor))
    }
}

/// What a deployment is, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What runs.
    pub release: String,
    /// Which of several installations it is.
    pub environment: String,
    /// Where it runs.
    pub form: Form,
    /// The model that explains incidents; none for rules.
    pub model: Option<String>,
}

/// Where ai-soc runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// On one machine.
    Local,
    /// On AWS.
    Aws,
}
