//! The timeline of an incident: what products saw, what the machine did, what people decided, in one order.

use soc_domain::approval::{Approval, MACHINE};
use soc_domain::finding::Finding;
use soc_domain::id::{ActionId, FindingId};
use soc_domain::time::Timestamp;
use soc_ledger::Entry;

/// So many moments are shown at most: all of the ledger's first, then those of the gravest findings.
pub const MOST_MOMENTS: usize = 1_000;

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A product, by its clock.
    Product,
    /// The machine, by ours.
    Machine,
    /// A person, by ours.
    Person,
}

impl Source {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Machine => "machine",
            Self::Person => "person",
        }
    }
}

/// One moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Who says so.
    pub source: Source,
    /// The event's name in `snake_case`.
    pub what: String,
    /// In words: of a finding its title, which is hostile; else ours, with what a person gave as reason.
    pub text: String,
    /// The finding that it is about.
    pub finding: Option<FindingId>,
    /// The action that it is about.
    pub action: Option<ActionId>,
    /// Who did it, if it was a person or a component.
    pub actor: Option<String>,
}

/// The timeline of an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Its moments, the earliest first.
    pub moments: Vec<Moment>,
    /// Something was left out.
    pub truncated: bool,
}

/// The timeline of an incident with these findings (the gravest first) of `total`, these rows of its chain, and these
/// questions about its actions.
#[must_use]
pub fn timeline(findings: (&[Finding], u64), entries: &[Entry], questions: &[Approval]) -> Timeline {
    let (findings, total) = findings;
    let mut moments: Vec<Moment> = entries.iter().map(|entry| of_entry(entry, questions)).collect();
    moments.extend(findings.iter().flat_map(of_finding));
    let truncated = moments.len() > MOST_MOMENTS || (findings.len() as u64) < total;
    moments.truncate(MOST_MOMENTS);
    // Stable: rows of one chain with one time stay in their order.
    moments.sort_by_key(|moment| (moment.at, moment.source));
    Timeline { moments, truncated }
}

fn of_finding(finding: &Finding) -> Vec<Moment> {
    let moment = |at, what: &str| Moment {
        at,
        source: Source::Product,
        what: what.to_owned(),
        text: finding.title.clone(),
        finding: Some(finding.id),
        action: None,
        actor: Some(finding.product.clone()),
    };
    let (began, ended) = (finding.began(), finding.ended());
    let first = began.map(|at| moment(at, "finding_first_seen"));
    let last = ended.filter(|_| ended != began).map(|at| moment(at, "finding_last_seen"));
    first.into_iter().chain(last).collect()
}

fn of_entry(entry: &Entry, questions: &[Approval]) -> Moment {
    let is_machine = entry.actor == MACHINE;
    let action: Option<ActionId> = entry.subject.parse().ok();
    let mut text = words(&entry.what);
    if let Some(reason) = action.and_then(|action| reason(entry, action, questions)) {
        text.push_str(": ");
        text.push_str(reason);
    }
    Moment {
        at: Timestamp::from_millis(entry.at_ms),
        source: if is_machine { Source::Machine } else { Source::Person },
        what: entry.what.clone(),
        text,
        finding: entry.subject.parse().ok(),
        action,
        actor: Some(entry.actor.clone()),
    }
}

/// What the person gave as reason whose answer the row is about: the ledger itself holds no text.
fn reason<'a>(entry: &Entry, action: ActionId, questions: &'a [Approval]) -> Option<&'a str> {
    if !matches!(entry.what.as_str(), "approval_given" | "approval_denied") {
        return None;
    }
    let asked = questions.iter().filter(|question| question.action == action);
    let answers = asked.flat_map(|question| &question.decisions);
    let theirs = answers.filter(|answer| answer.person == entry.actor);
    let nearest = theirs.min_by_key(|answer| answer.at.as_millis().abs_diff(entry.at_ms));
    nearest.and_then(|answer| answer.reason.as_deref())
}

/// An event's name as people say it.
fn words(what: &str) -> String {
    let known = match what {
        "incident_opened" => "the incident was opened",
        "incident_escalated" => "the incident grew worse",
        "incident_triaged" => "priority and route were decided",
        "incident_merged" => "the incident became part of another",
        "plan_made" => "the response was planned",
        "approval_asked" => "a person was asked for consent",
        "approval_given" => "consent was given",
        "approval_denied" => "consent was refused",
        "approval_expired" => "nobody answered in time, which means no",
        "action_intent" => "an action was about to begin",
        "action_done" => "an action took effect",
        "reversal_intent" => "an action was about to be undone",
        "action_reversed" => "an action was undone",
        other => return other.replace('_', " "),
    };
    known.to_owned()
}
