//! What a sweep tells: its counts as metrics and as an answer, and each duty that failed once in the log.

use serde_json::Value;
use soc_pipeline::error::StageError;
use soc_pipeline::sweep::Swept;

use crate::failure::chain;
use crate::invocation::Invocation;
use crate::metrics::Unit;

/// Tells what a sweep did. A duty that failed comes again with the next sweep, so the sweep itself did not fail.
///
/// # Errors
/// The counts cannot be written.
pub fn report(swept: &Swept, invocation: &Invocation) -> Result<Value, StageError> {
    let metrics = &invocation.metrics;
    let reconciled = &swept.reconciled;
    for (name, count) in [
        ("LostFindings", reconciled.lost),
        ("BehindFindings", reconciled.behind),
        ("UnreadableFindings", reconciled.unreadable),
        ("Resent", swept.sent),
        ("Reversed", swept.undone),
        ("StuckIncidents", swept.stuck),
        ("FailedDuties", swept.failed.len()),
    ] {
        metrics.count(name, count as u64);
    }
    // Until the first one arrives there is no age: the alarm takes a missing figure for a breach.
    if let Some(age) = swept.heartbeat_age_seconds {
        metrics.set("HeartbeatAge", Unit::Seconds, u32::try_from(age).unwrap_or(u32::MAX).into());
    }
    for error in &swept.errors {
        let (name, why) = (error.name(), chain(error));
        tracing::error!(error.name = name, error.chain = %why, "a duty of the sweep failed");
    }
    serde_json::to_value(swept)
        .map_err(|_shape| StageError::Defect { what: "counts that cannot be written".to_owned() })
}
