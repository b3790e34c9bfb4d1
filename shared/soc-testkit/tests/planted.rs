//! The suites bite: an adapter that forgets what a writer expected is named, sentence by sentence.

use async_trait::async_trait;
use soc_domain::action::Action;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::{ActionId, EventKey, FindingId, IncidentId};
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{
    Actions, Approvals, Correlations, FindingRow, FindingWrite, Findings, IncidentFindings, Incidents,
    NotPut, RowVersion, StartWorkflow, Stream, StreamRecord, Versioned,
};
use soc_testkit::conformance::{self, Verdict};
use soc_testkit::memory::Memory;

/// Writes over whatever is there: last writer wins.
#[derive(Default)]
struct Forgetful(Memory);

#[async_trait]
impl Findings for Forgetful {
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>> {
        Findings::get(&self.0, id).await
    }
    async fn seen(&self, event: EventKey) -> PortResult<bool> {
        self.0.seen(event).await
    }
    async fn record(&self, write: FindingWrite<'_>, _expected: Option<RowVersion>) -> PortResult<()> {
        let found = Findings::get(&self.0, write.row.finding.id).await?;
        self.0.record(write, found.map(|row| row.version)).await
    }
    async fn count_duplicate(&self, id: FindingId) -> PortResult<()> {
        self.0.count_duplicate(id).await
    }
    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings> {
        Findings::of_incident(&self.0, id, limit).await
    }
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        Findings::move_all(&self.0, from, to).await
    }
}

#[async_trait]
impl Incidents for Forgetful {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        Incidents::get(&self.0, id).await
    }
    async fn save(
        &self,
        incident: &Incident,
        _expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let found = Incidents::get(&self.0, incident.id).await?;
        Incidents::save(&self.0, incident, found.map(|row| row.version), message).await
    }
    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>> {
        self.0.escalations_due(until, limit).await
    }
    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        self.0.unsent(limit).await
    }
    async fn sent(&self, message: StartWorkflow) -> PortResult<()> {
        self.0.sent(message).await
    }
}

#[async_trait]
impl Correlations for Forgetful {
    async fn spans(&self, key: &CorrelationKey) -> PortResult<Option<Versioned<Vec<KeySpan>>>> {
        self.0.spans(key).await
    }
    async fn set_spans(
        &self,
        key: &CorrelationKey,
        spans: &[KeySpan],
        _expected: Option<RowVersion>,
    ) -> PortResult<()> {
        let found = self.0.spans(key).await?;
        self.0.set_spans(key, spans, found.map(|row| row.version)).await
    }
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        Correlations::move_all(&self.0, from, to).await
    }
}

#[async_trait]
impl Actions for Forgetful {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        Actions::get(&self.0, id).await
    }
    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        Actions::of_incident(&self.0, id).await
    }
    async fn save(&self, action: &Action, _expected: Option<u32>) -> PortResult<()> {
        let found = Actions::get(&self.0, action.id).await?;
        Actions::save(&self.0, action, found.map(|found| found.epoch)).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        self.0.due(now, limit).await
    }
    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        self.0.done_since(account, since).await
    }
}

#[async_trait]
impl Approvals for Forgetful {
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>> {
        Approvals::get(&self.0, action).await
    }
    async fn save(&self, approval: &Approval, _expected: Option<RowVersion>) -> PortResult<RowVersion> {
        let found = Approvals::get(&self.0, approval.action).await?;
        Approvals::save(&self.0, approval, found.map(|row| row.version)).await
    }
    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Versioned<Approval>>> {
        Approvals::of_incident(&self.0, id).await
    }
    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>> {
        self.0.in_state(state, limit).await
    }
}

/// Puts what fits into one call, and says that it put everything.
#[derive(Default)]
struct Careless(Memory);

#[async_trait]
impl Stream for Careless {
    async fn put(&self, records: &[StreamRecord]) -> PortResult<Vec<NotPut>> {
        let fit = records.get(..500).unwrap_or(records);
        self.0.put(fit).await.map(|_dropped| Vec::new())
    }
}

/// Three sentences at least break: two creators, two writers, a row that is absent.
fn names_the_fault(verdict: Verdict) {
    let broken = verdict.err().unwrap_or_default();
    assert!(broken.sentences().len() >= 3, "{broken}");
    assert!(broken.to_string().contains("exactly one"), "{broken}");
    assert!(broken.to_string().contains("expected a conflict"), "{broken}");
}

#[test]
fn a_store_of_findings_that_ignores_the_expected_version_is_named() {
    names_the_fault(conformance::findings(Forgetful::default));
}

#[test]
fn a_store_of_incidents_that_ignores_the_expected_version_is_named() {
    names_the_fault(conformance::incidents(Forgetful::default));
}

#[test]
fn a_store_of_spans_that_ignores_the_expected_version_is_named() {
    names_the_fault(conformance::correlations(Forgetful::default));
}

#[test]
fn a_store_of_actions_that_ignores_the_expected_epoch_is_named() {
    names_the_fault(conformance::actions(Forgetful::default));
}

#[test]
fn a_store_of_approvals_that_ignores_the_expected_version_is_named() {
    names_the_fault(conformance::approvals(Forgetful::default));
}

#[test]
fn a_stream_that_drops_entries_in_silence_is_named() {
    let verdict = conformance::stream(Careless::default, |careless| careless.0.streamed());
    let broken = verdict.err().unwrap_or_default();
    assert_eq!(broken.sentences().len(), 2, "{broken}");
    assert!(broken.to_string().contains("more records than one call takes"), "{broken}");
    assert!(broken.to_string().contains("a record that is too long is named"), "{broken}");
}
