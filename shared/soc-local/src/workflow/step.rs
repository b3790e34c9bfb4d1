//! The interpreter: takes one execution to its next border.
//!
//! Apart from the execution because it needs the machine and the world. Everything between two calls is plain code
//! without an await, which is also what keeps the engine's values, which are not `Send`, off every future.

use async_trait::async_trait;
use jsonata_core::value::JValue;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::execution::{Execution, Status, TaskToken, Waiting};
use super::expression::{Bindings, QueryError, from_json, object};
use super::failure::{Remedy, remedy};
use super::fields::LONGEST_SECONDS;
use super::machine::{Choice, Fail, Leave, Machine, Next, Pattern, State, Succeed, Task, Until, Wait};
use super::template::Template;

/// The functions a workflow calls.
#[async_trait]
pub trait Tasks: Send + Sync {
    /// Calls a function with its payload and returns its answer.
    ///
    /// Called at least once for each attempt: after a crash the same call comes again, with an equal payload, so the
    /// callee must be idempotent.
    ///
    /// # Errors
    /// The error of the handler under its own name (`Soc.*`), or that of the way to it (`Lambda.*`,
    /// [`TaskError::timeout`]). Names are matched against the state machine's `ErrorEquals` as they are.
    async fn invoke(&self, function: &str, payload: Value) -> Result<Value, TaskError>;
}

/// A failed call, or a failure inside a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskError {
    /// The name that `ErrorEquals` is compared with.
    pub error: String,
    /// What happened, for people. Never a token or a finding's text.
    pub cause: String,
}

impl TaskError {
    /// An error by name.
    #[must_use]
    pub fn new(error: &str, cause: &str) -> TaskError {
        TaskError { error: error.to_owned(), cause: cause.to_owned() }
    }

    /// `States.Timeout`: the answer did not come in time.
    #[must_use]
    pub fn timeout(cause: &str) -> TaskError {
        TaskError::new("States.Timeout", cause)
    }
}

impl From<QueryError> for TaskError {
    fn from(error: QueryError) -> TaskError {
        TaskError::new("States.QueryEvaluationError", &error.to_string())
    }
}

/// Where a step left the execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// At a border before the next call: store it, then step again.
    Continue,
    /// Nothing happens before this time, in milliseconds since 1970.
    WaitUntil(i64),
    /// Somebody must complete the token, or the deadline comes. Step again after either.
    AwaitToken {
        /// What [`Execution::succeed_task`] and [`Execution::fail_task`] take.
        token: TaskToken,
        /// When the wait times out, in milliseconds since 1970.
        deadline_ms: i64,
    },
    /// It has ended; see [`Execution::status`].
    Ended,
}

impl Machine {
    /// Takes an execution to its next border with at most one call of `tasks`.
    ///
    /// States that call nothing are passed through. The caller stores the execution after every step, and drives it
    /// again at the time that the answer names; a step that comes early changes nothing.
    ///
    /// **Crashes.** The call is made before anything can be stored about it, so a crash repeats it with the same
    /// payload and, for a state that waits, the same token.
    ///
    /// **Early completions.** The callee of a waiting state may complete its token while the call still runs, when
    /// this execution does not wait for it yet. So whoever completes a token records the completion in the store,
    /// by token, first; the driver, having got [`Step::AwaitToken`], looks there, applies what it finds with
    /// [`Execution::succeed_task`] or [`Execution::fail_task`], and only then stores the execution and rests.
    pub async fn step(&self, execution: &mut Execution, tasks: &dyn Tasks, now_ms: i64) -> Step {
        let mut called = false;
        // A machine whose states chase each other without a call yields here instead of holding the thread.
        for _ in 0..=self.states.len() {
            let task = match self.advance(execution, now_ms) {
                Advance::Rest(step) => return step,
                Advance::Moved => continue,
                Advance::AtTask(_) if called => return Step::Continue,
                Advance::AtTask(task) => task,
            };
            match prepare(task, execution, now_ms) {
                Ok(call) => {
                    called = true;
                    execution.visit().into_iter().for_each(|visit| visit.calls += 1);
                    let answer = tasks.invoke(&task.function, call.payload).await;
                    answered(task, execution, Answer { answer, deadline_ms: call.deadline_ms, now_ms });
                }
                Err(error) => failed(task, execution, error, now_ms),
            }
        }
        Step::Continue
    }

