//! The evidence as the analyst reads it: findings in the order of time, each with its place in the document.
//!
//! It is apart because redaction may have changed texts: what can no longer be read is left out and counted,
//! and only texts written as names are repeated.

use serde::Deserialize as _;
use serde_json::Value;
use soc_domain::analysis::Claim;
use soc_domain::attack::technique_name;
use soc_domain::finding::{Finding, FindingClass, Principal, Resource};
use soc_domain::id::FindingId;
use soc_domain::time::Timestamp;

/// IAM allows user and role names of 64 characters, S3 bucket names of 63.
const LONGEST_NAME: usize = 64;

/// GuardDuty's longest finding type has 84 characters.
const LONGEST_KIND: usize = 100;

/// A finding and where it stands.
#[derive(Debug)]
pub(super) struct Seen {
    /// Its index in the document.
    pub(super) index: usize,
    pub(super) finding: Finding,
}

/// What there is to explain.
#[derive(Debug)]
pub(super) struct Case<'e> {
    /// In the order of their first activity.
    pub(super) seen: Vec<Seen>,
    pub(super) tactics: Vec<&'e str>,
    /// Findings of the incident that the document does not hold, or that could not be read.
    pub(super) left_out: u64,
    pub(super) has_total: bool,
}

impl<'e> Case<'e> {
    pub(super) fn read(evidence: &'e Value) -> Self {
        let findings = evidence.get("findings").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut seen = Vec::new();
        for (index, value) in findings.iter().enumerate() {
            if let Some(finding) = readable(value) {
                seen.push(Seen { index, finding });
            }
        }
        seen.sort_by_key(|seen| (seen.finding.began(), seen.index));
        let total = evidence.get("findings_total").and_then(Value::as_u64);
        let read = seen.len() as u64;
        let tactics = evidence.get("tactics").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Self {
            left_out: total.unwrap_or(findings.len() as u64).saturating_sub(read),
            has_total: total.is_some(),
            tactics: tactics.iter().filter_map(Value::as_str).filter(|name| is_words(name)).collect(),
            seen,
        }
    }

    /// The finding with the greatest effective severity; of equals the first.
    pub(super) fn gravest(&self) -> Option<&Seen> {
        self.seen.iter().rev().max_by_key(|seen| seen.finding.effective_severity())
    }

    /// The findings that still ask for something; all of them if none does.
    pub(super) fn alarming(&self) -> Vec<&Seen> {
        let alarming: Vec<&Seen> = self.seen.iter().filter(|seen| seen.finding.is_alarming()).collect();
        if alarming.is_empty() { self.seen.iter().collect() } else { alarming }
    }

    pub(super) fn is_all(&self, class: FindingClass) -> bool {
        !self.seen.is_empty() && self.seen.iter().all(|seen| seen.finding.class == class)
    }

    pub(super) fn is_sample(&self) -> bool {
        !self.seen.is_empty() && self.seen.iter().all(|seen| seen.finding.sample)
    }

    pub(super) fn began(&self) -> Option<Timestamp> {
        self.seen.iter().filter_map(|seen| seen.finding.began()).min()
    }

    pub(super) fn ended(&self) -> Option<Timestamp> {
        self.seen.iter().filter_map(|seen| seen.finding.ended()).max()
    }
}

impl Seen {
    /// A pointer to a value of this finding.
    pub(super) fn at(&self, pointer: &str) -> String {
        format!("/findings/{}{pointer}", self.index)
    }

    pub(super) fn principal(&self) -> Option<(usize, &Principal)> {
        self.finding.principals.iter().enumerate().find(|(_, who)| name_of(who).is_some())
    }

    pub(super) fn resource(&self) -> Option<(usize, &Resource)> {
        self.finding.resources.iter().enumerate().find(|(_, what)| is_name(&what.id))
    }

    /// The ATT&CK techniques that the record itself names, as far as they exist.
    pub(super) fn own_techniques(&self) -> impl Iterator<Item = &str> {
        self.finding.techniques.iter().map(String::as_str).filter(|id| technique_name(id).is_some())
    }
}

/// Reads a finding. An id that redaction replaced is no reason to lose the rest.
fn readable(value: &Value) -> Option<Finding> {
    if let Ok(finding) = Finding::deserialize(value) {
        return Some(finding);
    }
    let mut value = value.clone();
    let id = value.get_mut("id")?;
    *id = Value::String(FindingId::from_parts(&["redacted"]).to_string());
    Finding::deserialize(&value).ok()
}

/// The name by which a principal is best known: its own, or its key's, or its unique id.
pub(super) fn name_of(who: &Principal) -> Option<&str> {
    let others = [who.access_key_id.as_deref(), who.principal_id.as_deref()];
    std::iter::once(who.name.as_str()).chain(others.into_iter().flatten()).find(|name| is_name(name))
}

/// Whether a text is written as a name or an id: what would not pass for one is described, never repeated.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && is_written_as_name(text)
}

/// Whether a text is written as a finding type or a control's id is.
pub(super) fn is_kind(text: &str) -> bool {
    text.len() <= LONGEST_KIND && is_written_as_name(text)
}

fn is_written_as_name(text: &str) -> bool {
    let is_edge = |letter: char| letter.is_ascii_alphanumeric() || "[]".contains(letter);
    text.starts_with(is_edge)
        && text.ends_with(is_edge)
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._@:/+=,-[]&!".contains(letter))
        && !text.contains("//")
        && !has_technique_form(text)
}

/// A name that looks like a technique's id would be taken for one.
fn has_technique_form(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| {
        word.strip_prefix('T')
            .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()))
    })
}

/// Whether a text is one to four plain words, as tactics and countries are.
pub(super) fn is_words(text: &str) -> bool {
    let words = text.split(' ').count();
    !text.is_empty()
        && text.len() <= 40
        && words <= 4
        && text.chars().all(|letter| letter.is_ascii_alphabetic() || letter == ' ' || letter == '-')
}

/// A moment to the minute: `2025-02-25 20:40 UTC`.
pub(super) fn minute(moment: Timestamp) -> String {
    let text = moment.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) if text.ends_with('Z') => format!("{day} {time} UTC"),
        _beyond_the_calendar => "an unreadable time".to_owned(),
    }
}

/// A claim without techniques and entities.
pub(super) fn claim(text: String, evidence: Vec<String>) -> Claim {
    Claim { text, evidence, techniques: Vec::new(), entities: Vec::new() }
}

/// `one finding`, `3 findings`.
pub(super) fn counted(number: u64, one: &str) -> String {
    if number == 1 { format!("one {one}") } else { format!("{number} {one}s") }
}
