//! Products: what they confirm, what they list, what they are told.
//!
//! Apart from the suite of a store that vouches for its owner's findings: here somebody else has the truth.

use std::collections::BTreeSet;

use soc_domain::finding::{RecordState, WorkflowStatus};
use soc_domain::id::FindingId;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict as Judged;
use soc_domain::wire::{Content, read_record};
use soc_pipeline::ports::{Confirmation, FindingRow, Report, Reported, Sources};

use super::{Check, Fault, Suite, Verdict, same};
use crate::build::{at, finding, incident_id};

/// How many pages a listing may have before the check calls it endless.
const MOST_PAGES: usize = 1_000;

/// An adapter of [`Sources`] with a product behind it that the suite can look into.
pub trait Product {
    /// The adapter.
    fn sources(&self) -> &dyn Sources;
    /// The product has a finding of this name of ours, updated at `updated`; its product says `state`. Answers the
    /// row as we have it when we have read that.
    fn has(&self, name: &str, updated: Timestamp, state: RecordState) -> FindingRow;
    /// We have this row.
    fn known(&self, row: &FindingRow);
    /// What the product was told of a finding at last: its status and the note.
    fn told(&self, id: FindingId) -> Option<(WorkflowStatus, String)>;
}

/// The guarantees of [`Sources`] where a product has the truth.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn products<P: Product>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("what the product says too is confirmed", async |port: &P| {
        let row = port.has("a", at(60), RecordState::Active);
        port.known(&row);
        same(port.sources().confirm(row.finding.id).await?, Confirmation::Confirmed)
    });
    suite.holds("what the product put away is settled", async |port: &P| {
        let mut row = port.has("a", at(60), RecordState::Archived);
        row.finding.record_state = RecordState::Active;
        port.known(&row);
        same(port.sources().confirm(row.finding.id).await?, Confirmation::Settled)
    });
    suite.holds("what the product does not know is not confirmed", async |port: &P| {
        let mut row = port.has("a", at(60), RecordState::Active);
        port.known(&row);
        row.finding.product_id = finding("forged").product_id;
        row.finding.id = finding("forged").id;
        port.known(&row);
        same(port.sources().confirm(row.finding.id).await?, Confirmation::Unverified)
    });
    suite.holds("a known id with another resource is not confirmed", async |port: &P| {
        let mut row = port.has("a", at(60), RecordState::Active);
        row.finding.resources = finding("victim").resources;
        port.known(&row);
        same(port.sources().confirm(row.finding.id).await?, Confirmation::Unverified)
    });
    suite.holds("what we do not have is not confirmed", async |port: &P| {
        same(port.sources().confirm(finding("b").id).await?, Confirmation::Unverified)
    });
    suite.holds("the listing has all that was updated since, and nothing older", async |port: &P| {
        let mut expected = BTreeSet::new();
        for number in 0..123_u64 {
            let row = port.has(&format!("new-{number}"), at(1_000 + number), RecordState::Active);
            expected.insert(row.finding.id);
        }
        port.has("old", at(10), RecordState::Active);
        same(listed(port.sources(), at(500)).await?, expected)
    });
    suite.holds("a report is told, and telling it again changes nothing", async |port: &P| told(port).await);
    suite.holds("nobody is told of what the product does not know", async |port: &P| {
        let report = Report {
            status: WorkflowStatus::Resolved,
            verdict: None,
            incident: incident_id("a"),
            note: "It is contained.",
        };
        same(port.sources().report(finding("b").id, report).await?, Reported::NobodyToTell)
    });
    suite.verdict()
}

async fn told<P: Product>(port: &P) -> Check {
    let row = port.has("a", at(60), RecordState::Active);
    port.known(&row);
    let report = Report {
        status: WorkflowStatus::Resolved,
        verdict: Some(Judged::TruePositive),
        incident: incident_id("a"),
        note: "It is contained.",
    };
    for _time in 0..2 {
        same(port.sources().report(row.finding.id, report).await?, Reported::Told)?;
        let Some((status, note)) = port.told(row.finding.id) else {
            return Err(Fault("the product was not told".to_owned()));
        };
        same((status, note.contains("It is contained.")), (WorkflowStatus::Resolved, true))?;
    }
    Ok(())
}

/// The ids of all that is listed, read as ingest would read it.
async fn listed(sources: &dyn Sources, since: Timestamp) -> Result<BTreeSet<FindingId>, Fault> {
    let mut ids = BTreeSet::new();
    let mut from = None;
    for _page in 0..MOST_PAGES {
        let page = sources.recent(since, from.as_ref()).await?;
        if let Some(error) = page.failed {
            return Err(error.into());
        }
        for record in page.records {
            for item in read_record(&record.bytes) {
                match item.content {
                    Ok(Content::Finding(finding, _gaps)) => drop(ids.insert(finding.id)),
                    other => return Err(Fault(format!("a record that is no finding: {other:?}"))),
                }
            }
        }
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(ids),
        }
    }
    Err(Fault("the listing has no end".to_owned()))
}
