//! What changed since somebody last looked: asked every few seconds, and cheap.

use serde::{Deserialize, Serialize};
use soc_pipeline::ports::desk::Turn;
use utoipa::{IntoParams, ToSchema};

use crate::answer::Fresh;
use crate::cursor;
use crate::input::Nothing;
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How many changed incidents are named at once.
const MOST: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![read("/changes", Role::Viewer, Name("changes", "What changed since a cursor"), changes)]
}

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ChangesQuery {
    /// A `cursor` of a list or of this route; without it nothing but the present one.
    #[param(max_length = 1024)]
    after: Option<String>,
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
struct ChangesView {
    /// Ask from here on next time.
    cursor: String,
    /// The incidents that changed.
    incidents: Vec<String>,
    /// More changed than fits: ask again at once.
    more: bool,
    /// Questions that wait for people.
    approvals_waiting: u64,
    /// Quarantined records.
    quarantine: u64,
}

/// A turn as callers get it.
pub(super) fn seal(turn: Turn) -> String {
    cursor::seal("changes", &turn)
}

async fn changes(asked: Asked, _path: Nothing, query: ChangesQuery) -> Result<Fresh<ChangesView>, Problem> {
    let after: Option<Turn> =
        query.after.as_deref().map(|after| cursor::open("changes", after)).transpose()?;
    let found = asked.api.access.changes.changed(after, MOST).await?;
    // Whoever asks the same again and gets the same is told so; the tag holds all that the answer depends on.
    let since = after.map_or(u64::MAX, |turn| turn.0);
    let tag = format!("{since:x}-{:x}-{:x}-{:x}", found.cursor.0, found.approvals_waiting, found.quarantine);
    Ok(Fresh {
        value: ChangesView {
            cursor: seal(found.cursor),
            incidents: found.incidents.iter().map(ToString::to_string).collect(),
            more: found.more,
            approvals_waiting: found.approvals_waiting,
            quarantine: found.quarantine,
        },
        tag,
    })
}
