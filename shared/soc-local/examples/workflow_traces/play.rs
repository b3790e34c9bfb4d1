//! Plays one scenario on the embedded interpreter under a virtual clock, and writes down what happened.
//!
//! Apart from the scenarios because only this knows the interpreter.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;
use soc_local::workflow::{Execution, Machine, Status, Step, TaskError, TaskToken, Tasks, Visit};

use crate::scenario::{ASK, Completion, Reply, Scenario};

/// What an execution did, as far as two engines must agree.
#[derive(Debug, Serialize)]
pub(crate) struct Trace {
    visits: Vec<Visit>,
    calls: Vec<Call>,
    /// `SUCCEEDED` or `FAILED`.
    status: &'static str,
    error: Option<String>,
    output: Option<Value>,
    /// What a completion of Ask's token is told once Ask has been left; none if nothing was called after it.
    late_completion: Option<&'static str>,
}

/// What a function was given, without the task token.
#[derive(Debug, Serialize)]
struct Call {
    function: String,
    payload: Value,
}

/// Runs to the end. More steps than any scenario needs are an error of this program.
pub(crate) async fn play(machine: &Machine, scenario: &Scenario) -> anyhow::Result<Trace> {
    let world = World { scenario, calls: Mutex::default(), handed_out: Mutex::default() };
    let mut execution = machine.start(&scenario.name, scenario.input.clone(), 0).traced();
    let mut now_ms = 0;
    let mut late_completion = None;
    for _ in 0..1000 {
        let step = machine.step(&mut execution, &world, now_ms).await;
        if late_completion.is_none() && world.was_called_after_ask() {
            late_completion = world.handed_out().map(|token| complete_again(&mut execution, &token));
        }
        match step {
            Step::Continue => {}
            Step::WaitUntil(at_ms) => now_ms = at_ms,
            Step::AwaitToken { token, deadline_ms } => {
                if !world.complete(&mut execution, &token)? {
                    now_ms = deadline_ms;
                }
            }
            Step::Ended => return Ok(trace(execution, world, late_completion)),
        }
    }
    bail!("{}: still running after 1000 steps", scenario.name)
}

/// Somebody answers a question that is over.
fn complete_again(execution: &mut Execution, token: &TaskToken) -> &'static str {
    match execution.succeed_task(token, Value::Null) {
        Ok(()) => "accepted",
        Err(_refused) => "refused",
    }
}

fn trace(execution: Execution, world: World<'_>, late_completion: Option<&'static str>) -> Trace {
    let (status, error, output) = match execution.status().clone() {
        Status::Succeeded { output } => ("SUCCEEDED", None, Some(output)),
        Status::Failed { error, .. } => ("FAILED", Some(error), None),
        Status::Running => ("RUNNING", None, None),
    };
    let visits = execution.trace().unwrap_or_default().to_vec();
    let calls = world.calls.into_inner().unwrap_or_else(PoisonError::into_inner);
    let calls = calls.into_iter().map(|(_, call)| call).collect();
    Trace { visits, calls, status, error, output, late_completion }
}

/// Answers as the scenario says, and remembers what was asked.
struct World<'a> {
    scenario: &'a Scenario,
    calls: Mutex<Vec<(String, Call)>>,
    /// The last token that a call was given.
    handed_out: Mutex<Option<TaskToken>>,
}

impl World<'_> {
    fn made(&self) -> BTreeMap<String, usize> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut made = BTreeMap::new();
        for (name, _) in calls.iter() {
            *made.entry(name.clone()).or_insert(0) += 1;
        }
        made
    }

    fn handed_out(&self) -> Option<TaskToken> {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn was_called_after_ask(&self) -> bool {
        let made = self.made();
        made.contains_key("settle") || made.contains_key("execute:approve")
    }

    /// How the attempt with this number goes, from 0.
    fn reply(&self, call: &str, attempt: usize) -> Option<&Reply> {
        let replies = self.scenario.script.get(call)?;
        replies.get(attempt).or_else(|| replies.last())
    }

    /// Completes the token as the last call of Ask says; false if nobody does.
    fn complete(&self, execution: &mut Execution, token: &TaskToken) -> anyhow::Result<bool> {
        let made = self.made().get(ASK).copied().unwrap_or(0);
        match self.reply(ASK, made.saturating_sub(1)).context("ask is not in the script")? {
            Reply::Early(Completion::Success(output)) | Reply::Late(Completion::Success(output)) => {
                execution.succeed_task(token, output.clone())?;
            }
            Reply::Early(Completion::Failure(error)) | Reply::Late(Completion::Failure(error)) => {
                execution.fail_task(token, error, "scripted")?;
            }
            Reply::Silence | Reply::Answer(_) | Reply::Error(_) | Reply::Hang => return Ok(false),
        }
        Ok(true)
    }
}

#[async_trait]
impl Tasks for World<'_> {
    async fn invoke(&self, function: &str, mut payload: Value) -> Result<Value, TaskError> {
        let name = name(&payload);
        let attempt = self.made().get(&name).copied().unwrap_or(0);
        let token = payload.as_object_mut().and_then(|members| members.remove("task_token"));
        if let Some(token) = token.as_ref().and_then(Value::as_str) {
            let mut handed_out = self.handed_out.lock().unwrap_or_else(PoisonError::into_inner);
            *handed_out = Some(TaskToken::from_text(token));
        }
        let call = Call { function: function.to_owned(), payload };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push((name.clone(), call));
        match self.reply(&name, attempt) {
            Some(Reply::Answer(answer)) => Ok(answer.clone()),
            Some(Reply::Error(error)) => Err(TaskError::new(error, "scripted")),
            Some(Reply::Hang) => Err(TaskError::timeout("scripted")),
            Some(Reply::Early(_) | Reply::Late(_) | Reply::Silence) => Ok(Value::Null),
            None => Err(TaskError::new("Unscripted", &name)),
        }
    }
}

/// `op`, or `op:tier`.
fn name(payload: &Value) -> String {
    let text = |field| payload.get(field).and_then(Value::as_str);
    let op = text("op").unwrap_or_default();
    text("tier").map_or_else(|| op.to_owned(), |tier| format!("{op}:{tier}"))
}
