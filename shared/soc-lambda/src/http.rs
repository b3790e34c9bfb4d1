//! An HTTP API's events as requests, and answers as it takes them ("Working with AWS Lambda proxy integrations for HTTP
//! APIs", payload format 2.0).
//!
//! Apart from whoever answers, because nothing here knows what is asked; and because the format has its own ideas: paths
//! come decoded, cookies in a list, bytes in base64, and an answer has each header once.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use data_encoding::BASE64;
use http::header::{CONTENT_LENGTH, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use soc_pipeline::error::StageError;
use thiserror::Error;

/// What an invocation may answer ("Lambda quotas": 6 MB), with room for what is around a body.
const MOST_ANSWER: usize = 6 * 1024 * 1024 - 64 * 1024;
/// JSON makes at most six bytes of one: what is shorter fits in any case.
const FITS: usize = MOST_ANSWER / 6;

/// Where a request came from, as the HTTP API saw it; an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceIp(pub String);

/// Why an answer is none.
#[derive(Debug, Error)]
pub enum NotSent {
    /// It is longer than an invocation may answer.
    #[error("the answer is longer than an invocation may answer")]
    TooLong,
    /// Its body broke off.
    #[error("the answer broke off")]
    Broken,
}

/// The request in an event.
///
/// # Errors
/// The payload is no request of an HTTP API.
pub fn request(payload: Value) -> Result<Request<Vec<u8>>, StageError> {
    let none = || StageError::Rejected { what: "the payload is no request of an HTTP API".to_owned() };
    let event: ApiGatewayV2httpRequest = serde_json::from_value(payload).map_err(|_named| none())?;
    let target = target(event.raw_path.as_deref(), event.raw_query_string.as_deref());
    let about = event.request_context.http;
    let text = event.body.unwrap_or_default().into_bytes();
    let body = if event.is_base64_encoded { BASE64.decode(&text).map_err(|_text| none())? } else { text };
    let mut built = Request::builder().method(about.method).uri(target).body(body).map_err(|_odd| none())?;
    *built.headers_mut() = event.headers;
    if let Some(cookies) = event.cookies.filter(|cookies| !cookies.is_empty()) {
        let joined = HeaderValue::try_from(cookies.join("; ")).map_err(|_odd| none())?;
        built.headers_mut().insert(COOKIE, joined);
    }
    if let Some(address) = about.source_ip {
        built.extensions_mut().insert(SourceIp(address));
    }
    Ok(built)
}

/// What an HTTP API is answered.
///
/// # Errors
/// It is too long, or its body broke off.
pub async fn response<B: http_body::Body>(answered: Response<B>) -> Result<Value, NotSent> {
    let (parts, body) = answered.into_parts();
    let bytes = body.collect().await.map_err(|_broke_off| NotSent::Broken)?.to_bytes().to_vec();
    let is_long = bytes.len() > FITS;
    let (headers, cookies) = once_each(&parts.headers);
    let (body, is_base64_encoded) = match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(no_text) => (BASE64.encode(no_text.as_bytes()), true),
    };
    let answer = json!({
        "statusCode": parts.status.as_u16(),
        "headers": headers,
        "cookies": cookies,
        "body": body,
        "isBase64Encoded": is_base64_encoded,
    });
    if is_long && answer.to_string().len() > MOST_ANSWER {
        return Err(NotSent::TooLong);
    }
    Ok(answer)
}

/// Each header once, its values behind commas; cookies have a place of their own. How long it is says the HTTP API.
fn once_each(headers: &HeaderMap) -> (Map<String, Value>, Vec<String>) {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut kept = Map::new();
    for name in headers.keys().filter(|name| **name != SET_COOKIE && **name != CONTENT_LENGTH) {
        let values: Vec<String> = headers.get_all(name).iter().map(text).collect();
        kept.insert(name.to_string(), values.join(", ").into());
    }
    (kept, headers.get_all(SET_COOKIE).iter().map(text).collect())
}

/// Path and query as a request has them. The path came decoded, but for `%25`: whatever cannot stand in one is encoded
/// again, so that whoever decodes it once reads what was meant. A slash that was `%2F` stays a slash.
fn target(path: Option<&str>, query: Option<&str>) -> String {
    let path = path.filter(|path| !path.is_empty()).unwrap_or("/");
    let mut target = encoded(path, "!$&'()*+,;=:@/");
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        target.push('?');
        target.push_str(&encoded(query, "!$&'()*+,;=:@/?[]"));
    }
    target
}

