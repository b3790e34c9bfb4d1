//! The in-memory adapters keep the guarantees of their ports.

use soc_domain::spend::{Day, MicroDollars};
use soc_pipeline::ports::{Budget, Reservation, Reserved};
use soc_testkit::block_on;
use soc_testkit::build::START;
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
fn memory_keeps_the_guarantees_of_unfinished() {
    check(conformance::unfinished(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_what_people_do() {
    check(conformance::operations(Memory::new));
    check(conformance::people(Memory::new));
    check(conformance::holdings(Memory::new));
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

#[test]
fn memory_keeps_the_guarantees_of_the_desk() {
    check(conformance::queue(Memory::new));
    check(conformance::lists(Memory::new));
    check(conformance::figures(Memory::new));
}

#[test]
fn memory_keeps_the_guarantees_of_budget_and_answers() {
    check(conformance::budget(Memory::new));
    check(conformance::answers(Memory::new));
}

/// The suite asks at once on one thread; here every worker has its own.
#[test]
fn sixty_four_threads_never_hold_more_than_the_cap() {
    let (memory, day, cap) = (Memory::new(), Day::of(START), MicroDollars(1_000));
    let work = |worker: u64| {
        let mut held = 0;
        for call in 0..50 {
            let (id, amount) = (format!("{worker}/{call}"), MicroDollars(30 + worker % 5));
            let wanted = Reservation { id, day: day.clone(), amount };
            if block_on(memory.reserve(&wanted, cap)).unwrap() == Reserved::Held {
                held += 1;
                block_on(memory.settle(&wanted, MicroDollars(20))).unwrap();
            }
            let balance = block_on(memory.of_day(&day)).unwrap();
            assert!(balance.spent.plus(balance.held) <= cap, "{balance:?}");
        }
        held
    };
    let held: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..64)
            .map(|worker| {
                let work = &work;
                scope.spawn(move || work(worker))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let balance = block_on(memory.of_day(&day)).unwrap();
    assert_eq!((balance.spent.0, balance.held.0), (held * 20, 0));
    assert!(balance.spent > MicroDollars(960), "{balance:?}");
}
