//! What happened: the summary, and the claims in the order of time.

use std::collections::{BTreeSet, HashMap};

use soc_domain::analysis::Claim;
use soc_domain::attack::TACTICS;
use soc_domain::finding::{Finding, FindingClass};
use soc_domain::verdict::Judgement;

use super::case::{Case, Seen, claim, counted, is_kind, is_name, is_words, minute, name_of};
use super::meaning::reading;

/// How many claims tell what happened; the rest of the analysis has room for doubts.
const MOST_EVENTS: usize = 12;
/// A claim is cut at 400 characters; what would not fit is left to the finding itself. Room for the full stop.
const LONGEST: usize = 399;
/// How many findings of one sort a claim cites.
const MOST_CITED: usize = 4;

/// The incident in two or three sentences.
pub(super) fn summary(case: &Case<'_>, floor: &Judgement) -> String {
    let verdict = format!("The rules hold this to be {} ({} %)", floor.verdict.name(), floor.confidence);
    let Some(gravest) = case.gravest() else {
        return format!("There is no finding to explain. {verdict}.");
    };
    let finding = &gravest.finding;
    let opening = if case.is_sample() { "A sample that the product made on request" } else { opening(case) };
    let mut text = format!("{opening} (severity {}): {}", finding.severity, reading(finding).says);
    text.push_str(&circumstances(gravest));
    text.push_str(". ");
    text.push_str(&extent(case));
    text.push_str(&verdict);
    if let Some(ground) = floor.because.first() {
        text.push_str(": ");
        text.push_str(&ground.text);
    }
    text.push('.');
    text
}

fn opening(case: &Case<'_>) -> &'static str {
    if case.is_all(FindingClass::Control) {
        "Posture, not an attack"
    } else if case.is_all(FindingClass::Vulnerability) {
        "A weakness, not an attack"
    } else if case.seen.iter().any(|seen| seen.finding.is_attack_sequence()) {
        "An attack in several steps"
    } else {
        "Activity that looks like an attack"
    }
}

/// To what, by whom, from where.
fn circumstances(seen: &Seen) -> String {
    let mut text = String::new();
    if let Some((_, resource)) = seen.resource() {
        text.push_str(" - resource ");
        text.push_str(&resource.id);
    }
    if let Some(name) = seen.principal().and_then(|(_, who)| name_of(who)) {
        text.push_str(" - principal ");
        text.push_str(name);
    }
    if let Some((_, remote)) = remote(&seen.finding) {
        text.push_str(" - other end ");
        text.push_str(remote);
    }
    text
}

fn remote(finding: &Finding) -> Option<(usize, &str)> {
    let remotes = finding.remotes.iter().map(|remote| remote.ip.as_str()).enumerate();
    remotes.into_iter().find(|(_, ip)| ip.parse::<std::net::IpAddr>().is_ok())
}

/// Since when, how many, where.
fn extent(case: &Case<'_>) -> String {
    let total = case.left_out.saturating_add(case.seen.len() as u64);
    let mut text = match (case.began(), case.ended()) {
        (Some(began), Some(ended)) if minute(began) != minute(ended) => {
            format!("Seen from {} to {}", minute(began), minute(ended))
        }
        (Some(began), _) => format!("Seen at {}", minute(began)),
        (None, _) => "Seen at an unknown time".to_owned(),
    };
    text.push_str(", in ");
    text.push_str(&counted(total, "finding"));
    let places: BTreeSet<(&str, &str)> = case
        .seen
        .iter()
        .map(|seen| (seen.finding.place.account.as_str(), seen.finding.place.region.as_str()))
        .filter(|(account, region)| is_name(account) && is_name(region))
        .collect();
    if let Some((account, region)) = places.first() {
        text.push_str(&format!(" of account {account} in {region}"));
        if places.len() > 1 {
            text.push_str(" and further places");
        }
    }
    text.push_str(". ");
    text
}

/// What happened, step by step, and the phases that it makes up.
pub(super) fn claims(case: &Case<'_>) -> Vec<Claim> {
    let groups = groups(case);
    let mut claims: Vec<Claim> = groups.iter().take(MOST_EVENTS).filter_map(|group| event(group)).collect();
    let untold: usize = groups.iter().skip(MOST_EVENTS).map(Vec::len).sum();
    if let Some(first) = groups.get(MOST_EVENTS).and_then(|group| group.first()) {
        let text = format!("After these came {} of further sorts.", counted(untold as u64, "finding"));
        claims.push(claim(text, vec![first.at("/kind")]));
    }
    claims.extend(phases(case, &claims));
    claims
}

/// Findings of one sort: the same type, resource and principal. In the order of their first.
fn groups<'c>(case: &'c Case<'_>) -> Vec<Vec<&'c Seen>> {
    let sort = |seen: &'c Seen| {
        let resource = seen.finding.resources.first().map(|resource| resource.arn.as_str());
        (seen.finding.kind.as_str(), resource, seen.principal().and_then(|(_, who)| name_of(who)))
    };
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<&Seen>> = Vec::new();
    for seen in &case.seen {
        let place = *places.entry(sort(seen)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(seen),
            None => groups.push(vec![seen]),
        }
    }
    groups
}

