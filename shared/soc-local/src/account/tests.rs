//! The account through its port, and filling it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use soc_domain::action::{
    ActionKind, Change, Effect, KeyStatus, Observation, Target, effect, propose, reversal,
};
use soc_domain::finding::{Finding, Instance, Interface, Principal, Resource, ResourceKind};
use soc_domain::id::Place;
use soc_pipeline::error::{PortErrorKind, PortResult};
use soc_pipeline::ports::Account;

use super::{ResourceState, SimulatedAccount};

const INSTANCE: &str = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0";
const VPC: &str = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1";
const KEY: &str = "arn:aws:iam::111122223333:access-key/AKIAIOSFODNN7EXAMPLE";

struct Opened {
    account: SimulatedAccount,
    folder: tempfile::TempDir,
}

fn opened() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let account = SimulatedAccount::open(&folder.path().join("account.sqlite")).unwrap();
    Opened { account, folder }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn target(kind: ActionKind, resource: &str) -> Target {
    Target { kind, resource: resource.to_owned(), place: Place::default(), parameters: BTreeMap::new() }
}

fn isolate() -> Target {
    target(ActionKind::IsolateInstance, INSTANCE)
}

fn deactivate() -> Target {
    target(ActionKind::DeactivateAccessKey, KEY)
}

fn observe(account: &SimulatedAccount, target: &Target) -> Observation {
    wait(account.observe(target)).unwrap().unwrap()
}

fn apply(account: &SimulatedAccount, target: &Target, change: &Change) -> PortResult<()> {
    wait(account.apply(target, change))
}

fn change_for(target: &Target, observed: &Observation) -> Change {
    match effect(target, observed) {
        Effect::Change(change) => change,
        other @ (Effect::AlreadyThere | Effect::Impossible { .. }) => panic!("{other:?}"),
    }
}

fn finding() -> Finding {
    let text = r#"{"id":"fnd_aaaaaaaaaaaaaaaaaaaaaaaaaa","product":"guardduty","product_id":"1","route":"Native",
        "place":{"partition":"aws","account":"111122223333","region":"eu-west-1"},"class":"Threat",
        "kind":"CryptoCurrency:EC2/BitcoinTool.B","title":"","description":"","severity":"High","count":1,
        "record_state":"Active","workflow_status":"New","resources":[]}"#;
    let mut finding: Finding = serde_json::from_str(text).unwrap();
    finding.resources = vec![Resource {
        arn: INSTANCE.to_owned(),
        kind: ResourceKind::AwsEc2Instance,
        id: "i-0123456789abcdef0".to_owned(),
        place: finding.place.clone(),
        tags: BTreeMap::from([("env".to_owned(), "dev".to_owned())]),
        instance: None,
    }];
    finding.principals = vec![Principal {
        kind: "IAMUser".to_owned(),
        name: "deploy".to_owned(),
        principal_id: None,
        access_key_id: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
        account: String::new(),
    }];
    finding
}

#[test]
fn whatever_the_planner_proposes_for_a_finding_is_there_after_seeding() {
    let Opened { account, folder: _folder } = opened();
    assert_eq!(account.seed_from_finding(&finding()).unwrap(), 3);
    let targets = propose(&finding());
    assert_eq!(targets.len(), 2);
    for target in targets {
        let observed = observe(&account, &target);
        assert!(matches!(effect(&target, &observed), Effect::Change(_)), "{observed:?}");
    }
}

#[test]
fn an_instance_whose_finding_names_no_interface_has_one_and_a_quarantine_group() {
    let Opened { account, folder: _folder } = opened();
    account.seed_from_finding(&finding()).unwrap();
    let Observation::Instance(instance) = observe(&account, &isolate()) else { panic!("no instance") };
    assert_eq!(instance.interfaces.len(), 1);
    assert!(instance.interfaces.keys().all(|id| id.starts_with("eni-") && id.len() == 21));
    assert!(instance.vpc_id.starts_with("vpc-"));
    assert!(instance.quarantine_group.is_some_and(|group| group.starts_with("sg-")));
    assert_eq!(instance.tags.get("env").map(String::as_str), Some("dev"));
}

#[test]
fn the_interfaces_that_a_finding_names_are_kept_in_their_order_of_groups() {
    let Opened { account, folder: _folder } = opened();
    let mut finding = finding();
    let groups = vec!["sg-b".to_owned(), "sg-a".to_owned()];
    finding.resources[0].instance = Some(Instance {
        interfaces: vec![Interface {
            id: "eni-1".to_owned(),
            vpc_id: "vpc-1".to_owned(),
            groups: groups.clone(),
            ..Interface::default()
        }],
        ..Instance::default()
    });
    account.seed_from_finding(&finding).unwrap();
    let Observation::Instance(instance) = observe(&account, &isolate()) else { panic!("no instance") };
    assert_eq!(instance.interfaces, BTreeMap::from([("eni-1".to_owned(), groups)]));
    assert!(account.get(VPC).unwrap().is_some());
}

