//! Other functions of ours, called and waited for: whoever cannot change an account asks the one that can.
//!
//! Apart because an answer of Lambda is a success with an error inside; both must come out as one stage's outcome.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use serde::Deserialize;
use soc_domain::notice::harmless;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult, StageError};

use crate::error::port_error;

/// The longest text of an error that is repeated.
const WORDS_MAX: usize = 300;

/// Calls functions. Only one attempt of each: who calls repeats what may be repeated.
#[derive(Debug, Clone)]
pub struct Invoker {
    client: Client,
}

/// What a function answers that failed; the runtime's own errors have no message worth telling.
#[derive(Debug, Deserialize)]
struct Failure {
    #[serde(default, rename = "errorType")]
    kind: String,
    #[serde(default, rename = "errorMessage")]
    message: String,
}

impl Invoker {
    /// Calls with this client.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Calls a function with JSON and answers its JSON.
    ///
    /// # Errors
    /// The function's own error, by its name (`Soc.Rejected`); Transient if it ended without one (time, memory) or the
    /// call failed, and then it may have done its work.
    pub async fn invoke(&self, function: &str, payload: Vec<u8>) -> Result<Vec<u8>, StageError> {
        const OPERATION: &str = "call a function";
        let call =
            self.client.invoke().function_name(function).invocation_type(InvocationType::RequestResponse);
        let answer = call.payload(Blob::new(payload)).send().await;
        let answer = answer.map_err(|error| port_error(OPERATION, &error))?;
        let body = answer.payload().map(|blob| blob.as_ref().to_vec()).unwrap_or_default();
        match answer.function_error() {
            None => Ok(body),
            Some(_handled_or_not) => Err(stage_error(&body)),
        }
    }

    /// Whether the function could be called: its name is known, it is active, and we may.
    ///
    /// # Errors
    /// It could not.
    pub async fn check(&self, function: &str) -> PortResult<()> {
        let call = self.client.invoke().function_name(function).invocation_type(InvocationType::DryRun);
        let answer = call.send().await;
        answer.map(drop).map_err(|error| port_error("ask whether a function can be called", &error))
    }
}

/// The error that a function of ours answered.
fn stage_error(body: &[u8]) -> StageError {
    let failure = std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str::<Failure>(text).ok());
    let Some(Failure { kind, message }) = failure else { return ended() };
    let what: String = harmless(&message).chars().take(WORDS_MAX).collect();
    match kind.as_str() {
        "Soc.Transient" => StageError::Transient(PortError::caused(
            PortErrorKind::Unavailable,
            "finish a function's work",
            what,
        )),
        "Soc.Conflict" => StageError::Conflict { operation: "finish a function's work" },
        "Soc.Rejected" => StageError::Rejected { what },
        "Soc.Denied" => StageError::Denied { what },
        "Soc.Superseded" => StageError::Superseded,
        "Soc.Defect" => StageError::Defect { what },
        _ => ended(),
    }
}

/// It ended without a word of ours: out of time, out of memory, or dead.
fn ended() -> StageError {
    StageError::Transient(PortError::new(PortErrorKind::Timeout, "wait for a function's answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_a_function_of_ours_comes_out_under_its_own_name() {
        for name in StageError::NAMES {
            let body = format!(r#"{{"errorType":"{name}","errorMessage":"why"}}"#);
            assert_eq!(stage_error(body.as_bytes()).name(), name);
        }
    }

    #[test]
    fn what_ended_without_a_word_of_ours_may_have_happened_and_is_transient() {
        for body in [
            r#"{"errorMessage":"2026-01-01 Task timed out after 30.00 seconds"}"#,
            r#"{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}"#,
            "not JSON",
            "",
        ] {
            assert_eq!(stage_error(body.as_bytes()).name(), "Soc.Transient", "{body}");
        }
    }

    #[test]
    fn the_words_of_an_error_are_bounded_and_harmless() {
        let body =
            format!(r#"{{"errorType":"Soc.Rejected","errorMessage":"{}\u001b[31m"}}"#, "x".repeat(9_999));
        assert!(stage_error(body.as_bytes()).to_string().len() <= WORDS_MAX);
    }
}
