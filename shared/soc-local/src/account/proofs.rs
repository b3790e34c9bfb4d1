//! What must hold for every action, on generated accounts and through the port: it can be undone byte for byte,
//! it is done once, and what somebody changed since is not touched.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use soc_domain::action::{
    Action, ActionKind, ActionState, Change, Effect, KeyStatus, Target, effect, evidence_mark, reversal,
    same_state, sessions_policy_name,
};
use soc_domain::id::{ActionId, FindingId, IncidentId};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::{Actions, Clock};
use soc_pipeline::reverse::{NotReversed, Reversing};
use soc_testkit::build;
use soc_testkit::memory::Memory;

use super::SimulatedAccount;
use super::tests::{Opened, apply, change_for, observe, opened, target, wait};

const EC2: &str = "arn:aws:ec2:eu-west-1:111122223333";
const IAM: &str = "arn:aws:iam::111122223333";

/// A target, and the resources around it as the account writes them.
#[derive(Debug, Clone)]
struct Case {
    target: Target,
    resources: Vec<(String, Value)>,
}

fn case(kind: ActionKind, arn: String, parameters: &[(&str, &str)], resources: Vec<(String, Value)>) -> Case {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Case { target: Target { parameters: parameters.collect(), ..target(kind, &arn) }, resources }
}

fn put(account: &SimulatedAccount, case: &Case) {
    for (arn, state) in &case.resources {
        account.set(arn, &state.to_string()).unwrap();
    }
}

fn incident() -> String {
    IncidentId::opened_by(FindingId::from_parts(&["1"])).to_string()
}

/// Hostile: any text.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", any::<String>()]
}

fn tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map(name(), name(), 0..3)
}

fn instances() -> impl Strategy<Value = Case> {
    let groups = proptest::collection::vec("sg-[0-9a-f]{3}", 1..4);
    let interfaces = proptest::collection::btree_map("eni-[0-9a-f]{3}", groups, 1..4);
    (interfaces, tags()).prop_map(|(interfaces, tags)| {
        let arn = format!("{EC2}:instance/i-1");
        let state = json!({ "what": "instance", "instance_id": "i-1", "vpc_id": "vpc-1",
                            "interfaces": interfaces, "tags": tags });
        let vpc = json!({ "what": "vpc", "vpc_id": "vpc-1", "quarantine_group": "sg-quarantine" });
        case(
            ActionKind::IsolateInstance,
            arn.clone(),
            &[],
            vec![(arn, state), (format!("{EC2}:vpc/vpc-1"), vpc)],
        )
    })
}

/// Volumes, some of which have snapshots: somebody else's, of another incident, or ours.
fn volumes() -> impl Strategy<Value = Case> {
    let mark = prop_oneof![Just("act_of_another"), Just("ours"), Just("")];
    let snapshots = proptest::collection::btree_map("snap-[0-9a-f]{17}", mark, 0..3);
    let volumes = proptest::collection::btree_map("vol-[0-9a-f]{3}", snapshots, 1..4);
    (volumes, tags()).prop_map(|(volumes, tags)| {
        let arn = format!("{EC2}:instance/i-1");
        let ids: Vec<&String> = volumes.keys().collect();
        let instance = json!({ "what": "instance", "instance_id": "i-1", "vpc_id": "vpc-1", "interfaces": {},
                               "volumes": ids, "tags": tags });
        let mut case = case(
            ActionKind::SnapshotVolumes,
            arn.clone(),
            &[("incident", &incident()), ("instance_id", "i-1")],
            vec![(arn, instance), (format!("{EC2}:volume/vol-new"), json!({}))],
        );
        case.resources.truncate(1);
        let ours = evidence_mark(&case.target).unwrap();
        for (index, (id, snapshots)) in volumes.iter().enumerate() {
            let tagged = snapshots.iter().map(|(id, mark)| match *mark {
                // The first volume has nothing of ours, so that there is something to do.
                "ours" if index > 0 => (id, json!({ "ai-soc:action": ours })),
                "ours" | "" => (id, json!({})),
                mark => (id, json!({ "ai-soc:action": mark })),
            });
            let snapshots: BTreeMap<_, _> = tagged.collect();
            let state = json!({ "what": "volume", "volume_id": id, "snapshots": snapshots });
            case.resources.push((format!("{EC2}:volume/{id}"), state));
        }
        case
    })
}

