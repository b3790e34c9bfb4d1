//! What is ours: every port of the store.

use async_trait::async_trait;
use soc_domain::action::Action;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::{ActionId, EventKey, FindingId, IncidentId, QuarantineId};
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_ledger::Draft as LedgerDraft;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{
    Actions, Approvals, Correlations, Document, Documents, Dossier, Events, FindingRow, FindingWrite,
    Findings, IncidentFindings, Incidents, KeptEvent, Ledger, Quarantine, Quarantined, Resume, RowVersion,
    StartWorkflow, Versioned, Workflows,
};

use super::FaultyPorts;
use crate::faults::weather::{Call, Port};

#[async_trait]
impl Findings for FaultyPorts {
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>> {
        let call = Call::read(Port::Findings, "get a finding");
        let row = (&self.behind.findings, id);
        self.read_row(call, row, Findings::get(&*self.behind.store, id)).await
    }

    async fn seen(&self, event: EventKey) -> PortResult<bool> {
        let call = Call::read(Port::Findings, "ask for an event");
        self.pass(call, Findings::seen(&*self.behind.store, event)).await
    }

    async fn record(&self, write: FindingWrite<'_>, expected: Option<RowVersion>) -> PortResult<()> {
        let call = Call::write(Port::Findings, "record a finding");
        self.pass(call, Findings::record(&*self.behind.store, write, expected)).await
    }

    async fn count_duplicate(&self, id: FindingId) -> PortResult<()> {
        let call = Call::write(Port::Findings, "count a duplicate");
        self.pass(call, Findings::count_duplicate(&*self.behind.store, id)).await
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings> {
        let call = Call::read(Port::Findings, "list findings");
        self.pass(call, Findings::of_incident(&*self.behind.store, id, limit)).await
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        let call = Call::write(Port::Findings, "move findings");
        self.pass(call, Findings::move_all(&*self.behind.store, from, to)).await
    }
}

#[async_trait]
impl Incidents for FaultyPorts {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        let call = Call::read(Port::Incidents, "get an incident");
        self.pass(call, Incidents::get(&*self.behind.store, id)).await
    }

    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let call = Call::write(Port::Incidents, "save an incident");
        self.pass(call, Incidents::save(&*self.behind.store, incident, expected, message)).await
    }

    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>> {
        let call = Call::read(Port::Incidents, "list generations that are due");
        self.pass(call, Incidents::escalations_due(&*self.behind.store, until, limit)).await
    }

    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        let call = Call::read(Port::Incidents, "list the outbox");
        self.pass(call, Incidents::unsent(&*self.behind.store, limit)).await
    }

    async fn sent(&self, message: StartWorkflow) -> PortResult<()> {
        let call = Call::write(Port::Incidents, "confirm a message");
        self.pass(call, Incidents::sent(&*self.behind.store, message)).await
    }
}

#[async_trait]
impl Correlations for FaultyPorts {
    async fn spans(&self, key: &CorrelationKey) -> PortResult<Option<Versioned<Vec<KeySpan>>>> {
        let call = Call::read(Port::Correlations, "get the spans of a key");
        let row = (&self.behind.spans, key.clone());
        self.read_row(call, row, Correlations::spans(&*self.behind.store, key)).await
    }

    async fn set_spans(
        &self,
        key: &CorrelationKey,
        spans: &[KeySpan],
        expected: Option<RowVersion>,
    ) -> PortResult<()> {
        let call = Call::write(Port::Correlations, "set the spans of a key");
        self.pass(call, Correlations::set_spans(&*self.behind.store, key, spans, expected)).await
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        let call = Call::write(Port::Correlations, "move spans");
        self.pass(call, Correlations::move_all(&*self.behind.store, from, to)).await
    }
}

#[async_trait]
impl Dossier for FaultyPorts {
    async fn keep(&self, incident: IncidentId, generation: u32, document: Document<'_>) -> PortResult<()> {
        let call = Call::write(Port::Dossier, "keep a document");
        self.pass(call, Dossier::keep(&*self.behind.store, incident, generation, document)).await
    }

    async fn fetch(&self, incident: IncidentId, generation: u32) -> PortResult<Documents> {
        let call = Call::read(Port::Dossier, "fetch documents");
        self.pass(call, Dossier::fetch(&*self.behind.store, incident, generation)).await
    }
}

