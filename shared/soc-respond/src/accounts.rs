//! The port `Account`: which action's file answers, and what holds for every change before and after its call.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use soc_domain::action::{Change, Observation, Target};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Account;

use crate::actions;
use crate::error::refused;
use crate::session::{MemberRole, Sessions};
use crate::settle::{is_there, mismatch};
use crate::subject::Subject;

/// How long to wait for a change to be seen, before each further look: 3.1 seconds in all.
const WAITS: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];

/// All accounts that the function can reach: its own, and those that have the member role.
pub struct Accounts {
    sessions: Sessions,
}

impl Accounts {
    /// Calls are made with `config`: its credentials, endpoint, HTTP client and time-outs. Other accounts than the
    /// credentials' own are entered by `member`, or not at all.
    #[must_use]
    pub fn new(config: &SdkConfig, member: Option<MemberRole>) -> Self {
        Self { sessions: Sessions::new(config, member) }
    }

    /// Looks again until the change is seen. That it is not, or that the look fails, is no error here: the caller
    /// observes too, and decides.
    async fn settle(&self, subject: &Subject<'_>, change: &Change) {
        for wait in WAITS {
            let Ok(Some(seen)) = actions::observe(&self.sessions, subject).await else { return };
            if is_there(change, &seen) {
                return;
            }
            tokio::time::sleep(wait).await;
        }
        tracing::warn!(kind = subject.target.kind.name(), "a change cannot be seen after 3.1 seconds");
    }
}

#[async_trait]
impl Account for Accounts {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        let Some(subject) = Subject::read(target) else { return Ok(None) };
        actions::observe(&self.sessions, &subject).await
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        const OPERATION: &str = "change a resource";
        let subject = Subject::read(target);
        let subject = subject.ok_or_else(|| refused(OPERATION, "the target contradicts itself"))?;
        let Some(seen) = actions::observe(&self.sessions, &subject).await? else {
            return Err(PortError::new(PortErrorKind::Rejected, OPERATION));
        };
        if let Some(why) = mismatch(change, &seen) {
            return Err(refused(OPERATION, why));
        }
        if is_there(change, &seen) {
            return Ok(());
        }
        actions::apply(&self.sessions, &subject, change).await?;
        self.settle(&subject, change).await;
        Ok(())
    }
}
