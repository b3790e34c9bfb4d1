//! Builders, in-memory adapters, one conformance suite per port, fault injection.
//!
//! Apart so that every adapter is held to the same sentences, and no test has to invent a finding.

pub mod build;
pub mod conformance;
pub mod faults;
pub mod memory;
pub mod runtime_api;
mod wait;

pub use wait::{block_on, together};
