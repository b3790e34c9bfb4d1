//! Every way to tamper with a ledger, tried on generated chains: each is found and its first bad row named.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 4] = ["action_intent", "action_done", "approval_given", "verdict_made"];

fn chain(name: &str, rows: usize, rng: &mut fastrand::Rng) -> (Vec<Entry>, Head) {
    let mut head = None;
    let mut entries = Vec::new();
    for at in 0..rows {
        let figures = 0..rng.usize(0..4);
        let details = figures.map(|n| (format!("d{n}"), rng.u64(..).to_string())).collect();
        let draft = Draft {
            chain: name.into(),
            actor: format!("actor-{}", rng.u8(..)),
            what: NAMES[rng.usize(..NAMES.len())].into(),
            subject: format!("act-{}", rng.u16(..)),
            details,
        };
        let (entry, next) = append(head.as_ref(), draft, 1_700_000_000_000 + at as i64).unwrap();
        entries.push(entry);
        head = Some(next);
    }
    (entries, head.unwrap())
}

/// Changes one field of a row, whichever `field` says, and leaves its hash.
fn edit(entry: &mut Entry, field: u8, rng: &mut fastrand::Rng) {
    match field {
        0 => entry.at_ms += 1 + i64::from(rng.u8(..)),
        1 => entry.actor.push('x'),
        2 => entry.what.push('x'),
        3 => entry.subject = String::new(),
        4 => drop(entry.details.insert("added".into(), "1".into())),
        5 => match entry.details.pop_first() {
            Some((name, value)) => drop(entry.details.insert(name, value + "0")),
            None => drop(entry.details.insert(String::new(), String::new())),
        },
        6 => match entry.details.pop_first() {
            Some((name, value)) => drop(entry.details.insert(name + "0", value)),
            None => entry.actor.clear(),
        },
        7 => entry.prev = flipped(entry.prev, rng),
        8 => entry.hash = flipped(entry.hash, rng),
        9 => entry.chain.push('x'),
        _ => entry.seq = rng.u64(..).max(1_000),
    }
}

fn flipped(hash: Hash, rng: &mut fastrand::Rng) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[rng.usize(..32)] ^= 1 << rng.u8(..8);
    Hash::from_bytes(bytes)
}

/// A copy of a row with another content and a hash that fits it.
fn forged(original: &Entry, rng: &mut fastrand::Rng) -> Entry {
    let mut entry = original.clone();
    entry.details.insert("forged".into(), rng.u64(..).to_string());
    entry.hash = entry.computed_hash();
    entry
}

fn tamper(rows: &mut Vec<Entry>, rng: &mut fastrand::Rng) -> &'static str {
    let at = rng.usize(..rows.len());
    let other = (at + rng.usize(1..rows.len())) % rows.len();
    match rng.u8(..9) {
        0 | 1 => {
            let field = rng.u8(..11);
            edit(&mut rows[at], field, rng);
            "edited"
        }
        2 => {
            rows.remove(at);
            "deleted"
        }
        3 => {
            rows.swap(at, other);
            "reordered"
        }
        4 => {
            let row = rows.remove(at);
            rows.insert(other, row);
            "moved"
        }
        5 => {
            let row = forged(&rows[other], rng);
            rows.insert(at, row);
            "inserted forged"
        }
        6 => {
            let row = rows[other].clone();
            rows.insert(at, row);
            "inserted copy"
        }
        7 => {
            rows[at] = forged(&rows[at], rng);
            "replaced by a forgery"
        }
        _ => {
            rows.truncate(at);
            "truncated"
        }
    }
}

fn first_difference(before: &[Entry], after: &[Entry]) -> u64 {
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    same as u64
}

#[test]
fn a_thousand_random_mutations_are_found_and_the_first_bad_row_is_named() {
    let rng = &mut fastrand::Rng::with_seed(7);
    for round in 0..1_500 {
        let length = rng.usize(2..30);
        let (before, head) = chain("inc-1", length, rng);
        let mut after = before.clone();
        let how = tamper(&mut after, rng);
        assert_ne!(before, after, "round {round}: {how} changed nothing");
        let found = verify_chain(&head, after.clone());
        let place = first_difference(&before, &after);
        match found.first_fault() {
            Some(Fault::Row { chain, seq, .. }) => {
                assert_eq!((chain.as_str(), *seq), ("inc-1", place), "round {round}: {how}, {found:?}");
            }
            Some(Fault::Chain { kind, .. }) => {
                assert_eq!((*kind, after.len()), (ChainFault::RowsMissing, 0), "round {round}: {how}");
            }
            Some(Fault::Root { .. } | Fault::Anchor { .. } | Fault::SignedRoot { .. }) | None => {
                panic!("round {round}: {how} gave {found:?}")
            }
        }
    }
}

