//! The readers, over small findings of every format written for these tests.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails here says what it got"
)]

mod fixtures;

use fixtures::{ASFF, CONTROL, ENVELOPE, MALWARE, NATIVE, OCSF, PARTIAL, SEQUENCE, pascal};
use proptest::prelude::*;
use soc_domain::finding::{
    Activity, Compliance, Finding, FindingClass, Gap, GapKind, ObservableKind, RecordState, ResourceKind,
    ResourceRole, Route, WorkflowStatus,
};
use soc_domain::severity::Severity;
use soc_domain::wire::{Content, Event, Refusal, read_record};

/// The one finding of a record, and its gaps.
fn finding(record: &str) -> (Finding, Vec<Gap>) {
    let mut items = read_record(record.as_bytes());
    assert_eq!(items.len(), 1, "{record}");
    match items.remove(0).content {
        Ok(Content::Finding(finding, gaps)) => (*finding, gaps),
        other => panic!("no finding: {other:?}"),
    }
}

fn event(record: &str) -> Event {
    match read_record(record.as_bytes()).remove(0).content {
        Ok(Content::Event(event)) => event,
        other => panic!("no event: {other:?}"),
    }
}

fn refusal(record: &[u8]) -> Refusal {
    read_record(record).remove(0).content.unwrap_err()
}

fn envelope(kind: &str, detail: &str) -> String {
    ENVELOPE.replace("KIND", kind).replace("\"DETAIL\"", detail)
}

#[test]
fn one_finding_by_three_routes_has_one_id() {
    let routes = [NATIVE, ASFF, OCSF].map(|record| finding(record).0);
    assert_eq!(routes.each_ref().map(|finding| finding.route), [Route::Native, Route::Asff, Route::Ocsf]);
    for other in &routes[1..] {
        assert_eq!(other.id, routes[0].id);
        assert_eq!(other.place, routes[0].place);
        assert_eq!(other.product_id, "3ac1f00d0000000000000000000000aa");
        assert_eq!(other.kind, routes[0].kind);
        assert_eq!(other.severity, routes[0].severity);
        assert_eq!(other.class, FindingClass::Threat);
        assert_eq!(other.remotes[0].ip, routes[0].remotes[0].ip);
        assert_eq!(other.remotes[0].port, routes[0].remotes[0].port);
        assert_eq!(other.resources[0].arn, routes[0].resources[0].arn);
        assert_eq!(other.resources[0].tags, routes[0].resources[0].tags);
        assert_eq!(other.activity, Some(Activity::NetworkConnection));
        assert_eq!((other.updated_at, other.last_seen), (routes[0].updated_at, routes[0].last_seen));
    }
}

#[test]
fn the_place_in_the_findings_own_arn_wins_over_where_it_was_gathered() {
    let id = finding(NATIVE).0.id;
    for (record, from, to) in [
        (NATIVE, "\"accountId\":\"111122223333\"", "\"accountId\":\"999999999999\""),
        (ASFF, "\"AwsAccountId\":\"111122223333\"", "\"AwsAccountId\":\"999999999999\""),
        (
            OCSF,
            "\"provider\":\"AWS\",\"region\":\"eu-central-1\"",
            "\"provider\":\"AWS\",\"region\":\"eu-west-1\"",
        ),
    ] {
        assert!(record.contains(from));
        assert_eq!(finding(&record.replace(from, to)).0.id, id);
    }
}

#[test]
fn the_id_survives_the_envelope_and_the_casing() {
    let bare = finding(NATIVE).0;
    assert_eq!(finding(&envelope("GuardDuty Finding", NATIVE)).0, bare);
    assert_eq!(finding(&pascal(NATIVE)).0, bare);
}

