//! When an incident has ended, the products of its findings are told, each once.

use soc_domain::finding::WorkflowStatus;
use soc_domain::incident::{Incident, Outcome, Status};
use soc_domain::verdict::Verdict;
use soc_pipeline::Case;
use soc_pipeline::error::StageError;
use soc_pipeline::ports::{FindingWrite, Findings as _, Incidents as _};
use soc_pipeline::report::{ReportCounts, Reporting};
use soc_testkit::block_on;
use soc_testkit::build::{START, finding, incident_id, row};
use soc_testkit::memory::Memory;

fn memory(change: impl FnOnce(&mut Incident)) -> (Memory, Case) {
    let memory = Memory::new();
    let id = incident_id("a");
    for name in ["a", "b"] {
        let row = row(finding(name), id);
        let write = FindingWrite { row: &row, event: row.finding.event_key(), raw: b"{}", at: START };
        block_on(memory.record(write, None)).unwrap();
    }
    let mut incident = Incident::opened_by(id, &finding("a"), START);
    (incident.generation, incident.status) = (1, Status::New);
    change(&mut incident);
    block_on(memory.save(&incident, None, None)).unwrap();
    (memory, Case { incident: id, generation: 1 })
}

fn reporting(memory: &Memory) -> Reporting<'_> {
    Reporting { incidents: memory, findings: memory, sources: memory }
}

#[test]
fn every_finding_of_an_incident_that_ended_is_told_of_with_status_verdict_and_our_words() {
    let (memory, case) = memory(|incident| {
        incident.status = Status::Resolved;
        incident.verdict = Some(Verdict::TruePositive);
        incident.outcome = Some(Outcome::Contained);
    });
    let counts = block_on(reporting(&memory).report(case)).unwrap();
    assert_eq!(counts, ReportCounts { told: 2, nobody: 0, left: 0 });
    for name in ["a", "b"] {
        let told = memory.reported(finding(name).id).unwrap();
        let note = "It is contained.".to_owned();
        assert_eq!(told, (WorkflowStatus::Resolved, Some(Verdict::TruePositive), note));
    }
}

#[test]
fn what_is_not_resolved_is_told_as_notified() {
    let (memory, case) = memory(|incident| incident.outcome = Some(Outcome::NeedsPerson));
    block_on(reporting(&memory).report(case)).unwrap();
    assert_eq!(memory.reported(finding("a").id).unwrap().0, WorkflowStatus::Notified);
}

#[test]
fn an_old_generation_tells_nobody() {
    let (memory, case) = memory(|incident| incident.generation = 2);
    assert!(matches!(block_on(reporting(&memory).report(case)), Err(StageError::Superseded)));
    assert!(memory.reported(finding("a").id).is_none());
}
