//! Records of actions.

use async_trait::async_trait;
use soc_domain::action::{Action, ActionState};
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Actions;

use super::Memory;

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

#[async_trait]
impl Actions for Memory {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        Ok(self.tables().actions.get(&id).cloned())
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        let tables = self.tables();
        Ok(tables.actions.values().filter(|action| action.incident == id).cloned().collect())
    }

    async fn save(&self, action: &Action, expected: Option<u32>) -> PortResult<()> {
        let mut tables = self.tables();
        if tables.actions.get(&action.id).map(|found| found.epoch) != expected {
            return Err(PortError::new(PortErrorKind::Conflict, "save an action"));
        }
        tables.actions.insert(action.id, action.clone());
        Ok(())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        let tables = self.tables();
        let mut found: Vec<_> =
            tables.actions.values().filter_map(|action| Some((due(action)?, action.id))).collect();
        found.retain(|(due, _)| *due <= now);
        found.sort();
        Ok(found.into_iter().map(|(_, id)| id).take(limit).collect())
    }

    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        let tables = self.tables();
        let of_account = tables.actions.values().filter(|action| action.target.place.account == account);
        let done = of_account.filter(|action| action.done_at.is_some_and(|done_at| done_at >= since)).count();
        Ok(u32::try_from(done).unwrap_or(u32::MAX))
    }
}

impl Memory {
    /// Every action, in the order of their ids.
    #[must_use]
    pub fn all_actions(&self) -> Vec<Action> {
        self.tables().actions.values().cloned().collect()
    }
}
