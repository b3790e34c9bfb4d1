//! A bench: records come in, triage, the analyst and the plan work on them, all adapters but the model are in memory.
//!
//! Apart from the tests so that each of them is only what the model does and what comes of it.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Value, json};
use soc_aws::bedrock::{BedrockAnalyst, Desk, Settings};
use soc_domain::action::{ActionState, Tier};
use soc_domain::analysis::{Claim, Draft};
use soc_domain::evidence::Evidence;
use soc_domain::incident::{Analysed, Incident};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_domain::wire::read_record;
use soc_guard::redact::Redactor;
use soc_guard::redacted::Redacted;
use soc_pipeline::handlers::{Function, World};
use soc_pipeline::ingest::{Arrival, Ingest};
use soc_pipeline::ports::{
    Actions, Analyst, Balance, Budget, Clock, Documents, Dossier, Findings, Incidents, Origin, StartWorkflow,
};
use soc_samples::wire::{Form, value};
use soc_samples::{Story, entries};
use soc_testkit::memory::Memory;

use crate::paper::Paper;
use crate::script::Script;

/// A model that keeps to a schema by itself.
pub(crate) const HAIKU: &str = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
/// A model that needs a tool for it.
pub(crate) const NOVA: &str = "eu.amazon.nova-lite-v1:0";

pub(crate) static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&[7; 32]).unwrap());
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::parse(DEFAULT).unwrap());

/// A clock that stands in the morning after the built-in day.
pub(crate) struct Morning;

impl Clock for Morning {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-03-03T09:00:00Z").unwrap()
    }
}

/// Everything but the model, in memory.
pub(crate) struct Bench {
    pub(crate) store: Arc<Memory>,
    pub(crate) account: Paper,
}

