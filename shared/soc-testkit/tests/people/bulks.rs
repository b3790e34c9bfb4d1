//! Many incidents at once: done once, listed where it failed, undone whole.

use std::time::Duration;

use proptest::prelude::*;
use soc_domain::id::IncidentId;
use soc_domain::incident::Status;
use soc_domain::people::{Job, JobState, NotAllowed, Wish};
use soc_domain::verdict::Verdict;
use soc_pipeline::people::{Bulk, NotDone, Order, Waits};
use soc_pipeline::ports::Jobs;
use soc_testkit::block_on;
use soc_testkit::build::incident_id;

use super::bed::{ASKED, Bed, about};

pub(crate) const KEYED: Order<'static> = Order { by: "ann", key: Some("bulk-1234"), asked: ASKED };

pub(crate) fn bed_of(count: u8) -> (Bed, Vec<IncidentId>) {
    let bed = Bed::default();
    for number in 0..count {
        bed.comes(&about(&format!("f{number}"), &[number], &[], 0));
    }
    let ids = bed.standing();
    assert_eq!(ids.len(), usize::from(count));
    (bed, ids)
}

fn done(bed: &Bed, bulk: &Bulk) -> Job {
    let job = block_on(bed.people().bulk(&KEYED, bulk)).unwrap();
    block_on(bed.people().run_job(job.id)).unwrap()
}

fn closing() -> Wish {
    Wish::Status { status: Status::Closed, reason: Some("all of it is known".to_owned()) }
}

#[test]
fn a_bulk_names_what_failed_and_does_the_rest() {
    let (bed, mut incidents) = bed_of(30);
    let merged = incidents[3];
    bed.change("ann", merged, &Wish::Merge { into: incidents[4] }).unwrap();
    incidents.push(incident_id("nobody knows it"));
    let twice = incidents[0];
    incidents.push(twice);
    let job = done(&bed, &Bulk { incidents, wish: closing() });
    let failed: Vec<(IncidentId, &str)> =
        job.failed.iter().map(|failed| (failed.incident, failed.code.as_str())).collect();
    assert_eq!(failed, [(merged, "conflict"), (incident_id("nobody knows it"), "not_found")]);
    assert_eq!((job.done(), job.incidents.len(), job.state()), (29, 31, JobState::Done));
    assert!(bed.store.all_incidents().iter().all(|incident| incident.status == Status::Closed));
    assert_eq!(block_on(bed.store.running(9)).unwrap(), []);
}

#[test]
fn the_same_bulk_again_does_nothing_and_another_under_its_key_is_refused() {
    let (bed, incidents) = bed_of(5);
    let bulk = Bulk { incidents, wish: closing() };
    let job = done(&bed, &bulk);
    let before = (bed.said(), bed.store.ledger());
    assert_eq!(done(&bed, &bulk), job);
    assert_eq!((bed.said(), bed.store.ledger()), before);
    let other = Order { asked: "b", ..KEYED };
    assert!(matches!(block_on(bed.people().bulk(&other, &bulk)), Err(NotDone::KeyReused)));
    let keyless = Order { key: None, ..KEYED };
    assert!(matches!(block_on(bed.people().bulk(&keyless, &bulk)), Err(NotDone::Invalid { .. })));
    let none = Bulk { incidents: Vec::new(), wish: closing() };
    assert!(matches!(block_on(bed.people().bulk(&KEYED, &none)), Err(NotDone::Invalid { .. })));
}

#[test]
fn undoing_a_bulk_skips_what_was_changed_since_and_names_it() {
    let (bed, incidents) = bed_of(6);
    let changed = incidents[2];
    let job = done(&bed, &Bulk { incidents, wish: closing() });
    bed.change("ben", changed, &Wish::Status { status: Status::InProgress, reason: None }).unwrap();
    let undoing = block_on(bed.people().undo_job(&KEYED, job.id)).unwrap();
    let undone = block_on(bed.people().run_job(undoing.id)).unwrap();
    assert_eq!(undone.undo_of(), Some(job.id));
    assert_eq!(undone.failed.iter().map(|failed| failed.incident).collect::<Vec<_>>(), [changed]);
    assert_eq!(undone.done(), 5);
    assert_eq!(bed.incident(changed).status, Status::InProgress);
    let again = block_on(bed.people().undo_job(&KEYED, job.id)).unwrap();
    assert_eq!(again, undone);
    let refused = block_on(bed.people().undo_job(&KEYED, undone.id));
    assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::IsUndoing))), "{refused:?}");
}

