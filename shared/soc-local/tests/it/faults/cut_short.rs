//! A delivery that is cut short at every single call, and comes again: no chance, every place.
//!
//! Apart from the seeded days because here it is the last call that counts, not the likely one.

use std::sync::Arc;
use std::time::Duration;

use soc_domain::policy::Policy;
use soc_testkit::build::at;
use soc_testkit::faults::{Backend, Ended, Mishap, On, Rule, Scheduler, Sim, WorkerClock};
use soc_testkit::memory::{Memory, MemoryAccount};

use super::run;
use super::scenarios::People;
use super::stories::{self, Record};
use super::worker::{DEADLINE, Echo, Report, Worker};

/// Two incidents, and the finding that shows that they are one.
const NAMES: [&str; 3] = ["bridge-host", "bridge-key", "bridge"];

/// What the store has after every record was acknowledged, and how many calls that took.
fn delivered(order: [usize; 3], rules: Vec<Rule>) -> (String, u64) {
    let policy: &'static Policy = run::policy(People::Steady);
    let sim = Sim::new(0, at(600), rules, Duration::from_secs(3_600));
    let store = Arc::new(Memory::new());
    let backend = Backend::new(Arc::clone(&store), Arc::new(MemoryAccount::default()), Arc::new(Echo));
    let mut scheduler: Scheduler<Report> = Scheduler::new(&sim);
    for place in order {
        let record: Record = stories::named(NAMES[place]);
        loop {
            let worker =
                Worker::new((&sim, &backend), WorkerClock::skewed(&sim, Duration::ZERO), policy, None);
            scheduler.start(Duration::from_secs(70), DEADLINE, worker.ingest(vec![(place, record.clone())]));
            let (_job, ended) = scheduler.next(at(1_000_000)).expect("a job is under way");
            if matches!(ended, Ended::Done(Report::Ingested { failed }) if failed.is_empty()) {
                break;
            }
        }
    }
    (said(&store), sim.calls())
}

/// The incidents with their findings, and which of them somebody will handle.
fn said(store: &Memory) -> String {
    let mut said = Vec::new();
    for incident in store.all_incidents() {
        let rows = store.all_findings().into_iter().filter(|row| row.incident == incident.id);
        let mut names: Vec<String> = rows.map(|row| row.finding.product_id).collect();
        names.sort();
        let (merged, resources) = (incident.merged_into.is_some(), &incident.resources);
        let (severity, principals) = (incident.severity, &incident.principals);
        said.push(format!("{names:?} merged {merged}: {severity:?} {resources:?} {principals:?}"));
    }
    said.sort();
    said.join("\n")
}

#[test]
fn a_merge_that_is_cut_short_anywhere_ends_the_same() {
    for order in [[0, 1, 2], [2, 1, 0]] {
        let (expected, calls) = delivered(order, Vec::new());
        for mishap in [Mishap::CrashAfter, Mishap::LostResponse, Mishap::NoAnswer] {
            for call in 1..=calls {
                let (found, _) = delivered(order, vec![Rule::new(On::Nth(call), mishap, 1_000)]);
                assert_eq!(found, expected, "{mishap:?} at call {call} of {order:?}");
            }
        }
    }
}
