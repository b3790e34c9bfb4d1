//! Every port, with a fault between the caller and the real adapter.
//!
//! A call is on its way, arrives, has its effect, and its answer is on its way back; other jobs go on meanwhile.
//! What goes wrong is decided when it arrives.

mod outside;
mod people;
mod store;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use soc_domain::action::Action;
use soc_domain::approval::Approval;
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::{ActionId, FindingId};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Account, Analyst, FindingRow, Versioned};

use super::lagging::Lagging;
use super::sim::Sim;
use super::weather::{Call, Mishap};
use crate::memory::Memory;

/// How long a call is on its way, each way.
const QUICK: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(20)];
const SLOW: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(12)];
/// How long a caller waits for an answer that does not come.
const PATIENCE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// When a change lands whose caller has given up: within what an operation may take at most.
const LATE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(8)];

/// What lies behind the ports of all workers of a run.
pub struct Backend {
    /// Every port of the store.
    pub store: Arc<Memory>,
    /// Where actions are done.
    pub account: Arc<dyn Account>,
    /// Who explains.
    pub analyst: Arc<dyn Analyst>,
    findings: Lagging<FindingId, Option<Versioned<FindingRow>>>,
    spans: Lagging<CorrelationKey, Option<Versioned<Vec<KeySpan>>>>,
    actions: Lagging<ActionId, Option<Action>>,
    approvals: Lagging<ActionId, Option<Versioned<Approval>>>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Backend {
    /// These adapters, with nothing read from them yet.
    #[must_use]
    pub fn new(store: Arc<Memory>, account: Arc<dyn Account>, analyst: Arc<dyn Analyst>) -> Arc<Self> {
        Arc::new(Self {
            store,
            account,
            analyst,
            findings: Lagging::default(),
            spans: Lagging::default(),
            actions: Lagging::default(),
            approvals: Lagging::default(),
        })
    }
}

/// Every port, as one worker sees it.
#[derive(Debug, Clone)]
pub struct FaultyPorts {
    sim: Arc<Sim>,
    behind: Arc<Backend>,
    worker: u32,
}

impl FaultyPorts {
    /// The ports of a worker.
    #[must_use]
    pub fn new(sim: &Arc<Sim>, behind: &Arc<Backend>) -> Self {
        Self { sim: Arc::clone(sim), behind: Arc::clone(behind), worker: sim.next_worker() }
    }

    /// What the story says of this worker.
    #[must_use]
    pub const fn worker(&self) -> u32 {
        self.worker
    }

    /// Waits as a call does.
    async fn wait(&self, [from, to]: [Duration; 2]) {
        self.sim.pause(self.sim.span(from, to)).await;
    }

    /// One call: on its way, struck or not, and back.
    async fn pass<T: Send>(
        &self,
        call: Call,
        effect: impl Future<Output = PortResult<T>> + Send,
    ) -> PortResult<T> {
        self.wait(QUICK).await;
        let mishap = self.sim.strikes(call);
        self.suffer(mishap, call, effect).await
    }

    /// A read of one row, which a replica that lags behind may answer.
    async fn read_row<K: Ord + Send + Sync, V: Clone + PartialEq + Send>(
        &self,
        call: Call,
        (lagging, key): (&Lagging<K, V>, K),
        effect: impl Future<Output = PortResult<V>> + Send,
    ) -> PortResult<V> {
        self.wait(QUICK).await;
        let mishap = self.sim.strikes(call);
        let current = self.suffer(mishap, call, effect).await?;
        if mishap == Some(Mishap::Stale)
            && let Some(older) = lagging.before(&key, &current)
        {
            return Ok(older);
        }
        lagging.remember(key, &current);
        Ok(current)
    }

    async fn suffer<T: Send>(
        &self,
        mishap: Option<Mishap>,
        call: Call,
        effect: impl Future<Output = PortResult<T>> + Send,
    ) -> PortResult<T> {
        self.sim.note(|| match mishap {
            None => format!("worker {}: {}", self.worker, call.operation),
            Some(mishap) => format!("worker {}: {}: {mishap:?}", self.worker, call.operation),
        });
        let failed = |kind| Err(PortError::new(kind, call.operation));
        let mut way_back = QUICK;
        match mishap {
            None | Some(Mishap::Stale | Mishap::Lie) => {}
            Some(Mishap::Slow) => {
                self.wait(SLOW).await;
                way_back = SLOW;
            }
            Some(Mishap::NoAnswer | Mishap::LandsLate) => {
                self.wait(PATIENCE).await;
                return failed(PortErrorKind::Timeout);
            }
            Some(Mishap::LostResponse) => {
                drop(effect.await);
                self.wait(PATIENCE).await;
                return failed(PortErrorKind::Timeout);
            }
            Some(Mishap::Throttled) => return failed(PortErrorKind::Throttled),
            Some(Mishap::Down) => return failed(PortErrorKind::Unavailable),
            Some(Mishap::CrashBefore) => self.sim.crash().await,
            Some(Mishap::CrashAfter) => {
                drop(effect.await);
                self.sim.crash().await;
                return failed(PortErrorKind::Timeout);
            }
        }
        let answer = effect.await;
        if let Err(error) = &answer {
            self.sim.note(|| format!("worker {}: {error}", self.worker));
        }
        self.wait(way_back).await;
        answer
    }
}
