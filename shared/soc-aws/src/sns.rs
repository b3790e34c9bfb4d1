//! Notices to people, over a topic of SNS.
//!
//! Apart because a standard topic sends whatever it gets: that a notice goes out once is a row's work, not its.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use soc_domain::notice::{Notice, NoticeKind, as_text};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Clock, Notifiers};

use crate::error::port_error;

/// The longest message; SNS takes 256 KiB with its attributes ("Publish", Amazon SNS API Reference).
const MESSAGE_MAX: usize = 200 * 1024;
/// For how long whoever is sending a notice has it alone: longer than a call takes with all its attempts.
pub const SENDING: Duration = Duration::from_secs(120);
const OPERATION: &str = "send a notice";

/// Who sends a notice now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// We do, until the lease is over.
    Ours,
    /// It was sent.
    Sent,
    /// Somebody else does, and their lease is not over.
    Theirs,
}

/// Which notices were sent: one row for each key.
#[async_trait]
pub trait SentNotices: Send + Sync {
    /// Claims a notice from `now` for [`SENDING`]. Of concurrent callers exactly one gets Ours, until its lease is over
    /// or the notice is confirmed; after that everybody gets Sent.
    async fn claim(&self, key: &str, now: Timestamp) -> PortResult<Claimed>;
    /// The notice was sent. Confirming twice is success.
    async fn confirm(&self, key: &str) -> PortResult<()>;
}

/// Which notices were sent, in memory: none for the lease's begin once it was confirmed.
#[derive(Debug, Default)]
pub struct MemoryNotices(Mutex<BTreeMap<String, Option<Timestamp>>>);

#[async_trait]
impl SentNotices for MemoryNotices {
    async fn claim(&self, key: &str, now: Timestamp) -> PortResult<Claimed> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match rows.get(key) {
            Some(None) => return Ok(Claimed::Sent),
            Some(Some(since)) if now < since.plus(SENDING) => return Ok(Claimed::Theirs),
            Some(Some(_over)) => {}
            None => {}
        }
        rows.insert(key.to_owned(), Some(now));
        Ok(Claimed::Ours)
    }

    async fn confirm(&self, key: &str) -> PortResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), None);
        Ok(())
    }
}

/// A topic. A notice is published once; only if whoever publishes dies between the topic's answer and the row's
/// confirmation does it go out again.
pub struct SnsNotifier {
    client: Client,
    topic_arn: String,
    sent: Arc<dyn SentNotices>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for SnsNotifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SnsNotifier").field("topic_arn", &self.topic_arn).finish_non_exhaustive()
    }
}

impl SnsNotifier {
    /// The topic of this ARN, and the rows that tell what was sent.
    pub fn new(
        client: Client,
        topic_arn: impl Into<String>,
        sent: Arc<dyn SentNotices>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { client, topic_arn: topic_arn.into(), sent, clock }
    }

    async fn publish(&self, notice: &Notice) -> PortResult<()> {
        let attribute = |value: String| {
            let built = MessageAttributeValue::builder().data_type("String").string_value(value).build();
            built.map_err(|error| PortError::caused(PortErrorKind::Rejected, OPERATION, error))
        };
        let call = self
            .client
            .publish()
            .topic_arn(&self.topic_arn)
            .subject(subject(notice))
            .message(message(notice))
            .message_attributes("kind", attribute(kind(notice.kind).to_owned())?)
            .message_attributes("severity", attribute(notice.severity.to_string())?)
            .message_attributes("incident", attribute(notice.incident.to_string())?);
        call.send().await.map(drop).map_err(|error| port_error(OPERATION, &error))
    }
}

#[async_trait]
impl Notifiers for SnsNotifier {
    async fn send(&self, notice: &Notice) -> PortResult<()> {
        match self.sent.claim(&notice.key, self.clock.now()).await? {
            Claimed::Sent => Ok(()),
            // They may die before they send it: whoever asks comes again.
            Claimed::Theirs => Err(PortError::new(PortErrorKind::Unavailable, OPERATION)),
            Claimed::Ours => {
                self.publish(notice).await?;
                self.sent.confirm(&notice.key).await
            }
        }
    }
}

/// What rules of subscriptions filter by.
const fn kind(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Incident => "incident",
        NoticeKind::ApprovalRequest => "approval_request",
    }
}

/// A line of printable ASCII of at most 100 characters, as SNS wants it. Never the title: it is hostile, and mail
/// shows a subject where nothing marks it as a quotation.
fn subject(notice: &Notice) -> String {
    let what = match notice.kind {
        NoticeKind::Incident => "incident",
        NoticeKind::ApprovalRequest => "decision needed:",
    };
    format!("[ai-soc] {} {what} {}", notice.severity, notice.incident)
}

fn message(notice: &Notice) -> String {
    let mut text = as_text(notice);
    let end = text.floor_char_boundary(MESSAGE_MAX);
    text.truncate(end);
    text
}
