//! The API and the dashboard on this machine, for this machine: a server on loopback, on a thread of its own.
//!
//! Apart from the runner because people must never wait for it: reads go through connections of their own, changes are
//! short transactions on another, and what only the runner may do is wished for. Invariants: it listens on loopback only;
//! a request for another host, or from another origin, is refused before anything else is looked at; nobody is signed in
//! without the code that was printed.

mod adapters;
mod door;
mod gate;
mod page;
mod prometheus;

use std::future::{Future, IntoFuture as _};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::response::Response;
use axum::routing::{get, post};
use soc_api::ports::{Facts, Form, Settled};
use soc_api::{Api, Code, Doorkeeper, Person, Problem, Rate, Role, router};
use soc_domain::approval::MACHINE;
use thiserror::Error;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use crate::runner::Soc;
use crate::store::StoreError;

use adapters::Local;
use door::Door;
use gate::Gate;
use page::Pages;

/// Where the dashboard is looked for first.
const PORT: u16 = 8787;

/// How long requests under way may take once the server is to end.
const LAST_REQUESTS: Duration = Duration::from_secs(2);

/// How often the finding aid is brought up to date.
const KEEP_UP: Duration = Duration::from_secs(1);

/// How many requests are answered at once; the others wait their turn.
const AT_ONCE: usize = 8;

