//! What the sources call is what the list of permissions says, both ways; and the list as a file for the templates.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use soc_domain::action::ActionKind;
use soc_respond::{SESSION_PERMISSIONS, permissions};

/// The SDK's operations that a source calls, as it writes them: `ec2.describe_instances()`.
fn operations(source: &str) -> (BTreeSet<String>, usize) {
    let code =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let code = code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".");
    let mut found = BTreeSet::new();
    let mut calls = 0;
    for client in ["ec2", "iam", "s3", "sts"] {
        let front = format!("{client}.");
        for (at, _) in code.match_indices(&front) {
            let (until, from) = code.split_at(at);
            let before = until.chars().next_back().unwrap_or(' ');
            let rest = from.strip_prefix(&front).unwrap();
            let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let is_call =
                rest.strip_prefix(&name).is_some_and(|rest| rest.starts_with("()")) && name.contains('_');
            if is_call && !before.is_ascii_alphanumeric() && before != '_' {
                found.insert(name);
                calls += 1;
            }
        }
    }
    (found, calls)
}

/// What is wrong with a source whose kind has these permissions.
fn faults(name: &str, source: &str, listed: &BTreeSet<String>) -> Vec<String> {
    let (called, calls) = operations(source);
    let sent = source.matches(".send()").count();
    let mut faults = Vec::new();
    if calls != sent {
        faults.push(format!("{name}: {sent} calls are sent, and {calls} operations are recognised"));
    }
    let unlisted = called.difference(listed).map(|call| format!("{name}: {call} has no permission"));
    let unused = listed.difference(&called).map(|call| format!("{name}: {call} is listed and not called"));
    faults.extend(unlisted.chain(unused));
    faults
}

fn listed(kind: ActionKind) -> BTreeSet<String> {
    permissions(kind).iter().map(|permission| permission.operation.to_owned()).collect()
}

fn source(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn file_of(kind: ActionKind) -> String {
    format!("actions/{}.rs", kind.name().replace('-', "_"))
}

#[test]
fn every_operation_that_an_action_calls_has_a_permission_and_every_permission_is_used() {
    let mut found = Vec::new();
    for kind in ActionKind::ALL {
        found.extend(faults(kind.name(), &source(&file_of(kind)), &listed(kind)));
    }
    let mut session: BTreeSet<String> =
        SESSION_PERMISSIONS.iter().map(|permission| permission.operation.to_owned()).collect();
    session.insert("get_caller_identity".to_owned());
    found.extend(faults("session", &source("session.rs"), &session));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_other_source_calls_anything() {
    let own: BTreeSet<String> =
        ActionKind::ALL.into_iter().map(file_of).chain(["session.rs".to_owned()]).collect();
    for name in ["", "actions/"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = format!("{name}{}", entry.unwrap().file_name().to_str().unwrap());
            if file.ends_with(".rs") && !own.contains(&file) {
                assert_eq!(source(&file).matches(".send()").count(), 0, "{file}");
            }
        }
    }
}

#[test]
fn an_operation_without_a_row_and_a_row_without_an_operation_are_named() {
    let kind = ActionKind::IsolateInstance;
    let text = source(&file_of(kind));
    let more =
        format!("{text}\nasync fn planted() {{ ec2\n    .terminate_instances()\n    .send().await; }}");
    assert_eq!(faults("f", &more, &listed(kind)), ["f: terminate_instances has no permission"]);
    let hidden = format!("{text}\nasync fn planted() {{ client.terminate_instances().send().await; }}");
    assert_eq!(faults("f", &hidden, &listed(kind)).len(), 1);
    let mut longer = listed(kind);
    longer.insert("stop_instances".to_owned());
    assert_eq!(faults("f", &text, &longer), ["f: stop_instances is listed and not called"]);
}

/// IAM's name of an operation's right, where it is not the operation's own name.
const RENAMED: [(&str, &str); 4] = [
    ("get_public_access_block", "s3:GetBucketPublicAccessBlock"),
    ("put_public_access_block", "s3:PutBucketPublicAccessBlock"),
    ("delete_public_access_block", "s3:PutBucketPublicAccessBlock"),
    ("get_caller_identity", ""),
];

#[test]
fn every_permission_has_the_name_of_its_operation_and_none_has_a_star() {
    for kind in ActionKind::ALL {
        for one in permissions(kind) {
            let name: String = one.action.split_once(':').unwrap().1.to_lowercase();
            let renamed = RENAMED.contains(&(one.operation, one.action)) || one.action == "ec2:CreateTags";
            assert!(renamed || name == one.operation.replace('_', ""), "{one:?}");
            assert!(!one.action.contains('*'), "{one:?}");
            let describes = one.action.starts_with("ec2:Describe");
            assert_eq!(one.resources == ["*"], describes, "{one:?}: only these calls know no resource");
        }
    }
}

#[test]
fn the_file_for_the_templates_is_this_list() {
    let mut kinds = serde_json::Map::new();
    for kind in ActionKind::ALL {
        kinds.insert(kind.name().to_owned(), serde_json::to_value(permissions(kind)).unwrap());
    }
    kinds.insert("session".to_owned(), serde_json::to_value(SESSION_PERMISSIONS).unwrap());
    let said = Value::Object(kinds);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("permissions.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    // Compared as values: the order of an object's keys depends on who else is compiled with us.
    assert_eq!(kept, said, "permissions.json should be:\n{}", serde_json::to_string_pretty(&said).unwrap());
}
