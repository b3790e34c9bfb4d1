//! The real program of `api` under a Runtime API, with nothing behind it.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use soc_lambda::SystemClock;
use soc_pipeline::ports::Clock;
use soc_testkit::runtime_api::{Answer, RuntimeApi};

const PATIENCE: Duration = Duration::from_secs(60);
const SETTINGS: [(&str, &str); 7] = [
    ("SOC_TABLE", "soc"),
    ("SOC_STREAM", "findings"),
    ("SOC_STATE_MACHINE_ARN", "arn:aws:states:eu-central-1:111122223333:stateMachine:incident"),
    ("SOC_MODEL_ID", "nobody.knows-this-model"),
    ("SOC_METRIC_NAMESPACE", "n"),
    ("SOC_RELEASE", "r7"),
    // Nobody listens there.
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
];

fn asked(api: &RuntimeApi, path: &str) -> (u64, Value) {
    let request = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": {},
        "requestContext": { "http": {
            "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"
        } },
        "isBase64Encoded": false
    });
    let deadline = SystemClock.now().plus(PATIENCE);
    let Some(Answer::Response(body)) = api.invoke(&request.to_string(), deadline, PATIENCE) else {
        panic!("no answer")
    };
    let answer: Value = serde_json::from_str(&body).unwrap();
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (answer["statusCode"].as_u64().unwrap(), body)
}

#[test]
fn it_lives_although_nothing_behind_it_does_and_says_what_is_down() {
    let api = RuntimeApi::start().unwrap();
    let program = api.run(Path::new(env!("CARGO_BIN_EXE_api")), &SETTINGS).unwrap();
    assert!(api.has_started(PATIENCE), "{:?}", program.lines());
    assert_eq!(asked(&api, "/api/v1/health"), (200, json!({ "status": "ok", "release": "r7" })));
    let (status, body) = asked(&api, "/api/v1/health/detailed");
    assert_eq!(status, 503);
    for part in ["store", "stream", "workflow", "model"] {
        assert_eq!(body["parts"][part]["state"], "down", "{body}");
    }
    assert!(!body.to_string().contains("arn:"), "{body}");
    let deadline = SystemClock.now().plus(PATIENCE);
    let Some(Answer::Error(error)) = api.invoke("[]", deadline, PATIENCE) else { panic!("no error") };
    assert!(error.contains("Soc.Rejected"), "{error}");
}
