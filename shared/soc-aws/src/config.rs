//! How every client is set up: one place for timeouts and retries, so that no adapter waits longer than its function.
//!
//! Region, endpoints and credentials come from the environment, as the SDK documents it (`AWS_REGION`,
//! `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, ...).

use std::time::Duration;

pub use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader};

/// Attempts of one call, the first included.
const ATTEMPTS: u32 = 3;
/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(2);
/// One attempt; the services answer within some hundred milliseconds.
const ATTEMPT: Duration = Duration::from_secs(6);
/// All attempts of one call with the pauses between them.
const OPERATION: Duration = Duration::from_secs(20);

/// What all clients are made from.
pub async fn load() -> SdkConfig {
    loader().load().await
}

/// The same before it is loaded, for callers who add something: a test its HTTP client.
#[must_use]
pub fn loader() -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    aws_config::defaults(behavior_version())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts)
}

/// Pinned: a new SDK does not change timeouts, retries or checksums by itself.
#[must_use]
pub fn behavior_version() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}
