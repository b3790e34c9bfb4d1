//! `policy.toml`: what people decide. One document with a version hash that is written into every decision.
//!
//! The reader is strict: an unknown key, a wrong type or a value out of range is an error with its line, and
//! without a policy nothing mutates.

mod duration;
mod triage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::action::{ActionKind, Tier};
use crate::id::sha256_hex;
use crate::severity::{Severity, UnknownName};
use crate::time::Timestamp;
use crate::webhook::is_safe_url;

pub use duration::Span;
pub use triage::{Thresholds, Triage, Weights};

/// The default policy, with a comment on each key.
pub const DEFAULT: &str = include_str!("default.toml");

/// The only version of the document that there is.
const VERSION: u32 = 1;

/// A policy and its hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The lower-case hexadecimal SHA-256 of the document's bytes.
    pub sha256: String,
    /// What it says.
    pub rules: Rules,
}

/// What a policy says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The version of the document's form.
    pub version: u32,
    /// How far the machine may go.
    pub response: Response,
    /// What starts a workflow.
    pub workflow: Workflow,
    /// What joins findings.
    pub correlation: Correlation,
    /// Weights and thresholds of triage.
    pub triage: Triage,
    /// What each action may do by itself.
    pub actions: BTreeMap<ActionKind, ActionRule>,
    /// What is never touched.
    pub protected: Protected,
    /// Where actions are allowed at all.
    pub enrolled: Enrolled,
    /// How people are asked.
    pub approval: Approval,
    /// How long containment lasts.
    pub containment: Containment,
    /// What may be spent.
    pub budget: Budget,
    /// Who is told.
    pub notice: Notice,
    /// When only urgent notices go out.
    pub quiet_hours: QuietHours,
    /// What is known and accepted.
    #[serde(default)]
    pub suppressions: Vec<Suppression>,
}

/// `[response]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The kill switch and its steps.
    pub mode: Mode,
}

/// How far the machine may go, from nothing to what each action's tier allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nothing is planned and nothing is done.
    Off,
    /// Plans are written and nothing is done.
    DryRun,
    /// Everything needs a person.
    Approve,
    /// What the tiers say.
    Auto,
}

impl Mode {
    /// The stricter of two: what one forbids, the other does not allow.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        self.min(other)
    }

    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::DryRun => "dry-run",
            Self::Approve => "approve",
            Self::Auto => "auto",
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Off, Self::DryRun, Self::Approve, Self::Auto]
            .into_iter()
            .find(|mode| mode.name() == text)
            .ok_or_else(|| UnknownName::new(text, "a response mode", "off, dry-run, approve, auto"))
    }
}

/// `[workflow]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// The least severity that starts a workflow.
    pub floor: Severity,
}

/// `[correlation]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// Findings that share a key join when their times are this close.
    pub window: Span,
    /// A key that joins more resources than this joins nothing further.
    pub max_resources_per_key: u32,
    /// Shared infrastructure: addresses, names and ARNs that never join findings.
    pub ignore: Vec<String>,
}

/// `[actions.<name>]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionRule {
    /// Who may start it at best.
    pub tier: Tier,
    /// How many things it may touch without a person.
    pub max_blast_radius: u32,
    /// The least severity for doing it without a person.
    pub min_severity: Severity,
    /// The least confidence, in per cent, for doing it without a person.
    pub min_confidence: u8,
}

/// `[protected]`: refused before planning.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protected {
    /// Tags, as `key=value`, or `key` for any value.
    pub tags: Vec<String>,
    /// ARNs; a `*` at the end stands for the rest.
    pub arns: Vec<String>,
    /// Account ids.
    pub accounts: Vec<String>,
    /// Names of users and roles; a `*` at the end stands for the rest.
    pub principals: Vec<String>,
}

/// `[enrolled]`: an empty list enrols nothing; `*` enrols everything.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// Account ids.
    pub accounts: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

/// `[approval]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// How long people have; afterwards the answer is no.
    pub timeout: Span,
    /// How many persons must consent.
    pub persons: u8,
    /// How many must in production, and for critical incidents.
    pub persons_production: u8,
}

/// `[containment]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Containment {
    /// Containment ends by itself after this.
    pub expiry: Span,
}

