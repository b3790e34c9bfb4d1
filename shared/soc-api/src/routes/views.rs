//! What is computed for people: metrics, the ATT&CK map, an incident's timeline and graph.

use std::time::Duration;

use serde::Deserialize;
use soc_domain::finding::Finding;
use soc_domain::spend::Day;
use soc_domain::time::Timestamp;
use soc_pipeline::desk::{Heat, Metrics, graph, heat, navigator_layer, timeline};
use soc_pipeline::ports::desk::{ChainPlace, PageAsk, Window};
use utoipa::IntoParams;

use super::incidents::row;
use super::params::OfIncident;
use crate::answer::{Attachment, Form, Seen};
use crate::dto::views::{AttackView, GraphView, Measured, MetricsView, TimelineView, WindowName};
use crate::input::Nothing;
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How many findings a graph or a timeline looks at: the gravest.
const MOST_FINDINGS: usize = 500;
/// How many rows are read together.
const TOGETHER: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let viewer = Role::Viewer;
    vec![
        read("/metrics", viewer, Name("metrics", "Times, verdicts, agreement and cost of a window"), metrics),
        read("/attack", viewer, Name("attack", "ATT&CK tactics and techniques of a window"), attack),
        read("/attack/layer", viewer, Name("attack_layer", "The same for MITRE's Navigator"), layer),
        read("/incidents/{id}/timeline", viewer, Name("incident_timeline", "What happened, and when"), when),
        read(
            "/incidents/{id}/graph",
            viewer,
            Name("incident_graph", "What it is about, and how that hangs together"),
            around,
        ),
    ]
}

/// Over which stretch of time.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct WindowQuery {
    /// Up to now.
    #[serde(default)]
    window: Option<WindowName>,
}

impl WindowQuery {
    fn name(&self) -> WindowName {
        self.window.unwrap_or_default()
    }

    fn window(&self, now: Timestamp) -> Window {
        const DAY: Duration = Duration::from_secs(24 * 3_600);
        let from = match self.name() {
            WindowName::Day => now.minus(DAY),
            WindowName::Week => now.minus(DAY * 7),
            WindowName::Month => now.minus(DAY * 30),
            WindowName::All => Timestamp::from_millis(0),
        };
        // What happens in this millisecond counts.
        Window { from, to: now.plus(Duration::from_millis(1)) }
    }
}

async fn metrics(asked: Asked, _path: Nothing, query: WindowQuery) -> Result<Seen<MetricsView>, Problem> {
    let access = &asked.api.access;
    let window = query.window(access.clock.now());
    let mut cases = Vec::new();
    let mut from = PageAsk::start(TOGETHER);
    loop {
        let page = access.figures.cases(window, from).await?;
        cases.extend(page.rows);
        let Some(next) = page.next else { break };
        from = PageAsk::after(next, TOGETHER);
    }
    let days = access.figures.findings_by_day(window).await?;
    let findings = days.into_iter().map(|count| (Day::of(count.day), count.findings)).collect();
    let measured = Measured { metrics: Metrics::of(&cases), findings, spent: access.purse.spent().await? };
    Ok(Seen(MetricsView::new(query.name(), (window.from.into(), window.to.into()), measured)))
}

async fn map(asked: &Asked, query: &WindowQuery) -> Result<Heat, Problem> {
    let access = &asked.api.access;
    Ok(heat(&access.figures.techniques(query.window(access.clock.now())).await?))
}

async fn attack(asked: Asked, _path: Nothing, query: WindowQuery) -> Result<Seen<AttackView>, Problem> {
    Ok(Seen(map(&asked, &query).await?.into()))
}

async fn layer(asked: Asked, _path: Nothing, query: WindowQuery) -> Result<Attachment, Problem> {
    let layer = navigator_layer(&map(&asked, &query).await?, "ai-soc");
    let bytes = serde_json::to_vec_pretty(&layer).map_err(|error| Problem::internal(&error))?;
    Ok(Attachment { form: Form::Json, name: "attack-layer.json", bytes })
}

/// The gravest findings of an incident, and how many it has.
async fn gravest(asked: &Asked, path: &OfIncident) -> Result<(Vec<Finding>, u64), Problem> {
    row(asked, path.id).await?;
    let mut findings = Vec::new();
    let mut from = PageAsk::start(200);
    loop {
        let found = asked.api.access.files.findings(path.id, from).await?;
        findings.extend(found.page.rows.into_iter().map(|filed| filed.row.finding));
        match found.page.next {
            Some(next) if findings.len() < MOST_FINDINGS => from = PageAsk::after(next, 200),
            Some(_) | None => return Ok((findings, found.total)),
        }
    }
}

async fn when(asked: Asked, path: OfIncident, _query: Nothing) -> Result<Seen<TimelineView>, Problem> {
    let (findings, total) = gravest(&asked, &path).await?;
    let access = &asked.api.access;
    let chain = path.id.to_string();
    let mut entries = Vec::new();
    let mut from: PageAsk<ChainPlace> = PageAsk::start(TOGETHER);
    loop {
        let page = access.chains.oldest(Some(&chain), from).await?;
        entries.extend(page.rows);
        let Some(next) = page.next else { break };
        from = PageAsk::after(next, TOGETHER);
    }
    let questions = access.approvals.of_incident(path.id).await?;
    let questions: Vec<_> = questions.into_iter().map(|found| found.value).collect();
    Ok(Seen(timeline((&findings, total), &entries, &questions).into()))
}

async fn around(asked: Asked, path: OfIncident, _query: Nothing) -> Result<Seen<GraphView>, Problem> {
    let (findings, total) = gravest(&asked, &path).await?;
    Ok(Seen(graph(&findings, total).into()))
}
