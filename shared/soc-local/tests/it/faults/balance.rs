//! What must be true when a day is over, and what a day came to.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::action::ActionState;
use soc_domain::approval::ApprovalState;
use soc_domain::incident::Stage;
use soc_domain::wire::Content;
use soc_local::workflow::Status;
use soc_pipeline::ports::{Findings, Incidents, Quarantine};
use soc_testkit::block_on;

use super::run::Run;
use super::stories;

/// What a day came to, as far as no fault may change it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// For each incident: its findings, its severity, its verdict, its stage, how its response ended.
    pub(crate) incidents: BTreeSet<(Vec<String>, String)>,
    /// For each resource that was to be acted on: how that ended.
    pub(crate) deeds: BTreeMap<String, ActionState>,
    /// Every action in words, for whoever asks why.
    pub(crate) endings: Vec<String>,
    /// How often each change was made: by resource and change.
    pub(crate) changes: BTreeMap<(String, String), usize>,
}

impl Outcome {
    pub(crate) fn of(run: &Run) -> Self {
        let mut outcome = Self::default();
        let findings = run.store.all_findings();
        for incident in run.store.all_incidents() {
            let rows = findings.iter().filter(|row| row.incident == incident.id);
            let mut names: Vec<String> = rows.map(|row| row.finding.product_id.clone()).collect();
            names.sort();
            if incident.merged_into.is_some() && names.is_empty() {
                continue;
            }
            let said = format!(
                "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                incident.severity,
                incident.verdict,
                incident.priority,
                incident.stage,
                incident.outcome,
                incident.status,
                incident.merged_into,
            );
            outcome.incidents.insert((names, said));
        }
        for action in run.store.all_actions() {
            outcome.endings.push(format!(
                "{} generation {} {:?} {}: {:?}, {}",
                action.incident,
                action.generation,
                action.tier,
                action.target.resource,
                action.state,
                action.note.as_deref().unwrap_or_default()
            ));
            let ended = outcome.deeds.entry(action.target.resource).or_insert(action.state);
            if weight(action.state) > weight(*ended) {
                *ended = action.state;
            }
        }
        for (resource, change) in run.account.applied() {
            let change = serde_json::to_string(&change).expect("a change is a document");
            *outcome.changes.entry((resource, change)).or_default() += 1;
        }
        outcome
    }

    /// In what this differs from a day without faults.
    pub(crate) fn differs(&self, calm: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let keys: BTreeSet<_> = self.changes.keys().chain(calm.changes.keys()).collect();
        for key in keys {
            let [ours, theirs] = [self, calm].map(|day| day.changes.get(key).copied().unwrap_or_default());
            if ours > theirs {
                found.push(format!("done {ours} times instead of {theirs}: {} {}", key.0, key.1));
            }
            if ours < theirs {
                found.push(format!("missing, done {ours} times instead of {theirs}: {} {}", key.0, key.1));
            }
        }
        for incident in self.incidents.difference(&calm.incidents) {
            found.push(format!("an incident that should not be: {incident:?}"));
        }
        for incident in calm.incidents.difference(&self.incidents) {
            found.push(format!("an incident that should be: {incident:?}"));
        }
        if self.deeds != calm.deeds {
            found.push(format!("actions ended as {:?} instead of {:?}", self.deeds, calm.deeds));
            found.extend(self.endings.iter().map(|ending| format!("  {ending}")));
        }
        found
    }
}

impl Outcome {
    /// In what this cannot be, although people decided differently than on the day without faults.
    pub(crate) fn contradicts(&self, calm: &Self) -> Vec<String> {
        let partition = |day: &Self| -> BTreeSet<Vec<String>> {
            day.incidents.iter().map(|(names, _)| names.clone()).collect()
        };
        let mut found = Vec::new();
        if partition(self) != partition(calm) {
            found.push(format!("other incidents: {:?} instead of {:?}", partition(self), partition(calm)));
        }
        for ((resource, change), times) in &self.changes {
            if *times > 1 {
                found.push(format!("done {times} times: {resource} {change}"));
            }
        }
        found
    }
}

/// Of several actions on one resource, the one that did something counts.
fn weight(state: ActionState) -> u8 {
    match state {
        ActionState::Withdrawn => 0,
        ActionState::NoEffect => 1,
        ActionState::Reversed => 2,
        ActionState::Done => 3,
        ActionState::Planned | ActionState::Intent | ActionState::Unknown | ActionState::ReverseIntent => 4,
    }
}

