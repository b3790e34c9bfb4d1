//! A Runtime API of our own, on 127.0.0.1: starts the real program of a function and invokes it, as Lambda does.
//!
//! Apart from the doubles of ports because here nothing is replaced but Lambda itself ("Using the Lambda runtime API for
//! custom runtimes", AWS Lambda Developer Guide). One program at a time asks one API.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use soc_domain::time::Timestamp;

/// As whom the function is invoked.
pub const FUNCTION_ARN: &str = "arn:aws:lambda:eu-central-1:111122223333:function:soc-test-function";

/// What a function gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its answer.
    Response(String),
    /// Its error: a JSON object with `errorType` and `errorMessage`.
    Error(String),
}

#[derive(Debug, Default)]
struct State {
    /// Number, payload and deadline.
    waiting: VecDeque<(u64, String, Timestamp)>,
    next: u64,
    answers: BTreeMap<u64, Answer>,
    /// How often somebody asked for work: the first time is the end of the start.
    asked: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `find` finds something, or `patience` is over.
    fn wait<T>(&self, patience: Duration, mut find: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let began = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(found) = find(&mut state) {
                return Some(found);
            }
            let left = patience.checked_sub(began.elapsed())?;
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The API. Its threads end with the connections of the program.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl RuntimeApi {
    /// An API on a free port.
    ///
    /// # Errors
    /// There is none.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = Arc::clone(&serving);
                std::thread::spawn(move || drop(serve(stream, &serving)));
            }
        });
        Ok(Self { address, shared })
    }

    /// Starts a program with these variables and those that Lambda sets, and no others.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run(&self, program: &Path, variables: &[(&str, &str)]) -> io::Result<Program> {
        let name = program.file_name().and_then(|name| name.to_str()).unwrap_or("function");
        let mut child = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", self.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let stdout = child.stdout.take().map(|stdout| collect(stdout, &lines));
        let stderr = child.stderr.take().map(|stderr| collect(stderr, &lines));
        Ok(Program { child, lines, collecting: stdout.into_iter().chain(stderr).collect() })
    }

    /// Waits until the program has asked for work: it has started.
    #[must_use]
    pub fn has_started(&self, patience: Duration) -> bool {
        self.shared.wait(patience, |state| (state.asked > 0).then_some(())).is_some()
    }

    /// Invokes the program and waits for what it gives back; nothing if it gives nothing in time.
    #[must_use]
    pub fn invoke(&self, payload: &str, deadline: Timestamp, patience: Duration) -> Option<Answer> {
        let number = {
            let mut state = self.shared.lock();
            state.next += 1;
            let number = state.next;
            state.waiting.push_back((number, payload.to_owned(), deadline));
            number
        };
        self.shared.changed.notify_all();
        self.shared.wait(patience, |state| state.answers.remove(&number))
    }
}

/// A running program; it is ended when it is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    collecting: Vec<JoinHandle<()>>,
}

impl Program {
    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many of its lines hold a word; false if they do not come.
    #[must_use]
    pub fn has_lines(&self, word: &str, count: usize, patience: Duration) -> bool {
        let began = Instant::now();
        while began.elapsed() < patience {
            if self.lines().iter().filter(|line| line.contains(word)).count() >= count {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Waits until it has ended by itself and all that it wrote is in [`Self::lines`].
    #[must_use]
    pub fn ends(&mut self, patience: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        while began.elapsed() < patience {
            let all_read = self.collecting.iter().all(JoinHandle::is_finished);
            if let (Ok(Some(status)), true) = (self.child.try_wait(), all_read) {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn collect(output: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    })
}

/// One request of the program.
struct Request {
    method: String,
    path: String,
    body: String,
}

/// Answers one connection until the program closes it.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(request) = read(&mut reader)? {
        stream.write_all(reply(&request, shared).as_bytes())?;
    }
    Ok(())
}

fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        let header = header.to_ascii_lowercase();
        if let Some(text) = header.strip_prefix("content-length:") {
            length = text.trim().parse().unwrap_or(0);
        }
        chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
    }
    let body = if chunked { chunks(reader)? } else { bytes(reader, length)? };
    Ok(Some(Request { method, path, body: String::from_utf8_lossy(&body).into_owned() }))
}

fn bytes(reader: &mut BufReader<TcpStream>, length: usize) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn chunks(reader: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        body.extend(bytes(reader, size)?);
        let mut end = String::new();
        reader.read_line(&mut end)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn reply(request: &Request, shared: &Shared) -> String {
    // Nobody waits longer than any test.
    const FOREVER: Duration = Duration::from_secs(600);
    let path = request.path.as_str();
    match request.method.as_str() {
        "GET" if path.ends_with("/runtime/invocation/next") => {
            shared.lock().asked += 1;
            shared.changed.notify_all();
            match shared.wait(FOREVER, |state| state.waiting.pop_front()) {
                Some((number, payload, deadline)) => invocation(number, &payload, deadline),
                None => response("500 Internal Server Error", "", ""),
            }
        }
        "POST" if path.contains("/runtime/invocation/") => {
            let mut parts = path.rsplit('/');
            let kind = parts.next().unwrap_or_default();
            let number = parts.next().and_then(|id| id.strip_prefix("request-")?.parse().ok());
            let body = request.body.clone();
            let answer = if kind == "response" { Answer::Response(body) } else { Answer::Error(body) };
            if let Some(number) = number {
                shared.lock().answers.insert(number, answer);
            }
            shared.changed.notify_all();
            response("202 Accepted", "", "")
        }
        "POST" if path.ends_with("/extension/register") => {
            let about = r#"{"functionName":"function","functionVersion":"1","handler":"bootstrap"}"#;
            response("200 OK", "Lambda-Extension-Identifier: extension-1\r\n", about)
        }
        "GET" if path.ends_with("/extension/event/next") => {
            shared.wait(FOREVER, |_state| None::<()>);
            response("500 Internal Server Error", "", "")
        }
        _ => response("404 Not Found", "", ""),
    }
}

fn invocation(number: u64, payload: &str, deadline: Timestamp) -> String {
    let headers = format!(
        "Lambda-Runtime-Aws-Request-Id: request-{number}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: {FUNCTION_ARN}\r\n",
        deadline.as_millis()
    );
    response("200 OK", &headers, payload)
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
