//! The first look at every request: is it for this server, and from its own pages?
//!
//! A page of another site can make a browser send requests to 127.0.0.1, under a name that it controls (DNS rebinding)
//! or from its own origin. Neither passes.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use soc_api::{Address, Code, Problem};

/// By which names this server is called.
pub(super) struct Gate {
    hosts: [String; 3],
}

impl Gate {
    pub(super) fn new(address: SocketAddr) -> Self {
        let port = address.port();
        Self { hosts: [address.to_string(), format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
        let is_ours = self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host));
        if !is_ours || hosts.next().is_some() {
            return Err(Problem::new(Code::Misdirected, "open the link as it was printed"));
        }
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let elsewhere = || Problem::new(Code::Forbidden, "only pages of this server may ask that");
        match origins.next() {
            Some(origin) => {
                let own = format!("http://{host}");
                let is_own = origin.to_str().is_ok_and(|origin| origin.eq_ignore_ascii_case(&own));
                if is_own && origins.next().is_none() { Ok(()) } else { Err(elsewhere()) }
            }
            // Browsers name the origin of whatever may change something.
            None if matches!(*method, Method::GET | Method::HEAD) => Ok(()),
            None => Err(elsewhere()),
        }
    }
}

pub(super) async fn check(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    if let Err(problem) = gate.check(request.method(), request.headers()) {
        return problem.into_response();
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string());
    if let Some(peer) = peer {
        request.extensions_mut().insert(Address(peer));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(method: Method, host: &str, origin: Option<&str>) -> Result<(), Code> {
        let gate = Gate::new("127.0.0.1:8787".parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        gate.check(&method, &headers).map_err(|problem| problem.code)
    }

    #[test]
    fn a_name_that_somebody_else_controls_is_refused() {
        for host in
            ["evil.example", "evil.example:8787", "127.0.0.1", "127.0.0.1:80", "localhost.evil:8787", ""]
        {
            assert_eq!(checked(Method::GET, host, None), Err(Code::Misdirected), "{host}");
        }
        for host in ["127.0.0.1:8787", "localhost:8787", "LOCALHOST:8787"] {
            assert_eq!(checked(Method::GET, host, None), Ok(()), "{host}");
        }
    }

    #[test]
    fn a_change_needs_the_own_origin_and_another_one_may_not_even_read() {
        let host = "127.0.0.1:8787";
        assert_eq!(checked(Method::POST, host, Some("http://127.0.0.1:8787")), Ok(()));
        assert_eq!(checked(Method::POST, host, None), Err(Code::Forbidden));
        assert_eq!(checked(Method::DELETE, host, None), Err(Code::Forbidden));
        for origin in ["http://evil.example", "null", "https://127.0.0.1:8787", "http://localhost:8787"] {
            assert_eq!(checked(Method::GET, host, Some(origin)), Err(Code::Forbidden), "{origin}");
            assert_eq!(checked(Method::POST, host, Some(origin)), Err(Code::Forbidden), "{origin}");
        }
    }
}
