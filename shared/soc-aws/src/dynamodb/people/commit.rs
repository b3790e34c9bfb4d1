//! A person's change, whole or not at all: one transaction over its rows, its messages and its entries of the ledger.

use async_trait::async_trait;
use soc_domain::id::OperationId;
use soc_domain::people::Operation;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Commit, MOST_ROWS, Operations, Versioned};

use super::rows::{UNDER_WAY, key_of_operation};
use crate::dynamodb::Store;
use crate::dynamodb::writes::{Written, pause};

const OPERATION: &str = "keep a person's change";
/// How often the heads of the chains are read again that others append to.
const ATTEMPTS: u32 = 16;

#[async_trait]
impl Operations for Store {
    /// A chain that somebody else appended to meanwhile is no conflict of the change: its head is read again.
    async fn commit(&self, commit: &Commit, at: Timestamp) -> PortResult<()> {
        let rows = self.rows_of_change(commit).await?;
        for attempt in 0..ATTEMPTS {
            let mut writes = rows.clone();
            writes.extend(self.appending(&commit.entries, at).await?);
            if writes.len() > MOST_ROWS {
                return Err(PortError::new(PortErrorKind::Rejected, OPERATION));
            }
            if writes.is_empty() {
                return Ok(());
            }
            match self.write_if(OPERATION, writes).await? {
                Written::All => return Ok(()),
                Written::Nothing(unmet) if unmet.iter().any(|place| *place < rows.len()) => {
                    return Err(PortError::new(PortErrorKind::Conflict, OPERATION));
                }
                Written::Nothing(_heads) => pause(self, attempt).await,
            }
        }
        Err(PortError::new(PortErrorKind::Unavailable, OPERATION))
    }

    async fn get(&self, id: OperationId) -> PortResult<Option<Versioned<Operation>>> {
        self.person_row("read an operation", &key_of_operation(id)).await
    }

    async fn under_way(&self, limit: usize) -> PortResult<Vec<OperationId>> {
        self.open_rows("list operations that are under way", UNDER_WAY, limit).await
    }
}
