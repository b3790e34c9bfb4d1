//! A data folder with the built-in stories in it, and an API before it for whoever one wants to be.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, Response, header};
use serde_json::Value;
use soc_api::{Code, Doorkeeper, Person, Problem, Rate, Role, Turned};
use soc_domain::policy::{DEFAULT, Policy};
use soc_local::SystemClock;
use soc_local::input::Input;
use soc_local::runner::{Access, RunOptions, Silent, Soc};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Who one wants to be stands in a header: `name:role`. Without it, nobody.
struct Named;

#[async_trait]
impl Doorkeeper for Named {
    async fn admit(&self, request: &Parts) -> Result<Person, Turned> {
        let given = request.headers.get("x-person").and_then(|value| value.to_str().ok());
        let nobody = || Turned::from(Problem::new(Code::Unauthorized, "nobody"));
        let (name, role) = given.and_then(|given| given.split_once(':')).ok_or_else(nobody)?;
        Ok(Person { name: name.to_owned(), role: Role::named(role).ok_or_else(nobody)? })
    }
}

/// The folder that all beds are copies of: made once, because it takes seconds.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    let folder = TEMPLATE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let soc = open(folder.path());
        let runtime = runtime();
        let mut bytes = soc_samples::builtin().join(&b'\n');
        bytes.extend_from_slice(b"\n{\"half\":\n");
        soc.seed_account(&soc_samples::accounts()).unwrap();
        let input = Input::Kept { name: "stories".to_owned(), bytes };
        runtime.block_on(soc.run(&[input], &RunOptions::default(), &Silent)).unwrap().unwrap();
        folder
    });
    folder.path()
}

fn open(folder: &Path) -> Soc {
    Soc::open(folder, Access::Drive, Policy::parse(DEFAULT).unwrap(), Arc::new(SystemClock)).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub(super) struct Bed {
    folder: TempDir,
    pub(super) soc: Soc,
    api: Router,
    runtime: tokio::runtime::Runtime,
}

/// An answer, read.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(super) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }

    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Checks that it is this problem, in the form that every problem has.
    #[track_caller]
    pub(super) fn problem(&self, code: &str) -> Value {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["type"], format!("urn:ai-soc:problem:{code}"), "{problem}");
        assert_eq!(problem["status"], self.status, "{problem}");
        problem
    }
}

impl Bed {
    pub(super) fn new() -> Self {
        Self::at_rate(Rate { burst: 100_000, per_second: 1_000 })
    }

    pub(super) fn at_rate(rate: Rate) -> Self {
        let folder = TempDir::new().unwrap();
        for entry in std::fs::read_dir(template()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
            }
        }
        let soc = open(folder.path());
        let api = soc.api(Arc::new(Named), rate).unwrap();
        Self { folder, soc, api, runtime: runtime() }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join("soc.sqlite")
    }

    pub(super) fn ask(&self, request: Request<Body>) -> Answer {
        let answered = self.runtime.block_on(async {
            let response: Response<Body> = self.api.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            (parts, bytes.to_vec())
        });
        let (parts, bytes) = answered;
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// Reads as a viewer.
    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask(request("GET", path, Some("vera:viewer")).body(Body::empty()).unwrap())
    }

    /// Changes as somebody.
    pub(super) fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        let request = request("POST", path, Some(who)).header("content-type", "application/json");
        self.ask(request.body(Body::from(body.to_string())).unwrap())
    }

    /// The same with a key.
    pub(super) fn post_once(&self, who: &str, path: &str, (key, body): (&str, &Value)) -> Answer {
        let request = request("POST", path, Some(who)).header("content-type", "application/json");
        self.ask(request.header("idempotency-key", key).body(Body::from(body.to_string())).unwrap())
    }

    /// All items of a list.
    pub(super) fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = String::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{joint}limit=50{next}")).ok();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(after) => next = format!("&after={after}"),
                None => return items,
            }
        }
    }

    /// The id of the first item of a list.
    pub(super) fn first(&self, path: &str) -> String {
        let page = self.get(path).ok();
        page["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{path} is empty")).to_owned()
    }
}

pub(super) fn request(method: &str, path: &str, who: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    match who {
        Some(who) => request.header("x-person", who),
        None => request,
    }
}
