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
use super::keys::{Key, counted, key, sha256, shard};
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

fn head_row(head: &Head) -> Row {
    let place = key("chain", &[&head.chain]);
    Row::new(&key_of_head(&head.chain))
        .text("chain", head.chain.clone())
        .number("version", head.count)
        .text("hash", head.hash.to_string())
        .indexed(Index::Follow, spread_key("heads", &[], &shard(&sha256(head.chain.as_bytes()))), place)
}

fn head(item: &Item) -> PortResult<Head> {
    Ok(Head {
        chain: text(item, "chain")?.to_owned(),
        count: number(item, "version")?,
        hash: id(item, "hash")?,
    })
}

fn entry_row(entry: &Entry) -> PortResult<Row> {
    let unwritten = |_error| PortError::new(PortErrorKind::Rejected, OPERATION);
    let json = serde_json::to_string(entry).map_err(unwritten)?;
    Ok(Row::new(&key_of_entry(&entry.chain, entry.seq)).text("doc", json))
}

fn entry(item: &Item) -> PortResult<Entry> {
    serde_json::from_str(text(item, "doc")?).map_err(|_error| odd("doc"))
}

fn appended(head: Option<&Head>, draft: Draft, at: Timestamp) -> PortResult<(Entry, Head)> {
    let refused = |error| PortError::caused(PortErrorKind::Rejected, OPERATION, error);
    append(head, draft, at.as_millis()).map_err(refused)
}

impl Store {
    async fn head(&self, chain: &str) -> PortResult<Option<Head>> {
        let item = self.row(OPERATION, &key_of_head(chain)).await?;
        item.as_ref().map(head).transpose()
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
            let head = head(item)?;
            before.insert(head.chain.clone(), head);
        }
        let mut after = before.clone();
        let mut writes = Vec::with_capacity(drafts.len() + chains.len());
        for draft in drafts {
            let (entry, head) = appended(after.get(&draft.chain), draft.clone(), at)?;
            writes.push(Write::PutLedger(entry_row(&entry)?));
            after.insert(head.chain.clone(), head);
        }
        for head in after.values() {
            let only_if = OnlyIf::expected(before.get(&head.chain).map(|head| head.count));
            writes.push(Write::Put(head_row(head), only_if));
        }
        Ok(writes)
    }
}

#[async_trait]
impl Ledger for Store {
    async fn append(&self, draft: Draft, at: Timestamp) -> PortResult<()> {
        for attempt in 0..ATTEMPTS {
            let before = self.head(&draft.chain).await?;
            let (entry, after) = appended(before.as_ref(), draft.clone(), at)?;
            let only_if = OnlyIf::expected(before.map(|head| head.count));
            let writes = vec![Write::PutLedger(entry_row(&entry)?), Write::Put(head_row(&after), only_if)];
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
        self.head(chain).await
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
