//! What is read: every route answers with what there is, as the document says, and changes nothing.

use axum::body::Body;
use rusqlite::Connection;
use serde_json::Value;
use soc_api::access;

use super::bed::{Bed, request};

/// Every path that is read, with ids of what is there.
fn paths(bed: &Bed) -> Vec<String> {
    let incident = bed.first("/incidents?waiting=true");
    let finding = bed.first(&format!("/incidents/{incident}/findings"));
    let action = bed.first("/actions");
    let record = bed.first("/quarantine");
    let who = "ana:analyst";
    let comment = serde_json::json!({ "text": "look" });
    bed.post(who, &format!("/incidents/{incident}/comments"), &comment).ok();
    let bulk = serde_json::json!({ "ids": [incident], "change": { "kind": "assign", "assignee": "ana" } });
    let job = bed.post_once(who, "/incidents/bulk", ("bulk-of-one", &bulk)).ok();
    let mut paths = Vec::new();
    for (method, path, _role) in access() {
        if method != "GET" {
            continue;
        }
        let path = path.strip_prefix("/api/v1").unwrap().to_owned();
        let path = match path.as_str() {
            "/findings/{id}" => path.replace("{id}", &finding),
            "/actions/{id}" => path.replace("{id}", &action),
            "/quarantine/{id}" => path.replace("{id}", &record),
            "/jobs/{id}" => path.replace("{id}", job["id"].as_str().unwrap()),
            "/entities/{kind}/{id}" => "/entities/account/111122223333".to_owned(),
            "/export" => "/export?format=csv".to_owned(),
            _ => path.replace("{id}", &incident),
        };
        paths.push(path);
    }
    paths.extend(["json", "ocsf"].map(|form| format!("/export?format={form}")));
    paths.extend(["24h", "7d", "30d", "all"].map(|window| format!("/metrics?window={window}")));
    paths.push("/attack?window=all".to_owned());
    paths
}