#[test]
fn a_native_finding_is_read_whole() {
    let (finding, gaps) = finding(NATIVE);
    assert_eq!(gaps, []);
    assert_eq!(finding.kind, "Backdoor:EC2/C&CActivity.B");
    assert_eq!((finding.severity, finding.count), (Severity::High, 3));
    assert_eq!(finding.role, Some(ResourceRole::Actor));
    let instance = finding.resources[0].instance.as_ref().unwrap();
    assert_eq!(instance.interfaces[0].groups, ["sg-0a"]);
    assert_eq!(instance.interfaces[0].public_ip.as_deref(), Some("203.0.113.9"));
    assert_eq!(finding.remotes[0].threat_lists, ["ExampleList"]);
    let threats: Vec<&str> = finding.observables.iter().map(|seen| seen.value.as_str()).collect();
    assert_eq!(threats, ["ExampleBot"]);
    assert!(!finding.sample && finding.is_alarming());
}

#[test]
fn a_sample_is_known_in_both_forms_of_additional_information() {
    let with = |info: &str| NATIVE.replace("\"additionalInfo\":{}", &format!("\"additionalInfo\":{info}"));
    assert!(finding(&with("{\"sample\":true}")).0.sample);
    assert!(finding(&with("{\"value\":\"{\\\"sample\\\":true}\",\"type\":\"default\"}")).0.sample);
    assert!(!finding(&with("{\"value\":\"{\\\"sample\\\":false}\"}")).0.sample);
    assert!(!finding(&with("{\"value\":\"no json\"}")).0.sample);
    assert!(!finding(&with("[1]")).0.sample);
    let sampled = ASFF.replace(
        "\"aws/guardduty/service/additionalInfo/sample\":\"\"",
        "\"aws/guardduty/service/additionalInfo/sample\":\"true\"",
    );
    assert!(finding(&sampled).0.sample && !finding(ASFF).0.sample);
}

#[test]
fn odd_fields_are_gaps_and_never_failures() {
    let odd = NATIVE
        .replace("\"count\":3", "\"count\":\"3\"")
        .replace("\"archived\":false", "\"archived\":\"true\"")
        .replace("\"severity\":8", "\"severity\":{\"x\":[]}")
        .replace("\"title\":\"Instance talks to a command server.\"", "\"title\":null");
    let (finding, gaps) = finding(&odd);
    assert_eq!((finding.count, finding.record_state), (3, RecordState::Archived));
    let gaps: Vec<(&str, GapKind)> = gaps.iter().map(|gap| (gap.field, gap.problem)).collect();
    assert_eq!(
        gaps,
        [
            ("title", GapKind::Missing),
            ("severity", GapKind::Unreadable),
            ("service.archived", GapKind::Odd),
            ("service.count", GapKind::Odd)
        ]
    );
}

#[test]
fn duplicate_keys_and_both_casings_of_a_field_do_not_fail() {
    let twice = NATIVE.replacen('{', "{\"Title\":\"first\",\"title\":\"second\",\"title\":\"third\",", 1);
    assert_eq!(finding(&twice).0.title, "Instance talks to a command server.");
}

#[test]
fn the_resources_that_a_call_was_about_are_named_by_their_arns() {
    let call = r#"{"actionType":"AWS_API_CALL","awsApiCallAction":{"api":"PutRolePolicy","serviceName":"iam.amazonaws.com","affectedResources":{"AWS::IAM::Role":"arn:aws:iam::111122223333:role/deploy","AWS::S3::Bucket":"no-arn"}}}"#;
    let record = format!(
        r#"{{"type":"PrivilegeEscalation:IAMUser/AdministrativePermissions","service":{{"action":{call}}}}}"#
    );
    let read = finding(&record).0;
    assert_eq!(read.api.unwrap().name, "PutRolePolicy");
    assert_eq!((read.resources.len(), read.resources[0].id.as_str()), (1, "deploy"));
    assert_eq!(read.resources[0].kind, ResourceKind::AwsIamRole);
}

#[test]
fn a_partial_finding_is_a_finding_with_gaps_and_an_id_of_its_bytes() {
    let (partial, gaps) = finding(PARTIAL);
    assert_eq!(partial.product, "guardduty");
    assert!(partial.product_id.starts_with("sha256:"));
    assert_eq!(partial.id, finding(PARTIAL).0.id);
    assert_eq!(partial.resources[0].kind, ResourceKind::AwsEksCluster);
    assert!(gaps.iter().any(|gap| gap.field == "id" && gap.problem == GapKind::Missing), "{gaps:?}");
}

