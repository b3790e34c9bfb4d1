//! What holds for every action: it can be undone, it is done once, and it says what it is.

use std::collections::{BTreeMap, BTreeSet};

use super::meaning::parameters;
use super::*;
use crate::id::FindingId;
use crate::policy::{DEFAULT, Policy};

fn incident() -> IncidentId {
    IncidentId::opened_by(FindingId::from_parts(&["1"]))
}

fn target(kind: ActionKind) -> Target {
    let parameters = match kind {
        ActionKind::SnapshotVolumes => parameters([("incident", incident().to_string())]),
        ActionKind::DenyOlderSessions => parameters([("issued_before", "2026-03-02T10:00:01Z".to_owned())]),
        ActionKind::RevokeSecurityGroupRule => {
            parameters([("port", "22".to_owned()), ("source", "0.0.0.0/0".to_owned())])
        }
        ActionKind::DenyRemoteAddress => {
            parameters([("address", "203.0.113.9/32".to_owned()), ("direction", "ingress".to_owned())])
        }
        ActionKind::DeactivateAccessKey
        | ActionKind::IsolateInstance
        | ActionKind::BlockBucketPublicAccess => BTreeMap::new(),
    };
    Target { kind, resource: "arn".to_owned(), place: Place::default(), parameters }
}

fn rule(protocol: &str, from: u16, to: u16) -> IngressRule {
    IngressRule {
        protocol: protocol.to_owned(),
        from_port: Some(from),
        to_port: Some(to),
        source: "0.0.0.0/0".to_owned(),
        description: Some("office, for now".to_owned()),
    }
}

fn entry(number: u16, cidr: &str, verdict: EntryVerdict) -> AclEntry {
    let (protocol, cidr) = ("-1".to_owned(), cidr.to_owned());
    AclEntry { direction: Direction::Ingress, number, protocol, ports: None, cidr, verdict }
}

/// A state in which the action has something to do.
fn before(kind: ActionKind) -> Observation {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let tags = BTreeMap::new();
    match kind {
        ActionKind::SnapshotVolumes => Observation::Volumes(VolumesState {
            instance_id: "i-1".to_owned(),
            volumes: names(&["vol-b", "vol-a"]),
            mark: evidence_mark(&target(kind)).unwrap(),
            snapshots: Vec::new(),
            tags,
        }),
        ActionKind::DeactivateAccessKey => Observation::AccessKey(AccessKeyState {
            user: "u".to_owned(),
            key_id: "AKIA1".to_owned(),
            status: KeyStatus::Active,
            tags,
        }),
        ActionKind::DenyOlderSessions => Observation::Role(RoleState {
            role_name: "web".to_owned(),
            role_arns: Vec::new(),
            policy_name: sessions_policy_name(&target(kind)).unwrap(),
            document: Some("{}".to_owned()),
            instances: 0,
            tags,
        }),
        ActionKind::IsolateInstance => Observation::Instance(InstanceState {
            instance_id: "i-1".to_owned(),
            vpc_id: "vpc-1".to_owned(),
            quarantine_group: Some("sg-q".to_owned()),
            interfaces: BTreeMap::from([
                ("eni-1".to_owned(), names(&["sg-b", "sg-a"])),
                ("eni-2".to_owned(), names(&["sg-q"])),
            ]),
            tags,
        }),
        ActionKind::BlockBucketPublicAccess => {
            Observation::Bucket(BucketState { bucket: "b".to_owned(), block: None, public: true, tags })
        }
        ActionKind::RevokeSecurityGroupRule => Observation::Rule(RuleState {
            group_id: "sg-1".to_owned(),
            rules: vec![rule("tcp", 22, 22)],
            instances: 1,
            tags,
        }),
        ActionKind::DenyRemoteAddress => Observation::NetworkAcl(AclState {
            acl_id: "acl-1".to_owned(),
            acl_arns: Vec::new(),
            cidr: "203.0.113.9/32".to_owned(),
            direction: Direction::Ingress,
            entries: vec![
                entry(1, "192.0.2.0/24", EntryVerdict::Deny),
                entry(100, "0.0.0.0/0", EntryVerdict::Allow),
            ],
            subnets: 1,
            tags,
        }),
    }
}

fn change(kind: ActionKind, state: &Observation) -> Change {
    match effect(&target(kind), state) {
        Effect::Change(change) => change,
        other @ (Effect::AlreadyThere | Effect::Impossible { .. }) => panic!("{other:?}"),
    }
}

#[test]
fn reversing_what_was_applied_gives_the_beginning_byte_for_byte() {
    for kind in ActionKind::ALL {
        let before = before(kind);
        let after = change(kind, &before).applied_to(&before);
        assert!(!same_state(&before, &after), "{kind}");
        let undo = reversal(&before, &after).unwrap();
        let again = undo.applied_to(&after);
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&before).unwrap(), "{kind}");
        assert!(same_state(&before, &again), "{kind}");
    }
}

