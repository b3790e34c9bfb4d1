//! Two at work at the same time: what one of them does between two steps of the other.
//!
//! The fault scheduler of soc-testkit found each of these by chance; here each is one story without any.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use soc_domain::action::{ActionState, Change, Observation, Target, Tier};
use soc_domain::approval::{Answer, Approval, ApprovalState, Decision};
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_local::account::SimulatedAccount;
use soc_local::analyst::RuleAnalyst;
use soc_local::store::Store;
use soc_pipeline::error::{PortResult, StageError};
use soc_pipeline::ports::{
    Account, Actions, Approvals, Clock, Findings, Incidents, Origin, Resume, RowVersion, StartWorkflow,
    Versioned,
};
use soc_samples::{Sample, Target as Affected};
use soc_testkit::block_on;

use crate::cast::{event, host, later, miner, production_miner, stolen_key};
use crate::crashes::{only_action, planned};
use crate::stages::{Stages, ingest_over, take_in};

const MINUTE: Duration = Duration::from_secs(60);

/// Something that happens once, as soon as somebody looks or writes.
struct Meanwhile<'a, P> {
    behind: &'a P,
    happens: Mutex<Option<Box<dyn FnOnce() + Send + 'a>>>,
}

impl<'a, P> Meanwhile<'a, P> {
    fn new(behind: &'a P, happens: impl FnOnce() + Send + 'a) -> Self {
        Self { behind, happens: Mutex::new(Some(Box::new(happens))) }
    }

    fn happen(&self) {
        let happens = self.happens.lock().unwrap().take();
        if let Some(happens) = happens {
            happens();
        }
    }
}

#[async_trait]
impl Account for Meanwhile<'_, SimulatedAccount> {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.happen();
        self.behind.observe(target).await
    }
    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        self.behind.apply(target, change).await
    }
}

#[async_trait]
impl Approvals for Meanwhile<'_, Store> {
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>> {
        Approvals::get(self.behind, action).await
    }
    async fn save(&self, approval: &Approval, expected: Option<RowVersion>) -> PortResult<RowVersion> {
        let version = Approvals::save(self.behind, approval, expected).await?;
        self.happen();
        Ok(version)
    }
    async fn of_incident(&self, id: IncidentId) -> PortResult<Vec<Versioned<Approval>>> {
        Approvals::of_incident(self.behind, id).await
    }
    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>> {
        self.behind.in_state(state, limit).await
    }
}

/// Incidents whose messages are handled at once, before the writer goes on.
#[async_trait]
impl Incidents for Meanwhile<'_, Store> {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        Incidents::get(self.behind, id).await
    }
    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let version = Incidents::save(self.behind, incident, expected, message).await?;
        self.happen();
        Ok(version)
    }
    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>> {
        self.behind.escalations_due(until, limit).await
    }
    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        self.behind.unsent(limit).await
    }
    async fn sent(&self, message: StartWorkflow) -> PortResult<()> {
        self.behind.sent(message).await
    }
}

#[test]
fn what_a_newer_generation_withdrew_is_not_done_by_one_who_read_it_before() {
    let stages = planned();
    let older = stages.case();
    let account = Meanwhile::new(&stages.account, || {
        stages.clock.forward(2 * MINUTE);
        stages.take_in(&event(&Sample { score: 9.5, ..later(&miner("mines", "runner"), 10) }));
        block_on(stages.world().triage().assess(stages.case())).unwrap();
    });
    let world = stages.world_of(&account, &RuleAnalyst);
    let error = block_on(world.executing().execute(older, Tier::Auto)).unwrap_err();
    assert!(matches!(error, StageError::Conflict { .. }), "{error:?}");
    assert_eq!((only_action(&stages).state, stages.applied()), (ActionState::Withdrawn, 0));
}

#[test]
fn an_execution_that_begins_at_once_finds_the_finding_it_is_for() {
    let stages = Stages::new();
    let incidents = Meanwhile::new(&stages.store, || {
        let case = stages.case();
        let found = block_on(Findings::of_incident(&stages.store, case.incident, 9)).unwrap();
        assert_eq!((case.generation, found.total), (1, 1));
    });
    let mut ingest = ingest_over(&stages.store, &stages.policy);
    ingest.incidents = &incidents;
    take_in(&ingest, &event(&miner("mines", "runner")), Origin::Owner, &*stages.clock);
}

fn consent(stages: &Stages, id: ActionId) {
    for person in ["ana", "ben"] {
        let decision = Decision {
            person: person.to_owned(),
            answer: Answer::Approve,
            reason: None,
            at: stages.clock.now(),
        };
        // Where one person is enough, the second is told so.
        drop(block_on(stages.world().approving().decide(id, decision)));
    }
}

#[test]
fn who_answers_the_first_question_before_the_second_is_asked_sends_nobody_on() {
    let stages = Stages::new();
    let key_on_host =
        Sample { targets: vec![Affected::AccessKey, host("orders")], ..stolen_key("used elsewhere", "ada") };
    for sample in [production_miner("mines", "orders"), key_on_host] {
        stages.take_in(&event(&sample));
    }
    let case = stages.planned(&stages.world());
    let actions = block_on(Actions::of_incident(&stages.store, case.incident)).unwrap();
    assert!(actions.len() == 2 && actions.iter().all(|action| action.tier == Tier::Approve), "{actions:#?}");
    let waiting = StartWorkflow { incident: case.incident, generation: case.generation };
    let told = || stages.store.execution(waiting).unwrap().and_then(|execution| execution.told);

    let approvals = Meanwhile::new(&stages.store, || consent(&stages, actions[0].id));
    let mut world = stages.world();
    world.approvals = &approvals;
    block_on(world.approving().ask(case, "token", &world.notifying())).unwrap();
    assert_eq!(told(), None);
    consent(&stages, actions[1].id);
    assert_eq!(told(), Some(Resume::Decided));
}
