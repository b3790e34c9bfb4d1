//! Readers: bytes of any supported format in, findings and gaps out.

/// What the envelope of an event says that is no finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Who sent it, such as `aws.ec2`.
    pub source: String,
}

/// What a record turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A finding, and what was missing or odd in it.
    Finding(Box<crate::finding::Finding>, Vec<crate::finding::Gap>),
    /// An event that is no finding.
    Event(Event),
}

/// Why a record was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stub")]
pub struct Refusal;
