//! Incidents, read: lists, counts, one of them with its evidence, plan and activity.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use soc_domain::evidence::{Evidence, MOST_FINDINGS};
use soc_domain::id::IncidentId;
use soc_domain::people::Comment;
use soc_guard::redacted::Redacted;
use soc_ledger::Entry;
use soc_pipeline::ports::desk::{
    Assignee, EntryPlace, FindingPlace, Fold, PageAsk, Pattern, QueueAsk, QueueFilter, QueuePlace, QueueRow,
    QueueSort,
};
use utoipa::{IntoParams, ToSchema};

use super::params::{OfIncident, Paged};
use crate::answer::Seen;
use crate::cursor;
use crate::dto::finding::FindingPage;
use crate::dto::incident::{IncidentCounts, IncidentPage, IncidentRow, IncidentView};
use crate::dto::plan::PlanView;
use crate::dto::words::{Severity, Stage, Status, Verdict};
use crate::dto::{Moment, Page};
use crate::input::{Limit, List, Nothing, Since};
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How much text is searched for.
const MOST_TEXT: usize = 200;
/// How many comments of an incident are looked through: the newest.
const MOST_COMMENTS: usize = 1_000;
/// How many pieces of free text a filter has.
const MOST_PATTERNS: usize = 50;

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

macro_rules! filter {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_doc:meta])* $more:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            /// One of these.
            #[param(value_type = Option<Vec<Status>>, style = Form, explode = false)]
            #[serde(default)]
            status: List<Status>,
            /// One of these.
            #[param(value_type = Option<Vec<Severity>>, style = Form, explode = false)]
            #[serde(default)]
            severity: List<Severity>,
            /// One of these.
            #[param(value_type = Option<Vec<Verdict>>, style = Form, explode = false)]
            #[serde(default)]
            verdict: List<Verdict>,
            /// One of these.
            #[param(value_type = Option<Vec<Stage>>, style = Form, explode = false)]
            #[serde(default)]
            stage: List<Stage>,
            /// One of its accounts is one of these; a `*` at the end stands for the rest.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            account: List<Text>,
            /// One of its ATT&CK tactics is one of these.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            tactic: List<Text>,
            /// Its type is one of these; a `*` at the end stands for the rest.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            kind: List<Text>,
            /// `me`, `none` or a name; one of these.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            assignee: List<Text>,
            /// One of its resources is one of these, by ARN; a `*` at the end stands for the rest.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            resource: List<Text>,
            /// Each of these words is in its title, type, id, accounts, principals or resources.
            #[param(value_type = Option<String>, max_length = 200)]
            #[serde(default)]
            q: Option<Text>,
            /// One of these.
            #[param(value_type = Option<Vec<u8>>, style = Form, explode = false)]
            #[serde(default)]
            priority: List<u8>,
            /// Active at this time or later.
            #[param(value_type = Option<String>, format = DateTime)]
            #[serde(default)]
            from: Option<Since>,
            /// Active at this time or earlier.
            #[param(value_type = Option<String>, format = DateTime)]
            #[serde(default)]
            to: Option<Since>,
            /// Whether a question about it waits for people.
            #[serde(default)]
            waiting: Option<bool>,
            /// Whether only samples are in it.
            #[serde(default)]
            sample: Option<bool>,
            /// Also those that were merged into others.
            #[serde(default)]
            merged: Option<bool>,
            $($(#[$more_doc])* $more: $type,)*
        }

        impl $name {
            /// What is asked for by `me`.
            pub(super) fn filter(&self, me: &str) -> Result<QueueFilter, Problem> {
                Ok(QueueFilter {
                    status: domain(&self.status),
                    severity: domain(&self.severity),
                    verdict: domain(&self.verdict),
                    stage: domain(&self.stage),
                    account: patterns(&self.account)?,
                    tactic: texts(&self.tactic)?,
                    kind: patterns(&self.kind)?,
                    resource: patterns(&self.resource)?,
                    assignee: texts(&self.assignee)?.into_iter().map(|name| assignee(name, me)).collect(),
                    priority: self.priority.0.clone(),
                    text: Fold::of(self.q.as_ref().map_or("", |text| text.0.as_str())),
                    from: self.from.map(|since| since.0),
                    to: self.to.map(|since| since.0),
                    waiting: self.waiting,
                    sample: self.sample,
                    merged_too: self.merged.unwrap_or(false),
                })
            }
        }
    };
}

