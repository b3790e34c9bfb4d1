//! What people do with incidents, over the in-memory store: every change and its undoing, one after the other, with
//! findings in between, and with a crash at every call.

mod bed;
mod bulks;
mod closing;
mod cut_short;
mod moved;
mod suppressed;
mod undone;
