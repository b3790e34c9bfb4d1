//! The ledger.

use async_trait::async_trait;
use soc_ledger::{Entry, Head};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{ChainPlace, Chains, EntryPlace, Page, PageAsk};

use super::{Desk, unbuilt};

#[async_trait]
impl Chains for Desk {
    async fn newest(
        &self,
        _chain: Option<&str>,
        _from: PageAsk<EntryPlace>,
    ) -> PortResult<Page<Entry, EntryPlace>> {
        Err(unbuilt(self))
    }
    async fn heads(&self, _from: PageAsk<String>) -> PortResult<Page<Head, String>> {
        Err(unbuilt(self))
    }
    async fn head(&self, _chain: &str) -> PortResult<Option<Head>> {
        Err(unbuilt(self))
    }
    async fn oldest(
        &self,
        _chain: Option<&str>,
        _from: PageAsk<ChainPlace>,
    ) -> PortResult<Page<Entry, ChainPlace>> {
        Err(unbuilt(self))
    }
    async fn missing(&self, _limit: usize) -> PortResult<Vec<String>> {
        Err(unbuilt(self))
    }
}
