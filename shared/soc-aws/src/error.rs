//! From what the SDK answers to what a port answers.
//!
//! Apart because every adapter needs the same rule. Only the service's error code, the HTTP status and the request id
//! are kept: a message may repeat a key, a name or a piece of a row.

use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use soc_pipeline::error::{PortError, PortErrorKind};

/// What is told of an error of AWS: nothing that came from a request or from data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    code: String,
    status: Option<u16>,
    request_id: Option<String>,
}

impl Answered {
    /// An answer with this error code.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: word(code), status: None, request_id: None }
    }

    /// The service's error code; `none` if it gave none.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AWS answered {}", self.code)?;
        if let Some(status) = self.status {
            write!(f, " (HTTP {status})")?;
        }
        match &self.request_id {
            Some(id) => write!(f, ", request {id}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Answered {}

/// Longest code or request id that is repeated.
const WORD_MAX: usize = 96;

/// A code as AWS forms them; anything else in its place is left out.
fn word(text: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'=');
    match !text.is_empty() && text.len() <= WORD_MAX && text.bytes().all(is_word) {
        true => text.to_owned(),
        false => "an unreadable code".to_owned(),
    }
}

/// The error of a call as a port tells it.
pub fn port_error<E: ProvideErrorMetadata>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> PortError {
    let answered = answered(error);
    PortError::caused(kind_of(error, answered.code()), operation, answered)
}

fn answered<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Answered {
    let code = match error {
        SdkError::ConstructionFailure(_) => "no request: it could not be built",
        SdkError::TimeoutError(_) => "nothing in time",
        SdkError::DispatchFailure(failure) if failure.is_user() => "nothing: the client is set up wrong",
        SdkError::DispatchFailure(_) => "nothing: the connection failed",
        SdkError::ResponseError(_) => "something unreadable",
        SdkError::ServiceError(found) => {
            return Answered {
                code: found.err().code().map_or_else(|| "no code".to_owned(), word),
                status: Some(found.raw().status().as_u16()),
                request_id: request_id(found.raw()),
            };
        }
        _ => "in a way that is not known",
    };
    Answered { code: code.to_owned(), status: None, request_id: None }
}

fn request_id(response: &HttpResponse) -> Option<String> {
    let names = ["x-amzn-requestid", "x-amz-request-id"];
    names.into_iter().find_map(|name| response.headers().get(name)).map(word)
}

fn kind_of<E>(error: &SdkError<E, HttpResponse>, code: &str) -> PortErrorKind {
    match error {
        SdkError::ConstructionFailure(_) => PortErrorKind::Rejected,
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => PortErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => PortErrorKind::Timeout,
        SdkError::ServiceError(found) => kind_of_code(code, found.raw().status().as_u16()),
        _ => PortErrorKind::Unavailable,
    }
}

/// The kind of a service's error code; the status decides where the code is not known.
#[must_use]
pub fn kind_of_code(code: &str, status: u16) -> PortErrorKind {
    match code {
        "ConditionalCheckFailed"
        | "ConditionalCheckFailedException"
        | "TransactionConflict"
        | "TransactionConflictException"
        | "TransactionCanceledException"
        | "TransactionInProgressException"
        | "ConditionalRequestConflict"
        | "PreconditionFailed" => PortErrorKind::Conflict,
        "Throttling"
        | "ThrottlingException"
        | "ThrottlingError"
        | "ThrottledException"
        | "ProvisionedThroughputExceeded"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "LimitExceededException"
        | "SlowDown"
        | "BandwidthLimitExceeded"
        | "KMSThrottlingException"
        | "KmsThrottlingException" => PortErrorKind::Throttled,
        "RequestTimeout" | "RequestTimeoutException" => PortErrorKind::Timeout,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "KMSAccessDeniedException"
        | "KmsAccessDeniedException"
        | "NotAuthorizedForSourceException" => PortErrorKind::Denied,
        "NoSuchKey"
        | "NoSuchBucket"
        | "NotFound"
        | "ResourceNotFoundException"
        | "StateMachineDoesNotExist"
        | "ExecutionDoesNotExist" => PortErrorKind::NotFound,
        "InternalServerError" | "InternalFailure" | "ServiceUnavailable" | "ServiceUnavailableException" => {
            PortErrorKind::Unavailable
        }
        _ => kind_of_status(status),
    }
}

fn kind_of_status(status: u16) -> PortErrorKind {
    match status {
        401 | 403 => PortErrorKind::Denied,
        404 => PortErrorKind::NotFound,
        408 => PortErrorKind::Timeout,
        409 | 412 => PortErrorKind::Conflict,
        429 => PortErrorKind::Throttled,
        500.. => PortErrorKind::Unavailable,
        _ => PortErrorKind::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_no_word_is_not_repeated() {
        assert_eq!(Answered::new("alice@example.com said so").to_string(), "AWS answered an unreadable code");
        assert_eq!(Answered::new("SlowDown").to_string(), "AWS answered SlowDown");
    }

    #[test]
    fn codes_have_the_kinds_that_the_ports_promise() {
        for (code, status, kind) in [
            ("ConditionalCheckFailedException", 400, PortErrorKind::Conflict),
            ("TransactionConflictException", 400, PortErrorKind::Conflict),
            ("ProvisionedThroughputExceededException", 400, PortErrorKind::Throttled),
            ("ThrottlingException", 400, PortErrorKind::Throttled),
            ("AccessDeniedException", 400, PortErrorKind::Denied),
            ("ResourceNotFoundException", 400, PortErrorKind::NotFound),
            ("ValidationException", 400, PortErrorKind::Rejected),
            ("InternalServerError", 500, PortErrorKind::Unavailable),
            ("SomethingNew", 503, PortErrorKind::Unavailable),
            ("SomethingNew", 400, PortErrorKind::Rejected),
        ] {
            assert_eq!(kind_of_code(code, status), kind, "{code}");
        }
    }
}
