//! An HTTP client below the unchanged SDK that counts what is sent, and loses or refuses what a test says.
//!
//! It is apart because a lost answer can be made nowhere else: the call has had its effect, and nobody is told.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

/// What happens to a call instead of its usual course.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// It does not arrive.
    LostBefore,
    /// It has its effect, and the answer does not arrive.
    LostAfter,
    /// It arrives and is refused.
    Refused { status: u16, code: &'static str },
}

/// One call: the operation as AWS names it, and the access key that signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) key: String,
}

impl Call {
    /// Whether it changes an account.
    pub(crate) fn changes(&self) -> bool {
        let looks = ["Describe", "Get", "List", "AssumeRole", "GET "];
        !looks.iter().any(|prefix| self.operation.starts_with(prefix))
    }
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<Call>,
    bodies: Vec<(String, String)>,
    faults: Vec<(&'static str, Fault)>,
}

/// The client. Its copies are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire {
    state: Arc<Mutex<State>>,
}

impl Wire {
    pub(crate) fn client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_settings, _components| connector.clone())
    }

    /// The next call of this operation meets the fault.
    pub(crate) fn plant(&self, operation: &'static str, fault: Fault) {
        self.state().faults.push((operation, fault));
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The operations that were sent and change something, in order.
    pub(crate) fn changes(&self) -> Vec<String> {
        let calls = self.calls().into_iter().filter(Call::changes);
        calls.map(|call| call.operation).collect()
    }

    /// The bodies of this operation's calls, as they were sent.
    pub(crate) fn bodies(&self, operation: &str) -> Vec<String> {
        let state = self.state();
        let of = state.bodies.iter().filter(|(sent, _)| sent == operation);
        of.map(|(_, body)| body.clone()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault_of(&self, request: &HttpRequest) -> Option<Fault> {
        let (call, mut state) = (call_of(request), self.state());
        state.bodies.push((call.operation.clone(), text_of(request)));
        let at = state.faults.iter().position(|(operation, _)| *operation == call.operation);
        state.calls.push(call);
        at.map(|at| state.faults.remove(at).1)
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let fault = self.fault_of(&request);
        HttpConnectorFuture::ready(answer(&request, fault))
    }
}

fn answer(request: &HttpRequest, fault: Option<Fault>) -> Result<HttpResponse, ConnectorError> {
    let lost = || ConnectorError::io("the connection was lost".into());
    match fault {
        None => sent(request),
        Some(Fault::LostBefore) => Err(lost()),
        Some(Fault::LostAfter) => sent(request).and_then(|_answer| Err(lost())),
        Some(Fault::Refused { status, code }) => {
            // EC2's, and that of the other services with XML: each reader finds its own.
            let error = format!("<Error><Code>{code}</Code><Message>as planted</Message></Error>");
            let body = if call_of(request).operation.contains(' ') {
                error
            } else if is_ec2(request) {
                format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>")
            } else {
                format!("<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>")
            };
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            response.headers_mut().append("x-amzn-requestid", "r-1");
            Ok(response)
        }
    }
}

fn authorization(request: &HttpRequest) -> &str {
    request.headers().get("authorization").unwrap_or_default()
}

fn is_ec2(request: &HttpRequest) -> bool {
    authorization(request).contains("/ec2/aws4_request")
}

fn text_of(request: &HttpRequest) -> String {
    String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned()
}

fn call_of(request: &HttpRequest) -> Call {
    let body = text_of(request);
    let action = body.split('&').find_map(|part| part.strip_prefix("Action=")).map(str::to_owned);
    let query = request.uri().split_once('?').map_or("", |(_, query)| query);
    let setting = query.split('&').next().unwrap_or_default().trim_end_matches('=');
    let operation = action.unwrap_or_else(|| format!("{} {setting}", request.method()));
    let key = authorization(request).split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
    Call { operation, key: key.unwrap_or_default().to_owned() }
}

/// One connection for each call: plain, short and blocking, since a test does one thing at a time.
fn sent(request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let failed = |error: std::io::Error| ConnectorError::io(error.into());
    let rest = request.uri().strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let body = request.body().bytes().unwrap_or_default();
    let mut head = format!("{} /{path} HTTP/1.1\r\nconnection: close\r\n", request.method());
    head.push_str(&format!("host: {host}\r\ncontent-length: {}\r\n", body.len()));
    let own = ["host", "content-length", "connection"];
    for (name, value) in request.headers().iter().filter(|(name, _)| !own.contains(name)) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host).map_err(failed)?;
    stream.write_all(head.as_bytes()).map_err(failed)?;
    stream.write_all(body).map_err(failed)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(failed)?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut response =
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(bytes[end + 4..].to_vec()));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        assert!(!value.eq_ignore_ascii_case("chunked"), "the emulator answers in pieces");
        response.headers_mut().append(name.to_lowercase(), value.to_owned());
    }
    Ok(response)
}
