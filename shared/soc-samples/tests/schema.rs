//! Every form is checked against the products' own models, where those are beside the checkout.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says on the terminal when it has no schema to check against"
)]

use std::path::PathBuf;

use serde_json::Value;
use soc_domain::catalogue::{controls, guardduty_types};
use soc_samples::wire::{Form, value};
use soc_samples::{Plan, Product, Sample, entries, example};

/// The part of JSON Schema that the converted service models use: `$ref`, `type`, `enum`, `required`,
/// `properties`, `items`, `additionalProperties`.
struct Schema(Value);

impl Schema {
    fn resolve<'a>(&'a self, mut rule: &'a Value) -> &'a Value {
        while let Some(path) = rule.get("$ref").and_then(Value::as_str) {
            rule = self.0.pointer(path.trim_start_matches('#')).expect("the schema refers to itself");
        }
        rule
    }

    /// Every way in which `value` breaks the schema, with the path to it.
    fn problems(&self, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.check(&self.0, value, "", &mut found);
        found
    }

    fn check(&self, rule: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
        let rule = self.resolve(rule);
        if let Some(kinds) = rule.get("type")
            && !names(kinds).iter().any(|kind| is(value, kind))
        {
            found.push(format!("{path}: {value} is no {kinds}"));
            return;
        }
        if let Some(allowed) = rule.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            found.push(format!("{path}: {value} is not allowed"));
        }
        if let (Some(items), Some(array)) = (rule.get("items"), value.as_array()) {
            for (at, item) in array.iter().enumerate() {
                self.check(items, item, &format!("{path}/{at}"), found);
            }
        }
        let Some(object) = value.as_object() else { return };
        for name in rule.get("required").map(names).unwrap_or_default() {
            if !object.contains_key(name) {
                found.push(format!("{path}: {name} is missing"));
            }
        }
        for (name, inner) in object {
            let known = rule.get("properties").and_then(|all| all.get(name));
            match known.or(rule.get("additionalProperties")) {
                Some(Value::Bool(false)) => found.push(format!("{path}: {name} is unknown")),
                Some(next) if next.is_object() => self.check(next, inner, &format!("{path}/{name}"), found),
                _ => {}
            }
        }
    }
}

fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the schemas use a type that the checker does not know: {other}"),
    }
}

fn schemas() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|up| up.join("shared/data/schemas")).find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no shared/data/schemas beside the checkout");
    }
    found
}

fn read(file: &str) -> Option<Value> {
    let text = std::fs::read_to_string(schemas()?.join(file)).expect("the schema can be read");
    Some(serde_json::from_str(&text).expect("the schema is JSON"))
}

/// The built-in samples, and one of every type and control.
fn samples() -> Vec<Sample> {
    let types = guardduty_types().iter().map(|row| row.name);
    let every = types.chain(controls().iter().map(|row| row.id)).map(|name| example(name, 7));
    entries().into_iter().map(|entry| entry.sample).chain(every).collect()
}

/// `service.additionalInfo` is a free object on EventBridge, against the model: taken out before the check.
fn without_additional_info(mut event: Value) -> Value {
    let mut finding = event.pointer_mut("/detail").expect("an event has a detail").take();
    if let Some(service) = finding.pointer_mut("/service").and_then(Value::as_object_mut) {
        service.remove("additionalInfo").expect("a finding has additionalInfo");
    }
    finding
}

#[test]
fn native_findings_in_both_casings_keep_to_the_service_model() {
    let Some(camel) = read("guardduty-finding.camel.schema.json").map(Schema) else { return };
    let Some(pascal) = read("guardduty-finding.pascal.schema.json").map(Schema) else { return };
    for sample in samples().iter().filter(|sample| sample.product == Product::GuardDuty) {
        let event = without_additional_info(value(sample, Form::GuardDutyEvent));
        assert_eq!(camel.problems(&event), Vec::<String>::new(), "{}", sample.kind);
        assert_eq!(
            pascal.problems(&value(sample, Form::GuardDutyApi)),
            Vec::<String>::new(),
            "{}",
            sample.kind
        );
    }
}

