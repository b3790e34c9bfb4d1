//! One day under one weather: records come until they are acknowledged, tasks until they are done, people answer, and
//! containment ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use soc_aws::blobs::{Blobs, MemoryBlobs};
use soc_aws::dynamodb::{Store, Tables};
use soc_domain::action::{AccessKeyState, InstanceState, KeyStatus, Observation};
use soc_domain::approval::{Answer, ApprovalState, Decision};
use soc_domain::finding::{Finding, Principal};
use soc_domain::wire::{Content, Event, Refusal, read_record};
use soc_pipeline::batch::RecordId;
use soc_pipeline::error::StageError;
use soc_pipeline::handlers::Function;
use soc_pipeline::ingest::Arrival;
use soc_pipeline::ports::{Approvals, Clock, Incidents, Origin, StartWorkflow};
use soc_testkit::build::{at, finding, instance, place};
use soc_testkit::memory::{Memory, MemoryAccount};

use super::network::{Network, Sky, Weather};
use super::worker::{Hands, Mutation, Outside, Worker};
use crate::bed::{Bed, loader};

/// So many rounds of deliveries and of tries of one task go wrong at most; what is owed then comes in calm weather.
const STORMY: usize = 6;
/// After so many rounds in calm weather something is stuck.
const CALM: usize = 12;
const ROUND: Duration = Duration::from_secs(70);

const HOSTS: [(&str, &str); 3] = [("i-runner", "dev"), ("i-orders", "prod"), ("i-billing", "prod")];
const KEY: &str = "AKIAADAEXAMPLE";

/// One record of the day.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    raw: Vec<u8>,
    content: Result<Content, Refusal>,
}

/// The findings of the day.
pub(crate) fn findings() -> Vec<Finding> {
    let miner = |name: &str| Finding { resources: vec![instance(&format!("i-{name}"))], ..finding(name) };
    let runner = miner("runner");
    let later = Finding { updated_at: Some(at(360)), last_seen: Some(at(360)), count: 6, ..runner.clone() };
    let owner = Principal {
        kind: "IAMUser".to_owned(),
        name: "ada".to_owned(),
        principal_id: None,
        access_key_id: Some(KEY.to_owned()),
        account: place().account,
    };
    let stolen = Finding {
        kind: "Persistence:IAMUser/AnomalousBehavior".to_owned(),
        resources: Vec::new(),
        principals: vec![owner],
        ..finding("ada")
    };
    let again = Finding { kind: "Backdoor:EC2/C&CActivity.B!DNS".to_owned(), ..miner("orders") };
    let second = Finding { id: finding("orders-2").id, product_id: "orders-2".to_owned(), ..again };
    vec![runner, miner("orders"), miner("billing"), stolen, later, second]
}

pub(crate) const EVENT: &[u8] = b"{\"source\":\"aws.ec2\"}";

fn records() -> Vec<Record> {
    let of_finding = |finding: Finding| Record {
        raw: serde_json::to_vec(&finding).unwrap(),
        content: Ok(Content::Finding(Box::new(finding), Vec::new())),
    };
    let mut records: Vec<Record> = findings().into_iter().map(of_finding).collect();
    let poison = b"{\"schemaVersion\": ".to_vec();
    let content = read_record(&poison).remove(0).content;
    records.push(Record { raw: poison, content });
    let event = Event { source: "aws.ec2".to_owned(), ..Event::default() };
    records.push(Record { raw: EVENT.to_vec(), content: Ok(Content::Event(event)) });
    records
}

/// What is in the account before anything happens.
pub(crate) fn resources() -> Vec<(String, Observation)> {
    let hosts = HOSTS.iter().map(|(host, environment)| {
        let state = InstanceState {
            instance_id: (*host).to_owned(),
            vpc_id: "vpc-1".to_owned(),
            quarantine_group: Some("sg-quarantine".to_owned()),
            interfaces: BTreeMap::from([("eni-1".to_owned(), vec!["sg-a".to_owned()])]),
            tags: BTreeMap::from([("Environment".to_owned(), (*environment).to_owned())]),
        };
        (instance(host).arn, Observation::Instance(state))
    });
    let key = AccessKeyState {
        user: "ada".to_owned(),
        key_id: KEY.to_owned(),
        status: KeyStatus::Active,
        tags: BTreeMap::new(),
    };
    let arn = format!("arn:aws:iam::{}:access-key/{KEY}", place().account);
    hosts.chain([(arn, Observation::AccessKey(key))]).collect()
}

/// What goes wrong, and with what.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Which seeds are its.
    pub(crate) place: u64,
    pub(crate) weather: Weather,
    /// Of a thousand tasks, how many two workers get at once.
    pub(crate) zombies: u32,
    /// The weather is as bad for this many rounds of each phase, and then good; else it is the whole time.
    pub(crate) outage: Option<usize>,
}

