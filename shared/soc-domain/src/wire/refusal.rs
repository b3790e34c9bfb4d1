//! Why a record is refused: apart, because the splitter and the readers both refuse, and stores keep the words.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest record, in bytes.
pub const RECORD_LIMIT: usize = 1024 * 1024;
/// How deep objects and arrays may nest.
pub const DEPTH_LIMIT: usize = 64;
/// The longest string, in bytes as written; an SNS `Message` may be as long as a record.
pub const STRING_LIMIT: usize = 64 * 1024;

/// Why bytes are no record that we read: what was found and why that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Refusal {
    /// The record is longer than a record may be.
    #[error("the record is longer than {limit} bytes")]
    TooLong {
        /// [`RECORD_LIMIT`].
        limit: usize,
    },
    /// Objects and arrays nest too deeply.
    #[error("the record nests deeper than {limit} levels")]
    TooDeep {
        /// [`DEPTH_LIMIT`].
        limit: usize,
    },
    /// A string is longer than a string may be.
    #[error("the record holds a string longer than {limit} bytes")]
    StringTooLong {
        /// [`STRING_LIMIT`].
        limit: usize,
    },
    /// The bytes are not UTF-8.
    #[error("the record is not UTF-8")]
    NotUtf8,
    /// The text is not JSON.
    #[error("the record is not JSON at byte {offset}: {what}")]
    NotJson {
        /// Where, in bytes from the start of the leaf.
        offset: usize,
        /// What was wrong there.
        what: String,
    },
    /// The record ends before its JSON does.
    #[error("the record ends in the middle")]
    Truncated,
    /// Well-formed, but no finding and no event.
    #[error("the record is no finding and no event: {why}")]
    NotARecord {
        /// Why not.
        why: String,
    },
}

impl Refusal {
    pub(super) fn too_long() -> Self {
        Self::TooLong { limit: RECORD_LIMIT }
    }

    pub(super) fn too_deep() -> Self {
        Self::TooDeep { limit: DEPTH_LIMIT }
    }

    pub(super) fn not_json(offset: usize, what: &str) -> Self {
        Self::NotJson { offset, what: what.to_owned() }
    }

    pub(super) fn not_a_record(why: &str) -> Self {
        Self::NotARecord { why: why.to_owned() }
    }

    /// What `serde_json` found wrong with `text`.
    pub(super) fn from_json(text: &str, error: &serde_json::Error) -> Self {
        if error.is_eof() {
            return Self::Truncated;
        }
        let before: usize =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let words = error.to_string();
        let what = words.split(" at line ").next().unwrap_or_default();
        Self::not_json(before.saturating_add(error.column().saturating_sub(1)), what)
    }
}

/// Where a record begins in its input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Bytes before it.
    pub offset: u64,
    /// Its line, counted from 1.
    pub line: u64,
}
