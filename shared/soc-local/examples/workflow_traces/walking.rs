//! Scenarios without a failing call: every route, shape of plan and verdict; and answers that are not what was agreed.
//!
//! Apart because here the expressions of the file decide, and the engines' readings of JSONata are compared.

use serde_json::{Value, json};

use crate::scenario::{ALL_THE_WAY, Deviation, Scenario, plan};

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = routes();
    scenarios.extend(plans());
    scenarios.extend(analyses());
    scenarios.extend(odd_routes());
    scenarios.extend(odd_plans());
    scenarios.extend(odd_inputs());
    scenarios.extend(odd_timeouts());
    scenarios
}

fn routes() -> Vec<Scenario> {
    let routes = ["record", "notify", "respond"];
    let routed = |route| json!({ "route": route, "priority": 2, "reasons": ["one", "two"] });
    routes.map(|route| Scenario::new(format!("route-{route}")).answering("assess", routed(route))).to_vec()
}

fn plans() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (auto, approve, guide) in
        [(0, 0, 0), (3, 0, 0), (0, 0, 2), (0, 1, 0), (0, 7, 0), (2, 3, 0), (1, 0, 1), (4, 5, 6)]
    {
        let name = format!("plan-{auto}-{approve}-{guide}");
        scenarios.push(Scenario::new(name).answering("plan", plan(auto, approve, guide)));
    }
    scenarios
}

fn analyses() -> Vec<Scenario> {
    let answers = [
        json!({ "ai": "skipped", "reason": "budget" }),
        json!({ "ai": "unheard of" }),
        json!({}),
        json!([]),
        json!("plain words"),
        json!(0),
        json!(false),
        Value::Null,
    ];
    numbered("analysis", answers)
        .map(|(name, answer)| Scenario::new(name).answering("analyze", answer))
        .collect()
}

fn odd_routes() -> Vec<Scenario> {
    let answers = [
        json!({}),
        json!({ "route": null }),
        json!({ "route": "" }),
        json!({ "route": "Respond" }),
        json!({ "route": "delete" }),
        json!({ "route": 5 }),
        json!({ "route": true }),
        json!({ "route": ["respond"] }),
        json!({ "route": ["respond", "notify"] }),
        json!({ "route": [] }),
        json!({ "route": { "route": "respond" } }),
        json!([{ "route": "notify" }]),
        json!([{ "route": "notify" }, { "route": "record" }]),
        json!([]),
        json!("respond"),
        json!(1),
        Value::Null,
    ];
    numbered("route-odd", answers)
        .map(|(name, answer)| Scenario::new(name).answering("assess", answer))
        .collect()
}

fn odd_plans() -> Vec<Scenario> {
    let whole =
        [json!({}), Value::Null, json!([]), json!("plan"), json!({ "approve": 1 }), json!([plan(1, 1, 1)])];
    let counts = [
        json!(null),
        json!(true),
        json!("1"),
        json!(""),
        json!([1]),
        json!([]),
        json!([1, 2]),
        json!({}),
        json!(-1),
        json!(0.5),
        json!(0.0),
        json!(1e300),
        json!(9_007_199_254_740_993_i64),
    ];
    let counted = counts.map(|approve| json!({ "approve": approve, "approval_timeout_seconds": 600 }));
    let answers = whole.into_iter().chain(counted).chain([json!({ "approval_timeout_seconds": 600 })]);
    numbered("plan-odd", answers)
        .map(|(name, answer)| Scenario::new(name).answering("plan", answer))
        .collect()
}

fn odd_inputs() -> Vec<Scenario> {
    let inputs = [
        json!({}),
        json!({ "incident_id": "inc_1" }),
        json!({ "generation": 1 }),
        json!([]),
        json!([{ "incident_id": "input-odd-05", "generation": 1 }]),
        json!("inc_1"),
        Value::Null,
    ];
    let named = numbered("input-odd", inputs);
    let mut scenarios: Vec<Scenario> =
        named.map(|(name, input)| Scenario::new(name).started_with(input)).collect();
    let more = json!({ "incident_id": "input-more", "generation": 1, "more": { "deep": [1, 2.5, null] } });
    scenarios.push(Scenario::new("input-more").started_with(more));
    let unsure = json!({ "incident_id": "input-null", "generation": null });
    scenarios.push(Scenario::new("input-null").started_with(unsure));
    scenarios
}

/// A time-out that is no whole number of seconds fails the state; with nobody to ask it is never looked at.
fn odd_timeouts() -> Vec<Scenario> {
    let timeouts =
        [json!("600"), json!(0), json!(-5), json!(null), json!(true), json!([]), json!({}), json!(1.5)];
    let mut scenarios = Vec::new();
    for (name, timeout) in numbered("timeout-odd", timeouts) {
        let answer = |approve| json!({ "approve": approve, "approval_timeout_seconds": timeout });
        let unread = format!("{name}-unread");
        scenarios.push(Scenario::new(unread).answering("plan", answer(0)));
        scenarios.push(Scenario::new(name).answering("plan", answer(1)).deviating(Deviation {
            name: "timeout-expression",
            documented_error: Some("States.QueryEvaluationError"),
            status: "SUCCEEDED",
            states: ALL_THE_WAY.to_vec(),
        }));
    }
    scenarios
}

fn numbered(what: &str, values: impl IntoIterator<Item = Value>) -> impl Iterator<Item = (String, Value)> {
    (1..).zip(values).map(move |(number, value): (u32, Value)| (format!("{what}-{number:02}"), value))
}
