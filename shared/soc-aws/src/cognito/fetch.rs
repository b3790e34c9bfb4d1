//! A plain request for a document, over the HTTP client that the SDK brings: its TLS, its roots, and no second one.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_http_client::default_connector;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::{Document, READ};
use crate::error::Answered;

/// How long everything may take: who waits is a person in front of a page.
const PATIENCE: Duration = Duration::from_secs(5);
/// Two keys are a kilobyte.
const MOST_BYTES: usize = 64 * 1024;
/// Below an issuer ("Verifying JSON web tokens", Amazon Cognito Developer Guide).
const BELOW: &str = "/.well-known/jwks.json";

/// Where a pool's keys are.
pub struct Address {
    url: String,
    connector: Option<SharedHttpConnector>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Address {
    /// The keys of this issuer; against an emulator, the same path at its endpoint.
    #[must_use]
    pub fn of(issuer: &str, emulator: Option<&str>) -> Self {
        let connector = default_connector(&HttpConnectorSettings::builder().build(), None);
        Self { url: url(issuer, emulator), connector }
    }

    async fn get(&self) -> PortResult<Vec<u8>> {
        let failed = |code: &str| PortError::caused(PortErrorKind::Unavailable, READ, Answered::new(code));
        let connector = self.connector.as_ref().ok_or_else(|| failed("NoClient"))?;
        let request = HttpRequest::get(&self.url).map_err(|_address| failed("NoAddress"))?;
        let sent = connector.call(request).await;
        let answer = sent.map_err(|_connection| failed("NoConnection"))?;
        if !answer.status().is_success() {
            return Err(failed(&answer.status().as_u16().to_string()));
        }
        let mut body = ByteStream::new(answer.into_body());
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await {
            bytes.extend_from_slice(&piece.map_err(|_cut_off| failed("CutOff"))?);
            if bytes.len() > MOST_BYTES {
                return Err(failed("TooLong"));
            }
        }
        Ok(bytes)
    }
}

fn url(issuer: &str, emulator: Option<&str>) -> String {
    let Some(endpoint) = emulator else { return format!("{issuer}{BELOW}") };
    let pool = issuer.rsplit('/').next().unwrap_or_default();
    format!("{}/{pool}{BELOW}", endpoint.trim_end_matches('/'))
}

#[async_trait]
impl Document for Address {
    async fn read(&self) -> PortResult<Vec<u8>> {
        let answered = tokio::time::timeout(PATIENCE, self.get()).await;
        answered.map_err(|_elapsed| PortError::new(PortErrorKind::Timeout, READ))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_below_the_issuer_or_at_the_emulator() {
        let issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12";
        assert_eq!(url(issuer, None), format!("{issuer}/.well-known/jwks.json"));
        let emulated = url(issuer, Some("http://127.0.0.1:4566/"));
        assert_eq!(emulated, "http://127.0.0.1:4566/eu-central-1_Ab12/.well-known/jwks.json");
    }
}
