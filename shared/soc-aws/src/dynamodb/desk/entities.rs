//! Entities.

use async_trait::async_trait;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{Entities, Entity, EntityFacts};

use super::{Desk, unbuilt};

#[async_trait]
impl Entities for Desk {
    async fn entity(&self, _entity: &Entity, _limit: usize) -> PortResult<Option<EntityFacts>> {
        Err(unbuilt(self))
    }
}
