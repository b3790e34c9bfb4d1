//! The schema of an answer, in the part of JSON Schema that Bedrock compiles: objects whose properties are all required
//! and closed, arrays, enums, strings, integers. No lengths, no ranges, no recursion: those it refuses.
//!
//! Apart because it must say what serde reads: a test compares the two on generated drafts.

use std::sync::LazyLock;

use aws_smithy_types::{Document, Number};
use serde_json::{Map, Value, json};
use soc_domain::verdict::Verdict;

/// The name of the schema, and of the tool where a model has no other way to keep to one.
pub(super) const NAME: &str = "incident_analysis";

/// The schema as text: the same in every build, whether `serde_json` keeps the order of members there or not.
pub(super) static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut schema = draft();
    schema.sort_all_objects();
    schema.to_string()
});

/// The schema of [`soc_domain::analysis::Draft`].
pub(super) fn draft() -> Value {
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let claim = object([
        ("text", json!({ "type": "string" })),
        ("evidence", texts()),
        ("techniques", texts()),
        ("entities", texts()),
    ]);
    object([
        ("verdict", json!({ "type": "string", "enum": Verdict::ALL.map(Verdict::name) })),
        ("confidence", json!({ "type": "integer" })),
        ("summary", json!({ "type": "string" })),
        ("claims", json!({ "type": "array", "items": claim })),
        ("next_steps", texts()),
    ])
}

/// An object with these properties, all of them, and no other.
fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let required = properties.each_ref().map(|(name, _)| *name);
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required.as_slice(), "additionalProperties": false })
}

/// JSON as the SDK has it.
pub(super) fn document(value: Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(is) => Document::Bool(is),
        Value::Number(number) => {
            let whole = number.as_u64().map(Number::PosInt).or_else(|| number.as_i64().map(Number::NegInt));
            Document::Number(whole.unwrap_or_else(|| Number::Float(number.as_f64().unwrap_or_default())))
        }
        Value::String(text) => Document::String(text),
        Value::Array(items) => Document::Array(items.into_iter().map(document).collect()),
        Value::Object(fields) => {
            Document::Object(fields.into_iter().map(|(name, value)| (name, document(value))).collect())
        }
    }
}

/// The SDK's JSON as everybody has it.
pub(super) fn value(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(is) => Value::Bool(*is),
        Document::Number(Number::PosInt(number)) => Value::from(*number),
        Document::Number(Number::NegInt(number)) => Value::from(*number),
        Document::Number(Number::Float(number)) => Value::from(*number),
        Document::String(text) => Value::from(text.as_str()),
        Document::Array(items) => items.iter().map(value).collect(),
        Document::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (name.clone(), value(field))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use soc_domain::analysis::{Claim, Draft};

    use super::*;

    /// Whether `value` keeps to `schema`, for the part of JSON Schema that is used here; panics at any other.
    fn keeps_to(value: &Value, schema: &Value) -> bool {
        let known = ["type", "enum", "items", "properties", "required", "additionalProperties"];
        assert!(schema.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{schema}");
        match schema["type"].as_str().unwrap() {
            "string" => {
                let listed = |list: &Vec<Value>| list.contains(value);
                value.is_string() && schema.get("enum").and_then(Value::as_array).is_none_or(listed)
            }
            "integer" => value.is_u64() || value.is_i64(),
            "array" => value
                .as_array()
                .is_some_and(|items| items.iter().all(|item| keeps_to(item, &schema["items"]))),
            "object" => value.as_object().is_some_and(|fields| {
                let properties = schema["properties"].as_object().unwrap();
                let required = schema["required"].as_array().unwrap();
                assert_eq!(schema["additionalProperties"], false);
                assert_eq!(required.len(), properties.len(), "every property is required");
                properties.keys().all(|name| fields.contains_key(name))
                    && fields.iter().all(|(name, field)| {
                        properties.get(name).is_some_and(|schema| keeps_to(field, schema))
                    })
            }),
            other => panic!("{other} is none of the types that are used"),
        }
    }

    fn drafts() -> impl Iterator<Item = Draft> {
        let mut chance = fastrand::Rng::with_seed(4);
        let words = ["", "a", "/findings/0/kind", "\"\\\u{0}\u{202e}", "T1078.004", "198.51.100.7"];
        (0..500).map(move |number| {
            let mut texts = || (0..chance.usize(..4)).map(|_| words[chance.usize(..6)].to_owned()).collect();
            let claims = (0..number % 4).map(|_| Claim {
                text: "x".to_owned(),
                evidence: texts(),
                techniques: texts(),
                entities: texts(),
            });
            let claims = claims.collect();
            Draft {
                verdict: Verdict::ALL[number % Verdict::ALL.len()],
                confidence: u8::try_from(number % 101).unwrap(),
                summary: texts().concat(),
                claims,
                next_steps: texts(),
            }
        })
    }

    #[test]
    fn what_serde_writes_keeps_to_the_schema_and_comes_back() {
        let schema = draft();
        for draft in drafts() {
            let value = serde_json::to_value(&draft).unwrap();
            assert!(keeps_to(&value, &schema), "{value}");
            assert_eq!(super::value(&document(value.clone())), value);
            assert_eq!(serde_json::from_value::<Draft>(value).unwrap(), draft);
        }
    }

    #[test]
    fn what_breaks_the_schema_is_refused_by_serde_too() {
        let schema = draft();
        let broken = |change: &dyn Fn(&mut Value)| {
            let mut value = serde_json::to_value(drafts().nth(3).unwrap()).unwrap();
            assert!(keeps_to(&value, &schema));
            change(&mut value);
            assert!(!keeps_to(&value, &schema), "{value}");
            serde_json::from_value::<Draft>(value)
        };
        for field in ["verdict", "confidence", "summary", "claims", "next_steps"] {
            assert!(broken(&|value| drop(value.as_object_mut().unwrap().remove(field))).is_err(), "{field}");
            assert!(broken(&|value| value[field] = json!({"a": 1})).is_err(), "{field}");
        }
        assert!(broken(&|value| value["actions"] = json!([])).is_err());
        assert!(broken(&|value| value["verdict"] = json!("Harmless")).is_err());
        assert!(broken(&|value| value["claims"][0]["approve"] = json!(true)).is_err());
        assert!(broken(&|value| drop(value["claims"][0].as_object_mut().unwrap().remove("text"))).is_err());
    }
}
