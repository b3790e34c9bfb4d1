//! What the model is told, apart from the evidence. A change of any of it is a new version: answers to the old one
//! count no more.
//!
//! Apart because it is text for a reader who is no programmer, and because nothing of a finding may ever be in it.

use std::sync::LazyLock;

use soc_domain::id::sha256_hex;
use soc_domain::verdict::Judgement;

use super::schema;

/// The system prompt. No evidence is in it, so no finding can change it.
pub(super) const SYSTEM: &str = include_str!("prompt.md");

/// Names the words, the schema and the rules for evidence that an answer was made with.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let repairs = Fault::ALL.map(Fault::words).concat();
    let parts = [SYSTEM, TASK, &repairs, schema::TEXT.as_str(), super::evidence::RULES];
    sha256_hex(&parts.map(str::as_bytes))
});

const TASK: &str = "The next block is the evidence. Explain the incident.";

/// What stands before the evidence: the deterministic judgement, in names and numbers of ours alone.
pub(super) fn task(floor: &Judgement) -> String {
    let (verdict, confidence) = (floor.verdict.name(), floor.confidence);
    format!("The rules hold it to be {verdict}, {confidence} % sure. {TASK}")
}

/// Why an answer is none. Only this goes back to the model; what it said does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no text and no call of the tool.
    Nothing,
    /// It is no JSON object.
    NotJson,
    /// It is JSON of another shape.
    WrongShape,
    /// It did not end.
    CutOff,
}

impl Fault {
    const ALL: [Self; 4] = [Self::Nothing, Self::NotJson, Self::WrongShape, Self::CutOff];

    /// What the model is told.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "Your last answer was empty. Answer with the JSON object that was asked for.",
            Self::NotJson => "Your last answer was not one JSON object. Answer with the JSON object alone.",
            Self::WrongShape => {
                "Your last answer did not keep to the schema: every field, no other field, the right types."
            }
            Self::CutOff => "Your last answer was too long. Answer with at most 4 claims, and briefly.",
        }
    }

    /// For the log.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::NotJson => "not JSON",
            Self::WrongShape => "wrong shape",
            Self::CutOff => "cut off",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes a word of it makes every kept answer an answer to another question: that shall be noticed.
    #[test]
    fn the_prompt_is_the_version_that_was_reviewed() {
        assert_eq!(VERSION.get(..16), Some("89432de465ba9749"));
    }
}
