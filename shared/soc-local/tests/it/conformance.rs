//! The SQLite adapters keep the guarantees of their ports.

use soc_local::store::{ExecutionStatus, LedgerPage, Reader, Store};
use soc_testkit::conformance::{self, Desk, Seen, Verdict};

#[cfg(test)]
fn store() -> Store {
    Store::open_in_memory().unwrap()
}

fn check(verdict: Verdict) {
    assert_eq!(verdict, Ok(()));
}

#[test]
fn sqlite_keeps_the_guarantees_of_findings() {
    check(conformance::findings(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_sources() {
    check(conformance::sources(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_incidents() {
    check(conformance::incidents(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_what_people_do() {
    check(conformance::operations(store));
    check(conformance::people(store));
    check(conformance::holdings(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_correlations() {
    check(conformance::correlations(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_dossier_quarantine_and_events() {
    check(conformance::dossier(store));
    check(conformance::quarantine(store));
    check(conformance::events(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_actions() {
    check(conformance::actions(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_approvals() {
    check(conformance::approvals(store));
}

#[test]
fn sqlite_keeps_the_guarantees_of_the_ledger() {
    check(conformance::ledger(store, |store| {
        (store.ledger_heads().unwrap(), store.ledger_page(&LedgerPage::default(), 100).unwrap())
    }));
}

#[test]
fn sqlite_keeps_the_guarantees_of_workflows() {
    check(conformance::workflows(store, |store, of| {
        let Some(found) = store.execution(of).unwrap() else {
            return Seen::default();
        };
        let started = found.status != ExecutionStatus::Unstarted;
        Seen { started, token: found.token, told: found.told }
    }));
}

/// A store in a folder, and a connection that only reads it.
struct Folder {
    _dir: tempfile::TempDir,
    store: Store,
    reader: Reader,
}

impl Desk for Folder {
    type Store = Store;
    type Reader = Reader;

    fn store(&self) -> &Store {
        &self.store
    }

    fn reader(&self) -> &Reader {
        &self.reader
    }
}

#[cfg(test)]
fn folder() -> Folder {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    Folder { _dir: dir, store, reader }
}

#[test]
fn sqlite_keeps_the_guarantees_of_the_queue() {
    check(conformance::queue(folder));
}

#[test]
fn sqlite_keeps_the_guarantees_of_lists() {
    check(conformance::lists(folder));
}

#[test]
fn sqlite_keeps_the_guarantees_of_figures() {
    check(conformance::figures(folder));
}