/// Why there is no server.
#[derive(Debug, Error)]
pub enum WebError {
    /// Whoever could reach it from elsewhere could do everything.
    #[error("{address} can be reached from other machines; listen on 127.0.0.1 or [::1]")]
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The address cannot be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The server cannot be started.
    #[error("cannot start the server")]
    Start(#[source] io::Error),
    /// The store cannot be opened a second time.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How the server shall be.
pub struct Hosting {
    /// Where it listens; none for the usual port, or a free one if that is taken.
    pub listen: Option<SocketAddr>,
    /// The person at this machine.
    pub person: String,
    /// Told a new link when the one before was tried too late or twice.
    pub announce: Arc<dyn Fn(&str) + Send + Sync>,
}

impl std::fmt::Debug for Hosting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hosting").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Web {
    /// Where it listens.
    pub address: SocketAddr,
    /// What a person opens to sign in; good once, for ten minutes.
    pub link: String,
    end: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Web {
    /// Ends the server; requests under way are answered.
    pub fn end(self) {
        let _ended_already = self.end.send(());
        if self.thread.join().is_err() {
            tracing::error!("the server's thread panicked");
        }
    }
}

/// What every request sees.
struct Shared {
    api: Router,
    door: Arc<Door>,
    pages: Pages,
    local: Arc<Local>,
}

impl Soc {
    /// Serves API and dashboard until the answer is ended.
    ///
    /// # Errors
    /// The address is none of this machine's own or taken, or the store cannot be opened.
    pub fn serve(&self, hosting: Hosting) -> Result<Web, WebError> {
        let listener = listen(hosting.listen)?;
        let address = listener.local_addr().map_err(WebError::Start)?;
        listener.set_nonblocking(true).map_err(WebError::Start)?;
        let person = Person { name: person(&hosting.person), role: Role::Admin };
        let base = format!("http://{address}");
        let door = Door::new(person, (address.port(), Arc::clone(self.clock())), &base, hosting.announce);
        let door = Arc::new(door.map_err(WebError::Start)?);
        let link = door.link();
        let local = Arc::new(Local::open(self)?);
        let app = app(self, &door, Arc::clone(&local), address);
        let (end, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(AT_ONCE)
            .build()
            .map_err(WebError::Start)?;
        let thread = std::thread::Builder::new()
            .name("web".to_owned())
            .spawn(move || {
                let keeping_up = runtime.spawn(keep_up(local));
                runtime.block_on(answer(listener, app, ended));
                keeping_up.abort();
                runtime.shutdown_timeout(LAST_REQUESTS);
            })
            .map_err(WebError::Start)?;
        Ok(Web { address, link, end, thread })
    }
}

impl Soc {
    /// The API alone, behind a door of the caller's: for another server, and for tests of every role.
    ///
    /// # Errors
    /// The store cannot be opened a second time.
    pub fn api(&self, door: Arc<dyn Doorkeeper>, rate: Rate) -> Result<Router, StoreError> {
        let local = Arc::new(Local::open(self)?);
        Ok(router(api(self, door, &local).at_rate(rate)))
    }
}

fn api(soc: &Soc, door: Arc<dyn Doorkeeper>, local: &Arc<Local>) -> Api {
    let facts = Facts {
        release: env!("CARGO_PKG_VERSION").to_owned(),
        environment: "local".to_owned(),
        form: Form::Local,
        model: None,
    };
    let standing = Settled { policy: Arc::new(soc.policy().clone()), redactor: Arc::clone(soc.redactor()) };
    Api::new(local.access(), door, Arc::new(standing), facts)
}

/// Reads what came into the finding aid, so that nobody who looks waits for it.
async fn keep_up(local: Arc<Local>) {
    loop {
        let local = Arc::clone(&local);
        let more = tokio::task::spawn_blocking(move || local.keep_up()).await.unwrap_or(false);
        tokio::time::sleep(if more { Duration::from_millis(20) } else { KEEP_UP }).await;
    }
}

fn listen(asked: Option<SocketAddr>) -> Result<TcpListener, WebError> {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let address = asked.unwrap_or(usual);
    if !address.ip().is_loopback() {
        return Err(WebError::NotLoopback { address });
    }
    match TcpListener::bind(address) {
        Ok(listener) => Ok(listener),
        Err(error) if asked.is_none() && error.kind() == io::ErrorKind::AddrInUse => {
            let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            TcpListener::bind(free).map_err(|source| WebError::Listen { address: free, source })
        }
        Err(source) => Err(WebError::Listen { address, source }),
    }
}

/// The name under which decisions are recorded: never none, and never the machine's.
fn person(name: &str) -> String {
    let name = name.trim();
    if name.is_empty() || name.eq_ignore_ascii_case(MACHINE) {
        "operator".to_owned()
    } else {
        name.to_owned()
    }
}

async fn answer(listener: TcpListener, app: Router, ended: oneshot::Receiver<()>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!("the server cannot listen: {error}"),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async {
        let _or_gone = stopped.await;
    });
    let mut serving = std::pin::pin!(serving.into_future());
    tokio::select! {
        served = &mut serving => {
            if let Err(error) = served {
                tracing::error!("the server ended: {error}");
            }
            return;
        }
        _asked_to_end = ended => {}
    }
    drop(stop);
    // A page that keeps its connection open must not keep the program.
    let _too_slow = tokio::time::timeout(LAST_REQUESTS, serving).await;
}

fn app(soc: &Soc, door: &Arc<Door>, local: Arc<Local>, address: SocketAddr) -> Router {
    let api = router(api(soc, Arc::clone(door) as _, &local));
    let shared = Arc::new(Shared { api, door: Arc::clone(door), pages: Pages::new(), local });
    Router::new()
        .route("/api/v1/session", post(door::enter).delete(door::leave))
        .route("/config.json", get(page::config))
        .route("/metrics", get(prometheus::metrics))
        .fallback(elsewhere)
        .with_state(shared)
        .layer(axum::middleware::from_fn_with_state(Arc::new(Gate::new(address)), gate::check))
}

/// The API, or a page of the dashboard.
async fn elsewhere(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        let api = shared.api.clone();
        return aside(async move {
            match api.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
        .await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = Problem::new(Code::MethodNotAllowed, "pages are only read").into_response();
        refused.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    shared.pages.answer(request.uri().path(), request.headers())
}

/// Answers on a thread of its own: a question to the store may wait for a writer, and the others must not wait with it.
async fn aside(answer: impl Future<Output = Response> + Send + 'static) -> Response {
    let here = tokio::runtime::Handle::current();
    let answered = tokio::task::spawn_blocking(move || here.block_on(answer)).await;
    answered.unwrap_or_else(|error| {
        tracing::error!("a request was not answered: {error}");
        Problem::new(Code::Internal, "the cause is in the log").into_response()
    })
}
