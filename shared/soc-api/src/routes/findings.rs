//! One finding with its bytes.

use crate::answer::Seen;
use crate::dto::finding::FindingDetail;
use crate::input::Nothing;
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};
use crate::routes::params::OfFinding;

/// How many bytes of a finding are shown.
const MOST_RAW: usize = 256 * 1024;

pub(super) fn routes() -> Vec<Route> {
    vec![read("/findings/{id}", Role::Viewer, Name("finding", "One finding with its newest bytes"), one)]
}

async fn one(asked: Asked, path: OfFinding, _query: Nothing) -> Result<Seen<FindingDetail>, Problem> {
    let files = &asked.api.access.files;
    let filed = files.finding(path.id).await?.ok_or_else(|| Problem::missing("finding"))?;
    let raw = files.raw(path.id).await?;
    let raw_truncated = raw.as_ref().is_some_and(|raw| raw.len() > MOST_RAW);
    Ok(Seen(FindingDetail {
        finding: filed.into(),
        raw: raw.map(|raw| shown(&raw, MOST_RAW)),
        raw_truncated,
    }))
}

/// The first bytes as text; what is no text is replaced.
pub(super) fn shown(raw: &[u8], most: usize) -> String {
    String::from_utf8_lossy(raw.get(..most).unwrap_or(raw)).into_owned()
}
