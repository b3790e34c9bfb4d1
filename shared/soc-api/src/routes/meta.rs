//! What the API says of itself: health, configuration, the document, channels.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, Schemas, Seen};
use crate::dto::Items;
use crate::dto::words::{Mode, Severity, Status, Verdict, Word as _};
use crate::input::Nothing;
use crate::openapi::document;
use crate::person::Role;
use crate::ports::{Channel, Form};
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, change, read};

/// Where the dashboard may lead people to.
const LINK_HOSTS: [&str; 6] = [
    "docs.aws.amazon.com",
    "attack.mitre.org",
    "console.aws.amazon.com",
    "aws.amazon.com",
    "repost.aws",
    "github.com",
];

/// How often the dashboard asks for changes while somebody looks, and while nobody does, in milliseconds.
const POLL_VISIBLE_MS: u32 = 5_000;
const POLL_HIDDEN_MS: u32 = 60_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        read("/health", None, Name("health", "Whether the API runs"), health),
        read(
            "/health/detailed",
            Role::Viewer,
            Name("health_detailed", "Whether the parts that it needs answer"),
            detailed,
        ),
        read("/openapi.json", None, Name("openapi", "This document"), openapi),
        read("/config", Role::Viewer, Name("config", "What the dashboard needs to know"), config),
        read("/channels", Role::Viewer, Name("channels", "Ways to people"), channels),
        change("/channels/{name}/test", Role::Admin, Name("channel_test", "Send a test"), test_channel),
    ]
}

/// Whether the API runs.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`
    status: &'static str,
    /// What runs.
    release: String,
}

async fn health(asked: Asked, _path: Nothing, _query: Nothing) -> Result<Seen<Health>, Problem> {
    Ok(Seen(Health { status: "ok", release: asked.api.facts.release.clone() }))
}

/// Whether the parts that the API needs answer.
#[derive(Debug, Serialize, ToSchema)]
struct DetailedHealth {
    /// `ok` or `degraded`
    status: &'static str,
    /// What runs.
    release: String,
    /// Each part by name.
    parts: std::collections::BTreeMap<String, PartView>,
}

/// Whether one part answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartView {
    state: Reach,
    latency_ms: u64,
}

/// Whether something answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Reach {
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// Every part, asked now.
pub(super) async fn parts(asked: &Asked) -> std::collections::BTreeMap<String, PartView> {
    let seen = asked.api.access.parts.look().await;
    let view = |state: crate::ports::PartState| PartView {
        state: if state.up { Reach::Up } else { Reach::Down },
        latency_ms: u64::try_from(state.latency.as_millis()).unwrap_or(u64::MAX),
    };
    seen.into_iter().map(|(name, state)| (name, view(state))).collect()
}

async fn detailed(asked: Asked, _path: Nothing, _query: Nothing) -> Result<Seen<DetailedHealth>, Problem> {
    let parts = parts(&asked).await;
    let is_up = parts.values().all(|part| part.state == Reach::Up);
    let status = if is_up { "ok" } else { "degraded" };
    Ok(Seen(DetailedHealth { status, release: asked.api.facts.release.clone(), parts }))
}

/// The OpenAPI document: any JSON object.
#[derive(Debug)]
struct Document(serde_json::Value);

impl Answer for Document {
    fn document(
        operation: utoipa::openapi::path::OperationBuilder,
        _schemas: &mut Schemas,
    ) -> utoipa::openapi::path::OperationBuilder {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let schema = ObjectBuilder::new().schema_type(Type::Object).build();
        let content = utoipa::openapi::ContentBuilder::new().schema(Some(schema)).build();
        let response = utoipa::openapi::ResponseBuilder::new()
            .description("The document")
            .content("application/json", content)
            .build();
        operation.response("200", response)
    }

    fn respond(
        self,
        _asked: &axum::http::HeaderMap,
    ) -> Result<axum::http::Response<axum::body::Body>, Problem> {
        let mut response = axum::http::Response::new(axum::body::Body::from(self.0.to_string()));
        let json = axum::http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(axum::http::header::CONTENT_TYPE, json);
        Ok(response)
    }
}

