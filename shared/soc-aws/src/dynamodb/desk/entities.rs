//! What is known of a resource, a principal, an address, an access key, an account.
//!
//! Each finding leaves a row by each name in it, so the findings that name something are read by key and looked at: a
//! name of an earlier revision names nothing any more. An account is in too many for that, and in no finding that its
//! incident does not list it for: it is looked for in the short forms of the findings of those incidents, of which a list
//! that is full counts as listing everything.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use async_trait::async_trait;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::MOST_LISTED;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{Entities, Entity, EntityFacts};

use super::super::Store;
use super::super::findings::links_of;
use super::super::item::id;
use super::super::outline::{Outline, named};
use super::super::reads::{Ask, Order, Range};
use super::Desk;
use super::together::together;

const OPERATION: &str = "look an entity up";
/// How many findings are read in one question.
const AT_ONCE: usize = 100;

/// What findings say of an entity.
#[derive(Debug, Default)]
struct Facts {
    incidents: BTreeSet<IncidentId>,
    findings: u64,
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    accounts: BTreeSet<String>,
    tactics: BTreeSet<String>,
}

impl Facts {
    fn of(incident: IncidentId, outline: Outline) -> Self {
        Self {
            incidents: [incident].into(),
            findings: 1,
            first_seen: outline.began,
            last_seen: outline.ended,
            accounts: [outline.account].into(),
            tactics: outline.tactics.into_iter().collect(),
        }
    }

    fn add(&mut self, other: Self) {
        self.incidents.extend(other.incidents);
        self.findings += other.findings;
        self.first_seen = [self.first_seen, other.first_seen].into_iter().flatten().min();
        self.last_seen = self.last_seen.max(other.last_seen);
        self.accounts.extend(other.accounts);
        self.tactics.extend(other.tactics);
    }
}

impl Store {
    /// Which findings name it, or did once.
    async fn named_in(&self, entity: &Entity) -> PortResult<Vec<FindingId>> {
        let ask =
            Ask { index: None, pk: named(entity), range: Range::All, order: Order::Ascending, limit: None };
        self.rows(OPERATION, &ask).await?.iter().map(|item| id(item, "finding")).collect()
    }

    async fn facts_of_some(&self, entity: &Entity, ids: &[FindingId]) -> PortResult<Facts> {
        let mut facts = Facts::default();
        for (incident, finding) in self.findings_by_id(OPERATION, ids).await? {
            if entity.is_in(&finding) {
                facts.add(Facts::of(incident, Outline::of(&finding)));
            }
        }
        Ok(facts)
    }

    async fn facts_of_account(&self, account: &str, incident: IncidentId) -> PortResult<Facts> {
        let mut facts = Facts::default();
        for link in self.rows(OPERATION, &links_of(incident)).await? {
            let outline: Outline = self.document(&link).await?;
            if outline.account == account {
                facts.add(Facts::of(incident, outline));
            }
        }
        Ok(facts)
    }
}

impl Desk {
    async fn facts(&self, entity: &Entity) -> PortResult<Vec<Facts>> {
        if let Entity::Account(account) = entity {
            let incidents = self.incidents_of(account).await?;
            let questions = incidents.into_iter().map(|incident| {
                let (store, account) = (self.store.clone(), account.clone());
                async move { store.facts_of_account(&account, incident).await }
            });
            return together(OPERATION, questions.collect()).await;
        }
        let findings = self.store.named_in(entity).await?;
        let questions = findings.chunks(AT_ONCE).map(|ids| {
            let (store, entity, ids) = (self.store.clone(), entity.clone(), ids.to_vec());
            async move { store.facts_of_some(&entity, &ids).await }
        });
        together(OPERATION, questions.collect()).await
    }

    /// The incidents that may have findings of an account.
    async fn incidents_of(&self, account: &str) -> PortResult<Vec<IncidentId>> {
        let model = self.model().await?;
        let listed = model
            .rows()
            .map(|row| &row.incident)
            .filter(|incident| incident.accounts.contains(account) || incident.accounts.len() >= MOST_LISTED);
        Ok(listed.map(|incident| incident.id).collect())
    }
}

#[async_trait]
impl Entities for Desk {
    async fn entity(&self, entity: &Entity, limit: usize) -> PortResult<Option<EntityFacts>> {
        if entity.name().is_empty() {
            return Ok(None);
        }
        let mut all = Facts::default();
        self.facts(entity).await?.into_iter().for_each(|facts| all.add(facts));
        if all.findings == 0 {
            return Ok(None);
        }
        let model = self.model().await?;
        let known = all.incidents.iter().filter_map(|id| model.row(*id)).map(|row| &row.incident);
        let mut incidents: Vec<(Reverse<Timestamp>, IncidentId)> = known
            .filter(|incident| incident.merged_into.is_none())
            .map(|incident| (Reverse(incident.last_seen), incident.id))
            .collect();
        incidents.sort_unstable();
        Ok(Some(EntityFacts {
            incidents_total: incidents.len() as u64,
            incidents: incidents.into_iter().map(|(_, id)| id).take(limit).collect(),
            findings: all.findings,
            first_seen: all.first_seen,
            last_seen: all.last_seen,
            accounts: all.accounts.into_iter().filter(|account| !account.is_empty()).collect(),
            tactics: all.tactics.into_iter().collect(),
        }))
    }
}
