//! T11, a flood: many Low findings neither hide a Critical one, nor lose anything, nor make anybody ask an analyst.
//!
//! Time is virtual: each record and each execution costs what is written here. `SOC_TEST_FLOOD` sets how many; CI
//! sends 100,000.

use std::time::Duration;

use soc_domain::incident::{Analysed, Stage};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_local::runner::{Progress, RunOptions};
use soc_pipeline::ports::Clock;
use soc_samples::{Act, Sample};
use soc_testkit::block_on;

use super::desk::asked;
use crate::bed::{Bed, HandClock, assert_adds_up};
use crate::cast::{event, miner};

/// How many Low findings, where nobody says otherwise.
const FLOOD: usize = 600;

/// Reading and recording one record: 5,000 a second.
const RECORD: Duration = Duration::from_micros(200);

/// One execution, as long as it takes where every task is a call over a network.
const EXECUTION: Duration = Duration::from_millis(25);

/// How many executions are driven between two looks at the clock.
const TOGETHER: u32 = 64;

/// When a Critical incident has to be decided.
const SOON: Duration = Duration::from_secs(5);

/// Somebody who watches, and for whom work takes its time.
struct Watch<'a> {
    clock: &'a HandClock,
    records: std::sync::atomic::AtomicU64,
}

impl Progress for Watch<'_> {
    fn read(&self, records: u64, _bytes: u64, _of: u64) {
        let before = self.records.swap(records, std::sync::atomic::Ordering::Relaxed);
        self.clock.forward(RECORD * u32::try_from(records - before).unwrap());
    }
    fn driving(&self, _open: u64) {
        self.clock.forward(EXECUTION * TOGETHER);
    }
    fn notice(&self, _notice: &soc_domain::notice::Notice) {}
    fn problem(&self, _what: &str) {}
}

/// A knock on one of very many doors.
fn low(number: usize) -> Sample {
    let act = Act::PortProbe(22);
    let kind = "Recon:EC2/PortProbeUnprotectedPort".to_owned();
    let host = format!("door-{number}");
    Sample { kind, act, score: 2.0, ..miner(&host, &host) }
}

/// The moment at which the ledger says that something happened to an incident.
fn moment(bed: &Bed, incident: &str, what: &str) -> Timestamp {
    let sql = "SELECT min(at) FROM ledger WHERE chain = ?1 AND what = ?2";
    let at: i64 = bed.rows().query_row(sql, [incident, what], |row| row.get(0)).unwrap();
    Timestamp::from_millis(at)
}

#[test]
fn a_critical_finding_amid_a_flood_is_decided_soon_and_nothing_is_lost() {
    let flood = asked("SOC_TEST_FLOOD", FLOOD);
    let bed = Bed::new();
    let mut records: Vec<Vec<u8>> = (0..flood).map(|number| event(&low(number))).collect();
    records.insert(flood / 2, event(&Sample { score: 9.5, ..miner("the one", "the-one") }));
    let input = bed.input("flood.ndjson", &records);
    let watch = Watch { clock: &bed.clock, records: std::sync::atomic::AtomicU64::new(0) };
    let ran = block_on(bed.soc().run(&[input], &RunOptions::default(), &watch)).unwrap().unwrap();
    assert_adds_up(&ran.summary);
    assert_eq!((ran.summary.recorded, ran.summary.lost), (flood as u64 + 1, 0));

    let incidents = bed.incidents();
    let critical: Vec<_> = incidents.iter().filter(|one| one.severity == Severity::Critical).collect();
    assert_eq!((critical.len(), critical[0].stage), (1, Stage::Done));
    let id = critical[0].id.to_string();
    let (opened, decided) = (moment(&bed, &id, "incident_opened"), moment(&bed, &id, "plan_made"));
    println!(
        "{flood} Low and 1 Critical: decided {} ms after it came",
        decided.as_millis() - opened.as_millis()
    );
    assert!(decided < opened.plus(SOON), "{opened} {decided}");

    let asked = incidents.iter().filter(|one| matches!(one.analysis, Analysed::Done { .. })).count();
    assert_eq!(
        (asked, incidents.len()),
        (1, flood + 1),
        "an analyst is asked of what calls for an answer only"
    );
    let (all, well) = bed.executions();
    assert_eq!((all, all), (well, i64::try_from(flood).unwrap() + 1));
    assert!(bed.clock.now() > decided.plus(SOON), "the flood takes longer than that");
}
