//! Vocabulary, wire readers and the pure decisions of ai-soc.
//!
//! It stands apart because what is decided here must be the same on one machine and on AWS, and provable
//! without either. Invariants: no I/O, no clock, no chance; decisions are total functions of their arguments.
#![warn(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

pub mod finding;
pub mod id;
pub mod severity;
pub mod time;
pub mod wire;