#[test]
fn asff_findings_keep_to_the_service_model() {
    let Some(asff) = read("asff-finding.schema.json").map(Schema) else { return };
    for sample in samples() {
        assert_eq!(asff.problems(&value(&sample, Form::Asff)), Vec::<String>::new(), "{}", sample.kind);
    }
}

#[test]
fn generated_records_of_every_class_keep_to_their_models() {
    let Some(camel) = read("guardduty-finding.camel.schema.json").map(Schema) else { return };
    let Some(asff) = read("asff-finding.schema.json").map(Schema) else { return };
    let plan = Plan { count: 400, incidents: 200, seed: 11, ..Plan::default() };
    let sequences =
        Plan { finding_type: Some("AttackSequence:IAM/CompromisedCredentials".to_owned()), ..plan.clone() };
    for bytes in plan.records().chain(sequences.records().take(20)) {
        let event: Value = serde_json::from_str(std::str::from_utf8(&bytes).unwrap()).unwrap();
        let problems = match event["detail-type"].as_str() {
            Some("GuardDuty Finding") => camel.problems(&without_additional_info(event.clone())),
            Some("Security Hub Findings - Imported") => asff.problems(&event["detail"]["findings"][0]),
            _ => check_ocsf(&event["detail"]["findings"][0]),
        };
        assert_eq!(problems, Vec::<String>::new(), "{event}");
    }
}

#[test]
fn ocsf_findings_have_what_their_class_requires() {
    for sample in samples() {
        assert_eq!(check_ocsf(&value(&sample, Form::Ocsf)), Vec::<String>::new(), "{}", sample.kind);
    }
}

/// OCSF's definitions are no JSON Schema: attributes with requirements, in a class that extends `finding`.
fn check_ocsf(finding: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let class = finding["class_uid"].as_u64().unwrap_or_default();
    let activity = finding["activity_id"].as_u64().unwrap_or_default();
    if finding["type_uid"].as_u64() != Some(class * 100 + activity) {
        found.push("type_uid is not class_uid * 100 + activity_id".to_owned());
    }
    // What every event must have (base_event of OCSF 1.6) and the finding classes share.
    for (path, kind) in [
        ("/category_uid", "integer"),
        ("/severity_id", "integer"),
        ("/time", "integer"),
        ("/metadata/product/name", "string"),
        ("/metadata/version", "string"),
        ("/cloud/provider", "string"),
        ("/finding_info/uid", "string"),
        ("/finding_info/title", "string"),
        ("/resources/0/uid", "string"),
    ] {
        if !finding.pointer(path).is_some_and(|value| is(value, kind)) {
            found.push(format!("{path} is no {kind}"));
        }
    }
    let file = match class {
        2002 => "ocsf/vulnerability_finding.json",
        2003 => "ocsf/compliance_finding.json",
        2004 => "ocsf/detection_finding.json",
        other => return vec![format!("class {other} is none that Security Hub sends")],
    };
    let Some(definition) = read(file) else { return found };
    for (name, attribute) in definition["attributes"].as_object().expect("a class has attributes") {
        if attribute["requirement"] == "required" && finding.get(name).is_none() {
            found.push(format!("{name} is missing"));
        }
    }
    found
}

#[test]
fn the_checker_sees_a_missing_a_foreign_and_a_mistyped_field() {
    let Some(camel) = read("guardduty-finding.camel.schema.json").map(Schema) else { return };
    let entries = entries();
    let mut finding = without_additional_info(value(&entries[0].sample, Form::GuardDutyEvent));
    let object = finding.as_object_mut().unwrap();
    object.remove("accountId");
    object.insert("surprise".to_owned(), Value::Null);
    object.insert("severity".to_owned(), Value::from("high"));
    assert_eq!(camel.problems(&finding).len(), 3);
}