/// Keeps letters, digits, what is `allowed` and what is encoded already (RFC 3986, section 2), and encodes the rest.
fn encoded(text: &str, allowed: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    for (at, byte) in bytes.iter().enumerate() {
        let is_triplet = *byte == b'%'
            && bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let stays = byte.is_ascii_alphanumeric()
            || b"-._~".contains(byte)
            || allowed.as_bytes().contains(byte)
            || is_triplet;
        if stays {
            out.push(char::from(*byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use http_body_util::Full;
    use soc_testkit::block_on;

    use super::*;

    fn event(path: &str, query: &str) -> Value {
        json!({
            "version": "2.0", "routeKey": "ANY /api/v1/{proxy+}", "rawPath": path, "rawQueryString": query,
            "cookies": ["a=1", "b=2"], "headers": { "x-one": "1", "accept": "a,b" },
            "requestContext": {
                "accountId": "111122223333", "apiId": "a", "stage": "$default", "requestId": "r", "timeEpoch": 1,
                "authorizer": { "jwt": { "claims": { "cognito:groups": "[a b]" }, "scopes": null } },
                "http": {
                    "method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"
                }
            },
            "body": "eyJ4IjrDvH0=", "isBase64Encoded": true
        })
    }

    fn answered(build: http::response::Builder, body: &[u8]) -> Result<Value, NotSent> {
        block_on(response(build.body(Full::<VecDeque<u8>>::from(body.to_vec())).unwrap()))
    }

    #[test]
    fn an_event_is_the_request_that_was_sent() {
        let found = request(event("/api/v1/incidents", "q=a%20b&status=New,Closed&after=%2B")).unwrap();
        assert_eq!(found.method(), "POST");
        assert_eq!(found.uri(), "/api/v1/incidents?q=a%20b&status=New,Closed&after=%2B");
        assert_eq!(found.headers()["cookie"], "a=1; b=2");
        assert_eq!(
            (&found.headers()["x-one"], &found.headers()["accept"]),
            (&"1".parse().unwrap(), &"a,b".parse().unwrap())
        );
        assert_eq!(found.body(), "{\"x\":ü}".as_bytes());
        assert_eq!(found.extensions().get(), Some(&SourceIp("192.0.2.1".to_owned())));
        let mut plain = event("", "");
        plain["body"] = json!("as it is");
        plain["isBase64Encoded"] = json!(false);
        let found = request(plain).unwrap();
        assert_eq!(
            (found.uri().to_string().as_str(), found.body().as_slice()),
            ("/", b"as it is".as_slice())
        );
    }

    #[test]
    fn a_path_that_came_decoded_is_encoded_once() {
        for (came, wanted) in [
            ("/entities/resource/arn:aws:s3:::a/b c", "/entities/resource/arn:aws:s3:::a/b%20c"),
            ("/x/ü?y#z", "/x/%C3%BC%3Fy%23z"),
            ("/x/100%/%zz/%4", "/x/100%25/%25zz/%254"),
            ("/x/a%252Fb", "/x/a%252Fb"),
            ("/x/\"<>{}|\\^`\u{7f}", "/x/%22%3C%3E%7B%7D%7C%5C%5E%60%7F"),
        ] {
            assert_eq!(request(event(came, "")).unwrap().uri(), wanted, "{came}");
        }
    }

    #[test]
    fn what_is_no_request_is_rejected() {
        for odd in [json!([]), json!({}), json!(null)] {
            assert!(matches!(request(odd), Err(StageError::Rejected { .. })));
        }
        let mut cut = event("/", "");
        cut["body"] = json!("no base64!");
        assert!(matches!(request(cut), Err(StageError::Rejected { .. })));
    }

    #[test]
    fn text_is_answered_as_text_and_bytes_in_base64() {
        let build = Response::builder().status(201).header("content-type", "application/json");
        let text = answered(build, "{\"x\":\"ü\"}".as_bytes()).unwrap();
        assert_eq!(text["statusCode"], 201);
        assert_eq!((&text["body"], &text["isBase64Encoded"]), (&json!("{\"x\":\"ü\"}"), &json!(false)));
        assert_eq!(text["headers"]["content-type"], "application/json");
        let bytes = answered(Response::builder(), &[0, 255]).unwrap();
        assert_eq!((&bytes["body"], &bytes["isBase64Encoded"]), (&json!("AP8="), &json!(true)));
    }

    #[test]
    fn an_answer_has_each_header_once_and_its_cookies_in_a_list() {
        let build = Response::builder()
            .header("set-cookie", "a=1; Path=/")
            .header("vary", "accept")
            .header("set-cookie", "b=2")
            .header("vary", "origin")
            .header("content-length", "7");
        let found = answered(build, b"").unwrap();
        assert_eq!(found["cookies"], json!(["a=1; Path=/", "b=2"]));
        assert_eq!(found["headers"], json!({ "vary": "accept, origin" }));
    }

    #[test]
    fn an_answer_that_lambda_would_refuse_is_told_from_one_that_fits() {
        assert!(answered(Response::builder(), &vec![b'a'; MOST_ANSWER - 1_000]).is_ok());
        for long in [vec![b'a'; MOST_ANSWER], vec![b'"'; MOST_ANSWER / 2], vec![255; MOST_ANSWER * 3 / 4]] {
            assert!(matches!(answered(Response::builder(), &long), Err(NotSent::TooLong)));
        }
    }
}
