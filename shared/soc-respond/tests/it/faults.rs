//! What AWS refuses or never answers, and the kind of error that comes of it.

use soc_domain::action::{ActionKind, Effect, effect};
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::Account;

use crate::round_trips::{change_for, observe};
use crate::wire::{Fault, Wire};
use crate::world::{World, with_moto};

/// Plants a refusal before the call that acts, and answers the kind of error.
async fn refused(
    world: &World,
    kind: ActionKind,
    [operation, code]: [&'static str; 2],
    status: u16,
) -> PortErrorKind {
    let wire = Wire::default();
    let accounts = world.accounts(&wire);
    let target = world.fill(kind, 0).await;
    let before = observe(&accounts, &target).await;
    wire.plant(operation, Fault::Refused { status, code });
    let error = accounts.apply(&target, &change_for(&target, &before)).await.unwrap_err();
    assert_eq!(wire.changes(), [operation], "{code}: it is sent once");
    let after = observe(&accounts, &target).await;
    assert!(matches!(effect(&target, &after), Effect::Change(_)), "{code}: nothing was done");
    error.kind
}

#[test]
fn a_refused_call_says_what_kind_of_refusal_it_is_and_is_not_sent_again() {
    use PortErrorKind::{Conflict, Denied, Rejected, Throttled, Unavailable};
    let (key, update) = (ActionKind::DeactivateAccessKey, "UpdateAccessKey");
    let (rule, revoke) = (ActionKind::RevokeSecurityGroupRule, "RevokeSecurityGroupIngress");
    let (bucket, block) = (ActionKind::BlockBucketPublicAccess, "PUT publicAccessBlock");
    let (acl, entry) = (ActionKind::DenyRemoteAddress, "CreateNetworkAclEntry");
    let refusals = [
        (key, [update, "Throttling"], 400, Throttled),
        (rule, [revoke, "RequestLimitExceeded"], 503, Throttled),
        (bucket, [block, "SlowDown"], 503, Throttled),
        (key, [update, "AccessDenied"], 403, Denied),
        (rule, [revoke, "UnauthorizedOperation"], 403, Denied),
        (bucket, [block, "AccessDenied"], 403, Denied),
        (key, [update, "ServiceFailure"], 500, Unavailable),
        (rule, [revoke, "Unavailable"], 503, Unavailable),
        (rule, [revoke, "ExpiredToken"], 400, Unavailable),
        (rule, [revoke, "InvalidParameterValue"], 400, Rejected),
        (key, [update, "EntityTemporarilyUnmodifiable"], 409, Conflict),
        (acl, [entry, "NetworkAclEntryAlreadyExists"], 400, Conflict),
    ];
    with_moto(|world| async move {
        for (kind, call, status, expected) in refusals {
            assert_eq!(refused(&world, kind, call, status).await, expected, "{call:?}");
        }
    });
}

#[test]
fn a_lost_answer_says_that_it_may_have_happened_and_a_look_shows_it() {
    with_moto(|world| async move {
        let wire = Wire::default();
        let accounts = world.accounts(&wire);
        let target = world.fill(ActionKind::DeactivateAccessKey, 0).await;
        let change = change_for(&target, &observe(&accounts, &target).await);
        wire.plant("UpdateAccessKey", Fault::LostAfter);
        let error = accounts.apply(&target, &change).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Timeout, "{error}");
        let after = observe(&accounts, &target).await;
        assert_eq!(effect(&target, &after), Effect::AlreadyThere);
    });
}

#[test]
fn a_look_is_tried_again_and_a_refusal_is_no_absence() {
    with_moto(|world| async move {
        let wire = Wire::default();
        let accounts = world.accounts(&wire);
        let target = world.fill(ActionKind::DeactivateAccessKey, 0).await;
        let before = observe(&accounts, &target).await;
        wire.plant("ListAccessKeys", Fault::Refused { status: 500, code: "ServiceFailure" });
        wire.plant("ListUserTags", Fault::LostBefore);
        assert_eq!(observe(&accounts, &target).await, before);
        for (kind, looks) in [
            (ActionKind::SnapshotVolumes, &["DescribeInstances", "DescribeSnapshots"][..]),
            (ActionKind::DeactivateAccessKey, &["ListAccessKeys", "ListUserTags"]),
            (ActionKind::DenyOlderSessions, &["GetRole", "ListRoleTags", "GetRolePolicy"]),
            (ActionKind::IsolateInstance, &["DescribeInstances", "DescribeSecurityGroups"]),
            (
                ActionKind::BlockBucketPublicAccess,
                &["GET publicAccessBlock", "GET policyStatus", "GET acl", "GET tagging"],
            ),
            (
                ActionKind::RevokeSecurityGroupRule,
                &["DescribeSecurityGroups", "DescribeSecurityGroupRules", "DescribeNetworkInterfaces"],
            ),
            (ActionKind::DenyRemoteAddress, &["DescribeNetworkAcls"]),
        ] {
            let target = world.fill(kind, 1).await;
            for look in looks {
                wire.plant(look, Fault::Refused { status: 403, code: "AccessDenied" });
                let error = accounts.observe(&target).await.unwrap_err();
                assert_eq!(error.kind, PortErrorKind::Denied, "{kind} {look}: {error}");
            }
        }
    });
}

#[test]
fn an_error_tells_the_code_and_the_request_and_nothing_that_aws_says_about_people() {
    with_moto(|world| async move {
        let wire = Wire::default();
        let accounts = world.accounts(&wire);
        let target = world.fill(ActionKind::RevokeSecurityGroupRule, 0).await;
        let change = change_for(&target, &observe(&accounts, &target).await);
        let refusal = Fault::Refused { status: 403, code: "UnauthorizedOperation" };
        wire.plant("RevokeSecurityGroupIngress", refusal);
        let error = accounts.apply(&target, &change).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(error.to_string(), "could not revoke or authorize a rule: not allowed");
        assert_eq!(source, "UnauthorizedOperation (status 403, request r-1)");
    });
}
