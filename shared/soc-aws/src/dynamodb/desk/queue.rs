//! The queue and its changes, out of what the function knows of all incidents.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use async_trait::async_trait;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::id::IncidentId;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::desk::{
    Changed, Changes, Queue, QueueAsk, QueueCounts, QueueFilter, QueuePage, QueuePlace, QueueRow, Turn,
};
use tokio::sync::MutexGuard;

use super::super::Store;
use super::super::findings::links_of;
use super::super::incidents::key_of_incident;
use super::super::item::{Index, Item};
use super::super::keys::ordered;
use super::super::listing::turn;
use super::super::reads::Ask;
use super::Desk;
use super::model::{Found, Model, Since, row};
use super::shards::{END, Shelf, cut};
use super::together::together;

const KEEP_UP: &str = "read what changed";
/// How many rows of a partition are asked for at once: a page has at most a megabyte.
const AT_ONCE: usize = 1_000;

const CHANGES: Shelf<'static> =
    Shelf { operation: KEEP_UP, index: Index::Follow, kind: "changes", parts: &[] };
const WAITING: Shelf<'static> = Shelf {
    operation: "list questions that wait",
    index: Index::Work,
    kind: "questions",
    parts: &[ApprovalState::Pending.name()],
};
const QUARANTINE: Shelf<'static> =
    Shelf { operation: "count quarantined records", index: Index::Work, kind: "quarantine", parts: &[] };

impl Store {
    async fn found(&self, item: &Item) -> PortResult<Found> {
        let incident = self.incident(item).await?;
        Ok(Found { incident: incident.value, version: incident.version.0, turn: turn(item)? })
    }

    /// What changed in one partition. Rows are read as they come, so that they are not all held twice.
    async fn changes_in(&self, ask: &Ask) -> PortResult<Vec<Found>> {
        let (mut found, mut from) = (Vec::new(), None);
        loop {
            let (items, next) = self.some_rows(KEEP_UP, ask, (AT_ONCE, from)).await?;
            for item in &items {
                found.push(self.found(item).await?);
            }
            from = next;
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    async fn changed_since(&self, since: Since) -> PortResult<Vec<Found>> {
        let asks = match since {
            Since::Ever => CHANGES.behind(None),
            Since::Far(turn) | Since::Near(turn) => CHANGES.between(&ordered(turn), END),
        };
        let questions = asks.into_iter().map(|ask| {
            let store = self.clone();
            async move { store.changes_in(&ask).await }
        });
        Ok(together(KEEP_UP, questions.collect()).await?.into_iter().flatten().collect())
    }

    /// How many questions about each incident wait for people.
    async fn waiting(&self) -> PortResult<BTreeMap<IncidentId, u64>> {
        let asks = WAITING.behind(None);
        let all = (usize::MAX >> 1, std::sync::Arc::new(|_: &Approval| true) as _);
        let mut waiting = BTreeMap::new();
        for question in self.first_of::<Approval>(WAITING.operation, asks, all).await? {
            *waiting.entry(question.incident).or_default() += 1;
        }
        Ok(waiting)
    }

    /// How many records are in quarantine.
    pub(super) async fn quarantine_count(&self) -> PortResult<u64> {
        self.count_of(QUARANTINE.operation, QUARANTINE.behind(None)).await
    }
}

impl Desk {
    /// What is known of all incidents, up to date.
    pub(super) async fn model(&self) -> PortResult<MutexGuard<'_, Model>> {
        let mut model = self.model.lock().await;
        let now = self.store.now();
        let since = model.since(now);
        let (found, waiting) = tokio::try_join!(self.store.changed_since(since), self.store.waiting())?;
        model.take_in(found);
        model.is_read(since, now);
        model.wait(&waiting);
        Ok(model)
    }

    /// Says how many findings each of these incidents has: counted in its partition, so as the newest write left it.
    async fn with_findings(&self, mut rows: Vec<QueueRow>) -> PortResult<Vec<QueueRow>> {
        const OPERATION: &str = "count the findings of incidents";
        let questions = rows.iter().map(|row| {
            let (store, ask) = (self.store.clone(), links_of(row.incident.id));
            async move { store.count(OPERATION, &ask).await }
        });
        let counts = together(OPERATION, questions.collect()).await?;
        for (row, findings) in rows.iter_mut().zip(counts) {
            row.findings = findings;
        }
        Ok(rows)
    }
}

/// In the order of the queue, behind a place if there is one.
fn ranked<'a>(model: &'a Model, ask: &QueueAsk) -> (u64, Vec<(QueuePlace, &'a QueueRow)>) {
    let accepted = model.rows().filter(|row| ask.filter.accepts(row));
    let mut ranked: Vec<(QueuePlace, &QueueRow)> =
        accepted.map(|row| (QueuePlace::of(row, ask.sort), row)).collect();
    let total = ranked.len() as u64;
    if let Some(after) = &ask.from.after {
        ranked.retain(|(place, _)| compared(place, after) == Ordering::Greater);
    }
    ranked.sort_unstable_by(|(one, _), (other, _)| compared(one, other));
    (total, ranked)
}

fn compared(one: &QueuePlace, other: &QueuePlace) -> Ordering {
    (one.rank, one.id).cmp(&(other.rank, other.id))
}

#[async_trait]
impl Queue for Desk {
    /// The findings of its rows are counted some moments after the rest.
    async fn page(&self, ask: &QueueAsk) -> PortResult<QueuePage> {
        if ask.from.after.is_some_and(|place| place.sort != ask.sort) {
            return Err(PortError::new(PortErrorKind::Rejected, "list the queue"));
        }
        let (mut page, total, cursor) = {
            let model = self.model().await?;
            let (total, mut ranked) = ranked(&model, ask);
            ranked.truncate(ask.from.limit.max(1).saturating_add(1));
            let rows: Vec<QueueRow> = ranked.into_iter().map(|(_, row)| row.clone()).collect();
            (cut(rows, ask.from.limit, |row| QueuePlace::of(row, ask.sort)), total, model.cursor())
        };
        page.rows = self.with_findings(page.rows).await?;
        Ok(QueuePage { page, total, cursor })
    }

    async fn counts(&self, filter: &QueueFilter, me: &str) -> PortResult<QueueCounts> {
        let model = self.model().await?;
        Ok(QueueCounts::of(model.rows().filter(|row| filter.accepts(row)), me))
    }

    /// Read by key: whoever has just changed an incident is shown what was written.
    async fn rows(&self, ids: &[IncidentId]) -> PortResult<Vec<QueueRow>> {
        const OPERATION: &str = "read rows of the queue";
        let keys = ids.iter().map(|id| key_of_incident(*id));
        let (items, waiting) = tokio::try_join!(self.store.by_key(OPERATION, keys), self.store.waiting())?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(item) = items.get(&key_of_incident(*id)) else { continue };
            let found = self.store.found(item).await?;
            let mut row = row(found.incident, found.turn);
            row.waiting = waiting.get(id).copied().unwrap_or_default();
            rows.push(row);
        }
        self.with_findings(rows).await
    }
}

#[async_trait]
impl Changes for Desk {
    async fn changed(&self, after: Option<Turn>, limit: usize) -> PortResult<Changed> {
        let (model, quarantine) = tokio::try_join!(self.model(), self.store.quarantine_count())?;
        let mut changed = Changed {
            cursor: model.cursor(),
            approvals_waiting: model.waiting(),
            quarantine,
            ..Changed::default()
        };
        if let Some(after) = after {
            (changed.incidents, changed.cursor, changed.more) = model.changed(after, limit.max(1));
        }
        Ok(changed)
    }
}