/// One mutation of five rows, and the place, stored number and kind it must be reported with.
#[track_caller]
fn check(mutate: fn(&mut Vec<Entry>, &mut fastrand::Rng), expected: (u64, Option<u64>, RowFault)) {
    let rng = &mut fastrand::Rng::with_seed(1);
    let (mut rows, head) = chain("inc-1", 5, rng);
    mutate(&mut rows, rng);
    let (seq, stored_seq, kind) = expected;
    let fault = Fault::Row { chain: "inc-1".into(), seq, stored_seq, kind };
    assert_eq!(verify_chain(&head, rows).faults, [fault]);
}

#[test]
fn an_edited_detail_is_called_edited() {
    check(|rows, rng| edit(&mut rows[2], 5, rng), (2, Some(2), RowFault::Edited));
}

#[test]
fn a_deleted_row_is_called_deleted() {
    check(|rows, _| drop(rows.remove(2)), (2, Some(3), RowFault::Deleted));
}

#[test]
fn two_swapped_rows_are_called_reordered() {
    check(|rows, _| rows.swap(1, 3), (1, Some(3), RowFault::Reordered));
}

#[test]
fn an_inserted_copy_of_a_later_row_is_called_inserted() {
    check(|rows, _| rows.insert(1, rows[3].clone()), (1, Some(3), RowFault::Inserted));
}

#[test]
fn a_row_beyond_the_head_is_called_inserted() {
    let extend = |rows: &mut Vec<Entry>, _: &mut fastrand::Rng| {
        let last = rows[4].clone();
        let head = Head { chain: last.chain.clone(), count: 5, hash: last.hash };
        let (chain, actor, what, subject) = (last.chain, last.actor, last.what, last.subject);
        let draft = Draft { chain, actor, what, subject, details: BTreeMap::new() };
        rows.push(append(Some(&head), draft, 9).unwrap().0);
    };
    check(extend, (5, Some(5), RowFault::Inserted));
}

#[test]
fn a_repeated_row_is_called_duplicated() {
    check(|rows, _| rows.insert(3, rows[2].clone()), (3, Some(2), RowFault::Duplicated));
}

#[test]
fn a_forged_twin_before_the_true_row_is_the_one_named() {
    check(|rows, rng| rows.insert(2, forged(&rows[2], rng)), (2, Some(2), RowFault::Duplicated));
}

#[test]
fn a_row_replaced_by_a_consistent_forgery_is_named_and_not_its_successor() {
    check(|rows, rng| rows[2] = forged(&rows[2], rng), (2, Some(2), RowFault::Forged));
}

#[test]
fn a_forged_last_row_is_found_by_the_head() {
    check(|rows, rng| rows[4] = forged(&rows[4], rng), (4, Some(4), RowFault::Forged));
}

#[test]
fn a_cut_tail_is_found_by_the_head() {
    check(|rows, _| rows.truncate(3), (3, None, RowFault::Truncated));
}

#[test]
fn a_tail_rewritten_with_fitting_hashes_is_found_by_the_head() {
    let rewrite = |rows: &mut Vec<Entry>, rng: &mut fastrand::Rng| {
        rows[2] = forged(&rows[2], rng);
        for at in 3..5 {
            rows[at].prev = rows[at - 1].hash;
            rows[at].hash = rows[at].computed_hash();
        }
    };
    check(rewrite, (4, Some(4), RowFault::Forged));
}

struct Ledger {
    heads: Vec<Head>,
    rows: Vec<Entry>,
}

fn ledger(chains: usize) -> Ledger {
    let rng = &mut fastrand::Rng::with_seed(3);
    let mut ledger = Ledger { heads: Vec::new(), rows: Vec::new() };
    for n in 0..chains {
        let (rows, head) = chain(&format!("inc-{n}"), 1 + n, rng);
        ledger.rows.extend(rows);
        ledger.heads.insert(0, head);
    }
    ledger
}

#[track_caller]
fn check_chain_fault(ledger: Ledger, chain: &str, kind: ChainFault) {
    let found = verify_all(ledger.heads, ledger.rows, None);
    assert_eq!(found.faults, [Fault::Chain { chain: chain.into(), kind }]);
}

#[test]
fn an_untouched_ledger_is_intact_and_counted() {
    let Ledger { heads, rows } = ledger(4);
    let stored = root(&heads);
    let found = verify_all(heads, rows, Some(stored));
    assert_eq!(found, Verification { chains: 4, rows: 10, ..Verification::default() });
}

