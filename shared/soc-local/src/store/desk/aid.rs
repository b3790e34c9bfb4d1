//! The finding aid: which findings name what, in a file of its own beside the store.
//!
//! Apart from the store because it costs more than a finding may: it is brought up to date when somebody asks, or by
//! whoever calls [`Reader::keep_up`](super::Reader::keep_up), never by the writer. It holds nothing that the store has not,
//! so it may be deleted at any time and is made anew. What it follows is append-only: keys of findings, and keys of
//! evidence, of which every revision adds one. The incident of a finding is always the store's.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use soc_domain::attack::{Mark, marks_of};
use soc_domain::finding::Finding;
use soc_domain::id::FindingId;
use soc_domain::incident::tactics_of;
use soc_pipeline::ports::desk::Entity;

use crate::store::error::Fault;
use crate::store::rows::{from_json, to_json};
use crate::store::{FILE, data_dir, run};

const AID: &str = "aid.sqlite";
/// Counts the shapes of this file: another one is made anew.
const VERSION: i64 = 1;
/// So many findings are read in one transaction.
const AT_ONCE: i64 = 500;

const SCHEMA: &str = "
DROP TABLE IF EXISTS place; DROP TABLE IF EXISTS names; DROP TABLE IF EXISTS mentions;
DROP TABLE IF EXISTS outlines; DROP TABLE IF EXISTS marks; DROP TABLE IF EXISTS newest;
CREATE TABLE place(finding INTEGER NOT NULL, id TEXT NOT NULL, evidence INTEGER NOT NULL) STRICT;
INSERT INTO place VALUES (0, '', 0);
CREATE TABLE names(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE(kind, name)) STRICT;
CREATE TABLE mentions(name INTEGER NOT NULL, finding INTEGER NOT NULL, PRIMARY KEY(name, finding)) STRICT, WITHOUT ROWID;
-- What figures need of a finding; `marks` names a set of fields of the ATT&CK matrix and tactics.
CREATE TABLE outlines(
  finding INTEGER PRIMARY KEY, marks INTEGER NOT NULL, severity INTEGER NOT NULL, began INTEGER, ended INTEGER,
  account TEXT NOT NULL) STRICT;
CREATE TABLE marks(number INTEGER PRIMARY KEY, marks TEXT NOT NULL UNIQUE) STRICT;
-- The newest evidence of a finding, as far as it was read.
CREATE TABLE newest(evidence INTEGER PRIMARY KEY, finding INTEGER NOT NULL) STRICT;
";

/// Fields of the matrix, as pairs of tactic and technique, and the tactics of a finding.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Marks {
    pub(super) marks: Vec<(String, String)>,
    pub(super) tactics: Vec<String>,
}

/// Opens the aid of the store in `dir`, with the store beside it under the name `soc`, which is only read.
pub(super) fn open(dir: &Path) -> Result<Connection, Fault> {
    let path = dir.join(AID);
    data_dir::create_private_file(&path).map_err(|error| Fault::Row(error.to_string()))?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(&path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_mode| Ok(()))?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.execute("ATTACH ?1 AS soc", [read_only(&dir.join(FILE))])?;
    if !is_of_this_store(&connection)? {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute_batch(SCHEMA)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        connection.execute_batch("COMMIT")?;
    }
    Ok(connection)
}

/// The file as SQLite's "Uniform Resource Identifiers" page writes one that is not to be written.
fn read_only(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            other => uri.push(other),
        }
    }
    uri.push_str("?mode=ro");
    uri
}

/// The store may have been deleted and begun anew: then the last finding that was read is another one.
fn is_of_this_store(connection: &Connection) -> Result<bool, Fault> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        return Ok(false);
    }
    let sql = "SELECT place.finding = 0 OR place.id = findings.id
        FROM place LEFT JOIN soc.findings AS findings ON findings.key = place.finding";
    let same: Option<bool> = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(same.unwrap_or(false))
}