#[test]
fn keys_of_sessions_and_of_roles_are_no_keys_of_users() {
    let Opened { account, folder: _folder } = opened();
    let mut finding = finding();
    finding.resources.clear();
    finding.principals[0].access_key_id = Some("ASIAIOSFODNN7EXAMPLE".to_owned());
    assert_eq!(account.seed_from_finding(&finding).unwrap(), 0);
    finding.principals[0].access_key_id = Some("AKIAIOSFODNN7EXAMPLE".to_owned());
    finding.principals[0].kind = "AssumedRole".to_owned();
    assert_eq!(account.seed_from_finding(&finding).unwrap(), 0);
}

#[test]
fn seeding_again_adds_nothing_and_overwrites_nothing() {
    let Opened { account, folder: _folder } = opened();
    account.seed_from_finding(&finding()).unwrap();
    let before = observe(&account, &deactivate());
    apply(&account, &deactivate(), &change_for(&deactivate(), &before)).unwrap();
    let listed = account.list().unwrap();
    assert_eq!(account.seed_from_finding(&finding()).unwrap(), 0);
    let document = format!(
        r#"{{"users":[{{"account":"111122223333","name":"x","keys":{{"{}":"Active"}}}}]}}"#,
        "AKIAIOSFODNN7EXAMPLE"
    );
    assert_eq!(account.seed_from_json(&document).unwrap(), 0);
    assert_eq!(account.list().unwrap(), listed);
}

const DOCUMENT: &str = r#"{
    "instances": [{"arn": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
        "tags": {"env": "prod"}, "vpc_id": "vpc-1", "interfaces": {"eni-1": ["sg-2", "sg-1"]}}],
    "vpcs": [{"account": "111122223333", "region": "eu-west-1", "vpc_id": "vpc-1", "quarantine_group": "sg-q"}],
    "users": [{"account": "111122223333", "name": "deploy", "tags": {"team": "web"},
        "keys": {"AKIAIOSFODNN7EXAMPLE": "Active"}}]
}"#;

#[test]
fn a_document_fills_the_account() {
    let Opened { account, folder: _folder } = opened();
    assert_eq!(account.seed_from_json(DOCUMENT).unwrap(), 3);
    let Observation::Instance(instance) = observe(&account, &isolate()) else { panic!("no instance") };
    assert_eq!(instance.quarantine_group.as_deref(), Some("sg-q"));
    let Observation::AccessKey(key) = observe(&account, &deactivate()) else { panic!("no key") };
    assert_eq!((key.status, key.tags.len()), (KeyStatus::Active, 1));
}

