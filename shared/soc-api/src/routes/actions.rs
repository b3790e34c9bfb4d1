//! Actions and the questions about them: lists, decisions, reversals.

use std::collections::BTreeMap;

use serde::Deserialize;
use soc_domain::action::Action;
use soc_domain::approval::{Answer, Approval, Decision};
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::incident::Incident;
use soc_pipeline::approve::{Approving, Refused};
use soc_pipeline::ports::desk::{ActionFilter, ActionPlace, PageAsk, QuestionPlace};
use soc_pipeline::reverse::NotReversed;
use utoipa::{IntoParams, ToSchema};

use super::filter::Text;
use super::params::OfAction;
use crate::answer::{Seen, Taken};
use crate::cursor;
use crate::dto::Page;
use crate::dto::action::{ActionView, ApprovalView, ReversalState, ReversalView};
use crate::dto::words::{ActionKind, ActionState, ApprovalState};
use crate::input::{Limit, List, Nothing};
use crate::person::Role;
use crate::ports::Undone;
use crate::problem::{Code, Drift, Problem};
use crate::route::{Asked, Name, Route, change, read};

/// How much a person may write as a reason.
const MOST_REASON: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let (viewer, approver) = (Role::Viewer, Role::Approver);
    vec![
        read("/actions", viewer, Name("actions", "Actions, what has had no effect so far first"), list),
        read("/actions/{id}", viewer, Name("action", "One action"), one),
        read(
            "/approvals",
            viewer,
            Name("approvals", "Questions to people, the soonest to expire first"),
            questions,
        ),
        change("/approvals/{id}/approve", approver, Name("approve", "Consent to an action"), approve),
        change("/approvals/{id}/deny", approver, Name("deny", "Refuse an action"), deny),
        change("/actions/{id}/reverse", approver, Name("reverse", "Undo an action"), reverse),
    ]
}

/// Which actions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ActionsQuery {
    /// In one of these states.
    #[param(value_type = Option<Vec<ActionState>>, style = Form, explode = false)]
    #[serde(default)]
    state: List<ActionState>,
    /// Of one of these kinds.
    #[param(value_type = Option<Vec<ActionKind>>, style = Form, explode = false)]
    #[serde(default)]
    kind: List<ActionKind>,
    /// Of this incident.
    #[param(value_type = Option<String>, pattern = "^inc_[a-z2-7]{26}$")]
    incident: Option<IncidentId>,
    /// In one of these accounts.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    #[serde(default)]
    account: List<Text>,
    /// `next` of the page before.
    #[param(max_length = 1024)]
    after: Option<String>,
    /// How many rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    #[serde(default)]
    limit: Limit,
}

async fn list(asked: Asked, _path: Nothing, query: ActionsQuery) -> Result<Seen<Page<ActionView>>, Problem> {
    let after: Option<ActionPlace> =
        query.after.as_deref().map(|after| cursor::open("actions", after)).transpose()?;
    let filter = ActionFilter {
        states: query.state.0.iter().map(|state| (*state).into()).collect(),
        kinds: query.kind.0.iter().map(|kind| (*kind).into()).collect(),
        incident: query.incident,
        accounts: query.account.0.into_iter().map(|account| account.0).collect(),
        resource: None,
    };
    let found = asked.api.access.lists.actions(&filter, PageAsk { after, limit: query.limit.0 }).await?;
    Ok(Seen(Page {
        items: found.rows.iter().map(Into::into).collect(),
        next: found.next.map(|place| cursor::seal("actions", &place)),
    }))
}

async fn action(asked: &Asked, id: ActionId) -> Result<Action, Problem> {
    asked.api.access.actions.get(id).await?.ok_or_else(|| Problem::missing("action"))
}

async fn one(asked: Asked, path: OfAction, _query: Nothing) -> Result<Seen<ActionView>, Problem> {
    Ok(Seen((&action(&asked, path.id).await?).into()))
}

/// Which questions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct QuestionsQuery {
    /// In one of these states.
    #[param(value_type = Option<Vec<ApprovalState>>, style = Form, explode = false)]
    #[serde(default)]
    state: List<ApprovalState>,
    /// `next` of the page before.
    #[param(max_length = 1024)]
    after: Option<String>,
    /// How many rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    #[serde(default)]
    limit: Limit,
}

async fn questions(
    asked: Asked,
    _path: Nothing,
    query: QuestionsQuery,
) -> Result<Seen<Page<ApprovalView>>, Problem> {
    let access = &asked.api.access;
    let after: Option<QuestionPlace> =
        query.after.as_deref().map(|after| cursor::open("approvals", after)).transpose()?;
    let states: Vec<_> = query.state.0.iter().map(|state| (*state).into()).collect();
    let found = access.lists.questions(&states, PageAsk { after, limit: query.limit.0 }).await?;
    let ids: Vec<IncidentId> = found.rows.iter().map(|question| question.incident).collect();
    let rows = access.queue.rows(&ids).await?;
    let incidents: BTreeMap<IncidentId, Incident> =
        rows.into_iter().map(|row| (row.incident.id, row.incident)).collect();
    let mut items = Vec::new();
    for question in &found.rows {
        // A question without its action or incident cannot be answered; it is the store's fault, not a row to show.
        let action = access.actions.get(question.action).await?;
        match (action, incidents.get(&question.incident)) {
            (Some(action), Some(incident)) => items.push(ApprovalView::new(question, &action, incident)),
            _ => tracing::error!(action.id = %question.action, "a question without its action or incident"),
        }
    }
    Ok(Seen(Page { items, next: found.next.map(|place| cursor::seal("approvals", &place)) }))
}

