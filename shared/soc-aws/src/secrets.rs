//! Secrets, read by their ARN when they are needed and kept for minutes, never for good.
//!
//! Apart because a secret must not be printed, must be strong, and has two lives while it is being replaced.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::port_error;

/// The shortest secret that is taken, in bytes.
pub const SECRET_MIN: usize = 32;
/// For how long a secret is kept, unless told otherwise.
pub const KEPT_FOR: Duration = Duration::from_secs(300);
const READ: &str = "read a secret";

/// A secret's bytes. It is never shown.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes the bytes for a secret, if they are enough.
    ///
    /// # Errors
    /// There are fewer than [`SECRET_MIN`].
    pub fn new(bytes: Vec<u8>) -> PortResult<Self> {
        if bytes.len() < SECRET_MIN {
            return Err(PortError::caused(PortErrorKind::Rejected, READ, "it is shorter than 32 bytes"));
        }
        Ok(Self(bytes))
    }

    /// Whether these bytes are the secret's. How long that takes tells nothing but their number.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        verify_slices_are_equal(&self.0, bytes).is_ok()
    }

    /// The bytes, for the one who signs or encrypts with them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The versions of a secret that are alive: sign with the current one, accept the previous one too.
#[derive(Debug, Clone)]
pub struct Versions {
    /// `AWSCURRENT`.
    pub current: Secret,
    /// `AWSPREVIOUS`, while there is one.
    pub previous: Option<Secret>,
}

impl Versions {
    /// Whether these bytes are a living version's.
    #[must_use]
    pub fn know(&self, bytes: &[u8]) -> bool {
        self.current.is(bytes) | self.previous.as_ref().is_some_and(|previous| previous.is(bytes))
    }
}

/// Reads the current version of a secret, string or binary.
///
/// # Errors
/// The call failed, or the secret is too short.
pub async fn read(client: &Client, arn: &str) -> PortResult<Secret> {
    match stage(client, arn, "AWSCURRENT").await? {
        Some(secret) => Ok(secret),
        None => Err(PortError::new(PortErrorKind::NotFound, READ)),
    }
}

/// One stage of a secret; none if the secret has no such stage.
async fn stage(client: &Client, arn: &str, stage: &str) -> PortResult<Option<Secret>> {
    let answer = match client.get_secret_value().secret_id(arn).version_stage(stage).send().await {
        Ok(answer) => answer,
        Err(error) if error.code() == Some("ResourceNotFoundException") => return Ok(None),
        Err(error) => return Err(port_error(READ, &error)),
    };
    let binary = answer.secret_binary().map(|blob| blob.as_ref().to_vec());
    let bytes = binary.or_else(|| answer.secret_string().map(|text| text.as_bytes().to_vec()));
    Secret::new(bytes.unwrap_or_default()).map(Some)
}

/// Secrets that were read, each for a while.
pub struct Secrets {
    client: Client,
    kept_for: Duration,
    kept: Mutex<BTreeMap<String, (Instant, Versions)>>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("kept_for", &self.kept_for).finish_non_exhaustive()
    }
}

impl Secrets {
    /// Reads with this client and keeps what it read for `kept_for`.
    #[must_use]
    pub fn new(client: Client, kept_for: Duration) -> Self {
        Self { client, kept_for, kept: Mutex::default() }
    }

    /// The living versions of a secret. After `kept_for` it is read again; if that fails, what is too old is not used.
    ///
    /// # Errors
    /// A call failed, or a version is too short.
    pub async fn versions(&self, arn: &str) -> PortResult<Versions> {
        self.younger(arn, self.kept_for).await
    }

    /// The living versions of a secret, as they were at most `age` ago: for whoever was shown one that is not among
    /// those that are kept.
    ///
    /// # Errors
    /// As [`Self::versions`].
    pub async fn younger(&self, arn: &str, age: Duration) -> PortResult<Versions> {
        let mut kept = self.kept.lock().await;
        if let Some((since, versions)) = kept.get(arn)
            && since.elapsed() < age
        {
            return Ok(versions.clone());
        }
        kept.remove(arn);
        let versions = Versions {
            current: read(&self.client, arn).await?,
            previous: stage(&self.client, arn, "AWSPREVIOUS").await?,
        };
        kept.insert(arn.to_owned(), (Instant::now(), versions.clone()));
        Ok(versions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_refused_and_two_live_ones_are_known_and_never_shown() {
        assert!(Secret::new(vec![7; SECRET_MIN - 1]).is_err());
        let secret = Secret::new(b"0123456789abcdef0123456789abcdef".to_vec()).unwrap();
        let other = Secret::new(vec![7; SECRET_MIN]).unwrap();
        let versions = Versions { current: secret, previous: Some(other) };
        assert!(versions.know(b"0123456789abcdef0123456789abcdef") && versions.know(&[7; SECRET_MIN]));
        for wrong in [b"".as_slice(), b"0123456789abcdef0123456789abcdeX", &[7; SECRET_MIN + 1]] {
            assert!(!versions.know(wrong));
        }
        assert!(!format!("{versions:?}").contains("0123"));
    }
}
