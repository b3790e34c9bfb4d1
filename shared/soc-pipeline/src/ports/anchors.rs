//! Where the ledger's roots are kept.
//!
//! Apart from the ledger itself because who keeps a root must not be able to change what it vouches for, nor the other
//! way round.

use async_trait::async_trait;
use soc_domain::time::Timestamp;

use crate::error::PortResult;

/// The signed roots of the ledger.
#[async_trait]
pub trait Anchors: Send + Sync {
    /// Binds the heads of all chains together as they are now, signs that, and keeps it under the day of `at`. The first
    /// root of a day stays, whoever comes later.
    async fn anchor(&self, at: Timestamp) -> PortResult<()>;
}
