//! Deactivate an access key: IAM `UpdateAccessKey`; undone by the same call with the status that it had.
//!
//! Looks with `ListAccessKeys` and `ListUserTags`; each call needs the permission of its name on the user. What it
//! cannot undo: calls that failed meanwhile, and sessions that were made with the key before live on.

use aws_sdk_iam::types::StatusType;
use soc_domain::action::{AccessKeyState, Change, KeyStatus, Observation};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{refused, unless};
use crate::permissions::{Permission, Purpose};
use crate::policy::Statement;
use crate::session::Sessions;
use crate::subject::Subject;

const USERS: &[&str] = &["arn:PARTITION:iam::ACCOUNT:user/*"];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("iam:ListAccessKeys", "list_access_keys", USERS),
    Permission::look("iam:ListUserTags", "list_user_tags", USERS),
    Permission::change("iam:UpdateAccessKey", "update_access_key", USERS),
];

const ABSENT: &[&str] = &["NoSuchEntity"];

fn user<'t>(subject: &Subject<'t>) -> &'t str {
    subject.target.parameter("user_name")
}

pub(crate) fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    let user = subject.iam_arns("user", user(subject));
    vec![Statement::on(user, &["iam:ListAccessKeys", "iam:ListUserTags"])]
}

pub(crate) fn to_change(subject: &Subject<'_>) -> Vec<Statement> {
    vec![Statement::on(subject.iam_arns("user", user(subject)), &["iam:UpdateAccessKey"])]
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    const OPERATION: &str = "observe an access key";
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject)).await?;
    let iam = session.iam();
    let keys = iam.list_access_keys().user_name(user(subject)).into_paginator().items().send();
    let Some(keys) = unless(ABSENT, OPERATION, keys.try_collect().await)? else { return Ok(None) };
    let key = keys.into_iter().find(|key| key.access_key_id() == Some(subject.id));
    let status = match key.and_then(|key| key.status) {
        Some(StatusType::Active) => KeyStatus::Active,
        // Expired keys do not work either.
        Some(_) => KeyStatus::Inactive,
        None => return Ok(None),
    };
    let tagged = iam.list_user_tags().user_name(user(subject)).into_paginator().items().send();
    let Some(tagged) = unless(ABSENT, OPERATION, tagged.try_collect().await)? else { return Ok(None) };
    Ok(Some(Observation::AccessKey(AccessKeyState {
        user: user(subject).to_owned(),
        key_id: subject.id.to_owned(),
        status,
        tags: tags::of_iam(tagged),
    })))
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "set the status of an access key";
    let Change::SetKeyStatus { user, key_id, status } = change else {
        return Err(refused(OPERATION, "it is for another kind of resource"));
    };
    let session = sessions.open(subject, Purpose::Change, &to_change(subject)).await?;
    let iam = session.iam();
    let status = match status {
        KeyStatus::Active => StatusType::Active,
        KeyStatus::Inactive => StatusType::Inactive,
    };
    let call = iam.update_access_key().user_name(user).access_key_id(key_id).status(status);
    call.send().await.map_err(|e| crate::error::failed(OPERATION, e))?;
    Ok(())
}
