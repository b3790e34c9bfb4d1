//! What the suites of people's ports do not ask: races, lost answers, a full step, and long documents.

mod at_work;
mod bed;
mod calls;

use std::collections::{BTreeMap, BTreeSet};

use soc_aws::dynamodb::Store;
use soc_domain::id::{IncidentId, OperationId};
use soc_domain::incident::Incident;
use soc_domain::people::{Deed, Edit, Operation, OperationState};
use soc_ledger::{Draft, verify_all};
use soc_pipeline::error::{PortError, PortErrorKind};
use soc_pipeline::ports::{Commit, Expected, Holdings, Incidents, Ledger, MOST_ROWS, Operations, RowVersion};
use soc_testkit::build::{START, at, finding, incident, incident_id};

use crate::bed::{bed, run};
use crate::faults::network::{Sky, Weather};
use crate::storing::store_in;

/// Who gave an incident to whom, as a change of one incident.
fn assigned(name: &str, to: &str, expected: Option<RowVersion>) -> Commit {
    let assignee = Some(to.to_owned());
    let held = Incident { assignee: assignee.clone(), ..incident(name) };
    let operation = Operation {
        id: OperationId::from_parts(&[name, to]),
        incident: held.id,
        deed: Deed::Assignee(Edit { before: None, after: assignee }),
        by: "ann".to_owned(),
        at: START,
        asked: "0".repeat(64),
        reason: None,
        job: None,
        starts: Vec::new(),
        state: OperationState::Done,
        undone: None,
    };
    Commit {
        entries: vec![entry(held.id)],
        incidents: vec![Expected { value: held, expected }],
        operations: vec![Expected::absent(operation)],
        ..Commit::default()
    }
}

fn entry(incident: IncidentId) -> Draft {
    Draft {
        chain: incident.to_string(),
        actor: "ann".to_owned(),
        what: "incident_assigned".to_owned(),
        subject: incident.to_string(),
        details: BTreeMap::new(),
    }
}

/// How many entries a chain has; all chains are whole.
async fn entries_of(store: &Store, incident: IncidentId) -> usize {
    let heads: Vec<_> = store.ledger_head(&incident.to_string()).await.unwrap().into_iter().collect();
    let entries = store.ledger_chain(&incident.to_string(), 0, usize::MAX).await.unwrap();
    let count = entries.len();
    assert_eq!(verify_all(heads, entries, None).faults, Vec::new());
    count
}

fn unless_lost(kept: Result<(), PortError>) {
    if let Err(error) = kept {
        assert_ne!(error.kind, PortErrorKind::Conflict, "{error}");
    }
}

#[test]
fn of_many_changes_that_expect_the_same_at_once_exactly_one_is_kept() {
    let Some(bed) = bed("races of changes") else { return };
    run(async {
        let tables = bed.tables().await;
        let stores = [(); 3].map(|()| bed.store_with(&bed.config, &tables));
        for number in 0..12 {
            let name = number.to_string();
            let version = Incidents::save(&stores[0], &incident(&name), None, None).await.unwrap();
            let commits = ["ben", "eve", "zoe"].map(|to| assigned(&name, to, Some(version)));
            let (a, b, c) = tokio::join!(
                stores[0].commit(&commits[0], START),
                stores[1].commit(&commits[1], START),
                stores[2].commit(&commits[2], START),
            );
            let results = [a, b, c];
            let winners: Vec<usize> = (0..3).filter(|place| results[*place].is_ok()).collect();
            let [winner] = winners.as_slice() else { panic!("{results:?}") };
            assert!(results.iter().flat_map(|result| result.as_ref().err()).all(PortError::is_conflict));
            let kept = Incidents::get(&stores[1], incident_id(&name)).await.unwrap().unwrap();
            assert_eq!(kept.value, commits[*winner].incidents[0].value);
            assert_eq!(entries_of(&stores[2], kept.value.id).await, 1);
        }
    });
}

/// Also the same change twice: an entry of the ledger that looks like ours is not ours.
#[test]
fn of_the_same_change_twice_at_once_exactly_one_is_kept() {
    let Some(bed) = bed("races of one change") else { return };
    run(async {
        let tables = bed.tables().await;
        let [one, other] = [(); 2].map(|()| bed.store_with(&bed.config, &tables));
        for number in 0..12 {
            let commit = assigned(&number.to_string(), "ben", None);
            let (a, b) = tokio::join!(one.commit(&commit, START), other.commit(&commit, START));
            assert_eq!([&a, &b].into_iter().filter(|kept| kept.is_ok()).count(), 1, "{a:?} {b:?}");
            assert_eq!(entries_of(&one, commit.incidents[0].value.id).await, 1);
        }
    });
}

#[test]
fn a_lost_answer_makes_no_conflict_of_our_own_change_and_no_second_entry() {
    let Some(bed) = bed("lost answers to changes") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(11, Weather { dropped_after: 400, ..Weather::default() });
        let (store, _) = store_in(&bed, &tables, &sky).await;
        let calm = bed.store_with(&bed.config, &tables);
        for number in 0..30 {
            let name = number.to_string();
            unless_lost(store.commit(&assigned(&name, "ben", None), START).await);
            let Some(kept) = Incidents::get(&calm, incident_id(&name)).await.unwrap() else { continue };
            // One row by itself, and then a step again.
            let begun = Operation { state: OperationState::Begun, ..operation_of(&calm, &name).await.value };
            let version = operation_of(&calm, &name).await.version;
            let alone = Commit { operations: vec![Expected::still(begun, version)], ..Commit::default() };
            unless_lost(store.commit(&alone, START).await);
            unless_lost(store.commit(&assigned(&name, "eve", Some(kept.version)), START).await);
            let now = Incidents::get(&calm, kept.value.id).await.unwrap().unwrap();
            let kept = now.version.0 - kept.version.0 + 1;
            assert_eq!(entries_of(&calm, now.value.id).await as u64, kept);
        }
        assert!(*sky.struck.lock().unwrap() > 40);
    });
}

