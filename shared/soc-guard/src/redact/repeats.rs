//! What was secret in one place of a document, looked for in all the others.
//!
//! Apart because it needs no rule: readers copy a field into an ARN or into another case, where what gave a secret
//! away no longer stands beside it.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

use super::engine::Engine;
use super::kind::Kind;
use super::{Hit, Redactions, replace};

/// Shorter values, and those without any digit, are words that stand in many places for other reasons.
const SHORTEST: usize = 8;

/// A part of a secret is known again only from so many bytes.
const SHORTEST_PART: usize = 12;

/// What was replaced, in lower case, with its kind and token.
#[derive(Debug, Default)]
pub(super) struct Repeats(BTreeMap<String, Replacement>);

#[derive(Debug, Clone)]
struct Replacement {
    kind: Kind,
    token: String,
}

impl Repeats {
    /// Remembers that `secret` was replaced.
    pub(super) fn note(&mut self, secret: &str, kind: Kind, token: &str) {
        let is_word = kind != Kind::Email && !secret.contains(|c: char| c.is_ascii_digit());
        if secret.len() < SHORTEST || is_word {
            return;
        }
        let replacement = || Replacement { kind, token: token.to_owned() };
        self.0.entry(secret.to_ascii_lowercase()).or_insert_with(replacement);
        // A name of a machine is part of many an address, and is evidence.
        if kind == Kind::Email {
            return;
        }
        let is_telling = |part: &&str| {
            part.len() >= SHORTEST_PART
                && part.contains(|c: char| c.is_ascii_digit())
                && part.contains(|c: char| c.is_ascii_alphabetic())
        };
        // Where ARNs and addresses are taken apart.
        for part in secret.split(['/', ':']).filter(is_telling) {
            self.0.entry(part.to_ascii_lowercase()).or_insert_with(replacement);
        }
    }

    /// A search for all of them; none if there is nothing to look for.
    pub(super) fn search(&self) -> Option<Search> {
        if self.0.is_empty() {
            return None;
        }
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(self.0.keys())
            .ok()?;
        Some(Search { words, replacements: self.0.values().cloned().collect() })
    }
}

/// Looks for secrets.
pub(super) struct Search {
    words: AhoCorasick,
    replacements: Vec<Replacement>,
}

impl Search {
    /// Replaces them in the strings of `value`, and counts them. Keys are left: two of them might become one.
    pub(super) fn replace_in(&self, value: &mut Value, engine: &Engine, counts: &mut Redactions) {
        match value {
            Value::String(text) => {
                let hits = self.hits(text, engine);
                hits.iter().for_each(|hit| counts.add(hit.kind));
                if !hits.is_empty() {
                    *text = replace(text, &hits);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace_in(item, engine, counts)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| self.replace_in(field, engine, counts));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn hits(&self, text: &str, engine: &Engine) -> Vec<Hit> {
        if !self.words.is_match(text) {
            return Vec::new();
        }
        let mut hits = Vec::new();
        for stretch in engine.between_tokens(text) {
            let part = text.get(stretch.clone()).unwrap_or_default();
            for found in self.words.find_iter(part) {
                if !stands_alone(part, &found.range()) {
                    continue;
                }
                let Some(replacement) = self.replacements.get(found.pattern().as_usize()) else { continue };
                let start = stretch.start.saturating_add(found.start());
                let range = start..start.saturating_add(found.len());
                let Replacement { kind, token } = replacement.clone();
                hits.push(Hit { range, kind, depth: 0, token });
            }
        }
        hits
    }
}

/// Not part of a longer word.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    !before.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !after.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::redact::Redactor;

    #[test]
    fn what_is_secret_in_one_place_is_secret_in_every_other() {
        let redactor = Redactor::new(b"key").unwrap();
        let key = "dapi0123456789abcdef0123456789abcdef";
        let mut value = json!({"arn": format!("arn:aws:x:::y/{key}"), "id": key, "name": key.to_uppercase()});
        redactor.redact_value(&mut value);
        let text = value.to_string().to_lowercase();
        assert!(!text.contains("0123456789abcdef"), "{value}");
        let id = value["id"].as_str().unwrap();
        assert_eq!(value["arn"], format!("arn:aws:x:::y/{id}"));
    }

    #[test]
    fn words_account_ids_and_machines_are_not_taken_for_parts_of_a_secret() {
        let redactor = Redactor::new(b"key").unwrap();
        let kept = json!(["111122223333", "corp.example.com", "required"]);
        let mut value = json!({
            "kept": kept.clone(),
            "token": "111122223333/required/corp",
            "mail": "jane@corp.example.com",
        });
        redactor.redact_value(&mut value);
        assert_eq!(value["kept"], kept);
        let kept = "--name TrailDiscoverCluster";
        let mut value = json!({"password": "TrailDiscover", "command": kept});
        redactor.redact_value(&mut value);
        assert_eq!(value["command"], kept);
    }
}
