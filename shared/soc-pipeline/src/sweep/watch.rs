//! Watch: whether the pipeline itself lives. A heartbeat goes the way of every record; an incident that nothing goes
//! on with is found and started.
//!
//! Apart from the rest of the sweep because here nothing is wrong with an incident, but with us.

use std::time::Duration;

use soc_domain::id::Place;
use soc_domain::policy::Policy;
use soc_domain::time::Timestamp;
use soc_domain::wire::{heartbeat, heartbeat_finding};

use super::PAGE;
use crate::error::StageError;
use crate::ports::{Clock, Findings, Stream, StreamRecord, Unfinished, Workflows};

/// What a generation may take beyond the time that people have to answer.
const WORK: Duration = Duration::from_secs(3600);
/// A heartbeat that is further ahead of our clock is not ours.
const SKEW: Duration = Duration::from_secs(300);
const DAY: Duration = Duration::from_secs(86_400);

/// The ports that watching may touch.
#[derive(Clone, Copy)]
pub struct Watching<'a> {
    /// Generations that are not done.
    pub unfinished: &'a dyn Unfinished,
    /// Executions.
    pub workflows: &'a dyn Workflows,
    /// Where heartbeats arrive.
    pub findings: &'a dyn Findings,
    /// Where they are put.
    pub stream: &'a dyn Stream,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// How long people have to answer.
    pub policy: &'a Policy,
    /// Where we run: heartbeats say so.
    pub place: &'a Place,
}

impl Watching<'_> {
    /// Generations that began so long ago that they should be done. Each is started: one that was started before is
    /// not started again. Answers how many there are.
    ///
    /// # Errors
    /// A port failed; the rest is looked at next time.
    pub async fn start_stuck(&self) -> Result<usize, StageError> {
        let patience = self.policy.rules.approval.timeout.duration().saturating_add(WORK);
        let stuck = self.unfinished.unfinished(self.clock.now().minus(patience), PAGE).await?;
        for message in &stuck {
            self.workflows.start(*message).await?;
        }
        Ok(stuck.len())
    }

    /// Puts a heartbeat on the stream.
    ///
    /// # Errors
    /// It is not on the stream.
    pub async fn beat(&self) -> Result<(), StageError> {
        let now = self.clock.now();
        let record = StreamRecord {
            key: format!("heartbeat-{}", now.as_millis()),
            bytes: heartbeat(now, self.place).into_bytes(),
        };
        match self.stream.put(&[record]).await?.pop() {
            None => Ok(()),
            Some(not_put) => Err(not_put.error.into()),
        }
    }

    /// How old the newest heartbeat is that arrived; nothing if none did, today or yesterday, or if somebody forged
    /// one of the future.
    ///
    /// # Errors
    /// A port failed.
    pub async fn heard(&self) -> Result<Option<Duration>, StageError> {
        let now = self.clock.now();
        let mut newest: Option<Timestamp> = None;
        for at in [now, now.minus(DAY)] {
            if let Some(row) = self.findings.get(heartbeat_finding(at, self.place)).await? {
                newest = newest.max(row.value.finding.updated_at);
            }
        }
        Ok(newest.filter(|at| *at <= now.plus(SKEW)).map(|at| now.since(at)))
    }
}
