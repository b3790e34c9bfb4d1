//! Documents of incidents, quarantined records and kept events.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use soc_domain::id::{IncidentId, QuarantineId};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{
    Document, Documents, Dossier, Events, KeptEvent, Quarantine, Quarantined, RawBytes,
};

use super::Memory;

fn newest<T: Clone>(table: &BTreeMap<(IncidentId, u32), T>, of: IncidentId, generation: u32) -> Option<T> {
    table.range((of, 0)..=(of, generation)).next_back().map(|(_, document)| document.clone())
}

#[async_trait]
impl Dossier for Memory {
    async fn keep(&self, incident: IncidentId, generation: u32, document: Document<'_>) -> PortResult<()> {
        let key = (incident, generation);
        let mut tables = self.tables();
        match document {
            Document::Assessment(document) => drop(tables.assessments.insert(key, document.clone())),
            Document::Judgement(document) => drop(tables.judgements.insert(key, document.clone())),
            Document::Analysis(document) => drop(tables.analyses.insert(key, document.clone())),
            Document::Plan(document) => drop(tables.plans.insert(key, document.clone())),
        }
        Ok(())
    }

    async fn fetch(&self, incident: IncidentId, generation: u32) -> PortResult<Documents> {
        let tables = self.tables();
        Ok(Documents {
            assessment: newest(&tables.assessments, incident, generation),
            judgement: newest(&tables.judgements, incident, generation),
            analysis: newest(&tables.analyses, incident, generation),
            plan: newest(&tables.plans, incident, generation),
        })
    }
}

#[async_trait]
impl Quarantine for Memory {
    async fn put(&self, record: &Quarantined) -> PortResult<bool> {
        let mut tables = self.tables();
        if tables.quarantine.contains_key(&record.id) {
            return Ok(false);
        }
        tables.quarantined += 1;
        let arrival = tables.quarantined;
        tables.quarantine.insert(record.id, (arrival, record.clone()));
        Ok(true)
    }

    async fn get(&self, id: QuarantineId) -> PortResult<Option<Quarantined>> {
        Ok(self.tables().quarantine.get(&id).map(|(_, record)| record.clone()))
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<Quarantined>> {
        let tables = self.tables();
        let mut all: Vec<_> = tables.quarantine.values().collect();
        all.sort_by_key(|(arrival, record)| Reverse((record.at, *arrival)));
        let records = all.into_iter().take(limit).map(|(_, record)| record.clone());
        Ok(records.map(without_bytes).collect())
    }

    async fn release(&self, id: QuarantineId) -> PortResult<()> {
        self.tables().quarantine.remove(&id);
        Ok(())
    }
}

pub(super) fn without_bytes(mut record: Quarantined) -> Quarantined {
    if let RawBytes::Inline(bytes) = &mut record.raw {
        bytes.clear();
    }
    record
}

#[async_trait]
impl Events for Memory {
    async fn keep(&self, event: KeptEvent<'_>) -> PortResult<bool> {
        Ok(self.tables().events.insert(event.raw.to_vec()))
    }
}

impl Memory {
    /// How many events are kept.
    #[must_use]
    pub fn kept_events(&self) -> usize {
        self.tables().events.len()
    }
}