/// Reads some of what is new. Answers whether there is more.
pub(super) fn read_some(connection: &Connection) -> Result<bool, Fault> {
    run(connection, "BEGIN IMMEDIATE")?;
    let done = read_findings(connection).and_then(|full| {
        // Revisions are of findings that were read before: those come first.
        if full { Ok(true) } else { read_revisions(connection) }
    });
    run(connection, if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn read_findings(connection: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT key, evidence, doc FROM soc.findings WHERE key > (SELECT finding FROM place)
        ORDER BY key LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([AT_ONCE])?;
    let (mut read, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        let (key, evidence): (i64, i64) = (row.get(0)?, row.get(1)?);
        let finding: Finding = from_json(row, 2)?;
        outline(connection, key, &finding)?;
        let sql = "INSERT OR REPLACE INTO newest(evidence, finding) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute([evidence, key])?;
        (read, last) = (read + 1, Some((key, finding.id)));
    }
    if let Some((key, id)) = last {
        let sql = "UPDATE place SET finding = ?1, id = ?2";
        connection.prepare_cached(sql)?.execute(params![key, FindingId::suffix(&id)])?;
    }
    Ok(read == AT_ONCE)
}

fn read_revisions(connection: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT key, previous FROM soc.evidence WHERE key > (SELECT evidence FROM place)
        ORDER BY key LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([AT_ONCE])?;
    let (mut read, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        let (evidence, previous): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        (read, last) = (read + 1, Some(evidence));
        let Some(previous) = previous else { continue };
        let sql = "UPDATE newest SET evidence = ?2 WHERE evidence = ?1 RETURNING finding";
        let mut moved = connection.prepare_cached(sql)?;
        let finding: Option<i64> = moved.query_row([previous, evidence], |row| row.get(0)).optional()?;
        if let Some(key) = finding {
            revise(connection, key)?;
        }
    }
    if let Some(evidence) = last {
        connection.prepare_cached("UPDATE place SET evidence = ?1")?.execute([evidence])?;
    }
    Ok(read == AT_ONCE)
}

fn revise(connection: &Connection, key: i64) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached("SELECT doc FROM soc.findings WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    match rows.next()? {
        Some(row) => outline(connection, key, &from_json(row, 0)?),
        None => Ok(()),
    }
}

/// Notes what a finding names. What an earlier revision named stays named.
fn outline(connection: &Connection, key: i64, finding: &Finding) -> Result<(), Fault> {
    for entity in Entity::all_in(finding) {
        let number = number(connection, &entity)?;
        let sql = "INSERT OR IGNORE INTO mentions(name, finding) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute([number, key])?;
    }
    let pair = |mark: Mark| (mark.tactic, mark.technique);
    let marks = to_json(&Marks {
        marks: marks_of(finding).into_iter().map(pair).collect(),
        tactics: tactics_of(finding).map(str::to_owned).collect(),
    })?;
    connection.prepare_cached("INSERT OR IGNORE INTO marks(marks) VALUES (?1)")?.execute([&marks])?;
    let sql = "INSERT OR REPLACE INTO outlines(finding, marks, severity, began, ended, account)
        VALUES (?1, (SELECT number FROM marks WHERE marks = ?2), ?3, ?4, ?5, ?6)";
    let millis = |moment: Option<soc_domain::time::Timestamp>| moment.map(|moment| moment.as_millis());
    connection.prepare_cached(sql)?.execute(params![
        key,
        marks,
        finding.effective_severity() as i64,
        millis(finding.began()),
        millis(finding.ended()),
        finding.place.account
    ])?;
    Ok(())
}

/// The number of an entity's name, which is given one if it has none.
fn number(connection: &Connection, entity: &Entity) -> Result<i64, Fault> {
    let values = params![kind(entity), entity.name()];
    if let Some(number) = known(connection, entity)? {
        return Ok(number);
    }
    let sql = "INSERT INTO names(kind, name) VALUES (?1, ?2) RETURNING number";
    Ok(connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

/// The number of an entity's name, if any finding names it.
pub(super) fn known(connection: &Connection, entity: &Entity) -> Result<Option<i64>, Fault> {
    let sql = "SELECT number FROM names WHERE kind = ?1 AND name = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params![kind(entity), entity.name()], |row| row.get(0)).optional()?)
}

const fn kind(entity: &Entity) -> i64 {
    match entity {
        Entity::Resource(_) => 0,
        Entity::Principal(_) => 1,
        Entity::Address(_) => 2,
        Entity::Account(_) => 3,
        Entity::AccessKey(_) => 4,
    }
}
