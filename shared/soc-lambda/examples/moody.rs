//! A function that does what it is told: answers, fails, panics or takes its time. For the tests of the shell.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use soc_lambda::{Failed, Handler, Invocation, Shell, run};
use soc_pipeline::error::StageError;

struct Moody;

#[async_trait]
impl Handler for Moody {
    async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Value, StageError> {
        match payload.get("do").and_then(Value::as_str) {
            #[expect(clippy::panic, reason = "the test is about panics")]
            Some("panic") => panic!("PAYLOAD"),
            Some("wait") => tokio::time::sleep(Duration::from_secs(60)).await,
            Some("refuse") => return Err(StageError::Denied { what: "it is\nnot allowed".to_owned() }),
            Some(_) | None => {}
        }
        invocation.metrics.count("Answered", 1);
        Ok(json!({ "request_id": invocation.request_id }))
    }
}

soc_lambda::settings! {
    /// One setting.
    struct Settings {
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics";
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let settings = soc_lambda::start("moody", Settings::from)?;
    let shell = Shell { service: "moody", release: "r7".to_owned(), namespace: settings.namespace };
    run(shell, Moody).await
}
