//! Guard tests and tests across crates: one binary, so that they link once.
//!
//! A guard keeps a rule that neither the compiler nor clippy can keep. Its check is a function over plain values,
//! so that beside the test over this repository stands one that feeds it a planted fault and sees it named.

#[cfg(test)]
mod analysis;
#[cfg(test)]
mod approvals;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod balance;
#[cfg(test)]
mod bed;
#[cfg(test)]
mod builtin_stream;
#[cfg(test)]
mod cast;
#[cfg(test)]
mod correlation;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod generations;
#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod layering;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod order_of_arrival;
#[cfg(test)]
mod performance;
#[cfg(test)]
mod repetition;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod stages;
#[cfg(test)]
mod statemachine;
#[cfg(test)]
mod suppressions;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod threats;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod webhook;
#[cfg(test)]
mod workspace;