/// A day.
pub(crate) struct Day {
    pub(crate) sky: Arc<Sky>,
    pub(crate) outside: Arc<Outside>,
    /// The store on a network on which nothing goes wrong.
    pub(crate) calm: Store,
    scenario: Scenario,
    mutation: Option<Mutation>,
    endpoint: String,
    tables: Tables,
    blobs: Arc<MemoryBlobs>,
    under: SharedHttpConnector,
}

impl Day {
    /// Plays a day to its end.
    pub(crate) async fn play(
        bed: &Bed,
        scenario: Scenario,
        (seed, mutation): (u64, Option<Mutation>),
    ) -> Self {
        let tables = bed.tables().await;
        let blobs = Arc::new(MemoryBlobs::default());
        let client = aws_sdk_dynamodb::Client::new(&bed.config);
        let outside = Outside {
            account: MemoryAccount::with(resources()),
            executions: Memory::new(),
            clock: Hands::at(at(600)),
        };
        let day = Self {
            sky: Sky::new(seed, scenario.weather),
            outside: Arc::new(outside),
            calm: Store::new(client, tables.clone(), Arc::clone(&blobs) as Arc<dyn Blobs>),
            scenario,
            mutation,
            endpoint: bed.endpoint.clone(),
            tables,
            blobs,
            under: SharedHttpConnector::new(aws_smithy_http_client::Connector::builder().build_http()),
        };
        Box::pin(day.take_in()).await;
        Box::pin(day.respond()).await;
        day.end_containment().await;
        day.sky.clear();
        day
    }

    async fn worker(&self) -> Worker {
        let network = Network::new(&self.sky, &self.under);
        let retry = aws_config::retry::RetryConfig::standard()
            .with_max_attempts(3)
            .with_initial_backoff(Duration::from_millis(1));
        let config = loader(&self.endpoint).http_client(network.clone()).retry_config(retry).load().await;
        let client = aws_sdk_dynamodb::Client::new(&config);
        let store = Store::new(client, self.tables.clone(), Arc::clone(&self.blobs) as Arc<dyn Blobs>);
        Worker { outside: Arc::clone(&self.outside), store, network, mutation: self.mutation }
    }

    /// The weather of this round.
    fn round(&self, round: usize) {
        self.outside.clock.forward(ROUND);
        assert!(round < STORMY + CALM, "stuck in {}", self.scenario.name);
        if round >= self.scenario.outage.unwrap_or(STORMY) {
            self.sky.clear();
        } else {
            self.sky.change(self.scenario.weather);
        }
    }

    /// Hands records over until each was acknowledged, and some again.
    async fn take_in(&self) {
        let records = records();
        let mut owed: Vec<usize> = (0..records.len()).collect();
        let mut round = 0;
        while !owed.is_empty() {
            self.round(round);
            round += 1;
            let again = (0..records.len()).filter(|_| self.sky.happens(200));
            let mut batch: Vec<usize> = owed.iter().copied().chain(again).collect();
            for place in (1..batch.len()).rev() {
                batch.swap(place, self.sky.below(place + 1));
            }
            let half = batch.len() / 2;
            let (one, other) = (batch[..half].to_vec(), batch[half..].to_vec());
            let done = if self.sky.happens(self.scenario.zombies) {
                let both = tokio::join!(self.batch(&records, &one), self.batch(&records, &other));
                [both.0, both.1].concat()
            } else {
                [self.batch(&records, &one).await, self.batch(&records, &other).await].concat()
            };
            owed.retain(|number| !done.contains(number));
        }
    }

    /// The records of a batch that may be acknowledged: none if the worker died.
    async fn batch(&self, records: &[Record], batch: &[usize]) -> Vec<usize> {
        let worker = self.worker().await;
        let arrivals = batch.iter().map(|number| {
            let record = &records[*number];
            let arrival = Arrival {
                source: "stream",
                offset: *number as u64,
                line: 1,
                raw: &record.raw,
                spilled: None,
                content: record.content.clone(),
                origin: Origin::Owner,
                at: self.outside.clock.now(),
            };
            (RecordId(number.to_string()), arrival)
        });
        let Some(outcome) = worker.live(Box::pin(worker.ingest().batch(arrivals.collect()))).await else {
            return Vec::new();
        };
        assert_eq!(outcome.done.len() + outcome.failed.len(), batch.len(), "a record is in no list");
        let mut done: Vec<RecordId> = outcome.done.into_iter().map(|(id, _)| id).collect();
        if self.mutation == Some(Mutation::AcknowledgeOnError) {
            done.extend(outcome.failed.into_iter().map(|(id, _)| id));
        }
        done.iter().map(|id| id.0.parse().unwrap()).collect()
    }

    /// Sends what is in the outbox, and plays every execution to its end: the newest generations last.
    async fn respond(&self) {
        let mut played = Vec::new();
        loop {
            self.sweep().await;
            let started = self.outside.executions.started();
            let Some(message) = started.into_iter().find(|message| !played.contains(message)) else {
                return;
            };
            self.execution(message).await;
            played.push(message);
        }
    }