#[test]
fn a_removed_head_is_named() {
    let mut ledger = ledger(4);
    ledger.heads.remove(1);
    check_chain_fault(ledger, "inc-2", ChainFault::HeadMissing);
}

#[test]
fn a_chain_emptied_of_rows_is_named() {
    for chain in ["inc-0", "inc-2", "inc-3"] {
        let mut ledger = ledger(4);
        ledger.rows.retain(|row| row.chain != chain);
        check_chain_fault(ledger, chain, ChainFault::RowsMissing);
    }
}

#[test]
fn a_second_head_is_named() {
    let mut ledger = ledger(4);
    ledger.heads.push(ledger.heads[2].clone());
    check_chain_fault(ledger, "inc-1", ChainFault::HeadDuplicated);
}

#[test]
fn a_chain_out_of_order_is_named() {
    let mut ledger = ledger(2);
    ledger.rows.rotate_left(1);
    let found = verify_all(ledger.heads, ledger.rows, None);
    let fault = Fault::Chain { chain: "inc-0".into(), kind: ChainFault::OutOfOrder };
    assert!(found.faults.contains(&fault), "{found:?}");
}

#[test]
fn a_chain_deleted_with_its_head_is_found_by_the_root_alone() {
    let Ledger { mut heads, mut rows } = ledger(4);
    let stored = root(&heads);
    heads.retain(|head| head.chain != "inc-2");
    rows.retain(|row| row.chain != "inc-2");
    let without_root = verify_all(heads.clone(), rows.clone(), None);
    assert!(without_root.is_intact(), "only the root can know");
    let found = root(&heads);
    assert_eq!(verify_all(heads, rows, Some(stored)).faults, [Fault::Root { stored, found }]);
}

#[test]
fn a_row_moved_into_another_chain_is_found_in_both() {
    let Ledger { heads, mut rows } = ledger(3);
    rows[1].chain = "inc-2".into();
    rows.sort_by(|a, b| (&a.chain, a.seq).cmp(&(&b.chain, b.seq)));
    let found = verify_all(heads, rows, None);
    let chains: Vec<&str> = found.faults.iter().filter_map(chain_of).collect();
    assert_eq!(chains, ["inc-1", "inc-2"]);
}

fn chain_of(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::Row { chain, .. } | Fault::Chain { chain, .. } => Some(chain),
        Fault::Root { .. } | Fault::Anchor { .. } | Fault::SignedRoot { .. } => None,
    }
}

#[test]
fn mutations_in_one_chain_leave_the_others_unblamed() {
    let rng = &mut fastrand::Rng::with_seed(11);
    for round in 0..500 {
        let Ledger { heads, rows } = ledger(4);
        let (mut before, mut inner) = (rows.clone(), rows.clone());
        before.retain(|row| row.chain != "inc-2");
        inner.retain(|row| row.chain == "inc-2");
        let field = rng.u8(..9);
        let at = rng.usize(..inner.len());
        edit(&mut inner[at], field, rng);
        before.extend(inner);
        before.sort_by(|a, b| (&a.chain, a.seq).cmp(&(&b.chain, b.seq)));
        let found = verify_all(heads, before, None);
        assert_eq!(found.faults.len(), 1, "round {round}");
        assert_eq!(found.first_fault().and_then(chain_of), Some("inc-2"), "round {round}");
    }
}

fn texts() -> impl Strategy<Value = (String, String, String)> {
    (any::<String>(), any::<String>(), any::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_appended_verifies(names in prop::collection::vec(texts(), 1..20), at_ms in any::<i64>()) {
        let mut head = None;
        let mut rows = Vec::new();
        for (actor, subject, value) in names {
            let details = BTreeMap::from([(subject.clone(), value)]);
            let draft = Draft { chain: "c".into(), actor, what: "seen".into(), subject, details };
            let (entry, next) = append(head.as_ref(), draft, at_ms).unwrap();
            rows.push(entry);
            head = Some(next);
        }
        let found = verify_chain(&head.unwrap(), rows);
        prop_assert!(found.is_intact(), "{found:?}");
    }

    #[test]
    fn the_root_does_not_depend_on_the_order_of_heads(counts in prop::collection::vec(any::<u64>(), 0..9)) {
        let genesis = root([]);
        let head = |(n, count): (usize, &u64)| Head { chain: n.to_string(), count: *count, hash: genesis };
        let heads: Vec<Head> = counts.iter().enumerate().map(head).collect();
        prop_assert_eq!(root(&heads), root(heads.iter().rev()));
    }
}
