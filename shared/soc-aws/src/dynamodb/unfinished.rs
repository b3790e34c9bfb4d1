//! Generations that are not done: rows of incidents, found by when the generation began.
//!
//! Apart from the incidents because only the watch over the whole asks. A put-off generation is found among the
//! escalations instead, until it is opened.

use async_trait::async_trait;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{StartWorkflow, Unfinished};

use super::Store;
use super::item::Index;
use super::keys::ordered;
use super::reads::{Order, Range};

#[async_trait]
impl Unfinished for Store {
    /// What the index names is read again: it may name what is done.
    async fn unfinished(&self, before: Timestamp, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        const OPERATION: &str = "list generations that are not done";
        let range = Range::Between(ordered(i64::MIN), ordered(before.as_millis()));
        let asked = (range, Order::Ascending, limit);
        let found = self.spread(OPERATION, (Index::Work, "unfinished", &[]), asked).await?;
        let mut waiting = Vec::new();
        for item in self.again(OPERATION, &found).await? {
            let incident = self.incident(&item).await?.value;
            if incident.is_unfinished() && incident.generation_at < before {
                let message = StartWorkflow { incident: incident.id, generation: incident.generation };
                waiting.push((incident.generation_at, message));
            }
        }
        waiting.sort();
        Ok(waiting.into_iter().map(|(_, message)| message).take(limit).collect())
    }
}
