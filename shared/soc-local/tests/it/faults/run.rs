//! One day under one scenario: hands records over, runs tasks, answers as people do, and brings again what was
//! owed, until nothing is left.
//!
//! It plays what is reliable in production: the stream that keeps what was not acknowledged, the workflow service
//! that keeps executions at task borders, the schedule of the sweep.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use soc_domain::approval::{Answer, Approval, ApprovalState};
use soc_domain::id::ActionId;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_local::workflow::{Execution, Status, Step};
use soc_pipeline::ports::{Resume, StartWorkflow};
use soc_testkit::build::at;
use soc_testkit::faults::{Backend, Ended, JobId, Scheduler, Sim, WorkerClock};
use soc_testkit::memory::Memory;

use super::mutants::Mutation;
use super::scenarios::{Delivery, People, STORM, Scenario};
use super::stories::{self, Habit, Record};
use super::witness::Witness;
use super::worker::{DEADLINE, Echo, Executions, Report, Stored, Worker, execution};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// When everything must be over: the last question has expired, and all containment.
const END: Duration = Duration::from_secs(6 * 3600);

/// How long people look at a question before they answer: time for it to be superseded.
const THINKING: Duration = Duration::from_secs(4 * 60);

/// How long it takes until somebody takes an execution up again that failed.
const REDRIVE: Duration = Duration::from_secs(5 * 60);

static STEADY: LazyLock<Policy> = LazyLock::new(|| policy_with("2h"));
static RACE: LazyLock<Policy> = LazyLock::new(|| policy_with("5m"));

/// What people decided in general: the default, with times that a day can hold.
pub(crate) fn policy(people: People) -> &'static Policy {
    match people {
        People::Steady => &STEADY,
        People::Race => &RACE,
    }
}

fn policy_with(timeout: &str) -> Policy {
    let text = DEFAULT
        .replace("timeout = \"4h\"", &format!("timeout = \"{timeout}\""))
        .replace("expiry = \"24h\"", "expiry = \"3h\"");
    let policy = Policy::parse(&text).expect("the default policy with other times");
    assert_eq!(policy.rules.containment.expiry.duration(), 180 * MINUTE);
    policy
}

/// What a job is for.
#[derive(Debug, Clone)]
enum Task {
    Batch(Vec<usize>),
    Step(StartWorkflow, u64),
    /// Sweeps and answers, which come again by themselves.
    Once,
    Sweeps,
    People,
}

/// Whether every call of a run is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    Told,
    Untold,
}

/// A day under way.
pub(crate) struct Run {
    pub(crate) sim: Arc<Sim>,
    pub(crate) store: Arc<Memory>,
    pub(crate) account: Arc<Witness>,
    pub(crate) records: Vec<Record>,
    /// The records that were acknowledged.
    pub(crate) acknowledged: BTreeSet<usize>,
    pub(crate) executions: Executions,
    backend: Arc<Backend>,
    scheduler: Scheduler<Report>,
    tasks: BTreeMap<JobId, Task>,
    scenario: Scenario,
    mutation: Option<Mutation>,
    /// Questions for which a race is on.
    raced: BTreeSet<(ActionId, u32)>,
}

impl Run {
    /// Runs the day to its end.
    pub(crate) fn of(scenario: &Scenario, seed: u64, mutation: Option<Mutation>) -> Self {
        Self::told(scenario, (seed, mutation), Story::Untold)
    }

    /// The same, and every call noted.
    pub(crate) fn told(scenario: &Scenario, (seed, mutation): (u64, Option<Mutation>), story: Story) -> Self {
        let sim = Sim::new(seed, at(600), scenario.rules.clone(), STORM);
        if story == Story::Told {
            sim.tell_story();
        }
        let store = Arc::new(Memory::new());
        let account = Arc::new(Witness::new(stories::resources(), &store));
        let backend = Backend::new(Arc::clone(&store), Arc::clone(&account) as _, Arc::new(Echo));
        let mut records = stories::day();
        if scenario.people == People::Race {
            records.extend(stories::superseding());
        }
        let mut run = Self {
            scheduler: Scheduler::new(&sim),
            sim,
            store,
            account,
            records,
            acknowledged: BTreeSet::new(),
            executions: Arc::new(Mutex::new(BTreeMap::new())),
            backend,
            tasks: BTreeMap::new(),
            scenario: scenario.clone(),
            mutation,
            raced: BTreeSet::new(),
        };
        run.hand_over();
        run.put(SECOND, Task::Sweeps);
        run.put(SECOND, Task::People);
        let end = run.sim.now().plus(END);
        while let Some((job, ended)) = run.scheduler.next(end) {
            run.react(job, ended);
            run.look();
        }
        run
    }

    fn worker(&self) -> Worker {
        let clock = WorkerClock::skewed(&self.sim, self.scenario.skew);
        Worker::new((&self.sim, &self.backend), clock, policy(self.scenario.people), self.mutation.as_ref())
    }

