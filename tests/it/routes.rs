//! One finding by three routes: one id, one incident, one content, in whatever order they come.

use soc_domain::finding::{Finding, Route};
use soc_domain::id::FindingId;
use soc_domain::policy::Policy;
use soc_domain::severity::Severity;
use soc_pipeline::ingest::Landed;
use soc_pipeline::ports::{FindingRow, Findings, Origin};
use soc_samples::wire::{Form, record};
use soc_samples::{Product, Sample, entries};
use soc_testkit::block_on;
use soc_testkit::memory::Memory;

use crate::bed::{Bed, HandClock, policy_with};
use crate::cast::{miner, stolen_key};
use crate::stages::{ingest_over, take_in};

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
const FORMS: [Form; 3] = [Form::GuardDutyEvent, Form::AsffEvent, Form::OcsfEvent];

/// The row after these records, which are all of one finding.
fn folded(records: &[Vec<u8>]) -> FindingRow {
    let (memory, policy) = (Memory::new(), Policy::parse(&policy_with(&[])).unwrap());
    let ingest = ingest_over(&memory, &policy);
    let mut ids: Vec<FindingId> = Vec::new();
    for record in records {
        for landed in take_in(&ingest, record, Origin::Owner, &HandClock::at_morning()) {
            match landed {
                Landed::Recorded(id) | Landed::Updated(id) | Landed::Duplicate(id) => ids.push(id),
                Landed::Event | Landed::Quarantined(_) => panic!("{landed:?}"),
            }
        }
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    block_on(Findings::get(&memory, ids[0])).unwrap().unwrap().value
}

fn json(finding: &Finding) -> serde_json::Value {
    serde_json::to_value(finding).unwrap()
}

#[test]
fn three_routes_in_all_six_orders_give_one_finding_and_one_content() {
    // Every fourth: six orders of each are many, and that the forms agree is tested for every type.
    let samples = entries().into_iter().step_by(4).map(|entry| entry.sample);
    let samples = samples.filter(|sample| sample.product == Product::GuardDuty);
    for sample in samples.chain([miner("a", "b"), stolen_key("c", "d")]) {
        let written = FORMS.map(|form| record(&sample, form));
        let native = folded(&written[..1]);
        let mut contents = Vec::new();
        for order in ORDERS {
            let row = folded(&order.map(|at| written[at].clone()));
            assert_eq!(row.finding.id, native.finding.id);
            assert_eq!(row.finding.route, Route::Native);
            contents.push(json(&row.finding));
        }
        for (content, order) in contents.iter().zip(ORDERS) {
            assert_eq!(content, &contents[0], "{} in order {order:?}", sample.kind);
        }
    }
}

#[test]
fn a_poorer_route_never_overwrites_what_a_richer_one_said() {
    let sample = stolen_key("c", "d");
    let lies = Sample {
        title: "Another title.".to_owned(),
        description: "Another description.".to_owned(),
        score: 2.0,
        principal: stolen_key("c", "somebody-else").principal,
        ..sample.clone()
    };
    let native = json(&folded(&[record(&sample, Form::GuardDutyEvent)]).finding);
    for form in [Form::AsffEvent, Form::OcsfEvent] {
        for records in [
            [record(&sample, Form::GuardDutyEvent), record(&lies, form)],
            [record(&lies, form), record(&sample, Form::GuardDutyEvent)],
        ] {
            let both = json(&folded(&records).finding);
            for (field, value) in native.as_object().unwrap() {
                assert_eq!(&both[field], value, "{field} by {form:?}");
            }
        }
    }
}

#[test]
fn a_poorer_route_that_is_newer_brings_the_news_and_keeps_the_richer_text() {
    let sample = stolen_key("c", "d");
    let title = "A shorter title.".to_owned();
    let news = Sample { score: 9.5, count: 7, title, ..crate::cast::later(&sample, 30) };
    let both = folded(&[record(&sample, Form::GuardDutyEvent), record(&news, Form::AsffEvent)]).finding;
    assert_eq!((both.severity, both.count), (Severity::Critical, 7));
    assert_eq!((both.title, both.route), (sample.title, Route::Native));
}

#[test]
fn on_disk_too_three_routes_are_one_finding_in_one_incident_with_one_execution() {
    for order in [ORDERS[0], ORDERS[5]] {
        let bed = Bed::new();
        let sample = miner("a", "b");
        let records = order.map(|at| record(&sample, FORMS[at]));
        let summary = bed.run(&records);
        assert_eq!((summary.recorded, summary.incidents.total), (1, 1), "{summary:?}");
        assert_eq!((bed.executions(), bed.applied()), ((1, 1), 1));
        assert_eq!(bed.findings_of(bed.incident().id).len(), 1);
    }
}
