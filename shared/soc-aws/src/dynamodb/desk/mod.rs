//! What people read, in DynamoDB.
//!
//! Apart from the store because only the dashboard's function asks.

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
