//! Correlation against labels: a small stream whose labels follow from its stories, in two orders of arrival.
//!
//! The figures for 1,000 findings and for real ones are printed by the example `correlation` of soc-local.

use std::collections::BTreeMap;

use soc_domain::id::IncidentId;
use soc_domain::policy::Policy;
use soc_pipeline::ingest::Landed;
use soc_pipeline::ports::Findings;
use soc_samples::{Agreement, Labelled, LabelledRecord, PROXY};
use soc_testkit::block_on;
use soc_testkit::memory::Memory;

use crate::bed::policy_with;
use crate::cast::read;
use crate::stages::{ingest_over, take};

const STREAM: Labelled = Labelled { count: 300, attacks: 20, seed: 1 };

/// The incident and the label of each finding, by the product's own id.
fn grouped(records: &[LabelledRecord], policy: &str) -> BTreeMap<String, (IncidentId, String)> {
    let (memory, policy) = (Memory::new(), Policy::parse(policy).unwrap());
    let ingest = ingest_over(&memory, &policy);
    let mut landed = Vec::new();
    for one in records {
        match take(&ingest, read(&one.bytes)) {
            Landed::Recorded(id) => landed.push((id, one)),
            Landed::Duplicate(_) | Landed::Updated(_) => {}
            other @ (Landed::Event | Landed::Quarantined(_)) => panic!("{other:?}"),
        }
    }
    let incident = |id| block_on(Findings::get(&memory, id)).unwrap().unwrap().value.incident;
    landed.into_iter().map(|(id, one)| (one.product_id.clone(), (incident(id), one.label.clone()))).collect()
}

fn agreement(grouped: BTreeMap<String, (IncidentId, String)>) -> Agreement {
    Agreement::of(&grouped.into_values().collect::<Vec<_>>())
}

#[test]
fn attacks_are_whole_and_apart_and_ordinary_life_is_not_joined_to_them() {
    let records = STREAM.records();
    let calm = agreement(grouped(&records, &policy_with(&[])));
    assert!(calm.reduction() >= 0.65 && calm.precision() >= 0.95 && calm.recall() >= 0.95, "{calm:?}");
    let ignored = format!("ignore = [\"{PROXY}\"]");
    let known = agreement(grouped(&records, &policy_with(&[("ignore = []", &ignored)])));
    assert!(known.precision() >= calm.precision() && known.precision() >= 0.98, "{known:?}");
    assert!(known.recall() >= 0.95, "{known:?}");
}

#[test]
fn the_labelled_stream_backwards_agrees_as_well() {
    let mut records = STREAM.records();
    let forwards = agreement(grouped(&records, &policy_with(&[])));
    records.reverse();
    assert_eq!(agreement(grouped(&records, &policy_with(&[]))), forwards);
}

#[test]
fn labels_name_every_record_once_and_come_from_the_seed() {
    let records = STREAM.records();
    assert_eq!(records, STREAM.records());
    assert_eq!(records.len(), 300);
    assert!(records.iter().all(|one| one.product_id == read(&one.bytes).product_id));
    assert_ne!(records, Labelled { seed: 2, ..STREAM }.records());
}

#[test]
fn labels_that_are_shuffled_do_not_agree() {
    let mut grouped: Vec<(IncidentId, String)> =
        grouped(&STREAM.records(), &policy_with(&[])).into_values().collect();
    let labels: Vec<String> = grouped.iter().map(|(_, label)| label.clone()).collect();
    for (one, label) in grouped.iter_mut().zip(labels.into_iter().cycle().skip(97)) {
        one.1 = label;
    }
    let wrong = Agreement::of(&grouped);
    assert!(wrong.precision() < 0.5 && wrong.recall() < 0.5, "{wrong:?}");
}
