//! What people's changes need of the store.

use async_trait::async_trait;
use soc_domain::id::{CommentId, FindingId, IncidentId, JobId, OperationId, SuppressionId};
use soc_domain::people::{Comment, Job, Operation, PeopleSuppression};
use soc_domain::policy::Suppression;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Comments, Commit, HeldKey, Holdings, Jobs, Operations, Suppressions, Versioned};

use super::FaultyPorts;
use crate::faults::weather::{Call, Port};

#[async_trait]
impl Operations for FaultyPorts {
    async fn commit(&self, commit: &Commit, at: Timestamp) -> PortResult<()> {
        let call = Call::write(Port::People, "keep a person's change");
        self.pass(call, Operations::commit(&*self.behind.store, commit, at)).await
    }

    async fn get(&self, id: OperationId) -> PortResult<Option<Versioned<Operation>>> {
        let call = Call::read(Port::People, "get an operation");
        self.pass(call, Operations::get(&*self.behind.store, id)).await
    }

    async fn under_way(&self, limit: usize) -> PortResult<Vec<OperationId>> {
        let call = Call::read(Port::People, "list operations that are under way");
        self.pass(call, self.behind.store.under_way(limit)).await
    }
}

#[async_trait]
impl Comments for FaultyPorts {
    async fn get(&self, id: CommentId) -> PortResult<Option<Versioned<Comment>>> {
        let call = Call::read(Port::People, "get a comment");
        self.pass(call, Comments::get(&*self.behind.store, id)).await
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<Vec<Comment>> {
        let call = Call::read(Port::People, "list comments");
        self.pass(call, Comments::of_incident(&*self.behind.store, id, limit)).await
    }
}

#[async_trait]
impl Jobs for FaultyPorts {
    async fn get(&self, id: JobId) -> PortResult<Option<Versioned<Job>>> {
        let call = Call::read(Port::People, "get a job");
        self.pass(call, Jobs::get(&*self.behind.store, id)).await
    }

    async fn running(&self, limit: usize) -> PortResult<Vec<JobId>> {
        let call = Call::read(Port::People, "list jobs that are running");
        self.pass(call, self.behind.store.running(limit)).await
    }
}

#[async_trait]
impl Suppressions for FaultyPorts {
    async fn standing(&self, now: Timestamp) -> PortResult<Vec<PeopleSuppression>> {
        let call = Call::read(Port::People, "list suppressions that may hold");
        self.pass(call, self.behind.store.standing(now)).await
    }

    async fn get(&self, id: SuppressionId) -> PortResult<Option<Versioned<PeopleSuppression>>> {
        let call = Call::read(Port::People, "get a suppression");
        self.pass(call, Suppressions::get(&*self.behind.store, id)).await
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<PeopleSuppression>> {
        let call = Call::read(Port::People, "list suppressions");
        self.pass(call, Suppressions::list(&*self.behind.store, limit)).await
    }
}

#[async_trait]
impl Holdings for FaultyPorts {
    async fn findings_of(
        &self,
        id: IncidentId,
        after: Option<FindingId>,
        limit: usize,
    ) -> PortResult<Vec<FindingId>> {
        let call = Call::read(Port::Findings, "list the findings of an incident");
        self.pass(call, self.behind.store.findings_of(id, after, limit)).await
    }

    async fn give(&self, findings: &[FindingId], from: IncidentId, to: IncidentId) -> PortResult<()> {
        let call = Call::write(Port::Findings, "give findings");
        self.pass(call, self.behind.store.give(findings, from, to)).await
    }

    async fn keys_of(&self, id: IncidentId, limit: usize) -> PortResult<Vec<HeldKey>> {
        let call = Call::read(Port::Correlations, "list the keys of an incident");
        self.pass(call, self.behind.store.keys_of(id, limit)).await
    }

    async fn incidents_with(
        &self,
        rule: &Suppression,
        since: Timestamp,
        limit: usize,
    ) -> PortResult<Vec<IncidentId>> {
        let call = Call::read(Port::Findings, "list incidents with a type of finding");
        self.pass(call, self.behind.store.incidents_with(rule, since, limit)).await
    }
}
