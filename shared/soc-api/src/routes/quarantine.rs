//! Records that could not be read.

use serde::Serialize;
use soc_pipeline::ports::Quarantined;
use soc_pipeline::ports::desk::{PageAsk, QuarantinePlace};
use utoipa::ToSchema;

use super::findings::shown;
use super::meta::NoMore;
use super::params::{OfRecord, Paged};
use crate::answer::Seen;
use crate::cursor;
use crate::dto::Moment;
use crate::input::Nothing;
use crate::person::Role;
use crate::ports::ReadAgain;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, change, read};

/// How many bytes of a record are shown.
const MOST_RAW: usize = 64 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let viewer = Role::Viewer;
    vec![
        read(
            "/quarantine",
            viewer,
            Name("quarantine", "Records that could not be read, the newest first"),
            list,
        ),
        read("/quarantine/{id}", viewer, Name("quarantined", "One of them with its bytes"), one),
        change("/quarantine/{id}/replay", Role::Analyst, Name("replay", "Read one of them again"), replay),
    ]
}

/// A record that could not be read.
#[derive(Debug, Serialize, ToSchema)]
struct QuarantineRow {
    id: String,
    /// Where it came from.
    source: String,
    /// The line at which it begins, from 1.
    line: u64,
    /// The byte at which it begins.
    offset: u64,
    /// Why it could not be read, in our words.
    reason: String,
    /// How many bytes it has.
    length: u64,
    at: Moment,
    /// How often it was read again since.
    replays: u32,
}

impl From<&Quarantined> for QuarantineRow {
    fn from(record: &Quarantined) -> Self {
        Self {
            id: record.id.to_string(),
            source: record.source.clone(),
            line: record.line,
            offset: record.offset,
            reason: record.reason.clone(),
            length: record.length,
            at: record.at.into(),
            replays: record.replays,
        }
    }
}

/// One page of records that could not be read.
#[derive(Debug, Serialize, ToSchema)]
struct QuarantinePage {
    items: Vec<QuarantineRow>,
    /// Give it as `after` for what comes next; null at the end.
    next: Option<String>,
    /// How many there are.
    total: u64,
}

async fn list(asked: Asked, _path: Nothing, query: Paged) -> Result<Seen<QuarantinePage>, Problem> {
    let after: Option<QuarantinePlace> =
        query.after.as_deref().map(|after| cursor::open("quarantine", after)).transpose()?;
    let found = asked.api.access.lists.quarantined(PageAsk { after, limit: query.limit.0 }).await?;
    Ok(Seen(QuarantinePage {
        items: found.page.rows.iter().map(Into::into).collect(),
        next: found.page.next.map(|place| cursor::seal("quarantine", &place)),
        total: found.total,
    }))
}

/// One record with its bytes.
#[derive(Debug, Serialize, ToSchema)]
struct QuarantineDetail {
    #[serde(flatten)]
    row: QuarantineRow,
    /// The first 64 KiB as text; hostile. Null if they are gone.
    raw: Option<String>,
}

async fn one(asked: Asked, path: OfRecord, _query: Nothing) -> Result<Seen<QuarantineDetail>, Problem> {
    let access = &asked.api.access;
    let record = access.quarantine.get(path.id).await?.ok_or_else(|| Problem::missing("record"))?;
    let raw = access.replays.bytes(path.id, MOST_RAW).await?;
    Ok(Seen(QuarantineDetail { row: (&record).into(), raw: raw.map(|raw| shown(&raw, MOST_RAW)) }))
}

/// What came of reading a record again.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    state: ReplayState,
    /// Why it still cannot be read, in our words.
    reason: Option<String>,
}

/// What came of reading a record again.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
enum ReplayState {
    /// It came in, and is quarantined no more.
    Read,
    /// It stays.
    StillUnreadable,
}

async fn replay(asked: Asked, path: OfRecord, _body: NoMore) -> Result<Seen<Replayed>, Problem> {
    Ok(Seen(match asked.api.access.replays.replay(path.id).await? {
        ReadAgain::Read => Replayed { state: ReplayState::Read, reason: None },
        ReadAgain::StillUnreadable { reason } => {
            Replayed { state: ReplayState::StillUnreadable, reason: Some(reason) }
        }
    }))
}