    /// Plans every delivery of the day.
    fn hand_over(&mut self) {
        let mut batches: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (number, record) in self.records.iter().enumerate() {
            batches.entry(record.sent).or_default().push(number);
        }
        let anywhere = |sim: &Sim| sim.span(Duration::ZERO, STORM / 3);
        match self.scenario.delivery {
            Delivery::Once => {}
            Delivery::Again(per_mille) => {
                for (sent, batch) in &batches {
                    while self.sim.happens(per_mille) {
                        let wait = Duration::from_secs(*sent) + self.sim.span(Duration::ZERO, 2 * MINUTE);
                        let wait = if self.sim.below(3) == 0 { Duration::from_secs(*sent) } else { wait };
                        self.put(wait, Task::Batch(batch.clone()));
                    }
                }
            }
            Delivery::Storm => {
                for _time in 0..5 {
                    let all: Vec<usize> = (0..self.records.len()).collect();
                    for part in all.chunks(4) {
                        self.put(Duration::from_secs(400), Task::Batch(part.to_vec()));
                    }
                }
            }
            Delivery::Shuffled => {
                let mut numbers: Vec<usize> = (0..self.records.len()).collect();
                self.sim.shuffle(&mut numbers);
                for part in numbers.chunks(2) {
                    let wait = anywhere(&self.sim);
                    self.put(wait, Task::Batch(part.to_vec()));
                }
                return;
            }
        }
        let first_held = stories::day().len();
        for (sent, batch) in batches {
            let (held, now): (Vec<usize>, Vec<usize>) =
                batch.into_iter().partition(|number| *number >= first_held);
            self.put(Duration::from_secs(sent), Task::Batch(now));
            self.put(STORM, Task::Batch(held));
        }
    }

    /// Starts a job after `wait`.
    fn put(&mut self, wait: Duration, task: Task) {
        let worker = self.worker();
        worker.note(&task);
        let job = match &task {
            Task::Batch(numbers) => {
                let batch = numbers.iter().map(|number| (*number, self.records[*number].clone())).collect();
                self.scheduler.start(wait, DEADLINE, worker.ingest(batch))
            }
            Task::Step(of, version) => {
                let executions = Arc::clone(&self.executions);
                self.scheduler.start(wait, DEADLINE, worker.step(*of, *version, executions))
            }
            Task::Sweeps => self.scheduler.start(wait, DEADLINE, worker.sweep()),
            Task::People | Task::Once => self.scheduler.start(wait, DEADLINE, async { Report::Ended }),
        };
        self.tasks.insert(job, task);
    }

    /// One task of an execution; sometimes a second worker is given the same.
    fn put_step(&mut self, wait: Duration, of: StartWorkflow, version: u64) {
        self.put(wait, Task::Step(of, version));
        if self.sim.elapsed() < STORM && self.sim.happens(self.scenario.zombies) {
            let wait = wait + self.sim.span(Duration::ZERO, 40 * SECOND);
            self.put(wait, Task::Step(of, version));
        }
    }

    fn react(&mut self, job: JobId, ended: Ended<Report>) {
        if matches!(ended, Ended::Died) {
            self.sim.note(|| format!("{:?} died", self.tasks.get(&job)));
        }
        let soon = self.sim.span(SECOND, 20 * SECOND);
        match (self.tasks.remove(&job), ended) {
            (Some(Task::Batch(numbers)), Ended::Done(Report::Ingested { failed })) => {
                let failed =
                    if self.mutation == Some(Mutation::AcknowledgeOnError) { Vec::new() } else { failed };
                self.acknowledged.extend(numbers.into_iter().filter(|number| !failed.contains(number)));
                if !failed.is_empty() {
                    self.put(soon, Task::Batch(failed));
                }
            }
            (Some(Task::Batch(numbers)), _) => self.put(soon, Task::Batch(numbers)),
            (Some(Task::Step(of, _)), Ended::Done(Report::Stepped { version, execution, step })) => {
                self.stepped(of, Stored { execution: *execution, version }, &step);
            }
            (Some(Task::Step(of, version)), Ended::Died) => self.put_step(soon, of, version),
            (Some(Task::Sweeps), _) => {
                let busy = self.sim.elapsed() < STORM + 15 * MINUTE;
                self.put(if busy { 30 * SECOND } else { 10 * MINUTE }, Task::Sweeps);
            }
            (Some(Task::People), _) => {
                self.answer();
                let busy = self.sim.elapsed() < STORM + 15 * MINUTE;
                self.put(if busy { MINUTE } else { 10 * MINUTE }, Task::People);
            }
            (Some(Task::Step(..) | Task::Once) | None, _) => {}
        }
    }

    /// Keeps what a task came to, unless somebody else was first.
    fn stepped(&mut self, of: StartWorkflow, ran: Stored, step: &Step) {
        let now = self.sim.now();
        let version = ran.version + 1;
        {
            let mut executions = self.executions.lock().expect("no job panics");
            let Some(stored) = executions.get_mut(&of).filter(|stored| stored.version == ran.version) else {
                return;
            };
            *stored = Stored { execution: ran.execution, version };
        }
        let until = |millis: i64| Timestamp::from_millis(millis).since(now);
        match step {
            Step::Continue if self.sim.elapsed() < STORM && self.sim.happens(self.scenario.aborts) => {
                self.put_step(REDRIVE, of, version);
            }
            Step::Continue => self.put_step(Duration::ZERO, of, version),
            Step::WaitUntil(millis) => self.put_step(until(*millis), of, version),
            Step::AwaitToken { deadline_ms, .. } => self.put_step(until(*deadline_ms), of, version),
            Step::Ended => self.redrive(of),
        }
    }

