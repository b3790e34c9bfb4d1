//! Hash-chained audit records and their verification. Pure: rows come in as values, findings go out as values.
//!
//! It is apart so that the program which checks the ledger shares no code with the stores which write it.
//!
//! One chain per incident: a single global chain would make every writer wait for every other. Each row carries
//! the hash of the row before it, and the head of a chain (count and last hash) is kept outside the rows, so that
//! a cut tail shows. [`root`] binds all heads together, so that a chain removed together with its head shows too.
//!
//! Invariants:
//! - the same draft, head and time always give the same row and hash (a retried append is recognisable);
//! - no two different rows are hashed from the same bytes: every part is preceded by its length;
//! - verification holds one row at a time, however long the chain is.
//!
//! What a hash chain without a key cannot show: somebody who can write rows, heads *and* the stored root can
//! rewrite everything. The root is therefore signed once a day and kept where the writer of rows cannot change it
//! ([`Anchor`]); rows of before are then vouched for by somebody else.

mod anchor;
mod chain;
mod entry;
mod fault;
mod hash;
mod heads;
#[cfg(test)]
mod tampering;

pub use anchor::{Anchor, AnchorVerifier, SignedAnchor};
pub use chain::{ChainVerifier, verify_chain};
pub use entry::{AppendError, DETAIL_BYTES_MAX, Draft, Entry, Head, append};
pub use fault::{AnchorFault, ChainFault, Fault, RootFault, RowFault, Verification};
pub use hash::{Hash, ParseHashError};
pub use heads::{Verifier, root, verify_all};
