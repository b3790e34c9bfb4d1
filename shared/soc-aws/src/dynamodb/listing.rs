//! Lists for people: the queue, what changed, what an account had. No port: no decision reads them.
//!
//! They are answered by indexes, and may be some moments old.

use soc_domain::finding::Finding;
use soc_domain::incident::{Incident, Status};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;

use super::Store;
use super::incidents::PRIORITIES;
use super::item::{Index, Item, odd, text};
use super::keys::ordered;
use super::reads::{Order, Range};

/// A change may be written later than its turn says, by a process whose clock is behind: so far back is looked again.
const OVERLAP_MICROS: i64 = 60_000_000;

/// How far a reader of changes has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(i64);

impl Cursor {
    /// A cursor as it was written down.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number to write down.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl Store {
    /// Incidents with a status, the most pressing first, of equals those with the latest activity: at most `limit`.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn queue(&self, status: Status, limit: usize) -> PortResult<Vec<Incident>> {
        const OPERATION: &str = "list the queue";
        let mut queue = Vec::new();
        for priority in PRIORITIES {
            let parts = [status.name(), &priority.to_string()];
            let left = limit.saturating_sub(queue.len());
            let asked = (Range::All, Order::Descending, left);
            let found = self.spread(OPERATION, (Index::People, "queue", &parts), asked).await?;
            for item in placed(found, Index::People, Order::Descending)?.into_iter().take(left) {
                queue.push(self.document(&item).await?);
            }
        }
        Ok(queue)
    }

    /// Incidents that changed since a cursor, in the order of their newest changes, and the cursor to go on with: at
    /// most `limit` that are new to it, and some that came before.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn changes(&self, since: Cursor, limit: usize) -> PortResult<(Vec<Incident>, Cursor)> {
        const OPERATION: &str = "list what changed";
        let from = ordered(since.0.saturating_sub(OVERLAP_MICROS));
        let range = Range::Between(from, format!("{}~", ordered(i64::MAX)));
        let asked = (range, Order::Ascending, usize::MAX);
        let found = self.spread(OPERATION, (Index::Follow, "changes", &[]), asked).await?;
        let (mut changed, mut news, mut cursor) = (Vec::new(), 0, since);
        for item in placed(found, Index::Follow, Order::Ascending)? {
            let turn = turn(&item)?;
            // What comes again for the overlap does not count: else a busy minute would never end.
            if turn > since.0 && news == limit {
                break;
            }
            news += usize::from(turn > since.0);
            changed.push(self.document(&item).await?);
            cursor = cursor.max(Cursor(turn));
        }
        Ok((changed, cursor))
    }

    /// An account's findings by arrival of their newest revision between two moments, the newest first.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn findings_of_account(
        &self,
        account: &str,
        (from, to): (Timestamp, Timestamp),
        limit: usize,
    ) -> PortResult<Vec<Finding>> {
        const OPERATION: &str = "list an account's findings";
        let range = Range::Between(ordered(from.as_millis()), format!("{}~", ordered(to.as_millis())));
        let asked = (range, Order::Descending, limit);
        let found = self.spread(OPERATION, (Index::People, "account", &[account]), asked).await?;
        let mut findings = Vec::new();
        for item in placed(found, Index::People, Order::Descending)?.into_iter().take(limit) {
            findings.push(self.finding_of(&item).await?);
        }
        Ok(findings)
    }
}

/// Rows of all partitions of an index, by their place in it.
fn placed(found: Vec<Item>, index: Index, order: Order) -> PortResult<Vec<Item>> {
    let (_, name) = index.keys();
    let mut placed = Vec::with_capacity(found.len());
    for item in found {
        placed.push((text(&item, name)?.to_owned(), item));
    }
    placed.sort_by(|(one, _), (other, _)| match order {
        Order::Ascending => one.cmp(other),
        Order::Descending => other.cmp(one),
    });
    Ok(placed.into_iter().map(|(_, item)| item).collect())
}

/// The turn at which an incident was written, out of its place in the index.
pub(super) fn turn(item: &Item) -> PortResult<i64> {
    let (_, name) = Index::Follow.keys();
    let (turn, _) = text(item, name)?.split_once('|').ok_or_else(|| odd(name))?;
    let number: u64 = turn.parse().map_err(|_no_number| odd(name))?;
    Ok((number ^ (1 << 63)).cast_signed())
}
