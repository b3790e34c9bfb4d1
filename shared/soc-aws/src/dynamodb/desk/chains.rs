//! Rows of the ledger, in the order of their chains and by time, and how far each chain reaches.
//!
//! The ledger's table knows no time: it is put to and never changed, by chain and place. So the newest rows of all chains
//! are found by the heads, which stand by the latest moment of their rows: for a page, the chains that reach beyond its
//! first row are asked, and as many more as the page has rows. That costs one question for each of these chains, so the
//! first page costs least, and one deep in the past as many questions as chains reach beyond it. Within a chain, time may
//! go back with its writers' clocks; its head says by how much at most, so nothing is read for nothing, and nothing is
//! left out.
//!
//! Chains are known by their heads, by the judged incidents, and by the name of the one outside all incidents: a head that
//! somebody took away hides no row of those. A chain that lost its head and its incident too is found by
//! `soc ledger verify`, which reads the whole table.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use async_trait::async_trait;
use soc_domain::incident::Stage;
use soc_ledger::{Entry, Head};
use soc_pipeline::OUTSIDE;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{ChainPlace, Chains, EntryPlace, Page, PageAsk};

use super::super::Store;
use super::super::item::{Index, Item};
use super::super::keys::{counted, key};
use super::super::ledger::{Tip, entry, head, place_of_chain, place_of_end, tip};
use super::super::reads::{Ask, Order, Range};
use super::Desk;
use super::shards::{Shelf, cut};
use super::together::together;

const READ: &str = "read the ledger";
const HEADS: Shelf<'static> =
    Shelf { operation: "read the heads of the ledger", index: Index::Follow, kind: "heads", parts: &[] };
const ENDS: Shelf<'static> =
    Shelf { operation: "read the ends of the ledger", index: Index::People, kind: "ends", parts: &[] };
/// How many rows of a chain are read at once.
const AT_ONCE: usize = 100;
/// How many chains are walked at once.
const CHAINS_AT_ONCE: usize = 32;

/// Whether a row comes behind a place in the list of the newest rows of all chains.
fn is_behind(entry: &Entry, place: &EntryPlace) -> bool {
    compared(&EntryPlace::of(entry), place) == Ordering::Greater
}

/// The newest first, of equals by chain, then the last of the chain first.
fn compared(one: &EntryPlace, other: &EntryPlace) -> Ordering {
    (other.at_ms, &one.chain, other.seq).cmp(&(one.at_ms, &other.chain, one.seq))
}

impl Store {
    async fn chain_rows(
        &self,
        chain: &str,
        (from, to): (u64, u64),
        (order, limit): (Order, usize),
    ) -> PortResult<Vec<Entry>> {
        let range = Range::Between(counted(from), counted(to));
        let ask = Ask { index: None, pk: key("chain", &[chain]), range, order, limit: Some(limit) };
        let items = self.rows_of(READ, (&self.tables.ledger, &ask)).await?;
        items.iter().map(entry).collect()
    }

    /// Rows of an index of heads: one more than `limit`.
    async fn heads_behind(
        &self,
        shelf: Shelf<'_>,
        after: Option<&str>,
        limit: usize,
    ) -> PortResult<Vec<Item>> {
        let asks = shelf.behind(after);
        self.first_rows(shelf.operation, asks, limit).await
    }

    /// The newest rows of one chain behind a place: `most` of them, by time.
    async fn newest_in(&self, tip: &Tip, after: Option<&EntryPlace>, most: usize) -> PortResult<Vec<Entry>> {
        let chain = tip.head.chain.as_str();
        let mut to = match after {
            Some(place) => self.first_after(tip, place.at_ms).await?,
            None => tip.head.count,
        };
        let mut found: Vec<Entry> = Vec::new();
        loop {
            let rows = self.chain_rows(chain, (0, to), (Order::Descending, AT_ONCE)).await?;
            let Some((seq, at)) = rows.last().map(|row| (row.seq, row.at_ms)) else { return Ok(found) };
            let is_last = rows.len() < AT_ONCE || seq == 0;
            found.extend(rows.into_iter().filter(|row| after.is_none_or(|place| is_behind(row, place))));
            found.sort_by(|one, other| compared(&EntryPlace::of(one), &EntryPlace::of(other)));
            found.truncate(most);
            // No row that is still to be read is later than this.
            let later = at.saturating_add(tip.back);
            let is_full = found.len() == most && found.last().is_some_and(|row| row.at_ms >= later);
            if is_last || is_full {
                return Ok(found);
            }
            to = seq - 1;
        }
    }

