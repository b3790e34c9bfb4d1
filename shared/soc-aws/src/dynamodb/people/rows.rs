//! The rows of what people did, and where each is found.

use serde::Serialize;
use soc_domain::id::{CommentId, JobId, OperationId, SuppressionId};
use soc_domain::incident::Incident;
use soc_domain::people::{Comment, Job, JobState, Operation, PeopleSuppression};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Commit, Expected, RowVersion};

use crate::dynamodb::Store;
use crate::dynamodb::documents::INLINE_MAX;
use crate::dynamodb::item::{Index, Row};
use crate::dynamodb::keys::{Key, key, ordered};
use crate::dynamodb::writes::{OnlyIf, Write};

/// A step has at most 4 MB, so the documents of one share this much.
const STEP_BYTES: usize = 3_000_000;

/// Operations that are under way, by when they began.
pub(super) const UNDER_WAY: &str = "operations";
/// Bulks that are not done, by when they began.
pub(super) const RUNNING: &str = "jobs";
/// Suppressions that were not removed, by when they end; and all of them, as they came.
pub(super) const SUPPRESSIONS: &str = "suppressions";

pub(super) fn key_of_operation(id: OperationId) -> Key {
    Key::row("operation", id.suffix())
}

pub(super) fn key_of_job(id: JobId) -> Key {
    Key::row("job", id.suffix())
}

pub(super) fn key_of_comment(id: CommentId) -> Key {
    Key::row("comment", id.suffix())
}

pub(super) fn key_of_suppression(id: SuppressionId) -> Key {
    Key::row("suppression", id.suffix())
}

/// A row with its version, id, and its place in a list of what is to be done, if it has one.
fn row(at: &Key, id: &str, expected: Option<RowVersion>) -> Row {
    let version = expected.map_or(0, |version| version.0) + 1;
    Row::new(at).text("id", id).number("version", version)
}

fn listed(row: Row, (list, at): (&str, Option<Timestamp>), suffix: &str) -> Row {
    match at {
        Some(at) => row.indexed(Index::Work, key(list, &[]), format!("{}|{suffix}", ordered(at.as_millis()))),
        None => row,
    }
}

fn of_operation(operation: &Operation, expected: Option<RowVersion>) -> Row {
    let open = operation.state.is_under_way().then_some(operation.at);
    let row = row(&key_of_operation(operation.id), &operation.id.to_string(), expected);
    listed(row, (UNDER_WAY, open), operation.id.suffix())
}

fn of_job(job: &Job, expected: Option<RowVersion>) -> Row {
    let open = (job.state() == JobState::Running).then_some(job.at);
    listed(row(&key_of_job(job.id), &job.id.to_string(), expected), (RUNNING, open), job.id.suffix())
}

fn of_suppression(suppression: &PeopleSuppression, expected: Option<RowVersion>) -> Row {
    let open = suppression.removed.is_none().then_some(suppression.expires);
    let row = row(&key_of_suppression(suppression.id), &suppression.id.to_string(), expected);
    listed(row, (SUPPRESSIONS, open), suppression.id.suffix())
}

/// Says where a row stands among those that came before it.
fn link(partition: String, kind: &str, (id, turn): (&str, i64)) -> Write {
    let place = key(kind, &[&ordered(turn), id]);
    Write::Put(Row::new(&Key::new(partition, place)).text(kind, id), OnlyIf::Always)
}

impl Store {
    async fn expected<T: Serialize + Sync>(
        &self,
        row: Row,
        Expected { value, expected }: &Expected<T>,
        most: usize,
    ) -> PortResult<Write> {
        let row = self.with_document_within(most, row, value).await?;
        Ok(Write::Put(row, OnlyIf::expected(expected.map(|version| version.0))))
    }

    /// All rows of a change but those of the ledger.
    pub(super) async fn rows_of_change(&self, commit: &Commit) -> PortResult<Vec<Write>> {
        let Commit { incidents, operations, jobs, comments, suppressions, messages, entries: _ } = commit;
        let documents = incidents.len() + operations.len() + jobs.len() + comments.len() + suppressions.len();
        let most = INLINE_MAX.min(STEP_BYTES / documents.max(1));
        let mut writes = Vec::with_capacity(documents + messages.len());
        for Expected { value, expected } in incidents {
            let incident: &Incident = value;
            writes.push(self.write_of(incident, *expected, most).await?);
        }
        for one in operations {
            writes.push(self.expected(of_operation(&one.value, one.expected), one, most).await?);
        }
        for one in jobs {
            writes.push(self.expected(of_job(&one.value, one.expected), one, most).await?);
        }
        for one in comments {
            let comment: &Comment = &one.value;
            let row = row(&key_of_comment(comment.id), &comment.id.to_string(), one.expected);
            writes.push(self.expected(row, one, most).await?);
            if one.expected.is_none() {
                let partition = key("incident", &[comment.incident.suffix()]);
                writes.push(link(partition, "comment", (comment.id.suffix(), self.turn())));
            }
        }
        for one in suppressions {
            writes.push(self.expected(of_suppression(&one.value, one.expected), one, most).await?);
            if one.expected.is_none() {
                let partition = key(SUPPRESSIONS, &[]);
                writes.push(link(partition, "suppression", (one.value.id.suffix(), self.turn())));
            }
        }
        let mut known = std::collections::BTreeSet::new();
        let messages = messages.iter().filter(|message| known.insert(**message));
        writes.extend(messages.map(|message| self.write_of_message(*message)));
        Ok(writes)
    }
}
