//! Errors as people and programs get them: problem details (RFC 9457), without internals.
//!
//! Apart because it is the one place where what went wrong below becomes an answer: causes are logged here, once,
//! and never sent.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use soc_domain::notice::harmless;
use soc_pipeline::approve::Refused;
use soc_pipeline::error::{PortError, PortErrorKind, StageError};
use utoipa::ToSchema;

/// How much of a reason is shown: it may quote what was sent.
const MOST_DETAIL: usize = 300;

/// The closed list of what can go wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum Code {
    /// The request makes no sense.
    BadRequest,
    /// Nobody is signed in.
    Unauthorized,
    /// The person may not do that.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// The address does not take this method.
    MethodNotAllowed,
    /// It is not as the request assumes.
    Conflict,
    /// A newer plan asks: the person saw an older one.
    StalePlan,
    /// The body is too long.
    TooLarge,
    /// The body is not JSON, or does not say so.
    UnsupportedMediaType,
    /// The request was sent to another host.
    Misdirected,
    /// Too many changes in a short time.
    RateLimited,
    /// A part cannot answer now.
    Unavailable,
    /// Ours to mend.
    Internal,
}

impl Code {
    /// The name in `code` and `type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::StalePlan => "stale_plan",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Misdirected => "misdirected",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::StalePlan => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request makes no sense",
            Self::Unauthorized => "Nobody is signed in",
            Self::Forbidden => "Not permitted",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "This address does not take that method",
            Self::Conflict => "It is not as the request assumes",
            Self::StalePlan => "A newer plan asks",
            Self::TooLarge => "The body is too long",
            Self::UnsupportedMediaType => "Only application/json is taken",
            Self::Misdirected => "The request was meant for another host",
            Self::RateLimited => "Too many changes in a short time",
            Self::Unavailable => "A part cannot answer now",
            Self::Internal => "Something broke here",
        }
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// For programs.
    pub code: Code,
    /// For people, in our words.
    pub detail: String,
    /// After how many seconds it may work.
    pub retry_after: Option<u64>,
    /// What an action left behind and what is there now, where somebody changed a resource since.
    pub drift: Option<Box<Drift>>,
}

/// Both states of a resource that somebody changed since an action.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Drift {
    /// What the action left behind.
    #[schema(value_type = Object)]
    pub left_behind: Value,
    /// What is there now; null if the resource is gone.
    #[schema(value_type = Option<Object>)]
    pub found: Option<Value>,
}

/// The form of a problem on the wire (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Details<'a> {
    /// `urn:ai-soc:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The code in words.
    title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong here, for people.
    detail: &'a str,
    /// For programs.
    code: Code,
    /// Both states of a resource, where it was changed since the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a Drift>,
}

impl Problem {
    /// A problem with a reason in our words; what it may quote is made harmless and cut.
    #[must_use]
    pub fn new(code: Code, detail: impl AsRef<str>) -> Self {
        let detail = harmless(detail.as_ref());
        let detail = detail.chars().take(MOST_DETAIL).collect();
        Self { code, detail, retry_after: None, drift: None }
    }

    /// The same, worth another try after some seconds.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(crate) fn bad(detail: impl AsRef<str>) -> Self {
        Self::new(Code::BadRequest, detail)
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// A defect: the cause is for the log.
    pub(crate) fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!("a request failed: {}", chain(cause));
        Self::new(Code::Internal, "the cause is in the log")
    }

    fn unavailable(cause: &dyn std::error::Error) -> Self {
        tracing::warn!("a request could not be answered now: {}", chain(cause));
        Self::new(Code::Unavailable, "try again in a moment").after(1)
    }

    /// The answer.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let status = self.code.status();
        let details = Details {
            kind: format!("urn:ai-soc:problem:{}", self.code.name()),
            title: self.code.title(),
            status: status.as_u16(),
            detail: &self.detail,
            code: self.code,
            drift: self.drift.as_deref(),
        };
        let mut response = Response::new(Body::from(serde_json::to_vec(&details).unwrap_or_default()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == Code::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An error with everything below it, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        below = cause.source();
    }
    words
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::NotFound => Self::new(Code::NotFound, "there is no such thing"),
            PortErrorKind::Conflict => {
                Self::new(Code::Conflict, "somebody else changed it first: look again")
            }
            PortErrorKind::Throttled | PortErrorKind::Timeout | PortErrorKind::Unavailable => {
                Self::unavailable(&error)
            }
            PortErrorKind::Denied | PortErrorKind::Rejected => Self::internal(&error),
        }
    }
}

impl From<StageError> for Problem {
    fn from(error: StageError) -> Self {
        match &error {
            StageError::Transient(_) => Self::unavailable(&error),
            StageError::Conflict { .. } => {
                Self::new(Code::Conflict, "somebody else changed it again and again: look again")
            }
            StageError::Superseded => {
                Self::new(Code::StalePlan, "a newer generation of the incident took over")
            }
            StageError::Rejected { .. } | StageError::Denied { .. } | StageError::Defect { .. } => {
                Self::internal(&error)
            }
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotAsked { .. } => Self::missing("question"),
            Refused::NotDecided(why) => Self::new(Code::Conflict, why.to_string()),
            Refused::Stage(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_cut_and_its_hidden_characters_are_shown() {
        let problem = Problem::bad(format!("x\u{202e}{}", "y".repeat(1_000)));
        assert!(problem.detail.starts_with("x\\u{202e}yy"), "{}", problem.detail);
        assert_eq!(problem.detail.chars().count(), MOST_DETAIL);
    }

    #[test]
    fn a_cause_never_reaches_the_answer() {
        let error = PortError::caused(PortErrorKind::Rejected, "read rows", "table secret_name");
        let problem = Problem::from(error);
        assert_eq!((problem.code, problem.detail.contains("secret_name")), (Code::Internal, false));
    }
}
