//! What is known and accepted: the policy's and people's, proposed by one person and consented to by another.

use serde::Deserialize;
use soc_domain::id::SuppressionId;
use soc_domain::people::Proposal;
use soc_domain::time::Timestamp;
use soc_pipeline::people::{Suppressing, WINDOW};
use utoipa::{IntoParams, ToSchema};

use super::meta::NoMore;
use crate::answer::{Made, Seen};
use crate::dto::Items;
use crate::dto::people::{Suppression, SuppressionPreview};
use crate::input::{Nothing, Since};
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, change, read, remove};

/// How many of people's suppressions are listed: the newest.
const MOST: usize = 500;
/// How long one piece of a suppression may be.
const MOST_TEXT: usize = 2_048;

pub(super) fn routes() -> Vec<Route> {
    vec![
        read("/suppressions", Role::Viewer, Name("suppressions", "What is known and accepted"), list),
        change(
            "/suppressions/preview",
            Role::Analyst,
            Name("preview_suppression", "What one would have hidden"),
            preview,
        ),
        change("/suppressions", Role::Analyst, Name("propose_suppression", "Propose one"), propose),
        change(
            "/suppressions/{id}/consent",
            Role::Approver,
            Name("consent_suppression", "Consent to one as a second person"),
            consent,
        ),
        remove("/suppressions/{id}", Role::Approver, Name("remove_suppression", "Take one away"), take_away),
    ]
}

fn suppressing(asked: &Asked) -> Suppressing<'_> {
    let changing = &asked.api.access.changing;
    Suppressing {
        suppressions: &*changing.suppressions,
        operations: &*changing.operations,
        holdings: &*changing.holdings,
        findings: &*changing.findings,
        incidents: &*changing.incidents,
        clock: &*asked.api.access.clock,
    }
}

async fn list(asked: Asked, _path: Nothing, _query: Nothing) -> Result<Seen<Items<Suppression>>, Problem> {
    let now = asked.api.access.clock.now();
    let people = asked.api.access.suppressions.list(MOST).await?;
    let people = people.iter().map(|one| Suppression::of_people(one, now));
    let policy = asked.policy().await?;
    let policy = policy.rules.suppressions.iter().map(|rule| Suppression::of_policy(rule, now));
    Ok(Seen(Items { items: people.chain(policy).collect() }))
}

/// What a suppression would cover.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Covering {
    /// The finding type or control; a `*` at the end stands for the rest.
    #[schema(min_length = 1, max_length = 2048)]
    kind: String,
    /// Empty for every account.
    #[schema(max_length = 2048)]
    #[serde(default)]
    account: Option<String>,
    /// Empty for every resource; a `*` at the end stands for the rest.
    #[schema(max_length = 2048)]
    #[serde(default)]
    resource: Option<String>,
}

async fn preview(asked: Asked, _path: Nothing, body: Covering) -> Result<Seen<SuppressionPreview>, Problem> {
    let proposal = Proposal {
        kind: bounded(body.kind)?,
        account: bounded(body.account.unwrap_or_default())?,
        resource: bounded(body.resource.unwrap_or_default())?,
        // What it would cover depends on neither.
        reason: "preview".to_owned(),
        expires: Timestamp::from_millis(asked.api.access.clock.now().as_millis().saturating_add(60_000)),
    };
    let found = suppressing(&asked).preview(&asked.order(), &proposal).await?;
    let samples = asked.api.access.queue.rows(&found.samples).await?;
    Ok(Seen(SuppressionPreview {
        window_days: WINDOW.as_secs() / 86_400,
        incidents: found.incidents as u64,
        findings: found.findings,
        critical: found.critical as u64,
        samples: samples.iter().map(Into::into).collect(),
        refused: found.refused.map(|why| why.to_string()),
    }))
}

fn bounded(text: String) -> Result<String, Problem> {
    if text.len() > MOST_TEXT {
        return Err(Problem::bad(format!("at most {MOST_TEXT} bytes")));
    }
    Ok(text)
}

/// A suppression that somebody wants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Proposed {
    /// The finding type or control; a `*` at the end stands for the rest.
    #[schema(min_length = 1, max_length = 2048)]
    kind: String,
    /// Empty for every account.
    #[schema(max_length = 2048)]
    #[serde(default)]
    account: Option<String>,
    /// Empty for every resource; a `*` at the end stands for the rest.
    #[schema(max_length = 2048)]
    #[serde(default)]
    resource: Option<String>,
    /// Why it is accepted.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
    /// Until when; 90 days from now at most.
    #[schema(value_type = String, format = DateTime)]
    expires: Since,
}

async fn propose(asked: Asked, _path: Nothing, body: Proposed) -> Result<Made<Suppression>, Problem> {
    let proposal = Proposal {
        kind: bounded(body.kind)?,
        account: bounded(body.account.unwrap_or_default())?,
        resource: bounded(body.resource.unwrap_or_default())?,
        reason: body.reason,
        expires: body.expires.0,
    };
    let proposed = suppressing(&asked).propose(&asked.order(), &proposal).await?;
    Ok(Made(Suppression::of_people(&proposed, asked.api.access.clock.now())))
}

/// A suppression in the path.
#[derive(Debug, Deserialize, IntoParams)]
struct OfSuppression {
    /// The suppression's id.
    #[param(value_type = String, pattern = "^sup_[a-z2-7]{26}$")]
    id: SuppressionId,
}

async fn consent(asked: Asked, path: OfSuppression, _body: NoMore) -> Result<Seen<Suppression>, Problem> {
    let consented = suppressing(&asked).consent(&asked.order(), path.id).await?;
    Ok(Seen(Suppression::of_people(&consented, asked.api.access.clock.now())))
}

async fn take_away(asked: Asked, path: OfSuppression) -> Result<Seen<Suppression>, Problem> {
    let removed = suppressing(&asked).remove(&asked.order(), path.id).await?;
    Ok(Seen(Suppression::of_people(&removed, asked.api.access.clock.now())))
}
