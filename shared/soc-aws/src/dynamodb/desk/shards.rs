//! Pages of what an index keeps in eight partitions, in one order.
//!
//! Each partition is asked for a page and one row more, and the first of all of them are the page: so a page costs up to
//! eight times its length, and reading on costs the same at every depth.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::Page;

use super::super::Store;
use super::super::item::{Index, Item, text};
use super::super::keys::SHARDS;
use super::super::reads::{Ask, Order, Range, spread_key};
use super::together::together;

/// How many rows are asked for at once where most may not be wanted.
const LEAST_ASKED: usize = 100;
/// Before every character of a key that we write, and so right behind a key that another one goes on from.
const BEGIN: &str = "!";
/// After every key that we write.
pub(super) const END: &str = "~";

/// Whether a row is wanted.
pub(super) type Wanted<T> = Arc<dyn Fn(&T) -> bool + Send + Sync>;

/// Where a list stands in an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub(super) operation: &'static str,
    pub(super) index: Index,
    pub(super) kind: &'static str,
    pub(super) parts: &'a [&'a str],
}

impl Shelf<'_> {
    /// The questions to all of its partitions, for rows behind a sort key.
    pub(super) fn behind(&self, after: Option<&str>) -> Vec<Ask> {
        let from = after.map_or_else(|| BEGIN.to_owned(), |after| format!("{after}{BEGIN}"));
        self.between(&from, END)
    }

    /// The questions to all of its partitions, for rows from one sort key to another.
    pub(super) fn between(&self, from: &str, to: &str) -> Vec<Ask> {
        let ask = |shard: u8| Ask {
            index: Some(self.index),
            pk: spread_key(self.kind, self.parts, &shard.to_string()),
            range: Range::Between(from.to_owned(), to.to_owned()),
            order: Order::Ascending,
            limit: None,
        };
        (0..SHARDS).map(ask).collect()
    }
}

/// The rows up to the limit, and where the page behind them begins.
pub(super) fn cut<T, P>(mut rows: Vec<T>, limit: usize, place: impl Fn(&T) -> P) -> Page<T, P> {
    let limit = limit.max(1);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    Page { rows, next }
}

impl Store {
    /// The documents of the first wanted rows of some partitions of an index, by sort key: one more than `limit`.
    pub(super) async fn first_of<T>(
        &self,
        operation: &'static str,
        asks: Vec<Ask>,
        (limit, wanted): (usize, Wanted<T>),
    ) -> PortResult<Vec<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let most = limit.max(1).saturating_add(1);
        let questions = asks.into_iter().map(|ask| {
            let (store, wanted) = (self.clone(), Arc::clone(&wanted));
            async move { store.wanted_of(operation, &ask, (most, wanted)).await }
        });
        let mut found: Vec<(String, T)> =
            together(operation, questions.collect()).await?.into_iter().flatten().collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.truncate(most);
        Ok(found.into_iter().map(|(_, row)| row).collect())
    }

    async fn wanted_of<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        ask: &Ask,
        (most, wanted): (usize, Wanted<T>),
    ) -> PortResult<Vec<(String, T)>> {
        let (_, name) = ask.index.map_or(("pk", "sk"), Index::keys);
        let (mut found, mut from) = (Vec::new(), None);
        loop {
            let (items, next) = self.some_rows(operation, ask, (most.max(LEAST_ASKED), from)).await?;
            for item in &items {
                let row: T = self.document(item).await?;
                if wanted(&row) {
                    found.push((text(item, name)?.to_owned(), row));
                }
            }
            from = next;
            if found.len() >= most || from.is_none() {
                return Ok(found);
            }
        }
    }

    /// The first rows of some partitions of an index, by sort key: one more than `limit`.
    pub(super) async fn first_rows(
        &self,
        operation: &'static str,
        asks: Vec<Ask>,
        limit: usize,
    ) -> PortResult<Vec<Item>> {
        let most = limit.max(1).saturating_add(1);
        let questions = asks.into_iter().map(|mut ask| {
            let store = self.clone();
            ask.limit = Some(most);
            async move {
                let (_, name) = ask.index.map_or(("pk", "sk"), Index::keys);
                let rows = store.rows(operation, &ask).await?;
                let placed = rows.into_iter().map(|item| Ok((text(&item, name)?.to_owned(), item)));
                placed.collect::<PortResult<Vec<(String, Item)>>>()
            }
        });
        let mut found: Vec<(String, Item)> =
            together(operation, questions.collect()).await?.into_iter().flatten().collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.truncate(most);
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }

    /// A page of rows, and where the next one begins.
    pub(super) async fn some_rows(
        &self,
        operation: &'static str,
        ask: &Ask,
        (most, from): (usize, Option<Item>),
    ) -> PortResult<(Vec<Item>, Option<Item>)> {
        self.page(operation, (&self.tables.soc, ask), (Some(most), from)).await
    }

    /// How many rows there are in some partitions.
    pub(super) async fn count_of(&self, operation: &'static str, asks: Vec<Ask>) -> PortResult<u64> {
        let questions = asks.into_iter().map(|ask| {
            let store = self.clone();
            async move { store.count(operation, &ask).await }
        });
        Ok(together(operation, questions.collect()).await?.into_iter().sum())
    }
}
