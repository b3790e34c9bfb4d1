//! Embedded adapters: SQLite store, workflow interpreter, rule analyst, simulated account.

pub mod account;
pub mod analyst;
