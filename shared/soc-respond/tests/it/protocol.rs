//! The real use cases over the real adapter: what is protected is not touched, what somebody changed since is not
//! undone, and what was done is done once.

use std::time::Duration;

use soc_domain::action::{Action, ActionKind, ActionState, Target, Tier};
use soc_domain::id::{ActionId, EventKey};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_pipeline::Case;
use soc_pipeline::execute::{Executing, Tally};
use soc_pipeline::ports::{Actions, Clock, FindingWrite, Findings, Incidents};
use soc_pipeline::reverse::{NotReversed, Reversing};
use soc_respond::Accounts;
use soc_testkit::build;
use soc_testkit::memory::Memory;

use crate::round_trips::observe;
use crate::wire::{Fault, Wire};
use crate::world::with_moto;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        build::START
    }
}

/// An incident with one planned action on the target, which its product confirms.
async fn planned(store: &Memory, target: &Target) -> ActionId {
    let (finding, incident) = (build::finding("one"), build::incident("one"));
    Incidents::save(store, &incident, None, None).await.unwrap();
    let row = build::row(finding, incident.id);
    let event = EventKey::from_parts(&["one"]);
    let write = FindingWrite { row: &row, event, raw: b"{}", at: build::START };
    Findings::record(store, write, None).await.unwrap();
    let mut action: Action = build::action("one");
    action.id = ActionId::derive(action.incident, target, 0);
    action.target = target.clone();
    action.generation = incident.generation;
    Actions::save(store, &action, None).await.unwrap();
    action.id
}

async fn execute(store: &Memory, account: &Accounts) -> Result<Tally, soc_pipeline::error::StageError> {
    let policy = Policy::parse(DEFAULT).unwrap();
    let executing = Executing {
        incidents: store,
        actions: store,
        approvals: store,
        account,
        sources: store,
        ledger: store,
        clock: &StoppedClock,
        policy: &policy,
        lease: Duration::ZERO,
    };
    let incident = build::incident("one");
    let case = Case { incident: incident.id, generation: incident.generation };
    executing.execute(case, Tier::Auto).await
}

async fn reverse(store: &Memory, account: &Accounts, id: ActionId) -> Result<Action, NotReversed> {
    let policy = Policy::parse(DEFAULT).unwrap();
    let (clock, lease) = (&StoppedClock, Duration::ZERO);
    let reversing = Reversing { actions: store, account, ledger: store, clock, policy: &policy, lease };
    reversing.reverse(id, "ana").await
}

#[test]
fn each_kind_is_executed_once_and_reversed_once() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let (store, wire) = (Memory::new(), Wire::default());
            let accounts = world.accounts(&wire);
            let target = world.fill(kind, 2).await;
            let before = observe(&accounts, &target).await;
            let id = planned(&store, &target).await;
            assert_eq!(execute(&store, &accounts).await.unwrap().done, 1, "{kind}");
            let sent = wire.changes();
            assert_eq!(execute(&store, &accounts).await.unwrap().done, 1, "{kind}");
            assert_eq!(wire.changes(), sent, "{kind}: it is done once");
            assert_eq!(wire.changes(), vec![acting(kind); wire.changes().len()], "{kind}");
            let action = reverse(&store, &accounts, id).await.unwrap();
            assert_eq!(action.state, ActionState::Reversed, "{kind}");
            let sent = wire.changes();
            assert_eq!(reverse(&store, &accounts, id).await.unwrap().state, ActionState::Reversed, "{kind}");
            assert_eq!(wire.changes(), sent, "{kind}: it is undone once");
            assert_eq!(observe(&accounts, &target).await, before, "{kind}");
        }
    });
}

#[test]
fn a_protected_resource_of_any_kind_gets_no_call_that_changes_something() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let (store, wire) = (Memory::new(), Wire::default());
            let accounts = world.accounts(&wire);
            let target = world.fill(kind, 3).await;
            world.protect(&observe(&accounts, &target).await).await;
            planned(&store, &target).await;
            assert_eq!(execute(&store, &accounts).await.unwrap().withdrawn, 1, "{kind}");
            assert_eq!(wire.changes(), Vec::<String>::new(), "{kind}");
        }
    });
}

#[test]
fn a_foreign_change_since_is_seen_and_nothing_is_undone() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let (store, wire) = (Memory::new(), Wire::default());
            let accounts = world.accounts(&wire);
            let target = world.fill(kind, 4).await;
            let id = planned(&store, &target).await;
            execute(&store, &accounts).await.unwrap();
            world.meddle(&observe(&accounts, &target).await).await;
            let (found, done) = (observe(&accounts, &target).await, wire.changes());
            let refused = reverse(&store, &accounts, id).await.unwrap_err();
            assert!(matches!(refused, NotReversed::Drifted { .. }), "{kind}: {refused}");
            assert_eq!(wire.changes(), done, "{kind}");
            assert_eq!(observe(&accounts, &target).await, found, "{kind}");
        }
    });
}

/// The operation that has the effect, as AWS names it.
const fn acting(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::SnapshotVolumes => "CreateSnapshots",
        ActionKind::DeactivateAccessKey => "UpdateAccessKey",
        ActionKind::DenyOlderSessions => "PutRolePolicy",
        ActionKind::IsolateInstance => "ModifyNetworkInterfaceAttribute",
        ActionKind::BlockBucketPublicAccess => "PUT publicAccessBlock",
        ActionKind::RevokeSecurityGroupRule => "RevokeSecurityGroupIngress",
        ActionKind::DenyRemoteAddress => "CreateNetworkAclEntry",
    }
}

#[test]
fn after_a_lost_answer_the_next_run_finds_the_effect_and_does_nothing_again() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let (store, wire) = (Memory::new(), Wire::default());
            let accounts = world.accounts(&wire);
            let target = world.fill(kind, 0).await;
            let id = planned(&store, &target).await;
            wire.plant(acting(kind), Fault::LostAfter);
            let error = execute(&store, &accounts).await.unwrap_err();
            assert_eq!(error.name(), "Soc.Transient", "{kind}: {error}");
            assert_eq!(wire.changes(), [acting(kind)], "{kind}: it is sent once");
            assert_eq!(execute(&store, &accounts).await.unwrap().done, 1, "{kind}");
            assert_eq!(wire.changes(), [acting(kind)], "{kind}: the effect was there");
            assert_eq!(reverse(&store, &accounts, id).await.unwrap().state, ActionState::Reversed);
        }
    });
}

#[test]
fn a_call_that_never_arrived_is_made_by_the_next_run() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let (store, wire) = (Memory::new(), Wire::default());
            let accounts = world.accounts(&wire);
            let target = world.fill(kind, 0).await;
            planned(&store, &target).await;
            wire.plant(acting(kind), Fault::LostBefore);
            assert_eq!(execute(&store, &accounts).await.unwrap_err().name(), "Soc.Transient", "{kind}");
            assert_eq!(execute(&store, &accounts).await.unwrap().done, 1, "{kind}");
            assert_eq!(wire.changes(), [acting(kind), acting(kind)], "{kind}");
        }
    });
}
