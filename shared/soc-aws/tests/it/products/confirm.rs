//! What a product bears out, and what it is told: each case a sentence of the threat model.

use serde_json::{Value, json};
use soc_domain::finding::{Finding, Route, WorkflowStatus};
use soc_domain::severity::Severity;
use soc_domain::verdict::Verdict;
use soc_pipeline::ports::{Confirmation, Report, Reported, Sources as _};
use soc_testkit::build::{at, incident_id};
use soc_testkit::conformance::Product as _;

use super::stub::{Stub, endpoint, guardduty, read};
use crate::bed::run;

fn report(verdict: Verdict) -> Report<'static> {
    Report {
        status: WorkflowStatus::Resolved,
        verdict: Some(verdict),
        incident: incident_id("a"),
        note: "It is contained.",
    }
}

/// A stub with one finding, and our row of it changed by `forge`.
fn confirmed(what: &str, forge: impl FnOnce(&mut Finding)) -> Option<Confirmation> {
    let stub = Stub::new(&endpoint(what)?);
    let mut row = stub.has("a", at(60), soc_domain::finding::RecordState::Active);
    forge(&mut row.finding);
    stub.record(&row);
    Some(run(stub.sources.confirm(row.finding.id)).unwrap())
}

#[test]
fn a_finding_that_grew_at_its_product_is_still_confirmed() {
    let found = confirmed("a finding that grew", |finding| finding.count = 1);
    assert!(matches!(found, None | Some(Confirmation::Confirmed)), "{found:?}");
}

#[test]
fn every_fact_that_an_action_rests_on_and_that_the_product_does_not_say_leaves_it_unverified() {
    type Forge = fn(&mut Finding);
    let forgeries: [(&str, Forge); 8] = [
        ("severity", |finding| finding.severity = Severity::Critical),
        ("type", |finding| "Backdoor:EC2/C&CActivity.B".clone_into(&mut finding.kind)),
        ("resource", |finding| finding.resources[0].id = "i-victim".to_owned()),
        ("remote", |finding| finding.remotes[0].ip = "203.0.113.9".to_owned()),
        ("owner of the remote", |finding| finding.remotes[0].organization = None),
        ("ports", |finding| finding.local_ports = Vec::new()),
        ("role", |finding| finding.role = None),
        ("sample", |finding| finding.sample = true),
    ];
    for (what, forge) in forgeries {
        let found = confirmed(what, forge);
        assert!(matches!(found, None | Some(Confirmation::Unverified)), "{what}: {found:?}");
    }
}

#[test]
fn a_region_that_a_record_made_up_is_never_asked() {
    let found = confirmed("a made-up region", |finding| {
        finding.place.region = "eu-central-1.example.com/".to_owned();
    });
    assert!(matches!(found, None | Some(Confirmation::Unverified)), "{found:?}");
}

/// The same finding as Security Hub has it, in both formats.
fn as_hub_has_it(native: &Value, note: Value) -> (Value, Value) {
    let (arn, account) = (&native["arn"], &native["accountId"]);
    let asff = json!({
        "SchemaVersion": "2018-10-08", "Id": arn, "ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/guardduty",
        "GeneratorId": "arn:aws:guardduty:eu-central-1:1:detector/d", "AwsAccountId": account, "Region": "eu-central-1",
        "Types": ["TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce"],
        "CreatedAt": native["createdAt"], "UpdatedAt": native["updatedAt"], "Title": "t", "Description": "d",
        "Severity": {"Label": "HIGH"}, "RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, "Note": note,
        "Resources": [{"Type": "AwsEc2Instance", "Region": "eu-central-1",
            "Id": format!("arn:aws:ec2:eu-central-1:{}:instance/i-a", account.as_str().unwrap())}],
    });
    let ocsf = json!({
        "class_uid": 2004, "class_name": "Detection Finding", "status_id": 1, "severity_id": 4, "activity_id": 1,
        "cloud": {"account": {"uid": account}, "region": "eu-central-1", "provider": "AWS"},
        "metadata": {"uid": format!("uid-{}", native["id"].as_str().unwrap()),
            "product": {"uid": "arn:aws:securityhub:eu-central-1::productv2/aws/guardduty", "name": "GuardDuty"}},
        "finding_info": {"uid": arn, "title": "t", "types": ["UnauthorizedAccess:EC2/SSHBruteForce"],
            "created_time_dt": native["createdAt"], "modified_time_dt": native["updatedAt"]},
        "resources": [],
    });
    (asff, ocsf)
}

fn of<'a>(state: &'a Value, list: &str, key: &str, is: &Value) -> &'a Value {
    state[list].as_array().unwrap().iter().find(|one| one.pointer(key) == Some(is)).unwrap()
}