/// `[budget]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Actions in one account in one hour; more need a person.
    pub actions_per_account_hour: u32,
    /// US dollars a day for models.
    pub ai_usd_day: f64,
}

/// `[notice]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The least severity that is told to people.
    pub min_severity: Severity,
    /// Where every notice is posted too, signed: `https`, or `http` to this machine.
    #[serde(default)]
    pub webhook: Option<String>,
}

/// `[quiet_hours]`: equal hours switch it off.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// First hour, UTC, 0 to 23.
    pub from: u8,
    /// The hour after the last, UTC, 0 to 23.
    pub to: u8,
    /// The least severity that goes out all the same.
    pub min_severity: Severity,
}

/// `[[suppressions]]`: known and accepted. Never holds for Critical or attack sequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// The finding type or control id; a `*` at the end stands for the rest.
    pub kind: String,
    /// The account; empty for every account.
    #[serde(default)]
    pub account: String,
    /// The resource's ARN; a `*` at the end stands for the rest; empty for every resource.
    #[serde(default)]
    pub resource: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Until when, RFC 3339.
    pub expires: String,
}

/// Why a policy was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// Not TOML, an unknown key, a wrong type.
    #[error("line {line}: {what}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Well-formed, and nothing that could hold.
    #[error("{key}: {what}")]
    Unsound {
        /// The key.
        key: String,
        /// What is wrong, and what would be right.
        what: String,
    },
}

impl Policy {
    /// Reads a policy, strictly.
    ///
    /// # Errors
    /// Every document that is not exactly a policy: the first problem with its line or key.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let rules: Rules = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count());
            PolicyError::Malformed { line, what: error.message().to_owned() }
        })?;
        rules.check()?;
        Ok(Self { sha256: sha256_hex(&[text.as_bytes()]), rules })
    }

    /// The same policy under a ceiling that somebody set beside it: the stricter of the two modes holds. The hash stays
    /// the document's.
    #[must_use]
    pub fn limited_to(mut self, ceiling: Mode) -> Self {
        self.rules.response.mode = self.rules.response.mode.stricter(ceiling);
        self
    }

    /// The rule for an action; without one, a person must do it by hand.
    #[must_use]
    pub fn action(&self, kind: ActionKind) -> Option<&ActionRule> {
        self.rules.actions.get(&kind)
    }
}

impl Rules {
    fn check(&self) -> Result<(), PolicyError> {
        let unsound =
            |key: &str, what: &str| Err(PolicyError::Unsound { key: key.to_owned(), what: what.to_owned() });
        if self.version != VERSION {
            return unsound("version", "this program reads version 1");
        }
        if self.approval.persons == 0 || self.approval.persons_production < self.approval.persons {
            return unsound("approval.persons", "at least 1, and persons_production at least as many");
        }
        if self.correlation.max_resources_per_key == 0 {
            return unsound("correlation.max_resources_per_key", "at least 1");
        }
        if self.notice.webhook.as_deref().is_some_and(|url| !is_safe_url(url)) {
            return unsound(
                "notice.webhook",
                "https://..., or http:// to this machine, and no name or password",
            );
        }
        if self.quiet_hours.from > 23 || self.quiet_hours.to > 23 {
            return unsound("quiet_hours", "hours are 0 to 23");
        }
        if self.budget.ai_usd_day.is_nan() || self.budget.ai_usd_day < 0.0 {
            return unsound("budget.ai_usd_day", "zero or more");
        }
        if self.actions.values().any(|rule| rule.min_confidence > 100) {
            return unsound("actions.*.min_confidence", "0 to 100");
        }
        for suppression in &self.suppressions {
            if suppression.reason.trim().is_empty() || suppression.owner.trim().is_empty() {
                return unsound("suppressions", "each needs a reason and an owner");
            }
            if Timestamp::parse(&suppression.expires).is_none() {
                return unsound("suppressions.expires", "a time such as 2026-12-31T00:00:00Z");
            }
            if suppression.kind.trim_end_matches('*').is_empty() {
                return unsound(
                    "suppressions.kind",
                    "name a type or a control; `*` alone would hide everything",
                );
            }
        }
        self.triage.check()
    }
}

/// Whether `pattern` (a `*` at its end stands for the rest) covers `text`.
#[must_use]
pub fn covers(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |start| text.starts_with(start))
}
