//! Readers: bytes of any supported format in, findings, events and gaps out.
//!
//! They stand apart because everything behind them speaks only of [`Finding`]s: no
//! other code knows a product's format. Invariants: no bytes make them panic; every input is in exactly one
//! piece, every record in exactly one item at least; limits are checked before anything is parsed; a missing
//! or odd field is a [`Gap`] beside the finding, and only what is no finding at all is refused.

mod arn;
mod asff;
mod blank;
mod control;
mod gaps;
mod guardduty;
mod lenient;
mod malware;
mod object;
mod ocsf;
mod outline;
mod read;
mod refusal;
mod scan;
mod split;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Gap};
use crate::time::Timestamp;

pub use read::read_record;
pub use refusal::{DEPTH_LIMIT, Position, RECORD_LIMIT, Refusal, STRING_LIMIT};
pub use split::{Piece, Splitter};

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
}

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
