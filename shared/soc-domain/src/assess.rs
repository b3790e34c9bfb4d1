//! Triage: how urgent an incident is, which way it goes, and why. Pure and total.

use serde::{Deserialize, Serialize};

use crate::evidence::{Citation, Evidence};
use crate::finding::{Finding, FindingClass, ResourceRole};
use crate::finding_type::FindingType;
use crate::id::SuppressionId;
use crate::people::PeopleSuppression;
use crate::policy::{Policy, Suppression, Weights, covers};
use crate::severity::Severity;
use crate::time::Timestamp;

/// The way an incident goes after triage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Keep it; nobody is told.
    Record,
    /// Tell people.
    Notify,
    /// Analyse, plan, answer, tell.
    Respond,
}

/// The result of triage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// 0 to 100.
    pub score: i16,
    /// 1 (now) to 5 (whenever).
    pub priority: u8,
    /// Where it goes.
    pub route: Way,
    /// What made the score, the weightiest first.
    pub reasons: Vec<Reason>,
    /// The suppression that holds, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppression>,
    /// Its id, if people agreed on it; none if it is the policy's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed_by: Option<SuppressionId>,
    /// The hash of the policy that it rests on.
    pub policy_sha256: String,
}

/// One reason of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A closed name, equal to the policy's key where there is one.
    pub code: String,
    /// In our words, with figures.
    pub text: String,
    /// What it adds to the score.
    pub weight: i16,
    /// What shows it.
    pub citation: Citation,
}

/// Assesses an incident by its evidence under a policy; `now` decides which suppressions still hold.
#[must_use]
pub fn assess(evidence: &Evidence, policy: &Policy, now: Timestamp) -> Assessment {
    assess_with(evidence, policy, &[], now)
}

/// The same, with suppressions that people agreed on beside those of the policy, which are looked at first.
#[must_use]
pub fn assess_with(
    evidence: &Evidence,
    policy: &Policy,
    agreed: &[PeopleSuppression],
    now: Timestamp,
) -> Assessment {
    let mut reasons = reasons(evidence, &policy.rules.triage.weights);
    let score = reasons.iter().map(|reason| reason.weight).fold(0, i16::saturating_add).clamp(0, 100);
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight.saturating_abs()));
    let thresholds = &policy.rules.triage.thresholds;
    let (suppressed, suppressed_by) = suppression(evidence, policy, agreed, now);
    let is_test = evidence.findings.iter().all(|finding| finding.sample);
    let priority = match score {
        _ if is_test || suppressed.is_some() => 5,
        s if s >= thresholds.p1 => 1,
        s if s >= thresholds.p2 => 2,
        s if s >= thresholds.p3 => 3,
        s if s >= thresholds.p4 => 4,
        _ => 5,
    };
    let route = if is_test || suppressed.is_some() {
        Way::Record
    } else if score >= thresholds.respond || evidence.cannot_be_hidden() {
        Way::Respond
    } else if score >= thresholds.notify {
        Way::Notify
    } else {
        Way::Record
    };
    Assessment {
        score,
        priority,
        route,
        reasons,
        suppressed,
        suppressed_by,
        policy_sha256: policy.sha256.clone(),
    }
}

impl Evidence {
    /// Critical incidents and attack sequences: no suppression and no weight keeps them from people.
    #[must_use]
    pub fn cannot_be_hidden(&self) -> bool {
        self.severity == Severity::Critical
            || self.findings.iter().any(|finding| finding.is_attack_sequence() && finding.is_alarming())
    }
}

/// The suppression that covers every alarming finding, if one does and may, with its id if it is people's.
fn suppression(
    evidence: &Evidence,
    policy: &Policy,
    agreed: &[PeopleSuppression],
    now: Timestamp,
) -> (Option<Suppression>, Option<SuppressionId>) {
    if evidence.cannot_be_hidden() {
        return (None, None);
    }
    let covers_all = |rule: &Suppression| {
        evidence.findings.iter().filter(|finding| finding.is_alarming()).all(|finding| rule.covers(finding))
    };
    let holds = |rule: &&Suppression| {
        Timestamp::parse(&rule.expires).is_some_and(|expires| now < expires) && covers_all(rule)
    };
    if let Some(rule) = policy.rules.suppressions.iter().find(holds) {
        return (Some(rule.clone()), None);
    }
    match agreed.iter().find(|agreed| agreed.is_active(now) && covers_all(&agreed.rule)) {
        Some(agreed) => (Some(agreed.rule.clone()), Some(agreed.id)),
        None => (None, None),
    }
}

/// Whether `rule` covers every alarming finding of an incident, and there is one.
#[must_use]
pub fn would_hide(rule: &Suppression, findings: &[Finding]) -> bool {
    let mut alarming = findings.iter().filter(|finding| finding.is_alarming()).peekable();
    alarming.peek().is_some() && alarming.all(|finding| rule.covers(finding))
}