#[test]
fn a_minimal_finding_takes_its_place_from_the_envelope() {
    let minimal = "{\"id\":\"m-1\",\"type\":\"Recon:EC2/Portscan\",\"severity\":2}";
    let read = finding(&envelope("GuardDuty Finding", minimal)).0;
    assert_eq!((read.place.region.as_str(), read.place.account.as_str()), ("eu-central-1", "111122223333"));
    assert_eq!(read.severity, Severity::Low);
}

#[test]
fn an_attack_sequence_names_its_signals_tactics_actors_and_resources() {
    let sequence = finding(SEQUENCE).0;
    assert!(sequence.is_attack_sequence());
    assert_eq!(sequence.severity, Severity::Critical);
    assert_eq!(sequence.signals, ["5ig0000000000000000000000000000a"]);
    assert_eq!(sequence.tactics, ["Exfiltration", "Discovery"]);
    assert_eq!(sequence.techniques, ["T1078.004", "T1530"]);
    assert_eq!(sequence.principals[0].name, "jane");
    assert_eq!(sequence.principals[0].access_key_id.as_deref(), Some("AKIAEXAMPLE"));
    assert_eq!(sequence.remotes[0].ip, "198.51.100.7");
    let kinds: Vec<ResourceKind> = sequence.resources.iter().map(|resource| resource.kind).collect();
    assert_eq!(kinds, [ResourceKind::AwsS3Bucket, ResourceKind::AwsIamAccessKey]);
    assert_eq!(sequence.resources[1].arn, "arn:aws:iam::111122223333:access-key/AKIAEXAMPLE");
}

#[test]
fn a_malware_scan_is_a_finding_of_its_object() {
    let scan = finding(MALWARE).0;
    assert_eq!(
        (scan.kind.as_str(), scan.product_id.as_str()),
        ("GuardDuty Malware Protection Object Scan Result", "in/report.pdf")
    );
    assert_eq!((scan.severity, scan.product.as_str()), (Severity::High, "guardduty"));
    assert_eq!(scan.observables[0].kind, ObservableKind::Threat);
    assert_eq!(scan.resources[0].arn, "arn:aws:s3:::example-bucket/in/report.pdf");
    let clean = finding(&MALWARE.replace("\"THREATS_FOUND\"", "\"NO_THREATS_FOUND\"")).0;
    assert_eq!((clean.severity, clean.id), (Severity::Informational, scan.id));
    assert_eq!(finding(&MALWARE.replace("\"THREATS_FOUND\"", "\"FAILED\"")).0.severity, Severity::Medium);
    assert_ne!(finding(&MALWARE.replace("example-bucket", "other-bucket")).0.id, scan.id);
    assert_ne!(finding(&MALWARE.replace("v-1", "v-2")).0.id, scan.id);
}

#[test]
fn a_control_has_its_consolidated_id_and_keeps_its_name() {
    let control = finding(CONTROL).0;
    assert_eq!((control.product.as_str(), control.class), ("securityhub", FindingClass::Control));
    assert_eq!((control.kind.as_str(), control.compliance), ("CloudWatch.10", Some(Compliance::Failed)));
    assert!(control.generator.as_deref().is_some_and(|name| name.ends_with("/rule/3.10")));
    let with = |from: &str, to: &str| finding(&CONTROL.replace(from, to)).0;
    assert_eq!(
        with("\"Status\":\"FAILED\"", "\"Status\":\"PASSED\"").effective_severity(),
        Severity::Informational
    );
    assert_eq!(with("\"Label\":\"LOW\",", "").severity, Severity::Medium);
    assert_eq!(with("\"Label\":\"LOW\",\"Normalized\":40,", "").severity, Severity::High);
    assert_eq!(with("\"ACTIVE\"", "\"ARCHIVED\"").record_state, RecordState::Archived);
    assert_eq!(with("\"NEW\"", "\"SUPPRESSED\"").workflow_status, WorkflowStatus::Suppressed);
    assert_eq!(
        with("\"Status\":\"FAILED\"", "\"Status\":\"FAILED\",\"SecurityControlId\":\"S3.1\"").kind,
        "S3.1"
    );
    assert!(with("someone", "ai-soc/triage").noted_by_us && !control.noted_by_us);
}

