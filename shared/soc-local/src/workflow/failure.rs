//! What an error in a task leads to: another attempt, a catcher, or the end.
//!
//! Apart from the steps because Retry and Catch are one rule: retriers first, in their order, then catchers
//! (Step Functions developer guide, "Handling errors in Step Functions workflows").

use std::time::Duration;

use super::execution::Execution;
use super::machine::{Catcher, Retrier, Task};
use super::step::TaskError;

/// What to do about an error.
pub(super) enum Remedy<'a> {
    /// Try again at this time; the retrier's counter has been raised.
    RetryAt(i64),
    /// Leave by this catcher.
    Caught(&'a Catcher),
    /// Nothing helps.
    Fail,
}

/// Finds the remedy and counts the attempt.
pub(super) fn remedy<'a>(
    task: &'a Task,
    execution: &mut Execution,
    error: &TaskError,
    now_ms: i64,
) -> Remedy<'a> {
    let retrier = task.retry.iter().enumerate().find(|(_, retrier)| covers(&retrier.errors, &error.error));
    if let Some((index, retrier)) = retrier
        && let used = execution.retries.get(index).copied().unwrap_or(0)
        && let Some(at_ms) = next_attempt(retrier, used, now_ms)
    {
        execution.count_retry(index);
        return Remedy::RetryAt(at_ms);
    }
    match task.catch.iter().find(|catcher| covers(&catcher.errors, &error.error)) {
        Some(catcher) => Remedy::Caught(catcher),
        None => Remedy::Fail,
    }
}

/// Interval times rate to the power of the attempts made, at most the longest delay; none when they are used up.
fn next_attempt(retrier: &Retrier, used: u32, now_ms: i64) -> Option<i64> {
    if used >= retrier.max_attempts {
        return None;
    }
    let exponent = i32::try_from(used).unwrap_or(i32::MAX);
    let grown = f64::from(retrier.interval_seconds) * retrier.backoff_rate.powi(exponent);
    let longest = f64::from(retrier.max_delay_seconds.unwrap_or(super::fields::LONGEST_SECONDS));
    let delay = Duration::try_from_secs_f64(grown.min(longest)).ok()?;
    Some(now_ms.saturating_add(i64::try_from(delay.as_millis()).ok()?))
}

/// Whether a list of names covers an error. `States.TaskFailed` covers everything but a time-out; neither wildcard
/// covers the two errors that end an execution whatever it says.
fn covers(names: &[String], error: &str) -> bool {
    let terminal = matches!(error, "States.Runtime" | "States.DataLimitExceeded");
    names.iter().any(|name| match name.as_str() {
        "States.ALL" => !terminal,
        "States.TaskFailed" => !terminal && error != "States.Timeout",
        name => name == error,
    })
}
