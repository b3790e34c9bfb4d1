//! An account on paper, and the people who are told: they have whatever is asked for, and write down what is done.
//!
//! Apart from the bench because it answers for kinds of actions alone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use soc_domain::action::{AccessKeyState, ActionKind, Change, InstanceState, KeyStatus, Observation, Target};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Account;

/// An account of development that has every instance and every key.
#[derive(Default)]
pub(crate) struct Paper {
    changed: Mutex<BTreeMap<Target, Observation>>,
    calls: Mutex<Vec<String>>,
}

impl Paper {
    /// The resources that were changed, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn untouched(target: &Target) -> Option<Observation> {
    let tags = BTreeMap::from([("Environment".to_owned(), "dev".to_owned())]);
    let parameter = |name: &str| target.parameter(name).to_owned();
    match target.kind {
        ActionKind::IsolateInstance => Some(Observation::Instance(InstanceState {
            instance_id: parameter("instance_id"),
            vpc_id: "vpc-1".to_owned(),
            quarantine_group: Some("sg-quarantine".to_owned()),
            interfaces: BTreeMap::from([("eni-1".to_owned(), vec!["sg-app".to_owned()])]),
            tags,
        })),
        ActionKind::DeactivateAccessKey => Some(Observation::AccessKey(AccessKeyState {
            user: parameter("user_name"),
            key_id: parameter("access_key_id"),
            status: KeyStatus::Active,
            tags,
        })),
        ActionKind::SnapshotVolumes
        | ActionKind::DenyOlderSessions
        | ActionKind::BlockBucketPublicAccess
        | ActionKind::RevokeSecurityGroupRule
        | ActionKind::DenyRemoteAddress => None,
    }
}

#[async_trait]
impl Account for Paper {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(changed.get(target).cloned().or_else(|| untouched(target)))
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        if let Some(before) = self.observe(target).await? {
            let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
            changed.insert(target.clone(), change.applied_to(&before));
            self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(target.resource.clone());
        }
        Ok(())
    }
}
