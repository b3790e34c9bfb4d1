//! Keyed hashes of redacted values (HMAC-SHA-256, RFC 2104), cut to the 32 bits a token shows.
//!
//! Apart so that the key is held in one place.

use sha2::{Digest, Sha256};

use super::kind::Kind;

const BLOCK: usize = 64;

pub(super) struct Mac {
    inner: Sha256,
    outer: Sha256,
}

impl Mac {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut block = [0_u8; BLOCK];
        if key.len() > BLOCK {
            fill(&mut block, &Sha256::digest(key));
        } else {
            fill(&mut block, key);
        }
        let padded = |pad: u8| Sha256::new_with_prefix(block.map(|byte| byte ^ pad));
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    /// `[KIND:xxxxxxxx]`; ways of writing the same value give the same digits, whatever the kind is called.
    pub(super) fn token(&self, kind: Kind, value: &str) -> String {
        let digits = matches!(kind, Kind::Card | Kind::Iban | Kind::Phone | Kind::Ssn);
        let hash = if kind == Kind::Email {
            self.hash(value.to_ascii_lowercase().as_bytes())
        } else if digits {
            let bare: Vec<u8> = value.bytes().filter(u8::is_ascii_alphanumeric).collect();
            self.hash(&bare)
        } else {
            self.hash(value.as_bytes())
        };
        let [a, b, c, d, ..] = hash;
        format!("[{}:{a:02x}{b:02x}{c:02x}{d:02x}]", kind.label())
    }

    fn hash(&self, value: &[u8]) -> [u8; 32] {
        let inner = self.inner.clone().chain_update(value).finalize();
        self.outer.clone().chain_update(inner).finalize().into()
    }
}

fn fill(block: &mut [u8; BLOCK], bytes: &[u8]) {
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_hash_is_the_standard_hmac() {
        let hash = Mac::new(b"Jefe").hash(b"what do ya want for nothing?");
        assert_eq!(hash[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
    }

    /// RFC 4231, test case 6: a key longer than a block.
    #[test]
    fn a_long_key_is_hashed_first() {
        let hash = Mac::new(&[0xaa; 131]).hash(b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hash[..8], [0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f]);
    }

    #[test]
    fn another_key_gives_another_token_and_another_spelling_the_same() {
        let (one, two) = (Mac::new(b"1"), Mac::new(b"2"));
        assert_ne!(one.token(Kind::Email, "a@b.org"), two.token(Kind::Email, "a@b.org"));
        assert_eq!(one.token(Kind::Email, "a@b.org"), one.token(Kind::Email, "A@B.org"));
        assert_eq!(one.token(Kind::Phone, "+49 30 123456"), one.token(Kind::Phone, "+4930123456"));
    }
}
