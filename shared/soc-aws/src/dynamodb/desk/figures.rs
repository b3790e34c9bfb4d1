//! Figures.

use async_trait::async_trait;
use soc_domain::id::IncidentId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    Case, DayCount, Figures, Page, PageAsk, PipelineFigures, TechniqueCount, Window,
};

use super::{Desk, unbuilt};

#[async_trait]
impl Figures for Desk {
    async fn cases(&self, _window: Window, _from: PageAsk<IncidentId>) -> PortResult<Page<Case, IncidentId>> {
        Err(unbuilt(self))
    }
    async fn findings_by_day(&self, _window: Window) -> PortResult<Vec<DayCount>> {
        Err(unbuilt(self))
    }
    async fn techniques(&self, _window: Window) -> PortResult<Vec<TechniqueCount>> {
        Err(unbuilt(self))
    }
    async fn pipeline(&self) -> PortResult<PipelineFigures> {
        Err(unbuilt(self))
    }
}
