//! Incidents, findings and filters drawn from few values, so that filters hit, ranks tie, and hostile text is among them.

use std::collections::BTreeSet;

use fastrand::Rng;
use soc_domain::incident::{Incident, PeopleVerdict, Stage, Status};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Incidents;
use soc_pipeline::ports::desk::{Assignee, Fold, Pattern, QueueFilter, QueueSort};

use crate::build::{at, incident};

/// Texts that try to be more than texts where they are stored or looked for.
const TEXTS: [&str; 12] = [
    "111122223333",
    "111122224444",
    "prod\nrarn:aws:s3:::forged",
    "pro\\d",
    "100%_of'\"them",
    "ÄÖÜ ﬁ İstanbul",
    "arn:aws:s3:::one",
    "arn:aws:s3:::one-more",
    "\u{202e}reversed",
    "nul\0inside",
    "Impact",
    "Initial Access",
];
const KINDS: [&str; 4] =
    ["Recon:EC2/Portscan", "Recon:EC2/PortProbe", "UnauthorizedAccess:IAMUser/X", "S3.1"];
const PEOPLE: [&str; 3] = ["ann", "ben", "O'Neil; --"];
pub(super) const SORTS: [QueueSort; 7] = [
    QueueSort::Importance,
    QueueSort::NewestActivity,
    QueueSort::OldestActivity,
    QueueSort::Gravest,
    QueueSort::NewestOpened,
    QueueSort::OldestOpened,
    QueueSort::NewestChange,
];

fn one<T: Clone>(rng: &mut Rng, of: &[T]) -> Option<T> {
    of.get(rng.usize(..of.len().max(1))).cloned()
}

fn some<T: Clone>(rng: &mut Rng, of: &[T], most: usize) -> Vec<T> {
    let count = if rng.bool() { 0 } else { rng.usize(1..=most) };
    (0..count).filter_map(|_| one(rng, of)).collect()
}

fn texts(rng: &mut Rng) -> BTreeSet<String> {
    some(rng, &TEXTS, 3).into_iter().map(str::to_owned).collect()
}

fn moment(rng: &mut Rng) -> Timestamp {
    at(rng.u64(0..6) * 60)
}

/// An incident of a small world.
pub(super) fn drawn(rng: &mut Rng, name: &str) -> Incident {
    let base = incident(name);
    let first_seen = moment(rng);
    let given = |verdict| PeopleVerdict { verdict, by: "ann".to_owned(), at: at(9), reason: None };
    Incident {
        title: some(rng, &TEXTS, 3).join(" "),
        kind: one(rng, &KINDS).unwrap_or_default().to_owned(),
        status: one(rng, &Status::ALL).unwrap_or(base.status),
        stage: one(rng, &Stage::ALL).unwrap_or(base.stage),
        severity: one(rng, &Severity::ALL).unwrap_or_default(),
        priority: some(rng, &[1, 2, 5], 1).pop(),
        verdict: some(rng, &Verdict::ALL, 1).pop(),
        people_verdict: some(rng, &Verdict::ALL, 1).pop().map(given),
        assignee: some(rng, &PEOPLE, 1).pop().map(str::to_owned),
        accounts: texts(rng),
        tactics: texts(rng),
        principals: texts(rng),
        resources: texts(rng),
        opened_at: moment(rng),
        first_seen,
        last_seen: first_seen.max(moment(rng)),
        sample: rng.u8(..8) == 0,
        merged_into: (rng.u8(..10) == 0).then(|| incident("survivor").id),
        ..base
    }
}

/// Saves so many incidents.
pub(super) async fn populate(
    store: &dyn Incidents,
    rng: &mut Rng,
    count: usize,
) -> PortResult<Vec<Incident>> {
    let mut all = Vec::with_capacity(count);
    for number in 0..count {
        let drawn = drawn(rng, &format!("incident {number}"));
        store.save(&drawn, None, None).await?;
        all.push(drawn);
    }
    Ok(all)
}

fn patterns(rng: &mut Rng, of: &[&str]) -> Vec<Pattern> {
    if rng.u8(..4) > 0 {
        return Vec::new();
    }
    let asked = some(rng, of, 2).into_iter().map(|text| {
        let length = rng.usize(0..=text.chars().count());
        let beginning: String = text.chars().take(length).collect();
        if rng.bool() { Pattern::Is(text.to_owned()) } else { Pattern::Begins(beginning) }
    });
    asked.collect()
}

fn seldom<T>(rng: &mut Rng, drawn: impl FnOnce(&mut Rng) -> Vec<T>) -> Vec<T> {
    if rng.u8(..4) == 0 { drawn(rng) } else { Vec::new() }
}

/// A filter of the same world: mostly of one or two conditions.
pub(super) fn filter(rng: &mut Rng) -> QueueFilter {
    let words: Vec<&str> =
        seldom(rng, |rng| some(rng, &["one", "ISTANBUL", "fi", "%", "pro\\", "inc_", "ä"], 2));
    let assignee = |person: &str| {
        if person.is_empty() { Assignee::Nobody } else { Assignee::Person(person.to_owned()) }
    };
    QueueFilter {
        status: seldom(rng, |rng| some(rng, &Status::ALL, 2)),
        severity: seldom(rng, |rng| some(rng, &Severity::ALL, 2)),
        verdict: seldom(rng, |rng| some(rng, &Verdict::ALL, 3)),
        stage: seldom(rng, |rng| some(rng, &Stage::ALL, 4)),
        account: patterns(rng, &TEXTS),
        tactic: seldom(rng, |rng| some(rng, &TEXTS, 2)).into_iter().map(str::to_owned).collect(),
        kind: patterns(rng, &KINDS),
        resource: patterns(rng, &TEXTS),
        assignee: seldom(rng, |rng| some(rng, &["ann", "ben", "O'Neil; --", ""], 2))
            .into_iter()
            .map(assignee)
            .collect(),
        priority: seldom(rng, |rng| some(rng, &[1, 2, 3], 2)),
        text: Fold::of(&words.join(" ")),
        from: (rng.u8(..6) == 0).then(|| moment(rng)),
        to: (rng.u8(..6) == 0).then(|| moment(rng)),
        waiting: (rng.u8(..8) == 0).then(|| rng.bool()),
        sample: (rng.u8(..8) == 0).then(|| rng.bool()),
        merged_too: rng.u8(..8) == 0,
    }
}
