//! Other accounts: entered by the member role, for one thing at a time, and the effect is in the right one.

use soc_domain::action::{ActionKind, Effect, effect, reversal};
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::Account;

use crate::round_trips::{change_for, observe};
use crate::wire::{Fault, Wire};
use crate::world::{KEY, with_moto};

const OTHER: &str = "444455556666";

#[test]
fn each_kind_has_its_effect_in_the_account_of_its_target_and_is_undone_there() {
    with_moto(|own| async move {
        let other = own.other(OTHER).await;
        for kind in ActionKind::ALL {
            let wire = Wire::default();
            let accounts = own.accounts(&wire);
            let target = other.fill(kind, 2).await;
            assert_eq!(target.place.account, OTHER);
            let before = observe(&accounts, &target).await;
            accounts.apply(&target, &change_for(&target, &before)).await.unwrap();
            let after = observe(&accounts, &target).await;
            assert_eq!(effect(&target, &after), Effect::AlreadyThere, "{kind}");
            // Whoever is at home there sees it too.
            assert_eq!(observe(&other.accounts(&Wire::default()), &target).await, after, "{kind}");
            let undo = reversal(&before, &after).unwrap();
            accounts.apply(&target, &undo).await.unwrap();
            assert_eq!(observe(&accounts, &target).await, before, "{kind}");
            let calls = wire.calls();
            let own_calls = calls.iter().filter(|call| call.key == KEY);
            let entering = |operation: &str| matches!(operation, "AssumeRole" | "GetCallerIdentity");
            assert!(own_calls.clone().all(|call| entering(&call.operation)), "{kind}: {calls:?}");
            let entered = own_calls.filter(|call| call.operation == "AssumeRole").count();
            // To look, to act, to undo if that is another call; an instance profile is looked at by itself.
            assert!((2..=4).contains(&entered), "{kind}: {entered} sessions");
        }
    });
}

#[test]
fn a_target_of_the_own_account_is_not_found_in_another_and_the_other_way_round() {
    with_moto(|own| async move {
        let other = own.other(OTHER).await;
        let accounts = own.accounts(&Wire::default());
        let mut target = own.fill(ActionKind::RevokeSecurityGroupRule, 0).await;
        assert!(accounts.observe(&target).await.unwrap().is_some());
        target.place.account = OTHER.to_owned();
        assert_eq!(accounts.observe(&target).await.unwrap(), None, "its ARN says another account");
        let id = target.parameter("group_id").to_owned();
        target.resource = other.arn("security-group", &id);
        assert_eq!(accounts.observe(&target).await.unwrap(), None, "it is not there");
    });
}

#[test]
fn an_account_that_does_not_let_us_in_is_denied_and_nothing_else_is_called() {
    with_moto(|own| async move {
        let other = own.other(OTHER).await;
        let wire = Wire::default();
        let accounts = own.accounts(&wire);
        let target = other.fill(ActionKind::DeactivateAccessKey, 0).await;
        wire.plant("AssumeRole", Fault::Refused { status: 403, code: "AccessDenied" });
        let error = accounts.observe(&target).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Denied);
        let operations: Vec<String> = wire.calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(operations, ["GetCallerIdentity", "AssumeRole"]);
    });
}

#[test]
fn a_session_is_asked_for_with_external_id_source_identity_and_a_policy_for_15_minutes() {
    with_moto(|own| async move {
        let other = own.other(OTHER).await;
        let wire = Wire::default();
        let accounts = own.accounts(&wire);
        let target = other.fill(ActionKind::BlockBucketPublicAccess, 0).await;
        let before = observe(&accounts, &target).await;
        accounts.apply(&target, &change_for(&target, &before)).await.unwrap();
        let asked = wire.bodies("AssumeRole");
        let (look, act) = (&asked[0], &asked[1]);
        for body in [look, act] {
            assert!(body.contains("ExternalId=an-external-id"), "{body}");
            assert!(body.contains("SourceIdentity=ai-soc-block-bucket-public-access"), "{body}");
            assert!(body.contains("RoleSessionName=ai-soc-"), "{body}");
            assert!(body.contains("DurationSeconds=900"), "{body}");
            assert!(body.contains("role%2Fai-soc-response"), "{body}");
        }
        assert!(act.contains("s3%3APutBucketPublicAccessBlock"), "{act}");
        assert!(!look.contains("s3%3APut"), "who looks cannot change: {look}");
    });
}
