//! What speaks against an attack, and what is not known. It is apart from what happened so that neither
//! crowds out the other.

use soc_domain::analysis::Claim;
use soc_domain::assess::{Environment, environment_of};
use soc_domain::finding::{Activity, FindingClass, ResourceKind, ResourceRole};
use soc_domain::finding_type::FindingType;

use super::case::{Case, Seen, claim, counted, name_of};

/// At most this many of each.
const MOST: usize = 3;

/// What speaks against it, where something does.
pub(super) fn against(case: &Case<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut add = |text: &str, evidence: Vec<String>| {
        if !evidence.is_empty() {
            claims.push(claim(format!("Against it: {text}."), evidence));
        }
    };
    add("the product marked it as a sample", cited(case, "/sample", |seen| seen.finding.sample));
    add(
        "archived, passed or settled at its product",
        cited(case, "/workflow_status", |seen| !seen.finding.is_alarming()),
    );
    if !case.seen.iter().all(|seen| seen.finding.class == FindingClass::Threat) {
        claims.truncate(MOST);
        return claims;
    }
    if case.seen.iter().all(is_probe) {
        add("only knocking from outside, and nothing shows that it got in", cited(case, "/kind", is_probe));
    }
    if let [only] = case.seen.as_slice()
        && only.finding.count <= 1
    {
        add("it was seen once only", vec![only.at("/count")]);
    }
    let ends = || case.seen.iter().flat_map(|seen| &seen.finding.remotes);
    if ends().next().is_some() && ends().all(|remote| remote.threat_lists.is_empty()) {
        add(
            "no threat list names the address at the other end",
            cited(case, "/remotes/0", |seen| !seen.finding.remotes.is_empty()),
        );
    }
    let tested = |seen: &Seen| {
        let tags = seen.finding.resources.first().map(|resource| &resource.tags);
        tags.is_some_and(|tags| environment_of(tags) == Environment::Other)
    };
    add("the resource is tagged as something else than production", cited(case, "/resources/0/tags", tested));
    claims.truncate(MOST);
    claims
}

fn is_probe(seen: &Seen) -> bool {
    FindingType::parse(&seen.finding.kind).is_inbound_probe()
        && seen.finding.role != Some(ResourceRole::Actor)
}

/// What is missing from the evidence and would help to decide.
pub(super) fn gaps(case: &Case<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut add = |text: &str, evidence: Vec<String>| {
        if !evidence.is_empty() {
            claims.push(claim(format!("Not known: {text}."), evidence));
        }
    };
    if case.left_out > 0 && case.has_total {
        let text = format!(
            "what {} say that this document does not show",
            counted(case.left_out, "further finding")
        );
        add(&text, vec!["/findings_total".to_owned()]);
    }
    let is_call = |seen: &Seen| {
        matches!(
            seen.finding.activity,
            Some(Activity::ApiCall | Activity::KubernetesApiCall | Activity::RdsLogin)
        ) && !seen.finding.principals.iter().any(|who| name_of(who).is_some())
    };
    add("who made the call; no principal is named", cited(case, "/activity", is_call));
    let is_connection = |seen: &Seen| {
        seen.finding.activity == Some(Activity::NetworkConnection) && seen.finding.remotes.is_empty()
    };
    add("the address at the other end", cited(case, "/activity", is_connection));
    add("which resource it is about", cited(case, "/resources", |seen| seen.finding.resources.is_empty()));
    add(
        "when it happened; the record has no time",
        cited(case, "/kind", |seen| seen.finding.began().is_none()),
    );
    let is_unconnected = |seen: &Seen| {
        seen.finding.resources.first().is_some_and(|resource| {
            resource.kind == ResourceKind::AwsEc2Instance
                && resource.instance.as_ref().is_none_or(|instance| instance.interfaces.is_empty())
        })
    };
    add("how the instance is connected; no interface is named", cited(case, "/resources/0", is_unconnected));
    claims.truncate(MOST);
    claims
}

/// The value at `pointer` of the first findings that `test` accepts.
fn cited(case: &Case<'_>, pointer: &str, test: impl Fn(&Seen) -> bool) -> Vec<String> {
    case.seen.iter().filter(|seen| test(seen)).take(MOST).map(|seen| seen.at(pointer)).collect()
}
