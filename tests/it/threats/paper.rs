//! An account on paper: it has whatever it is asked for, and writes down what is changed.
//!
//! Apart from the desk because it answers for every kind of action, and a new kind adds to it alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use soc_domain::action::{
    AccessKeyState, AclState, ActionKind, BucketState, Change, Direction, IngressRule, InstanceState,
    KeyStatus, Observation, RoleState, RuleState, Target, VolumesState, evidence_mark, sessions_policy_name,
};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Account, Clock};

use crate::bed::HandClock;

/// A change that the account was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) at: Timestamp,
    pub(crate) account: String,
    pub(crate) resource: String,
}

/// An account that has whatever is asked for, tagged as development, and that counts.
pub(crate) struct PaperAccount {
    clock: Arc<HandClock>,
    /// Tags of resources that have other ones.
    pub(crate) tags: BTreeMap<String, BTreeMap<String, String>>,
    changed: Mutex<BTreeMap<Target, Observation>>,
    calls: Mutex<Vec<Call>>,
}

impl PaperAccount {
    pub(crate) fn at(clock: &Arc<HandClock>) -> Self {
        Self {
            clock: Arc::clone(clock),
            tags: BTreeMap::new(),
            changed: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Somebody sets everything back to what it was.
    pub(crate) fn forget(&self) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn untouched(&self, target: &Target) -> Observation {
        let dev = || BTreeMap::from([("Environment".to_owned(), "dev".to_owned())]);
        let tags = self.tags.get(&target.resource).cloned().unwrap_or_else(dev);
        let parameter = |name: &str| target.parameter(name).to_owned();
        match target.kind {
            ActionKind::SnapshotVolumes => Observation::Volumes(VolumesState {
                instance_id: parameter("instance_id"),
                volumes: vec!["vol-1".to_owned()],
                mark: evidence_mark(target).unwrap_or_default(),
                snapshots: Vec::new(),
                tags,
            }),
            ActionKind::DeactivateAccessKey => Observation::AccessKey(AccessKeyState {
                user: parameter("user_name"),
                key_id: parameter("access_key_id"),
                status: KeyStatus::Active,
                tags,
            }),
            ActionKind::DenyOlderSessions => Observation::Role(RoleState {
                role_name: parameter("role_name"),
                role_arns: vec![target.resource.clone()],
                policy_name: sessions_policy_name(target).unwrap_or_default(),
                document: None,
                instances: 0,
                tags,
            }),
            ActionKind::IsolateInstance => Observation::Instance(InstanceState {
                instance_id: parameter("instance_id"),
                vpc_id: "vpc-1".to_owned(),
                quarantine_group: Some("sg-quarantine".to_owned()),
                interfaces: BTreeMap::from([("eni-1".to_owned(), vec!["sg-app".to_owned()])]),
                tags,
            }),
            ActionKind::BlockBucketPublicAccess => Observation::Bucket(BucketState {
                bucket: parameter("bucket"),
                block: None,
                public: true,
                tags,
            }),
            ActionKind::RevokeSecurityGroupRule => {
                let port = target.parameter("port").parse().ok();
                let (protocol, source) = ("tcp".to_owned(), parameter("source"));
                let rule =
                    IngressRule { protocol, from_port: port, to_port: port, source, description: None };
                let group_id = parameter("group_id");
                Observation::Rule(RuleState { group_id, rules: vec![rule], instances: 1, tags })
            }
            ActionKind::DenyRemoteAddress => Observation::NetworkAcl(AclState {
                acl_id: "acl-1".to_owned(),
                acl_arns: Vec::new(),
                cidr: parameter("address"),
                direction: Direction::of(target),
                entries: Vec::new(),
                subnets: 1,
                tags,
            }),
        }
    }
}

#[async_trait]
impl Account for PaperAccount {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(changed.get(target).cloned().unwrap_or_else(|| self.untouched(target))))
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        let before = self.observe(target).await?.unwrap_or_else(|| self.untouched(target));
        let after = change.applied_to(&before);
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(target.clone(), after);
        let (account, resource) = (target.place.account.clone(), target.resource.clone());
        let call = Call { at: self.clock.now(), account, resource };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        Ok(())
    }
}
