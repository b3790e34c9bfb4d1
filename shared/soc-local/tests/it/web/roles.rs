//! Who may what: every route of the document, for every role and for nobody.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use soc_api::{Role, access};

use super::bed::{Bed, request};

/// Every route and its least role, written down a second time: a role that changes by mistake is seen here.
const ROLES: &str = "
- GET /health
- GET /openapi.json
admin POST /channels/{name}/test
analyst POST /incidents/bulk
analyst POST /incidents/{id}/assign
analyst POST /incidents/{id}/comments
analyst POST /incidents/{id}/merge
analyst POST /incidents/{id}/split
analyst POST /incidents/{id}/status
analyst POST /incidents/{id}/verdict
analyst POST /jobs/{id}/undo
analyst POST /operations/{id}/undo
analyst POST /quarantine/{id}/replay
analyst POST /suppressions
analyst POST /suppressions/preview
approver DELETE /suppressions/{id}
approver POST /actions/{id}/reverse
approver POST /approvals/{id}/approve
approver POST /approvals/{id}/deny
approver POST /suppressions/{id}/consent
viewer GET /actions
viewer GET /actions/{id}
viewer GET /approvals
viewer GET /attack
viewer GET /attack/layer
viewer GET /changes
viewer GET /channels
viewer GET /config
viewer GET /entities/{kind}/{id}
viewer GET /export
viewer GET /findings/{id}
viewer GET /health/detailed
viewer GET /incidents
viewer GET /incidents/counts
viewer GET /incidents/{id}
viewer GET /incidents/{id}/activity
viewer GET /incidents/{id}/evidence
viewer GET /incidents/{id}/findings
viewer GET /incidents/{id}/graph
viewer GET /incidents/{id}/plan
viewer GET /incidents/{id}/timeline
viewer GET /jobs/{id}
viewer GET /ledger
viewer GET /ledger/chains
viewer GET /ledger/verify
viewer GET /metrics
viewer GET /pipeline
viewer GET /quarantine
viewer GET /quarantine/{id}
viewer GET /suppressions
";

#[test]
fn every_route_has_the_role_that_is_written_down() {
    let mut found: Vec<String> = access()
        .into_iter()
        .map(|(method, path, role)| {
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            format!("{} {method} {path}", role.map_or("-", Role::name))
        })
        .collect();
    found.sort();
    let expected: Vec<&str> = ROLES.trim().lines().collect();
    assert_eq!(found, expected);
}

#[test]
fn the_document_has_exactly_these_routes() {
    let document = Bed::new().ask(request("GET", "/openapi.json", None).body(Body::empty()).unwrap()).ok();
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.push((method.to_uppercase(), path.clone()));
        }
    }
    let mut routes: Vec<_> = access().into_iter().map(|(method, path, _)| (method, path)).collect();
    routes.sort();
    documented.sort();
    assert_eq!(documented, routes);
}

/// A path of the right form that leads nowhere.
fn filled(path: &str) -> String {
    let kind = match path {
        path if path.starts_with("/api/v1/findings") => "fnd",
        path if path.starts_with("/api/v1/actions") || path.starts_with("/api/v1/approvals") => "act",
        path if path.starts_with("/api/v1/quarantine") => "qua",
        path if path.starts_with("/api/v1/operations") => "opr",
        path if path.starts_with("/api/v1/jobs") => "job",
        path if path.starts_with("/api/v1/suppressions") => "sup",
        _ => "inc",
    };
    path.replace("{id}", &format!("{kind}_{}", "a".repeat(26)))
        .replace("{kind}", "account")
        .replace("{name}", "nothing")
}

fn asked(bed: &Bed, method: &str, path: &str, who: Option<&str>) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(filled(path));
    if let Some(who) = who {
        request = request.header("x-person", who);
    }
    let body = if method == "GET" {
        Body::empty()
    } else {
        request = request.header("content-type", "application/json");
        Body::from("{}")
    };
    let answer = bed.ask(request.body(body).unwrap());
    let said = if answer.status >= 400 { answer.json() } else { Value::Null };
    (answer.status, said)
}

#[test]
fn every_role_may_exactly_what_its_rank_allows() {
    let bed = Bed::new();
    for (method, path, least) in access() {
        let (status, said) = asked(&bed, &method, &path, None);
        match least {
            None => assert_eq!(status, 200, "{method} {path}: {said}"),
            Some(_) => assert_eq!((status, &said["code"]), (401, &"unauthorized".into()), "{method} {path}"),
        }
        for role in Role::ALL {
            let who = format!("pat:{role}");
            let (status, said) = asked(&bed, &method, &path, Some(&who));
            if least.is_some_and(|least| role < least) {
                assert_eq!((status, &said["code"]), (403, &"forbidden".into()), "{who} {method} {path}");
            } else {
                assert!(
                    !matches!(status, 401 | 403 | 405 | 415 | 500..),
                    "{who} {method} {path}: {status} {said}"
                );
            }
        }
    }
}

#[test]
fn a_denial_of_somebody_known_is_in_the_ledger_and_one_of_nobody_is_not() {
    let bed = Bed::new();
    let newest = || bed.get("/ledger?chain=soc&limit=1").ok()["items"][0].clone();
    asked(&bed, "POST", "/api/v1/incidents/{id}/status", Some("mallory:viewer"));
    let entry = newest();
    assert_eq!((&entry["actor"], &entry["what"]), (&"mallory".into(), &"request_denied".into()), "{entry}");
    assert_eq!(entry["subject"], format!("POST /incidents/inc_{}/status", "a".repeat(26)));
    asked(&bed, "POST", "/api/v1/incidents/{id}/status", None);
    assert_eq!(newest()["hash"], entry["hash"], "whoever knocks cannot fill the ledger");
}
