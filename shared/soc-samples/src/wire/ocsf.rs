//! OCSF 1.6 findings, as Security Hub sends them: detection (2004), compliance (2003), vulnerability (2002).

mod evidence;
mod resources;

use serde_json::{Value, json};
use soc_domain::finding::{Compliance, RecordState, WorkflowStatus};
use soc_domain::id::sha256_hex;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;

use super::asff::product;
use super::{Object, put};
use crate::sample::{Product, Sample};

/// The finding, without an envelope.
pub(super) fn finding(sample: &Sample) -> Value {
    let mut record = Object::new();
    classify(&mut record, sample);
    time(&mut record, "time", sample.updated_at);
    let (severity, severity_id) = severity(sample.severity());
    put(&mut record, "severity", severity);
    put(&mut record, "severity_id", severity_id);
    put(&mut record, "vendor_attributes", json!({ "severity": severity, "severity_id": severity_id }));
    let (status, status_id) = status(sample);
    put(&mut record, "status", status);
    put(&mut record, "status_id", status_id);
    put(&mut record, "count", sample.count);
    put(&mut record, "cloud", cloud(sample));
    put(&mut record, "metadata", metadata(sample));
    put(&mut record, "finding_info", finding_info(sample));
    put(&mut record, "resources", resources::all(sample));
    put(
        &mut record,
        "remediation",
        json!({ "desc": "See the documentation of the finding for what to do.",
                "references": ["https://docs.aws.amazon.com/securityhub/latest/userguide/"] }),
    );
    Value::Object(record)
}

/// Class, activity and what only that class has.
fn classify(record: &mut Object, sample: &Sample) {
    let update = sample.count > 1 || sample.updated_at > sample.last_seen.plus(DAY);
    let (activity, activity_name) = if update { (2, "Update") } else { (1, "Create") };
    let (class, name) = match sample.product {
        Product::GuardDuty | Product::Macie => (2004, "Detection Finding"),
        Product::SecurityHub => (2003, "Compliance Finding"),
        Product::Inspector => (2002, "Vulnerability Finding"),
    };
    put(record, "category_name", "Findings");
    put(record, "category_uid", 2);
    put(record, "class_name", name);
    put(record, "class_uid", class);
    put(record, "activity_id", activity);
    put(record, "activity_name", activity_name);
    put(record, "type_uid", class * 100 + activity);
    put(record, "type_name", format!("{name}: {activity_name}"));
    match sample.product {
        Product::GuardDuty | Product::Macie => {
            put(record, "is_alert", true);
            put(record, "evidences", vec![evidence::of(sample)]);
        }
        Product::SecurityHub => put(record, "compliance", compliance(sample)),
        Product::Inspector => put(record, "vulnerabilities", vec![vulnerability(sample)]),
    }
}

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// OCSF's datetime profile: milliseconds, and the same in text.
fn time(object: &mut Object, field: &str, moment: Timestamp) {
    put(object, field, moment.as_millis());
    put(object, &format!("{field}_dt"), moment.to_string());
}

fn severity(severity: Severity) -> (&'static str, u8) {
    match severity {
        Severity::Informational => ("Informational", 1),
        Severity::Low => ("Low", 2),
        Severity::Medium => ("Medium", 3),
        Severity::High => ("High", 4),
        Severity::Critical => ("Critical", 5),
    }
}

fn status(sample: &Sample) -> (&'static str, u8) {
    match (sample.record_state, sample.workflow) {
        (RecordState::Archived, _) => ("Archived", 5),
        (RecordState::Active, WorkflowStatus::New) => ("New", 1),
        (RecordState::Active, WorkflowStatus::Notified) => ("In Progress", 2),
        (RecordState::Active, WorkflowStatus::Suppressed) => ("Suppressed", 3),
        (RecordState::Active, WorkflowStatus::Resolved) => ("Resolved", 4),
    }
}

fn cloud(sample: &Sample) -> Value {
    json!({
        "provider": "AWS",
        "region": sample.region,
        "account": { "type": "AWS Account", "type_id": 10, "uid": sample.account },
    })
}

fn metadata(sample: &Sample) -> Value {
    let name = product(sample.product);
    let path = match sample.product {
        Product::GuardDuty => "guardduty",
        Product::SecurityHub => "securityhub",
        Product::Inspector => "inspector",
        Product::Macie => "macie",
    };
    let uid = format!("arn:aws:securityhub:{}::productv2/aws/{path}", sample.region);
    json!({
        "product": { "name": name, "uid": uid, "vendor_name": "AWS" },
        "profiles": ["cloud", "datetime"],
        "uid": sha256_hex(&[sample.uid().as_bytes()]),
        "version": "1.6.0",
    })
}

fn finding_info(sample: &Sample) -> Value {
    let mut info = Object::new();
    put(&mut info, "uid", sample.uid());
    put(&mut info, "uid_alt", sample.id.as_str());
    put(&mut info, "title", sample.title.as_str());
    put(&mut info, "desc", sample.description.as_str());
    let group = match sample.product {
        Product::GuardDuty => "Threats",
        Product::SecurityHub => "Posture Management",
        Product::Inspector => "Vulnerabilities",
        Product::Macie => "Sensitive Data",
    };
    put(&mut info, "types", json!([group, sample.kind]));
    put(&mut info, "analytic", json!({ "type": "Rule", "type_id": 1, "uid": sample.kind }));
    put(&mut info, "product", json!({ "uid": sample.detector() }));
    time(&mut info, "created_time", sample.first_seen);
    time(&mut info, "first_seen_time", sample.first_seen);
    time(&mut info, "last_seen_time", sample.last_seen);
    time(&mut info, "modified_time", sample.updated_at);
    Value::Object(info)
}

fn compliance(sample: &Sample) -> Value {
    let (status, status_id) = match sample.compliance {
        Some(Compliance::Passed) => ("Pass", 1),
        Some(Compliance::Warning) => ("Warning", 2),
        Some(Compliance::Failed) => ("Fail", 3),
        Some(Compliance::NotAvailable) | None => ("Unknown", 0),
    };
    json!({
        "control": sample.kind,
        "standards": ["standards/aws-foundational-security-best-practices/v/1.0.0"],
        "status": status,
        "status_id": status_id,
    })
}

fn vulnerability(sample: &Sample) -> Value {
    json!({
        "title": sample.title,
        "severity": sample.severity().name(),
        "is_fix_available": true,
        "cve": { "uid": sample.kind, "cvss": [{ "base_score": sample.score, "version": "3.1" }] },
        "affected_packages": [{ "name": "libexample", "version": "1.2.3", "fixed_in_version": "1.2.4" }],
    })
}
