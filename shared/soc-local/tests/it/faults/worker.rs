//! One invocation of a use case: with its own clock, on ports that may fail it at every call.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use soc_domain::analysis::Draft;
use soc_domain::approval::{Answer, Decision};
use soc_domain::id::ActionId;
use soc_domain::policy::Policy;
use soc_guard::redact::Redactor;
use soc_local::workflow::{Execution, Machine, Step, TaskError, Tasks, incident_machine};
use soc_pipeline::batch::RecordId;
use soc_pipeline::error::{AnalystError, StageError};
use soc_pipeline::handlers::{Function, World};
use soc_pipeline::ingest::{Arrival, Ingest};
use soc_pipeline::ports::{Account, Actions, Analyst, Clock, Origin, Question, StartWorkflow, Workflows};
use soc_testkit::faults::{Backend, FaultyPorts, Sim, WorkerClock};

use super::mutants::{self, Mutation};
use super::stories::Record;

/// The hard deadline of an invocation.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The hard deadline and a minute.
const LEASE: Duration = Duration::from_secs(120);

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&[7; 32]).expect("the rules compile"));
static MACHINE: LazyLock<Machine> =
    LazyLock::new(|| incident_machine().expect("the workflow is in the subset"));

/// An execution between two tasks, and how often it was stored.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) execution: Execution,
    pub(crate) version: u64,
}

/// Executions, which outlive every worker.
pub(crate) type Executions = Arc<Mutex<BTreeMap<StartWorkflow, Stored>>>;

/// What a job came to.
pub(crate) enum Report {
    /// These records of its batch must come again.
    Ingested { failed: Vec<usize> },
    /// One task of an execution was run, from this version on.
    Stepped { version: u64, execution: Box<Execution>, step: Step },
    /// There was nothing to do, or whoever asked will ask again.
    Ended,
}

/// The analyst of the runs: it has no opinion of its own.
pub(crate) struct Echo;

#[async_trait]
impl Analyst for Echo {
    fn name(&self) -> &str {
        "echo"
    }

    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError> {
        Ok(Draft {
            verdict: question.floor.verdict,
            confidence: question.floor.confidence,
            summary: "As the rules say.".to_owned(),
            claims: Vec::new(),
            next_steps: Vec::new(),
        })
    }
}

/// One worker.
pub(crate) struct Worker {
    sim: Arc<Sim>,
    ports: FaultyPorts,
    clock: WorkerClock,
    policy: &'static Policy,
    lease: Duration,
    actions: Box<dyn Actions>,
    account: Box<dyn Account>,
    workflows: Box<dyn Workflows>,
}

impl Worker {
    pub(crate) fn new(
        (sim, behind): (&Arc<Sim>, &Arc<Backend>),
        clock: WorkerClock,
        policy: &'static Policy,
        mutation: Option<&Mutation>,
    ) -> Self {
        let ports = FaultyPorts::new(sim, behind);
        let honest = || ports.clone();
        Self {
            sim: Arc::clone(sim),
            clock,
            policy,
            lease: if matches!(mutation, Some(Mutation::ShortLease)) {
                Duration::from_secs(1)
            } else {
                LEASE
            },
            actions: mutants::actions(mutation, honest()),
            account: mutants::account(mutation, honest(), &behind.store),
            workflows: mutants::workflows(mutation, honest()),
            ports,
        }
    }

    /// Says in the story what this worker is for.
    pub(crate) fn note(&self, task: &dyn std::fmt::Debug) {
        self.sim.note(|| format!("worker {} gets {task:?}", self.ports.worker()));
    }

    fn world(&self) -> World<'_> {
        World {
            findings: &self.ports,
            incidents: &self.ports,
            dossier: &self.ports,
            actions: &*self.actions,
            approvals: &self.ports,
            workflows: &*self.workflows,
            account: &*self.account,
            sources: &self.ports,
            analyst: &self.ports,
            redactor: &REDACTOR,
            notifiers: &self.ports,
            ledger: &self.ports,
            suppressions: &self.ports,
            clock: &self.clock,
            policy: self.policy,
            lease: self.lease,
        }
    }

    /// Takes a batch in.
    pub(crate) async fn ingest(self, batch: Vec<(usize, Record)>) -> Report {
        let ingest = Ingest {
            findings: &self.ports,
            incidents: &self.ports,
            correlations: &self.ports,
            quarantine: &self.ports,
            events: &self.ports,
            ledger: &self.ports,
            policy: self.policy,
        };
        let arrivals = batch.iter().map(|(number, record)| {
            let arrival = Arrival {
                source: "stream",
                offset: *number as u64,
                line: 1,
                raw: &record.raw,
                spilled: None,
                content: record.content.clone(),
                origin: Origin::Owner,
                at: self.clock.now(),
            };
            (RecordId(number.to_string()), arrival)
        });
        let outcome = ingest.batch(arrivals.collect()).await;
        assert_eq!(outcome.done.len() + outcome.failed.len(), batch.len(), "a record is in no list");
        let number = |id: &RecordId| id.0.parse().expect("the number that was given");
        Report::Ingested { failed: outcome.failed.iter().map(|(id, _)| number(id)).collect() }
    }

    /// Runs one task of an execution, if nobody has done so meanwhile.
    pub(crate) async fn step(self, of: StartWorkflow, version: u64, executions: Executions) -> Report {
        let found = executions.lock().expect("no job panics").get(&of).cloned();
        let Some(Stored { mut execution, .. }) = found.filter(|found| found.version == version) else {
            return Report::Ended;
        };
        let now = self.sim.now().as_millis();
        let step = MACHINE.step(&mut execution, &self, now).await;
        Report::Stepped { version, execution: Box::new(execution), step }
    }

    /// What must happen although nobody asks.
    pub(crate) async fn sweep(self) -> Report {
        let world = self.world();
        let sweeping = world.sweeping();
        let now = self.clock.now();
        drop(sweeping.send_outbox().await);
        drop(sweeping.open_put_off(now).await);
        drop(sweeping.expire_containment().await);
        Report::Ended
    }

    /// One person answers.
    pub(crate) async fn decide(self, action: ActionId, person: &'static str, answer: Answer) -> Report {
        let decision = Decision { person: person.to_owned(), answer, reason: None, at: self.clock.now() };
        drop(self.world().approving().decide(action, decision).await);
        Report::Ended
    }
}

/// A new execution before its first task.
pub(crate) fn execution(of: StartWorkflow, now_ms: i64) -> Execution {
    let name = soc_domain::incident::execution_name(of.incident, of.generation);
    let input = serde_json::json!({ "incident_id": of.incident, "generation": of.generation });
    MACHINE.start(&name, input, now_ms)
}

#[async_trait]
impl Tasks for Worker {
    async fn invoke(&self, function: &str, payload: Value) -> Result<Value, TaskError> {
        let function = Function::from_str(function).expect("the workflow names functions that exist");
        let named = |error: StageError| {
            self.sim.note(|| format!("worker {}: {} {error}", self.ports.worker(), error.name()));
            TaskError::new(error.name(), &error.to_string())
        };
        self.sim.note(|| format!("worker {}: {payload}", self.ports.worker()));
        self.world().handle(function, payload).await.map_err(named)
    }
}
