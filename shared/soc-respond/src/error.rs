//! What the SDK says went wrong, as errors of the port.
//!
//! It is apart because the same rule holds for every call: no kind says that nothing happened. What AWS answers may
//! name users and addresses, so only its code, its status and the id of the request are kept.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use thiserror::Error as ThisError;

/// An error of any operation.
pub(crate) type Failed<E> = SdkError<E, HttpResponse>;

/// AWS refused.
#[derive(Debug, ThisError)]
#[error("{code} (status {status}, request {request})")]
struct Refused {
    code: String,
    status: u16,
    request: String,
}

/// Codes of throttling that all services share, and EC2's own ("Error codes for the Amazon EC2 API"; "Error
/// responses" of S3 and STS).
const THROTTLED: [&str; 10] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// The credentials do not allow it.
const DENIED: [&str; 9] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
];

/// Somebody else is at work on the resource, or was first.
const CONFLICT: [&str; 7] = [
    "ConcurrentModification",
    "EntityAlreadyExists",
    "EntityTemporarilyUnmodifiable",
    "IncorrectState",
    "InvalidPermission.Duplicate",
    "NetworkAclEntryAlreadyExists",
    "OperationAborted",
];

/// The other side is not well, or the session ended meanwhile: a new one may do.
const UNAVAILABLE: [&str; 9] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InternalError",
    "InternalFailure",
    "RequestExpired",
    "RequestTimeout",
    "ServiceFailure",
    "ServiceUnavailable",
    "Unavailable",
];

/// There is no such thing.
fn is_absence(code: &str) -> bool {
    code.ends_with(".NotFound") || matches!(code, "NoSuchEntity" | "NoSuchBucket")
}

/// An error of the port. `operation` says what was tried, for people.
pub(crate) fn failed<E>(operation: &'static str, error: Failed<E>) -> PortError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let kind = match &error {
        SdkError::ServiceError(answer) => of_code(code(&error), answer.raw().status().as_u16()),
        // Sent or about to be: how it ended is not known.
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => PortErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() || failure.is_io() => {
            PortErrorKind::Timeout
        }
        _ => PortErrorKind::Unavailable,
    };
    let SdkError::ServiceError(answer) = &error else { return PortError::caused(kind, operation, error) };
    let refused = Refused {
        code: code(&error).to_owned(),
        status: answer.raw().status().as_u16(),
        request: error.meta().extra("aws_request_id").unwrap_or("unknown").to_owned(),
    };
    PortError::caused(kind, operation, refused)
}

fn of_code(code: &str, status: u16) -> PortErrorKind {
    if THROTTLED.contains(&code) || status == 429 {
        PortErrorKind::Throttled
    } else if UNAVAILABLE.contains(&code) || status >= 500 {
        PortErrorKind::Unavailable
    } else if DENIED.contains(&code) || matches!(status, 401 | 403) {
        PortErrorKind::Denied
    } else if CONFLICT.contains(&code) {
        PortErrorKind::Conflict
    } else if is_absence(code) || status == 404 {
        PortErrorKind::NotFound
    } else {
        PortErrorKind::Rejected
    }
}

/// The code that AWS answered with; empty if it did not answer.
pub(crate) fn code<E: ProvideErrorMetadata>(error: &Failed<E>) -> &str {
    error.code().unwrap_or_default()
}

/// What was found; none if AWS answered with one of the codes for "there is no such thing".
pub(crate) fn unless<T, E>(
    absent: &[&str],
    operation: &'static str,
    result: Result<T, Failed<E>>,
) -> PortResult<Option<T>>
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if absent.contains(&code(&error)) => Ok(None),
        Err(error) => Err(failed(operation, error)),
    }
}

/// The answer of AWS lacks what it always has.
pub(crate) fn incomplete(operation: &'static str, what: &'static str) -> PortError {
    PortError::caused(PortErrorKind::Unavailable, operation, format!("the answer lacks {what}"))
}

/// Understood, and refused by us before anything was called.
pub(crate) fn refused(operation: &'static str, why: &'static str) -> PortError {
    PortError::caused(PortErrorKind::Rejected, operation, why)
}
