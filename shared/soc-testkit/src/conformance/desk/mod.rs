//! What people read.
//!
//! Apart into what the queue answers, compared with a plain walk over everything, and what follows the rest.

mod figures;
mod lists;
mod population;
mod queue;

use soc_pipeline::ports::desk::{Chains, Changes, Entities, Figures, Files, Lists, Queue};
use soc_pipeline::ports::{Actions, Approvals, Findings, Incidents, Ledger, Quarantine};

use super::{Suite, Verdict};
use crate::memory::Memory;

/// A store with whoever reads it: on one machine they are two connections.
pub trait Desk {
    /// What writes.
    type Store: Incidents + Findings + Actions + Approvals + Quarantine + Ledger;
    /// What reads.
    type Reader: Queue + Changes + Files + Lists + Chains + Figures + Entities;

    /// What writes.
    fn store(&self) -> &Self::Store;
    /// What reads.
    fn reader(&self) -> &Self::Reader;
}

impl Desk for Memory {
    type Store = Self;
    type Reader = Self;

    fn store(&self) -> &Self {
        self
    }

    fn reader(&self) -> &Self {
        self
    }
}

/// The guarantees of [`Queue`] and [`Changes`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn queue<D: Desk>(make: impl Fn() -> D) -> Verdict {
    let mut suite = Suite::new(make);
    queue::sentences(&mut suite);
    suite.verdict()
}

/// The guarantees of [`Files`], [`Lists`] and [`Chains`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn lists<D: Desk>(make: impl Fn() -> D) -> Verdict {
    let mut suite = Suite::new(make);
    lists::sentences(&mut suite);
    suite.verdict()
}

/// The guarantees of [`Figures`] and [`Entities`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn figures<D: Desk>(make: impl Fn() -> D) -> Verdict {
    let mut suite = Suite::new(make);
    figures::sentences(&mut suite);
    suite.verdict()
}
