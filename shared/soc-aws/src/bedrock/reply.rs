//! What an answer of Converse is: a draft, a refusal, or a fault that may be mended by asking once more.
//!
//! Apart because a model's words are as untrusted as a finding's: they are read strictly, and of a fault only its kind
//! goes on.

use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{ContentBlock, StopReason};
use serde_json::Value;
use soc_domain::analysis::Draft;

use super::prompt::Fault;
use super::schema;

/// The most bytes of an answer that are read: more than the most tokens can be.
const LARGEST_ANSWER: usize = 256 * 1024;

/// What an answer is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// A draft, which nobody has checked yet.
    Draft(Box<Draft>),
    /// The model, or a guardrail, will not answer.
    Refused,
    /// No draft.
    Faulty(Fault),
}

/// Tokens that an answer says were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) input_tokens: u64,
    pub(super) output_tokens: u64,
}

/// The tokens that were used, if the answer says so. Tokens of a prompt cache count as if there were none: we never ask
/// for one, and they cost no more than a quarter beyond that.
pub(super) fn usage(output: &ConverseOutput) -> Option<Usage> {
    let used = output.usage()?;
    let count = |tokens: i32| u64::try_from(tokens).unwrap_or(0);
    let cached = count(used.cache_read_input_tokens().unwrap_or(0));
    let written = count(used.cache_write_input_tokens().unwrap_or(0));
    let input_tokens = count(used.input_tokens()) + cached + written + written.div_ceil(4);
    Some(Usage { input_tokens, output_tokens: count(used.output_tokens()) })
}

/// What the answer is.
pub(super) fn read(output: &ConverseOutput) -> Reply {
    let cut_off = match output.stop_reason() {
        StopReason::GuardrailIntervened | StopReason::ContentFiltered => return Reply::Refused,
        // Newer than this SDK: some models say so when they will not answer.
        other if other.as_str() == "refusal" => return Reply::Refused,
        StopReason::MaxTokens | StopReason::ModelContextWindowExceeded => true,
        StopReason::MalformedModelOutput | StopReason::MalformedToolUse => {
            return Reply::Faulty(Fault::NotJson);
        }
        _ended => false,
    };
    let message = output.output().and_then(|output| output.as_message().ok());
    let blocks = message.map(|message| message.content()).unwrap_or_default();
    let reply = of_tool(blocks).unwrap_or_else(|| of_text(blocks));
    match reply {
        Reply::Faulty(_) if cut_off => Reply::Faulty(Fault::CutOff),
        other => other,
    }
}

/// The draft that the tool was called with; none if it was not called.
fn of_tool(blocks: &[ContentBlock]) -> Option<Reply> {
    let mut calls = blocks.iter().filter_map(|block| block.as_tool_use().ok());
    let call = calls.find(|call| call.name() == schema::NAME)?;
    Some(of_value(schema::value(call.input())))
}

/// The draft that the text is.
fn of_text(blocks: &[ContentBlock]) -> Reply {
    let texts = blocks.iter().filter_map(|block| block.as_text().ok());
    let text = texts.map(String::as_str).collect::<String>();
    let text = without_fence(text.trim());
    if text.is_empty() {
        return Reply::Faulty(Fault::Nothing);
    }
    if text.len() > LARGEST_ANSWER {
        return Reply::Faulty(Fault::CutOff);
    }
    // Of the text and not of a value: a field that stands twice is refused only here.
    match serde_json::from_str::<Draft>(text) {
        Ok(draft) => Reply::Draft(Box::new(draft)),
        Err(error) if error.is_data() => Reply::Faulty(Fault::WrongShape),
        Err(_no_json) => Reply::Faulty(Fault::NotJson),
    }
}

fn of_value(value: Value) -> Reply {
    match serde_json::from_value::<Draft>(value) {
        Ok(draft) => Reply::Draft(Box::new(draft)),
        Err(_another_shape) => Reply::Faulty(Fault::WrongShape),
    }
}

/// Models that are held to nothing like to put their JSON between fences.
fn without_fence(text: &str) -> &str {
    let inside = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    inside.and_then(|inside| inside.strip_suffix("```")).map_or(text, str::trim)
}
