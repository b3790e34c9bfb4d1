//! The tables, how they change from version to version, and how the connection is set up.
//!
//! Apart because a file that was written once must be readable for ever: migrations are only added. Documents
//! are JSON beside the columns that somebody asks by; ids are their 26 characters without the prefix.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use super::error::Fault;

/// `soc1` in ASCII, so that `file(1)` and we can tell our files from others.
const APPLICATION_ID: i64 = 0x736f_6331;

/// One script for each version, from 1.
const MIGRATIONS: &[&str] = &[FIRST, URGENCY, WEBHOOK, OPEN, DESK, super::people::TABLE];

/// The version whose table is filled from what is there, because SQL alone cannot.
const DESK_VERSION: i64 = 5;

const FIRST: &str = "
-- What `Findings` keeps. `severity` is the effective one and `ended` the latest activity: the order of lists.
CREATE TABLE findings(
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, incident TEXT NOT NULL,
  severity INTEGER NOT NULL, ended INTEGER NOT NULL, alarming INTEGER NOT NULL, origin INTEGER NOT NULL,
  emissions INTEGER NOT NULL, duplicates INTEGER NOT NULL, evidence INTEGER NOT NULL,
  meta TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX findings_by_incident ON findings(incident, severity DESC, ended DESC, id);
CREATE TABLE seen(event BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
-- The bytes of every revision; `previous` leads to the older ones, so that no index is needed.
CREATE TABLE evidence(
  key INTEGER PRIMARY KEY, previous INTEGER, at INTEGER NOT NULL, length INTEGER NOT NULL, raw BLOB NOT NULL) STRICT;

CREATE TABLE incidents(
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, severity INTEGER NOT NULL,
  priority INTEGER NOT NULL, last_seen INTEGER NOT NULL, escalation_due INTEGER,
  stage TEXT NOT NULL, status TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX incidents_by_escalation ON incidents(escalation_due) WHERE escalation_due IS NOT NULL;
CREATE TABLE outbox(
  key INTEGER PRIMARY KEY, incident TEXT NOT NULL, generation INTEGER NOT NULL, UNIQUE(incident, generation)) STRICT;

-- `incident` is that of the newest span; the others, where a key has several, stand in a table of their own.
CREATE TABLE correlation(
  key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, incident TEXT NOT NULL,
  spans TEXT NOT NULL) STRICT;
CREATE INDEX correlation_by_incident ON correlation(incident);
-- Rows are only added, so a hit is checked against the spans.
CREATE TABLE correlation_others(
  incident TEXT NOT NULL, correlation INTEGER NOT NULL, PRIMARY KEY(incident, correlation)) STRICT, WITHOUT ROWID;

CREATE TABLE documents(
  incident TEXT NOT NULL, kind INTEGER NOT NULL, generation INTEGER NOT NULL, guides INTEGER NOT NULL,
  doc TEXT NOT NULL, PRIMARY KEY(incident, kind, generation)) STRICT;

-- A released record leaves its row behind, so that the balance of its run still adds up.
CREATE TABLE quarantine(
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, released INTEGER NOT NULL, source TEXT NOT NULL,
  offset INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, length INTEGER NOT NULL,
  at INTEGER NOT NULL, replays INTEGER NOT NULL, spilled TEXT, raw BLOB) STRICT;
CREATE INDEX quarantine_by_time ON quarantine(at DESC, key DESC) WHERE released = 0;
CREATE TABLE events(
  key INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, source TEXT NOT NULL, at INTEGER NOT NULL,
  length INTEGER NOT NULL, raw BLOB NOT NULL) STRICT;

CREATE TABLE actions(
  id TEXT PRIMARY KEY, incident TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL, tier TEXT NOT NULL,
  account TEXT NOT NULL, due INTEGER, done_at INTEGER, doc TEXT NOT NULL) STRICT;
CREATE INDEX actions_by_incident ON actions(incident, id);
CREATE INDEX actions_by_due ON actions(due) WHERE due IS NOT NULL;
CREATE INDEX actions_by_account ON actions(account, done_at) WHERE done_at IS NOT NULL;
CREATE TABLE approvals(
  action TEXT NOT NULL, generation INTEGER NOT NULL, version INTEGER NOT NULL, incident TEXT NOT NULL,
  state TEXT NOT NULL, expires_at INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY(action, generation)) STRICT;
CREATE INDEX approvals_by_incident ON approvals(incident);
CREATE INDEX approvals_by_state ON approvals(state, expires_at);

CREATE TABLE ledger(
  chain TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,
  subject TEXT NOT NULL, details TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY(chain, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE heads(
  chain TEXT PRIMARY KEY, count INTEGER NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- A row with status `unstarted` only holds what the execution shall be told once it begins.
CREATE TABLE executions(
  key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, incident TEXT NOT NULL, generation INTEGER NOT NULL,
  status TEXT NOT NULL, state TEXT NOT NULL, wake_at INTEGER, token TEXT, told TEXT, started_at INTEGER) STRICT;
CREATE INDEX executions_ready ON executions(key)
  WHERE (status IN ('pending', 'running') OR (status = 'waiting' AND told IS NOT NULL));
CREATE INDEX executions_waking ON executions(wake_at, key)
  WHERE status = 'waiting' AND told IS NULL AND wake_at IS NOT NULL;
CREATE INDEX executions_open ON executions(status) WHERE status IN ('pending', 'running', 'waiting');

CREATE TABLE notices(
  key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sent INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX notices_unsent ON notices(key) WHERE sent = 0;
CREATE TABLE reversals(action TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE runs(
  id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, finished_at INTEGER, received INTEGER NOT NULL,
  totals TEXT) STRICT;
CREATE TABLE inputs(
  run INTEGER NOT NULL, source TEXT NOT NULL, fingerprint TEXT NOT NULL, records INTEGER NOT NULL,
  bytes INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY(run, source)) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries(
  run INTEGER NOT NULL, seq INTEGER NOT NULL, outcome INTEGER NOT NULL, kind INTEGER NOT NULL, ref ANY NOT NULL,
  PRIMARY KEY(run, seq)) STRICT, WITHOUT ROWID;
";

/// Executions of graver incidents go first. `urgency` is the incident's severity when the execution was started.
const URGENCY: &str = "
ALTER TABLE executions ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0;
DROP INDEX executions_ready;
CREATE INDEX executions_ready ON executions(urgency DESC, key)
  WHERE (status IN ('pending', 'running') OR (status = 'waiting' AND told IS NOT NULL));
";

const WEBHOOK: &str = "
-- Notices for the webhook. Without `doc` it was taken; without `due` alone every try has failed.
CREATE TABLE webhook(
  key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, tries INTEGER NOT NULL, due INTEGER, problem TEXT,
  doc TEXT) STRICT;
CREATE INDEX webhook_by_due ON webhook(due) WHERE due IS NOT NULL;
";

/// A list of three in the condition of an index is a table of its own, made anew with every row that is written.
const OPEN: &str = "
DROP INDEX executions_open;
CREATE INDEX executions_open ON executions(status)
  WHERE (status = 'pending' OR status = 'running' OR status = 'waiting');
";

/// What people look for in incidents; `desk` keeps it. Narrow rows in the order of arrival: those of a batch lie on few
/// pages. The texts stand apart, because they seldom change. `turn` grows with each write of any incident.
const DESK: &str = "
CREATE TABLE desk(
  key INTEGER PRIMARY KEY, turn INTEGER NOT NULL, changed_at INTEGER NOT NULL, closed INTEGER NOT NULL,
  priority INTEGER NOT NULL, severity INTEGER NOT NULL, last_seen INTEGER NOT NULL, first_seen INTEGER NOT NULL,
  opened_at INTEGER NOT NULL, merged INTEGER NOT NULL, sample INTEGER NOT NULL, status INTEGER NOT NULL,
  stage INTEGER NOT NULL, verdict INTEGER, id TEXT NOT NULL, assignee TEXT) STRICT;
CREATE INDEX desk_by_turn ON desk(turn);
CREATE TABLE desk_texts(
  key INTEGER PRIMARY KEY, kind TEXT NOT NULL, lists TEXT NOT NULL, words TEXT NOT NULL) STRICT;
CREATE INDEX executions_failed ON executions(key) WHERE status = 'failed';
CREATE INDEX approvals_pending ON approvals(incident) WHERE state = 'Pending';
-- The latest time of a chain's rows: the newest rows of all chains are in the chains whose time is the latest.
ALTER TABLE heads ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE heads SET at = coalesce((SELECT max(at) FROM ledger WHERE ledger.chain = heads.chain), 0);
";

/// How many statements stay prepared: all that the store has, and some.
const STATEMENTS: usize = 128;

/// Sets the connection up. WAL: readers in other processes do not wait for the writer, nor it for them.
pub(super) fn configure(connection: &Connection) -> Result<(), Fault> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else SQLite prepares a statement again whenever a value is bound that its plan might depend on.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    refuse_foreign(connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_mode| Ok(()))?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", "off")?;
    connection.pragma_update_and_check(None, "mmap_size", 0, |_size| Ok(())).or_else(none_is_fine)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    // In KiB when negative: the indexes of some 200,000 findings, and well below a process of 128 MiB.
    connection.pragma_update(None, "cache_size", -40_000)?;
    // In pages: a checkpoint of every 64 MiB of log instead of every 4 writes a hot page once, not sixteen times.
    // A thread of its own does that (`checkpoints`); the writer helps only when the log is four times as long.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 64_000, |_pages| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", 33_554_432, |_bytes| Ok(()))?;
    Ok(())
}

/// A database in memory answers some pragmas with no row.
fn none_is_fine(error: rusqlite::Error) -> Result<(), rusqlite::Error> {
    if error == rusqlite::Error::QueryReturnedNoRows { Ok(()) } else { Err(error) }
}

fn refuse_foreign(connection: &Connection) -> Result<(), Fault> {
    let id = pragma(connection, "application_id")?;
    let is_empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_master", [], |row| row.get(0))?;
    match id {
        APPLICATION_ID => Ok(()),
        0 if is_empty => Ok(()),
        other => Err(Fault::Foreign(other)),
    }
}

/// Brings the schema to the newest version, in one step.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    // The usual case takes no lock: whoever only looks does not wait for the writer.
    if pragma(connection, "user_version")? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = pragma(&transaction, "user_version")?;
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    for (version, script) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            transaction.execute_batch(script)?;
            if version == DESK_VERSION {
                super::desk::fill(&transaction)?;
            }
        }
    }
    if found < known {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", known)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Refuses a file that is not ours, or not of this version: for whoever may not migrate it.
pub(super) fn expect_ours(connection: &Connection) -> Result<(), Fault> {
    let id = pragma(connection, "application_id")?;
    if id != APPLICATION_ID {
        return Err(Fault::Foreign(id));
    }
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    match pragma(connection, "user_version")? {
        found if found > known => Err(Fault::Newer { found, known }),
        found if found < known => Err(Fault::Misuse("the store was not brought to this version so far")),
        _ => Ok(()),
    }
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, Fault> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
