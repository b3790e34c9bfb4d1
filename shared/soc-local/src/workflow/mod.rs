//! The workflow interpreter: runs `statemachines/incident.asl.json` inside the process.
//!
//! Apart from the stages because it knows nothing of incidents: it reads a state machine in the Amazon States
//! Language (JSONata), refuses whatever lies outside the subset it runs faithfully, and steps one execution at a
//! time. The same file runs on Step Functions, so this module owns no decision that the file could hold.
//!
//! Invariants:
//! - No clock, no chance, no I/O: time is an argument in milliseconds, tokens are derived, calls go through
//!   [`Tasks`]. The same execution stepped twice takes the same way.
//! - One [`Machine::step`] makes at most one call and leaves an [`Execution`] that can be stored as it is.
//! - Calls are made at least once. A crash after a call and before the execution is stored repeats the call at the
//!   restart, with the same payload and the same task token; the callee must be idempotent.
//!
//! What differs from Step Functions: `TimeoutSeconds` bounds the wait for a task token only. A plain call is
//! bounded by whoever implements [`Tasks`], who reports [`TaskError::timeout`]; this module has no clock to stop it.
//!
//! The subset and its reading follow the Amazon States Language specification (states-language.net) and the
//! Step Functions developer guide, "Transforming data with JSONata" and "Handling errors".

mod execution;
mod expression;
mod failure;
mod fields;
mod machine;
mod profile;
mod read;
mod step;
mod template;
#[cfg(test)]
mod tests;
mod trace;
mod validate;
mod violation;

pub use execution::{Execution, Status, TaskToken, TokenRefused};
pub use machine::Machine;
pub use step::{Step, TaskError, Tasks};
pub use trace::Visit;
pub use violation::{Rule, Violation};

/// The one definition of the workflow, as it is deployed.
pub const INCIDENT: &str = include_str!("../../../../statemachines/incident.asl.json");

/// What the embedded form puts for the function names of [`INCIDENT`]: the names of the stages.
const STAGES: &[(&str, &str)] =
    &[("Triage", "triage"), ("Analyze", "analyze"), ("Remediate", "remediate"), ("Notify", "notify")];

/// Reads [`INCIDENT`] with the stages' own names (`triage`, `analyze`, `remediate`, `notify`) as functions.
///
/// # Errors
/// Every violation of the subset, should the file have left it.
pub fn incident_machine() -> Result<Machine, Vec<Violation>> {
    Machine::parse(INCIDENT, STAGES)
}
