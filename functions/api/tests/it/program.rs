//! The real program of `api` under a Runtime API, with nothing behind it.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use soc_lambda::SystemClock;
use soc_pipeline::ports::Clock;
use soc_testkit::runtime_api::{Answer, RuntimeApi};

const PATIENCE: Duration = Duration::from_secs(60);
const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:origin";
const SETTINGS: [(&str, &str); 21] = [
    ("SOC_TABLE", "soc"),
    ("SOC_LEDGER_TABLE", "ledger"),
    ("SOC_EVIDENCE_BUCKET", "evidence"),
    ("SOC_POLICY_BUCKET", "policy"),
    ("SOC_POLICY_KEY", "policy.toml"),
    ("SOC_RESPONSE_MODE", "dry-run"),
    ("SOC_STREAM", "findings"),
    ("SOC_ALLOW_SIMULATOR", "false"),
    ("SOC_STATE_MACHINE_ARN", "arn:aws:states:eu-central-1:111122223333:stateMachine:incident"),
    ("SOC_REMEDIATE_FUNCTION", "remediate"),
    ("SOC_TOPIC_ARN", "arn:aws:sns:eu-central-1:111122223333:notices"),
    ("SOC_MODEL_ID", "nobody.knows-this-model"),
    ("SOC_MODEL_DAILY_USD", "5"),
    ("SOC_ISSUER", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a"),
    ("SOC_CLIENT_ID", "dashboard"),
    ("SOC_ORIGIN_SECRET_ARN", SECRET),
    ("SOC_REDACTION_SECRET_ARN", SECRET),
    ("SOC_ENVIRONMENT", "ai-soc-test"),
    ("SOC_METRIC_NAMESPACE", "n"),
    ("SOC_RELEASE", "r7"),
    // Nobody listens there.
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
];

fn asked(api: &RuntimeApi, path: &str, headers: &Value) -> (u64, Value) {
    let request = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": headers,
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
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(answer["headers"]["cache-control"], "no-store");
    assert!(!body.to_string().contains("arn:"), "{body}");
    (answer["statusCode"].as_u64().unwrap(), body)
}

#[test]
fn it_lives_although_nothing_behind_it_does_and_lets_nobody_in() {
    let api = RuntimeApi::start().unwrap();
    let program = api.run(Path::new(env!("CARGO_BIN_EXE_api")), &SETTINGS).unwrap();
    assert!(api.has_started(PATIENCE), "{:?}", program.lines());
    let nothing = json!({});
    let health = json!({ "status": "ok", "release": "r7" });
    assert_eq!(asked(&api, "/api/v1/health", &nothing), (200, health));
    for path in ["/api/v1/health/detailed", "/api/v1/incidents", "/api/v1/openapi.json", "/elsewhere"] {
        let (status, body) = asked(&api, path, &nothing);
        assert_eq!((status, &body["code"]), (403, &json!("forbidden")), "{path}");
    }
    // A secret that nobody can compare is not let through.
    let shown = json!({ "x-origin-secret": "0123456789012345678901234567890123456789" });
    let (status, body) = asked(&api, "/api/v1/incidents", &shown);
    assert_eq!((status, &body["code"]), (503, &json!("unavailable")), "{body}");
    let deadline = SystemClock.now().plus(PATIENCE);
    let Some(Answer::Error(error)) = api.invoke("[]", deadline, PATIENCE) else { panic!("no error") };
    assert!(error.contains("Soc.Rejected"), "{error}");
}