async fn operation_of(store: &Store, name: &str) -> soc_pipeline::ports::Versioned<Operation> {
    let id = OperationId::from_parts(&[name, "ben"]);
    Operations::get(store, id).await.unwrap().unwrap()
}

/// Many append to the chain of what stands outside any incident: that is no conflict of a change.
#[test]
fn changes_of_different_rows_that_share_a_chain_are_all_kept_while_answers_are_lost() {
    let Some(bed) = bed("a chain that many share") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(17, Weather { dropped_after: 80, delayed: 200, ..Weather::default() });
        let (one, _) = store_in(&bed, &tables, &sky).await;
        let (other, _) = store_in(&bed, &tables, &sky).await;
        let outside = incident_id("outside");
        let keep = async |store: &Store, who: &str| {
            for number in 0..12 {
                let mut commit = assigned(&format!("{who}{number}"), "ben", None);
                commit.entries.push(entry(outside));
                store.commit(&commit, START).await.unwrap();
            }
        };
        let append = async |store: &Store| {
            for _again in 0..12 {
                store.append(entry(outside), START).await.unwrap();
            }
        };
        tokio::join!(keep(&one, "one"), keep(&other, "other"), append(&one));
        sky.clear();
        assert_eq!(entries_of(&one, outside).await, 36);
    });
}

/// Of a bulk's chunk: an incident, an operation, an entry and a head each.
fn full(names: &[String], expected: &[RowVersion]) -> Commit {
    let mut whole = Commit::default();
    for (name, version) in names.iter().zip(expected) {
        let one = assigned(name, "ben", Some(*version));
        whole.incidents.extend(one.incidents);
        whole.operations.extend(one.operations);
        whole.entries.extend(one.entries);
    }
    whole
}

#[test]
fn a_full_step_is_kept_whole_or_not_at_all_however_long_its_documents() {
    let Some(bed) = bed("a full step") else { return };
    let store = bed.store();
    run(async {
        let names: Vec<String> = (0..MOST_ROWS / 4).map(|number| number.to_string()).collect();
        let mut versions = Vec::new();
        for name in &names {
            versions.push(Incidents::save(&store, &incident(name), None, None).await.unwrap());
        }
        let mut commit = full(&names, &versions);
        for row in &mut commit.incidents {
            // All of them beside their rows would be more than a step may have.
            row.value.resources = BTreeSet::from(["x".repeat(90_000)]);
        }
        let mut stale = commit.clone();
        stale.incidents.last_mut().unwrap().expected = Some(RowVersion(7));
        assert!(store.commit(&stale, START).await.unwrap_err().is_conflict());
        for name in &names {
            let read = Incidents::get(&store, incident_id(name)).await.unwrap().unwrap();
            assert_eq!((read.value.assignee, read.version), (None, RowVersion(1)));
        }
        store.commit(&commit, START).await.unwrap();
        for row in &commit.incidents {
            let read = Incidents::get(&store, row.value.id).await.unwrap().unwrap();
            assert_eq!((&read.value, read.version), (&row.value, RowVersion(2)));
            assert_eq!(entries_of(&store, row.value.id).await, 1);
        }
        let mut more = full(&names, &[RowVersion(2); MOST_ROWS / 4]);
        more.entries.push(entry(incident_id("one more")));
        assert_eq!(store.commit(&more, START).await.unwrap_err().kind, PortErrorKind::Rejected);
    });
}

#[test]
fn many_findings_are_given_though_the_giver_dies_and_their_followers_hear_of_it() {
    use soc_pipeline::ports::{FindingWrite, Findings};
    let Some(bed) = bed("many findings are given") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(23, Weather::default());
        let (store, _) = store_in(&bed, &tables, &sky).await;
        let mut ids = Vec::new();
        for name in ["from", "to"] {
            Incidents::save(&store, &incident(name), None, None).await.unwrap();
        }
        for number in 0..70 {
            let row = soc_testkit::build::row(finding(&number.to_string()), incident_id("from"));
            let event = row.finding.event_key();
            store.record(FindingWrite { row: &row, event, raw: b"{}", at: at(1) }, None).await.unwrap();
            ids.push(row.finding.id);
        }
        ids.sort();
        let (_, before) = store.changes(soc_aws::dynamodb::Cursor::default(), 9).await.unwrap();
        sky.change(Weather { crash_before: 100, crash_after: 200, dropped_after: 150, ..Weather::default() });
        let (given, stays) = ids.split_at(60);
        loop {
            let (giver, network) = store_in(&bed, &tables, &sky).await;
            tokio::select! {
                Ok(()) = giver.give(given, incident_id("from"), incident_id("to")) => break,
                () = network.died.notified() => {}
                else => {}
            }
        }
        sky.clear();
        assert_eq!(store.findings_of(incident_id("to"), None, 99).await.unwrap(), given);
        assert_eq!(store.findings_of(incident_id("from"), None, 99).await.unwrap(), stays);
        let whole = Findings::of_incident(&store, incident_id("to"), 99).await.unwrap();
        assert_eq!((whole.findings.len(), whole.total), (60, 60));
        let (_, after) = store.changes(before, 9).await.unwrap();
        assert!(after > before);
    });
}
