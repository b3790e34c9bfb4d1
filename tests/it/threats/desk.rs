//! A desk: the use cases over adapters in memory, so that a threat can be tried thousands of times.
//!
//! Apart from the test bed because there is no file, no state machine and no simulated account here: the stages
//! are called in the workflow's order, and the account only writes down what is asked of it.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use soc_domain::action::Action;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::notice::Notice;
use soc_domain::policy::Policy;
use soc_pipeline::error::{AnalystError, PortResult, StageError};
use soc_pipeline::handlers::{Function, World};
use soc_pipeline::ports::{
    Actions, Analyst, Documents, Dossier, Incidents, Notifiers, Origin, Question, StartWorkflow,
};
use soc_testkit::block_on;
use soc_testkit::memory::Memory;

use crate::bed::{HandClock, policy_with};
use crate::stages::{REDACTOR, ingest_over, take_in};
use crate::threats::paper::PaperAccount;

/// People, as a list of what they were told.
#[derive(Default)]
pub(crate) struct Told(Mutex<Vec<Notice>>);

impl Told {
    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Notifiers for Told {
    async fn send(&self, notice: &Notice) -> PortResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        Ok(())
    }
}

/// Nobody: what the machine does without any analyst.
pub(crate) struct Nobody;

#[async_trait]
impl Analyst for Nobody {
    fn name(&self) -> &'static str {
        "nobody"
    }
    async fn analyse(&self, _question: Question<'_>) -> Result<soc_domain::analysis::Draft, AnalystError> {
        Err(AnalystError::Unavailable)
    }
}

/// The use cases over memory.
pub(crate) struct Desk {
    pub(crate) store: Memory,
    pub(crate) account: PaperAccount,
    pub(crate) told: Told,
    pub(crate) policy: Policy,
    pub(crate) clock: Arc<HandClock>,
    /// Every incident that was handled.
    cases: Mutex<Vec<StartWorkflow>>,
}

/// Read once: a desk is made for every try.
static DEFAULT_POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::parse(&policy_with(&[])).unwrap());

impl Desk {
    pub(crate) fn new() -> Self {
        Self::under(DEFAULT_POLICY.clone())
    }

    /// With the default policy, changed.
    pub(crate) fn with(changes: &[(&str, &str)]) -> Self {
        Self::under(Policy::parse(&policy_with(changes)).unwrap())
    }

    pub(crate) fn under(policy: Policy) -> Self {
        let clock = Arc::new(HandClock::at_morning());
        Self {
            store: Memory::new(),
            account: PaperAccount::at(&clock),
            told: Told::default(),
            policy,
            clock,
            cases: Mutex::default(),
        }
    }

    pub(crate) fn world<'a>(&'a self, analyst: &'a dyn Analyst) -> World<'a> {
        World {
            findings: &self.store,
            incidents: &self.store,
            dossier: &self.store,
            actions: &self.store,
            approvals: &self.store,
            workflows: &self.store,
            account: &self.account,
            sources: &self.store,
            analyst,
            redactor: &REDACTOR,
            notifiers: &self.told,
            ledger: &self.store,
            suppressions: &self.store,
            clock: &*self.clock,
            policy: &self.policy,
            lease: Duration::ZERO,
        }
    }

    /// Takes a record in and answers every incident that it opened or made worse.
    pub(crate) fn handle(&self, record: &[u8], analyst: &dyn Analyst) {
        self.handle_in(record, &self.world(analyst));
    }

    /// The same in a world with another account.
    pub(crate) fn handle_in(&self, record: &[u8], world: &World<'_>) {
        self.deliver(record, Origin::Owner, world);
    }

    /// The same of whoever vouches for it.
    pub(crate) fn deliver(&self, record: &[u8], origin: Origin, world: &World<'_>) {
        take_in(&ingest_over(&self.store, &self.policy), record, origin, &*self.clock);
        self.drive(world);
    }

    /// Answers everything in the outbox, as the state machine would. A step that fails for now ends its execution.
    fn drive(&self, world: &World<'_>) {
        let mut waiting: VecDeque<_> = block_on(self.store.unsent(10_000)).unwrap().into();
        while let Some(message) = waiting.pop_front() {
            self.cases.lock().unwrap().push(message);
            match answer(world, message) {
                Ok(()) | Err(StageError::Transient(_)) => {}
                Err(error) => panic!("{error}"),
            }
            block_on(self.store.sent(message)).unwrap();
        }
    }

    pub(crate) fn incidents(&self) -> Vec<(Incident, Documents)> {
        let mut ids: Vec<IncidentId> = self.cases.lock().unwrap().iter().map(|case| case.incident).collect();
        ids.sort();
        ids.dedup();
        let read = |id| {
            let incident = block_on(Incidents::get(&self.store, id)).unwrap().unwrap().value;
            let documents = block_on(Dossier::fetch(&self.store, id, incident.generation)).unwrap();
            (incident, documents)
        };
        ids.into_iter().map(read).collect()
    }

    pub(crate) fn actions(&self) -> Vec<Action> {
        let of = |id| block_on(Actions::of_incident(&self.store, id)).unwrap();
        self.incidents().iter().flat_map(|(incident, _)| of(incident.id)).collect()
    }
}

/// The workflow of one generation, without its waiting.
fn answer(world: &World<'_>, message: StartWorkflow) -> Result<(), StageError> {
    let ask = |function: Function, op: &str, tier: Option<&str>| -> Result<Value, StageError> {
        let mut payload = json!({
            "op": op, "incident_id": message.incident, "generation": message.generation
        });
        if let Some(tier) = tier {
            payload["tier"] = json!(tier);
        }
        if op == "ask" {
            payload["task_token"] = json!("token");
        }
        block_on(world.handle(function, payload))
    };
    let route = ask(Function::Triage, "assess", None)?;
    if route["route"] == "respond" {
        ask(Function::Analyze, "analyze", None)?;
        let plan = ask(Function::Remediate, "plan", None)?;
        if plan["auto"] != 0 {
            ask(Function::Remediate, "execute", Some("auto"))?;
        }
        if plan["approve"] != 0 {
            ask(Function::Notify, "ask", None)?;
        }
        ask(Function::Remediate, "verify", None)?;
    }
    if route["route"] != "record" {
        ask(Function::Notify, "notify", None)?;
    }
    Ok(())
}

/// A number that the environment may set: how often something is tried.
pub(crate) fn asked(variable: &str, otherwise: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "a setting of these tests alone")]
    let asked = std::env::var(variable).ok();
    asked.map_or(otherwise, |text| text.parse().expect("a number"))
}
