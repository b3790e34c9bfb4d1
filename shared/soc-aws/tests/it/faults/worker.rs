//! One invocation of a use case: on a store of its own over the network, and on an account behind the same weather.

use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use soc_aws::dynamodb::Store;
use soc_domain::action::{Action, Change, Observation, Target};
use soc_domain::analysis::Draft;
use soc_domain::id::{ActionId, FindingId, IncidentId};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_guard::redact::Redactor;
use soc_pipeline::error::{AnalystError, PortError, PortErrorKind, PortResult};
use soc_pipeline::handlers::World;
use soc_pipeline::ingest::Ingest;
use soc_pipeline::ports::{
    Account, Actions, Analyst, Clock, Confirmation, Cursor, Question, RecentPage, Report, Reported, Sources,
};
use soc_testkit::memory::{Memory, MemoryAccount};

use super::network::{Fate, Network};

/// The hard deadline of an invocation and a minute.
pub(crate) const LEASE: Duration = Duration::from_secs(120);

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&[7; 32]).unwrap());
/// The default, with containment that a run can wait for.
pub(crate) static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::parse(&DEFAULT.replace("expiry = \"24h\"", "expiry = \"3h\"")).unwrap());

/// The clock of a run.
#[derive(Debug, Default)]
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now.as_millis())))
    }

    pub(crate) fn forward(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// A guarantee that is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// An action is written whatever its row is by now.
    UnconditionalSave,
    /// A batch acknowledges the records that failed.
    AcknowledgeOnError,
}

/// What lies outside and outlives every worker.
pub(crate) struct Outside {
    pub(crate) account: MemoryAccount,
    pub(crate) executions: Memory,
    pub(crate) clock: Arc<Hands>,
}

/// One worker.
pub(crate) struct Worker {
    pub(crate) outside: Arc<Outside>,
    pub(crate) store: Store,
    pub(crate) network: Network,
    pub(crate) mutation: Option<Mutation>,
}

impl Worker {
    /// Does `work` unless the worker dies over it.
    pub(crate) async fn live<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.network.died.notified() => None,
        }
    }

    pub(crate) fn ingest(&self) -> Ingest<'_> {
        let store = &self.store;
        Ingest {
            findings: store,
            incidents: store,
            correlations: store,
            quarantine: store,
            events: store,
            ledger: store,
            policy: &POLICY,
        }
    }

    pub(crate) fn world(&self) -> World<'_> {
        let store = &self.store;
        World {
            findings: store,
            incidents: store,
            dossier: store,
            actions: match self.mutation {
                Some(Mutation::UnconditionalSave) => self,
                Some(Mutation::AcknowledgeOnError) | None => store,
            },
            approvals: store,
            workflows: &self.outside.executions,
            account: self,
            sources: self,
            analyst: self,
            redactor: &REDACTOR,
            notifiers: &self.outside.executions,
            ledger: store,
            suppressions: store,
            clock: &*self.outside.clock,
            policy: &POLICY,
            lease: LEASE,
        }
    }
}

#[async_trait]
impl Account for Worker {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.outside.account.observe(target).await
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        let fails = |kind| Err(PortError::new(kind, "change a resource"));
        let account = &self.outside.account;
        match self.network.sky.fate() {
            Fate::DroppedBefore | Fate::Down => fails(PortErrorKind::Unavailable),
            Fate::Throttled => fails(PortErrorKind::Throttled),
            Fate::CrashBefore => {
                self.network.die().await;
                Ok(())
            }
            Fate::DroppedAfter => {
                account.apply(target, change).await?;
                fails(PortErrorKind::Timeout)
            }
            Fate::CrashAfter => {
                account.apply(target, change).await?;
                self.network.die().await;
                Ok(())
            }
            Fate::Delayed => {
                tokio::time::sleep(Duration::from_millis(5)).await;
                account.apply(target, change).await
            }
            Fate::Stale | Fate::Well => account.apply(target, change).await,
        }
    }
}

#[async_trait]
impl Sources for Worker {
    async fn confirm(&self, _id: FindingId) -> PortResult<Confirmation> {
        Ok(Confirmation::Confirmed)
    }

    async fn recent(&self, _since: Timestamp, _from: Option<&Cursor>) -> PortResult<RecentPage> {
        Ok(RecentPage::default())
    }

    async fn report(&self, _id: FindingId, _report: Report<'_>) -> PortResult<Reported> {
        Ok(Reported::NobodyToTell)
    }
}

#[async_trait]
impl Analyst for Worker {
    fn name(&self) -> &str {
        "echo"
    }

    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError> {
        Ok(Draft {
            verdict: question.floor.verdict,
            confidence: question.floor.confidence,
            summary: "As the rules say.".to_owned(),
            claims: Vec::new(),
            next_steps: Vec::new(),
        })
    }
}

/// The store without the condition of `save`.
#[async_trait]
impl Actions for Worker {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        Actions::get(&self.store, id).await
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        Actions::of_incident(&self.store, id).await
    }

    async fn save(&self, action: &Action, _expected: Option<u32>) -> PortResult<()> {
        let now = Actions::get(&self.store, action.id).await?;
        Actions::save(&self.store, action, now.map(|now| now.epoch)).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        self.store.due(now, limit).await
    }

    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        self.store.done_since(account, since).await
    }
}
