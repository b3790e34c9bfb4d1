//! Incidents, read: lists, counts, one of them with its evidence, plan and activity.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use soc_domain::evidence::{Evidence, MOST_FINDINGS};
use soc_domain::id::IncidentId;
use soc_domain::people::Comment;
use soc_guard::redacted::Redacted;
use soc_ledger::Entry;
use soc_pipeline::ports::desk::{
    EntryPlace, FindingPlace, PageAsk, QueueAsk, QueuePlace, QueueRow, QueueSort,
};
use utoipa::ToSchema;

use super::filter::{CountsQuery, ListQuery};
use super::params::{OfIncident, Paged};
use crate::answer::Seen;
use crate::cursor;
use crate::dto::finding::FindingPage;
use crate::dto::incident::{IncidentCounts, IncidentPage, IncidentRow, IncidentView};
use crate::dto::plan::PlanView;
use crate::dto::{Moment, Page};
use crate::input::Nothing;
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How many comments of an incident are looked through: the newest.
const MOST_COMMENTS: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let viewer = Role::Viewer;
    vec![
        read("/incidents", viewer, Name("incidents", "Incidents, page by page"), list),
        read("/incidents/counts", viewer, Name("incident_counts", "Incidents, counted"), counts),
        read("/incidents/{id}", viewer, Name("incident", "One incident"), one),
        read(
            "/incidents/{id}/findings",
            viewer,
            Name("incident_findings", "Its findings, the gravest first"),
            findings,
        ),
        read(
            "/incidents/{id}/evidence",
            viewer,
            Name("incident_evidence", "What an analyst is shown of it, redacted"),
            evidence,
        ),
        read("/incidents/{id}/plan", viewer, Name("incident_plan", "Its newest response plan"), plan),
        read(
            "/incidents/{id}/activity",
            viewer,
            Name("incident_activity", "What was done about it, the newest first"),
            activity,
        ),
    ]
}

async fn list(asked: Asked, _path: Nothing, query: ListQuery) -> Result<Seen<IncidentPage>, Problem> {
    let sort = query.sort();
    let after = query.after().map(|after| place(after, sort)).transpose()?;
    let filter = query.filter(&asked.person.name)?;
    let ask = QueueAsk { filter, sort, from: PageAsk { after, limit: query.limit() } };
    let found = asked.api.access.queue.page(&ask).await?;
    Ok(Seen(IncidentPage {
        items: found.page.rows.iter().map(IncidentRow::from).collect(),
        next: found.page.next.map(|place| cursor::seal("incidents", &place)),
        total: found.total,
        cursor: super::changes::seal(found.cursor),
    }))
}

/// A place means nothing under another order.
fn place(after: &str, sort: QueueSort) -> Result<QueuePlace, Problem> {
    let place: QueuePlace = cursor::open("incidents", after)?;
    if place.sort == sort { Ok(place) } else { Err(Problem::bad("`after` is of another `sort`")) }
}

async fn counts(asked: Asked, _path: Nothing, query: CountsQuery) -> Result<Seen<IncidentCounts>, Problem> {
    let filter = query.filter(&asked.person.name)?;
    Ok(Seen(asked.api.access.queue.counts(&filter, &asked.person.name).await?.into()))
}

/// The row of an incident, or that there is none.
pub(super) async fn row(asked: &Asked, id: IncidentId) -> Result<QueueRow, Problem> {
    let rows = asked.api.access.queue.rows(&[id]).await?;
    rows.into_iter().next().ok_or_else(|| Problem::missing("incident"))
}

async fn one(asked: Asked, path: OfIncident, _query: Nothing) -> Result<Seen<IncidentView>, Problem> {
    let row = row(&asked, path.id).await?;
    let documents = asked.api.access.dossier.fetch(path.id, row.incident.generation).await?;
    let claims = documents.analysis.as_ref().is_some_and(|analysis| !analysis.claims.is_empty());
    let seen = if claims { Some(assemble(&asked, &row).await?) } else { None };
    let finding_at = |pointer: &str| {
        let at: usize = pointer.strip_prefix("/findings/")?.split('/').next()?.parse().ok()?;
        seen.as_ref()?.findings.get(at).map(|finding| finding.id.to_string())
    };
    Ok(Seen(IncidentView::new(&row, &documents, &finding_at)))
}

