//! Findings in the AWS Security Finding Format, as Security Hub CSPM imports them from every product.
//!
//! Apart, because it is the poorest route: what it says fills gaps and never overwrites.

mod fields;
mod raw;
mod resources;

use crate::finding::{Compliance, Finding, FindingClass, Gap, GapKind, RecordState, Route, WorkflowStatus};
use crate::severity::Severity;
use crate::wire::arn::{Arn, Places};
use crate::wire::blank::{self, Origin};
use crate::wire::control;
use crate::wire::gaps::Gaps;
use crate::wire::guardduty;
use crate::wire::lenient::Text;
use crate::wire::{Event, Refusal};

pub(super) use fields::Tags;
pub(super) use resources::{kind as resource_kind, short_id};

/// What the note that ai-soc leaves on a finding is signed with.
const OUR_NAME: &str = "ai-soc";

/// Reads one finding; what the finding does not say of its place, its envelope may.
pub(super) fn read(text: &str, envelope: Option<&Event>) -> Result<(Finding, Vec<Gap>), Refusal> {
    let raw: raw::Raw<'_> = serde_json::from_str(text).map_err(|error| Refusal::from_json(text, &error))?;
    let mut gaps = Gaps::default();
    let mut finding = blank::finding(&origin(text, &raw, envelope, &mut gaps));
    finding.title = gaps.text("Title", &raw.title);
    finding.description = gaps.text("Description", &raw.description);
    finding.first_seen = raw.first_seen.get().copied();
    finding.last_seen = raw.last_seen.get().copied();
    gaps.look("FirstObservedAt", &raw.first_seen);
    gaps.look("LastObservedAt", &raw.last_seen);
    finding.created_at = gaps.time("CreatedAt", &raw.created);
    finding.updated_at = gaps.time("UpdatedAt", &raw.updated);
    finding.compliance = compliance(raw.compliance.status.str());
    finding.sample = raw.sample.get() == Some(&true);
    finding.noted_by_us = raw.note.by.str().starts_with(OUR_NAME);
    read_states(&mut finding, &raw, &mut gaps);
    read_kind(&mut finding, &raw, &mut gaps);
    read_severity(&mut finding, &raw, &mut gaps);
    resources::read(&mut finding, &raw.resources);
    if finding.resources.is_empty() {
        gaps.note("Resources", GapKind::Missing);
    }
    if finding.product == "guardduty" && gaps.object("ProductFields", &raw.fields) {
        raw.fields.read_guardduty(&mut finding, &mut gaps);
    }
    Ok((finding, gaps.0))
}

fn origin<'a>(text: &str, raw: &'a raw::Raw<'_>, envelope: Option<&'a Event>, gaps: &mut Gaps) -> Origin<'a> {
    gaps.text("Id", &raw.id);
    let id = raw.id.str();
    gaps.text("ProductArn", &raw.product_arn);
    if raw.product_arn.some().is_some() && Arn::parse(raw.product_arn.str()).is_none() {
        gaps.note("ProductArn", GapKind::Unreadable);
    }
    let producer = Arn::parse(raw.product_arn.str());
    let mut places = Places::default().or_arn(id).or("", raw.region.str(), raw.account.str());
    if let Some(producer) = producer {
        places = places.or(producer.partition, producer.region, "");
    }
    if let Some(event) = envelope {
        places = places.or("", &event.region, &event.account);
    }
    let place = places.place();
    if place.account.is_empty() {
        gaps.note("AwsAccountId", GapKind::Missing);
    }
    let named = producer.map_or("", |arn| arn.product());
    let (product, own) = identity(named, id);
    Origin { route: Route::Asff, place, product, own_id: blank::own_id(own, text) }
}

/// The producing product in lower case, and its own id of a finding; GuardDuty's is what follows `/finding/`.
pub(super) fn identity<'a>(product: &str, id: &'a str) -> (std::borrow::Cow<'a, str>, Option<&'a str>) {
    if let Some(own) = Arn::parse(id).and_then(|arn| arn.guardduty_finding()) {
        return ("guardduty".into(), Some(own));
    }
    // What stands behind a name is not part of it.
    let product = product.split(|c: char| c.is_whitespace() || c.is_control()).next().unwrap_or_default();
    let product = if product.is_empty() { "unknown".to_owned() } else { product.to_ascii_lowercase() };
    (product.into(), Some(id).filter(|id| !id.is_empty()))
}

