//! What people accept: it holds until its day, for what it names, and never for what must not be hidden.

use std::time::Duration;

use soc_domain::assess::{Assessment, Way};
use soc_domain::incident::{Stage, Status};
use soc_domain::severity::Severity;
use soc_pipeline::ports::Dossier;
use soc_samples::{Product, Sample, entries};
use soc_testkit::block_on;

use crate::bed::Bed;
use crate::cast::{ACCOUNT, event, events, instance_arn, later, miner};

/// A bed whose policy accepts findings of this type, with further lines.
fn accepting(kind: &str, lines: &str) -> Bed {
    let table = format!(
        "[[suppressions]]\nkind = \"{kind}\"\n{lines}\nreason = \"honeypot\"\nowner = \"netsec\"\n# Known"
    );
    Bed::with(&[("# Known", &table)])
}

const UNTIL_APRIL: &str = "expires = \"2026-04-01T00:00:00Z\"";

fn assessment(bed: &Bed) -> Assessment {
    let incident = bed.incident();
    let documents = block_on(Dossier::fetch(bed.store(), incident.id, incident.generation)).unwrap();
    documents.assessment.unwrap()
}

fn assert_suppressed(bed: &Bed) {
    assert_eq!(assessment(bed).route, Way::Record);
    assert_eq!(assessment(bed).suppressed.unwrap().owner, "netsec");
    let incident = bed.incident();
    assert_eq!((incident.stage, incident.status), (Stage::Done, Status::Closed));
    assert_eq!((bed.actions(), bed.applied(), bed.executions()), (Vec::new(), 0, (1, 1)));
    assert_eq!(bed.number("SELECT count(*) FROM notices"), 0);
}

fn assert_answered(bed: &Bed) {
    assert_eq!((assessment(bed).route, assessment(bed).suppressed), (Way::Respond, None));
    assert_ne!(bed.incident().status, Status::Closed);
    assert!(bed.number("SELECT count(*) FROM notices") > 0);
}

fn run(bed: &Bed, sample: &Sample) {
    bed.run(&[event(sample)]);
}

#[test]
fn what_is_accepted_is_recorded_and_closed_and_nothing_is_done() {
    let bed = accepting("CryptoCurrency:EC2/*", UNTIL_APRIL);
    run(&bed, &miner("mines", "runner"));
    assert_suppressed(&bed);
}

#[test]
fn it_holds_for_the_account_and_resource_that_it_names() {
    let ours = format!("account = \"{ACCOUNT}\"\nresource = \"{}\"\n{UNTIL_APRIL}", instance_arn("runner"));
    let bed = accepting("CryptoCurrency:EC2/*", &ours);
    run(&bed, &miner("mines", "runner"));
    assert_suppressed(&bed);
    let bed = accepting("CryptoCurrency:EC2/*", &ours);
    run(&bed, &miner("mines", "other"));
    assert_answered(&bed);
    let theirs = format!("account = \"444455556666\"\n{UNTIL_APRIL}");
    let bed = accepting("CryptoCurrency:EC2/*", &theirs);
    run(&bed, &miner("mines", "runner"));
    assert_answered(&bed);
}

#[test]
fn another_type_of_finding_in_the_incident_is_not_hidden_with_it() {
    let bed = accepting("CryptoCurrency:EC2/*", UNTIL_APRIL);
    let other = Sample { kind: "Backdoor:EC2/C&CActivity.B!DNS".to_owned(), ..miner("calls", "runner") };
    bed.run(&events(&[miner("mines", "runner"), other]));
    assert_answered(&bed);
}

#[test]
fn it_ends_on_its_day() {
    let bed = accepting("CryptoCurrency:EC2/*", "expires = \"2026-03-03T09:00:01Z\"");
    run(&bed, &miner("mines", "runner"));
    assert_suppressed(&bed);
    bed.clock.forward(Duration::from_secs(1));
    run(&bed, &miner("mines later", "other"));
    assert_eq!(bed.applied_to().keys().collect::<Vec<_>>(), [&instance_arn("other")]);
}

#[test]
fn nothing_critical_is_ever_hidden() {
    let bed = accepting("CryptoCurrency:EC2/*", UNTIL_APRIL);
    run(&bed, &Sample { score: 9.5, ..miner("mines", "runner") });
    assert_eq!(bed.incident().severity, Severity::Critical);
    assert_answered(&bed);
}

#[test]
fn what_was_hidden_is_shown_once_it_becomes_critical() {
    let bed = accepting("CryptoCurrency:EC2/*", UNTIL_APRIL);
    let sample = miner("mines", "runner");
    run(&bed, &sample);
    assert_suppressed(&bed);
    bed.clock.forward(Duration::from_secs(120));
    run(&bed, &Sample { score: 9.5, ..later(&sample, 10) });
    assert_eq!((bed.incident().generation, bed.applied()), (2, 1));
    assert_answered(&bed);
}

#[test]
fn no_attack_sequence_is_ever_hidden() {
    let bed = accepting("AttackSequence:*", UNTIL_APRIL);
    let is_sequence = |sample: &Sample| sample.product == Product::GuardDuty && sample.is_sequence();
    let sequence = entries().into_iter().map(|entry| entry.sample).find(is_sequence).unwrap();
    run(&bed, &Sample { score: 8.0, ..sequence });
    assert_eq!(bed.incident().severity, Severity::High);
    assert_answered(&bed);
}
