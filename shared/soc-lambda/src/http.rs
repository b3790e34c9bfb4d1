//! The HTTP API's two questions about health. Whatever else is asked does not exist here; errors are problem details
//! (RFC 9457).

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use serde_json::{Value, json};
use soc_pipeline::error::StageError;

use crate::health::{Part, State, look};

/// Liveness: the function runs.
const HEALTH: &str = "/api/v1/health";
/// Whether what it depends on answers.
const DETAILED: &str = "/api/v1/health/detailed";

/// What answers.
#[derive(Debug, Clone)]
pub struct Api {
    /// What runs.
    pub release: String,
    /// What it depends on.
    pub parts: Vec<Part>,
}

impl Api {
    /// Answers one request of an HTTP API (payload version 2.0).
    ///
    /// # Errors
    /// The payload is no request.
    pub async fn answer(&self, payload: Value) -> Result<Value, StageError> {
        let request: ApiGatewayV2httpRequest = serde_json::from_value(payload).map_err(|_named| {
            StageError::Rejected { what: "the payload is no request of an HTTP API".to_owned() }
        })?;
        let path = request.raw_path.as_deref().unwrap_or_default();
        let method = request.request_context.http.method.as_str();
        Ok(match (path, method) {
            (HEALTH, "GET") => answer(200, &json!({ "status": "ok", "release": self.release })),
            (DETAILED, "GET") => self.detailed().await,
            (HEALTH | DETAILED, _) => {
                let mut refused = problem(405, "Method Not Allowed", "this address is only read");
                if let Some(headers) = refused.get_mut("headers").and_then(Value::as_object_mut) {
                    headers.insert("allow".to_owned(), "GET".into());
                }
                refused
            }
            _ => problem(404, "Not Found", "there is nothing at this address"),
        })
    }

    async fn detailed(&self) -> Value {
        let parts = look(&self.parts).await;
        let is_up = parts.values().all(|seen| seen.state == State::Up);
        let (status, word) = if is_up { (200, "ok") } else { (503, "degraded") };
        answer(status, &json!({ "status": word, "release": self.release, "parts": parts }))
    }
}

fn answer(status: u16, body: &Value) -> Value {
    respond(status, "application/json", body)
}

fn problem(status: u16, title: &str, detail: &str) -> Value {
    let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
    respond(status, "application/problem+json", &body)
}

fn respond(status: u16, kind: &str, body: &Value) -> Value {
    json!({
        "statusCode": status,
        "headers": {
            "content-type": kind,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
}
