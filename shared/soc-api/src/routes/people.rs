//! What people change about incidents, one by one and in bulk, and how each change is undone.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use soc_domain::id::{FindingId, IncidentId, JobId, OperationId};
use soc_domain::people::Wish;
use soc_domain::policy::Policy;
use soc_pipeline::people::{Bulk, MOST_IN_BULK, NotDone, Order, People};
use utoipa::{IntoParams, ToSchema};

use super::incidents::row;
use super::meta::NoMore;
use super::params::OfIncident;
use crate::answer::{Made, Seen, Taken};
use crate::dto::incident::IncidentRow;
use crate::dto::people::{ChangedIncident, Commented, Job, Operation, SplitIncident};
use crate::dto::words::{Status, Verdict};
use crate::input::Nothing;
use crate::person::Role;
use crate::problem::{Code, Problem};
use crate::route::{Asked, Name, Route, change, read};
use crate::routes::BULK;

/// How many findings one split names.
const MOST_CHOSEN: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let analyst = Role::Analyst;
    vec![
        change(
            "/incidents/{id}/verdict",
            analyst,
            Name("give_verdict", "Say what it turned out to be"),
            verdict,
        ),
        change(
            "/incidents/{id}/assign",
            analyst,
            Name("assign", "Give it to somebody, or to nobody"),
            assign,
        ),
        change("/incidents/{id}/status", analyst, Name("set_status", "Set its status"), status),
        change("/incidents/{id}/comments", analyst, Name("comment", "Write about it"), comment),
        change("/incidents/{id}/merge", analyst, Name("merge", "Make it part of another one"), merge),
        change(
            "/incidents/{id}/split",
            analyst,
            Name("split", "Give findings an incident of their own"),
            split,
        ),
        change("/operations/{id}/undo", analyst, Name("undo", "Take a change back"), undo),
        change(BULK, analyst, Name("bulk", "Change many incidents alike"), bulk),
        read("/jobs/{id}", Role::Viewer, Name("job", "How far a change of many incidents is"), job),
        change(
            "/jobs/{id}/undo",
            analyst,
            Name("undo_job", "Take a change of many incidents back"),
            undo_job,
        ),
    ]
}

impl From<NotDone> for Problem {
    fn from(error: NotDone) -> Self {
        use soc_domain::people::RefusalKind;
        match error {
            NotDone::NotFound { what } => Self::missing(what),
            NotDone::Refused(why) => match why.kind() {
                RefusalKind::Invalid => Self::bad(why.to_string()),
                RefusalKind::Conflict => Self::new(Code::Conflict, why.to_string()),
                RefusalKind::RateLimited => Self::new(Code::RateLimited, why.to_string()).after(3_600),
            },
            NotDone::KeyReused => {
                Self::new(Code::Conflict, "the Idempotency-Key was used for another request")
            }
            NotDone::Invalid { what } => Self::bad(what),
            NotDone::Stage(error) => error.into(),
        }
    }
}

impl Asked {
    /// What people's changes work with.
    fn people<'a>(&'a self, policy: &'a Arc<Policy>) -> People<'a> {
        let changing = &self.api.access.changing;
        People {
            incidents: &*changing.incidents,
            findings: &*changing.findings,
            holdings: &*changing.holdings,
            correlations: &*changing.correlations,
            operations: &*changing.operations,
            comments: &*changing.comments,
            jobs: &*changing.jobs,
            actions: &*changing.actions,
            approvals: &*changing.approvals,
            workflows: &*changing.workflows,
            ledger: &*changing.ledger,
            clock: &*self.api.access.clock,
            policy,
        }
    }

    /// Who asks for what, and under which key.
    pub(super) fn order(&self) -> Order<'_> {
        Order { by: &self.person.name, key: self.key.as_deref(), asked: &self.sha256 }
    }
}

async fn changed(asked: &Asked, id: IncidentId, wish: Wish) -> Result<Seen<ChangedIncident>, Problem> {
    let done = asked.people(&asked.policy().await?).change(&asked.order(), id, &wish).await?;
    asked.api.access.reversals.look().await;
    let incident = IncidentRow::from(&row(asked, id).await?);
    Ok(Seen(ChangedIncident { incident, operation: (&done.operation).into() }))
}

/// A verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GivenVerdict {
    verdict: Verdict,
    /// Why.
    #[schema(max_length = 4000)]
    #[serde(default)]
    reason: Option<String>,
}

async fn verdict(
    asked: Asked,
    path: OfIncident,
    body: GivenVerdict,
) -> Result<Seen<ChangedIncident>, Problem> {
    let wish = Wish::Verdict { verdict: body.verdict.into(), reason: said(body.reason) };
    changed(&asked, path.id, wish).await
}

/// A reason that says nothing is none.
fn said(reason: Option<String>) -> Option<String> {
    reason.filter(|reason| !reason.trim().is_empty())
}

/// Who shall have it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    /// Null for nobody; it must be said.
    #[serde(deserialize_with = "must_be_said")]
    #[schema(required = true, max_length = 128)]
    assignee: Option<String>,
}

fn must_be_said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

async fn assign(asked: Asked, path: OfIncident, body: Assignment) -> Result<Seen<ChangedIncident>, Problem> {
    changed(&asked, path.id, Wish::Assign { assignee: body.assignee }).await
}

/// A status.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    status: Status,
    /// Why.
    #[schema(max_length = 4000)]
    #[serde(default)]
    reason: Option<String>,
}

async fn status(asked: Asked, path: OfIncident, body: SetStatus) -> Result<Seen<ChangedIncident>, Problem> {
    changed(&asked, path.id, Wish::Status { status: body.status.into(), reason: said(body.reason) }).await
}