/// One claim for findings of one sort.
fn event(group: &[&Seen]) -> Option<Claim> {
    let first = *group.first()?;
    let finding = &first.finding;
    let reading = reading(finding);
    let mut event = claim(String::new(), vec![first.at("/kind")]);
    event.text = match finding.began() {
        Some(began) => format!("At {}: {}", minute(began), reading.says),
        None => format!("At an unknown time: {}", reading.says),
    };
    if finding.first_seen.is_some() {
        event.evidence.push(first.at("/first_seen"));
    }
    tell_who_and_what(&mut event, first);
    tell_other_end(&mut event, first);
    if is_kind(&finding.kind) {
        say(&mut event, &format!(" (type {})", finding.kind));
    }
    let times = group.iter().fold(0_u64, |sum, seen| sum.saturating_add(seen.finding.count));
    if times > 1 && say(&mut event, &format!(", seen {times} times")) {
        event.evidence.push(first.at("/count"));
    }
    event.text.push('.');
    event.evidence.extend(group.iter().skip(1).take(MOST_CITED).map(|seen| seen.at("/kind")));
    let known = reading.techniques.iter().copied().chain(first.own_techniques());
    event.techniques = known.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).take(8).collect();
    Some(event)
}

fn tell_who_and_what(event: &mut Claim, seen: &Seen) {
    if let Some((index, resource)) = seen.resource()
        && say(event, &format!("; resource {}", resource.id))
    {
        event.evidence.push(seen.at(&format!("/resources/{index}/id")));
        name_entity(event, &resource.id);
    }
    if let Some((index, who)) = seen.principal() {
        let name = name_of(who).unwrap_or_default();
        if say(event, &format!("; principal {name}")) {
            event.evidence.push(seen.at(&format!("/principals/{index}")));
            name_entity(event, name);
        }
        let key = who.access_key_id.as_deref().filter(|key| is_name(key) && *key != name);
        if let Some(key) = key.filter(|key| say(event, &format!(" with key {key}"))) {
            name_entity(event, key);
        }
    }
    if let Some(api) = seen.finding.api.as_ref().filter(|api| is_name(&api.name))
        && say(event, &format!("; call {}", api.name))
    {
        event.evidence.push(seen.at("/api/name"));
    }
}

/// Adds to a claim's text what still fits. Answers whether it did.
fn say(event: &mut Claim, text: &str) -> bool {
    let fits = event.text.len().saturating_add(text.len()) <= LONGEST;
    if fits {
        event.text.push_str(text);
    }
    fits
}

/// The user may be the resource, too: named once.
fn name_entity(event: &mut Claim, name: &str) {
    if !event.entities.iter().any(|known| known == name) {
        event.entities.push(name.to_owned());
    }
}

fn tell_other_end(event: &mut Claim, seen: &Seen) {
    let Some((index, ip)) = remote(&seen.finding) else { return };
    if !say(event, &format!("; other end {ip}")) {
        return;
    }
    name_entity(event, ip);
    event.evidence.push(seen.at(&format!("/remotes/{index}/ip")));
    let Some(remote) = seen.finding.remotes.get(index) else { return };
    if let Some(country) = remote.country.as_deref().filter(|country| is_words(country))
        && say(event, &format!(" in {country}"))
    {
        event.evidence.push(seen.at(&format!("/remotes/{index}/country")));
    }
    if !remote.threat_lists.is_empty() && say(event, ", which a threat list names") {
        event.evidence.push(seen.at(&format!("/remotes/{index}/threat_lists")));
    }
}

/// The phases of the attack, by tactic, in the order of the life of an attack.
fn phases(case: &Case<'_>, told: &[Claim]) -> Option<Claim> {
    let place = |tactic: &&str| TACTICS.iter().position(|known| known == tactic).unwrap_or(TACTICS.len());
    let mut tactics = case.tactics.clone();
    tactics.sort_by_key(place);
    tactics.truncate(TACTICS.len());
    if tactics.is_empty() {
        return None;
    }
    let text = format!("Phases by ATT&CK tactic: {}.", tactics.join(", "));
    let mut phases = claim(text, vec!["/tactics".to_owned()]);
    let techniques: BTreeSet<&String> = told.iter().flat_map(|claim| &claim.techniques).collect();
    phases.techniques = techniques.into_iter().take(20).cloned().collect();
    Some(phases)
}
