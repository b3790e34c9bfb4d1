//! AWS Security Finding Format, as Security Hub imports it (schema version 2018-10-08).

mod action;
mod resources;

use serde_json::{Value, json};
use soc_domain::finding::{Compliance, RecordState, WorkflowStatus};
use soc_domain::severity::Severity;

use super::{Object, guardduty, put};
use crate::sample::{Act, Product, Sample};

/// The record, without an envelope.
pub(super) fn finding(sample: &Sample) -> Value {
    let mut record = head(sample);
    put(&mut record, "Types", types(sample));
    put(&mut record, "Severity", severity(sample));
    put(&mut record, "ProductFields", Value::Object(product_fields(sample)));
    put(&mut record, "Resources", resources::all(sample));
    put(&mut record, "Workflow", json!({ "Status": workflow(sample.workflow) }));
    put(&mut record, "WorkflowState", "NEW");
    let archived = sample.record_state == RecordState::Archived;
    put(&mut record, "RecordState", if archived { "ARCHIVED" } else { "ACTIVE" });
    if let Some(status) = sample.compliance {
        put(&mut record, "Compliance", compliance(sample, status));
    }
    if let Some(action) = action::of(sample) {
        put(&mut record, "Action", action);
    }
    if sample.sample {
        put(&mut record, "Sample", true);
    }
    if sample.product == Product::Inspector {
        put(&mut record, "Vulnerabilities", json!([vulnerability(sample)]));
    }
    put(
        &mut record,
        "FindingProviderFields",
        json!({ "Severity": { "Label": label(sample.severity()) }, "Types": types(sample) }),
    );
    Value::Object(record)
}

fn head(sample: &Sample) -> Object {
    let (product, company) = (product(sample.product), "Amazon");
    let mut record = Object::new();
    put(&mut record, "SchemaVersion", "2018-10-08");
    put(&mut record, "Id", sample.uid());
    put(&mut record, "ProductArn", product_arn(sample));
    put(&mut record, "ProductName", product);
    put(&mut record, "CompanyName", company);
    put(&mut record, "Region", sample.region.as_str());
    put(&mut record, "GeneratorId", generator(sample));
    put(&mut record, "AwsAccountId", sample.account.as_str());
    put(&mut record, "FirstObservedAt", sample.first_seen.to_string());
    put(&mut record, "LastObservedAt", sample.last_seen.to_string());
    put(&mut record, "CreatedAt", sample.first_seen.to_string());
    put(&mut record, "UpdatedAt", sample.updated_at.to_string());
    put(&mut record, "Title", sample.title.as_str());
    put(&mut record, "Description", sample.description.as_str());
    if sample.product == Product::SecurityHub {
        let url = format!("https://docs.aws.amazon.com/console/securityhub/{}/remediation", sample.kind);
        let text = "See the documentation of the control for how to correct this.";
        put(&mut record, "Remediation", json!({ "Recommendation": { "Text": text, "Url": url } }));
    }
    record
}

pub(super) fn product(product: Product) -> &'static str {
    match product {
        Product::GuardDuty => "GuardDuty",
        Product::SecurityHub => "Security Hub",
        Product::Inspector => "Inspector",
        Product::Macie => "Macie",
    }
}

fn product_arn(sample: &Sample) -> String {
    let name = match sample.product {
        Product::GuardDuty => "guardduty",
        Product::SecurityHub => "securityhub",
        Product::Inspector => "inspector",
        Product::Macie => "macie",
    };
    format!("arn:aws:securityhub:{}::product/aws/{name}", sample.region)
}

fn generator(sample: &Sample) -> String {
    match sample.product {
        Product::GuardDuty => {
            format!("arn:aws:guardduty:{}:{}:detector/{}", sample.region, sample.account, sample.detector())
        }
        Product::SecurityHub => format!("security-control/{}", sample.kind),
        Product::Inspector => "AWSInspector".to_owned(),
        Product::Macie => "aws/macie".to_owned(),
    }
}

/// ASFF's taxonomy, with GuardDuty's type at its end: the slash becomes a hyphen there.
fn types(sample: &Sample) -> Value {
    let text = match sample.product {
        Product::SecurityHub => {
            "Software and Configuration Checks/Industry and Regulatory Standards".to_owned()
        }
        Product::Inspector => "Software and Configuration Checks/Vulnerabilities/CVE".to_owned(),
        Product::Macie => sample.kind.clone(),
        Product::GuardDuty => format!("{}/{}", category(&sample.kind), sample.kind.replace('/', "-")),
    };
    json!([text])
}

fn category(kind: &str) -> &'static str {
    match kind.split(':').next().unwrap_or_default() {
        "Backdoor" | "Trojan" => "TTPs/Command and Control",
        "CredentialAccess" => "TTPs/Credential Access",
        "CryptoCurrency" => "Effects/Resource Consumption",
        "DefenseEvasion" | "Stealth" => "TTPs/Defense Evasion",
        "Discovery" | "Recon" => "TTPs/Discovery",
        "Execution" => "TTPs/Execution",
        "Exfiltration" => "Effects/Data Exfiltration",
        "InitialAccess" | "UnauthorizedAccess" => "TTPs/Initial Access",
        "Persistence" => "TTPs/Persistence",
        "Policy" => "Effects/Data Exposure",
        "PrivilegeEscalation" => "TTPs/Privilege Escalation",
        _ => "Unusual Behaviors/VM",
    }
}

