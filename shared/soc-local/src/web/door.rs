//! Signing in on this machine: a code that is printed once, and a session in a cookie.
//!
//! Both are 32 random bytes; only their hashes are kept, in memory. A code works once, within ten minutes; a session
//! ends after twelve hours, with the program, or when its person leaves.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use soc_api::{Address, Code, Doorkeeper, Person, Problem, Turned};
use soc_domain::id::sha256_hex;
use soc_domain::notice::harmless;
use soc_domain::time::Timestamp;
use soc_ledger::Draft;
use soc_pipeline::OUTSIDE;
use soc_pipeline::ports::{Clock, Ledger as _};

use super::{Shared, aside};

/// How long a code is good.
const CODE_LIFE: Duration = Duration::from_secs(10 * 60);
/// How long a session is.
const SESSION_LIFE: Duration = Duration::from_secs(12 * 60 * 60);
/// More sessions than one person has; the oldest end.
const MOST_SESSIONS: usize = 64;
/// How much of a browser's name is written down.
const MOST_AGENT: usize = 120;
/// A body with a code is short.
const MOST_BODY: usize = 1_024;

/// The SHA-256 of a secret, in hexadecimal.
type Hash = String;

struct Codes {
    /// The hash of the code that is good, and until when.
    code: Option<(Hash, Timestamp)>,
    /// Codes that were good: whoever has one of these is shown a new link.
    spent: Vec<Hash>,
    link: String,
    /// The hash of each session, and until when it is one.
    sessions: HashMap<Hash, Timestamp>,
}

/// The door of this machine.
pub(super) struct Door {
    person: Person,
    cookie: String,
    base: String,
    clock: Arc<dyn Clock>,
    announce: Arc<dyn Fn(&str) + Send + Sync>,
    state: Mutex<Codes>,
}

fn secret() -> io::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Equal hashes are found by equality: what differs early tells nothing about a secret of 256 bits behind SHA-256.
fn hash(secret: &str) -> Hash {
    sha256_hex(&[secret.as_bytes()])
}

impl Door {
    pub(super) fn new(
        person: Person,
        (port, clock): (u16, Arc<dyn Clock>),
        base: &str,
        announce: Arc<dyn Fn(&str) + Send + Sync>,
    ) -> io::Result<Self> {
        let state = Codes { code: None, spent: Vec::new(), link: String::new(), sessions: HashMap::new() };
        // A cookie belongs to a host and not to a port: two servers on one machine must not take each other's.
        let cookie = format!("soc_session_{port}");
        let door = Self { person, cookie, base: base.to_owned(), clock, announce, state: Mutex::new(state) };
        door.renew(&mut door.state())?;
        Ok(door)
    }

    fn state(&self) -> MutexGuard<'_, Codes> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a person opens to sign in.
    pub(super) fn link(&self) -> String {
        self.state().link.clone()
    }

    fn renew(&self, state: &mut Codes) -> io::Result<()> {
        let code = secret()?;
        if let Some((old, _until)) = state.code.take() {
            state.spent.push(old);
        }
        state.link = format!("{}/?code={code}", self.base);
        state.code = Some((hash(&code), self.clock.now().plus(CODE_LIFE)));
        Ok(())
    }

