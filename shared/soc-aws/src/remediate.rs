//! The one function that may change accounts, as the sweep and the API reach it: by calling it and waiting.

use async_trait::async_trait;
use serde_json::Value;
use soc_pipeline::error::StageError;
use soc_pipeline::handlers::Invoke;

use crate::lambda::Invoker;

/// `remediate`, by its name or ARN.
#[derive(Debug, Clone)]
pub struct Remediate {
    invoker: Invoker,
    function: String,
}

impl Remediate {
    /// The function of this name or ARN.
    #[must_use]
    pub fn new(client: aws_sdk_lambda::Client, function: impl Into<String>) -> Self {
        Self { invoker: Invoker::new(client), function: function.into() }
    }
}

#[async_trait]
impl Invoke for Remediate {
    async fn invoke(&self, payload: Value) -> Result<Value, StageError> {
        let answer = self.invoker.invoke(&self.function, payload.to_string().into_bytes()).await?;
        let text = std::str::from_utf8(&answer).unwrap_or_default();
        serde_json::from_str(text).map_err(|_named| StageError::Defect {
            what: "remediate gave an answer that is no JSON".to_owned(),
        })
    }
}