filter!(
    /// Which incidents.
    CountsQuery {}
);
filter!(
    /// Which incidents, and as what.
    ExportQuery {
        /// As what.
        #[param(inline)]
        format: super::export::Format,
    }
);

impl ExportQuery {
    pub(super) fn format(&self) -> super::export::Format {
        self.format
    }
}

filter!(
    /// Which incidents, in which order, from where.
    ListQuery {
        /// The order.
        #[param(inline)]
        #[serde(default)]
        sort: Option<Sort>,
        /// `next` of the page before.
        #[param(max_length = 1024)]
        after: Option<String>,
        /// How many rows at most.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
        #[serde(default)]
        limit: Limit,
    }
);

/// A piece of free text, of bounded length.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text(pub(super) String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.chars().count() > MOST_TEXT {
            return Err(format!("at most {MOST_TEXT} characters"));
        }
        Ok(Self(text))
    }
}

impl std::str::FromStr for Text {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

/// The order of a list of incidents; a minus is downwards.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
enum Sort {
    /// Open first, then by priority, severity and latest activity.
    #[serde(rename = "importance")]
    Importance,
    #[serde(rename = "-last_seen")]
    NewestActivity,
    #[serde(rename = "last_seen")]
    OldestActivity,
    #[serde(rename = "-severity")]
    Gravest,
    #[serde(rename = "-opened_at")]
    NewestOpened,
    #[serde(rename = "opened_at")]
    OldestOpened,
    #[serde(rename = "-changed_at")]
    NewestChange,
}

impl From<Sort> for QueueSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Importance => Self::Importance,
            Sort::NewestActivity => Self::NewestActivity,
            Sort::OldestActivity => Self::OldestActivity,
            Sort::Gravest => Self::Gravest,
            Sort::NewestOpened => Self::NewestOpened,
            Sort::OldestOpened => Self::OldestOpened,
            Sort::NewestChange => Self::NewestChange,
        }
    }
}

fn domain<W: Copy + Into<D>, D>(list: &List<W>) -> Vec<D> {
    list.0.iter().map(|word| (*word).into()).collect()
}

fn texts(list: &List<Text>) -> Result<Vec<String>, Problem> {
    if list.0.len() > MOST_PATTERNS {
        return Err(Problem::bad(format!("at most {MOST_PATTERNS} values")));
    }
    Ok(list.0.iter().map(|text| text.0.clone()).collect())
}

fn patterns(list: &List<Text>) -> Result<Vec<Pattern>, Problem> {
    Ok(texts(list)?.iter().map(|text| Pattern::parse(text)).collect())
}

fn assignee(name: String, me: &str) -> Assignee {
    match name.as_str() {
        "none" => Assignee::Nobody,
        "me" => Assignee::Person(me.to_owned()),
        _ => Assignee::Person(name),
    }
}

async fn list(asked: Asked, _path: Nothing, query: ListQuery) -> Result<Seen<IncidentPage>, Problem> {
    let sort = query.sort.map_or(QueueSort::Importance, Into::into);
    let after = query.after.as_deref().map(|after| place(after, sort)).transpose()?;
    let filter = query.filter(&asked.person.name)?;
    let ask = QueueAsk { filter, sort, from: PageAsk { after, limit: query.limit.0 } };
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
    let redacted = Redacted::of(document, &asked.api.redactor);
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
