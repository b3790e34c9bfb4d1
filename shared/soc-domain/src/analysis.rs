//! What an analyst says of an incident: claims that each cite evidence. A draft is untrusted; soc-guard turns
//! it into an analysis by striking what the evidence does not bear.

use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

/// An analyst's answer as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it holds the incident to be.
    pub verdict: Verdict,
    /// How sure it is, in per cent.
    pub confidence: u8,
    /// The incident in two or three sentences.
    pub summary: String,
    /// What happened, step by step.
    pub claims: Vec<Claim>,
    /// What a person should look at next.
    pub next_steps: Vec<String>,
}

/// One statement and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The statement.
    pub text: String,
    /// JSON pointers into the evidence document; at least one.
    pub evidence: Vec<String>,
    /// ATT&CK technique ids that it names.
    #[serde(default)]
    pub techniques: Vec<String>,
    /// Addresses, ARNs, names and ids that it names.
    #[serde(default)]
    pub entities: Vec<String>,
}

/// An analyst's answer after the check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Which analyst, or which model.
    pub by: String,
    /// Never below the deterministic verdict.
    pub verdict: Verdict,
    /// In per cent.
    pub confidence: u8,
    /// The incident in two or three sentences.
    pub summary: String,
    /// The claims that the evidence bears.
    pub claims: Vec<Claim>,
    /// What a person should look at next.
    pub next_steps: Vec<String>,
    /// What was taken out.
    pub struck: Struck,
}

/// How much of a draft was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    /// Claims without a pointer that exists.
    pub claims: u32,
    /// Techniques that ATT&CK's cloud matrix does not have.
    pub techniques: u32,
    /// Entities that the evidence does not name.
    pub entities: u32,
    /// Verdicts below the deterministic one.
    pub verdicts: u32,
}

impl Struck {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.claims + self.techniques + self.entities + self.verdicts
    }
}
