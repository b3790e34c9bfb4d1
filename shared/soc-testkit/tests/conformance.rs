//! The in-memory adapters keep the guarantees of their ports.

use soc_testkit::conformance::{self, Seen, Verdict};
use soc_testkit::memory::Memory;

fn check(verdict: Verdict) {
    assert_eq!(verdict, Ok(()));
}

#[test]
fn memory_keeps_the_guarantees_of_findings() {
    check(conformance::findings(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_sources() {
    check(conformance::sources(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_incidents() {
    check(conformance::incidents(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_correlations() {
    check(conformance::correlations(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_dossier_quarantine_and_events() {
    check(conformance::dossier(Memory::new));
    check(conformance::quarantine(Memory::new));
    check(conformance::events(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_actions() {
    check(conformance::actions(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_approvals() {
    check(conformance::approvals(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_the_ledger() {
    check(conformance::ledger(Memory::new, |memory| (memory.ledger_heads(), memory.ledger())));
}

#[test]
fn memory_keeps_the_guarantees_of_workflows() {
    check(conformance::workflows(Memory::new, |memory, of| {
        let found = memory.execution(of).unwrap_or_default();
        Seen { started: found.starts == 1, token: found.token, told: found.told }
    }));
}

#[test]
fn memory_keeps_the_guarantees_of_the_stream() {
    check(conformance::stream(Memory::new, Memory::streamed));
}
