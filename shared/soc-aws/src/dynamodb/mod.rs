//! Every port that keeps something, in DynamoDB.

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::blobs::Blobs;

/// The names of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Everything but the ledger's rows.
    pub soc: String,
    /// The ledger's rows: put, never changed.
    pub ledger: String,
}

/// The store. Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct Store {
    client: Client,
    tables: Arc<Tables>,
    blobs: Arc<dyn Blobs>,
}

impl Store {
    /// The store in these tables; what is too long for a row is kept in `blobs`.
    #[must_use]
    pub fn new(client: Client, tables: Tables, blobs: Arc<dyn Blobs>) -> Self {
        Self { client, tables: Arc::new(tables), blobs }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("tables", &self.tables).finish_non_exhaustive()
    }
}
