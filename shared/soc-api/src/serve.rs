//! One request, from the door to the answer: who asks, whether they may, whether it is well formed, and what is
//! written down of it.
//!
//! Apart from the routes so that none of this is up to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use soc_domain::id::sha256_hex;
use soc_domain::notice::harmless;
use soc_ledger::Draft;
use soc_pipeline::OUTSIDE;

use crate::catching::Catching;
use crate::input;
use crate::person::{Address, Person, Role};
use crate::problem::{Code, Problem};
use crate::route::{Asked, Call};
use crate::router::{Api, BASE};

/// How many bytes a body may have.
pub const MOST_BODY: usize = 64 * 1024;

/// How much of an address or a name is written down.
const MOST_NOTED: usize = 120;

/// What is fixed for a route.
#[derive(Clone)]
pub(crate) struct Fixed {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) role: Option<Role>,
    pub(crate) call: Call,
}

impl Fixed {
    fn changes(&self) -> bool {
        self.method != Method::GET
    }
}

/// Answers one request of a route.
pub(crate) async fn serve(api: Arc<Api>, route: Fixed, request: Request) -> Response<Body> {
    let answered = Catching::new(async move { attend(&api, &route, request).await }).await;
    let response = match answered {
        Some(Ok(response)) => response,
        Some(Err(problem)) => problem.into_response(),
        None => Problem::new(Code::Internal, "the cause is in the log").into_response(),
    };
    finish(response)
}

/// Puts the headers on that every answer has.
pub(crate) fn finish(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn attend(api: &Arc<Api>, route: &Fixed, request: Request) -> Result<Response<Body>, Problem> {
    let (parts, body) = request.into_parts();
    let person = match route.role {
        Some(role) => admit(api, route, role, &parts).await?,
        None => Person { name: String::new(), role: Role::Viewer },
    };
    let (bytes, key) = if route.changes() {
        check_change(api, &person, &parts)?;
        (read_body(body).await?, input::idempotency_key(&parts.headers)?)
    } else {
        (Vec::new(), None)
    };
    let asked = Asked {
        api: Arc::clone(api),
        person: person.clone(),
        key,
        sha256: sha256_hex(&[route.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &bytes]),
        headers: parts.headers.clone(),
    };
    let visit = Visit::of(route, &parts);
    let response = (route.call)(asked, parts, bytes).await?;
    if route.changes() && response.status().is_success() {
        visit.note(api, &person.name, "changed_by_request").await?;
    }
    Ok(response)
}

/// Lets the person in whose role is enough; whoever is known and is not let in is written down.
async fn admit(api: &Api, route: &Fixed, role: Role, parts: &Parts) -> Result<Person, Problem> {
    let visit = Visit::of(route, parts);
    match api.doorkeeper.admit(parts).await {
        Ok(person) if person.role >= role => Ok(person),
        Ok(person) => {
            visit.note(api, &person.name, "request_denied").await?;
            Err(Problem::new(
                Code::Forbidden,
                format!("this needs the role {role}; yours is {}", person.role),
            ))
        }
        Err(turned) => {
            if let Some(name) = &turned.known {
                visit.note(api, name, "request_denied").await?;
            }
            Err(turned.problem)
        }
    }
}

/// A change must say that it brings JSON, and come not too fast after the ones before.
fn check_change(api: &Api, person: &Person, parts: &Parts) -> Result<(), Problem> {
    let is_bare = parts.method == Method::DELETE && !parts.headers.contains_key(header::CONTENT_TYPE);
    if !is_bare {
        input::check_media_type(&parts.headers)?;
    }
    api.buckets.take(&person.name, api.access.clock.now()).map_err(|seconds| {
        Problem::new(Code::RateLimited, "wait a little before the next change").after(seconds)
    })
}

async fn read_body(body: Body) -> Result<Vec<u8>, Problem> {
    let too_large = || Problem::new(Code::TooLarge, format!("a body has at most {MOST_BODY} bytes"));
    if body.size_hint().lower() > MOST_BODY as u64 {
        return Err(too_large());
    }
    match Limited::new(body, MOST_BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_cut_short) => Err(Problem::bad("the body did not arrive in full")),
    }
}

/// What is written down of a request: never its text.
struct Visit {
    subject: String,
    details: BTreeMap<String, String>,
}

impl Visit {
    fn of(route: &Fixed, parts: &Parts) -> Self {
        let address = parts.extensions.get::<Address>().map(|address| noted(&address.0));
        let details = address.map(|address| ("address".to_owned(), address)).into_iter().collect();
        Self { subject: subject(route, parts.uri.path()), details }
    }

    async fn note(self, api: &Api, actor: &str, what: &str) -> Result<(), Problem> {
        let draft = Draft {
            chain: OUTSIDE.to_owned(),
            actor: noted(actor),
            what: what.to_owned(),
            subject: self.subject,
            details: self.details,
        };
        Ok(api.access.changing.ledger.append(draft, api.access.clock.now()).await?)
    }
}

/// The route, with our own ids where they stand in the path: what else stands there may be anybody's text.
fn subject(route: &Fixed, path: &str) -> String {
    let path = path.strip_prefix(BASE).unwrap_or(path);
    let mut words = Vec::new();
    for (name, given) in route.path.split('/').zip(path.split('/')) {
        let is_id = given.len() == 30
            && given.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        words.push(if is_id { given } else { name });
    }
    format!("{} {}", route.method, words.join("/"))
}

fn noted(text: &str) -> String {
    harmless(text).chars().take(MOST_NOTED).collect()
}
