//! The order in which findings arrive changes no partition: many small made-up days, each in several orders.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use soc_domain::finding::Finding;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::policy::Policy;
use soc_pipeline::ingest::{Ingest, Landed};
use soc_pipeline::ports::{Findings, Incidents};
use soc_samples::{Sample, Target};
use soc_testkit::block_on;
use soc_testkit::memory::Memory;

use crate::bed::policy_with;
use crate::cast::{day, event, host, miner, read, stolen_key};
use crate::stages::{ingest_over, take};

const HOUR: u64 = 60;

/// A finding on one of four instances, by one of four users, or by a user on an instance, within some days.
fn made_up(rng: &mut Rng, at: usize) -> Finding {
    let name = format!("finding {at}");
    let instance = format!("host {}", rng.u8(0..4));
    let user = format!("user{}", rng.u8(0..4));
    let sample = match rng.u8(0..5) {
        0 | 1 => miner(&name, &instance),
        2 | 3 => stolen_key(&name, &user),
        _ => Sample { targets: vec![Target::AccessKey, host(&instance)], ..stolen_key(&name, &user) },
    };
    let began = rng.u64(0..8 * 24 * HOUR);
    let ended = began + rng.u64(0..20 * HOUR);
    let score = [2.0, 5.0, 8.0, 9.5][rng.usize(0..4)];
    let sample =
        Sample { first_seen: day(began), last_seen: day(ended), updated_at: day(ended + 5), score, ..sample };
    read(&event(&sample))
}

fn recorded(ingest: &Ingest<'_>, finding: &Finding) -> FindingId {
    match take(ingest, finding.clone()) {
        Landed::Recorded(id) => id,
        other => panic!("{other:?}"),
    }
}

/// Which findings are together, and how bad each group is.
fn partition(findings: &[Finding], policy: &Policy) -> BTreeSet<(BTreeSet<FindingId>, &'static str)> {
    let memory = Memory::new();
    let ingest = ingest_over(&memory, policy);
    let ids: Vec<FindingId> = findings.iter().map(|finding| recorded(&ingest, finding)).collect();
    let mut groups: BTreeMap<IncidentId, BTreeSet<FindingId>> = BTreeMap::new();
    for id in ids {
        let row = block_on(Findings::get(&memory, id)).unwrap().unwrap().value;
        groups.entry(row.incident).or_default().insert(id);
    }
    let severity = |id| block_on(Incidents::get(&memory, id)).unwrap().unwrap().value.severity.name();
    groups.into_iter().map(|(incident, findings)| (findings, severity(incident))).collect()
}

#[test]
fn no_order_of_arrival_changes_which_findings_are_together_or_how_bad_they_are() {
    let policy = Policy::parse(&policy_with(&[])).unwrap();
    let mut groups = 0;
    for seed in 0..25 {
        let mut rng = Rng::with_seed(seed);
        let mut findings: Vec<Finding> = (0..12).map(|at| made_up(&mut rng, at)).collect();
        let expected = partition(&findings, &policy);
        groups += expected.len();
        for _order in 0..4 {
            rng.shuffle(&mut findings);
            assert_eq!(partition(&findings, &policy), expected, "seed {seed}");
        }
    }
    // Neither everything together nor everything apart.
    assert!((50..250).contains(&groups), "{groups}");
}
