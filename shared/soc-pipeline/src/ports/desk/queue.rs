//! The queue: incidents by filter and order, page by page, and their counts.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage, Status};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;

use super::Turn;
use crate::error::PortResult;

/// One incident in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// The incident.
    pub incident: Incident,
    /// How many findings it has.
    pub findings: u64,
    /// How many questions about it wait for people.
    pub waiting: u64,
    /// When it was last written (the store's clock).
    pub changed_at: Timestamp,
    /// The turn of that write.
    pub turn: Turn,
}

/// A text that is asked for: the whole of it, or how it begins. Case counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this.
    Is(String),
    /// Whatever begins so.
    Begins(String),
}

impl Pattern {
    /// Reads `abc` as exactly that, and `abc*` as whatever begins with `abc`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(beginning) => Self::Begins(beginning.to_owned()),
            None => Self::Is(text.to_owned()),
        }
    }

    /// Whether `text` is meant.
    #[must_use]
    pub fn covers(&self, text: &str) -> bool {
        match self {
            Self::Is(whole) => whole == text,
            Self::Begins(beginning) => text.starts_with(beginning.as_str()),
        }
    }
}

/// Who has an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// Nobody.
    Nobody,
    /// A person, by name.
    Person(String),
}

impl Assignee {
    /// Whether `incident` is in these hands.
    #[must_use]
    pub fn has(&self, incident: &Incident) -> bool {
        match self {
            Self::Nobody => incident.assignee.is_none(),
            Self::Person(name) => incident.assignee.as_ref() == Some(name),
        }
    }
}

/// Text as it is searched: in lower case, so that case does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fold(String);

impl Fold {
    /// `text`, ready to be searched or to be looked for.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words that are looked for.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split_whitespace()
    }
}

/// Which incidents. An empty list stands for any; what is set must hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// One of these.
    pub status: Vec<Status>,
    /// One of these.
    pub severity: Vec<Severity>,
    /// One of these: the verdict that counts, so a person's if there is one.
    pub verdict: Vec<Verdict>,
    /// One of these.
    pub stage: Vec<Stage>,
    /// One of its accounts is one of these.
    pub account: Vec<Pattern>,
    /// One of its tactics is one of these.
    pub tactic: Vec<String>,
    /// Its type is one of these.
    pub kind: Vec<Pattern>,
    /// One of its resources is one of these, by ARN.
    pub resource: Vec<Pattern>,
    /// One of these has it.
    pub assignee: Vec<Assignee>,
    /// One of these priorities.
    pub priority: Vec<u8>,
    /// Each of its words is somewhere in [`QueueRow::words`].
    pub text: Fold,
    /// Active at this time or later.
    pub from: Option<Timestamp>,
    /// Active at this time or earlier.
    pub to: Option<Timestamp>,
    /// Whether a question about it waits for people.
    pub waiting: Option<bool>,
    /// Whether only samples are in it.
    pub sample: Option<bool>,
    /// Also those that were merged into others.
    pub merged_too: bool,
}

impl QueueRow {
    /// What a search for text looks through: title, type, id, accounts, principals and resources, one a line.
    #[must_use]
    pub fn words(incident: &Incident) -> Fold {
        let id = incident.id.to_string();
        let mut words = vec![incident.title.as_str(), &incident.kind, &id];
        let lists = [&incident.accounts, &incident.principals, &incident.resources];
        words.extend(lists.into_iter().flatten().map(String::as_str));
        Fold::of(&words.join("\n"))
    }
}

impl QueueFilter {
    /// Whether `row` is one of them: what every adapter's answer must agree with.
    #[must_use]
    pub fn accepts(&self, row: &QueueRow) -> bool {
        let incident = &row.incident;
        (self.merged_too || incident.merged_into.is_none())
            && one_of(&self.status, &incident.status)
            && one_of(&self.severity, &incident.severity)
            && one_of(&self.stage, &incident.stage)
            && (self.verdict.is_empty()
                || incident.standing_verdict().is_some_and(|verdict| self.verdict.contains(&verdict)))
            && any(&self.account, &incident.accounts)
            && any(&self.kind, [&incident.kind])
            && any(&self.resource, &incident.resources)
            && (self.tactic.is_empty() || self.tactic.iter().any(|tactic| incident.tactics.contains(tactic)))
            && (self.assignee.is_empty() || self.assignee.iter().any(|wanted| wanted.has(incident)))
            && (self.priority.is_empty()
                || incident.priority.is_some_and(|priority| self.priority.contains(&priority)))
            && self.from.is_none_or(|from| incident.last_seen >= from)
            && self.to.is_none_or(|to| incident.first_seen <= to)
            && self.waiting.is_none_or(|waiting| waiting == (row.waiting > 0))
            && self.sample.is_none_or(|sample| sample == incident.sample)
            && self.finds_words(incident)
    }

    fn finds_words(&self, incident: &Incident) -> bool {
        let mut words = self.text.words().peekable();
        if words.peek().is_none() {
            return true;
        }
        let searched = QueueRow::words(incident);
        words.all(|word| searched.as_str().contains(word))
    }
}