/// What came of an incident, apart from what an analyst said of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deeds {
    pub(crate) verdict: Option<Verdict>,
    pub(crate) confidence: u8,
    pub(crate) actions: Vec<(String, Tier, ActionState)>,
    pub(crate) changed: Vec<String>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { store: Arc::new(Memory::new()), account: Paper::default() }
    }

    /// A bench that has taken these records in.
    pub(crate) async fn with(records: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let bench = Self::new();
        for record in records {
            bench.take_in(&record).await;
        }
        bench
    }

    pub(crate) async fn take_in(&self, record: &[u8]) {
        let store = &*self.store;
        let ingest = Ingest {
            findings: store,
            incidents: store,
            correlations: store,
            quarantine: store,
            events: store,
            ledger: store,
            policy: &POLICY,
        };
        for item in read_record(record) {
            let arrival = Arrival {
                source: "test",
                offset: 0,
                line: 1,
                raw: &item.raw,
                spilled: None,
                content: item.content,
                origin: Origin::Owner,
                at: Morning.now(),
            };
            ingest.one(arrival).await.unwrap();
        }
    }

    /// What the analyst needs besides its model.
    pub(crate) fn desk(&self) -> Desk {
        let (budget, answers) = (Arc::clone(&self.store), Arc::clone(&self.store));
        Desk { budget, answers, clock: Arc::new(Morning) }
    }

    pub(crate) fn analyst(&self, script: &Script, model: &str) -> BedrockAnalyst {
        BedrockAnalyst::new(script.client(), settings(model), self.desk())
    }

    pub(crate) async fn waiting(&self) -> Vec<StartWorkflow> {
        Incidents::unsent(&*self.store, 10_000).await.unwrap()
    }

    /// The evidence of an incident, as the use case makes it.
    pub(crate) async fn evidence(&self, case: StartWorkflow) -> Evidence {
        let incident = self.incident(case).await;
        let found = Findings::of_incident(&*self.store, case.incident, 50).await.unwrap();
        Evidence::new(&incident, found.findings, found.total)
    }

    pub(crate) async fn shown(&self, case: StartWorkflow) -> Redacted {
        Redacted::of(serde_json::to_value(self.evidence(case).await).unwrap(), &REDACTOR)
    }

    pub(crate) async fn incident(&self, case: StartWorkflow) -> Incident {
        Incidents::get(&*self.store, case.incident).await.unwrap().unwrap().value
    }

    pub(crate) async fn documents(&self, case: StartWorkflow) -> Documents {
        self.store.fetch(case.incident, case.generation).await.unwrap()
    }

    pub(crate) async fn balance(&self) -> Balance {
        self.store.of_day(&Day::of(Morning.now())).await.unwrap()
    }

    /// Triage, analysis, plan and the machine's own actions of one case, as the workflow asks for them.
    pub(crate) async fn handle(&self, case: StartWorkflow, analyst: &dyn Analyst) -> Deeds {
        self.ask(case, analyst, Function::Triage, "assess").await;
        self.ask(case, analyst, Function::Analyze, "analyze").await;
        self.ask(case, analyst, Function::Remediate, "plan").await;
        self.ask(case, analyst, Function::Remediate, "execute").await;
        let incident = self.incident(case).await;
        let actions = Actions::of_incident(&*self.store, case.incident).await.unwrap().into_iter();
        Deeds {
            verdict: incident.verdict,
            confidence: incident.confidence,
            actions: actions.map(|action| (action.target.resource, action.tier, action.state)).collect(),
            changed: self.account.calls(),
        }
    }

    /// One task of the workflow.
    pub(crate) async fn ask(
        &self,
        case: StartWorkflow,
        analyst: &dyn Analyst,
        function: Function,
        op: &str,
    ) -> Value {
        let mut payload = json!({"op": op, "incident_id": case.incident, "generation": case.generation});
        if op == "execute" {
            payload["tier"] = json!("auto");
        }
        self.world(analyst).handle(function, payload).await.unwrap()
    }

    fn world<'a>(&'a self, analyst: &'a dyn Analyst) -> World<'a> {
        let store = &*self.store;
        World {
            findings: store,
            incidents: store,
            dossier: store,
            actions: store,
            approvals: store,
            workflows: store,
            account: &self.account,
            sources: store,
            analyst,
            redactor: &REDACTOR,
            notifiers: store,
            ledger: store,
            suppressions: store,
            clock: &Morning,
            policy: &POLICY,
            lease: Duration::ZERO,
        }
    }
}

/// With a cap that no test reaches by chance, and without waiting.
pub(crate) fn settings(model: &str) -> Settings {
    Settings {
        call_timeout: Duration::from_millis(200),
        pause: Duration::ZERO,
        ..Settings::new(model, MicroDollars::dollars(5))
    }
}

/// The first finding of the built-in miner, which the machine answers by itself, as a record that may be changed.
pub(crate) fn miner() -> Value {
    let all = entries();
    let mines = |kind: &str| kind.starts_with("CryptoCurrency:EC2");
    let entry =
        all.iter().find(|entry| entry.story == Story::CryptoMiner && mines(&entry.sample.kind)).unwrap();
    value(&entry.sample, Form::GuardDutyEvent)
}

/// A draft that every incident bears.
pub(crate) fn honest() -> Draft {
    let claim = Claim {
        text: "The finding is of this type.".to_owned(),
        evidence: vec!["/findings/0/kind".to_owned()],
        techniques: Vec::new(),
        entities: Vec::new(),
    };
    Draft {
        verdict: Verdict::TruePositive,
        confidence: 90,
        summary: "Something happened that should not.".to_owned(),
        claims: vec![claim],
        next_steps: vec!["Look at the instance.".to_owned()],
    }
}

/// Why an incident has no analysis.
pub(crate) fn skipped(incident: &Incident) -> Option<&str> {
    match &incident.analysis {
        Analysed::Skipped { reason } => Some(reason),
        Analysed::NotYet | Analysed::Done { .. } => None,
    }
}
