//! The analyst that needs no model: it says in plain sentences what the evidence shows.
//!
//! It is apart from the deterministic judgement because it explains and does not judge: its verdict is always
//! the floor. It is held to the same check as a model, and nothing of what it says is ever struck.
//!
//! Invariants: the same evidence gives the same draft; every claim cites what it speaks of; of the texts in
//! the evidence only names and ids are repeated, and only those written as names and ids are.

mod ahead;
mod case;
mod doubt;
mod meaning;
mod narrative;
mod steps;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use serde_json::Value;
use soc_domain::analysis::Draft;
use soc_domain::verdict::Judgement;
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Analyst, Question};

pub(crate) use self::ahead::Ahead;
use self::case::Case;

/// The rule-based analyst.
#[derive(Debug, Clone, Copy, Default)]
pub struct RuleAnalyst;

#[async_trait]
impl Analyst for RuleAnalyst {
    fn name(&self) -> &'static str {
        "rules"
    }

    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError> {
        Ok(explain(question.evidence.as_value(), question.floor))
    }
}

/// Explains an evidence document. Total: a document that says nothing gives a draft that says so.
#[must_use]
pub fn explain(evidence: &Value, floor: &Judgement) -> Draft {
    let case = Case::read(evidence);
    let mut claims = narrative::claims(&case);
    claims.extend(doubt::against(&case));
    claims.extend(doubt::gaps(&case));
    Draft {
        verdict: floor.verdict,
        confidence: floor.confidence,
        summary: narrative::summary(&case, floor),
        claims,
        next_steps: steps::next_steps(&case, floor),
    }
}
