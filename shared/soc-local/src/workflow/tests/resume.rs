//! Storing an execution at every border changes nothing.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::incident::{begin, machine, plan};
use super::{Script, Tasks};
use crate::workflow::{Execution, Machine, Status, Step, Visit};

/// What a person does when asked.
#[derive(Debug, Clone, Copy)]
enum Person {
    Approves,
    Sleeps,
    IsSuperseded,
}

#[derive(Debug, Clone)]
struct Scenario {
    route: &'static str,
    approve: u32,
    person: Person,
    failures: Vec<(&'static str, &'static str)>,
}

impl Scenario {
    fn script(&self) -> Script {
        let script = Script::default()
            .answers("assess", json!({ "route": self.route }))
            .answers("plan", plan(self.approve));
        self.failures.iter().fold(script, |script, (op, error)| script.fails(op, error))
    }
}

/// What happens to the execution between two steps.
#[derive(Clone, Copy, PartialEq)]
enum Border {
    Nothing,
    Stored,
    /// The step is made twice from the same stored row, as after a crash before it was stored again.
    Crash,
}

fn stored(execution: &Execution) -> Execution {
    serde_json::from_str(&serde_json::to_string(execution).unwrap()).unwrap()
}

type Outcome = (Vec<Visit>, Status, i64);

async fn drive(machine: &Machine, scenario: &Scenario, border: Border) -> Outcome {
    let tasks = scenario.script();
    let mut execution = begin(machine);
    let mut now_ms = 0;
    for _ in 0..1000 {
        if border != Border::Nothing {
            execution = stored(&execution);
        }
        if border == Border::Crash {
            // The crashed attempt must not use up the script: its answers are those of a world that is idempotent.
            machine.step(&mut execution.clone(), &Repeats(&tasks), now_ms).await;
        }
        match machine.step(&mut execution, &tasks, now_ms).await {
            Step::Continue => {}
            Step::WaitUntil(at_ms) => now_ms = at_ms,
            Step::AwaitToken { token, deadline_ms } => match scenario.person {
                Person::Approves => execution.succeed_task(&token, json!({ "decided": 1 })).unwrap(),
                Person::Sleeps => now_ms = deadline_ms,
                Person::IsSuperseded => execution.fail_task(&token, "Soc.Superseded", "newer").unwrap(),
            },
            Step::Ended => return (execution.trace().unwrap().to_vec(), execution.status().clone(), now_ms),
        }
    }
    panic!("still running after 1000 steps: {execution:?}");
}

/// Answers like the script without moving it on.
struct Repeats<'a>(&'a Script);

#[async_trait::async_trait]
impl Tasks for Repeats<'_> {
    async fn invoke(&self, _: &str, payload: Value) -> Result<Value, super::TaskError> {
        let key = super::key(&payload);
        let planned = self.0.planned.lock().unwrap().get(&key).and_then(|planned| planned.front().cloned());
        planned.unwrap_or_else(|| Ok(self.0.otherwise.get(&key).cloned().unwrap_or(Value::Null)))
    }
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let op = prop::sample::select(vec![
        "assess",
        "analyze",
        "plan",
        "execute:auto",
        "ask",
        "settle",
        "execute:approve",
        "verify",
        "notify",
    ]);
    let errors = vec![
        "Soc.Transient",
        "Soc.Transient",
        "Lambda.ServiceException",
        "Soc.Defect",
        "Soc.Superseded",
        "States.Timeout",
    ];
    let failures = prop::collection::vec((op, prop::sample::select(errors)), 0..6);
    let route = prop::sample::select(vec!["record", "notify", "respond", "respond", "respond"]);
    let person = prop::sample::select(vec![Person::Approves, Person::Sleeps, Person::IsSuperseded]);
    (route, 0..2_u32, person, failures).prop_map(|(route, approve, person, failures)| Scenario {
        route,
        approve,
        person,
        failures,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn storing_or_crashing_at_every_border_never_changes_the_way(scenario in scenarios()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let machine = machine();
        let plain = runtime.block_on(drive(&machine, &scenario, Border::Nothing));
        prop_assert_eq!(&plain, &runtime.block_on(drive(&machine, &scenario, Border::Stored)));
        prop_assert_eq!(&plain, &runtime.block_on(drive(&machine, &scenario, Border::Crash)));
    }
}

#[tokio::test]
async fn an_execution_that_is_killed_at_every_border_ends_like_one_that_is_not() {
    let machine = machine();
    let scenario = Scenario {
        route: "respond",
        approve: 1,
        person: Person::Approves,
        failures: vec![("plan", "Soc.Transient"), ("analyze", "Soc.Defect"), ("ask", "Soc.Transient")],
    };
    let plain = drive(&machine, &scenario, Border::Nothing).await;
    assert_eq!(plain.0.last().unwrap().state, "Done");
    assert_eq!(plain, drive(&machine, &scenario, Border::Crash).await);
}

#[test]
fn what_is_stored_stays_readable() {
    let execution = begin(&machine());
    let expected = json!({
        "name": "inc-abc-3",
        "input": { "incident_id": "inc_abc", "generation": 3 },
        "started_at_ms": 0,
        "status": "running",
        "state": "Triage",
        "state_input": { "incident_id": "inc_abc", "generation": 3 },
        "variables": {},
        "entered": 1,
        "retries": [],
        "waiting": "nothing",
        "trace": [{ "state": "Triage", "calls": 0, "errors": [] }],
    });
    assert_eq!(serde_json::to_value(&execution).unwrap(), expected);
}
