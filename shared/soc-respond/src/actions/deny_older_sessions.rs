//! Deny older sessions: IAM `PutRolePolicy` of an inline policy, byte for byte as soc-domain wrote it; undone with
//! `DeleteRolePolicy`, or `PutRolePolicy` of the text that it had.
//!
//! Looks with `GetRole`, `ListRoleTags` and `GetRolePolicy`; for an instance profile first with `GetInstanceProfile`
//! (which names the role) and `DescribeInstances` (how many run with it). Each call needs the permission of its name.
//! What it cannot undo: calls that failed meanwhile.

use aws_sdk_ec2::types::{Filter, Instance};
use soc_domain::action::{Change, Observation, RoleState, sessions_policy_name};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{code, failed, incomplete, refused, unless};
use crate::permissions::{EVERYTHING, Permission, Purpose};
use crate::policy::Statement;
use crate::session::Sessions;
use crate::subject::{Subject, is_iam_name};

const OBSERVE: &str = "observe a role";
const ABSENT: &[&str] = &["NoSuchEntity"];
const ROLES: &[&str] = &["arn:PARTITION:iam::ACCOUNT:role/*"];
const PROFILES: &[&str] = &["arn:PARTITION:iam::ACCOUNT:instance-profile/*"];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("iam:GetInstanceProfile", "get_instance_profile", PROFILES),
    Permission::look("ec2:DescribeInstances", "describe_instances", EVERYTHING),
    Permission::look("iam:GetRole", "get_role", ROLES),
    Permission::look("iam:ListRoleTags", "list_role_tags", ROLES),
    Permission::look("iam:GetRolePolicy", "get_role_policy", ROLES),
    Permission::change("iam:PutRolePolicy", "put_role_policy", ROLES),
    Permission::change("iam:DeleteRolePolicy", "delete_role_policy", ROLES),
];

/// For an instance profile: which role it has, and who runs with it.
pub(crate) fn to_look_at_profile(subject: &Subject<'_>) -> Vec<Statement> {
    let profile = subject.iam_arns("instance-profile", subject.id);
    vec![
        Statement::on(profile, &["iam:GetInstanceProfile"]),
        Statement::describe(subject, &["ec2:DescribeInstances"]),
    ]
}

pub(crate) fn to_look(subject: &Subject<'_>, role: &str) -> Vec<Statement> {
    let actions = &["iam:GetRole", "iam:ListRoleTags", "iam:GetRolePolicy"];
    vec![Statement::on(subject.iam_arns("role", role), actions)]
}

pub(crate) fn to_change(subject: &Subject<'_>, change: &Change) -> Vec<Statement> {
    let (role, action) = match change {
        Change::PutRolePolicy { role_name, .. } => (role_name, "iam:PutRolePolicy"),
        Change::DeleteRolePolicy { role_name, .. } => (role_name, "iam:DeleteRolePolicy"),
        _ => return Vec::new(),
    };
    vec![Statement::on(subject.iam_arns("role", role), &[action])]
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    let Some(policy_name) = sessions_policy_name(subject.target) else { return Ok(None) };
    let (role_name, instances) = match subject.what {
        "instance-profile" => match role_of(sessions, subject).await? {
            Some(found) => found,
            None => return Ok(None),
        },
        _ => (subject.id.to_owned(), 0),
    };
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject, &role_name)).await?;
    let iam = session.iam();
    let role = iam.get_role().role_name(&role_name).send().await;
    let Some(role) = unless(ABSENT, OBSERVE, role)?.and_then(|answer| answer.role) else { return Ok(None) };
    let tagged = iam.list_role_tags().role_name(&role_name).into_paginator().items().send();
    let Some(tagged) = unless(ABSENT, OBSERVE, tagged.try_collect().await)? else { return Ok(None) };
    let policy = iam.get_role_policy().role_name(&role_name).policy_name(&policy_name).send().await;
    let document = unless(ABSENT, OBSERVE, policy)?.map(|answer| decoded(&answer.policy_document));
    let document = document.transpose().map_err(|why| incomplete(OBSERVE, why))?;
    Ok(Some(Observation::Role(RoleState {
        role_name,
        role_arns: vec![role.arn],
        policy_name,
        document,
        instances,
        tags: tags::of_iam(tagged),
    })))
}

/// The role of an instance profile, and how many instances run with it.
async fn role_of(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<(String, u32)>> {
    let session = sessions.open(subject, Purpose::Observe, &to_look_at_profile(subject)).await?;
    let iam = session.iam();
    let profile = iam.get_instance_profile().instance_profile_name(subject.id).send().await;
    let profile = unless(ABSENT, OBSERVE, profile)?.and_then(|answer| answer.instance_profile);
    let Some(profile) = profile else { return Ok(None) };
    let role = profile.roles.into_iter().next().map(|role| role.role_name);
    let Some(role) = role.filter(|name| is_iam_name(name)) else { return Ok(None) };
    let ec2 = session.ec2();
    let running = ["pending", "running", "stopping", "stopped"].map(str::to_owned).to_vec();
    let running = Filter::builder().name("instance-state-name").set_values(Some(running)).build();
    // Counted here and not by a filter for the profile: an emulator that ignores one would count every instance.
    let pages = ec2.describe_instances().filters(running).max_results(1_000).into_paginator().items().send();
    let found = pages.try_collect().await.map_err(|e| failed(OBSERVE, e))?;
    let has_it = |instance: &&Instance| {
        instance.iam_instance_profile().and_then(|profile| profile.arn()) == Some(profile.arn.as_str())
    };
    let count = found.iter().flat_map(|reservation| reservation.instances()).filter(has_it).count();
    Ok(Some((role, u32::try_from(count).unwrap_or(u32::MAX))))
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "set or delete a role's inline policy";
    let session = sessions.open(subject, Purpose::Change, &to_change(subject, change)).await?;
    let iam = session.iam();
    if let Change::PutRolePolicy { role_name, policy_name, document } = change {
        let call = iam.put_role_policy().role_name(role_name).policy_name(policy_name);
        call.policy_document(document).send().await.map_err(|e| failed(OPERATION, e))?;
        Ok(())
    } else if let Change::DeleteRolePolicy { role_name, policy_name } = change {
        match iam.delete_role_policy().role_name(role_name).policy_name(policy_name).send().await {
            Err(error) if !ABSENT.contains(&code(&error)) => Err(failed(OPERATION, error)),
            Ok(_) | Err(_) => Ok(()),
        }
    } else {
        Err(refused(OPERATION, "it is for another kind of resource"))
    }
}

/// IAM gives a policy's text percent-encoded (RFC 3986).
fn decoded(text: &str) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |digit: Option<u8>| digit.and_then(|digit| char::from(digit).to_digit(16));
        let pair = digit(rest.next()).zip(digit(rest.next()));
        let value = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        bytes.push(value.ok_or("two digits behind each % of the policy's text")?);
    }
    String::from_utf8(bytes).map_err(|_invalid| "a policy text in UTF-8")
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_policys_text_is_decoded_byte_for_byte() {
        let text = "%7B%22a%22%3A%20%22b%2Bc%20%C3%A9+%22%7d";
        assert_eq!(decoded(text).as_deref(), Ok("{\"a\": \"b+c é+\"}"));
        assert_eq!(decoded(""), Ok(String::new()));
    }

    #[test]
    fn a_text_that_is_cut_off_or_no_text_is_an_error() {
        for broken in ["%", "%7", "%zz", "%C3"] {
            assert!(decoded(broken).is_err(), "{broken}");
        }
    }
}
