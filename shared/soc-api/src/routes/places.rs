//! Across incidents: entities that findings name, and how the pipeline stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use soc_pipeline::ports::desk::{ActionFilter, Entity, InputFigures, PageAsk, StageFigures};
use utoipa::{IntoParams, ToSchema};

use super::ENTITY;
use super::meta::{PartView, parts};
use crate::answer::Seen;
use crate::dto::action::ActionView;
use crate::dto::incident::IncidentRow;
use crate::dto::{Moment, dollars};
use crate::input::Nothing;
use crate::person::Role;
use crate::ports::Spent;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How many incidents of an entity are shown.
const MOST_INCIDENTS: usize = 50;
/// How many actions of a resource are shown.
const MOST_ACTIONS: usize = 50;
/// Longer names are none of a finding's.
const MOST_NAME: usize = 2_048;

pub(super) fn routes() -> Vec<Route> {
    let viewer = Role::Viewer;
    vec![
        read(ENTITY, viewer, Name("entity", "What is known of something that findings name"), entity),
        read("/pipeline", viewer, Name("pipeline", "How the pipeline stands"), pipeline),
    ]
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum EntityKind {
    /// By its ARN.
    Resource,
    /// By its name.
    Principal,
    /// By its text.
    Address,
    /// By its number.
    Account,
    /// By its id.
    AccessKey,
}

/// An entity in the path.
#[derive(Debug, Deserialize, IntoParams)]
struct OfEntity {
    /// What it is.
    #[param(inline)]
    kind: EntityKind,
    /// Its ARN, name, address, number or id, percent-encoded.
    #[param(max_length = 2048)]
    id: String,
}

/// What is known of an entity.
#[derive(Debug, Serialize, ToSchema)]
struct EntityView {
    kind: EntityKind,
    id: String,
    first_seen: Option<Moment>,
    last_seen: Option<Moment>,
    /// Those with the latest activity.
    incidents: EntityIncidents,
    /// How many incidents there are.
    incidents_total: u64,
    /// How many findings name it.
    findings: u64,
    accounts: Vec<String>,
    tactics: Vec<String>,
    /// What was or may be done to it.
    actions: Vec<ActionView>,
}

/// The incidents of an entity that are shown.
#[derive(Debug, Serialize, ToSchema)]
struct EntityIncidents {
    items: Vec<IncidentRow>,
    /// Always null: the others are found with the filters of the list.
    next: Option<String>,
}

async fn entity(asked: Asked, path: OfEntity, _query: Nothing) -> Result<Seen<EntityView>, Problem> {
    if path.id.len() > MOST_NAME {
        return Err(Problem::bad(format!("an id has at most {MOST_NAME} bytes")));
    }
    let access = &asked.api.access;
    let id = path.id.clone();
    let entity = match path.kind {
        EntityKind::Resource => Entity::Resource(id),
        EntityKind::Principal => Entity::Principal(id),
        EntityKind::Address => Entity::Address(id),
        EntityKind::Account => Entity::Account(id),
        EntityKind::AccessKey => Entity::AccessKey(id),
    };
    let facts = access.entities.entity(&entity, MOST_INCIDENTS).await?;
    let facts = facts.ok_or_else(|| Problem::missing("entity: no finding names it"))?;
    let rows = access.queue.rows(&facts.incidents).await?;
    let filter = match path.kind {
        EntityKind::Resource => {
            Some(ActionFilter { resource: Some(path.id.clone()), ..ActionFilter::default() })
        }
        EntityKind::Account => {
            Some(ActionFilter { accounts: vec![path.id.clone()], ..ActionFilter::default() })
        }
        EntityKind::Principal | EntityKind::Address | EntityKind::AccessKey => None,
    };
    let actions = match filter {
        Some(filter) => access.lists.actions(&filter, PageAsk::start(MOST_ACTIONS)).await?.rows,
        None => Vec::new(),
    };
    Ok(Seen(EntityView {
        kind: path.kind,
        id: path.id,
        first_seen: Moment::maybe(facts.first_seen),
        last_seen: Moment::maybe(facts.last_seen),
        incidents: EntityIncidents { items: rows.iter().map(Into::into).collect(), next: None },
        incidents_total: facts.incidents_total,
        findings: facts.findings,
        accounts: facts.accounts,
        tactics: facts.tactics,
        actions: actions.iter().map(Into::into).collect(),
    }))
}

/// How the pipeline stands.
#[derive(Debug, Serialize, ToSchema)]
struct PipelineView {
    /// In their order.
    stages: Vec<StageView>,
    /// Records that could not be read.
    quarantine: u64,
    /// Messages that were given up on; null where nobody knows.
    dead_letters: Option<u64>,
    /// Executions that wait; null where nobody knows.
    parked: Option<u64>,
    /// Executions that are still to be started.
    outbox: u64,
    spend: SpendView,
    /// Each part by name.
    parts: BTreeMap<String, PartView>,
    /// How the records ended; null where nobody counts them.
    input: Option<InputView>,
}

/// One stage.
#[derive(Debug, Serialize, ToSchema)]
struct StageView {
    name: String,
    waiting: u64,
    running: u64,
    done: u64,
    failed: u64,
}

impl From<StageFigures> for StageView {
    fn from(stage: StageFigures) -> Self {
        Self {
            name: stage.name,
            waiting: stage.waiting,
            running: stage.running,
            done: stage.done,
            failed: stage.failed,
        }
    }
}

/// Money for models.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SpendView {
    today_usd: f64,
    /// Null without a limit.
    cap_usd: Option<f64>,
}

impl From<Spent> for SpendView {
    fn from(spent: Spent) -> Self {
        Self { today_usd: dollars(spent.today), cap_usd: spent.cap.map(dollars) }
    }
}

/// How the records ended; each is in exactly one of these.
#[derive(Debug, Serialize, ToSchema)]
struct InputView {
    received: u64,
    recorded: u64,
    duplicates: u64,
    quarantined: u64,
    events: u64,
    /// Always 0, or there is a fault of ours.
    lost: u64,
}

impl From<InputFigures> for InputView {
    fn from(input: InputFigures) -> Self {
        Self {
            received: input.received,
            recorded: input.recorded,
            duplicates: input.duplicates,
            quarantined: input.quarantined,
            events: input.events,
            lost: input.lost,
        }
    }
}

async fn pipeline(asked: Asked, _path: Nothing, _query: Nothing) -> Result<Seen<PipelineView>, Problem> {
    let access = &asked.api.access;
    let figures = access.figures.pipeline().await?;
    Ok(Seen(PipelineView {
        stages: figures.stages.into_iter().map(Into::into).collect(),
        quarantine: figures.quarantine,
        dead_letters: figures.dead_letters,
        parked: figures.parked,
        outbox: figures.outbox,
        spend: access.purse.spent().await?.into(),
        parts: parts(&asked).await,
        input: figures.input.map(Into::into),
    }))
}
