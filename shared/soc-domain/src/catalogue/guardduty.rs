//! GuardDuty's finding types.
//!
//! Sources: names and default severities from "GuardDuty finding types", Amazon GuardDuty User Guide (as of
//! December 2025). Techniques from "Amazon GuardDuty" in the AWS mappings of the Center for Threat-Informed
//! Defense (Mappings Explorer, ATT&CK 16.1) and, where that gives sub-techniques only, from aws-samples
//! `mitre-attack-with-aws-security-hub-example`, which follows it. Of what these list for a type, those are
//! kept whose tactic is the type's own, where there are such; several sub-techniques of one technique stand as
//! the technique. Types that nobody has mapped have none. The tactic is the one of the techniques, else the one
//! that the type's purpose names ("Threat purposes", same guide).

mod identity;
mod kubernetes;
mod network;
mod runtime;
mod scan;

use std::sync::LazyLock;

use crate::catalogue::ResourceClass;

/// The numbers that stand for the default severities ("Severity levels of GuardDuty findings", same guide).
const LOW: f64 = 2.0;
const MEDIUM: f64 = 5.0;
const HIGH: f64 = 8.0;
const CRITICAL: f64 = 9.0;
/// The guide gives no default: the finding's own severity depends on what was found.
const VARIES: f64 = MEDIUM;

/// One finding type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuardDutyType {
    /// The type, as GuardDuty writes it.
    pub name: &'static str,
    /// The number behind the default severity: 2 Low, 5 Medium (also where it varies), 8 High, 9 Critical.
    pub score: f64,
    /// What it is about.
    pub class: ResourceClass,
    /// The ATT&CK tactic, by name.
    pub tactic: Option<&'static str>,
    /// ATT&CK technique ids, as far as a mapping is published.
    pub techniques: &'static [&'static str],
}

/// A row of the tables; an empty tactic is none.
const fn row(
    name: &'static str,
    score: f64,
    class: ResourceClass,
    tactic: &'static str,
    techniques: &'static [&'static str],
) -> GuardDutyType {
    let tactic = if tactic.is_empty() { None } else { Some(tactic) };
    GuardDutyType { name, score, class, tactic, techniques }
}

static ALL: LazyLock<Vec<GuardDutyType>> = LazyLock::new(|| {
    let mut all = [network::TYPES, runtime::TYPES, identity::TYPES, kubernetes::TYPES, scan::TYPES].concat();
    all.sort_by_key(|row| row.name);
    all
});

/// All types, sorted by name.
#[must_use]
pub fn guardduty_types() -> &'static [GuardDutyType] {
    &ALL
}

/// One type, by its exact name.
#[must_use]
pub fn guardduty_type(name: &str) -> Option<&'static GuardDutyType> {
    let found = ALL.binary_search_by_key(&name, |row| row.name).ok()?;
    ALL.get(found)
}