    /// One move that needs no call.
    fn advance(&self, execution: &mut Execution, now_ms: i64) -> Advance<'_> {
        if execution.status != Status::Running {
            return Advance::Rest(Step::Ended);
        }
        let Some(state) = self.states.get(&execution.state) else {
            let cause = format!("the workflow has no state '{}'", execution.state);
            execution.fail(TaskError::new("States.Runtime", &cause));
            return Advance::Rest(Step::Ended);
        };
        let resumed = match resume(execution, now_ms) {
            Ok(resumed) => resumed,
            Err(step) => return Advance::Rest(step),
        };
        match (state, resumed) {
            (State::Task(task), Resumed::Fresh | Resumed::Elapsed) => return Advance::AtTask(task),
            (State::Task(task), Resumed::Completed(Ok(result))) => finish(task, execution, &result, now_ms),
            (State::Task(task), Resumed::Completed(Err(error))) => failed(task, execution, error, now_ms),
            (State::Wait(wait), Resumed::Fresh) => start_wait(wait, execution, now_ms),
            (State::Wait(wait), Resumed::Elapsed | Resumed::Completed(_)) => {
                leave_plain(&wait.leave, execution)
            }
            (State::Choice(choice), _) => choose(choice, execution),
            (State::Pass(leave), _) => leave_plain(leave, execution),
            (State::Succeed(end), _) => succeed(end, execution),
            (State::Fail(end), _) => fail(end, execution),
        }
        Advance::Moved
    }
}

enum Advance<'a> {
    Rest(Step),
    Moved,
    AtTask(&'a Task),
}

/// How a state is taken up.
enum Resumed {
    Fresh,
    Elapsed,
    Completed(Result<Value, TaskError>),
}

/// Ends a wait that is over; gives the step back when it is not.
fn resume(execution: &mut Execution, now_ms: i64) -> Result<Resumed, Step> {
    match &execution.waiting {
        Waiting::Until { at_ms } if now_ms < *at_ms => return Err(Step::WaitUntil(*at_ms)),
        Waiting::Token { token, deadline_ms } if now_ms < *deadline_ms => {
            return Err(Step::AwaitToken { token: token.clone(), deadline_ms: *deadline_ms });
        }
        Waiting::Nothing | Waiting::Until { .. } | Waiting::Token { .. } | Waiting::Completed { .. } => {}
    }
    Ok(match std::mem::replace(&mut execution.waiting, Waiting::Nothing) {
        Waiting::Nothing => Resumed::Fresh,
        Waiting::Until { .. } => Resumed::Elapsed,
        Waiting::Token { .. } => {
            Resumed::Completed(Err(TaskError::timeout("nobody completed the task in time")))
        }
        Waiting::Completed { outcome, .. } => Resumed::Completed(outcome),
    })
}

/// A call that is ready to be made.
struct Call {
    payload: Value,
    deadline_ms: i64,
}

/// What came back from a call.
struct Answer {
    answer: Result<Value, TaskError>,
    deadline_ms: i64,
    now_ms: i64,
}

fn prepare(task: &Task, execution: &Execution, now_ms: i64) -> Result<Call, TaskError> {
    let moment = match task.pattern {
        Pattern::Token => Moment::Call(Some(execution.token())),
        Pattern::Answer => Moment::Call(None),
    };
    let mut bindings = moment.bindings(execution);
    let deadline_ms = now_ms.saturating_add(seconds(&task.timeout, &mut bindings, 1)?);
    Ok(Call { payload: task.payload.evaluate(&mut bindings)?, deadline_ms })
}

