//! Readers: bytes of any supported format in, findings and gaps out.

/// What the envelope of an event says that is no finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Who sent it, such as `aws.ec2`.
    pub source: String,
}
