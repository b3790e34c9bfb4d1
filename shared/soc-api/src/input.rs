//! Reading what is sent: strictly, with reasons that say what is wrong.
//!
//! Apart so that no route reads bytes by itself: an unknown parameter or member, a second value, a value of another
//! form are refused everywhere in the same words.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use axum::extract::{FromRequestParts as _, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};
use soc_domain::time::Timestamp;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::problem::{Code, Problem};

/// Nothing: a request without parameters.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl IntoParams for Nothing {
    fn into_params(_place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// Reads the query.
pub(crate) fn query<T: DeserializeOwned>(parts: &Parts) -> Result<T, Problem> {
    let query = parts.uri.query().unwrap_or_default();
    serde_urlencoded::from_str(query).map_err(|error| Problem::bad(format!("the query: {error}")))
}

/// Reads what stands in the path.
pub(crate) async fn path<T: DeserializeOwned + Send>(parts: &mut Parts) -> Result<T, Problem> {
    let Path(found) = Path::<T>::from_request_parts(parts, &())
        .await
        .map_err(|error| Problem::bad(format!("the path: {}", error.body_text())))?;
    Ok(found)
}

/// Reads a body of JSON.
pub(crate) fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_not_text| Problem::bad("the body is not UTF-8"))?;
    let text = if text.trim().is_empty() { "{}" } else { text };
    serde_json::from_str(text).map_err(|error| Problem::bad(format!("the body: {error}")))
}

/// Whether a change says that it brings JSON. A form of another site cannot say so.
pub(crate) fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, "send the header content-type: application/json"))
}

/// The key with which a change can be sent again, if one is given.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(key) = given.next() else { return Ok(None) };
    let text = key.to_str().unwrap_or_default();
    let is_key = (8..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !is_key || given.next().is_some() {
        return Err(Problem::bad("Idempotency-Key has 8 to 64 of the characters A-Z, a-z, 0-9, _ and -"));
    }
    Ok(Some(text.to_owned()))
}

/// Some of a closed choice, separated by commas; any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// More are never meant.
const MOST_OF_LIST: usize = 50;

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts<T>(PhantomData<T>);
        impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Texts<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("values separated by commas")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<List<T>, E> {
                let mut found = Vec::new();
                for part in text.split(',').filter(|part| !part.is_empty()) {
                    if found.len() == MOST_OF_LIST {
                        return Err(E::custom(format!("at most {MOST_OF_LIST} values")));
                    }
                    found.push(part.parse().map_err(E::custom)?);
                }
                Ok(List(found))
            }
        }
        deserializer.deserialize_str(Texts(PhantomData))
    }
}

/// How many a page has: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Limit(pub(crate) usize);

impl Limit {
    const MOST: u32 = 200;
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u32> for Limit {
    type Error = String;

    fn try_from(limit: u32) -> Result<Self, String> {
        if (1..=Self::MOST).contains(&limit) {
            Ok(Self(limit as usize))
        } else {
            Err(format!("limit is 1 to {}", Self::MOST))
        }
    }
}

/// A moment that somebody typed, as RFC 3339 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Since(pub(crate) Timestamp);

impl TryFrom<String> for Since {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        Timestamp::parse(&text).map(Self).ok_or("expected a moment such as 2026-03-01T09:00:00Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[serde(default)]
        limit: Limit,
        #[serde(default)]
        priority: List<u8>,
    }

    fn asked(query: &str) -> Result<Asked, Problem> {
        let request = axum::http::Request::builder().uri(format!("/x?{query}")).body(()).unwrap();
        super::query(&request.into_parts().0)
    }

    #[test]
    fn a_query_is_read_strictly() {
        let read = asked("limit=200&priority=1,2").unwrap();
        assert_eq!((read.limit.0, read.priority.0), (200, vec![1, 2]));
        for bad in ["limit=0", "limit=201", "limit=-1", "limit=x", "priority=x", "other=1", "limit=1&limit=2"]
        {
            assert_eq!(asked(bad).unwrap_err().code, Code::BadRequest, "{bad}");
        }
    }

    #[test]
    fn a_key_has_a_form() {
        let with = |key: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", key.parse().unwrap());
            idempotency_key(&headers)
        };
        assert_eq!(with("abcd-EF_9").unwrap().as_deref(), Some("abcd-EF_9"));
        for bad in ["short", "with space", &"x".repeat(65)] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }
}
