//! Stub.
use async_trait::async_trait;
use soc_domain::analysis::Draft;
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Analyst, Question};
/// Stub.
#[derive(Debug, Default)]
pub struct RuleAnalyst;
#[async_trait]
impl Analyst for RuleAnalyst {
    fn name(&self) -> &str {
        "rules"
    }
    async fn analyse(&self, _question: Question<'_>) -> Result<Draft, AnalystError> {
        Err(AnalystError::Unavailable)
    }
}
