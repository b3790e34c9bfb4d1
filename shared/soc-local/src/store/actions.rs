//! Records of actions. An intent is on disk before anybody acts on it.

use std::future::poll_fn;
use std::task::{Context, Poll};

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::action::{Action, ActionState};
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Actions;

use super::error::Fault;
use super::rows::{expect_one, from_json, id, size, small, to_json};
use super::{Commits, Inner, Store};
use crate::group_commit::Ticket;

const INSERT: &str = "INSERT INTO actions(id, incident, epoch, state, tier, account, due, done_at, doc)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(id) DO NOTHING";
const UPDATE: &str = "UPDATE actions SET incident = ?2, epoch = ?3, state = ?4, tier = ?5, account = ?6,
    due = ?7, done_at = ?8, doc = ?9 WHERE id = ?1 AND epoch = ?10";

/// When somebody must look at the action again: it expires, or whoever was at work is gone.
fn due(action: &Action) -> Option<i64> {
    let at = match action.state {
        ActionState::Done => action.expires_at,
        ActionState::Intent | ActionState::ReverseIntent => action.lease_until,
        ActionState::Planned
        | ActionState::NoEffect
        | ActionState::Unknown
        | ActionState::Reversed
        | ActionState::Withdrawn => None,
    };
    at.map(Timestamp::as_millis)
}

fn is_intent(state: ActionState) -> bool {
    match state {
        ActionState::Intent | ActionState::ReverseIntent => true,
        ActionState::Planned
        | ActionState::Done
        | ActionState::NoEffect
        | ActionState::Unknown
        | ActionState::Reversed
        | ActionState::Withdrawn => false,
    }
}

fn write(connection: &Connection, action: &Action, expected: Option<u32>) -> Result<(), Fault> {
    let key = action.id.suffix();
    let incident = action.incident.suffix();
    let (state, tier) = (action.state.name(), action.tier.name());
    let account = &action.target.place.account;
    let (due, done_at) = (due(action), action.done_at.map(Timestamp::as_millis));
    let doc = to_json(action)?;
    let changed = match expected {
        None => connection.prepare_cached(INSERT)?.execute(params![
            key,
            incident,
            action.epoch,
            state,
            tier,
            account,
            due,
            done_at,
            doc
        ])?,
        Some(epoch) => connection.prepare_cached(UPDATE)?.execute(params![
            key,
            incident,
            action.epoch,
            state,
            tier,
            account,
            due,
            done_at,
            doc,
            epoch
        ])?,
    };
    expect_one(changed)
}

fn of_incident(connection: &Connection, id: IncidentId) -> Result<Vec<Action>, Fault> {
    let sql = "SELECT doc FROM actions WHERE incident = ?1 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([id.suffix()])?;
    let mut actions = Vec::new();
    while let Some(row) = rows.next()? {
        actions.push(from_json(row, 0)?);
    }
    Ok(actions)
}

impl Inner {
    /// Five stages ask for them, and most change none: inside a batch they are parsed once.
    fn actions_of(&mut self, incident: IncidentId) -> Result<Vec<Action>, Fault> {
        if let Some(found) = self.read.actions(incident).filter(|_| self.batch) {
            return Ok(found.clone());
        }
        let found = of_incident(&self.connection, incident)?;
        if self.batch {
            self.read.note_actions(incident, found.clone());
        }
        Ok(found)
    }

    /// Answers with a ticket if it is to be waited for.
    fn save_action(&mut self, action: &Action, expected: Option<u32>) -> Result<Option<Ticket>, Fault> {
        self.read.forget_actions(action.incident);
        if !is_intent(action.state) {
            write(&self.connection, action, expected)?;
            return Ok(None);
        }
        let Some(intents) = &self.intents else {
            self.write_durably(action, expected)?;
            return Ok(None);
        };
        let ticket = intents.ticket();
        write(&self.connection, action, expected)?;
        Ok(Some(ticket))
    }

    /// Never ready after the batch was dropped: then so is whoever waits.
    fn poll_intents(&mut self, ticket: Ticket, context: &Context<'_>) -> Poll<()> {
        self.intents.as_mut().map_or(Poll::Pending, |intents| intents.poll(ticket, context))
    }

    /// Writes and waits for the disk. What the batch had before is committed with it, and the batch goes on
    /// afterwards: an act can then never be older than what led to it, and a crash right after it finds the
    /// intent. From its first intent on a batch commits to the disk, so that each further one costs one commit.
    fn write_durably(&mut self, action: &Action, expected: Option<u32>) -> Result<(), Fault> {
        if !self.batch {
            self.let_commits_go(Commits::ToTheDisk)?;
            let written = self.step(|connection| write(connection, action, expected));
            return self.let_commits_go(Commits::ToTheLog).and(written);
        }
        if self.commits == Commits::ToTheLog {
            self.commit()?;
            let set = self.let_commits_go(Commits::ToTheDisk);
            self.begin_with("BEGIN IMMEDIATE")?;
            set?;
        }
        write(&self.connection, action, expected)?;
        self.commit()?;
        self.begin_with("BEGIN IMMEDIATE")
    }
}

#[async_trait]
impl Actions for Store {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        self.with("read an action", |connection| {
            let mut statement = connection.prepare_cached("SELECT doc FROM actions WHERE id = ?1")?;
            let mut rows = statement.query([id.suffix()])?;
            rows.next()?.map(|row| from_json(row, 0)).transpose()
        })
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        let mut inner = self.lock();
        let found = inner.usable().and_then(|()| inner.actions_of(id));
        found.map_err(|fault| fault.at("read an incident's actions"))
    }

    async fn save(&self, action: &Action, expected: Option<u32>) -> PortResult<()> {
        let saved = {
            let mut inner = self.lock();
            inner.usable().and_then(|()| inner.save_action(action, expected))
        };
        if let Some(ticket) = saved.map_err(|fault| fault.at("save an action"))? {
            poll_fn(|context| self.lock().poll_intents(ticket, context)).await;
        }
        Ok(())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        self.with("list actions that are due", |connection| {
            let sql = "SELECT id FROM actions WHERE due <= ?1 ORDER BY due, id LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![now.as_millis(), size(limit)])?;
            let mut due = Vec::new();
            while let Some(row) = rows.next()? {
                due.push(id(row, 0, ActionId::PREFIX)?);
            }
            Ok(due)
        })
    }

    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        self.with("count the actions of an account", |connection| {
            let sql = "SELECT count(*) FROM actions WHERE account = ?1 AND done_at >= ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![account, since.as_millis()])?;
            rows.next()?.map_or(Ok(0), |row| small(row, 0))
        })
    }
}
