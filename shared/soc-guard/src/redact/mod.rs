//! Takes secrets and personal data out of evidence before anything leaves for a model, a ticket or a log.
//!
//! It is apart so that one place, tested on its own, decides what may leave.
//!
//! Each finding is replaced by a token such as `[EMAIL:7f3a9c12]`: the kind, and 32 bits of an HMAC of the value.
//! The same value gives the same token everywhere under the same key, so a reader still sees that two events
//! speak of the same thing. The key must stay secret: telephone numbers are few enough to try them all.
//!
//! Invariants:
//! - redacting twice changes nothing more, and no text makes it panic;
//! - in one document, what is secret in one place is secret in every other, whatever stands around it there;
//! - text escaped for JSON or for a URL, up to three times over, is searched as what it stands for;
//! - IP addresses, ARNs, account, instance and bucket names, user names, hashes and **access key ids** (`AKIA`,
//!   `ASIA`) stay. A key id opens nothing without its secret, and it is what ties events to a credential: without
//!   it there is no analysis and nothing to disable.
//!
//! Out of scope: names of persons (no pattern tells them from user names), secrets encoded in base64 or split
//! over fields, and a password mentioned in prose without `:` or `=`.

mod assignment;
mod aws;
mod engine;
mod keys;
mod kind;
mod mac;
mod numbers;
mod pem;
mod repeats;
mod rules;
mod view;
mod walk;

#[cfg(test)]
mod canaries;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod properties;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use self::engine::Engine;
pub use self::kind::Kind;
use self::mac::Mac;
use self::walk::Walk;

/// The built-in rules do not compile; a defect of this program, found by its first test.
#[derive(Debug, Clone)]
pub struct RulesError(String);

impl std::fmt::Display for RulesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "compile redaction rules: {}", self.0)
    }
}

impl std::error::Error for RulesError {}

/// How many redactions were made, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redactions(BTreeMap<Kind, u64>);

impl Redactions {
    /// All redactions together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Redactions of one kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// The kinds that occurred, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, u64)> + '_ {
        self.0.iter().map(|(kind, count)| (*kind, *count))
    }

    fn add(&mut self, kind: Kind) {
        let count = self.0.entry(kind).or_default();
        *count = count.saturating_add(1);
    }
}

/// Compiled once for all redactors: only the key differs from one to the next.
static ENGINE: LazyLock<Result<Engine, RulesError>> = LazyLock::new(Engine::new);

/// Replaces secrets and personal data by stable tokens.
pub struct Redactor {
    engine: &'static Engine,
    mac: Mac,
}

/// The key stays out of logs.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

/// One place to replace, and what to put there.
#[derive(Debug, Clone)]
struct Hit {
    range: Range<usize>,
    kind: Kind,
    /// How often the text was unescaped to find it.
    depth: usize,
    token: String,
}

impl Redactor {
    /// A redactor whose tokens depend on `key`; 32 random bytes are enough.
    ///
    /// # Errors
    /// The built-in rules do not compile.
    pub fn new(key: &[u8]) -> Result<Self, RulesError> {
        let engine = ENGINE.as_ref().map_err(RulesError::clone)?;
        Ok(Self { engine, mac: Mac::new(key) })
    }

    /// Replaces everything found in `text`; borrows it when there is nothing.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.redact_telling(text, &mut |_hit, _secret| {})
    }

    /// Replaces everything found in the strings and the keys of `value`, and counts it.
    ///
    /// Here a key such as `password` also tells what its value is. Repeats until nothing is found: a key that was
    /// redacted may read differently afterwards.
    pub fn redact_value(&self, value: &mut serde_json::Value) -> Redactions {
        let mut walk = Walk::new(self);
        loop {
            let before = walk.counts.total();
            walk.value(value);
            walk.repeats(value);
            if walk.counts.total() == before {
                return walk.counts;
            }
        }
    }

    /// The same, and tells of each place and what stood there.
    ///
    /// Repeats until nothing is found. Each pass turns text into tokens, which are never searched again, so the
    /// end is reached, and the result is a text in which nothing is found.
    fn redact_telling<'a>(&self, text: &'a str, tell: &mut dyn FnMut(&Hit, &str)) -> Cow<'a, str> {
        let mut current = Cow::Borrowed(text);
        loop {
            let hits = self.engine.find(&current, &self.mac);
            if hits.is_empty() {
                return current;
            }
            for hit in &hits {
                tell(hit, current.get(hit.range.clone()).unwrap_or_default());
            }
            current = Cow::Owned(replace(&current, &hits));
        }
    }

    /// A token for a value known to be of `kind` from where it stands.
    fn token(&self, kind: Kind, value: &str) -> String {
        self.mac.token(kind, value)
    }
}

/// Puts tokens in place of hits, which are in order and do not overlap.
fn replace(text: &str, hits: &[Hit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for hit in hits {
        result.push_str(text.get(done..hit.range.start).unwrap_or_default());
        result.push_str(&hit.token);
        done = hit.range.end;
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}