    /// A place in a chain from which on all rows are later than a moment, so that they need not be read.
    async fn first_after(&self, tip: &Tip, at: i64) -> PortResult<u64> {
        let surely_later = at.saturating_add(tip.back);
        let (mut low, mut high) = (0, tip.head.count);
        while high - low > AT_ONCE as u64 {
            let middle = low + (high - low) / 2;
            let row = self.chain_rows(&tip.head.chain, (middle, high), (Order::Ascending, 1)).await?;
            match row.first() {
                Some(row) if row.at_ms <= surely_later => low = middle,
                Some(_) | None => high = middle,
            }
        }
        Ok(high)
    }

    async fn newest_of_all(&self, after: Option<&EntryPlace>, limit: usize) -> PortResult<Vec<Entry>> {
        let place = after.map(|place| place_of_end(place.at_ms, &place.chain));
        // Those that reach beyond the place may have rows before it too.
        let mut chains = match &place {
            Some(place) => self.rows_between(ENDS, place).await?,
            None => Vec::new(),
        };
        chains.extend(self.heads_behind(ENDS, place.as_deref(), limit).await?);
        let most = limit.saturating_add(1);
        let mut questions = Vec::with_capacity(chains.len());
        for item in &chains {
            let (store, tip, after) = (self.clone(), tip(item)?, after.cloned());
            questions.push(async move { store.newest_in(&tip, after.as_ref(), most).await });
        }
        let mut found: Vec<Entry> = together(READ, questions).await?.into_iter().flatten().collect();
        found.sort_by(|one, other| compared(&EntryPlace::of(one), &EntryPlace::of(other)));
        found.truncate(most);
        Ok(found)
    }

    /// The heads whose chains reach to a place or beyond.
    async fn rows_between(&self, shelf: Shelf<'_>, to: &str) -> PortResult<Vec<Item>> {
        self.first_rows(shelf.operation, shelf.between("!", to), usize::MAX >> 1).await
    }
}

impl Desk {
    /// The judged incidents' chains and the one outside: those that there may be without a head.
    async fn expected_chains(&self) -> PortResult<BTreeSet<String>> {
        let model = self.model().await?;
        let judged = model.rows().filter(|row| row.incident.stage != Stage::Recorded);
        Ok(judged.map(|row| row.incident.id.to_string()).collect())
    }

    /// Some chains by name behind one: with or without a head. None at the end.
    async fn chains_behind(
        &self,
        expected: &BTreeSet<String>,
        after: Option<&str>,
    ) -> PortResult<BTreeSet<String>> {
        let place = after.map(place_of_chain);
        let found = self.store.heads_behind(HEADS, place.as_deref(), CHAINS_AT_ONCE).await?;
        let heads = found.iter().map(head).collect::<PortResult<Vec<Head>>>()?;
        let is_all = heads.len() <= CHAINS_AT_ONCE;
        let mut chains: BTreeSet<String> = heads.into_iter().map(|head| head.chain).collect();
        let last = chains.last().filter(|_| !is_all).cloned();
        let known = expected.iter().map(String::as_str).chain([OUTSIDE]);
        let between = known.filter(|name| {
            after.is_none_or(|after| *name > after) && last.as_deref().is_none_or(|last| *name < last)
        });
        chains.extend(between.map(str::to_owned));
        Ok(chains.into_iter().take(CHAINS_AT_ONCE).collect())
    }

