//! Readers: bytes of any supported format in, findings, events and gaps out.
//!
//! They stand apart because everything behind them speaks only of [`Finding`]s: no
//! other code knows a product's format. Invariants: no bytes make them panic; every input is in exactly one
//! piece, every record in exactly one item at least; limits are checked before anything is parsed; a missing
//! or odd field is a [`Gap`] beside the finding, and only what is no finding at all is refused.

mod arn;
mod asff;
mod bedrock;
mod blank;
mod cloudtrail;
mod control;
mod event;
mod gaps;
mod guardduty;
mod insight;
mod lenient;
mod malware;
mod object;
mod ocsf;
mod ours;
mod outline;
mod read;
mod refusal;
mod scan;
mod split;

use std::borrow::Cow;

use crate::finding::{Finding, Gap};

pub use bedrock::ModelInvocation;
pub use cloudtrail::{CloudTrailRecord, Identity};
pub use event::{Event, EventContent};
pub use insight::{InsightResult, InsightResults};
pub use ours::{HEARTBEAT, SIMULATOR, Simulator, heartbeat, heartbeat_finding};
pub use read::{Record, read_record};
pub use refusal::{DEPTH_LIMIT, Position, RECORD_LIMIT, Refusal, STRING_LIMIT};
pub use split::{Piece, Splitter};

/// What a record turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A finding, and what was missing or odd in it.
    Finding(Box<Finding>, Vec<Gap>),
    /// An event that is no finding.
    Event(Event),
}

/// One leaf of a record: a finding of a Security Hub event, the message of a notification, the record itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<'a> {
    /// The leaf's own bytes.
    pub raw: Cow<'a, [u8]>,
    /// What it says, or why it is refused.
    pub content: Result<Content, Refusal>,
}