#[test]
fn a_bulk_cannot_be_undone_while_it_runs_or_after_its_time() {
    let (bed, incidents) = bed_of(3);
    let job = block_on(bed.people().bulk(&KEYED, &Bulk { incidents, wish: closing() })).unwrap();
    let refused = block_on(bed.people().undo_job(&KEYED, job.id));
    assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::UnderWay))), "{refused:?}");
    block_on(bed.people().run_job(job.id)).unwrap();
    bed.clock.advance(24 * 3_600);
    let refused = block_on(bed.people().undo_job(&KEYED, job.id));
    assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::TooLate { .. }))), "{refused:?}");
}

#[test]
fn a_bulk_that_takes_too_long_is_answered_as_it_stands_and_the_same_request_goes_on() {
    let (bed, incidents) = bed_of(12);
    let wish = Wish::Merge { into: incidents[0] };
    let bulk = Bulk { incidents: incidents[1..].to_vec(), wish };
    let mut seen = Vec::new();
    loop {
        let taken = block_on(bed.people().bulk(&KEYED, &bulk)).unwrap();
        assert_eq!(seen.last().copied().unwrap_or_default(), taken.next);
        // Every look at the clock is a second later, and a merge looks at it more than twice.
        let job = block_on(bed.people().run_job_for(taken.id, Duration::from_secs(12))).unwrap();
        seen.push(job.next);
        if job.state() == JobState::Done {
            break;
        }
        assert_eq!(block_on(bed.store.running(9)).unwrap(), [taken.id]);
    }
    assert!(seen.len() > 2 && seen.is_sorted_by(|one, next| one < next), "{seen:?}");
    assert_eq!(bed.standing(), [incidents[0]]);
}

#[test]
fn whoever_takes_over_stops_when_its_time_is_over_and_the_next_goes_on() {
    let (bed, incidents) = bed_of(12);
    let wish = Wish::Merge { into: incidents[0] };
    let bulk = Bulk { incidents: incidents[1..].to_vec(), wish };
    let job = block_on(bed.people().bulk(&KEYED, &bulk)).unwrap().id;
    bed.clock.advance(3_600);
    let waits = Waits { waited: Duration::from_secs(60), limit: 9, lasts: Duration::from_secs(12) };
    let mut passes = 1;
    while block_on(bed.people().take_over(waits)).unwrap() == 0 {
        assert_eq!(block_on(bed.store.running(9)).unwrap(), [job]);
        passes += 1;
    }
    assert!(passes > 2, "{passes}");
    assert_eq!((bed.standing(), block_on(bed.store.running(9)).unwrap()), (vec![incidents[0]], vec![]));
}

fn wish() -> impl Strategy<Value = Option<Wish>> {
    prop_oneof![
        Just(Some(closing())),
        Just(Some(Wish::Status { status: Status::InProgress, reason: None })),
        Just(Some(Wish::Verdict { verdict: Verdict::FalsePositive, reason: None })),
        Just(Some(Wish::Assign { assignee: Some("ben".to_owned()) })),
        // A merge into the first one.
        Just(None),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undoing_a_whole_bulk_gives_back_what_was_before(
        count in 2_u8..32,
        earlier in proptest::collection::vec((0_usize..32, wish()), 0..4),
        wish in wish(),
    ) {
        let (bed, ids) = bed_of(count);
        let into = ids[0];
        for (number, wish) in earlier {
            let wish = wish.unwrap_or(Wish::Merge { into });
            drop(bed.change("ben", ids[number % ids.len()], &wish));
        }
        let before = bed.said();
        let job = done(&bed, &Bulk { incidents: ids, wish: wish.unwrap_or(Wish::Merge { into }) });
        let undoing = block_on(bed.people().undo_job(&KEYED, job.id)).unwrap();
        let undone = block_on(bed.people().run_job(undoing.id)).unwrap();
        prop_assert_eq!(&undone.failed, &Vec::new());
        prop_assert_eq!(bed.said().but_for_the_machine(&before), before);
    }
}
