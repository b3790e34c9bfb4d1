//! An HTTP client that answers from a script, and keeps every request.
//!
//! Apart from the bench because all that it knows is HTTP: what is under test is the SDK and all above it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use soc_domain::analysis::Draft;

/// What the other side does with one request.
#[derive(Clone)]
pub(crate) enum Turn {
    /// An answer with this status and body, and the name of the error if it is one.
    Answers(u16, Option<&'static str>, String),
    /// Nothing, ever.
    IsSilent,
    /// The connection breaks.
    Breaks,
}

impl Turn {
    /// Converse's answer with these content blocks.
    pub(crate) fn converse(content: Value, stop: &str) -> Self {
        let answer = json!({
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": stop,
            "usage": {"inputTokens": 2_000, "outputTokens": 400, "totalTokens": 2_400},
            "metrics": {"latencyMs": 900},
        });
        Self::Answers(200, None, answer.to_string())
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::converse(json!([{"text": text}]), "end_turn")
    }

    pub(crate) fn draft(draft: &Draft) -> Self {
        Self::text(&serde_json::to_string(draft).unwrap())
    }

    pub(crate) fn error(status: u16, name: &'static str, message: &str) -> Self {
        Self::Answers(status, Some(name), json!({"message": message}).to_string())
    }
}

type Play = dyn Fn(&Value, usize) -> Turn + Send + Sync;

/// The other side: each request is answered by what the play says of its body and number.
#[derive(Clone)]
pub(crate) struct Script {
    play: Arc<Play>,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl Script {
    pub(crate) fn playing(play: impl Fn(&Value, usize) -> Turn + Send + Sync + 'static) -> Self {
        Self { play: Arc::new(play), requests: Arc::default() }
    }

    /// These turns; the last for every further request.
    pub(crate) fn of(turns: Vec<Turn>) -> Self {
        Self::playing(move |_body, number| turns[number.min(turns.len() - 1)].clone())
    }

    /// The bodies of all requests so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The client of Bedrock over this script, in the region of the samples.
    pub(crate) fn client(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("AKIAIOSFODNN7EXAMPLE", "none", None, None, "test"))
            .http_client(self.clone());
        Client::from_conf(config.build())
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

impl HttpClient for Script {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let body: Value = serde_json::from_str(&body.unwrap_or_default()).unwrap();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let number = requests.len();
        requests.push(body.clone());
        drop(requests);
        match (self.play)(&body, number) {
            Turn::Answers(status, error, body) => {
                let status = StatusCode::try_from(status).unwrap();
                let mut response = HttpResponse::new(status, SdkBody::from(body));
                response.headers_mut().insert("content-type", "application/json");
                if let Some(error) = error {
                    response.headers_mut().insert("x-amzn-errortype", error);
                }
                HttpConnectorFuture::ready(Ok(response))
            }
            Turn::IsSilent => HttpConnectorFuture::new(std::future::pending()),
            Turn::Breaks => {
                let broken = ConnectorError::io("the connection broke".into());
                HttpConnectorFuture::ready(Err(broken))
            }
        }
    }
}