fn answered(task: &Task, execution: &mut Execution, answer: Answer) {
    let Answer { answer, deadline_ms, now_ms } = answer;
    match (answer, task.pattern) {
        (Ok(answer), Pattern::Answer) => {
            let result = json!({ "ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200 });
            finish(task, execution, &result, now_ms);
        }
        // What the function itself answers is dropped: the token's completion is the result.
        (Ok(_), Pattern::Token) => {
            execution.waiting = Waiting::Token { token: execution.token(), deadline_ms }
        }
        (Err(error), Pattern::Answer | Pattern::Token) => failed(task, execution, error, now_ms),
    }
}

fn finish(task: &Task, execution: &mut Execution, result: &Value, now_ms: i64) {
    if let Err(error) = leave(&task.leave, execution, Moment::Result(result)) {
        failed(task, execution, error.into(), now_ms);
    }
}

fn failed(task: &Task, execution: &mut Execution, error: TaskError, now_ms: i64) {
    execution.visit().into_iter().for_each(|visit| visit.errors.push(error.error.clone()));
    match remedy(task, execution, &error, now_ms) {
        Remedy::RetryAt(at_ms) => execution.waiting = Waiting::Until { at_ms },
        Remedy::Fail => execution.fail(error),
        Remedy::Caught(catcher) => {
            let output = json!({ "Error": error.error, "Cause": error.cause });
            if let Err(error) = leave(&catcher.leave, execution, Moment::Error(&output)) {
                execution.fail(error.into());
            }
        }
    }
}

fn choose(choice: &Choice, execution: &mut Execution) {
    match taken(choice, execution) {
        Ok(Some(leave)) => leave_plain(leave, execution),
        Ok(None) => {
            let cause = format!("no branch of '{}' holds and there is no Default", execution.state);
            execution.fail(TaskError::new("States.NoChoiceMatched", &cause));
        }
        Err(error) => execution.fail(error.into()),
    }
}

fn taken<'a>(choice: &'a Choice, execution: &Execution) -> Result<Option<&'a Leave>, QueryError> {
    let mut bindings = Moment::Plain.bindings(execution);
    for branch in &choice.branches {
        match branch.condition.evaluate(&mut bindings)? {
            Value::Bool(true) => return Ok(Some(&branch.leave)),
            Value::Bool(false) => {}
            other => {
                let problem = format!("returned {other}, which is neither true nor false");
                return Err(QueryError::new(branch.condition.source(), problem));
            }
        }
    }
    Ok(choice.default.as_ref())
}

fn start_wait(wait: &Wait, execution: &mut Execution, now_ms: i64) {
    let mut bindings = Moment::Plain.bindings(execution);
    let at_ms = match &wait.until {
        Until::Seconds(template) => {
            seconds(template, &mut bindings, 0).map(|delay_ms| now_ms.saturating_add(delay_ms))
        }
        Until::Timestamp(template) => timestamp(template, &mut bindings),
    };
    match at_ms {
        Ok(at_ms) => execution.waiting = Waiting::Until { at_ms },
        Err(error) => execution.fail(error.into()),
    }
}

fn succeed(end: &Succeed, execution: &mut Execution) {
    match output(end.output.as_ref(), execution, &mut Moment::Plain.bindings(execution)) {
        Ok(output) => execution.end(Status::Succeeded { output }),
        Err(error) => execution.fail(error.into()),
    }
}

fn fail(end: &Fail, execution: &mut Execution) {
    let mut bindings = Moment::Plain.bindings(execution);
    let error = text(&end.error, &mut bindings);
    let cause = end.cause.as_ref().map_or(Ok(String::new()), |cause| text(cause, &mut bindings));
    match (error, cause) {
        (Ok(error), Ok(cause)) => execution.fail(TaskError { error, cause }),
        (Err(error), _) | (Ok(_), Err(error)) => execution.fail(error.into()),
    }
}

