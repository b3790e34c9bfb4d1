//! Undoing gives back exactly what was: for every operation, on incidents with any history.

use proptest::prelude::*;
use soc_domain::id::IncidentId;
use soc_domain::incident::Status;
use soc_domain::people::{NotAllowed, Wish};
use soc_domain::verdict::Verdict;
use soc_pipeline::people::NotDone;
use soc_pipeline::ports::Comments;
use soc_testkit::block_on;
use soc_testkit::build::{finding, incident_id};

use super::bed::{ASKED, Bed, Said, about, order};
use soc_pipeline::people::Order;

/// What somebody does, with incidents by number.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Wish(usize, Wish),
    Merge(usize, usize),
    Split(usize, usize),
}

fn wish() -> impl Strategy<Value = Wish> {
    let verdict = proptest::sample::select(Verdict::ALL.to_vec());
    let status = proptest::sample::select(vec![
        Status::New,
        Status::InProgress,
        Status::OnHold,
        Status::Resolved,
        Status::Closed,
    ]);
    let reason = || proptest::option::of("[a-z]{1,9}");
    prop_oneof![
        (verdict, reason()).prop_map(|(verdict, reason)| Wish::Verdict { verdict, reason }),
        proptest::option::of("[a-z]{1,5}").prop_map(|assignee| Wish::Assign { assignee }),
        (status, reason()).prop_map(|(status, reason)| Wish::Status { status, reason }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let numbers = || (0_usize..6, 0_usize..6);
    prop_oneof![
        4 => (0_usize..6, wish()).prop_map(|(number, wish)| Step::Wish(number, wish)),
        1 => numbers().prop_map(|(one, into)| Step::Merge(one, into)),
        1 => numbers().prop_map(|(one, finding)| Step::Split(one, finding)),
    ]
}

/// Hosts, users and hour of each finding.
type Findings = Vec<(Vec<u8>, Vec<u8>, u64)>;

fn findings() -> impl Strategy<Value = Findings> {
    let hosts = proptest::collection::vec(0_u8..7, 1..3);
    let users = proptest::collection::vec(0_u8..6, 0..2);
    proptest::collection::vec((hosts, users, 0_u64..70), 2..9)
}

fn bed_of(findings: &Findings) -> Bed {
    let bed = Bed::default();
    for (number, (hosts, users, hour)) in findings.iter().enumerate() {
        bed.comes(&about(&format!("f{number}"), hosts, users, *hour));
    }
    bed
}

/// Does a step, if it is allowed, and answers how it is undone.
fn does(bed: &Bed, step: &Step) -> Option<soc_domain::id::OperationId> {
    let standing = bed.standing();
    let nth = |number: usize| standing.get(number % standing.len()).copied();
    let changed = match step {
        Step::Wish(number, wish) => bed.change("ann", nth(*number)?, wish),
        Step::Merge(one, into) => bed.change("ann", nth(*one)?, &Wish::Merge { into: nth(*into)? }),
        Step::Split(one, place) => {
            let id = nth(*one)?;
            let findings: Vec<_> =
                bed.said().findings.into_iter().filter(|(_, of)| *of == id).map(|(id, _)| id).collect();
            let chosen = [*findings.get(place % findings.len().max(1))?];
            block_on(bed.people().split(&order("ann"), id, &chosen))
        }
    };
    match changed {
        Ok(changed) => Some(changed.operation.id),
        Err(NotDone::Refused(_)) => None,
        Err(error) => panic!("{step:?}: {error}"),
    }
}

/// The new incident of a split stays behind, as part of the old one.
fn but_for_what_is_left_behind(mut said: Said, before: &Said) -> Said {
    said.incidents.retain(|id, incident| before.incidents.contains_key(id) || incident.merged_into.is_none());
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undoing_gives_back_what_was_before(
        findings in findings(),
        history in proptest::collection::vec(step(), 0..6),
        last in step(),
    ) {
        let bed = bed_of(&findings);
        for step in &history {
            does(&bed, step);
        }
        let before = bed.said();
        let Some(operation) = does(&bed, &last) else { return Ok(()) };
        if !matches!(last, Step::Wish(..)) {
            prop_assert_ne!(&bed.said(), &before);
        }
        block_on(bed.people().undo(&order("ben"), operation)).unwrap();
        let after = but_for_what_is_left_behind(bed.said(), &before);
        match last {
            Step::Wish(..) => prop_assert_eq!(after, before),
            Step::Merge(..) | Step::Split(..) => {
                prop_assert_eq!(after.but_for_the_machine(&before), before);
            }
        }
        // Again is success, and changes nothing.
        let undone = bed.said();
        block_on(bed.people().undo(&order("ben"), operation)).unwrap();
        prop_assert_eq!(bed.said(), undone);
    }

    #[test]
    fn several_operations_are_undone_in_reverse_order(
        findings in findings(),
        steps in proptest::collection::vec(step(), 1..6),
    ) {
        let bed = bed_of(&findings);
        let before = bed.said();
        let done: Vec<_> = steps.iter().filter_map(|step| does(&bed, step)).collect();
        for operation in done.into_iter().rev() {
            block_on(bed.people().undo(&order("ben"), operation)).unwrap();
        }
        let after = but_for_what_is_left_behind(bed.said(), &before);
        prop_assert_eq!(after.but_for_the_machine(&before), before);
    }
}

fn assigned(to: &str) -> Wish {
    Wish::Assign { assignee: Some(to.to_owned()) }
}

fn one_incident() -> (Bed, IncidentId) {
    let bed = Bed::default();
    bed.comes(&finding("a"));
    (bed, incident_id("a"))
}

#[test]
fn undoing_refuses_where_something_newer_changed_the_same_and_only_there() {
    let (bed, id) = one_incident();
    let first = bed.change("ann", id, &assigned("ann")).unwrap().operation.id;
    let verdict = Wish::Verdict { verdict: Verdict::Benign, reason: None };
    let judged = bed.change("ann", id, &verdict).unwrap().operation.id;
    let second = bed.change("ben", id, &assigned("ben")).unwrap().operation.id;
    let refused = block_on(bed.people().undo(&order("ann"), first));
    assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::Drifted { .. }))), "{refused:?}");
    block_on(bed.people().undo(&order("ann"), judged)).unwrap();
    assert_eq!(bed.incident(id).assignee.as_deref(), Some("ben"));
    block_on(bed.people().undo(&order("ann"), second)).unwrap();
    block_on(bed.people().undo(&order("ann"), first)).unwrap();
    let incident = bed.incident(id);
    assert_eq!((incident.assignee, incident.people_verdict, incident.acknowledged_at), (None, None, None));
}

