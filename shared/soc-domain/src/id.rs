//! Ids: newtypes whose text form is a prefix and 26 base32 characters of a SHA-256.
//!
//! They stand apart because two stores, the API and the ledger share them. The same parts give the same
//! id everywhere and for ever; parts are length-prefixed, so no two lists of parts collide by joining.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// How many base32 characters of the hash an id keeps (130 bits).
const LENGTH: usize = 26;

/// Hashes length-prefixed parts: eight bytes of little-endian length, then the bytes, for each part.
#[must_use]
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn short_text(parts: &[&[u8]]) -> [u8; LENGTH] {
    let mut text = [b'a'; LENGTH];
    for (to, from) in text.iter_mut().zip(BASE32_NOPAD.encode(&digest(parts)).bytes()) {
        *to = from.to_ascii_lowercase();
    }
    text
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{given:?} is no {prefix} id: expected {prefix} and 26 of the characters a-z and 2-7")]
pub struct NotAnId {
    given: String,
    prefix: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; LENGTH]);

        impl $name {
            /// What the text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Derives the id from its parts; the prefix is hashed too, so kinds of ids never collide.
            #[must_use]
            pub fn from_parts(parts: &[&str]) -> Self {
                let mut all: Vec<&[u8]> = vec![Self::PREFIX.as_bytes()];
                all.extend(parts.iter().map(|part| part.as_bytes()));
                Self(short_text(&all))
            }

            /// The 26 characters without the prefix.
            #[must_use]
            pub fn suffix(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Self::PREFIX)?;
                f.write_str(self.suffix())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let refuse = || NotAnId { given: text.chars().take(64).collect(), prefix: $prefix };
                let suffix = text.strip_prefix(Self::PREFIX).ok_or_else(refuse)?;
                let bytes: [u8; LENGTH] = suffix.as_bytes().try_into().map_err(|_odd_length| refuse())?;
                if bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')) {
                    Ok(Self(bytes))
                } else {
                    Err(refuse())
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// One finding of one product, whichever way it came (native, ASFF or OCSF).
    FindingId,
    "fnd_"
);
id!(
    /// One incident: derived from the finding that opened it.
    IncidentId,
    "inc_"
);
id!(
    /// One action on one resource with one set of parameters, in one attempt.
    ActionId,
    "act_"
);
id!(
    /// One quarantined record: derived from its source, position and bytes.
    QuarantineId,
    "qua_"
);
id!(
    /// One change that a person made, and that can be undone.
    OperationId,
    "opr_"
);
id!(
    /// One bulk of changes.
    JobId,
    "job_"
);
id!(
    /// One comment of a person on an incident.
    CommentId,
    "cmt_"
);
id!(
    /// One suppression that people agreed on, beside those of the policy.
    SuppressionId,
    "sup_"
);

impl FindingId {
    /// The id of `own_id` of `product` at a place; `own_id` is the product's own name for the finding.
    #[must_use]
    pub fn derive(place: &Place, product: &str, own_id: &str) -> Self {
        Self::from_parts(&[&place.partition, &place.account, &place.region, product, own_id])
    }
}

impl IncidentId {
    /// The incident that `finding` opens.
    #[must_use]
    pub fn opened_by(finding: FindingId) -> Self {
        Self::from_parts(&[&finding.to_string()])
    }

    /// The incident that a person splits off: no finding opens it, since each may have opened another one before.
    #[must_use]
    pub fn split_off(operation: OperationId) -> Self {
        Self::from_parts(&["split", &operation.to_string()])
    }
}

/// Where something is: partition, account and region, each empty when the record does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    pub partition: String,
    /// The account id, as given.
    pub account: String,
    /// The region's name; empty for global things.
    pub region: String,
}

/// Identifies one delivery of one revision of a finding: equal keys are the same event again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey([u8; 16]);

impl EventKey {
    /// Derives the key from its parts.
    #[must_use]
    pub fn from_parts(parts: &[&str]) -> Self {
        let all: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(digest(&all)) {
            *to = from;
        }
        Self(key)
    }

    /// The key's bytes, as the store keeps them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// The lower-case hexadecimal SHA-256 of length-prefixed parts: plans, policies and prompts are named by it.
#[must_use]
pub fn sha256_hex(parts: &[&[u8]]) -> String {
    HEXLOWER.encode(&digest(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let id = FindingId::from_parts(&["a", "b"]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), 30);
    }

    #[test]
    fn moving_a_character_between_parts_changes_the_id() {
        assert_ne!(FindingId::from_parts(&["ab", "c"]), FindingId::from_parts(&["a", "bc"]));
    }

    #[test]
    fn kinds_of_ids_do_not_share_a_space() {
        assert_ne!(FindingId::from_parts(&["a"]).suffix(), IncidentId::from_parts(&["a"]).suffix());
    }

    #[test]
    fn a_text_that_is_no_id_is_refused_with_what_was_expected() {
        let error = "inc_short".parse::<IncidentId>().unwrap_err();
        assert!(error.to_string().contains("26 of the characters"), "{error}");
        assert!("fnd_aaaaaaaaaaaaaaaaaaaaaaaaa1".parse::<FindingId>().is_err());
    }
}
