//! What an analyst that costs money needs besides its model: a budget, and a memory of what was answered.
//!
//! Apart from the other ports because no use case touches them: only analysts do.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soc_domain::analysis::Draft;
use soc_domain::id::sha256_hex;
use soc_domain::spend::{Day, MicroDollars, ModelCall};
use soc_domain::time::Timestamp;

use crate::error::{AnalystError, PortResult};

/// Money that somebody wants to spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Names it; whoever asks draws it anew for each call, so that no two are the same.
    pub id: String,
    /// The day that it counts on, also when it is settled on the next.
    pub day: Day,
    /// The most that may be spent.
    pub amount: MicroDollars,
}

/// Whether there was money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It is held.
    Held,
    /// The day has too little left; nothing is held.
    Refused,
}

/// What a day has spent and holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// Settled.
    pub spent: MicroDollars,
    /// Reserved and not settled. What a holder that died leaves stays here until the day is over: its call may have
    /// been made, so giving it back could spend it twice.
    pub held: MicroDollars,
}

/// The money of a day.
///
/// Of each day, what is spent and what is held is together never more than the greatest cap that was given with a
/// reservation, whoever asks at once.
#[async_trait]
pub trait Budget: Send + Sync {
    /// Holds the amount, if the day has it left under `cap`. Asking again with the same id, day and amount is success
    /// and holds it once, until it is settled.
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved>;
    /// Puts what was spent in place of what is held; of more than was held, only what was held. Settling again, and
    /// settling what is not held, changes nothing.
    async fn settle(&self, held: &Reservation, spent: MicroDollars) -> PortResult<()>;
    /// The balance of a day.
    async fn of_day(&self, day: &Day) -> PortResult<Balance>;
}

/// Names a question to a model: the same question has the same key.
///
/// Derived from the evidence as it is shown, which names its incident, from the deterministic verdict, and from the
/// model with its prompt and schema. What changes none of these, such as a further generation or a new policy, asks
/// nothing new, so its answer is not paid again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionKey(String);

impl DecisionKey {
    /// The key of a question with these parts.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        Self(sha256_hex(parts))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DecisionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came of a question, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The draft, which nobody has checked yet, or why there is none.
    pub outcome: Result<Draft, AnalystError>,
    /// The calls that were made for it.
    pub calls: Vec<ModelCall>,
}

impl Answer {
    /// An answer that cost nothing.
    #[must_use]
    pub const fn free(outcome: Result<Draft, AnalystError>) -> Self {
        Self { outcome, calls: Vec::new() }
    }
}

/// What models answered, so that a question that is repeated is paid once.
#[async_trait]
pub trait Answers: Send + Sync {
    /// The answer to a question, if it is kept.
    async fn get(&self, key: &DecisionKey) -> PortResult<Option<Answer>>;
    /// Keeps an answer, at least for some days. If there is one, that one stays.
    async fn keep(&self, key: &DecisionKey, answer: &Answer, at: Timestamp) -> PortResult<()>;
    /// When a model last answered with a schema; `ready` names both.
    async fn ready_at(&self, ready: &str) -> PortResult<Option<Timestamp>>;
    /// Remembers that it did. An earlier moment than the one that is remembered changes nothing.
    async fn was_ready(&self, ready: &str, at: Timestamp) -> PortResult<()>;
}
