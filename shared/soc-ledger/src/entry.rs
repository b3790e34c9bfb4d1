//! One row of the ledger, the head of a chain, and how a row is added.
//!
//! Apart from verification, so that a check never passes because it repeats a mistake made while writing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::{Hash, Parts};

/// Longest value in [`Draft::details`], in bytes: an ARN fits (2,048), a finding's text does not.
pub const DETAIL_BYTES_MAX: usize = 2_048;

const ENTRY_DOMAIN: &str = "soc-ledger/entry/v1";
const GENESIS_DOMAIN: &str = "soc-ledger/genesis/v1";

/// What happened, before it has a place in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The chain's name: an incident's id, or `soc` for what stands outside any incident.
    pub chain: String,
    /// Who did it: a component's name or a person's identity.
    pub actor: String,
    /// The event's name in `snake_case`, such as `action_intent`.
    pub what: String,
    /// The id of what it was done to.
    pub subject: String,
    /// Ids, hashes and figures; never text from a finding.
    pub details: BTreeMap<String, String>,
}

/// One row of the ledger, linked to the row before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The chain's name.
    pub chain: String,
    /// Place in the chain, from 0 and without gaps.
    pub seq: u64,
    /// When it was written, in milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: i64,
    /// Who did it.
    pub actor: String,
    /// The event's name in `snake_case`.
    pub what: String,
    /// The id of what it was done to.
    pub subject: String,
    /// Ids, hashes and figures.
    pub details: BTreeMap<String, String>,
    /// Hash of the row before; for the first row a hash of the chain's name.
    pub prev: Hash,
    /// Hash of everything above.
    pub hash: Hash,
}

/// How far a chain reaches; kept outside the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The chain's name.
    pub chain: String,
    /// How many rows it has.
    pub count: u64,
    /// Hash of its last row.
    pub hash: Hash,
}

/// Why a draft was not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The head belongs to another chain than the draft.
    #[error("draft for chain {draft} does not fit the head of chain {head}")]
    WrongChain {
        /// The chain the draft names.
        draft: String,
        /// The chain the head names.
        head: String,
    },
    /// The event's name is not in `snake_case`.
    #[error("event name {what:?} is not in snake_case")]
    EventName {
        /// The refused name.
        what: String,
    },
    /// A detail is longer than [`DETAIL_BYTES_MAX`].
    #[error("detail {name} has {bytes} bytes, more than {DETAIL_BYTES_MAX}")]
    DetailTooLong {
        /// The detail's name; its value is not repeated.
        name: String,
        /// Its length in bytes.
        bytes: usize,
    },
    /// The head's count is the largest there can be.
    #[error("chain {chain} is full")]
    Full {
        /// The chain's name.
        chain: String,
    },
}

impl Entry {
    /// The hash the row ought to carry, computed from all its other fields.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        let mut parts = Parts::new(ENTRY_DOMAIN)
            .text(&self.chain)
            .number(self.seq)
            .bytes(&self.at_ms.to_be_bytes())
            .text(&self.actor)
            .text(&self.what)
            .text(&self.subject)
            .number(self.details.len() as u64);
        for (name, value) in &self.details {
            parts = parts.text(name).text(value);
        }
        parts.bytes(self.prev.as_bytes()).hash()
    }
}

/// What the first row of a chain carries as `prev`: it binds the chain's name.
pub(crate) fn genesis(chain: &str) -> Hash {
    Parts::new(GENESIS_DOMAIN).text(chain).hash()
}

/// Adds one row after `head` (`None` for a new chain) and returns it with the head that follows.
///
/// The caller writes both in one conditional step, so that of two concurrent appends one loses and tries again.
///
/// # Errors
/// The draft belongs to another chain, its event name or a detail breaks its rule, or the chain is full.
pub fn append(head: Option<&Head>, draft: Draft, at_ms: i64) -> Result<(Entry, Head), AppendError> {
    check(&draft)?;
    let (seq, prev) = match head {
        None => (0, genesis(&draft.chain)),
        Some(head) if head.chain == draft.chain => (head.count, head.hash),
        Some(head) => {
            return Err(AppendError::WrongChain { draft: draft.chain, head: head.chain.clone() });
        }
    };
    let Some(count) = seq.checked_add(1) else {
        return Err(AppendError::Full { chain: draft.chain });
    };
    let Draft { chain, actor, what, subject, details } = draft;
    let mut entry = Entry { chain, seq, at_ms, actor, what, subject, details, prev, hash: prev };
    entry.hash = entry.computed_hash();
    let head = Head { chain: entry.chain.clone(), count, hash: entry.hash };
    Ok((entry, head))
}

