//! An account that looks, at the moment of every change, whether the change is allowed: is there an intent, is it
//! approved?

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use soc_domain::action::{Action, ActionState, Change, Observation, Target, Tier};
use soc_domain::approval::ApprovalState;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Account;
use soc_testkit::memory::{Memory, MemoryAccount};

/// An account, and what was wrong about the changes that were made in it.
pub(crate) struct Witness {
    account: MemoryAccount,
    store: Arc<Memory>,
    wrong: Mutex<Vec<String>>,
}

impl Witness {
    pub(crate) fn new(
        resources: impl IntoIterator<Item = (String, Observation)>,
        store: &Arc<Memory>,
    ) -> Self {
        let account = MemoryAccount::with(resources);
        Self { account, store: Arc::clone(store), wrong: Mutex::default() }
    }

    /// Every change that was made, in order.
    pub(crate) fn applied(&self) -> Vec<(String, Change)> {
        self.account.applied()
    }

    /// What is there now.
    pub(crate) fn resource(&self, arn: &str) -> Option<Observation> {
        self.account.resource(arn)
    }

    /// The changes that nothing allowed.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.wrong.lock().expect("no job panics").clone()
    }

    fn is_allowed(&self, action: &Action) -> bool {
        match (action.state, action.tier) {
            (ActionState::ReverseIntent, _) | (ActionState::Intent, Tier::Auto) => true,
            (ActionState::Intent, Tier::Approve) => self.store.all_approvals().iter().any(|approval| {
                approval.action == action.id
                    && approval.generation == action.generation
                    && approval.state == ApprovalState::Approved
            }),
            _ => false,
        }
    }
}

#[async_trait]
impl Account for Witness {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.account.observe(target).await
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        let mut actions = self.store.all_actions();
        actions.retain(|action| action.target == *target);
        if !actions.iter().any(|action| self.is_allowed(action)) {
            let states: Vec<_> = actions.iter().map(|action| (action.state, action.tier)).collect();
            let what = format!("acted without leave on {}: its actions are {states:?}", target.resource);
            self.wrong.lock().expect("no job panics").push(what);
        }
        self.account.apply(target, change).await
    }
}
