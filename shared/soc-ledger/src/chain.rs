//! Verification of one chain, a row at a time.
//!
//! Apart from [`crate::heads`], which runs it over many chains.
//!
//! A row is trusted when its content gives its hash and the row after it (in the end: the head) carries that hash.
//! So one row of look-ahead tells a forged row from a good row that follows a forged one, and the number of rows
//! at the end tells a moved row from an inserted one. Nothing else is remembered.

use std::cmp::Ordering;

use crate::entry::{Entry, Head, genesis};
use crate::fault::{ChainFault, Fault, RowFault, Verification};
use crate::hash::Hash;

/// Verifies one chain, given its rows in order of `seq`.
///
/// Rows written after the head was read count as inserted: read the head last, or stop at its count.
pub fn verify_chain(head: &Head, entries: impl IntoIterator<Item = Entry>) -> Verification {
    let mut verifier = ChainVerifier::new(head.chain.clone(), Some(head.clone()));
    for entry in entries {
        verifier.row(&entry);
    }
    let rows = verifier.rows();
    Verification { chains: 1, rows, roots: 0, faults: verifier.finish().into_iter().collect() }
}

/// Takes the rows of one chain one after the other; for callers whose rows come in pages.
#[derive(Debug, Clone)]
pub struct ChainVerifier {
    chain: String,
    head: Option<Head>,
    rows: u64,
    /// Rows accepted so far, which is also the `seq` the next one must have.
    accepted: u64,
    /// Hash of the last accepted row.
    last: Hash,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Clean,
    /// The row at `place` contradicts the one accepted before it; whoever is vouched for next is right.
    Contested(Suspect),
    /// A row with a larger `seq` stands at `place`; whether the missing one comes later tells why.
    Gap {
        suspect: Suspect,
        missing_came: bool,
    },
    Broken(Fault),
}

#[derive(Debug, Clone)]
struct Suspect {
    place: u64,
    stored_seq: u64,
    hash: Hash,
    kind: RowFault,
}

impl ChainVerifier {
    /// Starts with the chain's name and its head, if there is one.
    #[must_use]
    pub fn new(chain: String, head: Option<Head>) -> Self {
        let last = genesis(&chain);
        Self { chain, head, rows: 0, accepted: 0, last, state: State::Clean }
    }

    /// The chain's name.
    #[must_use]
    pub fn chain(&self) -> &str {
        &self.chain
    }

    /// Rows taken so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes the next row.
    pub fn row(&mut self, entry: &Entry) {
        self.rows = self.rows.saturating_add(1);
        let state = std::mem::replace(&mut self.state, State::Clean);
        self.state = match state {
            State::Clean => self.inspect(entry),
            State::Contested(suspect) => {
                let vouched = entry.prev == suspect.hash;
                State::Broken(self.settle(&suspect, vouched))
            }
            State::Gap { suspect, missing_came } => {
                let missing_came = missing_came || entry.seq == suspect.place;
                State::Gap { suspect, missing_came }
            }
            State::Broken(fault) => State::Broken(fault),
        };
    }

    /// Ends the chain and names the first fault, if there is one.
    #[must_use]
    pub fn finish(self) -> Option<Fault> {
        match &self.state {
            State::Clean => self.compare_with_head(),
            State::Contested(suspect) => {
                let vouched = self.head.as_ref().is_some_and(|head| head.hash == suspect.hash);
                Some(self.settle(suspect, vouched))
            }
            State::Gap { suspect, missing_came } => {
                let too_many = self.head.as_ref().is_some_and(|head| self.rows > head.count);
                let kind = match (too_many, missing_came) {
                    (true, _) => RowFault::Inserted,
                    (false, true) => RowFault::Reordered,
                    (false, false) => RowFault::Deleted,
                };
                Some(self.fault(suspect.place, Some(suspect.stored_seq), kind))
            }
            State::Broken(fault) => Some(fault.clone()),
        }
    }

    /// Looks at a row after which nothing was wrong so far.
    fn inspect(&mut self, entry: &Entry) -> State {
        let place = self.accepted;
        let broken = |kind| State::Broken(self.fault(place, Some(entry.seq), kind));
        if entry.computed_hash() != entry.hash {
            return broken(RowFault::Edited);
        }
        if entry.chain != self.chain {
            return broken(RowFault::Inserted);
        }
        if let Some(head) = self.head.as_ref().filter(|head| place >= head.count) {
            return match self.last == head.hash {
                true => broken(RowFault::Inserted),
                false => self.last_row_forged(),
            };
        }
        let suspect = |kind| Suspect { place, stored_seq: entry.seq, hash: entry.hash, kind };
        match entry.seq.cmp(&place) {
            Ordering::Greater => State::Gap { suspect: suspect(RowFault::Deleted), missing_came: false },
            Ordering::Less if entry.hash != self.last && entry.seq.checked_add(1) == Some(place) => {
                State::Contested(suspect(RowFault::Duplicated))
            }
            Ordering::Less => broken(RowFault::Duplicated),
            Ordering::Equal if entry.prev == self.last => {
                self.accepted = place.saturating_add(1);
                self.last = entry.hash;
                State::Clean
            }
            Ordering::Equal if place == 0 => broken(RowFault::Forged),
            Ordering::Equal => State::Contested(suspect(RowFault::Forged)),
        }
    }

    /// Says which of two contradicting rows is bad: the suspect, or when that is vouched for, the one before it.
    fn settle(&self, suspect: &Suspect, vouched: bool) -> Fault {
        if !vouched {
            return self.fault(suspect.place, Some(suspect.stored_seq), suspect.kind);
        }
        let before = suspect.place.saturating_sub(1);
        self.fault(before, Some(before), suspect.kind)
    }

    fn compare_with_head(&self) -> Option<Fault> {
        let Some(head) = &self.head else {
            return (self.rows > 0).then(|| self.chain_fault(ChainFault::HeadMissing));
        };
        if self.rows == 0 && head.count > 0 {
            return Some(self.chain_fault(ChainFault::RowsMissing));
        }
        if self.accepted < head.count {
            return Some(self.fault(self.accepted, None, RowFault::Truncated));
        }
        if self.last != head.hash {
            let place = self.accepted.saturating_sub(1);
            return Some(self.fault(place, Some(place), RowFault::Forged));
        }
        None
    }

    fn last_row_forged(&self) -> State {
        let place = self.accepted.saturating_sub(1);
        State::Broken(self.fault(place, Some(place), RowFault::Forged))
    }

    fn fault(&self, seq: u64, stored_seq: Option<u64>, kind: RowFault) -> Fault {
        Fault::Row { chain: self.chain.clone(), seq, stored_seq, kind }
    }

    fn chain_fault(&self, kind: ChainFault) -> Fault {
        Fault::Chain { chain: self.chain.clone(), kind }
    }
}
