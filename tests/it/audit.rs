//! The ledger after full runs, and what must never stand in a ledger, a notice's key or a log.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use soc_domain::action::ActionState;
use soc_domain::approval::Answer;
use soc_ledger::{Entry, verify_all};
use soc_local::runner::Access;
use soc_local::store::{LedgerPage, Store};
use soc_samples::{Disorder, builtin, perturb};
use soc_testkit::block_on;

use crate::bed::Bed;
use crate::cast::{events, key_arn, miner, stolen_key};

/// Every row, read page by page as the verifier of the command line does.
fn ledger(store: &Store) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    loop {
        let page = match all.last() {
            None => LedgerPage::default(),
            Some(last) => LedgerPage { chain: last.chain.clone(), next_seq: last.seq + 1 },
        };
        let rows = store.ledger_page(&page, 7).unwrap();
        if rows.is_empty() {
            return all;
        }
        all.extend(rows);
    }
}

fn assert_intact(store: &Store) -> Vec<Entry> {
    let rows = ledger(store);
    let heads = store.ledger_heads().unwrap();
    let verified = verify_all(heads, rows.clone(), None);
    assert!(verified.faults.is_empty(), "{verified:?}");
    rows
}

/// A bed in which much happened: built-in stream with poison, decisions, an expiry, a refused reversal.
fn eventful() -> Bed {
    let bed = Bed::new();
    bed.soc().seed_account(&soc_samples::accounts()).unwrap();
    bed.run(&perturb(builtin(), Disorder { poison: 2, seed: 5, ..Disorder::default() }));
    bed.run(&events(&[miner("mines", "runner"), stolen_key("one", "ada"), stolen_key("two", "bob")]));
    for action in bed.actions().into_iter().filter(|action| action.state == ActionState::Planned) {
        if action.target.resource == key_arn("bob") {
            bed.decide(action.id, "cy", Answer::Deny).unwrap();
        } else {
            for person in ["ana", "ben"].into_iter().take(usize::from(action.persons)) {
                bed.approve(action.id, person).unwrap();
            }
        }
    }
    bed
}

/// Titles and descriptions of everything that came in.
fn texts(bed: &Bed) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for incident in bed.incidents() {
        for finding in bed.findings_of(incident.id) {
            texts.extend([finding.title, finding.description]);
        }
    }
    texts.remove("");
    assert!(texts.len() > 80, "{}", texts.len());
    texts
}

fn assert_without(texts: &BTreeSet<String>, shown: &str) {
    for text in texts {
        assert!(!shown.contains(text.as_str()), "{text:?} in {shown:?}");
    }
}

#[test]
fn after_full_runs_every_chain_is_intact_and_every_deed_was_intended_before() {
    let bed = eventful();
    bed.clock.forward(Duration::from_secs(86_400));
    bed.go_on();
    let rows = assert_intact(bed.store());
    let done: Vec<&Entry> = rows.iter().filter(|row| row.what == "action_done").collect();
    let deeds = bed.actions().into_iter().filter(|action| action.done_at.is_some()).count();
    assert_eq!(done.len(), deeds);
    assert!(deeds >= 5, "{deeds}");
    for (after, before) in [("action_done", "action_intent"), ("action_reversed", "reversal_intent")] {
        for row in rows.iter().filter(|row| row.what == after) {
            let same =
                |one: &&Entry| one.chain == row.chain && one.details["action"] == row.details["action"];
            let intents = rows.iter().filter(|one| one.what == before).filter(same);
            assert_eq!(intents.map(|one| one.seq < row.seq).collect::<Vec<_>>(), [true], "{row:?}");
        }
    }
    for action in bed.actions().into_iter().filter(|action| action.done_at.is_some()) {
        assert_eq!(action.state, ActionState::Reversed);
        let chain = action.incident.to_string();
        let id = action.id.to_string();
        let is_its = |row: &&Entry| row.chain == chain && row.details.get("action") == Some(&id);
        let whats: Vec<&str> = rows.iter().filter(is_its).map(|row| row.what.as_str()).collect();
        assert_eq!(whats, ["action_intent", "action_done", "reversal_intent", "action_reversed"]);
    }
}

#[test]
fn people_stand_in_the_ledger_by_name_with_what_they_decided() {
    let bed = eventful();
    let rows = assert_intact(bed.store());
    let by = |what: &str| -> BTreeSet<&str> {
        rows.iter().filter(|row| row.what == what).map(|row| row.actor.as_str()).collect()
    };
    assert_eq!(by("approval_given"), ["ana", "ben"].into());
    assert_eq!(by("approval_denied"), ["cy"].into());
    for approval in bed.approvals() {
        let subject = approval.action.to_string();
        let asked = rows.iter().find(|row| row.what == "approval_asked" && row.subject == subject).unwrap();
        assert_eq!(asked.details["binding"], approval.binding);
    }
}

#[test]
fn a_change_of_any_one_row_breaks_its_chain() {
    let bed = Bed::new();
    bed.run(&events(&[miner("mines", "runner")]));
    let whole = assert_intact(bed.store());
    for at in 0..whole.len() {
        let mut rows = whole.clone();
        rows[at].actor.push('x');
        let heads = bed.store().ledger_heads().unwrap();
        assert!(!verify_all(heads.clone(), rows, None).faults.is_empty(), "row {at} edited");
        let mut rows = whole.clone();
        rows.remove(at);
        assert!(!verify_all(heads, rows, None).faults.is_empty(), "row {at} removed");
    }
}

#[test]
fn no_text_of_a_finding_stands_in_the_ledger_or_in_the_key_of_a_notice() {
    let bed = eventful();
    let texts = texts(&bed);
    for row in assert_intact(bed.store()) {
        assert_without(&texts, &format!("{} {} {} {}", row.what, row.actor, row.subject, row.chain));
        for (name, detail) in &row.details {
            assert_without(&texts, name);
            assert_without(&texts, detail);
        }
    }
    let rows = bed.rows();
    let mut notices = rows.prepare("SELECT name FROM notices").unwrap();
    let keys: Vec<String> =
        notices.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(keys.len() > 10, "{keys:?}");
    for key in keys {
        assert!(key.starts_with("inc-"), "{key}");
        assert_without(&texts, &key);
    }
}

/// What a log would have written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_text_of_a_finding_stands_in_the_log() {
    let written = Written::default();
    let writer = written.clone();
    let log =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let bed = tracing::subscriber::with_default(log.finish(), || {
        let bed = eventful();
        // Somebody else changed it since: the process that drives refuses, and says so in its log.
        let arn = key_arn("ada");
        let state = bed.soc().account().get(&arn).unwrap().unwrap();
        bed.soc().account().set(&arn, &state.replace("Inactive", "Active")).unwrap();
        let action = bed.actions().into_iter().find(|action| action.target.resource == arn).unwrap();
        let other = bed.open(Access::DriveOrLeave, &[]);
        block_on(other.reverse(action.id, "ana")).unwrap();
        bed.go_on();
        bed
    });
    let log = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("was not undone"), "{log:?}");
    for line in log.lines() {
        assert_without(&texts(&bed), line);
    }
}
