//! The audit chain: rows in a table that is only ever put to, heads beside everything else.
//!
//! A row and the head behind it are one step, so that of two who append to a chain one is first. Apart tables, because
//! whoever writes must not be able to change: the writer's role has no update and no delete on the ledger's table.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use soc_domain::time::Timestamp;
use soc_ledger::{Draft, Entry, Head, append};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Ledger;

use super::Store;
use super::item::{Index, Item, Row, id, number, odd, text};
use super::keys::{KEY_MAX, Key, counted, key, ordered, sha256, shard};
use super::reads::{Ask, Order, Range, spread_key};
use super::writes::{OnlyIf, Write, pause};

const OPERATION: &str = "append to the ledger";
/// How often a chain is read again that others append to.
const ATTEMPTS: u32 = 16;

fn key_of_head(chain: &str) -> Key {
    Key::row("head", chain)
}

fn key_of_entry(chain: &str, seq: u64) -> Key {
    Key::new(key("chain", &[chain]), counted(seq))
}

/// Where a chain stands among all, by name. A name that no key can hold stands by its hash; ours are short.
pub(super) fn place_of_chain(chain: &str) -> String {
    let place = format!("chain:{chain}");
    if place.len() <= KEY_MAX { place } else { key("chain", &[chain]) }
}

/// Where a chain stands among all: the one with the latest row first, of equals by name.
pub(super) fn place_of_end(latest: i64, chain: &str) -> String {
    format!("{}|{}", ordered(latest.saturating_neg()), place_of_chain(chain))
}

/// How far a chain reaches, and what the clocks of its writers did: then its rows are found by time too.
#[derive(Debug, Clone)]
pub(super) struct Tip {
    pub(super) head: Head,
    /// The latest moment of all its rows, in milliseconds.
    pub(super) latest: i64,
    /// By how much at most a row is earlier than one before it.
    pub(super) back: i64,
}

impl Tip {
    /// A head that was written before there were these two: its rows may have any times.
    const UNKNOWN: (i64, i64) = (i64::MAX >> 2, i64::MAX >> 1);

    fn behind(before: Option<&Self>, (head, at): (Head, i64)) -> Self {
        match before {
            Some(before) => {
                let back = before.latest.saturating_sub(at).max(before.back);
                Self { head, latest: before.latest.max(at), back }
            }
            None => Self { head, latest: at, back: 0 },
        }
    }

    fn row(&self) -> Row {
        let Self { head, latest, back } = self;
        let shard = shard(&sha256(head.chain.as_bytes()));
        Row::new(&key_of_head(&head.chain))
            .text("chain", head.chain.clone())
            .number("version", head.count)
            .text("hash", head.hash.to_string())
            .at("latest", Timestamp::from_millis(*latest))
            .number("back", u64::try_from(*back).unwrap_or_default())
            .indexed(Index::Follow, spread_key("heads", &[], &shard), place_of_chain(&head.chain))
            .indexed(Index::People, spread_key("ends", &[], &shard), place_of_end(*latest, &head.chain))
    }
}

pub(super) fn head(item: &Item) -> PortResult<Head> {
    Ok(Head {
        chain: text(item, "chain")?.to_owned(),
        count: number(item, "version")?,
        hash: id(item, "hash")?,
    })
}

pub(super) fn tip(item: &Item) -> PortResult<Tip> {
    let (latest, back) = match item.contains_key("latest") {
        true => (number(item, "latest")?, number(item, "back")?),
        false => Tip::UNKNOWN,
    };
    Ok(Tip { head: head(item)?, latest, back })
}

fn entry_row(entry: &Entry) -> PortResult<Row> {
    let unwritten = |_error| PortError::new(PortErrorKind::Rejected, OPERATION);
    let json = serde_json::to_string(entry).map_err(unwritten)?;
    Ok(Row::new(&key_of_entry(&entry.chain, entry.seq)).text("doc", json))
}

pub(super) fn entry(item: &Item) -> PortResult<Entry> {
    serde_json::from_str(text(item, "doc")?).map_err(|_error| odd("doc"))
}

fn appended(before: Option<&Tip>, draft: Draft, at: Timestamp) -> PortResult<(Entry, Tip)> {
    let refused = |error| PortError::caused(PortErrorKind::Rejected, OPERATION, error);
    let (entry, head) = append(before.map(|tip| &tip.head), draft, at.as_millis()).map_err(refused)?;
    Ok((entry, Tip::behind(before, (head, at.as_millis()))))
}