fn keys() -> impl Strategy<Value = Case> {
    (name(), tags()).prop_map(|(user, tags)| {
        let arn = format!("{IAM}:access-key/AKIAIOSFODNN7EXAMPLE");
        let state = json!({ "what": "access-key", "user": user, "key_id": "AKIAIOSFODNN7EXAMPLE",
                            "status": KeyStatus::Active, "tags": tags });
        case(ActionKind::DeactivateAccessKey, arn.clone(), &[], vec![(arn, state)])
    })
}

/// A role by itself or by its instance profile, with or without a policy of our name.
fn roles() -> impl Strategy<Value = Case> {
    let former = proptest::option::of(name().prop_map(|text| json!({ "Sid": text }).to_string()));
    let by = prop_oneof![Just("role/web"), Just("instance-profile/web-profile")];
    (former, proptest::collection::btree_map(name(), name(), 0..3), by, tags()).prop_map(
        |(former, mut policies, by, tags)| {
            let mut case = case(
                ActionKind::DenyOlderSessions,
                format!("{IAM}:{by}"),
                &[("issued_before", "2026-03-02T10:00:01Z")],
                Vec::new(),
            );
            policies.extend(former.map(|text| (sessions_policy_name(&case.target).unwrap(), text)));
            let role = json!({ "what": "role", "role_name": "web", "policies": policies, "tags": tags });
            let profile = json!({ "what": "instance-profile", "profile": "web-profile", "role_name": "web" });
            case.resources.push((format!("{IAM}:role/web"), role));
            case.resources.push((format!("{IAM}:instance-profile/web-profile"), profile));
            case
        },
    )
}

fn buckets() -> impl Strategy<Value = Case> {
    let block = proptest::option::of(proptest::collection::vec(any::<bool>(), 3));
    (block, tags()).prop_map(|(block, tags)| {
        let arn = "arn:aws:s3:::reports".to_owned();
        let block = block.map(|on| {
            json!({ "block_public_acls": on[0], "ignore_public_acls": on[1], "block_public_policy": on[2],
                    "restrict_public_buckets": false })
        });
        let state =
            json!({ "what": "bucket", "bucket": "reports", "public": true, "block": block, "tags": tags });
        case(ActionKind::BlockBucketPublicAccess, arn.clone(), &[("when", "public")], vec![(arn, state)])
    })
}

/// A group in which exactly one rule opens port 22 to everybody, anywhere among others.
fn rules() -> impl Strategy<Value = Case> {
    let source = prop_oneof![Just("10.0.0.0/8"), Just("::/0"), Just("sg-0")];
    let other =
        (prop_oneof![Just("tcp"), Just("udp"), Just("-1")], 0_u16..100, source, proptest::option::of(name()));
    let opening = (1_u16..=22, 22_u16..100, proptest::option::of(name()));
    (proptest::collection::vec(other, 0..6), opening, tags()).prop_map(|(others, (from, to, words), tags)| {
        let arn = format!("{EC2}:security-group/sg-1");
        let rule = |protocol: &str, ports: [u16; 2], source: &str, words: Option<String>| {
            json!({ "protocol": protocol, "from_port": ports[0], "to_port": ports[1], "source": source,
                    "description": words })
        };
        let mut rules = BTreeMap::new();
        for (protocol, port, source, words) in others {
            rules.insert((protocol, port, source), rule(protocol, [port, port], source, words));
        }
        let mut rules: Vec<Value> = rules.into_values().collect();
        rules.insert(rules.len() / 2, rule("tcp", [from, to], "0.0.0.0/0", words));
        let state = json!({ "what": "security-group", "group_id": "sg-1", "rules": rules, "tags": tags });
        case(
            ActionKind::RevokeSecurityGroupRule,
            arn.clone(),
            &[("port", "22"), ("source", "0.0.0.0/0")],
            vec![(arn, state)],
        )
    })
}

