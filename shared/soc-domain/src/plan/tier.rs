//! How far the machine may go with one action, and why not further.

use crate::action::{Effect, Observation, Target, Tier, blast_radius, effect};
use crate::assess::{Environment, environment_of};
use crate::evidence::Evidence;
use crate::finding::{Finding, FindingClass};
use crate::policy::{Enrolled, Mode, Policy, covers};
use crate::severity::Severity;

use super::Situation;

/// The strictest tier that anything asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceiling {
    /// Who may start it.
    pub tier: Tier,
    /// What made it stricter than auto, in our words.
    pub reasons: Vec<String>,
    /// How many persons must consent.
    pub persons: u8,
}

impl Ceiling {
    fn at_least(&mut self, tier: Tier, reason: impl Into<String>) {
        self.tier = self.tier.max(tier);
        self.reasons.push(reason.into());
    }
}

/// Why the policy forbids touching `target` at all, if it does: protected, or not enrolled.
#[must_use]
pub fn protection(policy: &Policy, target: &Target, observed: Option<&Observation>) -> Option<String> {
    let protected = &policy.rules.protected;
    if protected.accounts.contains(&target.place.account) {
        return Some("its account is protected".to_owned());
    }
    let touched = observed.map_or(&[][..], Observation::arns);
    if std::iter::once(&target.resource).chain(touched).any(|arn| any_covers(&protected.arns, arn)) {
        return Some("its ARN is protected".to_owned());
    }
    let principals =
        [target.parameter("user_name"), target.parameter("role_name"), target.parameter("instance_profile")];
    let principals = principals.into_iter().chain(observed.and_then(Observation::principal));
    if principals.filter(|name| !name.is_empty()).any(|name| any_covers(&protected.principals, name)) {
        return Some("its principal is protected".to_owned());
    }
    let address = target.parameter("address").split('/').next().unwrap_or_default();
    if !address.is_empty() && any_covers(&policy.rules.correlation.ignore, address) {
        return Some("the policy says that its address is shared infrastructure".to_owned());
    }
    let tagged = observed.is_some_and(|observed| {
        protected.tags.iter().any(|tag| match tag.split_once('=') {
            Some((key, value)) => observed.tags().get(key).is_some_and(|found| found == value),
            None => observed.tags().contains_key(tag),
        })
    });
    if tagged {
        return Some("it carries a protecting tag".to_owned());
    }
    if !is_enrolled(&policy.rules.enrolled, target) {
        return Some("its account or region is not enrolled".to_owned());
    }
    None
}

fn any_covers(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| covers(pattern, text))
}

fn is_enrolled(enrolled: &Enrolled, target: &Target) -> bool {
    let listed = |list: &[String], value: &str| list.iter().any(|entry| entry == "*" || entry == value);
    listed(&enrolled.accounts, &target.place.account) && listed(&enrolled.regions, &target.place.region)
}

pub(super) fn ceiling(situation: &Situation<'_>, target: &Target, attempt: u32) -> Ceiling {
    let policy = situation.policy;
    let approval = &policy.rules.approval;
    let mut ceiling = Ceiling { tier: Tier::Auto, reasons: Vec::new(), persons: approval.persons };
    let Some(rule) = policy.action(target.kind) else {
        ceiling.at_least(Tier::Guide, "the policy has no rule for this action");
        return ceiling;
    };
    let facts = situation.facts.get(target);
    let observed = facts.and_then(|facts| facts.observed.as_ref());
    if let Some(why) = protection(policy, target, observed) {
        ceiling.at_least(Tier::Guide, why);
    }
    match policy.rules.response.mode {
        Mode::Off | Mode::DryRun => ceiling.at_least(Tier::Guide, "the response mode is dry-run"),
        Mode::Approve => ceiling.at_least(Tier::Approve, "the response mode asks a person for everything"),
        Mode::Auto => {}
    }
    if rule.tier > Tier::Auto {
        ceiling.at_least(rule.tier, format!("the policy gives it tier {}", rule.tier.name()));
    }
    let Some(observed) = observed else {
        ceiling.at_least(Tier::Guide, "the account has no such resource");
        return ceiling;
    };
    if let Effect::Impossible { why } = effect(target, observed) {
        ceiling.at_least(Tier::Guide, why);
    }
    let is_code = |key: &String| key.starts_with("aws:cloudformation:") || is_terraform(key);
    if observed.tags().keys().any(is_code) {
        ceiling.at_least(Tier::Guide, "infrastructure as code manages it: change the code");
    }
    let environment = environment_of(observed.tags());
    match environment {
        Environment::Production => ceiling.at_least(Tier::Approve, "it is tagged as production"),
        Environment::Unknown => ceiling.at_least(Tier::Approve, "no tag says what it is for"),
        Environment::Other => {}
    }
    if environment == Environment::Production || situation.incident.severity == Severity::Critical {
        ceiling.persons = approval.persons_production;
    }
    if threat_severity(situation.evidence) < rule.min_severity {
        ceiling.at_least(Tier::Approve, format!("no threat is {} or graver", rule.min_severity));
    }
    if situation.incident.confidence < rule.min_confidence {
        let confidence = situation.incident.confidence;
        ceiling
            .at_least(Tier::Approve, format!("confidence {confidence} % is below {} %", rule.min_confidence));
    }
    let radius = blast_radius(observed);
    if radius > rule.max_blast_radius {
        ceiling.at_least(
            Tier::Approve,
            format!("it touches {radius} things, more than {}", rule.max_blast_radius),
        );
    }
    if facts.is_some_and(|facts| facts.done_this_hour >= policy.rules.budget.actions_per_account_hour) {
        ceiling.at_least(Tier::Approve, "the account's actions of this hour are used up");
    }
    if attempt > 0 {
        ceiling.at_least(Tier::Approve, "it was undone before");
    }
    ceiling
}

/// How grave the incident's threats are. A grave weakness on the same resource is no reason to act on a mild threat.
fn threat_severity(evidence: &Evidence) -> Severity {
    let threats = evidence.findings.iter().filter(|finding| finding.class == FindingClass::Threat);
    threats.map(Finding::effective_severity).max().unwrap_or_default()
}

fn is_terraform(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag.starts_with("terraform") || tag == "tf-managed"
}
