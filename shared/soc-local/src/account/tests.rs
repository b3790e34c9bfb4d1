//! The account through its port, and filling it.

use std::collections::{BTreeMap, BTreeSet};
use std::task::{Context, Poll, Waker};

use soc_domain::action::{
    ActionKind, Change, Effect, KeyStatus, Observation, Target, effect, propose, reversal,
};
use soc_domain::finding::{
    Finding, Instance, Interface, Principal, Remote, Resource, ResourceKind, ResourceRole,
};
use soc_domain::id::{IncidentId, Place};
use soc_pipeline::error::{PortErrorKind, PortResult};
use soc_pipeline::ports::Account;

use super::SimulatedAccount;

const INSTANCE: &str = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0";
const VPC: &str = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1";
const KEY: &str = "arn:aws:iam::111122223333:access-key/AKIAIOSFODNN7EXAMPLE";

pub(super) struct Opened {
    pub(super) account: SimulatedAccount,
    pub(super) folder: tempfile::TempDir,
}

pub(super) fn opened() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let account = SimulatedAccount::open(&folder.path().join("account.sqlite")).unwrap();
    Opened { account, folder }
}

pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub(super) fn target(kind: ActionKind, resource: &str) -> Target {
    Target { kind, resource: resource.to_owned(), place: Place::default(), parameters: BTreeMap::new() }
}

fn isolate() -> Target {
    target(ActionKind::IsolateInstance, INSTANCE)
}

fn deactivate() -> Target {
    target(ActionKind::DeactivateAccessKey, KEY)
}

pub(super) fn observe(account: &SimulatedAccount, target: &Target) -> Observation {
    wait(account.observe(target)).unwrap().unwrap()
}

pub(super) fn apply(account: &SimulatedAccount, target: &Target, change: &Change) -> PortResult<()> {
    wait(account.apply(target, change))
}

pub(super) fn change_for(target: &Target, observed: &Observation) -> Change {
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
    let finding = named_finding();
    account.seed_from_finding(&finding).unwrap();
    let incident = IncidentId::opened_by(finding.id);
    let mut kinds = BTreeSet::new();
    for target in propose(&finding, incident) {
        kinds.insert(target.kind);
        let observed = observe(&account, &target);
        assert!(matches!(effect(&target, &observed), Effect::Change(_)), "{observed:?}");
    }
    let expected = [
        ActionKind::SnapshotVolumes,
        ActionKind::DeactivateAccessKey,
        ActionKind::DenyOlderSessions,
        ActionKind::IsolateInstance,
        ActionKind::DenyRemoteAddress,
    ];
    assert_eq!(kinds, BTreeSet::from(expected));
}

/// The finding with everything that its instance may have.
fn named_finding() -> Finding {
    let mut finding = finding();
    finding.last_seen = soc_domain::time::Timestamp::parse("2026-03-02T10:00:00Z");
    finding.remotes = vec![Remote { ip: "203.0.113.9".to_owned(), ..Remote::default() }];
    finding.resources[0].instance = Some(Instance {
        profile_arn: Some("arn:aws:iam::111122223333:instance-profile/web".to_owned()),
        interfaces: vec![Interface {
            id: "eni-1".to_owned(),
            vpc_id: "vpc-1".to_owned(),
            subnet_id: "subnet-1".to_owned(),
            groups: vec!["sg-1".to_owned()],
            ..Interface::default()
        }],
        ..Instance::default()
    });
    finding
}