/// A network ACL with some numbers taken before the entry that lets everything pass.
fn acls() -> impl Strategy<Value = Case> {
    let way = || prop_oneof![Just("ingress"), Just("egress")];
    let taken = proptest::collection::btree_set(1_u16..15, 0..8);
    (taken, way(), way(), tags()).prop_map(|(taken, ours, theirs, tags)| {
        let entry = |direction: &str, number: u16, cidr: &str, verdict: &str| {
            json!({ "direction": direction, "number": number, "protocol": "-1", "cidr": cidr,
                    "verdict": verdict })
        };
        let mut entries: Vec<Value> =
            taken.into_iter().map(|number| entry(theirs, number, "198.51.100.0/24", "deny")).collect();
        entries.push(entry("ingress", 100, "0.0.0.0/0", "allow"));
        entries.push(entry("egress", 100, "0.0.0.0/0", "allow"));
        let state = json!({ "what": "network-acl", "acl_id": "acl-1", "subnets": ["subnet-1"],
                            "entries": entries, "tags": tags });
        case(
            ActionKind::DenyRemoteAddress,
            format!("{EC2}:subnet/subnet-1"),
            &[("address", "203.0.113.9/32"), ("direction", ours)],
            vec![(format!("{EC2}:network-acl/acl-1"), state)],
        )
    })
}

fn cases() -> impl Strategy<Value = Case> {
    prop_oneof![instances(), volumes(), keys(), roles(), buckets(), rules(), acls()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 49, ..ProptestConfig::default() })]

    #[test]
    fn reversing_what_was_applied_gives_the_whole_account_back_byte_for_byte(case in cases()) {
        let Opened { account, folder: _folder } = opened();
        put(&account, &case);
        let listed = account.list().unwrap();
        let before = observe(&account, &case.target);

        let change = change_for(&case.target, &before);
        apply(&account, &case.target, &change).unwrap();
        let after = observe(&account, &case.target);
        prop_assert_eq!(effect(&case.target, &after), Effect::AlreadyThere);
        // Who takes over an interrupted act knows its effect by this.
        prop_assert!(same_state(&after, &change.applied_to(&before)));
        prop_assert!(!same_state(&after, &before));
        prop_assert!(account.list().unwrap() != listed);

        apply(&account, &case.target, &reversal(&before, &after).unwrap()).unwrap();
        prop_assert_eq!(observe(&account, &case.target), before);
        prop_assert_eq!(account.list().unwrap(), listed);
        prop_assert_eq!(account.applied().unwrap().len(), 2);
    }
}

/// One case of each kind, in the order of the kinds.
fn one_of_each() -> Vec<Case> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut cases: Vec<Case> = Vec::new();
    while cases.len() < ActionKind::ALL.len() {
        let case = proptest::strategy::ValueTree::current(&cases_tree(&mut runner));
        if cases.iter().all(|known| known.target.kind != case.target.kind) {
            cases.push(case);
        }
    }
    cases.sort_by_key(|case| case.target.kind);
    cases
}

fn cases_tree(
    runner: &mut proptest::test_runner::TestRunner,
) -> impl proptest::strategy::ValueTree<Value = Case> {
    cases().new_tree(runner).unwrap()
}

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        build::START
    }
}

/// Does the action, and writes its record as the execution would.
fn done(account: &SimulatedAccount, store: &Memory, target: &Target) -> ActionId {
    let before = observe(account, target);
    apply(account, target, &change_for(target, &before)).unwrap();
    let mut action: Action = build::action("one");
    action.id = ActionId::derive(action.incident, target, 0);
    action.target = target.clone();
    action.state = ActionState::Done;
    action.before = Some(before);
    action.after = Some(observe(account, target));
    wait(Actions::save(store, &action, None)).unwrap();
    action.id
}

fn reverse(account: &SimulatedAccount, store: &Memory, id: ActionId) -> Result<Action, NotReversed> {
    let policy = Policy::parse(DEFAULT).unwrap();
    let lease = std::time::Duration::ZERO;
    let clock = &StoppedClock;
    let reversing = Reversing { actions: store, account, ledger: store, clock, policy: &policy, lease };
    wait(reversing.reverse(id, "ana"))
}