#[async_trait]
impl Quarantine for FaultyPorts {
    async fn put(&self, record: &Quarantined) -> PortResult<bool> {
        let call = Call::write(Port::Quarantine, "quarantine a record");
        self.pass(call, Quarantine::put(&*self.behind.store, record)).await
    }

    async fn get(&self, id: QuarantineId) -> PortResult<Option<Quarantined>> {
        let call = Call::read(Port::Quarantine, "get a quarantined record");
        self.pass(call, Quarantine::get(&*self.behind.store, id)).await
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<Quarantined>> {
        let call = Call::read(Port::Quarantine, "list quarantined records");
        self.pass(call, Quarantine::list(&*self.behind.store, limit)).await
    }

    async fn release(&self, id: QuarantineId) -> PortResult<()> {
        let call = Call::write(Port::Quarantine, "release a quarantined record");
        self.pass(call, Quarantine::release(&*self.behind.store, id)).await
    }
}

#[async_trait]
impl Events for FaultyPorts {
    async fn keep(&self, event: KeptEvent<'_>) -> PortResult<bool> {
        let call = Call::write(Port::Events, "keep an event");
        self.pass(call, Events::keep(&*self.behind.store, event)).await
    }
}

#[async_trait]
impl Workflows for FaultyPorts {
    async fn start(&self, message: StartWorkflow) -> PortResult<()> {
        let call = Call::write(Port::Workflows, "start an execution");
        self.pass(call, Workflows::start(&*self.behind.store, message)).await
    }

    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> PortResult<()> {
        let call = Call::write(Port::Workflows, "keep a token");
        self.pass(call, Workflows::keep_token(&*self.behind.store, waiting, token)).await
    }

    async fn resume(&self, waiting: StartWorkflow, with: Resume) -> PortResult<()> {
        let call = Call::write(Port::Workflows, "tell an execution");
        self.pass(call, Workflows::resume(&*self.behind.store, waiting, with)).await
    }
}

#[async_trait]
impl Actions for FaultyPorts {
    async fn get(&self, id: ActionId) -> PortResult<Option<Action>> {
        let call = Call::read(Port::Actions, "get an action");
        let row = (&self.behind.actions, id);
        self.read_row(call, row, Actions::get(&*self.behind.store, id)).await
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Action>> {
        let call = Call::read(Port::Actions, "list the actions of an incident");
        self.pass(call, Actions::of_incident(&*self.behind.store, id)).await
    }

    async fn save(&self, action: &Action, expected: Option<u32>) -> PortResult<()> {
        let call = Call::write(Port::Actions, "save an action");
        self.pass(call, Actions::save(&*self.behind.store, action, expected)).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<ActionId>> {
        let call = Call::read(Port::Actions, "list actions that are due");
        self.pass(call, Actions::due(&*self.behind.store, now, limit)).await
    }

    async fn done_since(&self, account: &str, since: Timestamp) -> PortResult<u32> {
        let call = Call::read(Port::Actions, "count actions");
        self.pass(call, Actions::done_since(&*self.behind.store, account, since)).await
    }
}

#[async_trait]
impl Approvals for FaultyPorts {
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>> {
        let call = Call::read(Port::Approvals, "get an approval");
        let row = (&self.behind.approvals, action);
        self.read_row(call, row, Approvals::get(&*self.behind.store, action)).await
    }

    async fn save(&self, approval: &Approval, expected: Option<RowVersion>) -> PortResult<RowVersion> {
        let call = Call::write(Port::Approvals, "save an approval");
        self.pass(call, Approvals::save(&*self.behind.store, approval, expected)).await
    }

    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Versioned<Approval>>> {
        let call = Call::read(Port::Approvals, "list the approvals of an incident");
        self.pass(call, Approvals::of_incident(&*self.behind.store, id)).await
    }

    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>> {
        let call = Call::read(Port::Approvals, "list approvals");
        self.pass(call, Approvals::in_state(&*self.behind.store, state, limit)).await
    }
}

#[async_trait]
impl Ledger for FaultyPorts {
    async fn append(&self, draft: LedgerDraft, at: Timestamp) -> PortResult<()> {
        let call = Call::write(Port::Ledger, "append to the ledger");
        self.pass(call, Ledger::append(&*self.behind.store, draft, at)).await
    }
}
