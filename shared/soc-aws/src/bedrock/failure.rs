//! What a call that failed means: whether it may be made again, whether it may have cost something, and what the
//! operator should do.
//!
//! Apart because it is a table, and because money depends on it: a call that may have reached the model counts as paid.

use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_bedrockruntime::operation::converse::ConverseError;

/// What is known of the money of a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paid {
    /// Refused before any model worked.
    Nothing,
    /// Nobody says; the worst is assumed.
    Unknown,
}

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Bedrock is busy, or starting: once more may help.
    Busy,
    /// No answer in time.
    Slow,
    /// The schema is being compiled.
    Compiling,
    /// Asking again changes nothing.
    Wrong,
}

/// A failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) cause: Cause,
    pub(super) paid: Paid,
    /// What the log says; never words of the other side.
    pub(super) advice: &'static str,
}

const fn failure(cause: Cause, paid: Paid, advice: &'static str) -> Failure {
    Failure { cause, paid, advice }
}

/// What the error of a call means.
pub(super) fn of(error: &SdkError<ConverseError>) -> Failure {
    match error {
        SdkError::TimeoutError(_) => failure(Cause::Slow, Paid::Unknown, "the model gave no answer in time"),
        SdkError::ConstructionFailure(_) => failure(
            Cause::Wrong,
            Paid::Nothing,
            "the request could not be made: check credentials and region",
        ),
        SdkError::DispatchFailure(broken) if broken.is_timeout() => failure(
            Cause::Slow,
            Paid::Unknown,
            "the connection timed out: check the network and its endpoints",
        ),
        SdkError::DispatchFailure(broken) if broken.is_user() => {
            failure(Cause::Wrong, Paid::Nothing, "the request could not be sent")
        }
        SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            failure(Cause::Busy, Paid::Unknown, "the connection broke")
        }
        SdkError::ServiceError(answer) => of_service(answer.err()),
        _newer => failure(Cause::Wrong, Paid::Unknown, "a failure that this version does not know"),
    }
}

fn of_service(error: &ConverseError) -> Failure {
    match error {
        ConverseError::ThrottlingException(_) => failure(
            Cause::Busy,
            Paid::Nothing,
            "throttled: ask for a higher quota of the model if it goes on",
        ),
        ConverseError::ServiceUnavailableException(_) => {
            failure(Cause::Busy, Paid::Nothing, "Bedrock is unavailable")
        }
        ConverseError::ModelNotReadyException(_) => {
            failure(Cause::Busy, Paid::Nothing, "the model is starting")
        }
        ConverseError::ModelTimeoutException(_) => {
            failure(Cause::Slow, Paid::Unknown, "the model took too long")
        }
        ConverseError::InternalServerException(_) | ConverseError::ModelErrorException(_) => {
            failure(Cause::Busy, Paid::Unknown, "Bedrock or the model failed")
        }
        ConverseError::AccessDeniedException(_) => failure(
            Cause::Wrong,
            Paid::Nothing,
            "not allowed: the function's role needs bedrock:InvokeModel on the model and, for a profile, on the profile and its models, and the account needs access to the model",
        ),
        ConverseError::ResourceNotFoundException(_) => failure(
            Cause::Wrong,
            Paid::Nothing,
            "no such model or guardrail in this region: check SOC_MODEL_ID and SOC_GUARDRAIL_ID",
        ),
        ConverseError::ValidationException(refused) if is_compiling(refused.message()) => {
            failure(Cause::Compiling, Paid::Nothing, "the schema is being compiled")
        }
        ConverseError::ValidationException(_) => {
            failure(Cause::Wrong, Paid::Nothing, "Bedrock does not accept the request for this model")
        }
        other => match other.code() {
            Some("ServiceQuotaExceededException") => failure(
                Cause::Busy,
                Paid::Nothing,
                "over a quota of Bedrock: ask for a higher quota of the model",
            ),
            _newer => failure(Cause::Wrong, Paid::Unknown, "an error that this version does not know"),
        },
    }
}

/// Bedrock has no error of its own for a schema that is not compiled yet: it answers late, or says so in a message.
fn is_compiling(message: Option<&str>) -> bool {
    let message = message.unwrap_or_default().to_ascii_lowercase();
    let too_large = ["too large", "too complex", "not supported", "invalid schema"];
    message.contains("compil") && !too_large.iter().any(|words| message.contains(words))
}
