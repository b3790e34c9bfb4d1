//! A scenario: what the world answers to each call of one execution.
//!
//! Apart from playing it because another engine plays the same: everything here is serialised.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

/// The calls of the workflow: state and what its payload asks for, `op` or `op:tier`.
pub(crate) const CALLS: [(&str, &str); 9] = [
    ("Triage", "assess"),
    ("Analyze", "analyze"),
    ("Plan", "plan"),
    ("ExecuteAuto", "execute:auto"),
    ("Ask", ASK),
    ("Settle", "settle"),
    ("ExecuteApproved", "execute:approve"),
    ("Verify", "verify"),
    ("Notify", "notify"),
];

/// The one call that waits for its token.
pub(crate) const ASK: &str = "ask";

/// One execution of the workflow.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Scenario {
    /// Unique; the incident's id too, where the input is not the point.
    pub(crate) name: String,
    /// What the execution starts with.
    pub(crate) input: Value,
    /// For each call, how its attempts go; the last one is for all that follow.
    pub(crate) script: BTreeMap<&'static str, Vec<Reply>>,
    /// Shows where another engine is wrong, which is not helped over it then.
    pub(crate) deviation: Option<Deviation>,
}

/// How one call goes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The function answers.
    Answer(Value),
    /// The function raises an error of this name.
    Error(String),
    /// The function does not answer within `TimeoutSeconds`.
    Hang,
    /// The function answers; its token was completed while it ran.
    Early(Completion),
    /// The function answers; its token is completed while the execution waits.
    Late(Completion),
    /// The function answers; nobody completes its token in time.
    Silence,
}

/// What somebody says about a token.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Completion {
    /// `SendTaskSuccess` with this output.
    Success(Value),
    /// `SendTaskFailure` with this error.
    Failure(String),
}

/// What an engine that is wrong makes of a scenario.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Deviation {
    /// Its entry in the list of deviations that the comparison keeps, with the documentation that it goes against.
    pub(crate) name: &'static str,
    /// The error that the execution ends on by the documentation, and so here; none if it succeeds.
    pub(crate) documented_error: Option<&'static str>,
    /// How the execution ends there.
    pub(crate) status: &'static str,
    /// The states that are entered there.
    pub(crate) states: Vec<&'static str>,
}

impl Scenario {
    /// The incident that goes all the way: analysed, planned, asked about, approved, verified, told.
    pub(crate) fn new(name: impl Into<String>) -> Scenario {
        let name = name.into();
        let input = json!({ "incident_id": name, "generation": 3 });
        let counts = json!({ "done": 1, "failed": 0 });
        let script = BTreeMap::from([
            ("assess", vec![Reply::Answer(json!({ "route": "respond" }))]),
            ("analyze", vec![Reply::Answer(json!({ "ai": "done" }))]),
            ("plan", vec![Reply::Answer(plan(1, 1, 1))]),
            ("execute:auto", vec![Reply::Answer(counts.clone())]),
            (ASK, vec![approved()]),
            ("settle", vec![Reply::Answer(json!({ "approved": 0, "expired": 1 }))]),
            ("execute:approve", vec![Reply::Answer(counts)]),
            ("verify", vec![Reply::Answer(json!({ "as_planned": true }))]),
            ("notify", vec![Reply::Answer(Value::Null)]),
        ]);
        Scenario { name, input, script, deviation: None }
    }

    /// Lets the attempts of a call go like this.
    pub(crate) fn with(mut self, call: &'static str, replies: Vec<Reply>) -> Scenario {
        self.script.insert(call, replies);
        self
    }

    /// Lets these attempts come before what was said so far.
    pub(crate) fn first(mut self, call: &'static str, mut replies: Vec<Reply>) -> Scenario {
        let then = self.script.remove(call).unwrap_or_default();
        replies.extend(then);
        self.with(call, replies)
    }

    /// Lets the call answer this, always.
    pub(crate) fn answering(self, call: &'static str, answer: Value) -> Scenario {
        self.with(call, vec![Reply::Answer(answer)])
    }

    /// Makes sure that the call is made at all: only a time-out of Ask leads to Settle.
    pub(crate) fn reaching(self, call: &str) -> Scenario {
        if call == "settle" { self.with(ASK, vec![Reply::Silence]) } else { self }
    }

    /// Starts with this input.
    pub(crate) fn started_with(mut self, input: Value) -> Scenario {
        self.input = input;
        self
    }

    /// Says where another engine goes wrong.
    pub(crate) fn deviating(mut self, deviation: Deviation) -> Scenario {
        self.deviation = Some(deviation);
        self
    }
}

/// The states of an incident that goes all the way.
pub(crate) const ALL_THE_WAY: [&str; 11] = [
    "Triage",
    "Route",
    "Analyze",
    "Plan",
    "ExecuteAuto",
    "Approvals",
    "Ask",
    "ExecuteApproved",
    "Verify",
    "Notify",
    "Done",
];

/// What the plan stage answers.
pub(crate) fn plan(auto: u32, approve: u32, guide: u32) -> Value {
    json!({
        "auto": auto,
        "approve": approve,
        "guide": guide,
        "plan_sha256": "00",
        "approval_timeout_seconds": 600,
    })
}

/// Somebody decided while the question was still being asked.
pub(crate) fn approved() -> Reply {
    Reply::Early(Completion::Success(json!({ "decided": 1 })))
}

/// A call that fails under this name.
pub(crate) fn fails(error: &str) -> Reply {
    Reply::Error(error.to_owned())
}
