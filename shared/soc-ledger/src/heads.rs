//! Verification of a whole ledger: all heads against all rows, and the root over the heads.
//!
//! Apart from [`crate::chain`] because what goes wrong here concerns chains, not rows.

use crate::chain::ChainVerifier;
use crate::entry::{Entry, Head};
use crate::fault::{ChainFault, Fault, Verification};
use crate::hash::{Hash, Parts};

const ROOT_DOMAIN: &str = "soc-ledger/root/v1";

/// The hash over all heads, whatever order they are given in.
///
/// Kept (signed) where the ledger's writer cannot change it, it shows a chain deleted together with its head.
/// Heads grow, so a root is compared with the heads it was made of: keep them beside it. An old head still
/// verifies against the rows below its count.
#[must_use]
pub fn root<'a>(heads: impl IntoIterator<Item = &'a Head>) -> Hash {
    let mut sorted: Vec<&Head> = heads.into_iter().collect();
    sorted.sort_by(|a, b| (&a.chain, a.count, a.hash).cmp(&(&b.chain, b.count, b.hash)));
    let mut parts = Parts::new(ROOT_DOMAIN).number(sorted.len() as u64);
    for head in sorted {
        parts = parts.text(&head.chain).number(head.count).bytes(head.hash.as_bytes());
    }
    parts.hash()
}

/// Verifies a whole ledger: heads in any order, rows ordered by chain, then `seq`, and a stored root if there is one.
pub fn verify_all(
    heads: Vec<Head>,
    entries: impl IntoIterator<Item = Entry>,
    stored_root: Option<Hash>,
) -> Verification {
    let mut verifier = Verifier::new(heads, stored_root);
    for entry in entries {
        verifier.row(&entry);
    }
    verifier.finish()
}

/// Takes the rows of all chains one after the other; for callers whose rows come in pages.
///
/// It holds the heads and one row's state, never the rows.
#[derive(Debug)]
pub struct Verifier {
    /// Heads of chains whose rows have not come yet, the next one last.
    heads: Vec<Head>,
    root_fault: Option<Fault>,
    current: Option<ChainVerifier>,
    /// The greatest chain name ended so far.
    ended: Option<String>,
    found: Verification,
}

impl Verifier {
    /// Starts with all heads, in any order, and a stored root to compare them with.
    #[must_use]
    pub fn new(mut heads: Vec<Head>, stored_root: Option<Hash>) -> Self {
        let found = root(&heads);
        let root_fault = match stored_root {
            Some(stored) if stored != found => Some(Fault::Root { stored, found }),
            Some(_) | None => None,
        };
        heads.sort_by(|a, b| b.chain.cmp(&a.chain));
        Self { heads, root_fault, current: None, ended: None, found: Verification::default() }
    }

    /// Takes the next row.
    pub fn row(&mut self, entry: &Entry) {
        self.found.rows = self.found.rows.saturating_add(1);
        if let Some(current) = self.current.as_mut().filter(|current| current.chain() == entry.chain) {
            current.row(entry);
            return;
        }
        self.end_current();
        if self.ended.as_ref().is_some_and(|ended| *ended >= entry.chain) {
            self.out_of_order(&entry.chain);
            return;
        }
        self.end_heads_before(Some(&entry.chain));
        let head = self.take_head_of(&entry.chain);
        let mut verifier = ChainVerifier::new(entry.chain.clone(), head);
        verifier.row(entry);
        self.current = Some(verifier);
    }

    /// Ends the ledger: heads left over have no rows.
    #[must_use]
    pub fn finish(mut self) -> Verification {
        self.end_current();
        self.end_heads_before(None);
        self.found.faults.extend(self.root_fault);
        self.found
    }

    fn end_current(&mut self) {
        let Some(current) = self.current.take() else {
            return;
        };
        self.found.chains = self.found.chains.saturating_add(1);
        self.ended = Some(current.chain().to_owned());
        self.found.faults.extend(current.finish());
    }

    /// Ends the chains whose heads sort before `chain`, or all that are left.
    fn end_heads_before(&mut self, chain: Option<&str>) {
        while let Some(head) = self.heads.pop_if(|head| chain.is_none_or(|chain| head.chain.as_str() < chain))
        {
            self.drop_duplicate_heads(&head.chain);
            self.current = Some(ChainVerifier::new(head.chain.clone(), Some(head)));
            self.end_current();
        }
    }

    fn take_head_of(&mut self, chain: &str) -> Option<Head> {
        let head = self.heads.pop_if(|head| head.chain == chain)?;
        self.drop_duplicate_heads(chain);
        Some(head)
    }

    fn drop_duplicate_heads(&mut self, chain: &str) {
        let mut duplicated = false;
        while self.heads.pop_if(|head| head.chain == chain).is_some() {
            duplicated = true;
        }
        if duplicated {
            let kind = ChainFault::HeadDuplicated;
            self.found.faults.push(Fault::Chain { chain: chain.to_owned(), kind });
        }
    }

    /// Notes rows of a chain that was ended or passed, once for each run of them.
    fn out_of_order(&mut self, chain: &str) {
        let fault = Fault::Chain { chain: chain.to_owned(), kind: ChainFault::OutOfOrder };
        if self.found.faults.last() != Some(&fault) {
            self.found.faults.push(fault);
        }
    }
}
