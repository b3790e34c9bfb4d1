//! Verdicts, and the deterministic judgement that every other opinion is measured against.

use serde::{Deserialize, Serialize};

use crate::evidence::{Citation, Evidence};
use crate::finding::{Finding, FindingClass, ResourceRole};
use crate::finding_type::FindingType;
use crate::severity::Severity;

/// What an incident turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It happened, and it is bad.
    TruePositive,
    /// The product erred.
    FalsePositive,
    /// It happened, and it is harmless.
    Benign,
    /// Something is wrong; a person must look.
    Suspicious,
    /// Part of another incident.
    Duplicate,
    /// A sample that somebody asked for.
    Test,
    /// Too little is known.
    InsufficientData,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 7] = [
        Self::TruePositive,
        Self::FalsePositive,
        Self::Benign,
        Self::Suspicious,
        Self::Duplicate,
        Self::Test,
        Self::InsufficientData,
    ];

    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TruePositive => "TruePositive",
            Self::FalsePositive => "FalsePositive",
            Self::Benign => "Benign",
            Self::Suspicious => "Suspicious",
            Self::Duplicate => "Duplicate",
            Self::Test => "Test",
            Self::InsufficientData => "InsufficientData",
        }
    }

    /// How alarming it is: an analyst may raise a verdict, never lower it below the deterministic one.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::FalsePositive | Self::Benign | Self::Duplicate | Self::Test => 0,
            Self::InsufficientData => 1,
            Self::Suspicious => 2,
            Self::TruePositive => 3,
        }
    }
}

/// The deterministic judgement: a verdict, how sure it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// In per cent.
    pub confidence: u8,
    /// Why, in our words.
    pub because: Vec<Ground>,
}

/// One reason of a judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// In our words.
    pub text: String,
    /// What shows it.
    pub citation: Citation,
}

/// Judges an incident by its evidence alone. Total: there is always a verdict.
#[must_use]
pub fn judge(evidence: &Evidence) -> Judgement {
    let Some(gravest) = evidence.gravest() else {
        return conclude(Verdict::InsufficientData, 20, Vec::new());
    };
    let findings = &evidence.findings;
    if findings.iter().all(|finding| finding.sample) {
        return conclude(
            Verdict::Test,
            100,
            grounds(evidence, "the product marked it as a sample", "/sample", |f| f.sample),
        );
    }
    if findings.iter().all(|finding| !finding.is_alarming()) {
        let why = "archived, passed or settled at its product";
        return conclude(Verdict::Benign, 90, grounds(evidence, why, "/record_state", |f| !f.is_alarming()));
    }
    let threats = |test: fn(&Finding) -> bool| {
        move |finding: &Finding| {
            finding.class == FindingClass::Threat && finding.is_alarming() && test(finding)
        }
    };
    let sequence = grounds(
        evidence,
        "the product itself joined several signals into one attack",
        "/kind",
        threats(Finding::is_attack_sequence),
    );
    if !sequence.is_empty() {
        return conclude(Verdict::TruePositive, 95, sequence);
    }
    let known_bad = grounds(
        evidence,
        "activity of a kind that has hardly any harmless reason",
        "/kind",
        threats(|finding| FindingType::parse(&finding.kind).is_known_bad()),
    );
    let listed = grounds(
        evidence,
        "the address at the other end is on a threat list and our side acted",
        "/remotes/0",
        threats(|finding| {
            finding.role != Some(ResourceRole::Target)
                && finding.remotes.first().is_some_and(|remote| !remote.threat_lists.is_empty())
        }),
    );
    let tactics = evidence.tactics.len();
    if !known_bad.is_empty() {
        let confidence = 80 + if tactics > 1 { 10 } else { 0 } + if listed.is_empty() { 0 } else { 5 };
        return conclude(Verdict::TruePositive, confidence, [known_bad, listed].concat());
    }
    if gravest.effective_severity() >= Severity::High && tactics > 1 {
        let several =
            grounds(evidence, "several tactics against the same entities", "/kind", threats(|_any| true));
        return conclude(Verdict::TruePositive, 80, [several, listed].concat());
    }
    judge_the_rest(evidence, gravest, listed)
}

/// What is left when nothing speaks plainly for an attack.
fn judge_the_rest(evidence: &Evidence, gravest: &Finding, listed: Vec<Ground>) -> Judgement {
    let alarming = || evidence.findings.iter().filter(|finding| finding.is_alarming());
    if alarming().all(|finding| {
        FindingType::parse(&finding.kind).is_inbound_probe() && finding.severity <= Severity::Low
    }) {
        let why = "knocking from outside, and nothing says that a door opened";
        return conclude(Verdict::Benign, 60, grounds(evidence, why, "/kind", Finding::is_alarming));
    }
    if alarming().all(|finding| matches!(finding.class, FindingClass::Control | FindingClass::Vulnerability))
    {
        let why = "a check that failed is a fact, not a guess";
        return conclude(Verdict::TruePositive, 90, grounds(evidence, why, "/kind", Finding::is_alarming));
    }
    if gravest.resources.is_empty() && gravest.principals.is_empty() {
        let why = "the record names neither a resource nor a principal";
        return conclude(
            Verdict::InsufficientData,
            30,
            grounds(evidence, why, "/resources", Finding::is_alarming),
        );
    }
    let confidence = match gravest.effective_severity() {
        Severity::Critical | Severity::High => 70,
        Severity::Medium => 55,
        Severity::Low | Severity::Informational => 40,
    };
    let why = "unusual, with no sign yet of what it is for";
    let unusual = grounds(evidence, why, "/kind", Finding::is_alarming);
    conclude(
        Verdict::Suspicious,
        confidence + if listed.is_empty() { 0 } else { 10 },
        [listed, unusual].concat(),
    )
}

fn conclude(verdict: Verdict, confidence: u8, because: Vec<Ground>) -> Judgement {
    Judgement { verdict, confidence: confidence.min(100), because }
}

/// The first three findings that `test` accepts, as grounds with one text.
fn grounds(evidence: &Evidence, text: &str, pointer: &str, test: impl Fn(&Finding) -> bool) -> Vec<Ground> {
    let cited = evidence.findings.iter().enumerate().filter(|(_, finding)| test(finding)).take(3);
    cited
        .map(|(index, _)| Ground { text: text.to_owned(), citation: evidence.cite(index, pointer) })
        .collect()
}
