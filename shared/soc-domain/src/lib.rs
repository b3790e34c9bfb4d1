//! Vocabulary, wire readers and the pure decisions of ai-soc.
//!
//! It stands apart because what is decided here must be the same on one machine and on AWS, and provable
//! without either. Invariants: no I/O, no clock, no chance; decisions are total functions of their arguments.
#![warn(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

pub mod action;
pub mod analysis;
pub mod approval;
pub mod assess;
pub mod attack;
pub mod catalogue;
pub mod confirm;
pub mod correlate;
pub mod evidence;
pub mod finding;
pub mod finding_type;
pub mod id;
pub mod incident;
pub mod notice;
pub mod people;
pub mod plan;
pub mod policy;
pub mod revise;
pub mod severity;
pub mod spend;
pub mod time;
pub mod verdict;
pub mod webhook;
pub mod wire;
