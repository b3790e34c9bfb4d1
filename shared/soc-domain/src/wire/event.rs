//! Events that are no findings, kept for detection: what their envelope says, and what is in them as far as a
//! reader knows the format.

use serde::{Deserialize, Serialize};

use crate::finding::Gap;
use crate::time::Timestamp;
use crate::wire::bedrock::ModelInvocation;
use crate::wire::cloudtrail::CloudTrailRecord;
use crate::wire::insight::InsightResults;

/// A well-formed event that is no finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The producing service (`aws.ec2`).
    pub source: String,
    /// What kind of event it is.
    pub detail_type: String,
    /// The event's own id.
    pub id: String,
    /// The account that it happened in.
    pub account: String,
    /// The region that it happened in.
    pub region: String,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// What it says, where its format is known.
    #[serde(default, skip_serializing_if = "EventContent::is_other")]
    pub content: EventContent,
    /// What was missing or odd in `content`; of the reading, so it is not kept with the event.
    #[serde(skip)]
    pub gaps: Vec<Gap>,
}

/// What an event says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventContent {
    /// A record of CloudTrail: a call of an API, a sign-in, an event of a service.
    CloudTrail(Box<CloudTrailRecord>),
    /// One call of a model of Amazon Bedrock.
    ModelInvocation(Box<ModelInvocation>),
    /// The results of an insight that somebody sent from Security Hub.
    InsightResults(Box<InsightResults>),
    /// A format that no reader knows: only the envelope was read.
    #[default]
    Other,
}

impl EventContent {
    /// Whether only the envelope was read.
    #[must_use]
    pub const fn is_other(&self) -> bool {
        matches!(self, Self::Other)
    }
}
