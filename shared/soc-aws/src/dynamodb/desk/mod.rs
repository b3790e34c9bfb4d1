//! What people read, in DynamoDB.
//!
//! Apart from the store because only the dashboard's function asks, and because it may remember: a [`Desk`] knows all
//! incidents (`model`), so that any filter, order, count and figure of them is computed by the port's own words and is
//! right by construction. Everything else is read when it is asked for:
//! - findings of an incident through the links in its partition, which are as the newest write left them;
//! - actions, questions and quarantined records from an index in the order of their list (`lists`);
//! - the ledger by its heads, which stand by name and by time (`chains`);
//! - figures of findings from their links, which stand by activity (`figures`), entities by a row for each name
//!   (`entities`).
//!
//! What is answered from an index may be some moments old, and is never written. A row that was written before there were
//! these entries is in none of them until it is written again.
//!
//! # What it costs
//!
//! - Memory: an incident of 1.2 KB of JSON takes about 5 KB (`SOC_TEST_DESK_SIZE`), so 20,000 take about 100 MB, and a
//!   function of 512 MB has room for some 50,000. No list is cut off for that: a function with too little memory ends, with
//!   Lambda's own error.
//! - The first question of a function: every incident once, eight partitions side by side, a page of a megabyte each: 24
//!   MB for 20,000, three pages one after the other and 3,000 units of reading.
//! - Each question to the queue: 16 queries side by side for what changed and what waits, and one for the findings of each
//!   row of the page. Polling: 24 queries, 12 units when nothing changed.
//! - A finding: a row for each resource, principal, address and access key in it, written in its own step.

mod chains;
mod entities;
mod figures;
mod files;
mod lists;
mod model;
mod queue;
mod shards;
mod together;

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Store;
use model::Model;

/// What people read. Cheap to clone; clones share what they know of incidents, so a function makes one and keeps it.
#[derive(Debug, Clone)]
pub struct Desk {
    store: Store,
    model: Arc<Mutex<Model>>,
}

impl Desk {
    /// Reads what is in `store`.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let tag = RandomState::new().hash_one(0_u8);
        Self { store, model: Arc::new(Mutex::new(Model::new(tag))) }
    }
}
