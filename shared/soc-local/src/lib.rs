//! Embedded adapters: SQLite store, workflow interpreter, rule analyst, simulated account.
//!
//! Apart from `soc-aws` so that one machine can run the whole centre without an AWS SDK in its build.

pub mod workflow;
