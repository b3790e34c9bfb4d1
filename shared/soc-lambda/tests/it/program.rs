//! A real program under a Runtime API: what leaves it when it answers, fails, panics, is late, or is ended.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use soc_domain::time::Timestamp;
use soc_lambda::SystemClock;
use soc_pipeline::ports::Clock;
use soc_testkit::runtime_api::{Answer, Program, RuntimeApi};

const PATIENCE: Duration = Duration::from_secs(60);

/// The example that cargo built beside this test.
fn moody() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples/moody")
}

fn started() -> (RuntimeApi, Program) {
    let api = RuntimeApi::start().unwrap();
    let program = api.run(&moody(), &[("SOC_METRIC_NAMESPACE", "n")]).unwrap();
    assert!(api.has_started(PATIENCE), "{:?}", program.lines());
    (api, program)
}

fn in_a_minute() -> Timestamp {
    SystemClock.now().plus(Duration::from_secs(60))
}

fn asked(api: &RuntimeApi, payload: &Value, deadline: Timestamp) -> Result<Value, (String, String)> {
    match api.invoke(&payload.to_string(), deadline, PATIENCE).expect("an answer") {
        Answer::Response(body) => Ok(serde_json::from_str(&body).unwrap()),
        Answer::Error(body) => {
            let error: Value = serde_json::from_str(&body).unwrap();
            let text = |key: &str| error[key].as_str().unwrap().to_owned();
            Err((text("errorType"), text("errorMessage")))
        }
    }
}

#[test]
fn an_answer_an_error_and_a_panic_leave_the_program_under_their_names_and_it_goes_on() {
    let (api, program) = started();
    assert_eq!(asked(&api, &json!({}), in_a_minute()), Ok(json!({ "request_id": "request-1" })));
    let refused = asked(&api, &json!({ "do": "refuse" }), in_a_minute());
    assert_eq!(refused, Err(("Soc.Denied".to_owned(), "it is not allowed".to_owned())));
    let panicked = asked(&api, &json!({ "do": "panic" }), in_a_minute());
    assert_eq!(panicked, Err(("Soc.Defect".to_owned(), "a part of the program panicked".to_owned())));
    assert_eq!(asked(&api, &json!({}), in_a_minute()), Ok(json!({ "request_id": "request-4" })));
    // The answer may be here before the line is.
    assert!(program.has_lines("Soc.Denied", 1, PATIENCE) && program.has_lines("_aws", 4, PATIENCE));
    let lines = program.lines();
    assert!(lines.iter().all(|line| !line.contains("PAYLOAD")), "{lines:#?}");
    for line in &lines {
        serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("no line of JSON: {line}"));
    }
    let metrics = lines.iter().filter(|line| line.contains("_aws")).count();
    assert_eq!(metrics, 4, "one line of metrics for each invocation: {lines:#?}");
    let error = lines.iter().find(|line| line.contains("\"Soc.Denied\"")).unwrap();
    assert!(error.contains(r#""request_id":"request-2""#), "{error}");
}

#[test]
fn work_that_takes_too_long_ends_before_the_deadline_and_may_be_tried_again() {
    let (api, _program) = started();
    let deadline = SystemClock.now().plus(Duration::from_secs(4));
    let late = asked(&api, &json!({ "do": "wait" }), deadline).unwrap_err();
    assert_eq!(late.0, "Soc.Transient");
    assert!(SystemClock.now() < deadline);
}

#[test]
fn a_program_that_is_told_to_end_says_so_and_ends_well() {
    let (_api, mut program) = started();
    let status = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert_eq!(program.ends(PATIENCE).and_then(|status| status.code()), Some(0));
    assert!(
        program.lines().iter().any(|line| line.contains("the environment ends")),
        "{:?}",
        program.lines()
    );
}

#[test]
fn a_program_without_its_settings_ends_before_it_asks_for_work_and_names_them() {
    let api = RuntimeApi::start().unwrap();
    let mut program = api.run(&moody(), &[]).unwrap();
    assert_eq!(program.ends(PATIENCE).and_then(|status| status.code()), Some(1));
    assert!(!api.has_started(Duration::ZERO));
    let lines = program.lines();
    assert!(lines.iter().any(|line| line.contains("SOC_METRIC_NAMESPACE is missing")), "{lines:#?}");
}