#[test]
fn the_findings_of_an_event_are_items_with_their_own_bytes() {
    for (kind, one) in [("Security Hub Findings - Imported", ASFF), ("Findings Imported V2", OCSF)] {
        let record = envelope(kind, &format!("{{\"findings\":[{one}, {CONTROL},{{\"x\":1}}]}}"));
        let items = read_record(record.as_bytes());
        assert_eq!(items.len(), 3);
        assert_eq!(items[0].raw, one.as_bytes());
        assert_eq!(items[1].raw, CONTROL.as_bytes());
        assert!(matches!(items[0].content, Ok(Content::Finding(..))));
        assert!(matches!(items[2].content, Err(Refusal::NotARecord { .. })));
    }
}

#[test]
fn events_that_are_no_findings_are_events() {
    for (kind, detail) in [
        ("Security Hub Findings - Imported", "{\"findings\":[]}"),
        ("Security Hub Insight Results", "{\"insightArn\":\"x\"}"),
        ("EC2 Instance State-change Notification", "{\"state\":\"running\"}"),
        ("AWS API Call via CloudTrail", "null"),
    ] {
        let read = event(&envelope(kind, detail));
        assert_eq!((read.detail_type.as_str(), read.region.as_str()), (kind, "eu-central-1"));
    }
    let call = "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"userIdentity\":{\"accountId\":\"1\"}}";
    let read = event(call);
    assert_eq!(
        (read.detail_type.as_str(), read.source.as_str(), read.account.as_str()),
        ("AWS API Call via CloudTrail", "aws.ec2", "1")
    );
    assert_eq!(event(&call.replace("ec2.", "signin.")).detail_type, "AWS Console Sign In via CloudTrail");
}

#[test]
fn notifications_are_opened() {
    let quoted = format!("{NATIVE:?}").replace("\\'", "'");
    let bare = format!("{{\"Type\":\"Notification\",\"Message\":{quoted}}}");
    let listed =
        format!("{{\"Records\":[{{\"EventSource\":\"aws:sns\",\"Sns\":{{\"Message\":{quoted}}}}}]}}");
    for record in [bare.as_str(), listed.as_str()] {
        let items = read_record(record.as_bytes());
        assert_eq!(items[0].raw, NATIVE.as_bytes());
        assert_eq!(finding(record).0, finding(NATIVE).0);
    }
    let text = b"{\"Type\":\"Notification\",\"Message\":\"All is well.\"}";
    assert_eq!(read_record(text)[0].raw, text.as_slice());
    assert!(matches!(refusal(text), Refusal::NotARecord { .. }));
}

#[test]
fn what_is_no_record_is_refused_with_its_reason() {
    assert_eq!(refusal(b"{\"a\":\"\xff\"}"), Refusal::NotUtf8);
    assert_eq!(refusal(b"{\"a\":"), Refusal::Truncated);
    let cut = "{\"type\":\"x\",\"severity\":1,\"accountId\":tru}";
    assert_eq!(refusal(cut.as_bytes()), Refusal::NotJson { offset: 40, what: "expected ident".to_owned() });
    for text in ["", "42", "[]", "{}", "{\"a\":1}", "{\"class_uid\":6003}", "[[[[[[{}]]]]]]"] {
        assert!(matches!(refusal(text.as_bytes()), Refusal::NotARecord { .. }), "{text}");
    }
    assert!(matches!(refusal(envelope("GuardDuty Finding", "null").as_bytes()), Refusal::NotARecord { .. }));
    assert!(matches!(refusal(&vec![b' '; 1 << 21]), Refusal::TooLong { .. }));
}