    /// An execution that failed is taken up again in the state in which it stood.
    fn redrive(&mut self, of: StartWorkflow) {
        let version = {
            let mut executions = self.executions.lock().expect("no job panics");
            let Some(stored) = executions.get_mut(&of) else { return };
            if !matches!(stored.execution.status(), Status::Failed { .. }) {
                return;
            }
            stored.execution = taken_up(&stored.execution);
            stored.version += 1;
            stored.version
        };
        self.put_step(REDRIVE, of, version);
    }

    /// Begins executions that were started, and tells those that wait.
    fn look(&mut self) {
        for of in self.store.started() {
            let is_new = !self.executions.lock().expect("no job panics").contains_key(&of);
            if is_new {
                let execution = execution(of, self.sim.now().as_millis());
                let stored = Stored { execution, version: 0 };
                self.executions.lock().expect("no job panics").insert(of, stored);
                self.put_step(Duration::ZERO, of, 0);
            }
            self.tell(of);
        }
    }

    fn tell(&mut self, of: StartWorkflow) {
        let Some(told) = self.store.execution(of).and_then(|execution| execution.told) else { return };
        let mut executions = self.executions.lock().expect("no job panics");
        let Some(stored) = executions.get_mut(&of) else { return };
        let Some(token) = stored.execution.awaited_token().cloned() else { return };
        let taken = match told {
            Resume::Decided => stored.execution.succeed_task(&token, serde_json::json!({ "decided": true })),
            Resume::Superseded => stored.execution.fail_task(&token, "Soc.Superseded", "a newer generation"),
        };
        assert_eq!(taken, Ok(()));
        self.store.forget_told(of);
        stored.version += 1;
        let version = stored.version;
        drop(executions);
        self.put_step(Duration::ZERO, of, version);
    }

    /// People look at what is asked.
    fn answer(&mut self) {
        let mut asked = self.store.all_approvals();
        asked.retain(|approval| approval.state == ApprovalState::Pending);
        for approval in asked {
            let actions = self.store.all_actions();
            let Some(action) = actions.into_iter().find(|action| action.id == approval.action) else {
                continue;
            };
            match self.scenario.people {
                People::Race if self.sim.elapsed() < STORM => self.race(&approval),
                People::Race | People::Steady => self.answer_by_habit(&approval, &action.target.resource),
            }
        }
    }

    fn answer_by_habit(&mut self, approval: &Approval, resource: &str) {
        if self.sim.now() < approval.asked_at.plus(THINKING) {
            return;
        }
        let consented = |person: &str| approval.decisions.iter().any(|decision| decision.person == person);
        match stories::habit(resource) {
            Habit::Consent => {
                let person = if consented("ana") { "ben" } else { "ana" };
                self.decide(Duration::ZERO, (approval.action, person, Answer::Approve));
            }
            Habit::Refuse => self.decide(Duration::ZERO, (approval.action, "cy", Answer::Deny)),
            Habit::Silent => {}
        }
    }

    /// Several people answer at one moment: at once, or as time runs out; and news may come that supersedes it all.
    fn race(&mut self, approval: &Approval) {
        if !self.raced.insert((approval.action, approval.generation)) {
            return;
        }
        let left = approval.expires_at.since(self.sim.now());
        let moment = if self.sim.below(2) == 0 { self.sim.span(SECOND, MINUTE) } else { left };
        let around = |sim: &Sim| moment.saturating_sub(SECOND) + sim.span(Duration::ZERO, 2 * SECOND);
        for person in ["ana", "ben", "cy"] {
            let answer = if self.sim.below(4) == 0 { Answer::Deny } else { Answer::Approve };
            let wait = around(&self.sim);
            self.decide(wait, (approval.action, person, answer));
        }
        let first = stories::day().len();
        for number in first..self.records.len() {
            if self.sim.below(4) == 0 {
                let wait = around(&self.sim);
                self.put(wait, Task::Batch(vec![number]));
            }
        }
    }

    fn decide(&mut self, wait: Duration, (action, person, answer): (ActionId, &'static str, Answer)) {
        let worker = self.worker();
        worker.note(&(action, person, answer));
        let job = self.scheduler.start(wait, DEADLINE, worker.decide(action, person, answer));
        self.tasks.insert(job, Task::Once);
    }
}

/// The same execution, as a redrive begins it: in the state that failed, with its retries anew.
fn taken_up(failed: &Execution) -> Execution {
    let mut document = serde_json::to_value(failed).expect("an execution is a document");
    document["status"] = "running".into();
    document["waiting"] = "nothing".into();
    document["retries"] = serde_json::json!([]);
    serde_json::from_value(document).expect("the same form")
}
