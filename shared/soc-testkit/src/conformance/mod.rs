//! One suite for each port: every sentence of its guarantees, as a check that any adapter must pass.
//!
//! Apart from the adapters' own tests, so that memory, SQLite and DynamoDB cannot differ in what they promise.
//! A suite answers what does not hold instead of panicking, so that it can be tried on a broken adapter too.

mod actions;
mod approvals;
mod budget;
mod correlations;
mod desk;
mod documents;
mod findings;
mod incidents;
mod ledger;
mod people;
mod products;
mod stream;
mod workflows;

use std::fmt;

use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::IncidentId;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use crate::block_on;

pub use actions::actions;
pub use approvals::approvals;
pub use budget::{answers, budget};
pub use correlations::correlations;
pub use desk::{Desk, figures, lists, queue};
pub use documents::{dossier, events, quarantine};
pub use findings::{findings, sources};
pub use incidents::{incidents, unfinished};
pub use ledger::ledger;
pub use people::{holdings, operations, people};
pub use products::{Product, products};
pub use stream::stream;
pub use workflows::{Seen, workflows};

/// The sentences that an adapter breaks, each with how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Broken(Vec<String>);

impl Broken {
    /// The sentences.
    #[must_use]
    pub fn sentences(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Broken {}

/// What a suite answers.
pub type Verdict = Result<(), Broken>;

/// Why one sentence does not hold.
#[derive(Debug)]
struct Fault(String);

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        Self(format!("an error came instead: {error}"))
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("the check itself is wrong: {error}"))
    }
}

type Check = Result<(), Fault>;

/// Tries sentences, each on a fresh adapter, and collects those that do not hold.
struct Suite<F> {
    make: F,
    broken: Vec<String>,
}

impl<F> Suite<F> {
    const fn new(make: F) -> Self {
        Self { make, broken: Vec::new() }
    }

    fn holds<P>(&mut self, sentence: &str, check: impl AsyncFn(&P) -> Check)
    where
        F: Fn() -> P,
    {
        let port = (self.make)();
        if let Err(Fault(how)) = block_on(check(&port)) {
            self.broken.push(format!("{sentence}: {how}"));
        }
    }

    fn verdict(self) -> Verdict {
        if self.broken.is_empty() { Ok(()) } else { Err(Broken(self.broken)) }
    }
}

fn same<T: PartialEq + fmt::Debug>(found: T, expected: T) -> Check {
    if found == expected { Ok(()) } else { Err(Fault(format!("found {found:?}, expected {expected:?}"))) }
}

fn conflict<T: fmt::Debug>(result: PortResult<T>) -> Check {
    match result {
        Err(error) if error.kind == PortErrorKind::Conflict => Ok(()),
        other => Err(Fault(format!("expected a conflict, found {other:?}"))),
    }
}

fn there<T>(found: Option<T>) -> Result<T, Fault> {
    found.ok_or_else(|| Fault("it is not there".to_owned()))
}

/// A correlation key; outside tests only findings have them.
fn key(name: &str) -> Result<CorrelationKey, Fault> {
    Ok(serde_json::from_value(serde_json::Value::from(name))?)
}

fn span(incident: IncidentId, from: Timestamp, to: Timestamp) -> KeySpan {
    KeySpan { incident, from, to, resources: [1, 2].into() }
}
