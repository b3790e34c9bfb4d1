//! Health: whether what we depend on answers, and how fast. States and milliseconds; no names, no ARNs, no reasons.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::Ask;

/// Whoever gives no answer in this time is down.
const PATIENCE: Duration = Duration::from_secs(3);

/// One thing that we depend on.
#[derive(Clone)]
pub struct Part {
    name: &'static str,
    check: Arc<Ask<()>>,
}

impl Part {
    /// A part and how it is asked.
    #[must_use]
    pub fn new(name: &'static str, check: Ask<()>) -> Self {
        Self { name, check: Arc::new(check) }
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Part").field(&self.name).finish()
    }
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It answered.
    Up,
    /// It did not, or with an error.
    Down,
}

/// What a part answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// How it is.
    pub state: State,
    /// How long it took to say so.
    pub latency_ms: u64,
}

/// Asks every part at once.
pub async fn look(parts: &[Part]) -> BTreeMap<&'static str, Seen> {
    let mut asked = JoinSet::new();
    for part in parts.iter().cloned() {
        asked.spawn(async move {
            let began = Instant::now();
            let answer = timeout(PATIENCE, (part.check)()).await;
            let state = if matches!(answer, Ok(Ok(()))) { State::Up } else { State::Down };
            let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            (part.name, Seen { state, latency_ms })
        });
    }
    // A check that panicked is down like any other that gave no answer.
    let down = Seen { state: State::Down, latency_ms: 0 };
    let mut seen: BTreeMap<_, _> = parts.iter().map(|part| (part.name, down)).collect();
    while let Some(answered) = asked.join_next().await {
        seen.extend(answered.ok());
    }
    seen
}