/// An HTTP API of AWS hands a path over with its slashes decoded.
#[test]
fn a_resource_with_slashes_in_its_name_is_found_whether_they_are_encoded_or_not() {
    let bed = Bed::new();
    let incidents = bed.get("/incidents?limit=200").ok();
    let ids = incidents["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned());
    let arns = ids.flat_map(|id| {
        let shown = bed.get(&format!("/incidents/{id}")).ok();
        shown["resource_arns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|arn| arn.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    });
    let arn = arns.into_iter().find(|arn| arn.contains('/')).unwrap();
    for written in [arn.clone(), arn.replace('/', "%2F")] {
        assert_eq!(bed.get(&format!("/entities/resource/{written}")).ok()["id"], arn.as_str());
    }
}

#[test]
fn every_route_that_is_read_answers_and_no_reading_changes_the_store() {
    let bed = Bed::new();
    let paths = paths(&bed);
    assert!(paths.len() > 30, "{paths:?}");
    let watch = Connection::open(bed.file()).unwrap();
    let version = || watch.query_row("PRAGMA data_version", (), |row| row.get::<_, i64>(0)).unwrap();
    let before = version();
    for path in &paths {
        for method in ["GET", "HEAD"] {
            let answer = bed.ask(request(method, path, Some("vera:viewer")).body(Body::empty()).unwrap());
            assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
            let keeping = if path == "/changes" { "no-cache" } else { "no-store" };
            assert_eq!(answer.headers["cache-control"], keeping, "{path}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        }
        assert_eq!(version(), before, "{path} wrote something");
    }
    let other = Connection::open(bed.file()).unwrap();
    other.execute("UPDATE incidents SET version = version + 1", ()).unwrap();
    assert_ne!(version(), before, "a write would have been seen");
}

/// Whether a value is of a schema of the document, as far as members and kinds go.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.trim_start_matches('#')).unwrap();
        return fits(document, schema, value, at);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().flat_map(|part| fits(document, part, value, at)).collect();
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let fit = choices.iter().any(|choice| fits(document, choice, value, at).is_empty());
            return if fit { Vec::new() } else { vec![format!("{at}: {value} is none of {choice}")] };
        }
    }
    let mut faults = Vec::new();
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_kind =
        kinds.is_empty() || kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
    if !is_kind {
        faults.push(format!("{at}: {kind}, not {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        faults.push(format!("{at}: {value} is not in {words:?}"));
    }
    for (at_item, item) in value.as_array().into_iter().flatten().enumerate() {
        faults.extend(fits(document, &schema["items"], item, &format!("{at}/{at_item}")));
    }
    if let Some(members) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                faults.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, member) in members {
            if let Some(schema) = schema["properties"].get(name) {
                faults.extend(fits(document, schema, member, &format!("{at}/{name}")));
            }
        }
    }
    faults
}

#[test]
fn what_is_answered_is_what_the_document_says() {
    let bed = Bed::new();
    let document = bed.get("/openapi.json").ok();
    for path in paths(&bed).iter().filter(|path| !path.contains("format=") && !path.contains("layer")) {
        let plain = path.split('?').next().unwrap();
        let fits_path = |template: &str| {
            let template: Vec<&str> = template.trim_start_matches("/api/v1").split('/').collect();
            let given: Vec<&str> = plain.split('/').collect();
            template.len() == given.len()
                && template.iter().zip(&given).all(|(part, given)| part == given || part.starts_with('{'))
        };
        let templates = document["paths"].as_object().unwrap();
        let exact = templates.get(&format!("/api/v1{plain}"));
        let item = exact.or_else(|| templates.iter().find(|(path, _)| fits_path(path)).map(|(_, item)| item));
        let schema = &item.unwrap()["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let faults = fits(&document, schema, &bed.get(path).ok(), path);
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn pages_follow_each_other_without_a_gap_and_counts_agree_with_them() {
    let bed = Bed::new();
    let counts = bed.get("/incidents/counts").ok();
    let all = bed.all("/incidents");
    assert_eq!(counts["total"], all.len());
    let mut ids: Vec<&str> = all.iter().map(|row| row["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len(), "no row came twice");
    for (status, count) in counts["by_status"].as_object().unwrap() {
        assert_eq!(*count, bed.all(&format!("/incidents?status={status}")).len(), "{status}");
    }
    let waiting = bed.all("/incidents?waiting=true&severity=Critical,High");
    assert!(!waiting.is_empty());
    for row in waiting {
        assert!(row["waiting"].as_u64().unwrap() > 0, "{row}");
        assert!(matches!(row["severity"].as_str(), Some("Critical" | "High")), "{row}");
    }
}

#[test]
fn nothing_new_is_told_as_304_and_a_change_is_told_once() {
    let bed = Bed::new();
    let first = bed.get("/changes");
    let cursor = first.json()["cursor"].as_str().unwrap().to_owned();
    let path = format!("/changes?after={cursor}");
    let seen = bed.get(&path);
    let tag = seen.headers["etag"].to_str().unwrap().to_owned();
    let again = || {
        let request = request("GET", &path, Some("vera:viewer")).header("if-none-match", &tag);
        bed.ask(request.body(Body::empty()).unwrap())
    };
    assert_eq!((again().status, again().bytes.len()), (304, 0));
    let incident = bed.first("/incidents");
    bed.post(
        "ana:analyst",
        &format!("/incidents/{incident}/assign"),
        &serde_json::json!({ "assignee": "ana" }),
    )
    .ok();
    let changed = again();
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["incidents"], serde_json::json!([incident]));
    let next = changed.json()["cursor"].as_str().unwrap().to_owned();
    assert_eq!(bed.get(&format!("/changes?after={next}")).ok()["incidents"], serde_json::json!([]));
}

#[test]
fn the_ledger_is_verified_and_a_broken_row_is_named() {
    let bed = Bed::new();
    assert_eq!(bed.get("/ledger/verify").ok()["intact"], true);
    let store = Connection::open(bed.file()).unwrap();
    store.execute("UPDATE ledger SET actor = 'mallory' WHERE what = 'plan_made' AND seq = 2", ()).unwrap();
    let verified = bed.get("/ledger/verify").ok();
    assert_eq!((&verified["intact"], &verified["problem"]["seq"]), (&false.into(), &2.into()), "{verified}");
}

#[test]
fn an_export_has_every_incident_and_is_a_file() {
    let bed = Bed::new();
    let total = bed.get("/incidents/counts").ok()["total"].as_u64().unwrap();
    let csv = bed.get("/export?format=csv");
    assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"incidents.csv\"");
    assert_eq!(csv.text().matches("\r\n").count() as u64, total + 1);
    let ocsf = bed.get("/export?format=ocsf&severity=Critical").ok();
    for event in ocsf.as_array().unwrap() {
        assert_eq!((&event["class_uid"], &event["severity_id"]), (&2005.into(), &5.into()), "{event}");
        let types = 200_500 + event["activity_id"].as_u64().unwrap();
        assert_eq!(event["type_uid"], types, "{event}");
    }
}
