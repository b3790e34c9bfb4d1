//! What makes no sense is refused, with a reason and without a trace: every parameter, every body, every method.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};
use soc_api::{MOST_BODY, Rate};

use super::bed::{Bed, request};

/// A value that a parameter cannot have.
fn nonsense(parameter: &Value) -> String {
    let schema = &parameter["schema"];
    let text = schema.to_string();
    let name = parameter["name"].as_str().unwrap();
    match name {
        "limit" => "0".to_owned(),
        "after" => "nonsense".to_owned(),
        "from" | "to" => "yesterday".to_owned(),
        "waiting" | "sample" | "merged" => "maybe".to_owned(),
        "priority" => "first".to_owned(),
        "incident" => "inc_x".to_owned(),
        _ if text.contains("$ref") || text.contains("enum") => "nonsense".to_owned(),
        _ => "x".repeat(3_000),
    }
}

#[test]
fn every_parameter_refuses_what_it_cannot_be_and_unknown_ones_are_refused() {
    let bed = Bed::new();
    let document = bed.get("/openapi.json").ok();
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(operation) = item.get("get").filter(|_| !path.contains('{')) else { continue };
        let path = path.trim_start_matches("/api/v1");
        bed.get(&format!("{path}?nonsense=1")).problem("bad_request");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let value = nonsense(parameter);
            let needed = if path == "/export" && name != "format" { "&format=csv" } else { "" };
            let answer = bed.get(&format!("{path}?{name}={value}{needed}"));
            assert_eq!(answer.status, 400, "{path}?{name}={value}: {}", answer.text());
            let problem = answer.problem("bad_request");
            assert!(problem["detail"].as_str().unwrap().len() < 700, "{problem}");
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn ids_that_are_none_and_things_that_are_not_there_are_told_apart() {
    let bed = Bed::new();
    bed.get("/incidents/nonsense").problem("bad_request");
    bed.get(&format!("/incidents/inc_{}", "a".repeat(26))).problem("not_found");
    bed.get("/incidents/%00%ff").problem("bad_request");
    bed.get("/entities/account/999999999999").problem("not_found");
    bed.get("/entities/nonsense/1").problem("bad_request");
    bed.get("/nothing/here").problem("not_found");
    bed.get("/").problem("not_found");
}

#[test]
fn a_method_that_an_address_does_not_take_is_405_with_those_that_it_takes() {
    let bed = Bed::new();
    for (method, path, allow) in
        [("PUT", "/incidents", "GET"), ("POST", "/incidents", "GET"), ("GET", "/incidents/bulk", "POST")]
    {
        // `bulk` has the form of no id.
        let answer = bed.ask(request(method, path, Some("ada:admin")).body(Body::empty()).unwrap());
        if answer.status == 400 {
            continue;
        }
        answer.problem("method_not_allowed");
        assert!(answer.headers["allow"].to_str().unwrap().contains(allow), "{method} {path}");
    }
    let options = request(Method::OPTIONS.as_str(), "/incidents", None).body(Body::empty()).unwrap();
    bed.ask(options).problem("method_not_allowed");
}

#[test]
fn a_body_must_be_json_say_so_be_short_and_have_nothing_unknown() {
    let bed = Bed::new();
    let incident = bed.first("/incidents");
    let path = format!("/incidents/{incident}/status");
    let send = |kind: Option<&str>, body: Vec<u8>| {
        let mut request = request("POST", &path, Some("ana:analyst"));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        bed.ask(request.body(Body::from(body)).unwrap())
    };
    let good = json!({ "status": "InProgress" }).to_string().into_bytes();
    for kind in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")]
    {
        send(kind, good.clone()).problem("unsupported_media_type");
    }
    let json = Some("application/json; charset=utf-8");
    let long = format!("{{\"status\":\"New\",\"reason\":\"{}\"}}", "x".repeat(MOST_BODY)).into_bytes();
    send(json, long).problem("too_large");
    for bad in [
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{}",
        "{\"status\":1}",
        "{\"status\":\"Nonsense\"}",
        "{\"status\":\"New\",\"more\":1}",
        "{\"status\":\"New\",\"status\":\"New\"}",
    ] {
        send(json, bad.as_bytes().to_vec()).problem("bad_request");
    }
    send(json, b"\xff\xfe".to_vec()).problem("bad_request");
    send(json, format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes()).problem("bad_request");
    assert_eq!(send(json, good).status, 200);
}

#[test]
fn changes_that_come_too_fast_are_told_when_to_come_again() {
    let bed = Bed::at_rate(Rate { burst: 3, per_second: 1 });
    let incident = bed.first("/incidents");
    let body = json!({ "assignee": "ana" });
    let path = format!("/incidents/{incident}/assign");
    let answers: Vec<u16> = (0..5).map(|_| bed.post("ana:analyst", &path, &body).status).collect();
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 2, "{answers:?}");
    let refused = bed.post("ana:analyst", &path, &body);
    refused.problem("rate_limited");
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(bed.post("ben:analyst", &path, &body).status, 200, "others are not slowed down");
    assert_eq!(bed.get("/incidents").status, 200, "reading is not slowed down");
}
