//! What a product bears out of a finding that came another way, over every type of the catalogue.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use soc_domain::catalogue::guardduty_types;
use soc_domain::confirm::bears_out;
use soc_domain::finding::Finding;
use soc_domain::revise::revise;
use soc_domain::wire::{Content, read_record};
use soc_samples::wire::{Form, record};
use soc_samples::{Sample, example};

fn read(sample: &Sample, form: Form) -> Finding {
    match read_record(&record(sample, form)).pop().map(|item| item.content) {
        Some(Ok(Content::Finding(finding, _gaps))) => *finding,
        other => panic!("{} {form:?}: {other:?}", sample.kind),
    }
}

/// What the event said is what the API says, whatever the form.
#[test]
fn the_api_bears_out_the_event_of_every_type() {
    for row in guardduty_types() {
        let sample = example(row.name, 3);
        let (event, api) = (read(&sample, Form::GuardDutyEvent), read(&sample, Form::GuardDutyApi));
        assert!(bears_out(&api, &event) && bears_out(&event, &api), "{}", row.name);
    }
}

/// Whether two findings say the same of whom and what. Some types have few words: two of them may be alike but for
/// their times.
fn alike(one: &Finding, other: &Finding) -> bool {
    (&one.resources, &one.principals, &one.remotes) == (&other.resources, &other.principals, &other.remotes)
}

/// No finding bears out another, though it has its id.
#[test]
fn another_finding_under_the_same_id_is_not_borne_out() {
    for row in guardduty_types() {
        let theirs = read(&example(row.name, 3), Form::GuardDutyApi);
        let others = (4..64).map(|seed| read(&example(row.name, seed), Form::GuardDutyEvent));
        let Some(other) = others.into_iter().find(|other| !alike(other, &theirs)) else {
            panic!("every sample of {} is alike", row.name);
        };
        let forged = Finding { id: theirs.id, ..other };
        assert!(!bears_out(&theirs, &forged), "{}", row.name);
    }
}

/// What came by all routes and was folded is borne out by what all routes say now, folded as well.
#[test]
fn what_was_folded_from_all_routes_is_borne_out_by_all_routes_together() {
    for row in guardduty_types() {
        let sample = example(row.name, 3);
        let mut ours = read(&sample, Form::AsffEvent);
        revise(&mut ours, read(&sample, Form::GuardDutyEvent));
        revise(&mut ours, read(&sample, Form::OcsfEvent));
        let mut theirs = read(&sample, Form::GuardDutyApi);
        revise(&mut theirs, read(&sample, Form::OcsfEvent));
        revise(&mut theirs, read(&sample, Form::AsffEvent));
        assert!(bears_out(&theirs, &ours), "{}", row.name);
    }
}
