//! What people change through the API: done, in the ledger, undone; twice is once.

use serde_json::{Value, json};
use soc_domain::approval::MACHINE;

use super::bed::Bed;

const ANA: &str = "ana:analyst";

/// What of an incident a change may touch.
fn state(bed: &Bed, id: &str) -> Value {
    let mut seen = bed.get(&format!("/incidents/{id}")).ok();
    let members = seen.as_object_mut().unwrap();
    members.remove("changed_at");
    members.remove("waiting");
    seen
}

#[test]
fn verdict_assignee_and_status_are_set_and_taken_back() {
    let bed = Bed::new();
    let id = bed.first("/incidents?status=New&waiting=false");
    for (path, body, member, value) in [
        ("verdict", json!({ "verdict": "Benign", "reason": "planned" }), "verdict", json!("Benign")),
        ("assign", json!({ "assignee": "ben" }), "assignee", json!("ben")),
        ("status", json!({ "status": "InProgress" }), "status", json!("InProgress")),
    ] {
        let before = state(&bed, &id);
        let done = bed.post(ANA, &format!("/incidents/{id}/{path}"), &body).ok();
        assert_eq!(done["incident"][member], value, "{done}");
        assert_eq!(bed.get(&format!("/incidents/{id}")).ok()[member], value);
        let operation = done["operation"]["id"].as_str().unwrap();
        let undone = bed.post(ANA, &format!("/operations/{operation}/undo"), &json!({})).ok();
        assert!(undone["undone_at"].is_string() && undone["undo_until"].is_null(), "{undone}");
        assert_eq!(state(&bed, &id), before, "{path}");
    }
    let entries = bed.all(&format!("/incidents/{id}/activity"));
    let by_ana = entries.iter().filter(|entry| entry["actor"] == "ana").count();
    assert_eq!(by_ana, 6, "three changes and three undoings");
    let requests = bed.all("/ledger?chain=soc");
    let requests = requests.iter().filter(|entry| entry["what"] == "changed_by_request").count();
    assert_eq!(requests, 6);
    assert_eq!(bed.get("/ledger/verify").ok()["intact"], true);
}

#[test]
fn an_undoing_refuses_once_somebody_changed_the_same_since() {
    let bed = Bed::new();
    let id = bed.first("/incidents");
    let path = format!("/incidents/{id}/assign");
    let first = bed.post(ANA, &path, &json!({ "assignee": "ana" })).ok();
    bed.post("ben:analyst", &path, &json!({ "assignee": "ben" })).ok();
    let operation = first["operation"]["id"].as_str().unwrap();
    bed.post(ANA, &format!("/operations/{operation}/undo"), &json!({})).problem("conflict");
    assert_eq!(bed.get(&format!("/incidents/{id}")).ok()["assignee"], "ben");
}

#[test]
fn a_comment_is_shown_and_struck_and_the_ledger_never_has_its_text() {
    let bed = Bed::new();
    let id = bed.first("/incidents");
    let text = "<img src=x onerror=alert(1)> seen by \u{202e}me";
    let said = bed.post(ANA, &format!("/incidents/{id}/comments"), &json!({ "text": text }));
    assert_eq!(said.status, 201);
    let said = said.ok();
    let shown = || {
        let entries = bed.all(&format!("/incidents/{id}/activity"));
        entries.iter().find(|entry| entry["what"] == "comment_added").unwrap()["comment"].clone()
    };
    assert_eq!(shown(), json!({ "id": said["id"], "text": text }));
    let ledger = bed.all(&format!("/ledger?chain={id}"));
    assert!(!json!(ledger).to_string().contains("onerror"));
    let operation = said["operation"]["id"].as_str().unwrap();
    bed.post(ANA, &format!("/operations/{operation}/undo"), &json!({})).ok();
    assert_eq!(shown(), Value::Null);
}

