//! Filters and orders of the queue as SQL: fixed pieces of text, and what was asked for as bound values only.

use rusqlite::types::Value;
use soc_pipeline::ports::desk::{Assignee, Pattern, QueueFilter, QueuePlace, QueueSort};

use super::lists::{ACCOUNT, RESOURCE, TACTIC, needle};

/// Incidents with a question that waits. Asked of each row by its index: a list of all that wait would be made anew for
/// each query, which takes four times as long with 30,000 of them.
pub(super) const WAITING: &str =
    "EXISTS (SELECT 1 FROM approvals WHERE incident = desk.id AND state = 'Pending')";

/// A condition with its values, in their order.
#[derive(Debug)]
pub(super) struct Condition {
    /// It reads texts of incidents too.
    texts: bool,
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    /// The rows that `filter` accepts.
    pub(super) fn of(filter: &QueueFilter) -> Self {
        let mut condition = Self { texts: false, sql: "1".to_owned(), values: Vec::new() };
        if !filter.merged_too {
            condition.and("merged = 0", []);
        }
        condition.one_of("status", filter.status.iter().map(|status| Value::Integer(*status as i64)));
        condition.one_of("severity", filter.severity.iter().map(|severity| Value::Integer(*severity as i64)));
        condition.one_of("stage", filter.stage.iter().map(|stage| Value::Integer(*stage as i64)));
        condition.one_of("verdict", filter.verdict.iter().map(|verdict| Value::Integer(*verdict as i64)));
        condition.one_of("priority", filter.priority.iter().map(|priority| Value::from(*priority)));
        condition.any_listed(ACCOUNT, &filter.account);
        let tactics: Vec<Pattern> = filter.tactic.iter().cloned().map(Pattern::Is).collect();
        condition.any_listed(TACTIC, &tactics);
        condition.any_listed(RESOURCE, &filter.resource);
        condition.any_kind(&filter.kind);
        condition.any_assignee(&filter.assignee);
        condition.texts = filter.text.words().next().is_some()
            || [&filter.account, &filter.resource, &filter.kind].iter().any(|patterns| !patterns.is_empty())
            || !tactics.is_empty();
        for word in filter.text.words() {
            condition.and("instr(words, ?) > 0", [text(word)]);
        }
        if let Some(from) = filter.from {
            condition.and("last_seen >= ?", [Value::Integer(from.as_millis())]);
        }
        if let Some(to) = filter.to {
            condition.and("first_seen <= ?", [Value::Integer(to.as_millis())]);
        }
        match filter.waiting {
            Some(true) => condition.and(WAITING, []),
            Some(false) => condition.and(&format!("NOT ({WAITING})"), []),
            None => {}
        }
        if let Some(sample) = filter.sample {
            condition.and("sample = ?", [Value::from(sample)]);
        }
        condition
    }

    /// The tables that it reads.
    pub(super) const fn tables(&self) -> &'static str {
        if self.texts { "desk JOIN desk_texts USING (key)" } else { "desk" }
    }

    /// Only what stands behind a place.
    pub(super) fn behind(&mut self, place: &QueuePlace) {
        let order = order(place.sort);
        let marks = vec!["?"; order.len() + 1].join(", ");
        let ranks = place.rank.iter().take(order.len()).map(|rank| Value::Integer(*rank));
        let values: Vec<Value> = ranks.chain([text(place.id.suffix())]).collect();
        self.and(&format!("({}, id) > ({marks})", order.join(", ")), values);
    }

    fn and(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn one_of(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let values: Vec<Value> = values.collect();
        if !values.is_empty() {
            let marks = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({marks})"), values);
        }
    }

    fn any(&mut self, alternatives: &[&str], values: Vec<Value>) {
        if !alternatives.is_empty() {
            self.and(&format!("({})", alternatives.join(" OR ")), values);
        }
    }

    fn any_listed(&mut self, letter: char, patterns: &[Pattern]) {
        let alternatives = vec!["instr(lists, ?) > 0"; patterns.len()];
        let values = patterns.iter().map(|pattern| Value::Text(needle(letter, pattern))).collect();
        self.any(&alternatives, values);
    }

    fn any_kind(&mut self, patterns: &[Pattern]) {
        let piece = |pattern: &Pattern| match pattern {
            Pattern::Is(_) => "kind = ?",
            Pattern::Begins(_) => "instr(kind, ?) = 1",
        };
        let wanted = |pattern: &Pattern| match pattern {
            Pattern::Is(kind) | Pattern::Begins(kind) => text(kind),
        };
        let alternatives: Vec<&str> = patterns.iter().map(piece).collect();
        self.any(&alternatives, patterns.iter().map(wanted).collect());
    }

    fn any_assignee(&mut self, assignees: &[Assignee]) {
        let (mut alternatives, mut values) = (Vec::new(), Vec::new());
        for assignee in assignees {
            match assignee {
                Assignee::Nobody => alternatives.push("assignee IS NULL"),
                Assignee::Person(name) => {
                    alternatives.push("assignee = ?");
                    values.push(text(name));
                }
            }
        }
        self.any(&alternatives, values);
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// The columns that rows stand by, upwards; then by id. The same as `QueueSort::rank`.
pub(super) fn order(sort: QueueSort) -> &'static [&'static str] {
    match sort {
        QueueSort::Importance => &["closed", "priority", "-severity", "-last_seen"],
        QueueSort::NewestActivity => &["-last_seen"],
        QueueSort::OldestActivity => &["last_seen"],
        QueueSort::Gravest => &["-severity", "-last_seen"],
        QueueSort::NewestOpened => &["-opened_at"],
        QueueSort::OldestOpened => &["opened_at"],
        QueueSort::NewestChange => &["-turn"],
    }
}
