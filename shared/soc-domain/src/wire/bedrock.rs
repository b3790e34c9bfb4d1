//! Bedrock's model invocation log: one record for each call of a model.
//!
//! Apart, because it holds prompts and answers, which are hostile and private: this reader passes over both, so
//! nothing that is made of its result can show them. They stay in the event's own bytes. Fields are those of
//! "Monitor model invocation", Amazon Bedrock User Guide.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::wire::event::{Event, EventContent};
use crate::wire::gaps::Gaps;
use crate::wire::lenient::{Field, Text, object};
use crate::wire::outline::Outline;
use crate::wire::refusal::Refusal;

/// The `schemaType` of these records, and the detail-type of the events that they become.
pub(super) const SCHEMA: &str = "ModelInvocationLog";

/// One call of a model, without what was asked and answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInvocation {
    /// The model, or the ARN of the inference profile, as it was called.
    pub model: String,
    /// The operation, such as `InvokeModel` or `ConverseStream`.
    pub operation: String,
    /// The caller's ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_arn: Option<String>,
    /// The service's id of the request.
    pub request_id: String,
    /// The region that answered, which a cross-region profile chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference_region: Option<String>,
    /// Tokens of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Tokens of the answer; none where the call failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Tokens that were read from the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_tokens: Option<u64>,
    /// Tokens that were written to the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
    /// Why the call failed; absent where it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

object! {
    struct Raw {
        time: Field<Timestamp> = "timestamp",
        account: Text<'a> = "accountId",
        region: Text<'a> = "region",
        request: Text<'a> = "requestId",
        operation: Text<'a> = "operation",
        model: Text<'a> = "modelId",
        error: Text<'a> = "errorCode",
        inference_region: Text<'a> = "inferenceRegion",
        identity: Identity<'a> = "identity",
        input: Input<'a> = "input",
        output: Output<'a> = "output",
    }
}

object! {
    struct Identity {
        arn: Text<'a> = "arn",
    }
}

object! {
    struct Input {
        tokens: Field<f64> = "inputTokenCount",
        cache_read: Field<f64> = "cacheReadInputTokenCount",
        cache_write: Field<f64> = "cacheWriteInputTokenCount",
    }
}

object! {
    struct Output {
        tokens: Field<f64> = "outputTokenCount",
    }
}

/// Whether a record is one of this log.
pub(super) fn is_record(outline: &Outline<'_>) -> bool {
    outline.text("schemaType") == SCHEMA
}

/// Reads a record as an event.
pub(super) fn read(text: &str) -> Result<Event, Refusal> {
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|error| Refusal::from_json(text, &error))?;
    let mut gaps = Gaps::default();
    gaps.object("identity", &raw.identity);
    gaps.look("input.inputTokenCount", &raw.input.tokens);
    gaps.look("output.outputTokenCount", &raw.output.tokens);
    let invocation = ModelInvocation {
        model: gaps.text("modelId", &raw.model),
        operation: gaps.text("operation", &raw.operation),
        identity_arn: raw.identity.arn.owned(),
        request_id: gaps.text("requestId", &raw.request),
        inference_region: raw.inference_region.owned(),
        input_tokens: count(&raw.input.tokens),
        output_tokens: count(&raw.output.tokens),
        cache_read_tokens: count(&raw.input.cache_read),
        cache_write_tokens: count(&raw.input.cache_write),
        error_code: raw.error.owned(),
    };
    Ok(Event {
        source: "aws.bedrock".to_owned(),
        detail_type: SCHEMA.to_owned(),
        id: invocation.request_id.clone(),
        account: gaps.text("accountId", &raw.account),
        region: gaps.text("region", &raw.region),
        time: gaps.time("timestamp", &raw.time),
        content: EventContent::ModelInvocation(Box::new(invocation)),
        gaps: gaps.0,
    })
}

/// A whole number that is not negative.
fn count(field: &Field<f64>) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and `as` saturates"
    )]
    field.get().filter(|number| **number >= 0.0).map(|number| *number as u64)
}
