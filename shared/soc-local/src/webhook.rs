//! Posting notices to a webhook: one signed request, and whether the other side took it.
//!
//! It is apart from the outbox because it knows a network and nothing of a store. A notice's text is hostile:
//! it is sent as JSON and as nothing else. Redirects are not followed, a proxy of the environment is not used,
//! everything has a limit of time, and what is answered is not read beyond its status.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use soc_domain::notice::{Notice, as_json};
use soc_domain::time::Timestamp;
use soc_domain::webhook::{KEY_HEADER, SIGNATURE_HEADER, Secrets, WeakSecret};
use thiserror::Error;
use ureq::Agent;

/// The file of the secrets, in the data folder.
const SECRETS: &str = "webhook.secrets";

/// More than two secrets and their line ends ever have.
const MOST_BYTES: u64 = 4_096;

const CONNECT: Duration = Duration::from_secs(3);
const ALTOGETHER: Duration = Duration::from_secs(10);
const MOST_HEADER_BYTES: usize = 16 * 1_024;

/// Why the webhook cannot be used at all: somebody must set it up.
#[derive(Debug, Error)]
pub enum Unusable {
    /// This program was built without TLS.
    #[error(
        "this program was built without https: build it with `cargo build --release --features webhook-https`"
    )]
    NoHttps,
    /// The file cannot be read.
    #[error("cannot read the secrets in {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others could read the file.
    #[error("{} can be read by others: `chmod 600` it, and replace its secrets", path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// What the file holds is no secret.
    #[error("the secrets in {} are not fit for use", path.display())]
    Weak {
        /// The file.
        path: PathBuf,
        /// Why.
        source: WeakSecret,
    },
}

/// Why a notice was not taken.
#[derive(Debug, Error)]
pub enum Untaken {
    /// The other side cannot be reached, or gave no answer in time: there is no use in trying others now.
    #[error("the webhook cannot be reached: {0}")]
    Unreachable(String),
    /// The other side has trouble of its own.
    #[error("the webhook answered {0}")]
    Troubled(u16),
    /// The other side does not want this one.
    #[error("the webhook refused it with {0}")]
    Refused(u16),
}

/// A webhook.
#[derive(Debug)]
pub struct Webhook {
    url: String,
    secrets: Secrets,
    agent: Agent,
}

impl Webhook {
    /// The webhook at `url`, with the secrets of the data folder.
    ///
    /// # Errors
    /// It cannot be used before somebody sets it up.
    pub fn open(url: &str, folder: &Path) -> Result<Self, Unusable> {
        if url.starts_with("https:") && !cfg!(feature = "webhook-https") {
            return Err(Unusable::NoHttps);
        }
        let config = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .https_only(url.starts_with("https:"))
            .proxy(None)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ALTOGETHER))
            .max_response_header_size(MOST_HEADER_BYTES)
            .max_idle_connections(0)
            .user_agent("ai-soc")
            .build();
        Ok(Self { url: url.to_owned(), secrets: secrets(folder)?, agent: config.new_agent() })
    }

    /// Posts a notice, signed at `now`.
    ///
    /// # Errors
    /// It was not taken, or nobody said so: it may have been. Its key tells a repetition.
    pub fn post(&self, notice: &Notice, now: Timestamp) -> Result<(), Untaken> {
        let body = as_json(notice);
        let answer = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json")
            .header(KEY_HEADER, &notice.key)
            .header(SIGNATURE_HEADER, self.secrets.sign(now, body.as_bytes()))
            .send(body.as_bytes())
            .map_err(|error| Untaken::Unreachable(error.to_string()))?;
        match answer.status().as_u16() {
            200..300 => Ok(()),
            status @ (408 | 425 | 429 | 500..) => Err(Untaken::Troubled(status)),
            status => Err(Untaken::Refused(status)),
        }
    }
}

fn secrets(folder: &Path) -> Result<Secrets, Unusable> {
    let path = folder.join(SECRETS);
    let unreadable = |source| Unusable::Unreadable { path: path.clone(), source };
    let file = File::open(&path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.permissions().mode() & 0o077 != 0 {
        return Err(Unusable::Open { path });
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Secrets::parse(&text).map_err(|source| Unusable::Weak { path, source })
}

#[cfg(all(test, not(feature = "webhook-https")))]
mod tests {
    use super::*;

    #[test]
    fn without_tls_an_https_webhook_says_how_to_get_it() {
        let refused = Webhook::open("https://hooks.example.com/soc", Path::new("nowhere")).unwrap_err();
        assert!(refused.to_string().contains("--features webhook-https"), "{refused}");
    }
}