async fn openapi(_asked: Asked, _path: Nothing, _query: Nothing) -> Result<Document, Problem> {
    document().map(Document).map_err(|error| Problem::internal(&error))
}

/// What the dashboard needs to know.
#[derive(Debug, Serialize, ToSchema)]
struct Config {
    release: String,
    environment: String,
    form: FormView,
    me: Me,
    /// How far the machine may go.
    mode: Mode,
    /// The model that explains incidents; null for rules.
    model: Option<String>,
    poll_visible_ms: u32,
    poll_hidden_ms: u32,
    /// Hosts that links may lead to, by https only.
    link_hosts: Vec<&'static str>,
    severities: Vec<Severity>,
    verdicts: Vec<Verdict>,
    statuses: Vec<Status>,
    can: Can,
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    name: String,
    role: Role,
}

/// Where ai-soc runs.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Form)]
enum FormView {
    /// On one machine.
    Local,
    /// On AWS.
    Aws,
}

/// What the role of whoever asks allows.
#[derive(Debug, Serialize, ToSchema)]
struct Can {
    /// Verdicts, assignments, comments, merges, suggestions of suppressions.
    work: bool,
    /// Approvals and denials.
    approve: bool,
    /// Undoing actions.
    reverse: bool,
    /// Tests of channels.
    administer: bool,
}

async fn config(asked: Asked, _path: Nothing, _query: Nothing) -> Result<Seen<Config>, Problem> {
    let (facts, policy) = (&asked.api.facts, asked.policy().await?);
    let role = asked.person.role;
    Ok(Seen(Config {
        release: facts.release.clone(),
        environment: facts.environment.clone(),
        form: match facts.form {
            Form::Local => FormView::Local,
            Form::Aws => FormView::Aws,
        },
        me: Me { name: asked.person.name.clone(), role },
        mode: policy.rules.response.mode.into(),
        model: facts.model.clone(),
        poll_visible_ms: POLL_VISIBLE_MS,
        poll_hidden_ms: POLL_HIDDEN_MS,
        link_hosts: LINK_HOSTS.to_vec(),
        severities: Severity::ALL.to_vec(),
        verdicts: Verdict::ALL.to_vec(),
        statuses: Status::ALL.to_vec(),
        can: Can {
            work: role >= Role::Analyst,
            approve: role >= Role::Approver,
            reverse: role >= Role::Approver,
            administer: role >= Role::Admin,
        },
    }))
}

/// A way to people.
#[derive(Debug, Serialize, ToSchema)]
struct ChannelView {
    name: String,
    /// `webhook`, `file`, `sns`
    kind: &'static str,
    /// `ready`, `off`, `failing`
    state: &'static str,
    detail: String,
}

impl From<Channel> for ChannelView {
    fn from(channel: Channel) -> Self {
        Self { name: channel.name, kind: channel.kind, state: channel.state, detail: channel.detail }
    }
}

async fn channels(
    asked: Asked,
    _path: Nothing,
    _query: Nothing,
) -> Result<Seen<Items<ChannelView>>, Problem> {
    let channels = asked.api.access.channels.list().await?;
    Ok(Seen(Items { items: channels.into_iter().map(Into::into).collect() }))
}

/// A channel in the path.
#[derive(Debug, Deserialize, IntoParams)]
struct OfChannel {
    /// The channel's name.
    #[param(max_length = 64)]
    name: String,
}

/// Nothing more is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoMore {}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
struct Tested {
    sent: bool,
    /// In our words.
    detail: String,
}

async fn test_channel(asked: Asked, path: OfChannel, _body: NoMore) -> Result<Seen<Tested>, Problem> {
    let tested = asked.api.access.channels.test(&path.name).await?;
    let (sent, detail) = match tested.ok_or_else(|| Problem::missing("channel"))? {
        Ok(detail) => (true, detail),
        Err(detail) => (false, detail),
    };
    Ok(Seen(Tested { sent, detail }))
}
