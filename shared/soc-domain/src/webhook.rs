//! Signatures of webhooks: how a receiver knows that a notice is ours and is not an old one sent again.
//!
//! It stands apart because sender and receiver must agree on it to the byte, and because it can be proved
//! without a network. The header is `Soc-Signature: t=UNIX,v1=HEX[,v1=HEX]`: HMAC-SHA256 (RFC 2104) of the
//! seconds, a dot and the body, once for each live secret. While a secret is replaced there are two, so neither
//! side has to change at the same moment as the other.
//!
//! Invariants: a weak secret is never made; a secret is never shown; comparison takes the same time for every
//! signature that is wrong.

use std::fmt;
use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use crate::time::Timestamp;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "Soc-Signature";

/// The header that is equal for a repeated notice: a receiver acts on it once.
pub const KEY_HEADER: &str = "Idempotency-Key";

/// How old, or how far ahead, a signature may be.
pub const REPLAY_WINDOW: Duration = Duration::from_secs(300);

/// How many secrets are live at most: the new one and, until the receiver has it, the old one.
pub const MOST_SECRETS: usize = 2;

/// An HMAC key should have at least as many bytes as the hash (RFC 2104, section 3).
const LEAST_BYTES: usize = 32;

/// Fewer different bytes than this are a pattern. 32 random hexadecimal digits have 14 on average.
const LEAST_VARIETY: usize = 9;

/// How many signatures of one header are looked at.
const MOST_SIGNATURES: usize = 4;

/// Why a text is no secret. It never says what the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WeakSecret {
    /// Too short to keep anybody out.
    #[error("a secret needs at least 32 bytes, this one has {bytes}")]
    Short {
        /// How many it has.
        bytes: usize,
    },
    /// Repeated, or made of few different bytes.
    #[error("a secret that repeats itself can be guessed: make one with `openssl rand -hex 32`")]
    Pattern,
    /// None, or more than are live.
    #[error("one secret, or two while one replaces the other: there are {found}")]
    Count {
        /// How many there are.
        found: usize,
    },
}

/// A secret that both sides know.
#[derive(Clone, PartialEq, Eq)]
struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    fn new(text: &str) -> Result<Self, WeakSecret> {
        let bytes = text.as_bytes();
        if bytes.len() < LEAST_BYTES {
            return Err(WeakSecret::Short { bytes: bytes.len() });
        }
        let mut different = bytes.to_vec();
        different.sort_unstable();
        different.dedup();
        let repeats = |period: usize| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b);
        let steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
        let counts = steps.collect::<Vec<u8>>();
        let is_count = counts.iter().all(|step| counts.first() == Some(step));
        if different.len() < LEAST_VARIETY || (1..=bytes.len() / 2).any(repeats) || is_count {
            return Err(WeakSecret::Pattern);
        }
        Ok(Self(bytes.to_vec()))
    }

    fn mac(&self, at: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(at.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(mac)
    }
}

/// The live secrets, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets(Vec<Secret>);

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Forged {
    /// The header has another form.
    #[error("the signature has another form than t=UNIX,v1=HEX")]
    Malformed,
    /// Signed too long ago, or in the future: perhaps an old request, sent again.
    #[error("the signature is not of this moment")]
    Stale,
    /// Signed with another secret, or for another body.
    #[error("no live secret gives this signature")]
    Mismatch,
}

impl Secrets {
    /// Reads the secrets from a text with one on each line, the newest first.
    ///
    /// # Errors
    /// One of them is weak, or there are none or more than two.
    pub fn parse(text: &str) -> Result<Self, WeakSecret> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let secrets = lines.map(Secret::new).collect::<Result<Vec<Secret>, WeakSecret>>()?;
        if secrets.is_empty() || secrets.len() > MOST_SECRETS {
            return Err(WeakSecret::Count { found: secrets.len() });
        }
        Ok(Self(secrets))
    }

    /// The value of [`SIGNATURE_HEADER`] for a body that is sent at `at`.
    #[must_use]
    pub fn sign(&self, at: Timestamp, body: &[u8]) -> String {
        let at = at.as_millis().div_euclid(1_000);
        let mut header = format!("t={at}");
        for mac in self.0.iter().filter_map(|secret| secret.mac(at, body)) {
            header.push_str(",v1=");
            header.push_str(&HEXLOWER.encode(&mac.finalize().into_bytes()));
        }
        header
    }

    /// Whether `header` signs `body`, as a receiver sees it at `now`.
    ///
    /// # Errors
    /// It does not: nothing of the body may be believed.
    pub fn verify(&self, header: &str, body: &[u8], now: Timestamp) -> Result<(), Forged> {
        let (at, signatures) = parts(header).ok_or(Forged::Malformed)?;
        let signed = Timestamp::from_millis(at.checked_mul(1_000).ok_or(Forged::Malformed)?);
        if now.since(signed).max(signed.since(now)) > REPLAY_WINDOW {
            return Err(Forged::Stale);
        }
        let matches = |secret: &Secret, signature: &Vec<u8>| {
            secret.mac(at, body).is_some_and(|mac| mac.verify_slice(signature).is_ok())
        };
        let any = self.0.iter().any(|secret| signatures.iter().any(|signature| matches(secret, signature)));
        if any { Ok(()) } else { Err(Forged::Mismatch) }
    }
}

