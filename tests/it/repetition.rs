//! Storms: the same finding again and again, changed or not.

use soc_domain::finding::Finding;
use soc_domain::policy::Policy;
use soc_domain::time::Timestamp;
use soc_local::store::IncidentFilter;
use soc_pipeline::ingest::Landed;
use soc_pipeline::ports::{Findings, Incidents};
use soc_samples::Sample;
use soc_testkit::block_on;
use soc_testkit::memory::Memory;

use crate::bed::{Bed, assert_adds_up, policy_with};
use crate::cast::{event, later, miner, read};
use crate::stages::take;

const STORM: u64 = 10_000;

/// The finding as it was seen the `count`th time.
fn emission(first: &Finding, count: u64) -> Finding {
    let second = i64::try_from(count).unwrap() * 1_000;
    let at = |time: Option<Timestamp>| time.map(|time| Timestamp::from_millis(time.as_millis() + second));
    Finding { count, updated_at: at(first.updated_at), last_seen: at(first.last_seen), ..first.clone() }
}

/// What is left of a storm of re-emissions that came in this order.
fn storm(counts: &[u64]) -> (Finding, u32, usize) {
    let (memory, policy) = (Memory::new(), Policy::parse(&policy_with(&[])).unwrap());
    let ingest = crate::stages::ingest_over(&memory, &policy);
    let first = read(&event(&miner("mines", "runner")));
    for count in counts {
        let landed = take(&ingest, emission(&first, *count));
        assert!(matches!(landed, Landed::Recorded(_) | Landed::Updated(_)), "{landed:?}");
    }
    let row = block_on(Findings::get(&memory, first.id)).unwrap().unwrap().value;
    let incident = block_on(Incidents::get(&memory, row.incident)).unwrap().unwrap().value;
    (row.finding, incident.generation, block_on(Incidents::unsent(&memory, 10)).unwrap().len())
}

#[test]
fn ten_thousand_re_emissions_are_one_incident_one_execution_and_the_count_in_any_order() {
    let rising: Vec<u64> = (1..=STORM).collect();
    let (finding, generation, executions) = storm(&rising);
    assert_eq!((finding.count, generation, executions), (STORM, 1, 1));
    // 7,919 shares no divisor with the size of the storm: every emission comes once.
    let shuffled: Vec<u64> = (0..STORM).map(|at| at * 7_919 % STORM + 1).collect();
    assert_eq!(storm(&shuffled), (finding, 1, 1));
}

#[test]
fn ten_thousand_identical_deliveries_are_one_finding_and_the_rest_duplicates() {
    let (memory, policy) = (Memory::new(), Policy::parse(&policy_with(&[])).unwrap());
    let ingest = crate::stages::ingest_over(&memory, &policy);
    let finding = read(&event(&miner("mines", "runner")));
    let landed: Vec<Landed> = (0..STORM).map(|_| take(&ingest, finding.clone())).collect();
    let duplicates = landed.iter().filter(|landed| matches!(landed, Landed::Duplicate(_))).count();
    assert_eq!((duplicates as u64, memory.duplicates_of(finding.id)), (STORM - 1, STORM - 1));
    assert_eq!(block_on(Incidents::unsent(&memory, 10)).unwrap().len(), 1);
}

#[test]
fn a_storm_on_disk_ends_with_one_incident_one_execution_and_one_action() {
    let bed = Bed::new();
    let first = miner("mines", "runner");
    let emissions = (1..=400).map(|count| event(&Sample { count, ..later(&first, u64::from(count)) }));
    let mut records: Vec<Vec<u8>> = emissions.collect();
    let last = records[399].clone();
    records.extend((0..600).map(|_| last.clone()));
    let summary = bed.run(&records);
    assert_adds_up(&summary);
    assert_eq!((summary.recorded, summary.updated, summary.duplicates), (1, 399, 600));
    let finding = &bed.findings_of(bed.incident().id)[0];
    assert_eq!(finding.count, 400);
    assert_eq!(bed.store().duplicates_of(finding.id).unwrap(), Some(600));
    assert_eq!((bed.executions(), bed.applied(), bed.incident().generation), ((1, 1), 1, 1));
    let all = bed.store().list_incidents(IncidentFilter { limit: 10, ..IncidentFilter::default() }).unwrap();
    assert_eq!(all.len(), 1);
}
