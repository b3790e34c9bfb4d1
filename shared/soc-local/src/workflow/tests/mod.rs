//! Sentences about the interpreter, over small machines and over the real workflow file.

mod failures;
mod incident;
mod resume;
mod rules;
mod states;
mod tokens;
mod trace;

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Execution, Machine, Status, Step, TaskError, Tasks};

/// Answers calls from a script, by `op` (and `op:tier`), and writes down what was called.
#[derive(Default)]
struct Script {
    planned: Mutex<HashMap<String, VecDeque<Result<Value, TaskError>>>>,
    otherwise: HashMap<String, Value>,
    calls: Mutex<Vec<(String, Value)>>,
}

impl Script {
    /// The next call of `op` gets this answer; later ones too, if nothing else is planned for them.
    fn answers(mut self, op: &str, answer: Value) -> Script {
        self.otherwise.insert(op.to_owned(), answer);
        self
    }

    /// The next call of `op` fails like this, once.
    fn fails(self, op: &str, error: &str) -> Script {
        let failure = Err(TaskError::new(error, "planted"));
        self.planned.lock().unwrap().entry(op.to_owned()).or_default().push_back(failure);
        self
    }

    fn calls(&self) -> Vec<(String, Value)> {
        self.calls.lock().unwrap().clone()
    }

    fn ops(&self) -> Vec<String> {
        self.calls().iter().map(|(_, payload)| key(payload)).collect()
    }
}

fn key(payload: &Value) -> String {
    let op = payload["op"].as_str().unwrap_or("");
    payload["tier"].as_str().map_or(op.to_owned(), |tier| format!("{op}:{tier}"))
}

#[async_trait]
impl Tasks for Script {
    async fn invoke(&self, function: &str, payload: Value) -> Result<Value, TaskError> {
        let key = key(&payload);
        self.calls.lock().unwrap().push((function.to_owned(), payload));
        let planned = self.planned.lock().unwrap().get_mut(&key).and_then(VecDeque::pop_front);
        planned.unwrap_or_else(|| Ok(self.otherwise.get(&key).cloned().unwrap_or(Value::Null)))
    }
}

/// Runs without waiting: steps while the answer is Continue.
async fn settle(machine: &Machine, execution: &mut Execution, tasks: &Script, now_ms: i64) -> Step {
    for _ in 0..1000 {
        let step = machine.step(execution, tasks, now_ms).await;
        if step != Step::Continue {
            return step;
        }
    }
    panic!("still running after 1000 steps: {execution:?}");
}

/// Runs to the end, letting the virtual clock jump over every wait and every deadline.
async fn finish(machine: &Machine, execution: &mut Execution, tasks: &Script, mut now_ms: i64) -> i64 {
    for _ in 0..1000 {
        match machine.step(execution, tasks, now_ms).await {
            Step::Continue => {}
            Step::WaitUntil(at_ms) => now_ms = at_ms,
            Step::AwaitToken { deadline_ms, .. } => now_ms = deadline_ms,
            Step::Ended => return now_ms,
        }
    }
    panic!("still running after 1000 steps: {execution:?}");
}

/// A machine of these states, begun at the state `A`.
fn machine_of(states: &Value) -> Machine {
    parse_states(states).unwrap_or_else(|found| panic!("{found:#?}"))
}

fn parse_states(states: &Value) -> Result<Machine, Vec<super::Violation>> {
    let document = json!({ "QueryLanguage": "JSONata", "StartAt": "A", "States": states });
    Machine::parse(&document.to_string(), &[])
}

/// A task that calls `f` with `{op: call}`, with further fields on top.
fn task_with(fields: &Value) -> Value {
    let mut task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": { "FunctionName": "f", "Payload": { "op": "call" } },
        "TimeoutSeconds": 10,
        "End": true,
    });
    for (name, value) in fields.as_object().unwrap() {
        if name == "Next" {
            task.as_object_mut().unwrap().remove("End");
        }
        task[name] = value.clone();
    }
    task
}

/// The same, waiting for its token.
fn waiting_task_with(fields: &Value) -> Value {
    let mut task = task_with(fields);
    task["Resource"] = json!("arn:aws:states:::lambda:invoke.waitForTaskToken");
    task["Arguments"]["Payload"]["token"] = json!("{% $states.context.Task.Token %}");
    task
}

/// Runs a machine of these states to its end and gives its status.
async fn run(states: Value, input: Value, tasks: &Script) -> Status {
    let machine = machine_of(&states);
    let mut execution = machine.start("run-1", input, 0);
    finish(&machine, &mut execution, tasks, 0).await;
    execution.status().clone()
}

/// The states that a traced execution entered.
fn entered(execution: &Execution) -> Vec<&str> {
    execution.trace().unwrap().iter().map(|visit| visit.state.as_str()).collect()
}

fn succeeded(output: Value) -> Status {
    Status::Succeeded { output }
}

/// The error's name, when the execution failed.
fn error_of(status: &Status) -> &str {
    match status {
        Status::Failed { error, .. } => error,
        Status::Running => "(running)",
        Status::Succeeded { .. } => "(succeeded)",
    }
}