#[test]
fn the_resources_behind_the_built_in_stream_are_such_a_document() {
    let Opened { account, folder: _folder } = opened();
    account.seed_from_json(&soc_samples::accounts()).unwrap();
    let listed = account.list().unwrap();
    let vpcs: Vec<_> = listed.iter().filter(|one| one.what == "vpc").collect();
    assert!(!vpcs.is_empty() && vpcs.iter().all(|vpc| vpc.state.contains(r#""quarantine_group":"sg-"#)));
}

#[test]
fn a_document_with_an_unknown_field_is_refused_whole() {
    let Opened { account, folder: _folder } = opened();
    for text in [
        DOCUMENT.replace("\"tags\"", "\"tag\""),
        DOCUMENT.replace(":instance/", ":volume/"),
        DOCUMENT.replace("Active", "active"),
    ] {
        let error = account.seed_from_json(&text).unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Rejected);
    }
    assert_eq!(account.list().unwrap(), []);
}

#[test]
fn what_is_not_there_is_observed_as_nothing() {
    let Opened { account, folder: _folder } = opened();
    assert_eq!(wait(account.observe(&isolate())).unwrap(), None);
}

#[test]
fn changes_that_fit_no_resource_are_rejected_and_not_logged() {
    let Opened { account, folder: _folder } = opened();
    let set_status = |user: &str| Change::SetKeyStatus {
        user: user.to_owned(),
        key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        status: KeyStatus::Inactive,
    };
    let set_groups = |interface: &str, groups: &[&str]| Change::SetGroups {
        instance_id: "i-0123456789abcdef0".to_owned(),
        interfaces: BTreeMap::from([(
            interface.to_owned(),
            groups.iter().map(|group| (*group).to_owned()).collect(),
        )]),
    };
    let rejected = |target: &Target, change: &Change| {
        let error = apply(&account, target, change).unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Rejected, "{change:?}");
    };
    rejected(&deactivate(), &set_status("deploy"));
    account.seed_from_json(DOCUMENT).unwrap();
    let listed = account.list().unwrap();
    rejected(&deactivate(), &set_status("somebody"));
    rejected(&deactivate(), &set_groups("eni-1", &["sg-q"]));
    rejected(&isolate(), &set_status("deploy"));
    rejected(&isolate(), &set_groups("eni-2", &["sg-q"]));
    rejected(&isolate(), &set_groups("eni-1", &[]));
    rejected(&target(ActionKind::IsolateInstance, VPC), &set_groups("eni-1", &["sg-q"]));
    assert_eq!(account.list().unwrap(), listed);
    assert_eq!(account.applied().unwrap(), []);
}

#[test]
fn two_handles_see_each_others_changes_and_one_log() {
    let Opened { account: one, folder } = opened();
    let other = SimulatedAccount::open(&folder.path().join("account.sqlite")).unwrap();
    one.seed_from_json(DOCUMENT).unwrap();
    let before = observe(&other, &isolate());
    let change = change_for(&isolate(), &before);
    apply(&other, &isolate(), &change).unwrap();
    assert_eq!(observe(&one, &isolate()), change.applied_to(&before));
    let undo = reversal(&before, &observe(&one, &isolate())).unwrap();
    apply(&one, &isolate(), &undo).unwrap();
    assert_eq!(observe(&other, &isolate()), before);
    let log = vec![(INSTANCE.to_owned(), change), (INSTANCE.to_owned(), undo)];
    assert_eq!(other.applied().unwrap(), log);
}

#[test]
fn what_was_applied_is_there_when_the_file_is_opened_again() {
    let Opened { account, folder } = opened();
    account.seed_from_json(DOCUMENT).unwrap();
    let change = change_for(&deactivate(), &observe(&account, &deactivate()));
    apply(&account, &deactivate(), &change).unwrap();
    drop(account);
    let again = SimulatedAccount::open(&folder.path().join("account.sqlite")).unwrap();
    assert_eq!(effect(&deactivate(), &observe(&again, &deactivate())), Effect::AlreadyThere);
    assert_eq!(again.applied().unwrap().len(), 1);
}

#[test]
fn every_commit_waits_for_the_disk() {
    let Opened { account, folder: _folder } = opened();
    let connection = account.lock();
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", (), |row| row.get(0)).unwrap();
    let journal: String = connection.query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let Opened { account, folder } = opened();
    account.seed_from_json(DOCUMENT).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

#[test]
fn a_change_by_somebody_else_is_seen_and_is_not_ours() {
    let Opened { account, folder: _folder } = opened();
    account.seed_from_json(DOCUMENT).unwrap();
    let state = account.get(KEY).unwrap().unwrap();
    account.set(KEY, &state.replace("Active", "Inactive")).unwrap();
    assert_eq!(effect(&deactivate(), &observe(&account, &deactivate())), Effect::AlreadyThere);
    assert_eq!(account.applied().unwrap(), []);
    for (arn, text) in [(INSTANCE, state.as_str()), (KEY, "{}"), (KEY, "no JSON")] {
        assert_eq!(account.set(arn, text).unwrap_err().kind, PortErrorKind::Rejected, "{text}");
    }
}

fn name() -> impl Strategy<Value = String> {
    // Tags and user names are hostile: any text.
    prop_oneof!["[a-z]{1,8}", any::<String>()]
}

fn states() -> impl Strategy<Value = (Target, ResourceState)> {
    let tags = || proptest::collection::btree_map(name(), name(), 0..4);
    let groups = || proptest::collection::vec("sg-[0-9a-f]{3}", 1..4);
    let instance = (proptest::collection::btree_map("eni-[0-9a-f]{3}", groups(), 1..5), tags()).prop_map(
        |(interfaces, tags)| {
            let instance_id = "i-0123456789abcdef0".to_owned();
            let vpc_id = "vpc-1".to_owned();
            let state = super::resource::Instance { instance_id, vpc_id, interfaces, tags };
            (isolate(), ResourceState::Instance(state))
        },
    );
    let key = (name(), tags()).prop_map(|(user, tags)| {
        let key_id = "AKIAIOSFODNN7EXAMPLE".to_owned();
        let state = super::resource::AccessKey { user, key_id, status: KeyStatus::Active, tags };
        (deactivate(), ResourceState::AccessKey(state))
    });
    prop_oneof![instance, key]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn reversing_what_was_applied_gives_the_beginning_byte_for_byte((target, state) in states()) {
        let Opened { account, folder: _folder } = opened();
        let vpc = r#"{"what":"vpc","vpc_id":"vpc-1","quarantine_group":"sg-quarantine"}"#;
        account.set(VPC, vpc).unwrap();
        account.set(&target.resource, &state.to_json().unwrap()).unwrap();
        let text = account.get(&target.resource).unwrap();
        let before = observe(&account, &target);

        apply(&account, &target, &change_for(&target, &before)).unwrap();
        let after = observe(&account, &target);
        prop_assert_eq!(effect(&target, &after), Effect::AlreadyThere);

        apply(&account, &target, &reversal(&before, &after).unwrap()).unwrap();
        prop_assert_eq!(observe(&account, &target), before);
        prop_assert_eq!(account.get(&target.resource).unwrap(), text);
        prop_assert_eq!(account.applied().unwrap().len(), 2);
    }
}