/// What is wrong with a day that is over, whatever other days were like.
pub(crate) fn violations(run: &Run) -> Vec<String> {
    let mut found = lost(run);
    found.extend(run.account.wrong());
    found.extend(unended(run));
    found.extend(used_twice(run));
    found.extend(not_restored(run));
    let verification = soc_ledger::verify_all(run.store.ledger_heads(), run.store.ledger(), None);
    if !verification.is_intact() {
        found.push(format!("the ledger: {:?}", verification.first_fault()));
    }
    found
}

/// Records that did not end in exactly the place that is theirs.
fn lost(run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    let quarantined = block_on(run.store.list(100)).expect("memory does not fail");
    let mut refused = 0;
    for (number, record) in run.records.iter().enumerate() {
        if !run.acknowledged.contains(&number) {
            found.push(format!("lost: record {number} was never acknowledged"));
        }
        match &record.content {
            Ok(Content::Finding(finding, _)) => {
                let seen = block_on(run.store.seen(finding.event_key())).expect("memory does not fail");
                let row = block_on(Findings::get(&*run.store, finding.id)).expect("memory does not fail");
                let incident = row.map(|row| row.value.incident);
                let there = incident
                    .and_then(|id| block_on(Incidents::get(&*run.store, id)).expect("memory does not fail"));
                if !seen || there.is_none() {
                    found.push(format!("lost: finding {} (record {number})", finding.product_id));
                }
                if there.is_some_and(|incident| incident.value.merged_into.is_some()) {
                    found.push(format!(
                        "lost: finding {} is in an incident that was merged",
                        finding.product_id
                    ));
                }
            }
            Ok(Content::Event(_)) => {
                if run.store.kept_events() != 1 {
                    found.push(format!("lost: {} events are kept", run.store.kept_events()));
                }
            }
            Err(_) => refused += 1,
        }
    }
    if quarantined.len() != refused {
        found.push(format!("lost: {} records are in quarantine instead of {refused}", quarantined.len()));
    }
    found
}

/// What still waits although nothing is left to wait for.
fn unended(run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    for (of, stored) in run.executions.lock().expect("no job panics").iter() {
        if !matches!(stored.execution.status(), Status::Succeeded { .. }) {
            let (state, status) = (stored.execution.state(), stored.execution.status());
            found.push(format!("stuck: {of:?} stands in {state}: {status:?}"));
        }
    }
    for incident in run.store.all_incidents() {
        if !matches!(incident.stage, Stage::Done | Stage::Recorded) || incident.escalation_due.is_some() {
            found.push(format!("stuck: incident {} is {:?}", incident.id, incident.stage));
        }
        if incident.generation > 0 {
            let newest =
                soc_pipeline::ports::StartWorkflow { incident: incident.id, generation: incident.generation };
            if !run.executions.lock().expect("no job panics").contains_key(&newest) {
                found.push(format!("stuck: nobody handled {newest:?}"));
            }
        }
    }
    for action in run.store.all_actions() {
        if matches!(action.state, ActionState::Planned | ActionState::Intent | ActionState::ReverseIntent) {
            found.push(format!("stuck: {} on {} is {:?}", action.id, action.target.resource, action.state));
        }
    }
    for approval in run.store.all_approvals() {
        if approval.state == ApprovalState::Pending {
            found.push(format!("stuck: the question about {} is pending", approval.action));
        }
    }
    found
}

/// Actions that were done although people said no; and whose intents were more than one epoch apart.
fn used_twice(run: &Run) -> Vec<String> {
    let mut done: BTreeMap<(String, String), usize> = BTreeMap::new();
    for entry in run.store.ledger().iter().filter(|entry| entry.what == "action_done") {
        let action = entry.details.get("action").cloned().unwrap_or_default();
        *done.entry((entry.chain.clone(), action)).or_default() += 1;
    }
    let twice = done.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|((_, action), times)| format!("the ledger says {times} times that {action} was done"))
        .collect()
}

/// Resources that are not as they were, although all containment has ended.
fn not_restored(run: &Run) -> Vec<String> {
    let changed = stories::resources()
        .into_iter()
        .filter(|(arn, state)| run.account.resource(arn).as_ref() != Some(state));
    changed.map(|(arn, _)| format!("{arn} is not as it was before")).collect()
}
