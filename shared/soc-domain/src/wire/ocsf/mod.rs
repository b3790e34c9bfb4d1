//! Findings in the Open Cybersecurity Schema Framework, as Security Hub writes them (`Findings Imported V2`).
//!
//! Apart, because its words differ from both other routes: classes, numbers for states, times twice. Numbers
//! are those of the OCSF schema 1.6 (`severity_id`, `status_id`, `activity_id`, `class_uid`).

mod evidence;
mod raw;

use crate::finding::{Compliance, Finding, FindingClass, Gap, GapKind, RecordState, Route, WorkflowStatus};
use crate::severity::Severity;
use crate::time::Timestamp;
use crate::wire::arn::{Arn, Places};
use crate::wire::asff;
use crate::wire::blank::{self, Origin};
use crate::wire::control;
use crate::wire::gaps::Gaps;
use crate::wire::guardduty;
use crate::wire::lenient::{Field, Text};
use crate::wire::{Event, Refusal};

/// The classes of the category Findings that we read: security (of old), vulnerability, compliance, detection,
/// incident, data security and application security posture.
const CLASSES: [u32; 7] = [2001, 2002, 2003, 2004, 2005, 2006, 2007];

/// A number as the whole number that OCSF means; 0, its `Unknown`, where it is none.
fn whole(field: &Field<f64>) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and no code is out of range"
    )]
    field.get().map_or(0, |number| number.round() as u32)
}

/// Reads one finding; what the finding does not say of its place, its envelope may.
pub(super) fn read(text: &str, envelope: Option<&Event>) -> Result<(Finding, Vec<Gap>), Refusal> {
    let raw: raw::Raw<'_> = serde_json::from_str(text).map_err(|error| Refusal::from_json(text, &error))?;
    let class = whole(&raw.class);
    if raw.class.get().is_some() && !CLASSES.contains(&class) {
        return Err(Refusal::not_a_record(&format!("OCSF class {class} is no class of findings")));
    }
    let mut gaps = Gaps::default();
    gaps.need("class_uid", &raw.class);
    let mut finding = blank::finding(&origin(text, &raw, envelope, &mut gaps));
    let info = &raw.info;
    finding.title = gaps.text("finding_info.title", &info.title);
    finding.description = gaps.text("finding_info.desc", &info.description);
    finding.first_seen = either(&info.first_seen, &info.first_seen_dt);
    finding.last_seen = either(&info.last_seen, &info.last_seen_dt);
    finding.created_at = either(&info.created, &info.created_dt);
    finding.updated_at = either(&info.updated, &info.updated_dt).or(finding.created_at);
    if finding.created_at.is_none() {
        gaps.note("finding_info.created_time", GapKind::Missing);
    }
    finding.noted_by_us = raw.comment.str().starts_with("ai-soc");
    read_states(&mut finding, &raw);
    read_kind(&mut finding, &raw, class, &mut gaps);
    read_severity(&mut finding, &raw, &mut gaps);
    read_attacks(&mut finding, info);
    finding.activity = guardduty::activity(raw.unmapped.action.str());
    finding.role = guardduty::role(raw.unmapped.role.str());
    evidence::read(&mut finding, &raw.evidences);
    evidence::read_resources(&mut finding, &raw.resources);
    if finding.resources.is_empty() {
        gaps.note("resources", GapKind::Missing);
    }
    Ok((finding, gaps.0))
}

fn either(millis: &Field<Timestamp>, text: &Field<Timestamp>) -> Option<Timestamp> {
    millis.get().or(text.get()).copied()
}

fn origin<'a>(text: &str, raw: &'a raw::Raw<'_>, envelope: Option<&'a Event>, gaps: &mut Gaps) -> Origin<'a> {
    gaps.text("finding_info.uid", &raw.info.uid);
    let (uid, cloud) = (raw.info.uid.str(), &raw.cloud);
    let mut places =
        Places::default().or_arn(uid).or(cloud.partition.str(), cloud.region.str(), cloud.account.uid.str());
    let producer = Arn::parse(raw.metadata.product.uid.str());
    if let Some(producer) = producer {
        places = places.or(producer.partition, producer.region, "");
    }
    if let Some(event) = envelope {
        places = places.or("", &event.region, &event.account);
    }
    let place = places.place();
    if place.account.is_empty() {
        gaps.note("cloud.account.uid", GapKind::Missing);
    }
    let named = producer.map(|arn| arn.product().to_owned());
    let named = named.unwrap_or_else(|| raw.metadata.product.name.str().replace(' ', ""));
    if named.is_empty() {
        gaps.note("metadata.product", GapKind::Missing);
    }
    let (product, own) = asff::identity(&named, uid);
    Origin { route: Route::Ocsf, place, product, own_id: blank::own_id(own, text) }
}