/// ASFF's `Compliance.Status`, and OCSF's, which is a word of the same.
pub(super) fn compliance(status: &str) -> Option<Compliance> {
    match status.to_ascii_uppercase().as_str() {
        "PASSED" | "PASS" => Some(Compliance::Passed),
        "FAILED" | "FAIL" => Some(Compliance::Failed),
        "WARNING" => Some(Compliance::Warning),
        "NOT_AVAILABLE" => Some(Compliance::NotAvailable),
        _ => None,
    }
}

fn read_states(finding: &mut Finding, raw: &raw::Raw<'_>, gaps: &mut Gaps) {
    finding.record_state = match raw.record_state.str() {
        "ARCHIVED" => RecordState::Archived,
        "ACTIVE" | "" => RecordState::Active,
        _ => {
            gaps.note("RecordState", GapKind::Unreadable);
            RecordState::Active
        }
    };
    finding.workflow_status = match raw.workflow.status.str() {
        "NOTIFIED" => WorkflowStatus::Notified,
        "SUPPRESSED" => WorkflowStatus::Suppressed,
        "RESOLVED" => WorkflowStatus::Resolved,
        "NEW" | "" => WorkflowStatus::New,
        _ => {
            gaps.note("Workflow.Status", GapKind::Unreadable);
            WorkflowStatus::New
        }
    };
}

fn read_kind(finding: &mut Finding, raw: &raw::Raw<'_>, gaps: &mut Gaps) {
    let generator = raw.generator.str();
    let types = || raw.types.iter().chain(raw.provider.types.iter()).filter_map(Text::some);
    let control = [raw.compliance.control.str(), generator, raw.fields.control.str()]
        .into_iter()
        .find_map(control::consolidated)
        .filter(|_| finding.product == "securityhub");
    let own_type = types().find_map(guardduty::type_of).filter(|_| finding.product == "guardduty");
    if let Some(id) = control.or(own_type) {
        finding.kind = id;
    } else {
        finding.kind = types().next().unwrap_or(generator).to_owned();
    }
    if types().next().is_none() {
        gaps.note("Types", GapKind::Missing);
    }
    if finding.kind != generator && !generator.is_empty() {
        finding.generator = Some(generator.to_owned());
    }
    let of_types = |prefix: &str| types().any(|written| written.starts_with(prefix));
    finding.class = if finding.product == "guardduty" {
        FindingClass::Threat
    } else if finding.compliance.is_some() {
        FindingClass::Control
    } else if !raw.vulnerabilities.is_empty() || of_types("Software and Configuration Checks/Vulnerabilities")
    {
        FindingClass::Vulnerability
    } else if of_types("TTPs") || of_types("Unusual Behaviors") {
        FindingClass::Threat
    } else {
        FindingClass::Other
    };
}

/// The label, else the number from 0 to 100, else the product's own number.
fn read_severity(finding: &mut Finding, raw: &raw::Raw<'_>, gaps: &mut Gaps) {
    if !gaps.object("Severity", &raw.severity) && raw.provider.severity.label.some().is_none() {
        return;
    }
    let labels = [&raw.severity.label, &raw.provider.severity.label];
    let written = labels.into_iter().find_map(Text::some);
    if let Some(severity) = written.and_then(|label| label.parse::<Severity>().ok()) {
        finding.severity = severity;
        return;
    }
    if written.is_some() {
        gaps.note("Severity.Label", GapKind::Unreadable);
    }
    let product = |number: &f64| match finding.product.as_str() {
        "guardduty" => Severity::from_guardduty(*number),
        _ => Severity::from_normalized(*number),
    };
    let number = raw.severity.normalized.get().map(|number| Severity::from_normalized(*number));
    let number = number.or_else(|| raw.fields.severity_label.str().parse().ok());
    match number.or_else(|| raw.severity.product.get().map(product)) {
        Some(severity) => finding.severity = severity,
        None => gaps.note("Severity", GapKind::Unreadable),
    }
}
