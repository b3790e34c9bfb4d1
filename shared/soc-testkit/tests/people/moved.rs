//! Findings that come between a merge or a split and its undoing, and after it.

use soc_domain::finding::RecordState;
use soc_domain::people::{NotAllowed, Wish};
use soc_pipeline::people::NotDone;
use soc_testkit::block_on;

use super::bed::{Bed, about, again, named, order};

fn set<const N: usize>(names: [&str; N]) -> std::collections::BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_comes_between_a_merge_and_its_undoing_stays_with_the_survivor_and_rejoins_nothing() {
    let bed = Bed::default();
    let (a, b) = (about("a", &[1], &[], 0), about("b", &[2], &[], 0));
    bed.comes(&a);
    bed.comes(&b);
    let [one, two] = [&a, &b].map(|finding| bed.incident_of(finding));
    let merged = bed.change("ann", one, &Wish::Merge { into: two }).unwrap().operation.id;
    assert_eq!(named(&bed, two), set(["a", "b"]));
    // It shares host 1 with what was merged.
    let between = about("between", &[1, 3], &[], 1);
    bed.comes(&between);
    assert_eq!(named(&bed, two), set(["a", "b", "between"]));
    block_on(bed.people().undo(&order("ann"), merged)).unwrap();
    assert_eq!((named(&bed, one), named(&bed, two)), (set(["a"]), set(["b", "between"])));
    assert!(bed.incident(two).resources.iter().any(|arn| arn.ends_with("i-3")));
    // The same again, a revision of each, and a third one about the same host.
    for finding in [&a, &between, &again(&a, 1, 2), &again(&between, 1, 2), &again(&b, 1, 2)] {
        bed.comes(finding);
    }
    bed.comes(&about("third", &[1], &[], 2));
    let standing = bed.standing();
    assert!(standing.contains(&one) && standing.contains(&two), "{standing:?}");
    assert!(named(&bed, one).is_superset(&set(["a"])));
    assert!(named(&bed, two).is_superset(&set(["b", "between"])));
}

#[test]
fn undoing_a_merge_takes_from_the_survivor_what_only_the_merged_one_said() {
    let bed = Bed::default();
    let (a, b) = (about("a", &[3], &[1], 0), about("b", &[1], &[2], 0));
    bed.comes(&a);
    bed.comes(&b);
    let [one, two] = [&a, &b].map(|finding| bed.incident_of(finding));
    let before = bed.incident(two);
    let merged = bed.change("ann", one, &Wish::Merge { into: two }).unwrap().operation.id;
    assert!(bed.incident(two).severity > before.severity);
    bed.comes(&about("c", &[1], &[4], 1));
    block_on(bed.people().undo(&order("ann"), merged)).unwrap();
    let after = bed.incident(two);
    assert_eq!((after.severity, after.title), (before.severity, before.title));
    let principals: Vec<&str> = after.principals.iter().map(String::as_str).collect();
    assert_eq!(principals, ["user-2", "user-4"]);
}

#[test]
fn findings_of_what_was_split_off_come_to_it_and_the_machine_joins_the_two_no_more() {
    let bed = Bed::default();
    let (a, b) = (about("a", &[1], &[7], 0), about("b", &[2], &[7], 0));
    bed.comes(&a);
    bed.comes(&b);
    let old = bed.incident_of(&a);
    assert_eq!(named(&bed, old), set(["a", "b"]));
    let split = block_on(bed.people().split(&order("ann"), old, &[b.id])).unwrap();
    let created = split.created.unwrap().id;
    assert_eq!((named(&bed, old), named(&bed, created)), (set(["a"]), set(["b"])));
    assert!(bed.incident(old).resources.iter().all(|arn| arn.ends_with("i-1")));
    // Host 2 is only of the new one; user 7 is of both.
    bed.comes(&about("host-2", &[2], &[], 1));
    assert_eq!(named(&bed, created), set(["b", "host-2"]));
    for finding in [&a, &b, &again(&a, 1, 2), &again(&b, 1, 2), &about("user-7", &[], &[7], 2)] {
        bed.comes(finding);
    }
    bed.comes(&about("both", &[1, 2], &[7], 3));
    let standing = bed.standing();
    assert_eq!(standing.len(), 2, "{standing:?}");
    assert!(named(&bed, old).is_superset(&set(["a"])) && named(&bed, created).is_superset(&set(["b"])));
    // Undoing makes them one again, with all that came since; and one they stay.
    block_on(bed.people().undo(&order("ann"), split.operation.id)).unwrap();
    assert_eq!(named(&bed, old), set(["a", "b", "both", "host-2", "user-7"]));
    bed.comes(&again(&b, 5, 4));
    assert_eq!(bed.standing(), [old]);
}

