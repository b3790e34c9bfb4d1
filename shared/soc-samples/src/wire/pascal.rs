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

/// The exceptions: `affectedResources` is a map whose keys are data; `additionalInfo` is JSON inside a string; and
/// a few fields have two names in the service model.
fn field((name, value): (String, Value)) -> (String, Value) {
    match name.as_str() {
        "affectedResources" => (capital(&name), value),
        "additionalInfo" => (capital(&name), json!({ "Value": value.to_string(), "Type": "default" })),
        "sourceIPs" => ("SourceIps".to_owned(), value),
        "location" => (capital(&name), respelled(value, &[("Lat", "Latitude"), ("Lon", "Longitude")])),
        "kubernetesWorkload" => (capital(&name), respelled(value, &[("Type", "KubernetesResourcesTypes")])),
        _ => (capital(&name), rename(value)),
    }
}

/// In attack sequences some fields have other names than elsewhere: a location spells out what `geoLocation`
/// shortens.
fn respelled(value: Value, names: &[(&str, &str)]) -> Value {
    let mut fields = match rename(value) {
        Value::Object(fields) => fields,
        other => return other,
    };
    for (from, to) in names {
        if let Some(inner) = fields.remove(*from) {
            fields.insert((*to).to_owned(), inner);
        }
    }
    Value::Object(fields)
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