    /// Trades a code for a session's cookie.
    fn trade(&self, code: &str) -> Result<String, Problem> {
        let refused =
            || Problem::new(Code::Unauthorized, "this link is not good any more: a new one was printed");
        let given = hash(code);
        let now = self.clock.now();
        let mut state = self.state();
        let is_code = state.code.as_ref().is_some_and(|(code, _until)| *code == given);
        let is_good = is_code && state.code.as_ref().is_some_and(|(_code, until)| now < *until);
        if is_good {
            state.code = None;
            state.spent.push(given);
            let session =
                secret().map_err(|_no_chance| Problem::new(Code::Unavailable, "try again").after(1))?;
            if state.sessions.len() >= MOST_SESSIONS {
                let oldest = state.sessions.iter().min_by_key(|(_, until)| **until);
                if let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) {
                    state.sessions.remove(&oldest);
                }
            }
            state.sessions.insert(hash(&session), now.plus(SESSION_LIFE));
            return Ok(self.set_cookie(&session, SESSION_LIFE));
        }
        if is_code || state.spent.contains(&given) {
            // Whoever has an old link was at this terminal: they find a new one there, and nowhere else.
            let is_pending = state.code.as_ref().is_some_and(|(_code, until)| now < *until);
            if !is_pending {
                self.renew(&mut state).map_err(|_no_chance| refused())?;
            }
            (self.announce)(&state.link);
            return Err(refused());
        }
        Err(Problem::new(Code::Unauthorized, "this code was never good"))
    }

    fn set_cookie(&self, value: &str, life: Duration) -> String {
        format!("{}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}", self.cookie, life.as_secs())
    }

    /// The hash of the session that a request shows, if it shows one.
    fn shown(&self, request: &axum::http::HeaderMap) -> Option<Hash> {
        let cookies = request.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie).map(|(_, value)| hash(value))
    }
}

#[async_trait]
impl Doorkeeper for Door {
    async fn admit(&self, request: &Parts) -> Result<Person, Turned> {
        let nobody = |why: &str| Turned::from(Problem::new(Code::Unauthorized, why));
        let shown = self.shown(&request.headers).ok_or_else(|| nobody("open the link that was printed"))?;
        let mut state = self.state();
        let now = self.clock.now();
        match state.sessions.get(&shown).copied() {
            Some(until) if now < until => Ok(self.person.clone()),
            Some(_over) => {
                state.sessions.remove(&shown);
                let known = Some(self.person.name.clone());
                Err(Turned { known, ..nobody("the session is over: open a new link") })
            }
            None => Err(nobody("the session is over: open a new link")),
        }
    }
}

/// `{code}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entering {
    code: String,
}

/// `POST /api/v1/session`
pub(super) async fn enter(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    aside(async move {
        match entered(&shared, request).await {
            Ok(cookie) => without_content(&cookie),
            Err(problem) => problem.into_response(),
        }
    })
    .await
}

async fn entered(shared: &Shared, request: Request) -> Result<String, Problem> {
    let (parts, body) = request.into_parts();
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "send the header content-type: application/json",
        ));
    }
    let bytes = axum::body::to_bytes(body, MOST_BODY).await;
    let bytes = bytes.map_err(|_too_long| Problem::new(Code::TooLarge, "a code is shorter"))?;
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let entering: Entering = serde_json::from_str(text)
        .map_err(|_other| Problem::new(Code::BadRequest, "expected {\"code\": \"...\"}"))?;
    let cookie = shared.door.trade(&entering.code)?;
    note(shared, &parts, "signed_in").await?;
    Ok(cookie)
}

/// `DELETE /api/v1/session`
pub(super) async fn leave(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    aside(async move {
        let (parts, _body) = request.into_parts();
        let shown = shared.door.shown(&parts.headers);
        let ended = shown.and_then(|shown| shared.door.state().sessions.remove(&shown));
        let noted = match ended {
            Some(_until) => note(&shared, &parts, "signed_out").await,
            None => Ok(()),
        };
        match noted {
            Ok(()) => without_content(&shared.door.set_cookie("", Duration::ZERO)),
            Err(problem) => problem.into_response(),
        }
    })
    .await
}