fn leave_plain(way: &Leave, execution: &mut Execution) {
    if let Err(error) = leave(way, execution, Moment::Plain) {
        execution.fail(error.into());
    }
}

/// Assigns, gives on and enters. Assign and Output see the same snapshot, so nothing changes until both are known.
fn leave(way: &Leave, execution: &mut Execution, moment: Moment<'_>) -> Result<(), QueryError> {
    let mut bindings = moment.bindings(execution);
    let mut assigned = Vec::with_capacity(way.assign.len());
    for (name, template) in &way.assign {
        assigned.push((name.clone(), template.evaluate(&mut bindings)?));
    }
    let output = match (&way.output, moment) {
        (Some(template), _) => template.evaluate(&mut bindings)?,
        (None, Moment::Result(value) | Moment::Error(value)) => value.clone(),
        (None, Moment::Plain | Moment::Call(_)) => execution.state_input.clone(),
    };
    execution.variables.extend(assigned);
    match &way.next {
        Next::To(name) => execution.enter(name, output),
        Next::End => execution.end(Status::Succeeded { output }),
    }
    Ok(())
}

fn output(
    template: Option<&Template>,
    execution: &Execution,
    bindings: &mut Bindings,
) -> Result<Value, QueryError> {
    match template {
        Some(template) => template.evaluate(bindings),
        None => Ok(execution.state_input.clone()),
    }
}

/// A whole number of seconds, as milliseconds.
fn seconds(template: &Template, bindings: &mut Bindings, shortest: i64) -> Result<i64, QueryError> {
    let value = template.evaluate(bindings)?;
    match value.as_i64() {
        Some(seconds) if (shortest..=i64::from(LONGEST_SECONDS)).contains(&seconds) => Ok(seconds * 1000),
        Some(_) | None => {
            let problem = format!("returned {value}, which is not a number of seconds from {shortest}");
            Err(QueryError::new(template.source(), problem))
        }
    }
}

fn timestamp(template: &Template, bindings: &mut Bindings) -> Result<i64, QueryError> {
    let text = text(template, bindings)?;
    match text.parse::<jiff::Timestamp>() {
        Ok(time) => Ok(time.as_millisecond()),
        Err(_) => {
            Err(QueryError::new(template.source(), format!("returned '{text}', which is no RFC 3339 time")))
        }
    }
}

fn text(template: &Template, bindings: &mut Bindings) -> Result<String, QueryError> {
    match template.evaluate(bindings)? {
        Value::String(text) => Ok(text),
        other => Err(QueryError::new(template.source(), format!("returned {other}, which is not a text"))),
    }
}

/// What `$states` holds besides input and context.
enum Moment<'a> {
    Plain,
    Call(Option<TaskToken>),
    Result(&'a Value),
    Error(&'a Value),
}

impl Moment<'_> {
    fn bindings(&self, execution: &Execution) -> Bindings {
        let name = JValue::from(execution.name.as_str());
        let mut context = vec![
            (
                "Execution",
                object(vec![("Id", name.clone()), ("Input", from_json(&execution.input)), ("Name", name)]),
            ),
            (
                "State",
                object(vec![
                    ("Name", JValue::from(execution.state.as_str())),
                    ("RetryCount", JValue::from(i64::from(execution.attempt()))),
                ]),
            ),
        ];
        if let Moment::Call(Some(token)) = self {
            context.push(("Task", object(vec![("Token", JValue::from(token.as_str()))])));
        }
        let mut states = vec![("input", from_json(&execution.state_input)), ("context", object(context))];
        match self {
            Moment::Result(result) => states.push(("result", from_json(result))),
            Moment::Error(error) => states.push(("errorOutput", from_json(error))),
            Moment::Plain | Moment::Call(_) => {}
        }
        Bindings::new(states, &execution.variables)
    }
}
