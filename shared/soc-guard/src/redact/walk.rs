//! Redaction of a JSON value: its strings, its keys, and whatever a key says is secret.
//!
//! Apart from the search in text because here the structure tells more than the text does.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::keys::{is_placeholder, kind_of};
use super::kind::Kind;
use super::repeats::Repeats;
use super::{Hit, Redactions, Redactor};

/// Longer texts seldom occur twice, and are not worth the memory.
const REMEMBERED_BYTES_MAX: usize = 256;

/// A walk through one document.
pub(super) struct Walk<'r> {
    redactor: &'r Redactor,
    pub(super) counts: Redactions,
    /// What was replaced so far, and what by.
    secrets: Repeats,
    /// Texts in which nothing was found. Evidence says the same names, places and keys over and over.
    clean: HashSet<String>,
    /// What keys say of their values.
    kinds: HashMap<String, Option<Kind>>,
}

impl<'r> Walk<'r> {
    pub(super) fn new(redactor: &'r Redactor) -> Self {
        Self {
            redactor,
            counts: Redactions::default(),
            secrets: Repeats::default(),
            clean: HashSet::new(),
            kinds: HashMap::new(),
        }
    }

    /// Replaces what was secret elsewhere in the document.
    pub(super) fn repeats(&mut self, value: &mut Value) {
        if let Some(search) = self.secrets.search() {
            search.replace_in(value, self.redactor.engine, &mut self.counts);
        }
    }

    pub(super) fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(redacted) = self.text(text) {
                    *text = redacted;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(fields) => self.object(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text redacted, if there is something to redact.
    fn text(&mut self, text: &str) -> Option<String> {
        if self.clean.contains(text) {
            return None;
        }
        let (counts, secrets) = (&mut self.counts, &mut self.secrets);
        let mut tell = |hit: &Hit, secret: &str| {
            counts.add(hit.kind);
            secrets.note(secret, hit.kind, &hit.token);
        };
        match self.redactor.redact_telling(text, &mut tell) {
            Cow::Owned(redacted) => Some(redacted),
            Cow::Borrowed(_) => {
                if text.len() <= REMEMBERED_BYTES_MAX {
                    self.clean.insert(text.to_owned());
                }
                None
            }
        }
    }

    fn kind_of(&mut self, key: &str) -> Option<Kind> {
        if let Some(kind) = self.kinds.get(key) {
            return *kind;
        }
        let kind = kind_of(key);
        if key.len() <= REMEMBERED_BYTES_MAX {
            self.kinds.insert(key.to_owned(), kind);
        }
        kind
    }

    fn object(&mut self, fields: &mut Map<String, Value>) {
        let named = kind_by_name_field(fields);
        for (key, value) in fields.iter_mut() {
            let is_value_field = key.eq_ignore_ascii_case("value");
            match named.filter(|_| is_value_field).or_else(|| self.kind_of(key)) {
                Some(kind) => self.hide(value, kind),
                None => self.value(value),
            }
        }
        self.keys(fields);
    }

    /// Replaces a value whose key says that it is secret.
    fn hide(&mut self, value: &mut Value, kind: Kind) {
        let secret = match value {
            Value::String(text) if is_placeholder(text) || self.redactor.engine.is_token(text) => return,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.hide(item, kind));
                return;
            }
            Value::Object(_) => return self.value(value),
            Value::Null | Value::Bool(_) => return,
        };
        self.counts.add(kind);
        let token = self.redactor.token(kind, &secret);
        self.secrets.note(&secret, kind, &token);
        *value = Value::String(token);
    }

    /// Keys that become equal are numbered, so that none of their values is lost.
    fn keys(&mut self, fields: &mut Map<String, Value>) {
        let changes: Vec<(String, String)> =
            fields.keys().filter_map(|key| self.text(key).map(|redacted| (key.clone(), redacted))).collect();
        for (key, redacted) in changes {
            let Some(value) = fields.remove(&key) else {
                continue;
            };
            let mut free = redacted.clone();
            let mut number = 2_u32;
            while fields.contains_key(&free) {
                free = format!("{redacted}#{number}");
                number = number.saturating_add(1);
            }
            fields.insert(free, value);
        }
    }
}

/// Tags and environment variables: `{"name": "DB_PASSWORD", "value": "..."}`.
fn kind_by_name_field(fields: &Map<String, Value>) -> Option<Kind> {
    if !fields.keys().any(|key| key.eq_ignore_ascii_case("value")) {
        return None;
    }
    let mut names = ["name", "Name", "key", "Key"].iter().filter_map(|field| fields.get(*field)?.as_str());
    names.find_map(kind_of)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(mut value: Value, kept: Value, kinds: &[(Kind, u64)]) {
        let redactor = Redactor::new(b"key").unwrap();
        let counts = redactor.redact_value(&mut value);
        assert_eq!(counts.iter().collect::<Vec<_>>(), kinds, "{value}");
        assert_eq!(without_digits(&value), kept);
    }

    fn without_digits(value: &Value) -> Value {
        let bare = regex::Regex::new(":[0-9a-f]{8}\\]").unwrap();
        serde_json::from_str(&bare.replace_all(&value.to_string(), "]")).unwrap()
    }

    #[test]
    fn a_key_tells_what_its_value_is() {
        check(
            json!({"masterUserPassword": "hunter2", "pin": 1, "passcode": 4711, "tokens": ["a"], "secret": ["b", "c"]}),
            json!({"masterUserPassword": "[PASSWORD]", "pin": 1, "passcode": "[PASSWORD]", "tokens": ["a"], "secret": ["[SECRET]", "[SECRET]"]}),
            &[(Kind::Password, 2), (Kind::Secret, 2)],
        );
    }

    #[test]
    fn a_text_that_occurs_again_is_redacted_again() {
        check(
            json!(["plain", "a@b.org", "plain", {"plain": "a@b.org", "a@b.org": "plain"}, "plain a@b.org"]),
            json!(["plain", "[EMAIL]", "plain", {"plain": "[EMAIL]", "[EMAIL]": "plain"}, "plain [EMAIL]"]),
            &[(Kind::Email, 4)],
        );
    }

    #[test]
    fn a_text_that_was_clean_as_a_value_is_still_secret_behind_a_telling_key() {
        check(
            json!({"note": "hunter2", "password": "hunter2"}),
            json!({"note": "hunter2", "password": "[PASSWORD]"}),
            &[(Kind::Password, 1)],
        );
    }

    #[test]
    fn tags_and_environment_variables_are_read_as_pairs() {
        check(
            json!([{"name": "DB_PASSWORD", "value": "hunter2"}, {"Key": "Owner", "Value": "team-a"}]),
            json!([{"name": "DB_PASSWORD", "value": "[PASSWORD]"}, {"Key": "Owner", "Value": "team-a"}]),
            &[(Kind::Password, 1)],
        );
    }

    #[test]
    fn keys_are_redacted_and_none_of_their_values_is_lost() {
        check(
            json!({"A@b.org": 2, "a@b.org": 1}),
            json!({"[EMAIL]": 2, "[EMAIL]#2": 1}),
            &[(Kind::Email, 2)],
        );
    }

    #[test]
    fn masked_values_switches_and_key_ids_stay() {
        let kept =
            json!({"password": "****", "secret": null, "token": true, "accessKey": "AKIAIOSFODNN7EXAMPLE"});
        check(kept.clone(), kept, &[]);
    }
}