/// A consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Consent {
    /// The plan that the person saw.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    plan_sha256: String,
    /// Why.
    #[schema(max_length = 1000)]
    #[serde(default)]
    reason: Option<String>,
}

/// A refusal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Denial {
    /// The plan that the person saw.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    plan_sha256: String,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

async fn approve(asked: Asked, path: OfAction, body: Consent) -> Result<Seen<ApprovalView>, Problem> {
    let reason = body.reason.filter(|reason| !reason.trim().is_empty());
    decide(&asked, path.id, Says { answer: Answer::Approve, plan_sha256: body.plan_sha256, reason }).await
}

async fn deny(asked: Asked, path: OfAction, body: Denial) -> Result<Seen<ApprovalView>, Problem> {
    if body.reason.trim().is_empty() {
        return Err(Problem::bad("a denial needs a reason"));
    }
    let (plan_sha256, reason) = (body.plan_sha256, Some(body.reason));
    decide(&asked, path.id, Says { answer: Answer::Deny, plan_sha256, reason }).await
}

/// What a person says about an action.
struct Says {
    answer: Answer,
    plan_sha256: String,
    reason: Option<String>,
}

async fn decide(asked: &Asked, id: ActionId, says: Says) -> Result<Seen<ApprovalView>, Problem> {
    if says.reason.as_ref().is_some_and(|reason| reason.chars().count() > MOST_REASON) {
        return Err(Problem::bad(format!("a reason has at most {MOST_REASON} characters")));
    }
    let (access, changing) = (&asked.api.access, &asked.api.access.changing);
    let question = changing.approvals.get(id).await?.ok_or_else(|| Problem::missing("question"))?.value;
    let found = changing.actions.get(id).await?.ok_or_else(|| Problem::missing("action"))?;
    let seen = incident(asked, &question).await?;
    let is_what_asks = seen.plan_sha256.as_ref() == Some(&says.plan_sha256);
    if !is_what_asks || !question.is_about(&found, &says.plan_sha256) {
        return Err(Problem::new(Code::StalePlan, "a newer plan asks: look at it and decide again"));
    }
    let policy = asked.policy().await?;
    let approving = Approving {
        incidents: &*changing.incidents,
        actions: &*changing.actions,
        approvals: &*changing.approvals,
        workflows: &*changing.workflows,
        ledger: &*changing.ledger,
        clock: &*access.clock,
        policy: &policy,
    };
    let decision = Decision {
        person: asked.person.name.clone(),
        answer: says.answer,
        reason: says.reason,
        at: access.clock.now(),
    };
    let approval = approving.decide(id, decision).await.map_err(|refused| match refused {
        Refused::Stage(error) => error.into(),
        refused @ (Refused::NotAsked { .. } | Refused::NotDecided(_)) => Problem::from(refused),
    })?;
    access.reversals.look().await;
    Ok(Seen(ApprovalView::new(&approval, &action(asked, id).await?, &incident(asked, &approval).await?)))
}

async fn incident(asked: &Asked, question: &Approval) -> Result<Incident, Problem> {
    let found = asked.api.access.changing.incidents.get(question.incident).await?;
    Ok(found.ok_or_else(|| Problem::missing("incident"))?.value)
}

/// A wish to undo an action.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Why.
    #[schema(max_length = 1000)]
    #[serde(default)]
    reason: Option<String>,
}

async fn reverse(asked: Asked, path: OfAction, body: Wish) -> Result<Taken<ReversalView>, Problem> {
    if body.reason.is_some_and(|reason| reason.chars().count() > MOST_REASON) {
        return Err(Problem::bad(format!("a reason has at most {MOST_REASON} characters")));
    }
    match asked.api.access.reversals.reverse(path.id, &asked.person.name).await {
        Ok(Undone::Reversed(action)) => {
            Ok(Taken(ReversalView { state: ReversalState::Reversed, action: Some((&*action).into()) }))
        }
        Ok(Undone::LeftToRunner) => {
            let action = asked.api.access.actions.get(path.id).await?;
            Ok(Taken(ReversalView {
                state: ReversalState::LeftToRunner,
                action: action.as_ref().map(Into::into),
            }))
        }
        Err(refused) => Err(not_reversed(refused)),
    }
}

fn not_reversed(refused: NotReversed) -> Problem {
    let words = refused.to_string();
    match refused {
        NotReversed::Unknown { .. } => Problem::missing("action"),
        NotReversed::NothingToUndo { .. } | NotReversed::UnderWay => Problem::new(Code::Conflict, words),
        NotReversed::Drifted { left, found } => {
            let mut problem = Problem::new(Code::Conflict, words);
            problem.drift = Some(Box::new(Drift {
                left_behind: serde_json::to_value(left).unwrap_or_default(),
                found: found.and_then(|found| serde_json::to_value(found).ok()),
            }));
            problem
        }
        NotReversed::Stage(error) => error.into(),
    }
}