#[test]
fn doing_it_twice_changes_nothing() {
    for kind in ActionKind::ALL {
        let after = change(kind, &before(kind)).applied_to(&before(kind));
        assert_eq!(effect(&target(kind), &after), Effect::AlreadyThere, "{kind}");
        assert_eq!(reversal(&after, &after), None, "{kind}");
    }
}

#[test]
fn another_kind_of_resource_is_left_alone() {
    for kind in ActionKind::ALL {
        for other in ActionKind::ALL.into_iter().filter(|other| *other != kind) {
            assert!(matches!(effect(&target(kind), &before(other)), Effect::Impossible { .. }));
            assert_eq!(reversal(&before(kind), &before(other)), None);
            assert!(!same_state(&before(kind), &before(other)));
            let untouched = change(kind, &before(kind)).applied_to(&before(other));
            assert_eq!(untouched, before(other), "{kind} on {other}");
        }
    }
}

#[test]
fn every_observation_and_change_reads_back_as_it_was_written() {
    for kind in ActionKind::ALL {
        let (state, change) = (before(kind), change(kind, &before(kind)));
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Observation>(&text).unwrap(), state);
        let text = serde_json::to_string(&change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}

#[test]
fn every_action_has_one_name_and_a_rule_in_the_default_policy() {
    let policy = Policy::parse(DEFAULT).unwrap();
    let names: BTreeSet<&str> = ActionKind::ALL.into_iter().map(ActionKind::name).collect();
    assert_eq!(names.len(), ActionKind::ALL.len());
    for kind in ActionKind::ALL {
        assert!(policy.action(kind).is_some(), "{kind}");
        assert_eq!(kind.name().parse::<ActionKind>(), Ok(kind));
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.name()));
        let refused = "no-such-action".parse::<ActionKind>().unwrap_err().to_string();
        assert!(refused.contains(kind.name()), "{refused}");
        assert_eq!(before(kind).kind(), kind);
    }
    assert!(ActionKind::ALL.is_sorted(), "the order of execution");
    assert_eq!(ActionKind::ALL.map(ActionKind::lasting)[0], Lasting::Evidence);
}

#[test]
fn an_instance_without_a_quarantine_group_is_left_to_a_person() {
    let Observation::Instance(mut state) = before(ActionKind::IsolateInstance) else { panic!("no instance") };
    state.quarantine_group = None;
    let outcome = effect(&target(ActionKind::IsolateInstance), &Observation::Instance(state));
    assert!(matches!(outcome, Effect::Impossible { .. }));
}

#[test]
fn a_deny_comes_before_every_entry_that_lets_the_address_pass_or_is_left_to_a_person() {
    let kind = ActionKind::DenyRemoteAddress;
    let with = |entries: Vec<AclEntry>| {
        let Observation::NetworkAcl(mut state) = before(kind) else { panic!("no network ACL") };
        state.entries = entries;
        Observation::NetworkAcl(state)
    };
    let number = |state: &Observation| {
        let Change::CreateAclEntry { entry, .. } = change(kind, state) else { panic!("no entry") };
        entry.number
    };
    let (allow, deny) = (EntryVerdict::Allow, EntryVerdict::Deny);
    assert_eq!(number(&before(kind)), 2);
    assert_eq!(number(&with(vec![entry(3, "0.0.0.0/0", allow)])), 1);
    let others: Vec<AclEntry> = (1..9).map(|number| entry(number, "198.51.100.0/24", allow)).collect();
    assert_eq!(number(&with(others)), 9, "an entry for other addresses is no matter");
    for full in [
        vec![entry(1, "203.0.113.0/24", allow)],
        (1..=20).map(|number| entry(number, "198.51.100.7/32", deny)).collect(),
    ] {
        assert!(matches!(effect(&target(kind), &with(full)), Effect::Impossible { .. }));
    }
    let late = vec![entry(1, "0.0.0.0/0", allow), entry(2, "203.0.113.9/32", deny)];
    assert_ne!(effect(&target(kind), &with(late)), Effect::AlreadyThere, "a deny behind it does nothing");
}

#[test]
fn of_several_rules_that_open_the_port_none_is_revoked() {
    let kind = ActionKind::RevokeSecurityGroupRule;
    let Observation::Rule(mut state) = before(kind) else { panic!("no rule") };
    state.rules.push(rule("-1", 0, 65_535));
    assert!(matches!(effect(&target(kind), &Observation::Rule(state.clone())), Effect::Impossible { .. }));
    state.rules.remove(0);
    assert_eq!(blast_radius(&Observation::Rule(state)), 65_536);
}

#[test]
fn a_later_moment_covers_an_earlier_one_and_has_a_policy_of_its_own() {
    let at = |moment: &str| Target {
        parameters: parameters([("issued_before", moment.to_owned())]),
        ..target(ActionKind::DenyOlderSessions)
    };
    let (early, late) = (at("2026-03-02T10:00:01Z"), at("2026-03-02T11:00:00Z"));
    assert!(late.covers(&early) && early.covers(&early) && !early.covers(&late));
    assert_ne!(sessions_policy_name(&early), sessions_policy_name(&late));
    let elsewhere = Target { resource: "another".to_owned(), ..early.clone() };
    assert!(!late.covers(&elsewhere));
}

