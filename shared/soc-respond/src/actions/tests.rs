//! The session policies of every kind: what they allow is what is called, on the one resource.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::action::{
    AclEntry, ActionKind, Change, Direction, EntryVerdict, IngressRule, KeyStatus, Target,
};
use soc_domain::id::{FindingId, IncidentId, Place};

use super::{
    block_bucket_public_access, deactivate_access_key, deny_older_sessions, deny_remote_address,
    isolate_instance, revoke_security_group_rule, snapshot_volumes,
};
use crate::permissions::permissions;
use crate::policy::{LONGEST, Statement, document};
use crate::subject::Subject;

fn target(kind: ActionKind) -> Target {
    let resource = match kind {
        ActionKind::SnapshotVolumes | ActionKind::IsolateInstance => {
            "ec2:eu-west-1:111122223333:instance/i-1"
        }
        ActionKind::DeactivateAccessKey => "iam::111122223333:access-key/AKIAIOSFODNN7EXAMPLE",
        ActionKind::DenyOlderSessions => "iam::111122223333:instance-profile/web",
        ActionKind::BlockBucketPublicAccess => "s3:::reports",
        ActionKind::RevokeSecurityGroupRule => "ec2:eu-west-1:111122223333:security-group/sg-1",
        ActionKind::DenyRemoteAddress => "ec2:eu-west-1:111122223333:subnet/subnet-1",
    };
    let place = ["aws", "111122223333", "eu-west-1"].map(str::to_owned);
    let [partition, account, region] = place;
    let incident = IncidentId::opened_by(FindingId::from_parts(&["1"])).to_string();
    let parameters = [("user_name".to_owned(), "deploy".to_owned()), ("incident".to_owned(), incident)];
    Target {
        kind,
        resource: format!("arn:aws:{resource}"),
        place: Place { partition, account, region },
        parameters: BTreeMap::from(parameters),
    }
}

/// Every change of a kind.
fn changes(kind: ActionKind) -> Vec<Change> {
    let (one, mark) = ("i-1".to_owned(), "act_x".to_owned());
    let rule = IngressRule {
        protocol: "tcp".to_owned(),
        from_port: Some(22),
        to_port: Some(22),
        source: "0.0.0.0/0".to_owned(),
        description: None,
    };
    let entry = AclEntry {
        direction: Direction::Ingress,
        number: 1,
        protocol: "-1".to_owned(),
        ports: None,
        cidr: "203.0.113.9/32".to_owned(),
        verdict: EntryVerdict::Deny,
    };
    let (role_name, policy_name) = ("web".to_owned(), "p".to_owned());
    let (group_id, acl_id) = ("sg-1".to_owned(), "acl-1".to_owned());
    match kind {
        ActionKind::SnapshotVolumes => vec![
            Change::CreateSnapshots { instance_id: one.clone(), volumes: Vec::new(), mark: mark.clone() },
            Change::DeleteSnapshots { instance_id: one, snapshots: Vec::new(), mark },
        ],
        ActionKind::DeactivateAccessKey => {
            vec![Change::SetKeyStatus { user: one.clone(), key_id: one, status: KeyStatus::Inactive }]
        }
        ActionKind::DenyOlderSessions => vec![
            Change::PutRolePolicy {
                role_name: role_name.clone(),
                policy_name: policy_name.clone(),
                document: String::new(),
            },
            Change::DeleteRolePolicy { role_name, policy_name },
        ],
        ActionKind::IsolateInstance => {
            let interfaces = BTreeMap::from([("eni-1".to_owned(), vec![group_id])]);
            vec![Change::SetGroups { instance_id: one, interfaces }]
        }
        ActionKind::BlockBucketPublicAccess => {
            vec![Change::SetPublicAccessBlock { bucket: "reports".to_owned(), block: None }]
        }
        ActionKind::RevokeSecurityGroupRule => vec![
            Change::RevokeIngress { group_id: group_id.clone(), rule: rule.clone() },
            Change::AuthorizeIngress { group_id, rule },
        ],
        ActionKind::DenyRemoteAddress => vec![
            Change::CreateAclEntry { acl_id: acl_id.clone(), entry: entry.clone() },
            Change::DeleteAclEntry { acl_id, entry },
        ],
    }
}

fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    match subject.target.kind {
        ActionKind::SnapshotVolumes => snapshot_volumes::to_look(subject),
        ActionKind::DeactivateAccessKey => deactivate_access_key::to_look(subject),
        ActionKind::DenyOlderSessions => {
            let mut both = deny_older_sessions::to_look_at_profile(subject);
            both.extend(deny_older_sessions::to_look(subject, "web"));
            both
        }
        ActionKind::IsolateInstance => isolate_instance::to_look(subject),
        ActionKind::BlockBucketPublicAccess => block_bucket_public_access::to_look(subject),
        ActionKind::RevokeSecurityGroupRule => revoke_security_group_rule::to_look(subject),
        ActionKind::DenyRemoteAddress => deny_remote_address::to_look(subject),
    }
}

fn to_change(subject: &Subject<'_>, change: &Change) -> Vec<Statement> {
    match subject.target.kind {
        ActionKind::SnapshotVolumes => snapshot_volumes::to_change(subject, change),
        ActionKind::DeactivateAccessKey => deactivate_access_key::to_change(subject),
        ActionKind::DenyOlderSessions => deny_older_sessions::to_change(subject, change),
        ActionKind::IsolateInstance => isolate_instance::to_change(subject, change),
        ActionKind::BlockBucketPublicAccess => block_bucket_public_access::to_change(subject),
        ActionKind::RevokeSecurityGroupRule => revoke_security_group_rule::to_change(subject, change),
        ActionKind::DenyRemoteAddress => deny_remote_address::to_change(subject, change),
    }
}

#[test]
fn the_sessions_of_each_kind_allow_exactly_what_it_calls() {
    for kind in ActionKind::ALL {
        let target = target(kind);
        let subject = Subject::read(&target).unwrap();
        let mut statements = to_look(&subject);
        for change in changes(kind) {
            let of_one = to_change(&subject, &change);
            assert!(!of_one.is_empty() && document(&of_one).len() <= LONGEST, "{change:?}");
            statements.extend(of_one);
        }
        let allowed: BTreeSet<&str> = statements.iter().flat_map(|one| one.actions.clone()).collect();
        let called: BTreeSet<&str> = permissions(kind).iter().map(|one| one.action).collect();
        assert_eq!(allowed, called, "{kind}");
    }
}

#[test]
fn no_session_allows_a_star_but_to_describe() {
    for kind in ActionKind::ALL {
        let target = target(kind);
        let subject = Subject::read(&target).unwrap();
        let acting = changes(kind).into_iter().flat_map(|change| to_change(&subject, &change));
        for statement in to_look(&subject).into_iter().chain(acting) {
            let describes = statement.actions.iter().all(|action| action.starts_with("ec2:Describe"));
            assert!(!statement.actions.iter().any(|action| action.contains('*')), "{statement:?}");
            assert_eq!(statement.resources == ["*"], describes, "{statement:?}");
        }
    }
}

#[test]
fn a_session_for_isolation_names_each_interface_and_group() {
    let target = target(ActionKind::IsolateInstance);
    let subject = Subject::read(&target).unwrap();
    let text = document(&to_change(&subject, &changes(ActionKind::IsolateInstance)[0]));
    for arn in ["instance/i-1", "network-interface/eni-1", "security-group/sg-1"] {
        assert!(text.contains(&format!("arn:aws:ec2:eu-west-1:111122223333:{arn}\"")), "{text}");
    }
}