    async fn oldest_of_all(&self, after: Option<&ChainPlace>, limit: usize) -> PortResult<Vec<Entry>> {
        let most = limit.saturating_add(1);
        let mut found = Vec::new();
        if let Some(place) = after {
            found = self.store.ledger_chain(&place.chain, place.seq.saturating_add(1), most).await?;
        }
        let expected = self.expected_chains().await?;
        let mut last = after.map(|place| place.chain.clone());
        while found.len() < most {
            let chains = self.chains_behind(&expected, last.as_deref()).await?;
            let Some(name) = chains.last() else { break };
            last = Some(name.clone());
            let questions = chains.into_iter().map(|chain| {
                let store = self.store.clone();
                async move { store.ledger_chain(&chain, 0, most).await }
            });
            found.extend(together(READ, questions.collect()).await?.into_iter().flatten());
        }
        found.truncate(most);
        Ok(found)
    }
}

#[async_trait]
impl Chains for Desk {
    async fn newest(
        &self,
        chain: Option<&str>,
        from: PageAsk<EntryPlace>,
    ) -> PortResult<Page<Entry, EntryPlace>> {
        let limit = from.limit.max(1);
        let Some(chain) = chain else {
            let found = self.store.newest_of_all(from.after.as_ref(), limit).await?;
            return Ok(cut(found, limit, EntryPlace::of));
        };
        let to = match &from.after {
            Some(place) if place.seq == 0 => return Ok(Page { rows: Vec::new(), next: None }),
            Some(place) => place.seq - 1,
            None => u64::MAX,
        };
        let asked = (Order::Descending, limit.saturating_add(1));
        let found = self.store.chain_rows(chain, (0, to), asked).await?;
        Ok(cut(found, limit, EntryPlace::of))
    }

    async fn heads(&self, from: PageAsk<String>) -> PortResult<Page<Head, String>> {
        let after = from.after.as_deref().map(place_of_chain);
        let found = self.store.heads_behind(HEADS, after.as_deref(), from.limit.max(1)).await?;
        let heads = found.iter().map(head).collect::<PortResult<Vec<Head>>>()?;
        Ok(cut(heads, from.limit, |head| head.chain.clone()))
    }

    async fn head(&self, chain: &str) -> PortResult<Option<Head>> {
        self.store.ledger_head(chain).await
    }

    async fn oldest(
        &self,
        chain: Option<&str>,
        from: PageAsk<ChainPlace>,
    ) -> PortResult<Page<Entry, ChainPlace>> {
        let limit = from.limit.max(1);
        let found = match chain {
            Some(chain) => {
                let first = from.after.as_ref().map_or(0, |place| place.seq.saturating_add(1));
                self.store.ledger_chain(chain, first, limit.saturating_add(1)).await?
            }
            None => self.oldest_of_all(from.after.as_ref(), limit).await?,
        };
        let place = |entry: &Entry| ChainPlace { chain: entry.chain.clone(), seq: entry.seq };
        Ok(cut(found, limit, place))
    }

    /// What the index of heads lacks is asked for by key, so a chain that began a moment ago is not missing.
    async fn missing(&self, limit: usize) -> PortResult<Vec<String>> {
        let found = self.store.heads_behind(HEADS, None, usize::MAX >> 2).await?;
        let heads = found.iter().map(head).collect::<PortResult<Vec<Head>>>()?;
        let heads: BTreeSet<String> = heads.into_iter().map(|head| head.chain).collect();
        let mut missing = Vec::new();
        for chain in self.expected_chains().await?.difference(&heads) {
            if missing.len() >= limit {
                break;
            }
            let is_there = self.store.ledger_head(chain).await?.is_some()
                || !self.store.ledger_chain(chain, 0, 1).await?.is_empty();
            if !is_there {
                missing.push(chain.clone());
            }
        }
        Ok(missing)
    }
}