#[test]
fn what_became_of_a_finding_is_told_to_guardduty_and_to_both_forms_of_security_hub_once() {
    let Some(endpoint) = endpoint("reporting to all products") else { return };
    let stub = Stub::new(&endpoint);
    let native = guardduty(&stub.account, "a", at(60), false);
    let (asff, ocsf) = as_hub_has_it(&native, Value::Null);
    stub.seed(&json!({"guardduty": [native], "asff": [asff], "ocsf": [ocsf]}));
    let mut row = stub.row_of(read(&native));
    row.routes = vec![Route::Native, Route::Asff, Route::Ocsf];
    stub.record(&row);
    for _time in 0..2 {
        assert_eq!(
            run(stub.sources.report(row.finding.id, report(Verdict::TruePositive))).unwrap(),
            Reported::Told
        );
    }
    let state = stub.state();
    let hub = of(&state, "asff", "/Id", &native["arn"]);
    assert_eq!(hub["Workflow"]["Status"], "RESOLVED");
    assert_eq!(hub["Note"]["UpdatedBy"], "ai-soc");
    assert!(hub["Note"]["Text"].as_str().unwrap().contains("It is contained. (inc_"), "{hub}");
    assert_eq!(
        (&hub["VerificationState"], &hub["UserDefinedFields"]["ai-soc:verdict"]),
        (&json!("TRUE_POSITIVE"), &json!("TruePositive"))
    );
    let v2 = of(&state, "ocsf", "/finding_info/uid", &native["arn"]);
    assert_eq!(v2["status_id"], 4);
    assert!(v2["comment"].as_str().unwrap().starts_with("ai-soc: TruePositive"), "{v2}");
    let own = native["id"].as_str().unwrap();
    assert_eq!(stub.feedback(own), Some(aws_sdk_guardduty::types::Feedback::Useful));
    assert_eq!(
        of(&state, "guardduty", "/id", &native["id"])["service"]["archived"],
        false,
        "it must come again"
    );
    let arn = native["arn"].as_str().unwrap();
    assert_eq!(stub.calls("HubBatchUpdateFindings", arn), 1, "telling it again changes nothing");
    assert_eq!(stub.calls("HubBatchUpdateFindingsV2", own), 1, "telling it again changes nothing");
    assert!(read(hub).noted_by_us && read(v2).noted_by_us, "our own update is known as an echo");
}

#[test]
fn what_turned_out_to_be_nothing_is_put_away_at_guardduty() {
    let Some(endpoint) = endpoint("archiving") else { return };
    let stub = Stub::new(&endpoint);
    let row = stub.has("a", at(60), soc_domain::finding::RecordState::Active);
    stub.record(&row);
    run(stub.sources.report(row.finding.id, report(Verdict::FalsePositive))).unwrap();
    let state = stub.state();
    assert_eq!(of(&state, "guardduty", "/id", &json!(row.finding.product_id))["service"]["archived"], true);
    assert_eq!(run(stub.sources.confirm(row.finding.id)).unwrap(), Confirmation::Settled);
}

#[test]
fn what_a_person_settled_at_security_hub_stays_as_they_left_it() {
    let Some(endpoint) = endpoint("a person's note") else { return };
    let stub = Stub::new(&endpoint);
    let native = guardduty(&stub.account, "a", at(60), false);
    let (mut asff, _ocsf) = as_hub_has_it(&native, json!({"Text": "ours", "UpdatedBy": "alice"}));
    asff["Workflow"]["Status"] = json!("SUPPRESSED");
    stub.seed(&json!({"guardduty": [native], "asff": [asff]}));
    let mut row = stub.row_of(read(&native));
    row.routes = vec![Route::Native, Route::Asff];
    stub.record(&row);
    run(stub.sources.report(row.finding.id, report(Verdict::Suspicious))).unwrap();
    let state = stub.state();
    let hub = of(&state, "asff", "/Id", &native["arn"]);
    assert_eq!((&hub["Workflow"]["Status"], &hub["Note"]["Text"]), (&json!("SUPPRESSED"), &json!("ours")));
}

#[test]
fn what_only_security_hub_added_is_borne_out_by_security_hub_and_by_nobody_else() {
    let Some(endpoint) = endpoint("facts of two routes") else { return };
    let stub = Stub::new(&endpoint);
    let native = guardduty(&stub.account, "a", at(60), false);
    let (asff, _ocsf) = as_hub_has_it(&native, Value::Null);
    let mut bare = native.clone();
    bare["resource"] = json!({"resourceType": "Instance"});
    stub.seed(&json!({"guardduty": [bare], "asff": [asff]}));
    let mut row = stub.row_of(read(&bare));
    soc_domain::revise::revise(&mut row.finding, read(&asff));
    assert_eq!(row.finding.resources.len(), 1);
    row.routes = vec![Route::Native];
    stub.record(&row);
    assert_eq!(run(stub.sources.confirm(row.finding.id)).unwrap(), Confirmation::Unverified);
    row.routes = vec![Route::Native, Route::Asff];
    stub.record(&row);
    assert_eq!(run(stub.sources.confirm(row.finding.id)).unwrap(), Confirmation::Confirmed);
}