fn parts(header: &str) -> Option<(i64, Vec<Vec<u8>>)> {
    let (at, rest) = header.strip_prefix("t=")?.split_once(',')?;
    if at.is_empty() || !at.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let signatures = rest.split(',').take(MOST_SIGNATURES).map(|part| {
        let bytes = HEXLOWER.decode(part.strip_prefix("v1=")?.as_bytes()).ok()?;
        (bytes.len() == 32).then_some(bytes)
    });
    Some((at.parse().ok()?, signatures.collect::<Option<Vec<_>>>()?))
}

/// Whether a webhook may be sent to `url`: `https`, or `http` to this machine; without a name or password in it.
#[must_use]
pub fn is_safe_url(url: &str) -> bool {
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"@#\\\"<>".contains(&byte));
    let (is_secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return false,
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_here =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    plain && !host.is_empty() && (is_secure || is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "5f1d3c9a7b2e4f6081a2b3c4d5e6f708";
    const OLD: &str = "c0ffee1234567890abcdefdeadbeef42";
    const NEXT: &str = "Rk9xT2h2aVlQd3JzTnB6Q0xlbUF0dVhq";
    const BODY: &[u8] = br#"{"kind":"Incident"}"#;

    fn secrets(lines: &[&str]) -> Secrets {
        Secrets::parse(&lines.join("\n")).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_767_225_600_000 + seconds * 1_000)
    }

    #[test]
    fn the_signature_is_the_hmac_of_the_second_a_dot_and_the_body() {
        // Made with: printf '1767225600.{"kind":"Incident"}' | openssl dgst -sha256 -hmac $NEW
        let header = secrets(&[NEW]).sign(at(0), BODY);
        let expected = "t=1767225600,v1=26e5af7266f4c5dc24b77933d5896e3ab037df9fd55eb007710dc649c5618fd4";
        assert_eq!(header, expected);
    }

    #[test]
    fn a_signature_holds_for_five_minutes_and_no_longer() {
        let secrets = secrets(&[NEW]);
        let header = secrets.sign(at(0), BODY);
        for seconds in [0, 300, -300] {
            assert_eq!(secrets.verify(&header, BODY, at(seconds)), Ok(()), "{seconds}");
        }
        for seconds in [301, -301, i64::from(i32::MAX)] {
            assert_eq!(secrets.verify(&header, BODY, at(seconds)), Err(Forged::Stale), "{seconds}");
        }
    }

    #[test]
    fn whatever_was_tampered_with_is_refused() {
        let secrets = secrets(&[NEW]);
        let header = secrets.sign(at(0), BODY);
        assert_eq!(secrets.verify(&header, br#"{"kind":"incident"}"#, at(0)), Err(Forged::Mismatch));
        let moved = header.replace("t=1767225600", "t=1767225601");
        assert_eq!(secrets.verify(&moved, BODY, at(0)), Err(Forged::Mismatch));
        for header in
            ["", "t=1", "t=,v1=00", "v1=00,t=1", "t=-1,v1=00", "t=1767225600,v1=zz", "t=1767225600,v1=00"]
        {
            assert_eq!(secrets.verify(header, BODY, at(0)), Err(Forged::Malformed), "{header:?}");
        }
    }

    #[test]
    fn while_a_secret_is_replaced_both_verify_and_a_third_does_not() {
        let both = secrets(&[NEW, OLD]);
        let header = both.sign(at(0), BODY);
        for receiver in [secrets(&[NEW]), secrets(&[OLD]), secrets(&[OLD, NEW]), secrets(&[NEXT, NEW])] {
            assert_eq!(receiver.verify(&header, BODY, at(1)), Ok(()));
        }
        assert_eq!(secrets(&[NEXT]).verify(&header, BODY, at(1)), Err(Forged::Mismatch));
        assert_eq!(Secrets::parse(&[NEW, OLD, NEXT].join("\n")), Err(WeakSecret::Count { found: 3 }));
        assert_eq!(Secrets::parse("\n"), Err(WeakSecret::Count { found: 0 }));
    }

    #[test]
    fn weak_secrets_are_refused_and_none_is_shown() {
        assert_eq!(Secrets::parse(NEW.get(1..).unwrap()), Err(WeakSecret::Short { bytes: 31 }));
        for pattern in
            ["a".repeat(64), "0123456789abcdef".repeat(4), "abababac".repeat(8), ('!'..'a').collect()]
        {
            assert_eq!(Secrets::parse(&pattern), Err(WeakSecret::Pattern), "{pattern}");
        }
        let shown = format!("{:?}", secrets(&[NEW, OLD]));
        assert!(!shown.contains(NEW) && !shown.contains(OLD), "{shown}");
    }

    #[test]
    fn only_https_and_this_machine_are_told() {
        for url in [
            "https://hooks.example.com/x?y=1",
            "http://127.0.0.1:8080/",
            "http://localhost/a",
            "http://[::1]:9/",
        ] {
            assert!(is_safe_url(url), "{url}");
        }
        for url in [
            "http://hooks.example.com/",
            "http://127.0.0.1.example.com/",
            "https://",
            "https://name:password@example.com/",
            "http://localhost@example.com/",
            "https://example.com/ x",
            "ftp://127.0.0.1/",
            "example.com",
        ] {
            assert!(!is_safe_url(url), "{url}");
        }
    }
}