#[test]
fn limits_apply_inside_of_a_notification_again() {
    let long = NATIVE.replace("Instance talks", &"x".repeat(70_000));
    assert!(matches!(refusal(long.as_bytes()), Refusal::StringTooLong { .. }));
    let quoted = format!("{{\"Type\":\"Notification\",\"Message\":{long:?}}}");
    assert!(matches!(refusal(quoted.as_bytes()), Refusal::StringTooLong { .. }));
    let many = NATIVE.replacen('{', &format!("{{\"x\":[{}1],", "\"y\",".repeat(30_000)), 1);
    assert!(matches!(
        finding(&format!("{{\"Type\":\"Notification\",\"Message\":{many:?}}}")).0.route,
        Route::Native
    ));
}

/// A finding of ours with some of its bytes replaced, taken out or put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let all = vec![NATIVE, ASFF, OCSF, CONTROL, SEQUENCE, MALWARE, PARTIAL];
    let edits = proptest::collection::vec(
        (any::<prop::sample::Index>(), 0..3, proptest::sample::select(b"{}[]\",:0tn\\\xff".to_vec())),
        0..4,
    );
    (proptest::sample::select(all), edits).prop_map(|(record, edits)| {
        let mut bytes = record.as_bytes().to_vec();
        for (index, kind, byte) in edits {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

/// A finding of ours in which one value is replaced by another, of whatever type.
fn retyped() -> impl Strategy<Value = String> {
    let all = vec![NATIVE, ASFF, OCSF, CONTROL, SEQUENCE, MALWARE, PARTIAL];
    let values = vec![
        "null",
        "-1",
        "1.5e9",
        "true",
        "\"\"",
        "\"\u{1F600}\"",
        "[]",
        "{}",
        "[null]",
        "[[{}]]",
        "{\"key\":{}}",
    ];
    (proptest::sample::select(all), any::<prop::sample::Index>(), proptest::sample::select(values)).prop_map(
        |(record, index, value)| {
            let mut tree: serde_json::Value = serde_json::from_str(record).unwrap();
            let mut paths = Vec::new();
            collect(&tree, &mut String::new(), &mut paths);
            let path = index.get(&paths).clone();
            *tree.pointer_mut(&path).unwrap() = serde_json::from_str(value).unwrap();
            tree.to_string()
        },
    )
}

fn collect(tree: &serde_json::Value, path: &mut String, paths: &mut Vec<String>) {
    let inner: Vec<(String, &serde_json::Value)> = match tree {
        serde_json::Value::Object(members) => {
            members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        serde_json::Value::Array(list) => {
            list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => Vec::new(),
    };
    for (key, value) in inner {
        let length = path.len();
        path.push('/');
        path.push_str(&key);
        paths.push(path.clone());
        collect(value, path, paths);
        path.truncate(length);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!read_record(&bytes).is_empty());
    }

    #[test]
    fn no_mutation_of_a_finding_makes_the_readers_panic(bytes in mutated()) {
        prop_assert!(!read_record(&bytes).is_empty());
    }

    #[test]
    fn no_truncation_of_a_finding_is_read_as_one(record in proptest::sample::select(vec![NATIVE, ASFF, OCSF, SEQUENCE]), cut in any::<prop::sample::Index>()) {
        let items = read_record(&record.as_bytes()[..cut.index(record.len())]);
        prop_assert!(items.iter().all(|item| item.content.is_err()));
    }

    #[test]
    fn a_value_of_another_type_never_makes_a_finding_unreadable(record in retyped()) {
        for item in read_record(record.as_bytes()) {
            let refused = match &item.content {
                Ok(_) | Err(Refusal::NotARecord { .. }) => None,
                Err(refusal) => Some(refusal.to_string()),
            };
            prop_assert_eq!(refused, None, "{}", record);
        }
    }

    #[test]
    fn only_json_is_read(bytes in mutated()) {
        let read = read_record(&bytes).iter().any(|item| item.content.is_ok());
        let json = std::str::from_utf8(&bytes).is_ok_and(|text| serde_json::from_str::<serde_json::Value>(text).is_ok());
        prop_assert!(json || !read, "{}", String::from_utf8_lossy(&bytes));
    }
}
