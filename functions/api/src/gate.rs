//! What is looked at before anything else: whether a request came by way of CloudFront, which shows a secret.
//!
//! Apart from the doorkeeper because it is about the way and not about the person. HTTP APIs take no web ACL, so whoever
//! calls one past CloudFront would pass by whatever stands there; the endpoint is useless without the secret.

use std::time::Duration;

use axum::http::Request;
use soc_api::{Code, Problem};
use soc_aws::secrets::Secrets;

/// What monitors ask, which know no secret.
const OPEN: &str = "/api/v1/health";
/// The header that CloudFront adds (web.yaml).
const SHOWN: &str = "x-origin-secret";
/// How often the secret is read because somebody shows another one.
const NOT_AGAIN_FOR: Duration = Duration::from_secs(60);

/// The gate.
#[derive(Debug)]
pub(crate) struct Gate {
    secrets: Secrets,
    arn: String,
}

impl Gate {
    pub(crate) fn new(secrets: Secrets, arn: String) -> Self {
        Self { secrets, arn }
    }

    /// Lets a request through that shows the current secret or the one before it.
    pub(crate) async fn check<B>(&self, request: &Request<B>) -> Result<(), Problem> {
        if request.uri().path() == OPEN {
            return Ok(());
        }
        let mut shown = request.headers().get_all(SHOWN).iter();
        let (Some(shown), None) = (shown.next(), shown.next()) else { return Err(elsewhere()) };
        let shown = shown.as_bytes();
        // Who rotates the secret changes it here first: what is kept may be the one before.
        let known = self.secrets.versions(&self.arn).await?.know(shown)
            || self.secrets.younger(&self.arn, NOT_AGAIN_FOR).await?.know(shown);
        if known { Ok(()) } else { Err(elsewhere()) }
    }
}

fn elsewhere() -> Problem {
    Problem::new(Code::Forbidden, "this address is for the dashboard only: use the dashboard's own")
}
