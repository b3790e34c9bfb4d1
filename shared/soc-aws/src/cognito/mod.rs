//! The keys of a Cognito user pool, and whether one of them signed something.
//!
//! Apart from whoever reads tokens because here is the only cryptography of signing in, and the only request that goes
//! to no service's API: the pool's keys are a document behind an address ("Verifying JSON web tokens", Amazon Cognito
//! Developer Guide). It is fetched over the client that the SDK brings, and kept for minutes.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use tokio::sync::Mutex;
use tokio::time::Instant;

mod fetch;

pub use fetch::Address;

/// For how long keys are kept: a key that the pool gave up is taken that much longer.
const KEPT_FOR: Duration = Duration::from_secs(600);
/// How often keys are asked for because somebody names one that is unknown.
const NOT_AGAIN_FOR: Duration = Duration::from_secs(60);
/// The bytes of a modulus of 2,048 bits; shorter keys sign nothing (RFC 7518, section 3.3).
const MODULUS_MIN: usize = 256;
const READ: &str = "read the keys of the user pool";

/// Where the document with the keys is.
#[async_trait]
pub trait Document: Send + Sync {
    /// Its bytes as they are now.
    async fn read(&self) -> PortResult<Vec<u8>>;
}

/// The keys of a pool.
pub struct PoolKeys {
    document: Box<dyn Document>,
    kept_for: Duration,
    not_again_for: Duration,
    kept: Mutex<Kept>,
}

/// What was read last, and when.
#[derive(Default)]
struct Kept {
    keys: BTreeMap<String, Key>,
    since: Option<Instant>,
}

/// An RSA key, as big-endian numbers.
#[derive(Clone)]
struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// A JWKS (RFC 7517, section 5). What is no key for RS256 is left out.
#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: String,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
}

impl fmt::Debug for PoolKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolKeys").field("kept_for", &self.kept_for).finish_non_exhaustive()
    }
}

impl PoolKeys {
    /// The keys in this document.
    #[must_use]
    pub fn new(document: impl Document + 'static) -> Self {
        Self {
            document: Box::new(document),
            kept_for: KEPT_FOR,
            not_again_for: NOT_AGAIN_FOR,
            kept: Mutex::default(),
        }
    }

    /// Whether the pool's key of this id made this RS256 signature of the message; false if there is no such key.
    ///
    /// # Errors
    /// The keys cannot be read now.
    pub async fn signed(&self, key: &str, message: &[u8], signature: &[u8]) -> PortResult<bool> {
        let Some(key) = self.key(key).await? else { return Ok(false) };
        let key = RsaPublicKeyComponents { n: &key.modulus, e: &key.exponent };
        Ok(key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok())
    }

    /// The lock is held while the pool is asked: those who come meanwhile would only ask the same.
    async fn key(&self, id: &str) -> PortResult<Option<Key>> {
        let mut kept = self.kept.lock().await;
        let age = kept.since.map(|since| since.elapsed());
        let limit = if kept.keys.contains_key(id) { self.kept_for } else { self.not_again_for };
        if age.is_none_or(|age| age >= limit) {
            let keys = parsed(&self.document.read().await?)?;
            *kept = Kept { keys, since: Some(Instant::now()) };
        }
        Ok(kept.keys.get(id).cloned())
    }
}

fn parsed(bytes: &[u8]) -> PortResult<BTreeMap<String, Key>> {
    let unread = || PortError::new(PortErrorKind::Unavailable, READ);
    let text = std::str::from_utf8(bytes).map_err(|_no_text| unread())?;
    let found: Jwks = serde_json::from_str(text).map_err(|_other_form| unread())?;
    Ok(found.keys.iter().filter_map(|jwk| Some((jwk.kid.clone(), jwk.key()?))).collect())
}

impl Jwk {
    fn key(&self) -> Option<Key> {
        let signs = self.kty == "RSA"
            && !self.kid.is_empty()
            && self.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && self.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let number = |text: &str| {
            let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
            let begins = bytes.iter().position(|byte| *byte != 0)?;
            bytes.get(begins..).map(<[u8]>::to_vec)
        };
        let key = Key { modulus: number(&self.n)?, exponent: number(&self.e)? };
        (signs && key.modulus.len() >= MODULUS_MIN).then_some(key)
    }
}

#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;
