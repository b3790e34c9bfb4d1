//! The strings of a record, each with its place: where hostile text or a canary can stand.

use serde_json::{Value, json};
use soc_samples::wire::Form;

/// A string in a document.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// Where, as a JSON pointer.
    pub(super) pointer: String,
    pub(super) text: String,
}

/// Fields in which somebody writes freely, by the last part of their pointer or of the one above it.
const FREE: [&str; 24] = [
    "title",
    "description",
    "desc",
    "name",
    "username",
    "domain",
    "value",
    "useragent",
    "text",
    "tag_value",
    "remarks",
    "comment",
    "message",
    "organization",
    "org",
    "countryname",
    "label",
    "productfields",
    "userdefinedfields",
    "unmapped",
    "userfeedback",
    "hostname",
    "path",
    "query",
];

impl Leaf {
    /// Whether it says something, rather than naming, timing or typing something.
    pub(super) fn is_free_text(&self) -> bool {
        let mut parts = self.pointer.rsplit('/').filter(|part| part.parse::<usize>().is_err());
        let last = parts.next().unwrap_or_default().to_lowercase();
        let above = parts.next().unwrap_or_default().to_lowercase();
        let is_kind = ["product", "metadata", "type"].iter().any(|word| above.contains(word));
        let tag_names = last == "key" || last == "name" && above.contains("tag");
        // A user's name is part of what an action is about: changing it is another finding.
        let is_user = last == "username" || above == "user" || above == "actor";
        !is_kind
            && !tag_names
            && !is_user
            && !self.text.starts_with("arn:")
            && (FREE.contains(&last.as_str()) || FREE.contains(&above.as_str()))
    }
}

/// Every string in `document`.
pub(super) fn leaves(document: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), document)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(text) => found.push(Leaf { pointer, text: text.clone() }),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(at, item)| (format!("{pointer}/{at}"), item)));
            }
            Value::Object(fields) => {
                let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
                open.extend(fields.iter().map(|(key, value)| (format!("{pointer}/{}", escaped(key)), value)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    found
}

/// The value at a pointer that `leaves` gave.
pub(super) fn leaf<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document.pointer_mut(pointer).expect("the pointer was found in this document")
}

/// The record with the fields for remarks that products allow and the samples leave out.
pub(super) fn with_remarks(mut record: Value, form: Form) -> Value {
    let (place, more) = match form {
        Form::GuardDutyEvent => (
            "/detail/service",
            json!({"userFeedback": "USEFUL", "additionalInfo":
            {"value": "said", "userAgent": {"fullUserAgent": "curl/8", "userAgentCategory": "x"}}}),
        ),
        Form::GuardDutyApi => (
            "/Service",
            json!({"UserFeedback": "USEFUL", "AdditionalInfo":
            {"Value": "said", "Type": "default"}}),
        ),
        Form::Asff => ("", remarks()),
        Form::AsffEvent => ("/detail/findings/0", remarks()),
        Form::Ocsf => ("", json!({"comment": "said", "message": "said", "unmapped": {"remarks": "said"}})),
        Form::OcsfEvent => ("/detail/findings/0", json!({"comment": "said", "message": "said"})),
    };
    if let (Some(Value::Object(object)), Value::Object(more)) = (record.pointer_mut(place), more) {
        for (key, value) in more {
            object.entry(key).or_insert(value);
        }
    }
    record
}

fn remarks() -> Value {
    json!({
        "Note": {"Text": "said", "UpdatedBy": "somebody", "UpdatedAt": "2026-03-02T09:05:00Z"},
        "Remediation": {"Recommendation": {"Text": "said", "Url": "https://docs.example.com/x"}},
        "UserDefinedFields": {"remarks": "said"},
        "ProductFields": {"userAgent": "curl/8"},
    })
}
