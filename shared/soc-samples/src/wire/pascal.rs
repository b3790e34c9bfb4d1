//! GuardDuty's finding as `GetFindings` answers it: the same fields in `PascalCase`, and `additionalInfo` as text.

use serde_json::{Value, json};

use super::Object;

/// Rewrites a camelCase finding.
pub(super) fn finding(camel: Value) -> Value {
    rename(camel)
}

fn rename(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().map(field).collect::<Object>()),
        Value::Array(items) => items.into_iter().map(rename).collect(),
        other => other,
    }
}

/// `affectedResources` is a map whose keys are data; `additionalInfo` is JSON inside a string.
fn field((name, value): (String, Value)) -> (String, Value) {
    let value = match name.as_str() {
        "affectedResources" => value,
        "additionalInfo" => json!({ "Value": value.to_string(), "Type": "default" }),
        _ => rename(value),
    };
    (capital(&name), value)
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
