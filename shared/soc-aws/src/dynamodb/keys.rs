//! Keys of rows: texts that no two different lists of parts share.
//!
//! A key is its kind and the parts, each preceded by its length, as correlation keys are. A part comes from findings, so
//! it may hold any character and be of any length: what would be too long for DynamoDB stands in the key by its hash.
//! Kinds are words of this program and hold neither `|` nor `#`.

use sha2::{Digest as _, Sha256};

/// A sort key has at most 1,024 bytes (Amazon `DynamoDB` Developer Guide, "Constraints"); indexes add a time and an id.
pub(super) const KEY_MAX: usize = 900;

/// How many partitions an index spreads what would else be written to a single one.
pub(super) const SHARDS: u8 = 8;

/// The sort key of what stands alone in its partition, or first.
pub(super) const ROW: &str = "row";

/// Partition and sort key of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    pub(super) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The first row of the partition of `kind` and `part`.
    pub(super) fn row(kind: &str, part: &str) -> Self {
        Self::new(key(kind, &[part]), ROW)
    }
}

/// The text of a kind and its parts: `kind|3:abc|0:`, or `kind#` and a hash where that would be too long.
pub(super) fn key(kind: &str, parts: &[&str]) -> String {
    use std::fmt::Write as _;
    let mut text = kind.to_owned();
    for part in parts {
        let _infallible = write!(text, "|{}:{part}", part.len());
    }
    if text.len() <= KEY_MAX {
        return text;
    }
    format!("{kind}#{}", sha256(text.as_bytes()))
}

/// What every key of `kind` begins with whose first parts are these.
pub(super) fn prefix(kind: &str, parts: &[&str]) -> String {
    let mut text = key(kind, parts);
    text.push('|');
    text
}

/// A number as a text that sorts like it.
pub(super) fn ordered(number: i64) -> String {
    // The sign bit turned around: the smallest number becomes 0.
    format!("{:020}", number.cast_unsigned() ^ (1 << 63))
}

/// A generation or a place in a chain as a text that sorts like it.
pub(super) fn counted(number: u64) -> String {
    format!("{number:020}")
}

/// Which of the partitions of an index takes the row of `id`.
pub(super) fn shard(id: &str) -> String {
    let sum = id.bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    (sum % SHARDS).to_string()
}

/// The lower-case hexadecimal SHA-256 of bytes, as `sha256sum` prints it.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The parts that a key was made of; none for a key that holds a hash. Only tests read keys back.
    fn parts(text: &str) -> Option<Vec<String>> {
        let (_, mut rest) = text.split_once('|')?;
        let mut parts = Vec::new();
        loop {
            let (length, tail) = rest.split_once(':')?;
            let (part, tail) = tail.split_at_checked(length.parse().ok()?)?;
            parts.push(part.to_owned());
            match tail.strip_prefix('|') {
                Some(next) => rest = next,
                None if tail.is_empty() => return Some(parts),
                None => return None,
            }
        }
    }

    fn texts(parts: &[String]) -> Vec<&str> {
        parts.iter().map(String::as_str).collect()
    }

    fn hostile() -> impl Strategy<Value = Vec<String>> {
        let part = prop_oneof![
            any::<String>(),
            "[0-9:|#]{0,12}",
            "[a|]{0,3}:[0-9]{1,2}",
            ("[a-z|:#]{1,4}", 0_usize..400).prop_map(|(piece, times)| piece.repeat(times)),
        ];
        prop::collection::vec(part, 1..5)
    }

    proptest! {
        #[test]
        fn any_parts_come_back_out_of_their_key_unless_it_is_a_hash(given in hostile()) {
            let made = key("kind", &texts(&given));
            prop_assert!(made.len() <= KEY_MAX);
            match made.starts_with("kind#") {
                true => prop_assert!(given.iter().map(String::len).sum::<usize>() > KEY_MAX / 2),
                false => prop_assert_eq!(parts(&made), Some(given)),
            }
        }

        #[test]
        fn different_parts_have_different_keys(one in hostile(), other in hostile()) {
            prop_assert_eq!(key("kind", &texts(&one)) == key("kind", &texts(&other)), one == other);
        }

        #[test]
        fn no_key_begins_like_the_keys_of_another_first_part(one in any::<String>(), other in any::<String>()) {
            let longer = key("kind", &[&other, "x"]);
            prop_assert_eq!(longer.starts_with(&prefix("kind", &[&one])), one == other);
        }

        #[test]
        fn numbers_sort_as_texts(one in any::<i64>(), other in any::<i64>()) {
            prop_assert_eq!(ordered(one).cmp(&ordered(other)), one.cmp(&other));
        }
    }

    #[test]
    fn moving_a_character_between_parts_changes_the_key() {
        assert_ne!(key("k", &["ab", "c"]), key("k", &["a", "bc"]));
        assert_ne!(key("k", &["a|1:b"]), key("k", &["a", "b"]));
        assert_ne!(key("k", &[""]), key("k", &["", ""]));
    }

    #[test]
    fn a_text_that_looks_like_the_hash_of_a_long_one_is_another_key() {
        let long = "x".repeat(2_000);
        let hashed = key("k", &[&long]);
        let (_, hash) = hashed.split_once('#').unwrap();
        assert_ne!(hashed, key("k", &[&format!("#{hash}")]));
        assert_ne!(hashed, key("k", &[&"x".repeat(2_001)]));
    }
}