async fn findings(asked: Asked, path: OfIncident, query: Paged) -> Result<Seen<FindingPage>, Problem> {
    row(&asked, path.id).await?;
    let after: Option<FindingPlace> =
        query.after.as_deref().map(|after| cursor::open("findings", after)).transpose()?;
    let ask = PageAsk { after, limit: query.limit.0 };
    let found = asked.api.access.files.findings(path.id, ask).await?;
    Ok(Seen(FindingPage {
        items: found.page.rows.into_iter().map(Into::into).collect(),
        next: found.page.next.map(|place| cursor::seal("findings", &place)),
        total: found.total,
    }))
}

/// The evidence as triage and the analyst assemble it.
pub(super) async fn assemble(asked: &Asked, row: &QueueRow) -> Result<Evidence, Problem> {
    let found = asked.api.access.files.findings(row.incident.id, PageAsk::start(MOST_FINDINGS)).await?;
    let findings = found.page.rows.into_iter().map(|filed| filed.row.finding).collect();
    Ok(Evidence::new(&row.incident, findings, found.total))
}

/// What an analyst is shown of an incident.
#[derive(Debug, Serialize, ToSchema)]
struct EvidenceView {
    /// The document that claims and reasons point into, with secrets and personal data taken out.
    #[schema(value_type = Object)]
    document: Value,
    /// How much was taken out.
    redactions: u64,
}

async fn evidence(asked: Asked, path: OfIncident, _query: Nothing) -> Result<Seen<EvidenceView>, Problem> {
    let row = row(&asked, path.id).await?;
    let evidence = assemble(&asked, &row).await?;
    let document = serde_json::to_value(&evidence).map_err(|error| Problem::internal(&error))?;
    let redacted = Redacted::of(document, &*asked.api.standing.redactor().await?);
    Ok(Seen(EvidenceView {
        redactions: redacted.redactions().total(),
        document: redacted.as_value().clone(),
    }))
}

async fn plan(asked: Asked, path: OfIncident, _query: Nothing) -> Result<Seen<PlanView>, Problem> {
    let row = row(&asked, path.id).await?;
    let access = &asked.api.access;
    let documents = access.dossier.fetch(path.id, row.incident.generation).await?;
    let plan = documents.plan.ok_or_else(|| Problem::missing("plan: none was made yet"))?;
    let actions = access.actions.of_incident(path.id).await?;
    let questions = access.approvals.of_incident(path.id).await?;
    let questions: Vec<_> = questions.into_iter().map(|found| found.value).collect();
    Ok(Seen(PlanView::new(&plan, &actions, &questions)))
}

/// One entry of an incident's chain.
#[derive(Debug, Serialize, ToSchema)]
struct ActivityView {
    seq: u64,
    at: Moment,
    /// A component's name, or a person's.
    actor: String,
    /// The event's name.
    what: String,
    /// What it was done to.
    subject: String,
    /// Ids, hashes and figures.
    details: BTreeMap<String, String>,
    /// The comment that was written, unless it was taken back.
    comment: Option<CommentView>,
    /// The hash of the entry and all before it.
    hash: String,
}

/// What somebody wrote.
#[derive(Debug, Serialize, ToSchema)]
struct CommentView {
    id: String,
    text: String,
}

impl ActivityView {
    /// The entry, with the text of the comment that it tells of, if that was not taken back.
    fn new(entry: Entry, comments: &BTreeMap<String, Comment>) -> Self {
        let comment = entry.details.get("comment").and_then(|id| comments.get(id));
        let comment = comment.filter(|comment| comment.struck.is_none());
        Self {
            comment: comment
                .map(|comment| CommentView { id: comment.id.to_string(), text: comment.text.clone() }),
            seq: entry.seq,
            at: soc_domain::time::Timestamp::from_millis(entry.at_ms).into(),
            hash: entry.hash.to_string(),
            actor: entry.actor,
            what: entry.what,
            subject: entry.subject,
            details: entry.details,
        }
    }
}

async fn activity(asked: Asked, path: OfIncident, query: Paged) -> Result<Seen<Page<ActivityView>>, Problem> {
    row(&asked, path.id).await?;
    let after: Option<EntryPlace> =
        query.after.as_deref().map(|after| cursor::open("activity", after)).transpose()?;
    let ask = PageAsk { after, limit: query.limit.0 };
    let found = asked.api.access.chains.newest(Some(&path.id.to_string()), ask).await?;
    let comments = asked.api.access.comments.of_incident(path.id, MOST_COMMENTS).await?;
    let comments = comments.into_iter().map(|comment| (comment.id.to_string(), comment)).collect();
    Ok(Seen(Page {
        items: found.rows.into_iter().map(|entry| ActivityView::new(entry, &comments)).collect(),
        next: found.next.map(|place| cursor::seal("activity", &place)),
    }))
}
