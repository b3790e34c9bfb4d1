//! How the pipeline stands: counted in the rows of incidents, executions, runs and notices.

use rusqlite::{Connection, OptionalExtension as _};
use soc_domain::incident::Stage;
use soc_pipeline::desk::stages;
use soc_pipeline::ports::desk::{InputFigures, PipelineFigures};

use crate::store::error::Fault;
use crate::store::journal::{Balance, Outcome};
use crate::store::rows::{count, from_json};

const STAGES: &str = "SELECT stage, count(*) FROM desk WHERE merged = 0 GROUP BY stage";
const FAILED: &str =
    "SELECT state ->> '$.state', count(*) FROM executions WHERE status = 'failed' GROUP BY 1";

fn one(connection: &Connection, sql: &str) -> Result<u64, Fault> {
    let found: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(found.and_then(|found| u64::try_from(found).ok()).unwrap_or_default())
}

pub(super) fn pipeline(connection: &Connection) -> Result<PipelineFigures, Fault> {
    let mut by_stage = Vec::new();
    let mut statement = connection.prepare_cached(STAGES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let stage = Stage::ALL.into_iter().find(|stage| *stage as i64 == number);
        by_stage.extend(stage.map(|stage| (stage, count(row, 1).unwrap_or_default())));
    }
    let mut failed = Vec::new();
    let mut statement = connection.prepare_cached(FAILED)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        failed.push((row.get::<_, Option<String>>(0)?.unwrap_or_default(), count(row, 1)?));
    }
    let input = input(connection)?;
    let dead = "SELECT count(*) FROM webhook WHERE due IS NULL AND doc IS NOT NULL";
    let parked = "SELECT count(*) FROM executions WHERE status = 'waiting'";
    Ok(PipelineFigures {
        stages: stages(input.received, &by_stage, &failed),
        quarantine: one(connection, "SELECT count(*) FROM quarantine WHERE released = 0")?,
        outbox: one(connection, "SELECT count(*) FROM outbox")?,
        dead_letters: Some(one(connection, dead)?),
        parked: Some(one(connection, parked)?),
        input: Some(input),
    })
}

/// The totals of runs that ended, and what the one that is under way has delivered.
fn input(connection: &Connection) -> Result<InputFigures, Fault> {
    let mut input = InputFigures::default();
    let sql = "SELECT totals FROM runs WHERE finished_at IS NOT NULL AND totals IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let totals: Balance = from_json(row, 0)?;
        input.received += totals.received;
        input.recorded += totals.recorded + totals.updated;
        input.duplicates += totals.duplicates;
        input.quarantined += totals.quarantined;
        input.events += totals.events;
        input.lost += totals.lost;
    }
    let open = "SELECT coalesce(sum(received), 0) FROM runs WHERE finished_at IS NULL";
    let received = one(connection, open)?;
    let sql = "SELECT outcome, count(*) FROM deliveries
        WHERE run IN (SELECT id FROM runs WHERE finished_at IS NULL) GROUP BY outcome";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut delivered = 0;
    while let Some(row) = rows.next()? {
        let (number, records): (i64, u64) = (row.get(0)?, count(row, 1)?);
        delivered += records;
        match Outcome::of_number(number) {
            Some(Outcome::Recorded | Outcome::Updated) => input.recorded += records,
            Some(Outcome::Duplicate) => input.duplicates += records,
            Some(Outcome::Event) => input.events += records,
            Some(Outcome::Quarantined) => input.quarantined += records,
            None => delivered -= records,
        }
    }
    input.received += received;
    input.lost += received.saturating_sub(delivered);
    Ok(input)
}
