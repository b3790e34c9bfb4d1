//! Figures for Prometheus, in its text format: counts only, so nobody need be signed in on this machine to read them.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use soc_api::Problem;
use soc_api::ports::Parts as _;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::QueueFilter;

use super::adapters::Local;
use super::{Shared, aside};

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    aside(async move {
        match text(&shared.local).await {
            Ok(text) => plain(text),
            Err(error) => Problem::from(error).into_response(),
        }
    })
    .await
}

fn plain(text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// One metric with its samples.
struct Metric<'a> {
    name: &'a str,
    kind: &'a str,
    help: &'a str,
}

impl Metric<'_> {
    fn write(&self, text: &mut String, samples: &[(String, u64)]) {
        let Self { name, kind, help } = self;
        let _infallible = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _infallible = writeln!(text, "{name}{labels} {value}");
        }
    }
}

/// A label; names of ours need no escape.
fn label(name: &str, value: &str) -> String {
    format!("{{{name}=\"{value}\"}}")
}

async fn text(local: &Local) -> PortResult<String> {
    let counts = local.queue().counts(&QueueFilter::default(), "").await?;
    let pipeline = local.figures().pipeline().await?;
    let mut text = String::new();
    let gauge = |name, help| Metric { name, kind: "gauge", help };
    let severities = counts.by_severity.iter();
    let severities: Vec<_> =
        severities.map(|(severity, count)| (label("severity", &severity.to_string()), *count)).collect();
    gauge("soc_incidents", "Incidents by severity, those merged away left out").write(&mut text, &severities);
    let statuses = counts.by_status.iter();
    let statuses: Vec<_> = statuses.map(|(status, count)| (label("status", status.name()), *count)).collect();
    gauge("soc_incidents_by_status", "Incidents by status").write(&mut text, &statuses);
    let one = |value: u64| vec![(String::new(), value)];
    gauge("soc_incidents_waiting", "Incidents with a question to people")
        .write(&mut text, &one(counts.waiting));
    gauge("soc_quarantine", "Records that could not be read").write(&mut text, &one(pipeline.quarantine));
    gauge("soc_outbox", "Executions that are still to be started").write(&mut text, &one(pipeline.outbox));
    let input = pipeline.input.unwrap_or_default();
    let ended = [
        ("recorded", input.recorded),
        ("duplicates", input.duplicates),
        ("quarantined", input.quarantined),
        ("events", input.events),
        ("lost", input.lost),
    ];
    let ended: Vec<_> = ended.iter().map(|(end, count)| (label("end", end), *count)).collect();
    Metric { name: "soc_records_total", kind: "counter", help: "Records that came in, by how they ended" }
        .write(&mut text, &ended);
    let parts: Vec<_> =
        local.look().await.iter().map(|(part, state)| (label("part", part), u64::from(state.up))).collect();
    gauge("soc_up", "Whether a part answers").write(&mut text, &parts);
    Ok(text)
}
