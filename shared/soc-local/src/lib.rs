//! Embedded adapters and the runner: the whole of ai-soc on one machine, on SQLite.
//!
//! It stands apart so that everything with a file, a thread or a clock of the local form is here, and the
//! stages are not. Invariants: no network; one process drives a data folder; what is unclear after a crash is
//! observed, never guessed.

pub mod account;
pub mod analyst;
mod clock;
mod group_commit;
pub mod input;
pub mod runner;
pub mod store;
pub mod web;
pub mod webhook;
pub mod workflow;

pub use clock::SystemClock;