#[test]
fn a_probed_port_is_open_after_seeding_and_a_granted_bucket_is_public() {
    let Opened { account, folder: _folder } = opened();
    let mut finding = named_finding();
    finding.kind = "Recon:EC2/PortProbeUnprotectedPort".to_owned();
    finding.role = Some(ResourceRole::Target);
    finding.local_ports = vec![22];
    account.seed_from_finding(&finding).unwrap();
    let targets = propose(&finding, IncidentId::opened_by(finding.id));
    let revoke = targets.iter().find(|target| target.kind == ActionKind::RevokeSecurityGroupRule).unwrap();
    assert!(matches!(effect(revoke, &observe(&account, revoke)), Effect::Change(_)));

    finding.kind = "Policy:S3/BucketAnonymousAccessGranted".to_owned();
    finding.resources[0].kind = ResourceKind::AwsS3Bucket;
    finding.resources[0].arn = "arn:aws:s3:::reports".to_owned();
    account.seed_from_finding(&finding).unwrap();
    let targets = propose(&finding, IncidentId::opened_by(finding.id));
    let block = targets.iter().find(|target| target.kind == ActionKind::BlockBucketPublicAccess).unwrap();
    assert!(matches!(effect(block, &observe(&account, block)), Effect::Change(_)));
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
    account.seed_from_finding(&finding).unwrap();
    assert!(account.list().unwrap().iter().all(|one| one.what == "role"));
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
    assert_eq!(account.seed_from_json(DOCUMENT).unwrap(), 4);
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
fn a_document_describes_every_kind_of_resource_and_leaves_out_what_has_a_default() {
    let Opened { account, folder: _folder } = opened();
    let document = r#"{
        "instances": [{"arn": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "vpc_id": "vpc-1",
            "interfaces": {"eni-1": ["sg-1"]}, "volumes": ["vol-1", "vol-2"],
            "profile_arn": "arn:aws:iam::111122223333:instance-profile/web"}],
        "roles": [{"account": "111122223333", "name": "web-role", "policies": {"s3": "{}"},
            "instance_profiles": ["web"]}],
        "buckets": [{"name": "reports", "public": true}],
        "security_groups": [{"account": "111122223333", "region": "eu-west-1", "group_id": "sg-1",
            "rules": [{"protocol": "tcp", "from_port": 22, "to_port": 22, "source": "0.0.0.0/0"}]}],
        "network_acls": [{"account": "111122223333", "region": "eu-west-1", "acl_id": "acl-1",
            "subnets": ["subnet-1"]}]
    }"#;
    assert_eq!(account.seed_from_json(document).unwrap(), 8);
    let role = Target {
        parameters: BTreeMap::from([("issued_before".to_owned(), "2026-03-02T10:00:00Z".to_owned())]),
        ..target(ActionKind::DenyOlderSessions, "arn:aws:iam::111122223333:instance-profile/web")
    };
    let Observation::Role(role) = observe(&account, &role) else { panic!("no role") };
    assert_eq!((role.role_name.as_str(), role.instances), ("web-role", 1));
    let subnet = target(ActionKind::DenyRemoteAddress, "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1");
    let Observation::NetworkAcl(acl) = observe(&account, &subnet) else { panic!("no network ACL") };
    assert_eq!((acl.acl_id.as_str(), acl.entries.len(), acl.subnets), ("acl-1", 2, 1));
    let twice = document.replace(
        "\"rules\": [",
        "\"rules\": [{\"protocol\": \"tcp\", \"from_port\": 22, \
        \"to_port\": 22, \"source\": \"0.0.0.0/0\", \"description\": \"again\"},",
    );
    assert_eq!(account.seed_from_json(&twice).unwrap_err().kind, PortErrorKind::Rejected);
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
fn changes_that_wait_together_are_kept_together_or_dropped_with_those_who_made_them() {
    let Opened { account, folder } = opened();
    let other = SimulatedAccount::open(&folder.path().join("account.sqlite")).unwrap();
    account.seed_from_json(DOCUMENT).unwrap();
    let targets = [isolate(), deactivate()];
    let changes = targets.each_ref().map(|target| change_for(target, &observe(&account, target)));
    let mut context = Context::from_waker(Waker::noop());
    for (kept, applied) in [(false, 0), (true, 2)] {
        account.wait_together();
        let mut acts = [0, 1].map(|which: usize| account.apply(&targets[which], &changes[which]));
        for act in &mut acts {
            assert!(act.as_mut().poll(&mut context).is_pending());
        }
        // One that is refused leaves the others as they are.
        assert_eq!(apply(&account, &isolate(), &changes[1]).unwrap_err().kind, PortErrorKind::Rejected);
        assert_eq!(other.applied().unwrap().len(), 0);
        if kept {
            assert!(account.keep_changes().unwrap());
            for act in &mut acts {
                assert!(matches!(act.as_mut().poll(&mut context), Poll::Ready(Ok(()))));
            }
            assert!(!account.keep_changes().unwrap(), "nobody waits any more");
        }
        drop(acts);
        account.wait_alone().unwrap();
        assert_eq!(other.applied().unwrap().len(), applied);
    }
}

#[test]
fn every_commit_waits_for_the_disk() {
    let Opened { account, folder: _folder } = opened();
    let inner = account.lock();
    let synchronous: i64 = inner.connection.query_row("PRAGMA synchronous", (), |row| row.get(0)).unwrap();
    let journal: String = inner.connection.query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
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
