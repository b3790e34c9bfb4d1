//! Records of actions: their row is the fence, their links say whose they are and when they took effect.

use async_trait::async_trait;
use soc_domain::action::{Action, ActionState};
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Actions;
use soc_pipeline::ports::desk::ActionPlace;

use super::Store;
use super::item::{Index, Item, Row, id};
use super::keys::{Key, key, ordered, prefix, shard};
use super::reads::{Ask, Order, Range, spread_key};
use super::writes::{OnlyIf, Write};

fn key_of_action(action: ActionId) -> Key {
    Key::row("action", action.suffix())
}

/// When somebody must look at the action again: it expires, or whoever was at work is gone.
fn due(action: &Action) -> Option<Timestamp> {
    match action.state {
        ActionState::Done => action.expires_at,
        ActionState::Intent | ActionState::ReverseIntent => action.lease_until,
        ActionState::Planned
        | ActionState::NoEffect
        | ActionState::Unknown
        | ActionState::Reversed
        | ActionState::Withdrawn => None,
    }
}

/// Where an action stands among all: what has had no effect first, then the newest effect, then by id.
pub(super) fn place_of_action(place: &ActionPlace) -> String {
    let done_at = place.done_at.map_or(i64::MIN, |at| at.as_millis().saturating_neg().max(i64::MIN + 1));
    format!("{}|{}", ordered(done_at), place.id.suffix())
}

/// Says in the account's partition that the action took effect then, or may have. An earlier moment stays when a later
/// one comes: whoever counts reads the row.
fn effect(action: &Action) -> Option<Row> {
    let at = ordered(action.done_at?.as_millis());
    let account = key("effects", &[&action.target.place.account]);
    let place = format!("{at}|{}", action.id.suffix());
    Some(Row::new(&Key::new(account, place)).text("action", action.id.to_string()))
}

fn link(action: &Action) -> Row {
    let partition = key("incident", &[action.incident.suffix()]);
    let row = Row::new(&Key::new(partition, key("action", &[action.id.suffix()])));
    row.text("action", action.id.to_string())
}

impl Store {
    async fn as_action_row(&self, action: &Action) -> PortResult<Row> {
        let suffix = action.id.suffix();
        let mut row = Row::new(&key_of_action(action.id))
            .number("version", u64::from(action.epoch))
            .text("incident", action.incident.to_string())
            .indexed(
                Index::People,
                spread_key("actions", &[], &shard(suffix)),
                place_of_action(&ActionPlace::of(action)),
            );
        if let Some(due) = due(action) {
            let place = format!("{}|{suffix}", ordered(due.as_millis()));
            row = row.indexed(Index::Work, spread_key("due", &[], &shard(suffix)), place);
        }
        self.with_document(row, action).await
    }

    /// The actions that links name, as the newest writes left them.
    async fn linked_actions(&self, operation: &'static str, links: &[Item]) -> PortResult<Vec<Action>> {
        let mut keys = Vec::with_capacity(links.len());
        for link in links {
            keys.push(key_of_action(id(link, "action")?));
        }
        let mut actions = Vec::with_capacity(keys.len());
        for item in self.by_key(operation, keys).await?.values() {
            actions.push(self.document(item).await?);
        }
        Ok(actions)
    }
}

#[async_trait]
impl Actions for Store {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        match self.row("read an action", &key_of_action(id)).await? {
            Some(item) => self.document(&item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        const OPERATION: &str = "read an incident's actions";
        let ask = Ask::prefix(key("incident", &[id.suffix()]), prefix("action", &[]));
        let links = self.rows(OPERATION, &ask).await?;
        let mut actions = self.linked_actions(OPERATION, &links).await?;
        actions.sort_by_key(|action| action.id);
        Ok(actions)
    }

    async fn save(&self, action: &Action, expected: Option<u32>) -> PortResult<()> {
        let row = self.as_action_row(action).await?;
        let mut writes = vec![Write::Put(row, OnlyIf::expected(expected.map(u64::from)))];
        if expected.is_none() {
            writes.push(Write::Put(link(action), OnlyIf::Always));
        }
        writes.extend(effect(action).map(|row| Write::Put(row, OnlyIf::Always)));
        self.write("save an action", writes).await
    }

    /// What the index names is read again: it may name what is done.
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        const OPERATION: &str = "list actions that are due";
        let range = Range::Between(ordered(i64::MIN), format!("{}~", ordered(now.as_millis())));
        let asked = (range, Order::Ascending, limit);
        let found = self.spread(OPERATION, (Index::Work, "due", &[]), asked).await?;
        let mut all = Vec::new();
        for item in self.again(OPERATION, &found).await? {
            let action: Action = self.document(&item).await?;
            all.extend(due(&action).map(|at| (at, action.id)));
        }
        all.retain(|(at, _)| *at <= now);
        all.sort();
        Ok(all.into_iter().map(|(_, id)| id).take(limit).collect())
    }

    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        const OPERATION: &str = "count the actions of an account";
        let ask = Ask {
            index: None,
            pk: key("effects", &[account]),
            range: Range::Between(ordered(since.as_millis()), format!("{}~", ordered(i64::MAX))),
            order: Order::Ascending,
            limit: None,
        };
        let links = self.rows(OPERATION, &ask).await?;
        let actions = self.linked_actions(OPERATION, &links).await?;
        let took_effect = |action: &&Action| {
            action.target.place.account == account && action.done_at.is_some_and(|at| at >= since)
        };
        Ok(u32::try_from(actions.iter().filter(took_effect).count()).unwrap_or(u32::MAX))
    }
}