fn check(draft: &Draft) -> Result<(), AppendError> {
    if !is_snake_case(&draft.what) {
        return Err(AppendError::EventName { what: draft.what.clone() });
    }
    for (name, value) in &draft.details {
        if value.len() > DETAIL_BYTES_MAX {
            return Err(AppendError::DetailTooLong { name: name.clone(), bytes: value.len() });
        }
    }
    Ok(())
}

fn is_snake_case(name: &str) -> bool {
    let starts_with_letter = name.starts_with(|first: char| first.is_ascii_lowercase());
    let letters = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    starts_with_letter && letters && !name.ends_with('_') && !name.contains("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(what: &str) -> Draft {
        Draft {
            chain: "inc-1".into(),
            actor: "remediate".into(),
            what: what.into(),
            subject: "act-1".into(),
            details: BTreeMap::from([("plan".into(), "7f".into())]),
        }
    }

    #[test]
    fn the_second_row_links_to_the_first() {
        let (first, head) = append(None, draft("action_intent"), 1).unwrap();
        let (second, head) = append(Some(&head), draft("action_done"), 2).unwrap();
        assert_eq!((first.seq, second.seq, head.count), (0, 1, 2));
        assert_eq!(second.prev, first.hash);
        assert_eq!(head.hash, second.hash);
    }

    /// A changed layout would make every row already written look edited.
    #[test]
    fn the_byte_layout_of_version_1_does_not_change() {
        let (entry, _) = append(None, draft("action_intent"), 1).unwrap();
        let pinned = "60df9e5f2fb4a1f73ae18ef8c5878e21729c8a0a8a2ae34c4ba4e7ae84cb29be";
        assert_eq!(entry.hash.to_string(), pinned);
    }

    #[test]
    fn a_head_of_another_chain_is_refused() {
        let (_, head) = append(None, draft("action_intent"), 1).unwrap();
        let other = Draft { chain: "inc-2".into(), ..draft("action_intent") };
        assert!(matches!(append(Some(&head), other, 2), Err(AppendError::WrongChain { .. })));
    }

    #[test]
    fn event_names_are_snake_case() {
        for what in ["", "Action", "action intent", "_action", "action_", "a__b", "1a", "é"] {
            let refused = append(None, draft(what), 1);
            assert_eq!(refused, Err(AppendError::EventName { what: what.into() }));
        }
    }

    #[test]
    fn a_detail_as_long_as_a_text_is_refused_without_repeating_it() {
        let mut long = draft("action_intent");
        long.details.insert("note".into(), "x".repeat(DETAIL_BYTES_MAX + 1));
        let refused = append(None, long, 1).unwrap_err();
        assert_eq!(refused.to_string(), "detail note has 2049 bytes, more than 2048");
    }

    #[test]
    fn a_full_chain_takes_no_more() {
        let (_, head) = append(None, draft("action_intent"), 1).unwrap();
        let full = Head { count: u64::MAX, ..head };
        let refused = append(Some(&full), draft("action_done"), 2);
        assert_eq!(refused, Err(AppendError::Full { chain: "inc-1".into() }));
    }

    #[test]
    fn rows_and_heads_go_through_json_unchanged() {
        let (entry, head) = append(None, draft("action_intent"), -5).unwrap();
        let entry_text = serde_json::to_string(&entry).unwrap();
        let head_text = serde_json::to_string(&head).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&entry_text).unwrap(), entry);
        assert_eq!(serde_json::from_str::<Head>(&head_text).unwrap(), head);
    }
}
