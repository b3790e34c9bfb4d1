//! The ports and one use case per stage.
//!
//! It stands apart so that the same stages run on one machine and on AWS: they see ports, never adapters.
//! Invariants: a use case holds no state of its own, may be repeated after a crash at any point, and every
//! input of a batch is in exactly one list of its outcome.
#![warn(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

pub mod analyze;
pub mod approve;
pub mod batch;
pub mod desk;
pub mod error;
pub mod execute;
pub mod handlers;
pub mod ingest;
mod join;
pub mod ledger;
mod load;
pub mod notify;
pub mod people;
pub mod plan;
pub mod ports;
pub mod report;
pub mod reverse;
pub mod sweep;
pub mod triage;
pub mod verify;

pub use ledger::OUTSIDE;
pub use load::Case;
pub use soc_domain::approval::MACHINE;