fn any<'a>(patterns: &[Pattern], texts: impl IntoIterator<Item = &'a String>) -> bool {
    let covered = |text: &String| patterns.iter().any(|pattern| pattern.covers(text));
    patterns.is_empty() || texts.into_iter().any(covered)
}

fn one_of<T: PartialEq>(wanted: &[T], found: &T) -> bool {
    wanted.is_empty() || wanted.contains(found)
}

/// The order of the queue. Equals stand by id, upwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueueSort {
    /// Open ones first, then by priority (none is last), the gravest, the latest activity.
    #[default]
    Importance,
    /// The latest activity first.
    NewestActivity,
    /// The oldest activity first.
    OldestActivity,
    /// The gravest first, of equals the latest activity.
    Gravest,
    /// Opened last first.
    NewestOpened,
    /// Opened first first.
    OldestOpened,
    /// Changed last first.
    NewestChange,
}

/// Stands for "no priority so far": after every priority that triage gives (1 to 5).
const NO_PRIORITY: i64 = 9;

impl QueueSort {
    /// Numbers by which rows stand upwards, then by id. Closed means status Closed; what is Resolved is still open.
    #[must_use]
    pub fn rank(self, row: &QueueRow) -> [i64; 4] {
        let incident = &row.incident;
        let last_seen = incident.last_seen.as_millis();
        let opened_at = incident.opened_at.as_millis();
        let severity = -(incident.severity as i64);
        match self {
            Self::Importance => [
                i64::from(incident.status == Status::Closed),
                incident.priority.map_or(NO_PRIORITY, i64::from),
                severity,
                last_seen.saturating_neg(),
            ],
            Self::NewestActivity => [last_seen.saturating_neg(), 0, 0, 0],
            Self::OldestActivity => [last_seen, 0, 0, 0],
            Self::Gravest => [severity, last_seen.saturating_neg(), 0, 0],
            Self::NewestOpened => [opened_at.saturating_neg(), 0, 0, 0],
            Self::OldestOpened => [opened_at, 0, 0, 0],
            Self::NewestChange => [i64::try_from(row.turn.0).unwrap_or(i64::MAX).saturating_neg(), 0, 0, 0],
        }
    }
}

/// A place in the queue under one order. Under another order it means nothing and is Rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePlace {
    /// The order.
    pub sort: QueueSort,
    /// What the row stood by when it was listed.
    pub rank: [i64; 4],
    /// The row.
    pub id: IncidentId,
}

impl QueuePlace {
    /// The place of `row` under `sort`.
    #[must_use]
    pub fn of(row: &QueueRow, sort: QueueSort) -> Self {
        Self { sort, rank: sort.rank(row), id: row.incident.id }
    }
}

/// One question to the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueAsk {
    /// Which incidents.
    pub filter: QueueFilter,
    /// In which order.
    pub sort: QueueSort,
    /// From where, and how many.
    pub from: super::PageAsk<QueuePlace>,
}

/// One page of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePage {
    /// The rows.
    pub page: super::Page<QueueRow, QueuePlace>,
    /// How many incidents the filter accepts, on all pages.
    pub total: u64,
    /// As far as this page knows of changes: what changes later is told from here on.
    pub cursor: Turn,
}

/// Incidents that a filter accepts, counted. The names are those of the enums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// All of them.
    pub total: u64,
    /// By status.
    pub by_status: BTreeMap<Status, u64>,
    /// By severity.
    pub by_severity: BTreeMap<Severity, u64>,
    /// By stage.
    pub by_stage: BTreeMap<Stage, u64>,
    /// By the verdict that counts; those without one are in none.
    pub by_verdict: BTreeMap<&'static str, u64>,
    /// Those with a question that waits for people.
    pub waiting: u64,
    /// Those that the person has who asks.
    pub mine: u64,
    /// Those that nobody has.
    pub unassigned: u64,
}

impl QueueCounts {
    /// The counts of `rows`; `me` is the person who asks.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a QueueRow>, me: &str) -> Self {
        let mut counts = Self::default();
        let me = Assignee::Person(me.to_owned());
        for row in rows {
            let incident = &row.incident;
            counts.total += 1;
            *counts.by_status.entry(incident.status).or_default() += 1;
            *counts.by_severity.entry(incident.severity).or_default() += 1;
            *counts.by_stage.entry(incident.stage).or_default() += 1;
            if let Some(verdict) = incident.standing_verdict() {
                *counts.by_verdict.entry(verdict.name()).or_default() += 1;
            }
            counts.waiting += u64::from(row.waiting > 0);
            counts.mine += u64::from(me.has(incident));
            counts.unassigned += u64::from(Assignee::Nobody.has(incident));
        }
        counts
    }
}

/// The queue.
#[async_trait]
pub trait Queue: Send + Sync {
    /// One page, its total and its cursor, all of one moment.
    async fn page(&self, ask: &QueueAsk) -> PortResult<QueuePage>;
    /// The counts of what `filter` accepts; `me` is the person who asks.
    async fn counts(&self, filter: &QueueFilter, me: &str) -> PortResult<QueueCounts>;
    /// The rows of these incidents, in the order of `ids`; those that are not there are left out. Merged ones are there.
    async fn rows(&self, ids: &[IncidentId]) -> PortResult<Vec<QueueRow>>;
}
