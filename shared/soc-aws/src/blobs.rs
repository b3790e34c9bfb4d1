//! Bytes by name: what is too long for a row, and what a finding was when it came.
//!
//! Apart from the store because the bytes lie in a bucket, and because names are derived from the bytes: a name that
//! is taken already has the same bytes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use soc_pipeline::error::PortResult;

/// Where bytes are kept by name.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Keeps bytes under a name; if the name is taken, what is there stays, and it is success.
    async fn put_if_absent(&self, name: &str, bytes: &[u8]) -> PortResult<()>;
    /// The bytes under a name, if there are any: whatever a `put_if_absent` that has returned kept is seen.
    async fn get(&self, name: &str) -> PortResult<Option<Vec<u8>>>;
}

/// Bytes in memory: for tests.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put_if_absent(&self, name: &str, bytes: &[u8]) -> PortResult<()> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(name.to_owned()).or_insert_with(|| bytes.to_vec());
        Ok(())
    }

    async fn get(&self, name: &str) -> PortResult<Option<Vec<u8>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(name).cloned())
    }
}
