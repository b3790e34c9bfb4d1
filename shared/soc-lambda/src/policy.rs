//! The policy of a running function: read again when it is older than a minute, so that the kill switch takes effect
//! on the next step and not on the next cold start.

use std::sync::Arc;
use std::time::Duration;

use soc_domain::policy::{Mode, Policy};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortResult, StageError};
use soc_pipeline::ports::Clock;
use tokio::sync::Mutex;

use crate::{Ask, SystemClock, ask};

/// How old a policy may be.
const FRESH: Duration = Duration::from_secs(60);

/// What happens when the policy cannot be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// Nothing: whoever may change an account acts on no policy that may be withdrawn.
    Refuse,
    /// The last good one holds: taking findings in must not end with a typing error.
    Keep,
}

/// The policy, as young as it must be.
pub struct Policies {
    text: Ask<Vec<u8>>,
    ceiling: Mode,
    stale: Stale,
    clock: Arc<dyn Clock>,
    known: Mutex<Option<(Timestamp, Arc<Policy>)>>,
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policies").field("ceiling", &self.ceiling).finish_non_exhaustive()
    }
}

impl Policies {
    /// The policy that `text` answers, under the mode that the deployment allows at most.
    pub fn new(text: Ask<Vec<u8>>, (ceiling, stale): (Mode, Stale), clock: Arc<dyn Clock>) -> Self {
        Self { text, ceiling, stale, clock, known: Mutex::new(None) }
    }

    /// The same, by the machine's clock.
    pub fn of<F>(read: impl Fn() -> F + Send + Sync + 'static, (ceiling, stale): (Mode, Stale)) -> Self
    where
        F: Future<Output = PortResult<Vec<u8>>> + Send + 'static,
    {
        Self::new(ask(read), (ceiling, stale), Arc::new(SystemClock))
    }

    /// The policy that holds now.
    ///
    /// # Errors
    /// It cannot be read, or is none: then nothing is allowed.
    pub async fn now(&self) -> Result<Arc<Policy>, StageError> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some((read_at, policy)) = known.as_ref()
            && now >= *read_at
            && now < read_at.plus(FRESH)
        {
            return Ok(Arc::clone(policy));
        }
        match (self.parse((self.text)().await), known.as_ref(), self.stale) {
            (Ok(policy), _, _) => {
                let policy = Arc::new(policy.limited_to(self.ceiling));
                *known = Some((now, Arc::clone(&policy)));
                Ok(policy)
            }
            (Err(error), Some((_, last)), Stale::Keep) => {
                let (name, chain) = (error.name(), crate::failure::chain(&error));
                tracing::error!(error.name = name, error.chain = chain, "the last good policy still holds");
                Ok(Arc::clone(last))
            }
            (Err(error), _, _) => Err(error),
        }
    }

    fn parse(&self, text: PortResult<Vec<u8>>) -> Result<Policy, StageError> {
        let denied = |why: String| StageError::Denied { what: format!("the policy is none: {why}") };
        let text = String::from_utf8(text?).map_err(|_bytes| denied("it is not UTF-8".to_owned()))?;
        Policy::parse(&text).map_err(|error| denied(error.to_string()))
    }
}
