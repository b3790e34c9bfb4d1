//! Redaction of a JSON value: its strings, its keys, and whatever a key says is secret.
//!
//! Apart from the search in text because here the structure tells more than the text does.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::keys::{is_placeholder, kind_of};
use super::kind::Kind;
use super::{Redactions, Redactor};

pub(super) fn walk(redactor: &Redactor, value: &mut Value, counts: &mut Redactions) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(redacted) = redactor.redact_counting(text, counts) {
                *text = redacted;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(redactor, item, counts)),
        Value::Object(fields) => walk_object(redactor, fields, counts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn walk_object(redactor: &Redactor, fields: &mut Map<String, Value>, counts: &mut Redactions) {
    let named = kind_by_name_field(fields);
    for (key, value) in fields.iter_mut() {
        let is_value_field = key.eq_ignore_ascii_case("value");
        match named.filter(|_| is_value_field).or_else(|| kind_of(key)) {
            Some(kind) => hide(redactor, value, kind, counts),
            None => walk(redactor, value, counts),
        }
    }
    redact_keys(redactor, fields, counts);
}

/// Tags and environment variables: `{"name": "DB_PASSWORD", "value": "..."}`.
fn kind_by_name_field(fields: &Map<String, Value>) -> Option<Kind> {
    let mut names = ["name", "Name", "key", "Key"].iter().filter_map(|field| fields.get(*field)?.as_str());
    names.find_map(kind_of)
}

/// Replaces a value whose key says that it is secret.
fn hide(redactor: &Redactor, value: &mut Value, kind: Kind, counts: &mut Redactions) {
    let secret = match value {
        Value::String(text) if is_placeholder(text) || redactor.engine.is_token(text) => return,
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            items.iter_mut().for_each(|item| hide(redactor, item, kind, counts));
            return;
        }
        Value::Object(_) => return walk(redactor, value, counts),
        Value::Null | Value::Bool(_) => return,
    };
    counts.add(kind);
    *value = Value::String(redactor.token(kind, &secret));
}

/// Keys that become equal are numbered, so that none of their values is lost.
fn redact_keys(redactor: &Redactor, fields: &mut Map<String, Value>, counts: &mut Redactions) {
    let changes: Vec<(String, String)> = fields
        .keys()
        .filter_map(|key| match redactor.redact_counting(key, counts) {
            Cow::Owned(redacted) => Some((key.clone(), redacted)),
            Cow::Borrowed(_) => None,
        })
        .collect();
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
