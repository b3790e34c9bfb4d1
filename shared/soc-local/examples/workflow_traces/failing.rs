//! Scenarios in which a call fails: every state, every error that the file names and some that it does not, on the
//! first attempt, after retries, and once they are used up.
//!
//! Apart because here Retry and Catch decide.

use crate::scenario::{ALL_THE_WAY, CALLS, Deviation, Reply, Scenario, fails};

/// What the file retries.
pub(crate) const RETRIED: [&str; 3] =
    ["Soc.Transient", "Lambda.TooManyRequestsException", "Lambda.ServiceException"];

/// What it does not name; Analyze alone goes on after these.
pub(crate) const UNNAMED: [&str; 8] = [
    "Soc.Conflict",
    "Soc.Rejected",
    "Soc.Denied",
    "Soc.Defect",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "soc.transient",
];

/// What ends an execution that a newer one has replaced.
pub(crate) const SUPERSEDED: &str = "Soc.Superseded";

/// `MaxAttempts` of every retrier.
const RETRIES: usize = 4;

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (state, call) in CALLS {
        scenarios.extend(recovering(state, call));
        scenarios.extend(used_up(state, call));
        scenarios.extend(superseded(state, call));
        scenarios.extend(unnamed(state, call));
        scenarios.extend(hanging(state, call));
    }
    scenarios.push(terminal());
    scenarios
}

fn failing(name: String, call: &'static str, replies: Vec<Reply>) -> Scenario {
    Scenario::new(name).reaching(call).first(call, replies)
}

fn transient(times: usize) -> Vec<Reply> {
    vec![fails("Soc.Transient"); times]
}

fn recovering(state: &str, call: &'static str) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for error in RETRIED {
        for times in [1, RETRIES] {
            let name = format!("{state}-recovers-from-{times}-{error}");
            scenarios.push(failing(name, call, vec![fails(error); times]));
        }
    }
    for times in 2..RETRIES {
        scenarios.push(failing(format!("{state}-recovers-from-{times}"), call, transient(times)));
    }
    scenarios
}

/// One retrier counts for all three names.
fn used_up(state: &str, call: &'static str) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for error in RETRIED {
        let name = format!("{state}-used-up-{error}");
        scenarios.push(failing(name, call, vec![fails(error); RETRIES + 1]));
    }
    let mixed = RETRIED.iter().cycle().map(|error| fails(error));
    let four: Vec<Reply> = mixed.clone().take(RETRIES).collect();
    let five: Vec<Reply> = mixed.take(RETRIES + 1).collect();
    scenarios.push(failing(format!("{state}-recovers-from-mixed"), call, four));
    scenarios.push(failing(format!("{state}-used-up-mixed"), call, five));
    scenarios
}

fn superseded(state: &str, call: &'static str) -> Vec<Scenario> {
    let after = |times| {
        let mut replies = transient(times);
        replies.push(fails(SUPERSEDED));
        failing(format!("{state}-superseded-after-{times}"), call, replies)
    };
    [0, 1, RETRIES].map(after).to_vec()
}

fn unnamed(state: &str, call: &'static str) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for error in UNNAMED {
        scenarios.push(failing(format!("{state}-fails-{error}"), call, vec![fails(error)]));
    }
    for times in [1, RETRIES] {
        let mut replies = transient(times);
        replies.push(fails("Soc.Defect"));
        scenarios.push(failing(format!("{state}-fails-after-{times}"), call, replies));
    }
    scenarios
}

fn hanging(state: &str, call: &'static str) -> Vec<Scenario> {
    let mut after = transient(1);
    after.push(Reply::Hang);
    vec![
        failing(format!("{state}-hangs"), call, vec![Reply::Hang]),
        failing(format!("{state}-hangs-after-1"), call, after),
    ]
}

/// No wildcard covers the errors that end an execution, not even where every other error is forgiven.
fn terminal() -> Scenario {
    let scenario = Scenario::new("Analyze-terminal").with("analyze", vec![fails("States.Runtime")]);
    scenario.deviating(Deviation {
        name: "wildcard-covers-runtime",
        documented_error: Some("States.Runtime"),
        status: "SUCCEEDED",
        states: ALL_THE_WAY.to_vec(),
    })
}
