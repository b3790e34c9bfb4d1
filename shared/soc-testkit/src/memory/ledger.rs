//! The audit chain.

use async_trait::async_trait;
use soc_domain::time::Timestamp;
use soc_ledger::{Draft, Entry, Head, append};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Ledger;

use super::Memory;

#[async_trait]
impl Ledger for Memory {
    async fn append(&self, draft: Draft, at: Timestamp) -> PortResult<()> {
        let mut tables = self.tables();
        let refused =
            |error| PortError::caused(PortErrorKind::Rejected, "append to the ledger", Box::new(error));
        let (entry, head) = append(tables.heads.get(&draft.chain), draft, at.as_millis()).map_err(refused)?;
        tables.ledger.push(entry);
        tables.heads.insert(head.chain.clone(), head);
        Ok(())
    }
}

impl Memory {
    /// All rows, by chain and place.
    #[must_use]
    pub fn ledger(&self) -> Vec<Entry> {
        let mut entries = self.tables().ledger.clone();
        entries.sort_by(|a, b| (&a.chain, a.seq).cmp(&(&b.chain, b.seq)));
        entries
    }

    /// The heads of all chains, by name.
    #[must_use]
    pub fn ledger_heads(&self) -> Vec<Head> {
        self.tables().heads.values().cloned().collect()
    }
}