impl Store {
    /// How far a chain reaches, as the newest append left it.
    pub(super) async fn tip(&self, chain: &str) -> PortResult<Option<Tip>> {
        let item = self.row(OPERATION, &key_of_head(chain)).await?;
        item.as_ref().map(tip).transpose()
    }

    /// What appends these in their order: a row each, and the head of each chain as it was read for this.
    pub(super) async fn appending(&self, drafts: &[Draft], at: Timestamp) -> PortResult<Vec<Write>> {
        let chains: BTreeSet<&str> = drafts.iter().map(|draft| draft.chain.as_str()).collect();
        let keys: Vec<Key> = chains.iter().map(|chain| key_of_head(chain)).collect();
        let found = match keys.as_slice() {
            [] => return Ok(Vec::new()),
            [one] => self.row(OPERATION, one).await?.into_iter().collect(),
            _ => self.by_key(OPERATION, keys).await?.into_values().collect::<Vec<Item>>(),
        };
        let mut before = BTreeMap::new();
        for item in &found {
            let tip = tip(item)?;
            before.insert(tip.head.chain.clone(), tip);
        }
        let mut after = before.clone();
        let mut writes = Vec::with_capacity(drafts.len() + chains.len());
        for draft in drafts {
            let (entry, tip) = appended(after.get(&draft.chain), draft.clone(), at)?;
            writes.push(Write::PutLedger(entry_row(&entry)?));
            after.insert(tip.head.chain.clone(), tip);
        }
        for (chain, tip) in &after {
            let only_if = OnlyIf::expected(before.get(chain).map(|before| before.head.count));
            writes.push(Write::Put(tip.row(), only_if));
        }
        Ok(writes)
    }
}

#[async_trait]
impl Ledger for Store {
    async fn append(&self, draft: Draft, at: Timestamp) -> PortResult<()> {
        for attempt in 0..ATTEMPTS {
            let before = self.tip(&draft.chain).await?;
            let (entry, after) = appended(before.as_ref(), draft.clone(), at)?;
            let only_if = OnlyIf::expected(before.map(|before| before.head.count));
            let writes = vec![Write::PutLedger(entry_row(&entry)?), Write::Put(after.row(), only_if)];
            match self.write(OPERATION, writes).await {
                // Ours it is not: the row of an entry bears the stamp of its step for good.
                Err(error) if error.is_conflict() => pause(self, attempt).await,
                written => return written,
            }
        }
        Err(PortError::new(PortErrorKind::Unavailable, OPERATION))
    }
}

/// For auditors: the writer needs none of these.
impl Store {
    /// The rows of a chain from a place on, at most `limit`, the oldest first.
    ///
    /// # Errors
    /// The table cannot be read, or a row is not as we write it.
    pub async fn ledger_chain(&self, chain: &str, from: u64, limit: usize) -> PortResult<Vec<Entry>> {
        let ask = Ask {
            index: None,
            pk: key("chain", &[chain]),
            range: Range::Between(counted(from), counted(u64::MAX)),
            order: Order::Ascending,
            limit: Some(limit),
        };
        let items = self.rows_of("read a chain of the ledger", (&self.tables.ledger, &ask)).await?;
        items.iter().map(entry).collect()
    }

    /// The head of a chain, as the newest append left it.
    ///
    /// # Errors
    /// The table cannot be read, or the row is not as we write it.
    pub async fn ledger_head(&self, chain: &str) -> PortResult<Option<Head>> {
        Ok(self.tip(chain).await?.map(|tip| tip.head))
    }

    /// The heads of all chains, by name. A chain that began within the last moments may be missing.
    ///
    /// # Errors
    /// The table cannot be read, or a row is not as we write it.
    pub async fn ledger_heads(&self) -> PortResult<Vec<Head>> {
        const OPERATION: &str = "read the heads of the ledger";
        let asked = (Range::All, Order::Ascending, usize::MAX);
        let found = self.spread(OPERATION, (Index::Follow, "heads", &[]), asked).await?;
        let mut heads =
            self.again(OPERATION, &found).await?.iter().map(head).collect::<PortResult<Vec<Head>>>()?;
        heads.sort_by(|one, other| one.chain.cmp(&other.chain));
        Ok(heads)
    }
}
