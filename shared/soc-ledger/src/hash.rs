//! The 32-byte hash which links rows, and the unambiguous encoding of what is hashed.
//!
//! Apart so that the byte layout, which can never change for rows already written, is in one small place.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 hash; its text form is 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash([u8; 32]);

impl Hash {
    /// Wraps bytes which are already a hash, such as those read from a binary column.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

/// The text is not 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a hash of 64 lowercase hexadecimal digits ({length} bytes given)")]
pub struct ParseHashError {
    /// How many bytes the refused text had; the text itself is not repeated.
    pub length: usize,
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = ParseHashError { length: text.len() };
        let Ok(bytes) = HEXLOWER.decode(text.as_bytes()) else {
            return Err(refused);
        };
        bytes.try_into().map(Self).or(Err(refused))
    }
}

impl TryFrom<String> for Hash {
    type Error = ParseHashError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Hashes parts one after the other, each preceded by its length, under a domain name with a version.
pub(crate) struct Parts(Sha256);

impl Parts {
    pub(crate) fn new(domain: &str) -> Self {
        Self(Sha256::new()).text(domain)
    }

    pub(crate) fn text(self, part: &str) -> Self {
        self.bytes(part.as_bytes())
    }

    pub(crate) fn number(self, part: u64) -> Self {
        self.bytes(&part.to_be_bytes())
    }

    pub(crate) fn bytes(mut self, part: &[u8]) -> Self {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    pub(crate) fn hash(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_parts_changes_the_hash() {
        let one = Parts::new("d").text("ab").text("c").hash();
        assert_ne!(one, Parts::new("d").text("a").text("bc").hash());
        assert_ne!(one, Parts::new("d").text("abc").hash());
        assert_ne!(one, Parts::new("e").text("ab").text("c").hash());
    }

    #[test]
    fn text_form_goes_there_and_back() {
        let hash = Parts::new("d").hash();
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().len(), 64);
    }

    #[test]
    fn uppercase_short_and_foreign_texts_are_refused() {
        for text in ["", "00", &"A".repeat(64), &"g".repeat(64), &"0".repeat(66)] {
            assert_eq!(text.parse::<Hash>(), Err(ParseHashError { length: text.len() }), "{text}");
        }
    }
}
