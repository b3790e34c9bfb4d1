//! What products are told of their findings: where they stand, once, in our words; and that it never comes back as
//! news.

use async_trait::async_trait;
use soc_domain::finding::{RecordState, WorkflowStatus};
use soc_domain::id::FindingId;
use soc_domain::incident::{Incident, Outcome, Status};
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_pipeline::Case;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{
    Confirmation, Cursor, FindingWrite, Findings, Incidents, RecentPage, Report, Reported, Sources,
};
use soc_pipeline::report::{Reporting, Told};
use soc_testkit::memory::Memory;
use soc_testkit::{block_on, build};

/// An incident with two findings, of which one is archived at its product.
fn incident_with_two(memory: &Memory, status: Status) -> (Case, [FindingId; 2]) {
    let incident = Incident {
        status,
        verdict: Some(Verdict::TruePositive),
        outcome: Some(Outcome::Contained),
        ..build::incident("reported")
    };
    let [alarming, mut archived] = ["alarming", "archived"].map(build::finding);
    archived.record_state = RecordState::Archived;
    let ids = [alarming.id, archived.id];
    for finding in [alarming, archived] {
        let event = finding.event_key();
        let row = build::row(finding, incident.id);
        let write = FindingWrite { row: &row, event, raw: b"{}", at: build::at(0) };
        block_on(memory.record(write, None)).unwrap();
    }
    block_on(memory.save(&incident, None, None)).unwrap();
    (Case { incident: incident.id, generation: incident.generation }, ids)
}

fn report(memory: &Memory, sources: &dyn Sources, case: Case) -> Told {
    let reporting = Reporting { incidents: memory, findings: memory, sources };
    block_on(reporting.report(case)).unwrap()
}

#[test]
fn a_product_is_told_of_the_findings_that_still_alarm() {
    let memory = Memory::new();
    let (case, [alarming, archived]) = incident_with_two(&memory, Status::Resolved);
    assert_eq!(report(&memory, &memory, case), Told { told: 1, failed: 0 });
    let note = format!("ai-soc incident {}: verdict TruePositive, contained", case.incident);
    let told = (WorkflowStatus::Resolved, Some(Verdict::TruePositive), note);
    assert_eq!(memory.reported(alarming), Some(told));
    assert_eq!(memory.reported(archived), None, "its product put it away itself");
}

#[test]
fn what_is_left_to_people_is_notified_and_not_resolved() {
    let memory = Memory::new();
    let (case, [alarming, _]) = incident_with_two(&memory, Status::New);
    report(&memory, &memory, case);
    assert_eq!(memory.reported(alarming).map(|told| told.0), Some(WorkflowStatus::Notified));
}

/// A product that cannot be told.
struct Deaf;

#[async_trait]
impl Sources for Deaf {
    async fn confirm(&self, _id: FindingId) -> PortResult<Confirmation> {
        Ok(Confirmation::Unverified)
    }

    async fn recent(&self, _since: Timestamp, _from: Option<&Cursor>) -> PortResult<RecentPage> {
        Ok(RecentPage::default())
    }

    async fn report(&self, _id: FindingId, _report: Report<'_>) -> PortResult<Reported> {
        Err(PortError::new(PortErrorKind::Denied, "tell a product"))
    }
}

#[test]
fn a_product_that_cannot_be_told_holds_nothing_up() {
    let memory = Memory::new();
    let (case, _) = incident_with_two(&memory, Status::New);
    assert_eq!(report(&memory, &Deaf, case), Told { told: 0, failed: 1 });
}
