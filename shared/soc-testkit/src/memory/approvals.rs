//! Questions to people.

use async_trait::async_trait;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::id::{ActionId, IncidentId};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Approvals, RowVersion, Versioned};

use super::{Memory, put};

#[async_trait]
impl Approvals for Memory {
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>> {
        let tables = self.tables();
        let newest = tables.approvals.range((action, 0)..=(action, u32::MAX)).next_back();
        Ok(newest.map(|(_, row)| row.clone()))
    }

    async fn save(&self, approval: &Approval, expected: Option<RowVersion>) -> PortResult<RowVersion> {
        let entry = ((approval.action, approval.generation), approval.clone());
        put(&mut self.tables().approvals, entry, expected, "save an approval")
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Versioned<Approval>>> {
        let tables = self.tables();
        Ok(tables.approvals.values().filter(|row| row.value.incident == id).cloned().collect())
    }

    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>> {
        let tables = self.tables();
        let approvals = tables.approvals.values().map(|row| &row.value);
        let mut found: Vec<Approval> =
            approvals.filter(|approval| approval.state == state).cloned().collect();
        found.sort_by_key(|approval| (approval.expires_at, approval.action));
        found.truncate(limit);
        Ok(found)
    }
}

impl Memory {
    /// Every question, of every generation, in the order of the actions' ids.
    #[must_use]
    pub fn all_approvals(&self) -> Vec<Approval> {
        self.tables().approvals.values().map(|row| row.value.clone()).collect()
    }
}