/// Where it goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Survivor {
    /// The incident that gets all findings.
    #[schema(value_type = String, pattern = "^inc_[a-z2-7]{26}$")]
    into: IncidentId,
}

async fn merge(asked: Asked, path: OfIncident, body: Survivor) -> Result<Seen<ChangedIncident>, Problem> {
    changed(&asked, path.id, Wish::Merge { into: body.into }).await
}

/// What somebody writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Writing {
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
}

async fn comment(asked: Asked, path: OfIncident, body: Writing) -> Result<Made<Commented>, Problem> {
    let done = asked.people(&asked.policy().await?).comment(&asked.order(), path.id, &body.text).await?;
    let commented = Commented::of(&done.operation);
    Ok(Made(commented.ok_or_else(|| Problem::new(Code::Internal, "no comment came of it"))?))
}

/// Which findings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Chosen {
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1000)]
    findings: Vec<FindingId>,
}

async fn split(asked: Asked, path: OfIncident, body: Chosen) -> Result<Seen<SplitIncident>, Problem> {
    if body.findings.is_empty() || body.findings.len() > MOST_CHOSEN {
        return Err(Problem::bad(format!("1 to {MOST_CHOSEN} findings")));
    }
    let done = asked.people(&asked.policy().await?).split(&asked.order(), path.id, &body.findings).await?;
    let created = done.created.ok_or_else(|| Problem::new(Code::Internal, "no incident came of it"))?;
    asked.api.access.reversals.look().await;
    Ok(Seen(SplitIncident {
        incident: (&row(&asked, path.id).await?).into(),
        created: (&row(&asked, created.id).await?).into(),
        operation: (&done.operation).into(),
    }))
}

/// A change in the path.
#[derive(Debug, Deserialize, IntoParams)]
struct OfOperation {
    /// The operation's id.
    #[param(value_type = String, pattern = "^opr_[a-z2-7]{26}$")]
    id: OperationId,
}

async fn undo(asked: Asked, path: OfOperation, _body: NoMore) -> Result<Seen<Operation>, Problem> {
    let operation = asked.people(&asked.policy().await?).undo(&asked.order(), path.id).await?;
    asked.api.access.reversals.look().await;
    Ok(Seen((&operation).into()))
}

/// A change of many incidents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkOrder {
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 500)]
    ids: Vec<IncidentId>,
    change: BulkChange,
}

/// What is changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum BulkChange {
    /// Their status.
    Status {
        status: Status,
        #[schema(max_length = 4000)]
        #[serde(default)]
        reason: Option<String>,
    },
    /// Their verdict.
    Verdict {
        verdict: Verdict,
        #[schema(max_length = 4000)]
        #[serde(default)]
        reason: Option<String>,
    },
    /// Who has them.
    Assign {
        /// Null for nobody; it must be said.
        #[serde(deserialize_with = "must_be_said")]
        #[schema(required = true, max_length = 128)]
        assignee: Option<String>,
    },
    /// They become part of another one.
    Merge {
        #[schema(value_type = String, pattern = "^inc_[a-z2-7]{26}$")]
        into: IncidentId,
    },
}

impl From<BulkChange> for Wish {
    fn from(change: BulkChange) -> Self {
        match change {
            BulkChange::Status { status, reason } => {
                Self::Status { status: status.into(), reason: said(reason) }
            }
            BulkChange::Verdict { verdict, reason } => {
                Self::Verdict { verdict: verdict.into(), reason: said(reason) }
            }
            BulkChange::Assign { assignee } => Self::Assign { assignee },
            BulkChange::Merge { into } => Self::Merge { into },
        }
    }
}

async fn bulk(asked: Asked, _path: Nothing, body: BulkOrder) -> Result<Taken<Job>, Problem> {
    if body.ids.is_empty() || body.ids.len() > MOST_IN_BULK {
        return Err(Problem::bad(format!("1 to {MOST_IN_BULK} incidents")));
    }
    if asked.key.is_none() {
        return Err(Problem::bad("a bulk needs the header Idempotency-Key, so that it is done once"));
    }
    let bulk = Bulk { incidents: body.ids, wish: body.change.into() };
    let job = asked.people(&asked.policy().await?).bulk(&asked.order(), &bulk).await?;
    run(&asked, job.id).await
}

/// A request is given up after 29 seconds where the form has a gateway, and a chunk that is begun takes some of them.
const PATIENCE: Duration = Duration::from_secs(18);

/// Does the job, as far as it goes in one request: whoever asks for it meanwhile sees how far it is. What is left is done
/// by the same request again, or by whoever ends what others began.
async fn run(asked: &Asked, id: JobId) -> Result<Taken<Job>, Problem> {
    let job = asked.people(&asked.policy().await?).run_job_for(id, PATIENCE).await?;
    asked.api.access.reversals.look().await;
    Ok(Taken((&job).into()))
}

/// A job in the path.
#[derive(Debug, Deserialize, IntoParams)]
struct OfJob {
    /// The job's id.
    #[param(value_type = String, pattern = "^job_[a-z2-7]{26}$")]
    id: JobId,
}

async fn job(asked: Asked, path: OfJob, _query: Nothing) -> Result<Seen<Job>, Problem> {
    let found = asked.api.access.jobs.get(path.id).await?.ok_or_else(|| Problem::missing("job"))?;
    Ok(Seen((&found.value).into()))
}

async fn undo_job(asked: Asked, path: OfJob, _body: NoMore) -> Result<Taken<Job>, Problem> {
    let job = asked.people(&asked.policy().await?).undo_job(&asked.order(), path.id).await?;
    run(&asked, job.id).await
}
