//! Executions: started, and told.

use async_trait::async_trait;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Resume, StartWorkflow, Workflows};

use super::Memory;

/// What is known of one execution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Execution {
    /// How often `start` began it: never more than once.
    pub starts: u32,
    /// The newest token.
    pub token: Option<String>,
    /// What it was told.
    pub told: Option<Resume>,
}

#[async_trait]
impl Workflows for Memory {
    async fn start(&self, message: StartWorkflow) -> PortResult<()> {
        self.tables().executions.entry(message).or_default().starts = 1;
        Ok(())
    }

    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> PortResult<()> {
        self.tables().executions.entry(waiting).or_default().token = Some(token.to_owned());
        Ok(())
    }

    async fn resume(&self, waiting: StartWorkflow, with: Resume) -> PortResult<()> {
        let mut tables = self.tables();
        let told = &mut tables.executions.entry(waiting).or_default().told;
        if *told != Some(Resume::Superseded) {
            *told = Some(with);
        }
        Ok(())
    }
}

impl Memory {
    /// The execution of a generation, if it was started or told anything.
    #[must_use]
    pub fn execution(&self, of: StartWorkflow) -> Option<Execution> {
        self.tables().executions.get(&of).cloned()
    }

    /// Every generation whose execution was started.
    #[must_use]
    pub fn started(&self) -> Vec<StartWorkflow> {
        let tables = self.tables();
        let started = tables.executions.iter().filter(|(_, execution)| execution.starts > 0);
        started.map(|(message, _)| *message).collect()
    }

    /// What a waiting execution was told reached it.
    pub fn forget_told(&self, of: StartWorkflow) {
        if let Some(execution) = self.tables().executions.get_mut(&of) {
            execution.told = None;
        }
    }
}
