//! A person's change, whole or not at all.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use soc_domain::id::{IncidentId, OperationId};
use soc_domain::people::{Comment, Job, JobState, Operation, PeopleSuppression};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Commit, Expected, Operations, RowVersion, Versioned};

use super::Kind;
use crate::store::error::Fault;
use crate::store::rows::{expect_one, int, to_json};
use crate::store::{Inner, Store, desk, incidents, ledger};

const INSERT: &str =
    "INSERT INTO people(kind, id, version, incident, open, doc) VALUES (?1, ?2, 1, ?3, ?4, ?5)
    ON CONFLICT(kind, id) DO NOTHING";
const UPDATE: &str = "UPDATE people SET version = version + 1, incident = ?3, open = ?4, doc = ?5
    WHERE kind = ?1 AND id = ?2 AND version = ?6";

/// A row of the table as it shall be.
struct Row<'a> {
    kind: Kind,
    id: &'a str,
    incident: Option<IncidentId>,
    open: Option<Timestamp>,
}

fn of_operation(operation: &Operation) -> Row<'_> {
    let open = operation.state.is_under_way().then_some(operation.at);
    Row { kind: Kind::Operation, id: operation.id.suffix(), incident: Some(operation.incident), open }
}

fn of_job(job: &Job) -> Row<'_> {
    let open = (job.state() == JobState::Running).then_some(job.at);
    Row { kind: Kind::Job, id: job.id.suffix(), incident: None, open }
}

fn of_comment(comment: &Comment) -> Row<'_> {
    Row { kind: Kind::Comment, id: comment.id.suffix(), incident: Some(comment.incident), open: None }
}

fn of_suppression(suppression: &PeopleSuppression) -> Row<'_> {
    let open = suppression.removed.is_none().then_some(suppression.expires);
    Row { kind: Kind::Suppression, id: suppression.id.suffix(), incident: None, open }
}

/// Refuses what would conflict before anything is written: in a batch, half of a step would give up all of it.
fn expect(connection: &Connection, row: &Row<'_>, expected: Option<RowVersion>) -> Result<(), Fault> {
    let sql = "SELECT version FROM people WHERE kind = ?1 AND id = ?2";
    let values = params![row.kind as i64, row.id];
    let found = connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    is_as_expected(found, expected)
}

fn expect_incident(
    connection: &Connection,
    id: IncidentId,
    expected: Option<RowVersion>,
) -> Result<(), Fault> {
    let sql = "SELECT version FROM incidents WHERE id = ?1";
    let found = connection.prepare_cached(sql)?.query_row([id.suffix()], |row| row.get(0)).optional()?;
    is_as_expected(found, expected)
}

fn is_as_expected(found: Option<i64>, expected: Option<RowVersion>) -> Result<(), Fault> {
    let is_same = found == expected.map(|version| int(version.0));
    if is_same { Ok(()) } else { Err(Fault::Conflict) }
}

fn write(
    connection: &Connection,
    row: &Row<'_>,
    value: &impl Serialize,
    expected: Option<RowVersion>,
) -> Result<(), Fault> {
    let incident = row.incident.as_ref().map(IncidentId::suffix);
    let (kind, open, doc) = (row.kind as i64, row.open.map(Timestamp::as_millis), to_json(value)?);
    let changed = match expected {
        None => connection.prepare_cached(INSERT)?.execute(params![kind, row.id, incident, open, doc])?,
        Some(version) => {
            let values = params![kind, row.id, incident, open, doc, int(version.0)];
            connection.prepare_cached(UPDATE)?.execute(values)?
        }
    };
    expect_one(changed)
}

fn check(connection: &Connection, commit: &Commit) -> Result<(), Fault> {
    for Expected { value, expected } in &commit.incidents {
        expect_incident(connection, value.id, *expected)?;
    }
    for Expected { value, expected } in &commit.operations {
        expect(connection, &of_operation(value), *expected)?;
    }
    for Expected { value, expected } in &commit.jobs {
        expect(connection, &of_job(value), *expected)?;
    }
    for Expected { value, expected } in &commit.comments {
        expect(connection, &of_comment(value), *expected)?;
    }
    for Expected { value, expected } in &commit.suppressions {
        expect(connection, &of_suppression(value), *expected)?;
    }
    Ok(())
}

fn write_people(connection: &Connection, commit: &Commit) -> Result<(), Fault> {
    for Expected { value, expected } in &commit.operations {
        write(connection, &of_operation(value), value, *expected)?;
    }
    for Expected { value, expected } in &commit.jobs {
        write(connection, &of_job(value), value, *expected)?;
    }
    for Expected { value, expected } in &commit.comments {
        write(connection, &of_comment(value), value, *expected)?;
    }
    for Expected { value, expected } in &commit.suppressions {
        write(connection, &of_suppression(value), value, *expected)?;
    }
    Ok(())
}

impl Inner {
    fn keep(&mut self, commit: &Commit, at: Timestamp) -> Result<(), Fault> {
        let in_batch = self.batch;
        for row in &commit.incidents {
            self.read.forget_incident(row.value.id);
        }
        self.step(|connection| {
            check(connection, commit)?;
            for Expected { value, expected } in &commit.incidents {
                incidents::write(connection, value, *expected)?;
                if !in_batch {
                    desk::put(connection, value)?;
                }
            }
            for message in &commit.messages {
                incidents::put_out(connection, *message)?;
            }
            write_people(connection, commit)?;
            for entry in &commit.entries {
                ledger::append_to(connection, entry.clone(), at)?;
            }
            Ok(())
        })?;
        if in_batch {
            commit.incidents.iter().for_each(|row| self.noted.saved(row.value.id));
        }
        Ok(())
    }
}

#[async_trait]
impl Operations for Store {
    async fn commit(&self, commit: &Commit, at: Timestamp) -> PortResult<()> {
        let mut inner = self.lock();
        let kept = inner.usable().and_then(|()| inner.keep(commit, at));
        kept.map_err(|fault| fault.at("keep a person's change"))
    }

    async fn get(&self, id: OperationId) -> PortResult<Option<Versioned<Operation>>> {
        self.person_row("read an operation", Kind::Operation, id.suffix())
    }

    async fn under_way(&self, limit: usize) -> PortResult<Vec<OperationId>> {
        self.open_rows("list operations that are under way", (Kind::Operation, OperationId::PREFIX), limit)
    }
}