#[test]
fn a_merge_and_a_split_give_back_what_they_took() {
    let bed = Bed::new();
    let rows = bed.all("/incidents?severity=Medium,Low");
    let (from, into) = (rows[0]["id"].as_str().unwrap(), rows[1]["id"].as_str().unwrap());
    let findings = |id: &str| {
        let mut ids: Vec<String> = bed
            .all(&format!("/incidents/{id}/findings"))
            .iter()
            .map(|finding| finding["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let before = (findings(from), findings(into));
    let merged = bed.post(ANA, &format!("/incidents/{from}/merge"), &json!({ "into": into })).ok();
    assert_eq!(merged["incident"]["merged_into"], into);
    assert_eq!(findings(into).len(), before.0.len() + before.1.len());
    let operation = merged["operation"]["id"].as_str().unwrap();
    bed.post(ANA, &format!("/operations/{operation}/undo"), &json!({})).ok();
    assert_eq!((findings(from), findings(into)), before);

    let big = bed.first("/incidents?severity=Critical&waiting=true");
    let all = findings(&big);
    let chosen = all[..2].to_vec();
    let split = bed.post(ANA, &format!("/incidents/{big}/split"), &json!({ "findings": chosen })).ok();
    let created = split["created"]["id"].as_str().unwrap();
    assert_eq!((findings(created), findings(&big).len()), (chosen, all.len() - 2));
    let operation = split["operation"]["id"].as_str().unwrap();
    bed.post(ANA, &format!("/operations/{operation}/undo"), &json!({})).ok();
    assert_eq!(findings(&big), all);
}

#[test]
fn a_bulk_needs_a_key_is_done_once_and_is_taken_back_as_a_whole() {
    let bed = Bed::new();
    let ids: Vec<Value> =
        bed.all("/incidents?status=New").iter().take(20).map(|row| row["id"].clone()).collect();
    let body = json!({ "ids": ids, "change": { "kind": "status", "status": "Closed", "reason": "noise" } });
    bed.post(ANA, "/incidents/bulk", &body).problem("bad_request");
    let job = bed.post_once(ANA, "/incidents/bulk", ("close-them-all", &body)).ok();
    assert_eq!(
        (&job["state"], &job["done"], &job["failed"]),
        (&json!("Done"), &json!(20), &json!([])),
        "{job}"
    );
    let again = bed.post_once(ANA, "/incidents/bulk", ("close-them-all", &body)).ok();
    assert_eq!(again, job, "the same key with the same body answers the same");
    let other = json!({ "ids": ids, "change": { "kind": "status", "status": "New" } });
    bed.post_once(ANA, "/incidents/bulk", ("close-them-all", &other)).problem("conflict");
    let id = job["id"].as_str().unwrap();
    assert_eq!(bed.get(&format!("/jobs/{id}")).ok(), job);
    let undo = bed.post(ANA, &format!("/jobs/{id}/undo"), &json!({})).ok();
    assert_eq!((&undo["done"], &undo["undo_of"]), (&json!(20), &json!(id)), "{undo}");
    for id in &ids {
        assert_eq!(bed.get(&format!("/incidents/{}", id.as_str().unwrap())).ok()["status"], "New");
    }
    let none = json!({ "ids": [], "change": { "kind": "assign", "assignee": null } });
    bed.post_once(ANA, "/incidents/bulk", ("nothing-at-all", &none)).problem("bad_request");
    let unknown = json!({ "ids": [format!("inc_{}", "a".repeat(26))], "change": { "kind": "assign", "assignee": null } });
    let job = bed.post_once(ANA, "/incidents/bulk", ("nobody-there", &unknown)).ok();
    assert_eq!(job["failed"][0]["code"], "not_found", "{job}");
}

#[test]
fn the_same_key_makes_a_change_once() {
    let bed = Bed::new();
    let id = bed.first("/incidents");
    let path = format!("/incidents/{id}/comments");
    let first = bed.post_once(ANA, &path, ("comment-1", &json!({ "text": "one" }))).ok();
    let again = bed.post_once(ANA, &path, ("comment-1", &json!({ "text": "one" }))).ok();
    assert_eq!(first, again);
    bed.post_once(ANA, &path, ("comment-1", &json!({ "text": "two" }))).problem("conflict");
    let comments = bed.all(&format!("/incidents/{id}/activity"));
    assert_eq!(comments.iter().filter(|entry| !entry["comment"].is_null()).count(), 1);
}

#[test]
fn a_decision_names_the_plan_that_was_seen_and_each_person_counts_once() {
    let bed = Bed::new();
    let questions = bed.all("/approvals?state=Pending");
    let two = questions.iter().find(|question| question["persons"] == 2).unwrap();
    let (action, plan) = (two["action"]["id"].as_str().unwrap(), two["plan_sha256"].clone());
    let path = format!("/approvals/{action}/approve");
    let stale = json!({ "plan_sha256": "0".repeat(64) });
    bed.post("ana:approver", &path, &stale).problem("stale_plan");
    bed.post("ana:approver", &path, &json!({})).problem("bad_request");
    bed.post("ana:analyst", &path, &json!({ "plan_sha256": plan })).problem("forbidden");
    let first = bed.post("ana:approver", &path, &json!({ "plan_sha256": plan, "reason": "known" })).ok();
    assert_eq!((&first["state"], &first["missing"]), (&json!("Pending"), &json!(1)), "{first}");
    bed.post("Ana:approver", &path, &json!({ "plan_sha256": plan })).problem("conflict");
    let machine = format!("{MACHINE}:approver");
    bed.post(&machine, &path, &json!({ "plan_sha256": plan })).problem("conflict");
    let second = bed.post("ben:approver", &path, &json!({ "plan_sha256": plan })).ok();
    assert_eq!(second["state"], "Approved", "{second}");
    let deny = format!("/approvals/{action}/deny");
    bed.post("carl:approver", &deny, &json!({ "plan_sha256": plan, "reason": "no" })).problem("conflict");
    let other = questions.iter().find(|question| question["persons"] == 1).unwrap();
    let deny = format!("/approvals/{}/deny", other["action"]["id"].as_str().unwrap());
    let why = |reason: &str| json!({ "plan_sha256": other["plan_sha256"], "reason": reason });
    bed.post("ana:approver", &deny, &why(" ")).problem("bad_request");
    let denied = bed.post("ana:approver", &deny, &why("planned work")).ok();
    assert_eq!((&denied["state"], &denied["action"]["state"]), (&json!("Denied"), &json!("Withdrawn")));
    assert_eq!(denied["decisions"][0]["reason"], "planned work");
}

#[test]
fn a_suppression_needs_two_persons_and_shows_first_what_it_would_hide() {
    let bed = Bed::new();
    let control = bed.get("/incidents?kind=S3.*&limit=1").ok()["items"][0]["kind"].clone();
    let preview = bed.post(ANA, "/suppressions/preview", &json!({ "kind": control })).ok();
    assert!(preview["incidents"].is_u64() && preview["refused"].is_null(), "{preview}");
    let expires = |days: u64| {
        let now = soc_local::SystemClock;
        let day = std::time::Duration::from_secs(86_400 * days);
        soc_pipeline::ports::Clock::now(&now).plus(day).to_string()
    };
    let body = |days: u64| json!({ "kind": control, "reason": "accepted", "expires": expires(days) });
    bed.post(ANA, "/suppressions", &body(91)).problem("bad_request");
    let made = bed.post(ANA, "/suppressions", &body(30));
    assert_eq!(made.status, 201);
    let made = made.ok();
    assert_eq!((&made["state"], &made["active"]), (&json!("Proposed"), &json!(false)));
    let id = made["id"].as_str().unwrap();
    let consent = format!("/suppressions/{id}/consent");
    bed.post("ana:approver", &consent, &json!({})).problem("conflict");
    let active = bed.post("ben:approver", &consent, &json!({})).ok();
    assert_eq!((&active["state"], &active["consents"]), (&json!("Active"), &json!(["ben"])));
    let request = super::bed::request("DELETE", &format!("/suppressions/{id}"), Some("ben:approver"));
    assert_eq!(bed.ask(request.body(axum::body::Body::empty()).unwrap()).ok()["state"], "Removed");
}

#[test]
fn a_reversal_is_left_to_the_runner_where_none_is_at_work_and_nothing_else_is_undone() {
    let bed = Bed::new();
    let done = bed.first("/actions?state=Done");
    let planned = bed.first("/actions?state=Planned");
    bed.post("ana:approver", &format!("/actions/{planned}/reverse"), &json!({})).problem("conflict");
    let missing = format!("/actions/act_{}/reverse", "a".repeat(26));
    bed.post("ana:approver", &missing, &json!({})).problem("not_found");
    let left = bed.post("ana:approver", &format!("/actions/{done}/reverse"), &json!({ "reason": "mistake" }));
    assert_eq!(left.status, 202);
    assert_eq!(left.ok()["state"], "LeftToRunner");
    assert_eq!(bed.soc.store().requested_reversals().unwrap().len(), 1);
}
