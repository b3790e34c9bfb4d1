//! One invocation: who asked, and how long there is.

use std::time::Duration;

use soc_domain::id::Place;
use soc_domain::time::Timestamp;
use soc_pipeline::ports::Clock;

use crate::clock::SystemClock;
use crate::metrics::Metrics;

/// So long before the deadline everything is left, to answer in peace.
const MARGIN: Duration = Duration::from_secs(10);
/// So long after the deadline nobody is at work any more, whatever clocks say.
const AFTER: Duration = Duration::from_secs(60);

/// What a handler may know of its invocation.
#[derive(Debug)]
pub struct Invocation {
    /// The id that AWS gave it.
    pub request_id: String,
    /// When the function is killed.
    pub deadline: Timestamp,
    /// The function, as it was invoked.
    pub function_arn: String,
    /// What it counts.
    pub metrics: Metrics,
}

impl Invocation {
    /// An invocation that is killed at `deadline`.
    #[must_use]
    pub fn new(request_id: impl Into<String>, deadline: Timestamp) -> Self {
        let (request_id, function_arn) = (request_id.into(), String::new());
        Self { request_id, deadline, function_arn, metrics: Metrics::default() }
    }

    /// Where the function runs; empty where nobody says so.
    #[must_use]
    pub fn place(&self) -> Place {
        let mut parts = self.function_arn.split(':').skip(1).map(str::to_owned);
        let partition = parts.next().unwrap_or_default();
        let mut parts = parts.skip(1);
        let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Place { partition, account, region }
    }

    /// How long until the function is killed.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.since(SystemClock.now())
    }

    /// How long work may go on: until ten seconds before the deadline, or half of a shorter time.
    #[must_use]
    pub fn to_work(&self) -> Duration {
        let remaining = self.remaining();
        remaining.saturating_sub(MARGIN.min(remaining / 2))
    }

    /// How long an intent written now belongs to this invocation: until a minute after it is killed.
    #[must_use]
    pub fn lease(&self) -> Duration {
        self.remaining().saturating_add(AFTER)
    }
}