fn without_content(cookie: &str) -> Response {
    let mut response: HttpResponse<axum::body::Body> = HttpResponse::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Sign-ins are in the ledger with address and browser.
async fn note(shared: &Shared, parts: &Parts, what: &str) -> Result<(), Problem> {
    let mut details = std::collections::BTreeMap::new();
    if let Some(Address(address)) = parts.extensions.get() {
        details.insert("address".to_owned(), address.clone());
    }
    if let Some(agent) = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()) {
        details.insert("user_agent".to_owned(), harmless(agent).chars().take(MOST_AGENT).collect());
    }
    let person = &shared.door.person;
    let draft = Draft {
        chain: OUTSIDE.to_owned(),
        actor: person.name.clone(),
        what: what.to_owned(),
        subject: "session".to_owned(),
        details,
    };
    Ok(shared.local.writer().append(draft, shared.door.clock.now()).await?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Hands(AtomicI64);

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    struct Bed {
        door: Door,
        clock: Arc<Hands>,
        announced: Arc<AtomicUsize>,
    }

    fn bed() -> Bed {
        let (clock, announced) = (Arc::new(Hands::default()), Arc::new(AtomicUsize::new(0)));
        let person = Person { name: "ana".to_owned(), role: soc_api::Role::Admin };
        let told = Arc::clone(&announced);
        let announce = Arc::new(move |_link: &str| {
            told.fetch_add(1, Ordering::Relaxed);
        });
        let door = Door::new(person, (8787, Arc::clone(&clock) as _), "http://127.0.0.1:8787", announce);
        Bed { door: door.unwrap(), clock, announced }
    }

    fn code(door: &Door) -> String {
        door.link().split_once("code=").unwrap().1.to_owned()
    }

    fn admitted(door: &Door, cookie: &str) -> Result<Person, Turned> {
        let cookie = cookie.split(';').next().unwrap();
        let request = axum::http::Request::builder().header(header::COOKIE, format!("a=b; {cookie}"));
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(door.admit(&parts))
    }

    #[test]
    fn a_code_works_once_and_whoever_uses_it_again_makes_a_new_one_appear_in_the_terminal() {
        let Bed { door, announced, .. } = bed();
        let code = code(&door);
        let cookie = door.trade(&code).unwrap();
        assert!(cookie.contains("HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
        assert_eq!(admitted(&door, &cookie).unwrap().name, "ana");
        assert_eq!(door.trade(&code).unwrap_err().code, Code::Unauthorized);
        assert_eq!(announced.load(Ordering::Relaxed), 1);
        let newer = self::code(&door);
        assert_ne!(newer, code);
        assert!(door.trade(&newer).is_ok());
    }

    #[test]
    fn a_code_that_was_never_good_changes_nothing() {
        let Bed { door, announced, .. } = bed();
        let code = code(&door);
        for guess in ["", "x", &"0".repeat(64)] {
            assert_eq!(door.trade(guess).unwrap_err().code, Code::Unauthorized);
        }
        assert_eq!(announced.load(Ordering::Relaxed), 0);
        assert!(door.trade(&code).is_ok());
    }

    #[test]
    fn a_code_ends_after_ten_minutes_and_a_session_after_twelve_hours() {
        let Bed { door, clock, .. } = bed();
        let code = code(&door);
        let minutes = |minutes: i64| clock.0.store(minutes * 60_000, Ordering::Relaxed);
        minutes(10);
        assert_eq!(door.trade(&code).unwrap_err().code, Code::Unauthorized);
        let cookie = door.trade(&self::code(&door)).unwrap();
        minutes(10 + 12 * 60 - 1);
        assert!(admitted(&door, &cookie).is_ok());
        minutes(10 + 12 * 60);
        let over = admitted(&door, &cookie).unwrap_err();
        assert_eq!((over.problem.code, over.known.as_deref()), (Code::Unauthorized, Some("ana")));
        assert_eq!(admitted(&door, &cookie).unwrap_err().known, None, "the ledger has it once");
    }

    #[test]
    fn a_session_of_another_program_is_none() {
        let Bed { door, .. } = bed();
        let other = bed().door;
        let cookie = other.trade(&code(&other)).unwrap();
        assert_eq!(admitted(&door, &cookie).unwrap_err().problem.code, Code::Unauthorized);
    }
}