#[test]
fn a_deny_of_the_other_way_is_no_change_of_this_one() {
    let before = before(ActionKind::DenyRemoteAddress);
    let after = change(ActionKind::DenyRemoteAddress, &before).applied_to(&before);
    let Observation::NetworkAcl(mut state) = after.clone() else { panic!("no network ACL") };
    let out = AclEntry { direction: Direction::Egress, ..entry(1, "203.0.113.9/32", EntryVerdict::Deny) };
    state.entries.push(out);
    assert!(same_state(&after, &Observation::NetworkAcl(state)));
}

/// A threat in which an instance acted, against an address.
fn threat(kind: &str, ip: &str) -> Finding {
    let text = format!(
        r#"{{"id":"fnd_aaaaaaaaaaaaaaaaaaaaaaaaaa","product":"guardduty","product_id":"1","route":"Native",
        "place":{{"partition":"aws","account":"111122223333","region":"eu-west-1"}},"class":"Threat",
        "kind":"{kind}","title":"","description":"","severity":"High","count":1,"record_state":"Active",
        "workflow_status":"New","last_seen":1772445600500,"remotes":[{{"ip":"{ip}"}}],
        "principals":[{{"kind":"AssumedRole","name":"web","account":""}}],
        "resources":[{{"arn":"arn:aws:ec2:eu-west-1:111122223333:instance/i-1","kind":"AwsEc2Instance","id":"i-1",
        "place":{{"partition":"aws","account":"111122223333","region":"eu-west-1"}},
        "instance":{{"interfaces":[{{"id":"eni-1","vpc_id":"vpc-1","subnet_id":"subnet-1","groups":["sg-1"],
        "public_ip":"198.51.100.80"}}]}}}}]}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn proposed(finding: &Finding, kind: ActionKind) -> Vec<Target> {
    propose(finding, incident()).into_iter().filter(|target| target.kind == kind).collect()
}

#[test]
fn only_single_addresses_of_the_public_internet_that_are_not_ours_are_denied() {
    let kind = "CryptoCurrency:EC2/BitcoinTool.B";
    for ip in ["203.0.113.9", "2600:1f18::9", "::ffff:203.0.113.9"] {
        let targets = proposed(&threat(kind, ip), ActionKind::DenyRemoteAddress);
        assert_eq!(targets.len(), 1, "{ip}");
        let address = targets[0].parameter("address");
        assert!(address.ends_with("/32") || address.ends_with("/128"), "{address}");
    }
    for ip in [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fd00:ec2::254",
        "fe80::1",
        "::ffff:10.0.0.1",
        "198.51.100.80",
        "",
        "0.0.0.0/0",
        "example.com",
    ] {
        assert_eq!(proposed(&threat(kind, ip), ActionKind::DenyRemoteAddress), [], "{ip}");
    }
    let mut of_aws = threat(kind, "203.0.113.9");
    of_aws.remotes[0].organization = Some("Amazon.com, Inc.".to_owned());
    assert_eq!(proposed(&of_aws, ActionKind::DenyRemoteAddress), []);
}

#[test]
fn sessions_are_denied_up_to_the_last_known_activity_and_never_of_roles_that_aws_manages() {
    let mut finding =
        threat("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "203.0.113.9");
    let targets = proposed(&finding, ActionKind::DenyOlderSessions);
    assert_eq!(targets.len(), 1);
    assert_eq!(targets[0].resource, "arn:aws:iam::111122223333:role/web");
    assert_eq!(targets[0].parameter("issued_before"), "2026-03-02T10:00:01Z");
    assert_eq!(
        proposed(&finding, ActionKind::DenyOlderSessions),
        targets,
        "the same finding is the same action"
    );
    for name in ["AWSServiceRoleForSupport", "AWSReservedSSO_Admin_1", "a/b", "", "x*"] {
        finding.principals[0].name = name.to_owned();
        assert_eq!(proposed(&finding, ActionKind::DenyOlderSessions), [], "{name}");
    }
}

#[test]
fn only_a_port_that_somebody_knocks_at_is_closed_and_never_the_web() {
    let mut finding = threat("UnauthorizedAccess:EC2/SSHBruteForce", "203.0.113.9");
    let ports = |finding: &Finding| {
        let targets = proposed(finding, ActionKind::RevokeSecurityGroupRule);
        let ports = targets.iter().map(|target| target.parameter("port").to_owned());
        ports.collect::<BTreeSet<String>>()
    };
    assert_eq!(ports(&finding), BTreeSet::from(["22".to_owned()]));
    finding.local_ports = vec![80, 443, 9200];
    finding.kind = "Recon:EC2/PortProbeUnprotectedPort".to_owned();
    assert_eq!(ports(&finding), BTreeSet::from(["9200".to_owned()]));
    finding.role = Some(crate::finding::ResourceRole::Actor);
    assert_eq!(ports(&finding), BTreeSet::new(), "the instance is who knocks");
}