fn severity(sample: &Sample) -> Value {
    let normalized = match sample.severity() {
        Severity::Informational => 0,
        Severity::Low => 30,
        Severity::Medium => 50,
        Severity::High => 80,
        Severity::Critical => 95,
    };
    json!({ "Label": label(sample.severity()), "Normalized": normalized, "Product": sample.score })
}

fn label(severity: Severity) -> String {
    severity.name().to_ascii_uppercase()
}

fn workflow(status: WorkflowStatus) -> &'static str {
    match status {
        WorkflowStatus::New => "NEW",
        WorkflowStatus::Notified => "NOTIFIED",
        WorkflowStatus::Suppressed => "SUPPRESSED",
        WorkflowStatus::Resolved => "RESOLVED",
    }
}

fn compliance(sample: &Sample, status: Compliance) -> Value {
    let status = match status {
        Compliance::Passed => "PASSED",
        Compliance::Failed => "FAILED",
        Compliance::Warning => "WARNING",
        Compliance::NotAvailable => "NOT_AVAILABLE",
    };
    json!({
        "Status": status,
        "SecurityControlId": sample.kind,
        "AssociatedStandards": [{ "StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0" }],
    })
}

fn vulnerability(sample: &Sample) -> Value {
    json!({
        "Id": sample.kind,
        "VulnerablePackages": [{
            "Name": "libexample", "Version": "1.2.3", "Release": "1.amzn2023", "Architecture": "X86_64",
            "PackageManager": "OS", "FixedInVersion": "0:1.2.4-1.amzn2023",
        }],
        "Cvss": [{ "Version": "3.1", "BaseScore": sample.score, "BaseVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
        "Vendor": { "Name": "EXAMPLE", "Url": "https://advisories.example.com/", "VendorSeverity": "Important" },
        "FixAvailable": "YES",
        "ExploitAvailable": "NO",
    })
}

/// GuardDuty's finding flattened into paths, as Security Hub receives it; other products have few fields.
fn product_fields(sample: &Sample) -> Object {
    let mut fields = Object::new();
    let product = product(sample.product);
    put(&mut fields, "aws/securityhub/ProductName", product);
    put(&mut fields, "aws/securityhub/CompanyName", "Amazon");
    let id = format!("{}/{}", product_arn(sample), sample.uid());
    put(&mut fields, "aws/securityhub/FindingId", id);
    if sample.product == Product::GuardDuty {
        guardduty_fields(sample, &mut fields);
    }
    fields
}

fn guardduty_fields(sample: &Sample, fields: &mut Object) {
    let mut field = |path: &str, value: String| put(fields, &format!("aws/guardduty/service/{path}"), value);
    field("serviceName", "guardduty".to_owned());
    field("detectorId", sample.detector());
    field("archived", (sample.record_state == RecordState::Archived).to_string());
    field("count", sample.count.to_string());
    field("resourceRole", guardduty::role(sample).to_owned());
    field("eventFirstSeen", sample.first_seen.to_string());
    field("eventLastSeen", sample.last_seen.to_string());
    if sample.sample {
        field("additionalInfo/sample", "true".to_owned());
    }
    if let Some((name, path)) = action::name(&sample.act) {
        field("action/actionType", name.to_owned());
        if let Some(remote) = &sample.remote {
            let organization = remote.organization.as_deref().unwrap_or("Example Hosting");
            let country = remote.country.as_deref().unwrap_or("Netherlands");
            let family = if remote.ip.contains(':') { "ipAddressV6" } else { "ipAddressV4" };
            field(&format!("action/{path}/remoteIpDetails/{family}"), remote.ip.clone());
            field(&format!("action/{path}/remoteIpDetails/country/countryName"), country.to_owned());
            field(&format!("action/{path}/remoteIpDetails/organization/org"), organization.to_owned());
            field(&format!("action/{path}/remoteIpDetails/organization/asn"), "64496".to_owned());
        }
    }
    if let Act::Api(call) = &sample.act {
        field("action/awsApiCallAction/api", call.name.clone());
        field("action/awsApiCallAction/serviceName", call.service.clone());
        field("action/awsApiCallAction/callerType", "Remote IP".to_owned());
    }
    if let Some(list) = sample.remote.iter().find_map(|remote| remote.threat_lists.first()) {
        field("additionalInfo/threatListName", list.clone());
    }
    for (index, list) in sample.remote.iter().flat_map(|remote| &remote.threat_lists).enumerate() {
        field(&format!("evidence/threatIntelligenceDetails.{index}_/threatListName"), list.clone());
        field(
            &format!("evidence/threatIntelligenceDetails.{index}_/threatNames.0_"),
            "Malicious Host".to_owned(),
        );
    }
}
