//! What verification can say about a ledger.
//!
//! Apart because these are the words an auditor reads; they do not depend on how the check is made.

use serde::Serialize;

use crate::hash::Hash;

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Verification {
    /// Chains looked at: those with a head and those with rows.
    pub chains: u64,
    /// Rows read.
    pub rows: u64,
    /// Signed roots that hold and that every chain was compared with.
    #[serde(skip_serializing_if = "is_zero")]
    pub roots: u64,
    /// The first fault of each broken chain in the order of chains, then a fault of the root.
    pub faults: Vec<Fault>,
}

/// `serde` hands a reference to what it may leave out.
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Verification {
    /// Nothing was found wrong.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.faults.is_empty()
    }

    /// The first fault, naming the first bad row.
    #[must_use]
    pub fn first_fault(&self) -> Option<&Fault> {
        self.faults.first()
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A row is wrong: the first one in its chain.
    #[error("chain {chain}, row {seq}: {kind}")]
    Row {
        /// The chain's name.
        chain: String,
        /// The place in the chain, counted from 0, where the first bad row stands or ought to stand.
        seq: u64,
        /// The `seq` written in the row that stands there; `None` when no row does.
        stored_seq: Option<u64>,
        /// What is wrong with it.
        kind: RowFault,
    },
    /// A chain as a whole is wrong.
    #[error("chain {chain}: {kind}")]
    Chain {
        /// The chain's name.
        chain: String,
        /// What is wrong with it.
        kind: ChainFault,
    },
    /// The heads together are not those the stored root was made of: one was added, removed or changed.
    #[error("the heads' root is {found}, the stored root is {stored}")]
    Root {
        /// The root that was given.
        stored: Hash,
        /// The root of the heads that were given.
        found: Hash,
    },
    /// A chain is not the continuation of what a signed root says of it.
    #[error("chain {chain}, row {seq}: {kind} of {day} {}", kind.knows())]
    Anchor {
        /// The chain's name.
        chain: String,
        /// The row that was the last one on that day.
        seq: u64,
        /// The day of the root.
        day: String,
        /// What is wrong with the chain.
        kind: AnchorFault,
    },
    /// A signed root itself is wrong.
    #[error("the signed root of {day}: {kind}")]
    SignedRoot {
        /// The day that it is named after.
        day: String,
        /// What is wrong with it.
        kind: RootFault,
    },
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RowFault {
    /// Its content does not give its hash.
    #[error("edited: the content does not give the hash")]
    Edited,
    /// It is consistent in itself, but neither the row after it nor the head vouches for it. Rows just before it
    /// may have been rewritten with it; only an older head could tell.
    #[error("forged: the next row or the head does not vouch for it")]
    Forged,
    /// No row has this place, but later rows exist.
    #[error("deleted")]
    Deleted,
    /// A later row stands here, and the row which belongs here comes further on.
    #[error("reordered")]
    Reordered,
    /// A row stands here which belongs nowhere: beyond the head, from another chain, or one too many.
    #[error("inserted")]
    Inserted,
    /// One of two rows with the same `seq`, and the one that is not vouched for.
    #[error("duplicated: the sequence number is taken")]
    Duplicated,
    /// This row and all after it are gone; the head knows of them.
    #[error("truncated: this row and all later ones are missing")]
    Truncated,
}

/// How a chain differs from what a signed root says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AnchorFault {
    /// The row, and with it all later ones, is gone; heads that were changed with them do not help.
    #[error("cut off; the signed root")]
    CutOff,
    /// Another row stands there.
    #[error("rewritten; the signed root")]
    Rewritten,
}

impl AnchorFault {
    const fn knows(self) -> &'static str {
        match self {
            Self::CutOff => "knows it",
            Self::Rewritten => "knows another",
        }
    }
}

/// What is wrong with a signed root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RootFault {
    /// It is none of ours, or is named after another day.
    #[error("it cannot be read")]
    Unreadable,
    /// The key did not sign it.
    #[error("the signature is not the key's")]
    Forged,
    /// Its heads do not give its root.
    #[error("its heads are not those that were signed")]
    OtherHeads,
    /// It was written, or marked as deleted, again after the first time.
    #[error("somebody wrote it again or deleted it")]
    Changed,
    /// It is the newest, and older than two days.
    #[error("there is none since")]
    Last,
}

/// What is wrong with a chain as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ChainFault {
    /// There are rows but no head.
    #[error("rows without a head")]
    HeadMissing,
    /// There is a head but not one row.
    #[error("a head without rows")]
    RowsMissing,
    /// There is neither head nor row, and something else says that there must be.
    #[error("the whole chain is missing")]
    Missing,
    /// There is more than one head.
    #[error("more than one head")]
    HeadDuplicated,
    /// Rows of this chain came after rows of a chain that sorts behind it.
    #[error("rows out of the order of chains")]
    OutOfOrder,
}
