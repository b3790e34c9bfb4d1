//! Each kind of action on accounts of several seeds: done as foreseen, done once, undone byte for byte.

use soc_domain::action::{ActionKind, Change, Effect, Observation, Target, effect, reversal, same_state};
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::Account;
use soc_respond::Accounts;

use crate::wire::Wire;
use crate::world::{World, with_moto};

pub(crate) fn change_for(target: &Target, seen: &Observation) -> Change {
    match effect(target, seen) {
        Effect::Change(change) => change,
        other @ (Effect::AlreadyThere | Effect::Impossible { .. }) => panic!("{}: {other:?}", target.kind),
    }
}

pub(crate) async fn observe(accounts: &Accounts, target: &Target) -> Observation {
    accounts.observe(target).await.unwrap().unwrap()
}

async fn there_and_back(world: &World, kind: ActionKind, seed: u64) {
    let wire = Wire::default();
    let accounts = world.accounts(&wire);
    let target = world.fill(kind, seed).await;
    let before = observe(&accounts, &target).await;
    assert_eq!(observe(&accounts, &target).await, before, "{kind} {seed}: the same is seen twice");
    assert!(wire.changes().is_empty(), "{kind} {seed}: to look changes nothing");

    let change = change_for(&target, &before);
    accounts.apply(&target, &change).await.unwrap();
    let after = observe(&accounts, &target).await;
    assert!(same_state(&after, &change.applied_to(&before)), "{kind} {seed}: {after:?}");
    assert!(!same_state(&after, &before), "{kind} {seed}: {after:?}");
    assert_eq!(effect(&target, &after), Effect::AlreadyThere, "{kind} {seed}");
    let done = wire.changes();
    accounts.apply(&target, &change).await.unwrap();
    assert_eq!(wire.changes(), done, "{kind} {seed}: it is so already, and nothing is sent");

    let undo = reversal(&before, &after).unwrap();
    accounts.apply(&target, &undo).await.unwrap();
    assert_eq!(observe(&accounts, &target).await, before, "{kind} {seed}: not as before");
    let undone = wire.changes();
    assert!(undone.len() > done.len());
    accounts.apply(&target, &undo).await.unwrap();
    assert_eq!(wire.changes(), undone, "{kind} {seed}: it is undone already, and nothing is sent");
}

fn of(kind: ActionKind) {
    with_moto(|world| async move {
        for seed in 0..4 {
            there_and_back(&world, kind, seed).await;
        }
    });
}

#[test]
fn snapshots_are_made_as_foreseen_and_exactly_they_are_deleted() {
    of(ActionKind::SnapshotVolumes);
}

#[test]
fn an_access_key_is_deactivated_and_gets_its_status_back() {
    of(ActionKind::DeactivateAccessKey);
}

#[test]
fn a_roles_policy_is_set_and_the_former_text_comes_back_byte_for_byte() {
    of(ActionKind::DenyOlderSessions);
}

#[test]
fn an_instance_is_isolated_and_each_interface_gets_its_groups_back() {
    of(ActionKind::IsolateInstance);
}

#[test]
fn a_bucket_is_blocked_and_gets_the_settings_back_that_it_had_or_none() {
    of(ActionKind::BlockBucketPublicAccess);
}

#[test]
fn a_rule_is_revoked_and_comes_back_with_its_description() {
    of(ActionKind::RevokeSecurityGroupRule);
}

#[test]
fn an_address_is_denied_and_exactly_that_entry_is_deleted() {
    of(ActionKind::DenyRemoteAddress);
}

#[test]
fn what_is_not_there_is_none_and_cannot_be_changed() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let wire = Wire::default();
            let accounts = world.accounts(&wire);
            let mut target = world.fill(kind, 1).await;
            let change = change_for(&target, &observe(&accounts, &target).await);
            let last = target.resource.pop();
            target.resource.push(if last == Some('0') { '1' } else { '0' });
            assert_eq!(accounts.observe(&target).await.unwrap(), None, "{kind}");
            let error = accounts.apply(&target, &change).await.unwrap_err();
            assert_eq!(error.kind, PortErrorKind::Rejected, "{kind}");
            assert!(wire.changes().is_empty(), "{kind}");
        }
    });
}

#[test]
fn a_change_for_another_resource_of_the_same_kind_is_refused_and_nothing_is_sent() {
    with_moto(|world| async move {
        for kind in ActionKind::ALL {
            let wire = Wire::default();
            let accounts = world.accounts(&wire);
            let (one, other) = (world.fill(kind, 1).await, world.fill(kind, 1).await);
            let change = change_for(&other, &observe(&accounts, &other).await);
            let error = accounts.apply(&one, &change).await.unwrap_err();
            assert_eq!(error.kind, PortErrorKind::Rejected, "{kind}: {change:?}");
            assert!(wire.changes().is_empty(), "{kind}");
        }
    });
}
