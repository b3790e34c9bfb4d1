//! Figures and entities, as long as no reader of the store has them: everything is unavailable.

use async_trait::async_trait;
use soc_domain::id::IncidentId;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::desk::{
    Case, DayCount, Entities, Entity, EntityFacts, Figures, Page, PageAsk, PipelineFigures, TechniqueCount,
    Window,
};

/// Nothing so far.
pub(super) struct Pending;

fn none<T>() -> PortResult<T> {
    Err(PortError::new(PortErrorKind::Unavailable, "read figures"))
}

#[async_trait]
impl Figures for Pending {
    async fn cases(&self, _window: Window, _from: PageAsk<IncidentId>) -> PortResult<Page<Case, IncidentId>> {
        none()
    }
    async fn findings_by_day(&self, _window: Window) -> PortResult<Vec<DayCount>> {
        none()
    }
    async fn techniques(&self, _window: Window) -> PortResult<Vec<TechniqueCount>> {
        none()
    }
    async fn pipeline(&self) -> PortResult<PipelineFigures> {
        none()
    }
}

#[async_trait]
impl Entities for Pending {
    async fn entity(&self, _entity: &Entity, _limit: usize) -> PortResult<Option<EntityFacts>> {
        none()
    }
}