#[test]
fn a_third_incident_that_touches_both_takes_only_one_of_what_a_person_parted() {
    let bed = Bed::default();
    let (a, b) = (about("a", &[1], &[7], 10), about("b", &[2], &[7], 10));
    bed.comes(&a);
    bed.comes(&b);
    let old = bed.incident_of(&a);
    block_on(bed.people().split(&order("ann"), old, &[b.id])).unwrap();
    let oldest = about("oldest", &[3], &[], 0);
    bed.comes(&oldest);
    bed.comes(&about("bridge", &[1, 2, 3], &[], 5));
    assert_eq!(bed.standing().len(), 2);
    assert_ne!(bed.incident_of(&a), bed.incident_of(&b));
}

#[test]
fn what_a_person_closed_stays_closed_when_its_findings_come_again() {
    use soc_domain::incident::Status;
    for status in [Status::Closed, Status::Resolved] {
        let bed = Bed::default();
        let a = about("a", &[1], &[], 0);
        bed.comes(&a);
        let id = bed.incident_of(&a);
        bed.change("ann", id, &Wish::Status { status, reason: None }).unwrap();
        let closed = bed.incident(id);
        bed.comes(&a);
        bed.comes(&again(&a, 3, 2));
        let mut worse = again(&a, 9, 3);
        worse.severity = soc_domain::severity::Severity::Critical;
        bed.comes(&worse);
        let archived =
            soc_domain::finding::Finding { record_state: RecordState::Archived, ..again(&worse, 1, 4) };
        bed.comes(&archived);
        assert_eq!(bed.incident(id), closed);
        bed.comes(&about("other", &[1], &[], 3));
        assert_eq!(bed.incident(id), closed);
        assert_eq!(named(&bed, id), set(["a"]));
    }
}

#[test]
fn merged_incidents_take_no_change_and_a_persons_closed_one_takes_nothing_in() {
    use soc_domain::incident::Status;
    let bed = Bed::default();
    for (name, host) in [("a", 1), ("b", 2), ("c", 3)] {
        bed.comes(&about(name, &[host], &[], 0));
    }
    let [a, b, c] = ["a", "b", "c"].map(|name| bed.incident_of(&about(name, &[], &[], 0)));
    bed.change("ann", a, &Wish::Merge { into: b }).unwrap();
    let assign = Wish::Assign { assignee: Some("ann".to_owned()) };
    for wish in [assign, Wish::Merge { into: c }, Wish::Status { status: Status::New, reason: None }] {
        let refused = bed.change("ann", a, &wish);
        assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::Merged { .. }))), "{refused:?}");
    }
    assert!(block_on(bed.people().comment(&order("ann"), a, "hm")).is_err());
    bed.change("ann", c, &Wish::Status { status: Status::Closed, reason: None }).unwrap();
    let refused = bed.change("ann", b, &Wish::Merge { into: c });
    assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::ClosedByPerson))), "{refused:?}");
    assert!(matches!(
        bed.change("ann", b, &Wish::Merge { into: b }),
        Err(NotDone::Refused(NotAllowed::Itself))
    ));
}
