//! Scenarios drawn by chance from a seed: every call of an execution may fail in its own way, and what the stages
//! answer may be anything.
//!
//! Apart because nobody chose these; they are for what nobody thought of.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::failing::{RETRIED, SUPERSEDED, UNNAMED};
use crate::scenario::{ASK, CALLS, Completion, Reply, Scenario, approved, fails};

/// `number` of them; the same for the same seed.
pub(crate) fn scenarios(seed: u64, number: usize) -> Vec<Scenario> {
    let mut rng = Rng::with_seed(seed);
    (1..=number).map(|index| drawn(&mut rng, format!("drawn-{seed}-{index:04}"))).collect()
}

fn drawn(rng: &mut Rng, name: String) -> Scenario {
    let mut scenario = Scenario::new(name);
    let route = pick(rng, &["respond", "respond", "respond", "respond", "notify", "record"]);
    scenario = scenario.answering("assess", json!({ "route": route, "priority": rng.u8(1..5) }));
    let approve = rng.u32(0..3);
    let seconds = pick(rng, &[30, 600, 86_400]);
    let plan = json!({ "auto": rng.u32(0..3), "approve": approve, "approval_timeout_seconds": seconds });
    scenario = scenario.answering("plan", plan);
    scenario = scenario.answering("analyze", pick(rng, &[json!({ "ai": "done" }), json!({}), Value::Null]));
    scenario = scenario.with(ASK, vec![end_of_wait(rng)]);
    if rng.u8(0..8) == 0 {
        let route = scalar(rng);
        scenario = scenario.answering("assess", wrapped(rng, json!({ "route": route })));
    }
    if rng.u8(0..8) == 0 {
        let approve = scalar(rng);
        let plan = json!({ "approve": approve, "approval_timeout_seconds": seconds });
        scenario = scenario.answering("plan", wrapped(rng, plan));
    }
    for (_, call) in CALLS {
        if rng.u8(0..3) == 0 {
            let replies = failures(rng, call);
            scenario = scenario.first(call, replies);
        }
    }
    scenario
}

fn end_of_wait(rng: &mut Rng) -> Reply {
    match rng.u8(0..8) {
        0 => Reply::Silence,
        1 => Reply::Late(Completion::Success(json!({}))),
        2 => Reply::Late(Completion::Failure(SUPERSEDED.to_owned())),
        3 => Reply::Early(Completion::Failure(SUPERSEDED.to_owned())),
        _ => approved(),
    }
}

/// Mostly errors that are retried, at times more than the retries suffice for, at times one that is not.
fn failures(rng: &mut Rng, call: &str) -> Vec<Reply> {
    let times = pick(rng, &[1, 1, 1, 2, 3, 4, 5]);
    let mut errors: Vec<&str> = (0..times).map(|_| pick(rng, &RETRIED)).collect();
    match rng.u8(0..12) {
        0 => errors.push(SUPERSEDED),
        1 => errors.push(pick(rng, &UNNAMED)),
        _ => {}
    }
    errors.into_iter().map(|error| failure(rng, call, error)).collect()
}

/// A question fails as a call or as an answer.
fn failure(rng: &mut Rng, call: &str, error: &str) -> Reply {
    if call == ASK && rng.bool() { Reply::Early(Completion::Failure(error.to_owned())) } else { fails(error) }
}

/// What a field may hold that nobody agreed to.
fn scalar(rng: &mut Rng) -> Value {
    match rng.u8(0..9) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(-2..3)),
        3 => json!(rng.f64() * 4.0 - 2.0),
        4 => json!(rng.i64(..)),
        5 => json!(pick(rng, &["", "0", "1", "record", "notify", "respond", "true", "\u{1F512} é \"'%}"])),
        6 => json!([]),
        7 => json!([pick(rng, &[0, 1]), pick(rng, &["respond", "1"])]),
        _ => json!({ "route": "record", "approve": 0 }),
    }
}

/// Fields of a path are found inside arrays too, one, many or none of them.
fn wrapped(rng: &mut Rng, fields: Value) -> Value {
    match rng.u8(0..6) {
        0 => json!([fields]),
        1 => json!([[fields]]),
        2 => json!([fields, {}]),
        3 => json!([fields, fields]),
        _ => fields,
    }
}

/// One of the choices; there is always one.
fn pick<T: Clone + Default>(rng: &mut Rng, choices: &[T]) -> T {
    rng.choice(choices).cloned().unwrap_or_default()
}
