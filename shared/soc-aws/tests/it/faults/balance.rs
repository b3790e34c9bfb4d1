//! What must be true when a day is over, and what a day came to.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::id::IncidentId;
use soc_domain::wire::Event;
use soc_ledger::verify_all;
use soc_pipeline::ports::{Actions, Events, Findings, Incidents, KeptEvent, Quarantine};

use super::day::{Day, EVENT, findings, resources};

/// What a day came to, as far as no fault may change it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// How often each change was made: by resource and change.
    changes: BTreeMap<(String, String), usize>,
    /// The findings of each incident, its stage, status and how its response ended.
    incidents: BTreeSet<(Vec<String>, String)>,
    /// How each action ended, by resource.
    deeds: BTreeSet<(String, String)>,
}

impl Outcome {
    pub(crate) async fn of(day: &Day) -> Self {
        let mut outcome = Self::default();
        for (resource, change) in day.outside.account.applied() {
            let change = serde_json::to_string(&change).unwrap();
            *outcome.changes.entry((resource, change)).or_default() += 1;
        }
        for id in incidents(day).await {
            let incident = Incidents::get(&day.calm, id).await.unwrap().expect("the incident").value;
            let found = Findings::of_incident(&day.calm, id, 100).await.unwrap();
            let mut names: Vec<String> = found.findings.iter().map(|it| it.product_id.clone()).collect();
            names.sort();
            let said = format!(
                "{:?} {:?} {:?} {:?}",
                incident.severity, incident.stage, incident.status, incident.outcome
            );
            outcome.incidents.insert((names, said));
            for action in Actions::of_incident(&day.calm, id).await.unwrap() {
                outcome.deeds.insert((action.target.resource, action.state.name().to_owned()));
            }
        }
        outcome
    }

    /// How the actions on a resource ended.
    pub(crate) fn deeds_on(&self, resource: &str) -> Vec<&str> {
        let mine = self.deeds.iter().filter(|(arn, _)| arn.ends_with(resource));
        mine.map(|(_, state)| state.as_str()).collect()
    }

    /// How many changes were made to a resource.
    pub(crate) fn changes_to(&self, resource: &str) -> usize {
        let mine = self.changes.iter().filter(|((arn, _), _)| arn.ends_with(resource));
        mine.map(|(_, times)| times).sum()
    }

    /// In what this differs from a day without faults.
    pub(crate) fn differs(&self, calm: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let keys: BTreeSet<_> = self.changes.keys().chain(calm.changes.keys()).collect();
        for key in keys {
            let [ours, theirs] = [self, calm].map(|day| day.changes.get(key).copied().unwrap_or_default());
            if ours != theirs {
                found.push(format!("done {ours} times instead of {theirs}: {} {}", key.0, key.1));
            }
        }
        if self.incidents != calm.incidents {
            found.push(format!("incidents {:?} instead of {:?}", self.incidents, calm.incidents));
        }
        if self.deeds != calm.deeds {
            found.push(format!("actions {:?} instead of {:?}", self.deeds, calm.deeds));
        }
        found
    }
}

/// The incidents that findings are in.
async fn incidents(day: &Day) -> BTreeSet<IncidentId> {
    let mut ids = BTreeSet::new();
    for finding in findings() {
        ids.extend(Findings::get(&day.calm, finding.id).await.unwrap().map(|row| row.value.incident));
    }
    ids
}

/// What is wrong with a day, whatever went wrong in it.
pub(crate) async fn violations(day: &Day) -> Vec<String> {
    let mut found = Vec::new();
    let store = &day.calm;
    for finding in findings() {
        if !store.seen(finding.event_key()).await.unwrap() {
            found.push(format!("lost: the event of finding {}", finding.product_id));
        }
        if store.raw_of(finding.id).await.unwrap().is_none() {
            found.push(format!("lost: the evidence of finding {}", finding.product_id));
        }
    }
    if store.list(10).await.unwrap().len() != 1 {
        found.push("lost: the record that could not be read, or it is kept twice".to_owned());
    }
    let kept = KeptEvent { event: &Event::default(), raw: EVENT, at: soc_testkit::build::START };
    if store.keep(kept).await.unwrap() {
        found.push("lost: the event".to_owned());
    }
    for (arn, state) in resources() {
        if day.outside.account.resource(&arn) != Some(state) {
            found.push(format!("{arn} is not as it was before"));
        }
    }
    found.extend(ledger(day).await);
    found
}

async fn ledger(day: &Day) -> Vec<String> {
    let heads = day.calm.ledger_heads().await.unwrap();
    let mut entries = Vec::new();
    for head in &heads {
        entries.extend(day.calm.ledger_chain(&head.chain, 0, usize::MAX).await.unwrap());
    }
    let mut done: BTreeMap<(String, String), usize> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.what == "action_done") {
        let action = entry.details.get("action").cloned().unwrap_or_default();
        *done.entry((entry.chain.clone(), action)).or_default() += 1;
    }
    let twice = done.into_iter().filter(|(_, times)| *times > 1);
    let mut found: Vec<String> = twice
        .map(|((_, action), times)| format!("the ledger says {times} times that {action} was done"))
        .collect();
    found
        .extend(verify_all(heads, entries, None).faults.iter().map(|fault| format!("the ledger: {fault:?}")));
    found
}