#[test]
fn undoing_ends_with_its_time() {
    let (bed, id) = one_incident();
    let done = bed.change("ann", id, &assigned("ann")).unwrap().operation.id;
    bed.clock.advance(24 * 3_600);
    let refused = block_on(bed.people().undo(&order("ann"), done));
    assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::TooLate { .. }))), "{refused:?}");
}

#[test]
fn the_same_request_answers_the_same_and_another_under_its_key_is_refused() {
    let (bed, id) = one_incident();
    let keyed = |asked| Order { by: "ann", key: Some("12345678"), asked };
    let wish = assigned("ann");
    let first = block_on(bed.people().change(&keyed("x"), id, &wish)).unwrap();
    let entries = bed.store.ledger().len();
    assert_eq!(block_on(bed.people().change(&keyed("x"), id, &wish)).unwrap(), first);
    assert_eq!(bed.store.ledger().len(), entries);
    let other = block_on(bed.people().change(&keyed("y"), id, &assigned("ben")));
    assert!(matches!(other, Err(NotDone::KeyReused)), "{other:?}");
}

#[test]
fn a_comment_is_kept_apart_from_the_ledger_and_struck_by_its_undoing() {
    let (bed, id) = one_incident();
    let text = "the owner says <script> it was a test";
    let added = block_on(bed.people().comment(&order("ann"), id, text)).unwrap();
    let comments = block_on(Comments::of_incident(&bed.store, id, 9)).unwrap();
    assert_eq!(comments.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>(), [text]);
    let ledger = format!("{:?}", bed.store.ledger());
    let hash = soc_domain::id::sha256_hex(&[text.as_bytes()]);
    assert!(ledger.contains(&hash) && !ledger.contains("script"), "{ledger}");
    block_on(bed.people().undo(&order("ben"), added.operation.id)).unwrap();
    let struck = block_on(Comments::of_incident(&bed.store, id, 9)).unwrap();
    assert_eq!(struck.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>(), [""]);
}

#[test]
fn every_change_leaves_one_entry_in_each_chain_that_it_touches_and_no_text() {
    let bed = Bed::default();
    bed.comes(&about("a", &[1], &[], 0));
    bed.comes(&about("b", &[2], &[], 0));
    let [one, two] = ["a", "b"].map(|name| bed.incident_of(&about(name, &[], &[], 0)));
    let before = bed.store.ledger().len();
    let reason = Some("secret words".to_owned());
    let wishes = [
        Wish::Verdict { verdict: Verdict::TruePositive, reason: reason.clone() },
        assigned("ben"),
        Wish::Status { status: Status::OnHold, reason },
    ];
    for wish in &wishes {
        bed.change("ann", one, wish).unwrap();
    }
    assert_eq!(bed.store.ledger().len(), before + 3);
    bed.change("ann", one, &Wish::Merge { into: two }).unwrap();
    let ledger = bed.store.ledger();
    assert_eq!(ledger.len(), before + 5);
    assert!(!format!("{ledger:?}").contains("secret"));
    assert!(ledger.iter().filter(|entry| entry.actor == "ann").count() == 5);
}

#[test]
fn nobody_acts_without_a_name_or_in_the_name_of_the_machine() {
    let (bed, id) = one_incident();
    for by in ["", "  ", "AI-SOC", "two\nlines"] {
        let refused = bed.change(by, id, &assigned("ann"));
        assert!(matches!(refused, Err(NotDone::Refused(_))), "{by:?}: {refused:?}");
    }
    let order = Order { by: "ann", key: None, asked: ASKED };
    let long = "x".repeat(4_001);
    assert!(block_on(bed.people().comment(&order, id, &long)).is_err());
    assert!(block_on(bed.people().comment(&order, id, " ")).is_err());
}