impl Suppression {
    /// Whether it is about `finding`.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        covers(&self.kind, &finding.kind)
            && (self.account.is_empty() || self.account == finding.place.account)
            && (self.resource.is_empty()
                || finding.resources.iter().any(|resource| covers(&self.resource, &resource.arn)))
    }
}

fn reasons(evidence: &Evidence, weights: &Weights) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add = |code: &str, weight: i16, text: String, citation: Citation| {
        reasons.push(Reason { code: code.to_owned(), text, weight, citation });
    };
    let first = |test: &dyn Fn(&Finding) -> bool| {
        evidence.findings.iter().position(|finding| finding.is_alarming() && test(finding))
    };
    let (code, weight) = match evidence.severity {
        Severity::Critical => ("critical", weights.critical),
        Severity::High => ("high", weights.high),
        Severity::Medium => ("medium", weights.medium),
        Severity::Low => ("low", weights.low),
        Severity::Informational => ("informational", 0),
    };
    add(code, weight, format!("severity {}", evidence.severity), evidence.cite_whole("/severity"));
    if let Some(at) = first(&Finding::is_attack_sequence) {
        let text = "the product joined several signals into one attack".to_owned();
        add("attack_sequence", weights.attack_sequence, text, evidence.cite(at, "/kind"));
    }
    let further = evidence.tactics.len().saturating_sub(1).min(3);
    if further > 0 {
        let weight = weights.further_tactic.saturating_mul(i16::try_from(further).unwrap_or(3));
        let tactics: Vec<&str> = evidence.tactics.iter().map(String::as_str).collect();
        add(
            "further_tactic",
            weight,
            format!("{} tactics: {}", tactics.len(), tactics.join(", ")),
            evidence.cite_whole("/tactics"),
        );
    }
    if let Some((at, resource)) = production_resource(evidence) {
        let pointer = format!("/resources/{resource}/tags");
        add(
            "production",
            weights.production,
            "a resource is tagged as production".to_owned(),
            evidence.cite(at, &pointer),
        );
    }
    if let Some(at) = first(&|f| f.remotes.first().is_some_and(|remote| !remote.threat_lists.is_empty())) {
        let text = "the address at the other end is on a threat list".to_owned();
        add("threat_list", weights.threat_list, text, evidence.cite(at, "/remotes/0/threat_lists"));
    }
    if let Some(at) = first(&|f| f.role == Some(ResourceRole::Actor)) {
        add("actor", weights.actor, "our own resource acted".to_owned(), evidence.cite(at, "/role"));
    }
    if let Some(at) = first(&|f| FindingType::parse(&f.kind).is_known_bad()) {
        let text = "activity that has hardly any harmless reason".to_owned();
        add("known_bad", weights.known_bad, text, evidence.cite(at, "/kind"));
    }
    if let Some(at) = first(&|f| f.count >= 10) {
        let count = evidence.findings.get(at).map_or(0, |f| f.count);
        add("repeated", weights.repeated, format!("seen {count} times"), evidence.cite(at, "/count"));
    }
    let alarming = || evidence.findings.iter().filter(|finding| finding.is_alarming());
    if alarming().next().is_some() {
        if alarming().all(|f| FindingType::parse(&f.kind).is_inbound_probe()) {
            let text = "only knocking from outside".to_owned();
            add(
                "inbound_probe",
                weights.inbound_probe,
                text,
                evidence.cite(first(&|_| true).unwrap_or(0), "/kind"),
            );
        }
        if alarming().all(|f| f.class == FindingClass::Control) {
            let text = "a check of settings, not an attack".to_owned();
            add("posture", weights.posture, text, evidence.cite(first(&|_| true).unwrap_or(0), "/class"));
        }
    }
    reasons
}

/// The first resource that is tagged as production: indices of its finding and of itself.
fn production_resource(evidence: &Evidence) -> Option<(usize, usize)> {
    evidence.findings.iter().enumerate().find_map(|(at, finding)| {
        let position =
            finding.resources.iter().position(|r| environment_of(&r.tags) == Environment::Production);
        position.map(|resource| (at, resource))
    })
}

/// What a resource is for, as far as its tags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Environment {
    /// Tagged as production.
    Production,
    /// Tagged as something else.
    Other,
    /// Not tagged: nothing is done to it without a person.
    Unknown,
}

/// Reads the environment from tags: `environment`, `env` or `stage`, in any case.
#[must_use]
pub fn environment_of<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Environment {
    let mut found = Environment::Unknown;
    for (key, value) in tags {
        let named = ["environment", "env", "stage"].iter().any(|name| key.eq_ignore_ascii_case(name));
        let value = value.trim().to_ascii_lowercase();
        if !named || value.is_empty() {
            continue;
        }
        if value.starts_with("prod") || value.starts_with("prd") || value == "live" {
            return Environment::Production;
        }
        found = Environment::Other;
    }
    found
}
