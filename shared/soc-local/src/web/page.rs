//! The dashboard's files, built into the program, with the headers that keep what is shown from becoming a script.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use soc_api::{Code, Problem};

/// What the dashboard's build leaves.
#[derive(RustEmbed)]
#[folder = "../../dashboard/dist"]
struct Files;

const INDEX: &str = "index.html";

/// Text from findings is text: no script and no style but our own files, no form, no frame, and no string that the page
/// could take for markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

/// What stands on every page and file.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Below this, packing gains nothing.
const WORTH_PACKING: usize = 1_024;

/// The files, and those that were packed already.
pub(super) struct Pages {
    packed: Mutex<HashMap<String, Arc<[u8]>>>,
}

impl Pages {
    pub(super) fn new() -> Self {
        Self { packed: Mutex::default() }
    }

    /// The file at `path`; the page itself where a browser asks for an address of the page.
    pub(super) fn answer(&self, path: &str, asked: &HeaderMap) -> Response {
        let name = path.trim_start_matches('/');
        let name = if name.is_empty() { INDEX } else { name };
        let wants_page = asked
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        let response = match Files::get(name) {
            Some(_) => self.file(name, asked),
            None if wants_page => self.file(INDEX, asked),
            None => Problem::new(Code::NotFound, "there is nothing at this address").into_response(),
        };
        with_headers(response)
    }

    fn file(&self, name: &str, asked: &HeaderMap) -> Response {
        let Some(file) = Files::get(name) else {
            return Problem::new(Code::NotFound, "this program was built without the dashboard")
                .into_response();
        };
        let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()));
        let is_known = asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        // The build puts a hash into the names of these: what is kept under one never changes.
        let keeping =
            if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        let packs = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|one| one.trim().starts_with("gzip")));
        if packs && is_text(name) && file.data.len() >= WORTH_PACKING {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            *response.body_mut() = Body::from(self.packed(name, &file.data).to_vec());
        } else {
            *response.body_mut() = Body::from(file.data.into_owned());
        }
        response
    }

    /// The packed file: the build's own if there is one, else packed at the first question.
    fn packed(&self, name: &str, data: &[u8]) -> Arc<[u8]> {
        let mut packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = packed.get(name) {
            return Arc::clone(known);
        }
        let built = Files::get(&format!("{name}.gz")).map(|file| file.data.into_owned());
        let bytes: Arc<[u8]> = built.unwrap_or_else(|| pack(data)).into();
        packed.insert(name.to_owned(), Arc::clone(&bytes));
        bytes
    }
}

fn pack(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _infallible = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

/// How the page is to sign in: read before anybody is.
pub(super) async fn config() -> Response {
    let mut response = Response::new(Body::from("{\"form\":\"local\"}"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    with_headers(response)
}

fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn is_text(name: &str) -> bool {
    matches!(ending(name), "html" | "js" | "css" | "svg" | "json" | "map" | "txt" | "webmanifest")
}

fn media_type(name: &str) -> &'static str {
    match ending(name) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
