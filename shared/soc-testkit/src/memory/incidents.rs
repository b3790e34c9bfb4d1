//! Incidents and their outgoing messages.

use async_trait::async_trait;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Incidents, RowVersion, StartWorkflow, Unfinished, Versioned};

use super::{Memory, put};

#[async_trait]
impl Incidents for Memory {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        Ok(self.tables().incidents.get(&id).cloned())
    }

    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let mut tables = self.tables();
        let entry = (incident.id, incident.clone());
        let version = put(&mut tables.incidents, entry, expected, "save an incident")?;
        tables.turn(incident.id);
        tables.outbox.extend(message);
        Ok(version)
    }

    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>> {
        let tables = self.tables();
        let incidents = tables.incidents.values().map(|row| &row.value);
        let mut due: Vec<_> =
            incidents.filter_map(|incident| Some((incident.escalation_due?, incident.id))).collect();
        due.retain(|(due, _)| *due <= until);
        due.sort();
        Ok(due.into_iter().map(|(_, id)| id).take(limit).collect())
    }

    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        Ok(self.tables().outbox.iter().copied().take(limit).collect())
    }

    async fn sent(&self, message: StartWorkflow) -> PortResult<()> {
        self.tables().outbox.retain(|unsent| *unsent != message);
        Ok(())
    }
}

#[async_trait]
impl Unfinished for Memory {
    async fn unfinished(&self, before: Timestamp, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        let tables = self.tables();
        let mut waiting: Vec<&Incident> = tables.incidents.values().map(|row| &row.value).collect();
        waiting.retain(|incident| incident.is_unfinished() && incident.generation_at < before);
        waiting.sort_by_key(|incident| incident.generation_at);
        let messages = waiting
            .into_iter()
            .map(|incident| StartWorkflow { incident: incident.id, generation: incident.generation });
        Ok(messages.take(limit).collect())
    }
}

impl Memory {
    /// Every incident, in the order of their ids.
    #[must_use]
    pub fn all_incidents(&self) -> Vec<Incident> {
        self.tables().incidents.values().map(|row| row.value.clone()).collect()
    }
}
