//! GuardDuty findings in GuardDuty's own format, whole or partial, in either casing.
//!
//! Apart, because it is the richest route: what it says is never overwritten by another.

mod raw;
mod resources;
mod sequence;
mod service;

use crate::finding::{Finding, FindingClass, Gap, GapKind, RecordState, ResourceRole, Route};
use crate::severity::Severity;
use crate::wire::Event;
use crate::wire::arn::{Arn, Places};
use crate::wire::blank::{self, Origin};
use crate::wire::gaps::Gaps;
use crate::wire::lenient::Field;
use crate::wire::refusal::Refusal;

pub(super) use raw::Tag;
pub(super) use resources::{build, principal};
pub(super) use sequence::technique_id;
pub(super) use service::{activity, is_inbound, observe, port, reached};

/// Reads one finding; what the finding does not say of its place, its envelope may.
pub(super) fn read(text: &str, envelope: Option<&Event>) -> Result<(Finding, Vec<Gap>), Refusal> {
    let raw: raw::Raw<'_> = serde_json::from_str(text).map_err(|error| Refusal::from_json(text, &error))?;
    let mut gaps = Gaps::default();
    let mut finding = blank::finding(&origin(text, &raw, envelope, &mut gaps));
    finding.class = FindingClass::Threat;
    finding.kind = gaps.text("type", &raw.kind);
    finding.title = gaps.text("title", &raw.title);
    finding.description = gaps.text("description", &raw.description);
    gaps.need("severity", &raw.severity);
    finding.severity =
        raw.severity.get().map_or(Severity::default(), |score| Severity::from_guardduty(*score));
    finding.created_at = gaps.time("createdAt", &raw.created);
    finding.updated_at = gaps.time("updatedAt", &raw.updated);
    read_service(&mut finding, &raw.service, &mut gaps);
    let said = gaps.object("resource", &raw.resource);
    resources::read(&mut finding, &raw.resource);
    resources::read_affected(&mut finding, &raw.service.action.api.affected);
    sequence::read(&mut finding, &raw.service.detection.sequence);
    if said && finding.resources.is_empty() {
        gaps.note("resource", GapKind::Missing);
    }
    Ok((finding, gaps.0))
}

fn origin<'a>(text: &str, raw: &'a raw::Raw<'_>, envelope: Option<&'a Event>, gaps: &mut Gaps) -> Origin<'a> {
    gaps.text("id", &raw.id);
    gaps.text("arn", &raw.arn);
    let arn = raw.arn.str();
    if !arn.is_empty() && Arn::parse(arn).is_none() {
        gaps.note("arn", GapKind::Unreadable);
    }
    let in_arn = Arn::parse(arn).and_then(|arn| arn.guardduty_finding());
    if in_arn.is_some() && raw.id.some().is_some() && in_arn != raw.id.some() {
        gaps.note("id", GapKind::Odd);
    }
    let mut places =
        Places::default().or_arn(arn).or(raw.partition.str(), raw.region.str(), raw.account.str());
    if let Some(event) = envelope {
        places = places.or("", &event.region, &event.account);
    }
    let place = places.place();
    if place.account.is_empty() {
        gaps.note("accountId", GapKind::Missing);
    }
    Origin {
        route: Route::Native,
        place,
        product: "guardduty".into(),
        own_id: blank::own_id(in_arn.or(raw.id.some()), text),
    }
}

fn read_service(finding: &mut Finding, service: &raw::Service<'_>, gaps: &mut Gaps) {
    if !gaps.object("service", service) {
        return;
    }
    gaps.look("service.archived", &service.archived);
    if service.archived.get() == Some(&true) {
        finding.record_state = RecordState::Archived;
    }
    finding.count = gaps.count("service.count", &service.count);
    finding.first_seen = gaps.time("service.eventFirstSeen", &service.first_seen);
    finding.last_seen = gaps.time("service.eventLastSeen", &service.last_seen);
    finding.role = role(service.role.str());
    if finding.role.is_none() && !matches!(service.role, Field::Absent) {
        gaps.note("service.resourceRole", GapKind::Unreadable);
    }
    service::read(finding, service);
}

/// `resourceRole` in any case.
pub(super) fn role(text: &str) -> Option<ResourceRole> {
    if text.eq_ignore_ascii_case("TARGET") {
        Some(ResourceRole::Target)
    } else if text.eq_ignore_ascii_case("ACTOR") {
        Some(ResourceRole::Actor)
    } else {
        None
    }
}

/// GuardDuty's type as another format writes it: `TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort` is
/// `Recon:EC2/PortProbeUnprotectedPort`. Nothing where it is no type of GuardDuty's.
pub(super) fn type_of(written: &str) -> Option<String> {
    let colon = written.find(':')?;
    let begin = written.get(..colon)?.rfind('/').map_or(0, |slash| slash + 1);
    let own = written.get(begin..)?;
    let (family, rest) = own.split_once(':')?;
    if rest.contains('/') {
        return Some(own.to_owned());
    }
    let (resource, behaviour) = rest.split_once('-')?;
    Some(format!("{family}:{resource}/{behaviour}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_the_same_however_it_is_written() {
        let same = "Backdoor:EC2/C&CActivity.B!DNS";
        for written in [
            "TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS",
            same,
            "TTPs/Backdoor:EC2-C&CActivity.B!DNS",
        ] {
            assert_eq!(type_of(written).as_deref(), Some(same), "{written}");
        }
        assert_eq!(type_of("Software and Configuration Checks/Vulnerabilities/CVE"), None);
    }
}
