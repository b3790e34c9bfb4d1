//! An account in memory, apart from the rows: what was done in it can be counted without asking the store.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use soc_domain::action::{Change, Observation, Target};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Account;

/// Resources by ARN, and every change that was made to them.
#[derive(Debug, Default)]
pub struct MemoryAccount {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    resources: BTreeMap<String, Observation>,
    applied: Vec<(String, Change)>,
}

impl MemoryAccount {
    /// An account with these resources.
    #[must_use]
    pub fn with(resources: impl IntoIterator<Item = (String, Observation)>) -> Self {
        let state = State { resources: resources.into_iter().collect(), applied: Vec::new() };
        Self { state: Mutex::new(state) }
    }

    /// What is there now.
    #[must_use]
    pub fn resource(&self, arn: &str) -> Option<Observation> {
        self.state().resources.get(arn).cloned()
    }

    /// Every change that was made, in order: the ARN and the change.
    #[must_use]
    pub fn applied(&self) -> Vec<(String, Change)> {
        self.state().applied.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Account for MemoryAccount {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        Ok(self.resource(&target.resource))
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        let mut state = self.state();
        let Some(resource) = state.resources.get_mut(&target.resource) else {
            return Err(PortError::new(PortErrorKind::Rejected, "change a resource"));
        };
        *resource = change.applied_to(resource);
        state.applied.push((target.resource.clone(), change.clone()));
        Ok(())
    }
}