/// Status 3 is Suppressed, 4 Resolved, 5 Archived, 6 Deleted; activity 3 is Close.
fn read_states(finding: &mut Finding, raw: &raw::Raw<'_>) {
    let named = raw.status_name.str();
    let status = match whole(&raw.status) {
        0 | 99 => match named.to_ascii_lowercase().as_str() {
            "in progress" | "notified" => 2,
            "suppressed" => 3,
            "resolved" => 4,
            "archived" => 5,
            _ => 0,
        },
        known => known,
    };
    finding.workflow_status = match status {
        2 => WorkflowStatus::Notified,
        3 => WorkflowStatus::Suppressed,
        4 => WorkflowStatus::Resolved,
        _ => WorkflowStatus::New,
    };
    let unmapped = &raw.unmapped;
    let archived = matches!(status, 5 | 6)
        || whole(&raw.activity) == 3
        || unmapped.archived.get() == Some(&true)
        || unmapped.record_state.str() == "ARCHIVED";
    if archived {
        finding.record_state = RecordState::Archived;
    }
    finding.sample = unmapped.sample.get() == Some(&true) || unmapped.additional_sample.get() == Some(&true);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least 1, and `as` saturates"
    )]
    if let Some(count) = raw.count.get().or(unmapped.count.get()) {
        finding.count = count.max(1.0) as u64;
    }
}

fn read_kind(finding: &mut Finding, raw: &raw::Raw<'_>, class: u32, gaps: &mut Gaps) {
    let types = || raw.info.types.iter().filter_map(Text::some);
    let generator = raw.metadata.product.feature.uid.str();
    let control = [raw.compliance.control.str(), generator].into_iter().find_map(control::consolidated);
    let control = control.filter(|_| finding.product == "securityhub");
    let own_type = types().find_map(guardduty::type_of).filter(|_| finding.product == "guardduty");
    match control.or(own_type).or_else(|| types().next().map(str::to_owned)) {
        Some(kind) => finding.kind = kind,
        None => gaps.note("finding_info.types", GapKind::Missing),
    }
    if !generator.is_empty() && finding.kind != generator {
        finding.generator = Some(generator.to_owned());
    }
    finding.compliance = match whole(&raw.compliance.status_id) {
        1 => Some(Compliance::Passed),
        2 => Some(Compliance::Warning),
        3 => Some(Compliance::Failed),
        _ => asff::compliance(raw.compliance.status.str()),
    };
    let threat =
        finding.product == "guardduty" || types().any(|one| one.starts_with("TTPs") || one == "Threats");
    finding.class = match class {
        2002 => FindingClass::Vulnerability,
        2003 => FindingClass::Control,
        _ if threat => FindingClass::Threat,
        _ => FindingClass::Other,
    };
}

fn read_severity(finding: &mut Finding, raw: &raw::Raw<'_>, gaps: &mut Gaps) {
    let of_id = |id: u32| match id {
        1 => Some(Severity::Informational),
        2 => Some(Severity::Low),
        3 => Some(Severity::Medium),
        4 => Some(Severity::High),
        5 | 6 => Some(Severity::Critical),
        _ => None,
    };
    let named = raw.severity_name.str().parse().ok();
    match of_id(whole(&raw.severity)).or(named).or(of_id(whole(&raw.vendor.severity))) {
        Some(severity) => finding.severity = severity,
        None => gaps.note("severity_id", GapKind::Missing),
    }
}

fn read_attacks(finding: &mut Finding, info: &raw::Info<'_>) {
    for attack in info.attacks.iter() {
        for tactic in attack.tactics.iter().chain([&attack.tactic]) {
            add(&mut finding.tactics, tactic.name.some().or(tactic.uid.some()));
        }
        let technique = attack.sub_technique.uid.some().or(attack.technique.uid.some());
        add(&mut finding.techniques, technique.map(guardduty::technique_id));
    }
    if finding.is_attack_sequence() {
        for related in info.related.iter() {
            add(&mut finding.signals, related.uid.str().rsplit('/').next().filter(|uid| !uid.is_empty()));
        }
    }
}

fn add(list: &mut Vec<String>, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !list.iter().any(|known| known == value)) {
        list.push(value.to_owned());
    }
}