/// Somebody else undoes or changes what the action did, behind its back.
fn meddle(account: &SimulatedAccount, target: &Target) {
    let (arn, edit): (String, fn(&mut Value)) = match target.kind {
        ActionKind::SnapshotVolumes => {
            let volumes = account.list().unwrap();
            let made = volumes.into_iter().find(|one| one.what == "volume").unwrap();
            (made.arn, |state| state["snapshots"] = json!({}))
        }
        ActionKind::DeactivateAccessKey => {
            (target.resource.clone(), |state| state["status"] = json!("Active"))
        }
        ActionKind::DenyOlderSessions => (format!("{IAM}:role/web"), |state| {
            state["policies"].as_object_mut().unwrap().values_mut().for_each(|text| *text = json!("{}"));
        }),
        ActionKind::IsolateInstance => (target.resource.clone(), |state| {
            state["interfaces"]
                .as_object_mut()
                .unwrap()
                .values_mut()
                .for_each(|groups| *groups = json!(["sg-x"]));
        }),
        ActionKind::BlockBucketPublicAccess => {
            (target.resource.clone(), |state| state["block"]["block_public_acls"] = json!(false))
        }
        ActionKind::RevokeSecurityGroupRule => (target.resource.clone(), |state| {
            state["rules"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "protocol": "-1", "from_port": null, "to_port": null, "source": "0.0.0.0/0" }));
        }),
        ActionKind::DenyRemoteAddress => (format!("{EC2}:network-acl/acl-1"), |state| {
            state["entries"].as_array_mut().unwrap().retain(|entry| entry["cidr"] != "203.0.113.9/32");
        }),
    };
    let mut state: Value = serde_json::from_str(&account.get(&arn).unwrap().unwrap()).unwrap();
    edit(&mut state);
    account.set(&arn, &state.to_string()).unwrap();
}

#[test]
fn a_reversal_undoes_each_kind_of_action_once() {
    for case in one_of_each() {
        let (Opened { account, folder: _folder }, store) = (opened(), Memory::new());
        put(&account, &case);
        let listed = account.list().unwrap();
        let id = done(&account, &store, &case.target);
        for _again in 0..2 {
            assert_eq!(reverse(&account, &store, id).unwrap().state, ActionState::Reversed);
        }
        assert_eq!(account.list().unwrap(), listed, "{}", case.target.kind);
        assert_eq!(account.applied().unwrap().len(), 2);
    }
}

#[test]
fn a_reversal_of_each_kind_refuses_after_a_foreign_change_and_touches_nothing() {
    for case in one_of_each() {
        let (Opened { account, folder: _folder }, store) = (opened(), Memory::new());
        put(&account, &case);
        let id = done(&account, &store, &case.target);
        meddle(&account, &case.target);
        let listed = account.list().unwrap();
        let refused = reverse(&account, &store, id).unwrap_err();
        assert!(matches!(refused, NotReversed::Drifted { .. }), "{}: {refused}", case.target.kind);
        assert_eq!(account.list().unwrap(), listed, "{}", case.target.kind);
        assert_eq!(account.applied().unwrap().len(), 1);
    }
}

#[test]
fn a_change_for_something_else_is_refused_and_changes_nothing() {
    let cases = one_of_each();
    let changes =
        |account: &SimulatedAccount, case: &Case| change_for(&case.target, &observe(account, &case.target));
    for case in &cases {
        let Opened { account, folder: _folder } = opened();
        cases.iter().for_each(|case| put(&account, case));
        put(&account, case);
        let listed = account.list().unwrap();
        for other in cases.iter().filter(|other| other.target.kind != case.target.kind) {
            put(&account, other);
            let change = changes(&account, other);
            put(&account, case);
            let error = apply(&account, &case.target, &change);
            // Both are changes of one instance, and name it: the call decides, not the target.
            let same = |kind| matches!(kind, ActionKind::IsolateInstance | ActionKind::SnapshotVolumes);
            if !(same(case.target.kind) && same(other.target.kind)) {
                assert_eq!(error.unwrap_err().kind, PortErrorKind::Rejected, "{change:?}");
            }
        }
        assert_eq!(account.list().unwrap().len(), listed.len());
    }
}

#[test]
fn a_snapshot_without_the_mark_is_never_deleted() {
    let case = one_of_each().remove(0);
    let Opened { account, folder: _folder } = opened();
    put(&account, &case);
    let before = observe(&account, &case.target);
    apply(&account, &case.target, &change_for(&case.target, &before)).unwrap();
    let undo = reversal(&before, &observe(&account, &case.target)).unwrap();
    let Change::DeleteSnapshots { instance_id, snapshots, mark: _ } = undo else { panic!("{undo:?}") };
    let forged = Change::DeleteSnapshots { instance_id, snapshots, mark: "act_of_another".to_owned() };
    let listed = account.list().unwrap();
    let error = apply(&account, &case.target, &forged).unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Rejected);
    assert_eq!(account.list().unwrap(), listed);
}
