//! Notices, as people would have got them.

use async_trait::async_trait;
use soc_domain::notice::Notice;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Notifiers;

use super::Memory;

#[async_trait]
impl Notifiers for Memory {
    async fn send(&self, notice: &Notice) -> PortResult<()> {
        self.tables().notices.entry(notice.key.clone()).or_insert_with(|| notice.clone());
        Ok(())
    }
}
