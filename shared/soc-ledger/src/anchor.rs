//! The root of a day: all heads as they were, what is signed of them, and what a later ledger must still hold.
//!
//! Apart from [`crate::heads`] because a root outlives the heads it was made of: chains grow, and an old head must still
//! be found inside of them. Signing is somebody else's: here is only what is signed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::{Entry, Head};
use crate::fault::{AnchorFault, Fault, RootFault};
use crate::hash::{Hash, Parts};
use crate::heads::root;

const ANCHOR_DOMAIN: &str = "soc-ledger/anchor/v1";

/// The heads of all chains on one day, bound together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The day, as `2026-11-22` (UTC).
    pub day: String,
    /// When the heads were read, in milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: i64,
    /// All heads, by the names of their chains.
    pub heads: Vec<Head>,
    /// The root over them.
    pub root: Hash,
}

/// An anchor and the signature over its [digest](Anchor::digest).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAnchor {
    /// What is signed.
    pub anchor: Anchor,
    /// The key that signed, as its keeper names it.
    pub key: String,
    /// The signature in hexadecimal digits, in the form that its keeper gives it.
    pub signature: String,
}

impl Anchor {
    /// The anchor of these heads.
    #[must_use]
    pub fn new(day: impl Into<String>, at_ms: i64, mut heads: Vec<Head>) -> Self {
        heads.sort_by(|one, other| one.chain.cmp(&other.chain));
        let root = root(&heads);
        Self { day: day.into(), at_ms, heads, root }
    }

    /// The 32 bytes that are signed: the day, the time and the root.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let parts = Parts::new(ANCHOR_DOMAIN).text(&self.day).bytes(&self.at_ms.to_be_bytes());
        parts.bytes(self.root.as_bytes()).hash()
    }

    /// Its own fault: the heads in it are not those of its root.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let kind = RootFault::OtherHeads;
        (root(&self.heads) != self.root).then(|| Fault::SignedRoot { day: self.day.clone(), kind })
    }
}

/// What the last row of an anchored head was, and since when.
#[derive(Debug)]
struct Point {
    hash: Hash,
    day: String,
}

/// Compares the rows of a ledger, in any order of chains, with all that was anchored of it.
#[derive(Debug, Default)]
pub struct AnchorVerifier {
    /// By chain and row, what that row must be.
    points: BTreeMap<String, BTreeMap<u64, Point>>,
    faults: Vec<Fault>,
}

impl AnchorVerifier {
    /// Takes an anchor whose signature is good. The oldest first, so that a fault names the first day that saw it.
    pub fn anchor(&mut self, anchor: &Anchor) {
        if let Some(fault) = anchor.fault() {
            self.faults.push(fault);
            return;
        }
        for head in &anchor.heads {
            let Some(seq) = head.count.checked_sub(1) else { continue };
            let of_chain = self.points.entry(head.chain.clone()).or_default();
            of_chain.entry(seq).or_insert_with(|| Point { hash: head.hash, day: anchor.day.clone() });
        }
    }

    /// Takes a row.
    pub fn row(&mut self, entry: &Entry) {
        let Some(of_chain) = self.points.get_mut(&entry.chain) else { return };
        let Some(point) = of_chain.get(&entry.seq) else { return };
        if point.hash == entry.hash {
            of_chain.remove(&entry.seq);
        }
    }

    /// What is missing or other than it was: the oldest of each chain.
    #[must_use]
    pub fn finish(self, ends: &BTreeMap<String, u64>) -> Vec<Fault> {
        let mut faults = self.faults;
        for (chain, points) in self.points {
            let Some((seq, point)) = points.into_iter().next() else { continue };
            let rows = ends.get(&chain).copied().unwrap_or_default();
            let kind = if rows > seq { AnchorFault::Rewritten } else { AnchorFault::CutOff };
            faults.push(Fault::Anchor { chain, seq, day: point.day, kind });
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::entry::{Draft, append};

    /// A chain of so many rows, and its head after each.
    fn chain(name: &str, rows: usize, word: &str) -> (Vec<Entry>, Vec<Head>) {
        let (mut entries, mut heads) = (Vec::new(), Vec::<Head>::new());
        for number in 0..rows {
            let draft = Draft {
                chain: name.to_owned(),
                actor: "soc".to_owned(),
                what: word.to_owned(),
                subject: number.to_string(),
                details: BTreeMap::new(),
            };
            let (entry, head) = append(heads.last(), draft, 1_000).unwrap();
            entries.push(entry);
            heads.push(head);
        }
        (entries, heads)
    }

    fn check(anchors: &[Anchor], entries: &[Entry]) -> Vec<String> {
        let mut verifier = AnchorVerifier::default();
        let mut ends = BTreeMap::new();
        anchors.iter().for_each(|anchor| verifier.anchor(anchor));
        for entry in entries {
            verifier.row(entry);
            *ends.entry(entry.chain.clone()).or_default() = entry.seq + 1;
        }
        verifier.finish(&ends).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_chain_that_only_grew_holds_every_root_of_it() {
        let (entries, heads) = chain("a", 5, "noted");
        let anchors = [
            Anchor::new("2026-11-20", 1, vec![heads[1].clone()]),
            Anchor::new("2026-11-21", 2, vec![heads[4].clone()]),
        ];
        assert!(check(&anchors, &entries).is_empty());
    }

    #[test]
    fn a_tail_that_was_cut_off_with_its_head_is_named_with_the_day_that_saw_it() {
        let (entries, heads) = chain("a", 5, "noted");
        let anchors = [
            Anchor::new("2026-11-20", 1, vec![heads[1].clone()]),
            Anchor::new("2026-11-21", 2, vec![heads[4].clone()]),
        ];
        let found = check(&anchors, &entries[..3]);
        assert_eq!(found, ["chain a, row 4: cut off; the signed root of 2026-11-21 knows it"]);
    }

    #[test]
    fn a_chain_that_is_gone_and_one_that_was_rewritten_are_named() {
        let (entries, heads) = chain("a", 3, "noted");
        let anchor = [Anchor::new("2026-11-20", 1, vec![heads[2].clone()])];
        assert_eq!(check(&anchor, &[]), ["chain a, row 2: cut off; the signed root of 2026-11-20 knows it"]);
        let (other, _) = chain("a", 4, "forged");
        let found = check(&anchor, &other);
        assert_eq!(found, ["chain a, row 2: rewritten; the signed root of 2026-11-20 knows another"]);
        assert!(check(&anchor, &entries).is_empty());
    }

    #[test]
    fn heads_that_were_put_into_a_root_afterwards_are_named() {
        let (entries, heads) = chain("a", 2, "noted");
        let mut anchor = Anchor::new("2026-11-20", 1, vec![heads[1].clone()]);
        anchor.heads.clear();
        assert_eq!(
            check(&[anchor], &entries),
            ["the signed root of 2026-11-20: its heads are not those that were signed"]
        );
    }

    #[test]
    fn another_day_time_or_head_gives_another_digest() {
        let (_, heads) = chain("a", 2, "noted");
        let anchor = Anchor::new("2026-11-20", 1, vec![heads[1].clone()]);
        for other in [
            Anchor::new("2026-11-21", 1, vec![heads[1].clone()]),
            Anchor::new("2026-11-20", 2, vec![heads[1].clone()]),
            Anchor::new("2026-11-20", 1, vec![heads[0].clone()]),
        ] {
            assert_ne!(anchor.digest(), other.digest());
        }
    }
}
