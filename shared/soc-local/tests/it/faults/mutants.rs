//! The protocol with one of its guarantees broken. Each must be found out by the suite, or the suite proves nothing.
//!
//! Apart from production code, which has no switches for tests: a mutant is a port that breaks what the use case
//! relies on.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use soc_domain::action::{Action, ActionState, Change, Observation, Target};
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Account, Actions, Resume, StartWorkflow, Workflows};
use soc_testkit::faults::FaultyPorts;
use soc_testkit::memory::Memory;

/// A guarantee, broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// A retry does not find the intent of the try before.
    RetryWithoutKey,
    /// A failed change deletes its own lease.
    LeaseDeletedOnError,
    /// Whoever takes over does not look: it sees what was there in the beginning.
    NoObserveStep,
    /// The lease ends while its holder may still be at work.
    ShortLease,
    /// A batch acknowledges the records that failed.
    AcknowledgeOnError,
    /// The word that a generation is superseded is given twice: the second time to the one that took over.
    SupersedeTwice,
}

pub(crate) fn actions(mutation: Option<&Mutation>, ports: FaultyPorts) -> Box<dyn Actions> {
    match mutation {
        Some(Mutation::RetryWithoutKey) => Box::new(Forgetful(ports)),
        _ => Box::new(ports),
    }
}

pub(crate) fn account(
    mutation: Option<&Mutation>,
    ports: FaultyPorts,
    store: &Arc<Memory>,
) -> Box<dyn Account> {
    match mutation {
        Some(Mutation::LeaseDeletedOnError) => Box::new(Hasty { ports, store: Arc::clone(store) }),
        Some(Mutation::NoObserveStep) => Box::new(Blind { ports, acted: Mutex::new(false) }),
        _ => Box::new(ports),
    }
}

pub(crate) fn workflows(mutation: Option<&Mutation>, ports: FaultyPorts) -> Box<dyn Workflows> {
    match mutation {
        Some(Mutation::SupersedeTwice) => Box::new(Stutter(ports)),
        _ => Box::new(ports),
    }
}

/// Actions whose intents nobody finds: they look as if they had only been planned.
struct Forgetful(FaultyPorts);

fn forgotten(mut action: Action) -> Action {
    if action.state == ActionState::Intent {
        action.state = ActionState::Planned;
        action.lease_until = None;
    }
    action
}

#[async_trait]
impl Actions for Forgetful {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        Ok(Actions::get(&self.0, id).await?.map(forgotten))
    }
    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        Ok(Actions::of_incident(&self.0, id).await?.into_iter().map(forgotten).collect())
    }
    async fn save(&self, action: &Action, expected: Option<u32>) -> PortResult<()> {
        Actions::save(&self.0, action, expected).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        self.0.due(now, limit).await
    }
    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        self.0.done_since(account, since).await
    }
}

/// An account whose errors are taken for failures: the lease is given up at once.
struct Hasty {
    ports: FaultyPorts,
    store: Arc<Memory>,
}

#[async_trait]
impl Account for Hasty {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.ports.observe(target).await
    }
    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        let answer = self.ports.apply(target, change).await;
        if answer.is_err() {
            let mut held = self.store.all_actions();
            held.retain(|action| action.target == *target && action.lease_until.is_some());
            for mut action in held {
                action.lease_until = None;
                Actions::save(&*self.store, &action, Some(action.epoch)).await?;
            }
        }
        answer
    }
}

/// An account that shows what was there in the beginning to whoever has not acted in this invocation.
struct Blind {
    ports: FaultyPorts,
    acted: Mutex<bool>,
}

#[async_trait]
impl Account for Blind {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        let now = self.ports.observe(target).await?;
        if *self.acted.lock().expect("no job panics") {
            return Ok(now);
        }
        let beginning = super::stories::resources().into_iter().find(|(arn, _)| *arn == target.resource);
        Ok(beginning.map(|(_, state)| state))
    }
    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        *self.acted.lock().expect("no job panics") = true;
        self.ports.apply(target, change).await
    }
}

/// Tells the generation that takes over what it tells the one before.
struct Stutter(FaultyPorts);

#[async_trait]
impl Workflows for Stutter {
    async fn start(&self, message: StartWorkflow) -> PortResult<()> {
        self.0.start(message).await
    }
    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> PortResult<()> {
        self.0.keep_token(waiting, token).await
    }
    async fn resume(&self, waiting: StartWorkflow, with: Resume) -> PortResult<()> {
        self.0.resume(waiting, with).await?;
        if with == Resume::Superseded {
            let next = StartWorkflow { generation: waiting.generation + 1, ..waiting };
            self.0.resume(next, with).await?;
        }
        Ok(())
    }
}
