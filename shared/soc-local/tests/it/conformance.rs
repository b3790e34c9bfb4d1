//! The SQLite adapters keep the guarantees of their ports.

use soc_local::store::{ExecutionStatus, LedgerPage, Store};
use soc_testkit::conformance::{self, Seen, Verdict};

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