    async fn sweep(&self) {
        let mut round = 0;
        loop {
            self.round(round);
            round += 1;
            let worker = self.worker().await;
            let world = worker.world();
            let sweeping = world.sweeping();
            let work = async {
                sweeping.send_outbox().await?;
                sweeping.open_put_off(self.outside.clock.now()).await
            };
            let swept = worker.live(Box::pin(work)).await;
            let left = self.calm.unsent(100).await.unwrap();
            if matches!(swept, Some(Ok(0))) && left.is_empty() {
                return;
            }
        }
    }

    async fn execution(&self, of: StartWorkflow) {
        let steps = [
            (Function::Triage, "assess", None),
            (Function::Analyze, "analyze", None),
            (Function::Remediate, "plan", None),
            (Function::Remediate, "execute", Some("auto")),
            (Function::Notify, "ask", None),
            (Function::Remediate, "execute", Some("approve")),
            (Function::Remediate, "verify", None),
            (Function::Notify, "notify", None),
        ];
        for (function, op, tier) in steps {
            if !self.task(of, (function, op, tier)).await {
                return;
            }
            if op == "ask" {
                self.people(of).await;
            }
        }
    }

    /// Whether the execution goes on.
    async fn task(&self, of: StartWorkflow, (function, op, tier): (Function, &str, Option<&str>)) -> bool {
        let mut payload =
            serde_json::json!({ "op": op, "incident_id": of.incident, "generation": of.generation });
        if let Some(tier) = tier {
            // As the policy's words are written.
            payload["tier"] = serde_json::to_value(tier).unwrap();
        }
        if op == "ask" {
            payload["task_token"] = "token".into();
        }
        for round in 0.. {
            self.round(round);
            let (one, other) = (self.worker().await, self.worker().await);
            let (one_world, other_world) = (one.world(), other.world());
            let work = one.live(Box::pin(one_world.handle(function, payload.clone())));
            let done = if self.sky.happens(self.scenario.zombies) {
                let zombie = other.live(Box::pin(other_world.handle(function, payload.clone())));
                let (done, _whoever_was_thought_dead) = tokio::join!(work, zombie);
                done
            } else {
                work.await
            };
            match done {
                Some(Ok(_answer)) => return true,
                Some(Err(StageError::Superseded)) => return false,
                Some(Err(
                    error @ (StageError::Rejected { .. }
                    | StageError::Denied { .. }
                    | StageError::Defect { .. }),
                )) => panic!("{}: {op} {}: {error}", self.scenario.name, error.name()),
                Some(Err(StageError::Transient(_) | StageError::Conflict { .. })) | None => {}
            }
        }
        false
    }

    /// People answer every question of the incident: no to the billing host, yes to the rest.
    async fn people(&self, of: StartWorkflow) {
        for round in 0.. {
            let pending = Approvals::of_incident(&self.calm, of.incident).await.unwrap();
            let pending = pending.into_iter().map(|found| found.value);
            let pending: Vec<_> = pending.filter(|asked| asked.state == ApprovalState::Pending).collect();
            if pending.is_empty() {
                return;
            }
            self.round(round);
            for asked in pending {
                for person in ["ann", "ben"] {
                    let worker = self.worker().await;
                    let answer = match self.is_about_billing(asked.action).await {
                        true => Answer::Deny,
                        false => Answer::Approve,
                    };
                    let decision = Decision {
                        person: person.to_owned(),
                        answer,
                        reason: None,
                        at: self.outside.clock.now(),
                    };
                    let world = worker.world();
                    drop(worker.live(Box::pin(world.approving().decide(asked.action, decision))).await);
                }
            }
        }
    }

    async fn is_about_billing(&self, action: soc_domain::id::ActionId) -> bool {
        let action = soc_pipeline::ports::Actions::get(&self.calm, action).await.unwrap().unwrap();
        action.target.resource.ends_with("i-billing")
    }

    /// Everything that was contained is undone when its time comes.
    async fn end_containment(&self) {
        self.outside.clock.forward(Duration::from_secs(4 * 3_600));
        for round in 0.. {
            self.round(round);
            let worker = self.worker().await;
            let world = worker.world();
            drop(worker.live(Box::pin(world.sweeping().expire_containment())).await);
            let now = self.outside.clock.now();
            if soc_pipeline::ports::Actions::due(&self.calm, now, 100).await.unwrap().is_empty()
                && self.is_at_rest().await
            {
                return;
            }
        }
    }

    /// No intent waits for its lease to end.
    async fn is_at_rest(&self) -> bool {
        let later = self.outside.clock.now().plus(Duration::from_secs(3_600));
        soc_pipeline::ports::Actions::due(&self.calm, later, 100).await.unwrap().is_empty()
    }
}
