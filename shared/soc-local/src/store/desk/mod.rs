//! What people read, in SQLite: one narrow row for each incident, written with the incident, and [`Reader`]s of the file.
//!
//! Apart from the store because people must never wait for the writer, nor it for them. Invariants:
//! - a batch that is committed has the row of every incident that it wrote, under a new turn; so turns are seen in
//!   their order, because there is one writer at a time;
//! - a row is written once a batch, however often its incident was;
//! - a reader writes nothing to the store; what it needs beyond it is in a file of its own (`aid`).

mod aid;
mod chains;
mod figures;
mod files;
mod filter;
mod lists;
mod noted;
mod pipeline;
mod queue;
mod reader;

pub(super) use noted::{Noted, fill, put, touch};
pub use reader::Reader;
