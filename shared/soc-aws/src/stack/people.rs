//! What people do with a stack: say who they are, ask its functions, give it a policy, put records into it.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use serde_json::{Value, json};
use soc_domain::notice::harmless;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::Stack;
use super::facts::{Answer, Fact, Seen, Unanswered};
use super::part::Part;
use crate::error::{Answered, port_error};

/// As long as a function of ours may take that a person waits for.
const ANSWER: Duration = Duration::from_secs(120);
/// How much of an answer is shown.
const SHOWN: usize = 120;
/// No incident has this id: a function that is asked about it reads, finds nothing and says so.
const NOBODY: &str = "inc_aaaaaaaaaaaaaaaaaaaaaaaaaa";

/// What a function answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Its result.
    Result(Value),
    /// Its error: the type, and what it says.
    Error(String, String),
}

impl Stack {
    /// Who the credentials belong to, as the ledger shall name them.
    ///
    /// # Errors
    /// STS does not say.
    pub async fn caller(&self) -> PortResult<String> {
        const OPERATION: &str = "ask who you are";
        let client = aws_sdk_sts::Client::new(self.config());
        let found = client.get_caller_identity().send().await;
        let found = found.map_err(|error| port_error(OPERATION, &error))?;
        let arn = found.arn.filter(|arn| !arn.is_empty());
        arn.ok_or_else(|| PortError::new(PortErrorKind::Denied, OPERATION))
    }

    /// Asks a function's `live` version and waits for its answer. Asked once, never again: it may have acted.
    ///
    /// # Errors
    /// It cannot be called.
    pub async fn ask(&self, part: Part, payload: &Value) -> PortResult<Reply> {
        let timeouts =
            TimeoutConfig::builder().operation_attempt_timeout(ANSWER).operation_timeout(ANSWER).build();
        let own = aws_sdk_lambda::Config::builder()
            .timeout_config(timeouts)
            .retry_config(aws_config::retry::RetryConfig::disabled());
        let client = aws_sdk_lambda::Client::new(self.config());
        let call = client.invoke().function_name(self.id(part)?).qualifier("live");
        let call = call.payload(Blob::new(payload.to_string()));
        let answer = call.customize().config_override(own).send().await;
        let answer = answer.map_err(|error| port_error("call the function", &error))?;
        let body = answer.payload().map(|blob| blob.as_ref()).unwrap_or_default();
        let body = std::str::from_utf8(body).unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        if answer.function_error().is_none() {
            return Ok(Reply::Result(body));
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Reply::Error(text("errorType"), text("errorMessage")))
    }

    /// Asks the functions that can be asked without harm.
    pub(super) async fn look_at_answers(&self) -> [Seen; 2] {
        let health = self.ask(Part::Api, &health()).await.map(|reply| match reply {
            Reply::Result(answer) => match answer.get("statusCode").and_then(Value::as_u64) {
                Some(200) => Answer::Returned("health answers 200".to_owned()),
                Some(other) => Answer::Failed(format!("health answers {other}")),
                None => Answer::Failed("health answers nothing that is HTTP".to_owned()),
            },
            Reply::Error(kind, _) => Answer::Failed(shown(&kind)),
        });
        let nobody = json!({ "op": "assess", "incident_id": NOBODY, "generation": 1 });
        let triage = self.ask(Part::Triage, &nobody).await.map(|reply| match reply {
            // An error with a name of ours is an answer: settings, policy and table were read for it.
            Reply::Error(kind, _) if matches!(kind.as_str(), "Soc.Rejected" | "Soc.Superseded") => {
                Answer::Returned(format!("{kind} about an incident that nobody knows"))
            }
            Reply::Error(kind, _) => Answer::Failed(shown(&kind)),
            Reply::Result(_) => Answer::Failed("it judged an incident that nobody knows".to_owned()),
        });
        [(Part::Api, health), (Part::Triage, triage)].map(|(part, answer)| Seen {
            resource: self.named(part),
            about: "function answers",
            fact: answer.map(Fact::Invoked).map_err(Unanswered::from),
        })
    }

    /// Makes this the policy. Who calls has checked it.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn put_policy(&self, text: &str) -> PortResult<(String, String)> {
        let (bucket, key) = self.policy_place().await?;
        let client = aws_sdk_s3::Client::new(self.config());
        let body = aws_sdk_s3::primitives::ByteStream::from(text.as_bytes().to_vec());
        let put = client.put_object().bucket(&bucket).key(&key).content_type("application/toml");
        put.body(body).send().await.map_err(|error| port_error("write the policy", &error))?;
        Ok((bucket, key))
    }
}

/// `GET /api/v1/health`, as an HTTP API hands it to its function (payload format 2.0).
fn health() -> Value {
    const PATH: &str = "/api/v1/health";
    json!({
        "version": "2.0",
        "routeKey": format!("GET {PATH}"),
        "rawPath": PATH,
        "rawQueryString": "",
        "headers": { "host": "soc-verify" },
        "requestContext": {
            "accountId": "", "apiId": "soc-verify", "domainName": "soc-verify", "domainPrefix": "soc-verify",
            "http": { "method": "GET", "path": PATH, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "soc" },
            "requestId": "soc-verify", "routeKey": format!("GET {PATH}"), "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 1_767_225_600_000_u64,
        },
        "isBase64Encoded": false,
    })
}

fn shown(kind: &str) -> String {
    let kind = if kind.is_empty() { "it ended without an answer" } else { kind };
    harmless(kind).chars().take(SHOWN).collect()
}

/// An entry of a batch that a service refused, by its code.
pub(super) fn refused(operation: &'static str, code: &str) -> PortError {
    PortError::caused(crate::error::kind_of_code(code, 400), operation, Answered::new(code))
}
