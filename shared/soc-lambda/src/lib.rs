//! The Lambda shell: what every function does around its stage, once.
//!
//! It stands apart so that a function is settings, adapters and one call of [`run`]. Invariants: nothing runs before
//! every setting is good; logs and metrics carry ids and counts, never text of a finding; an invocation ends before
//! its deadline with an answer or with an error under a name that the workflow knows; a panic acknowledges nothing.

pub mod batch;
pub mod clock;
mod failed;
mod failure;
pub mod health;
pub mod http;
pub mod invocation;
pub mod log;
pub mod metrics;
pub mod panic;
pub mod policy;
mod run;
pub mod security_event;
pub mod settings;
pub mod sweep;

use std::future::Future;
use std::pin::Pin;

use soc_pipeline::error::PortResult;

pub use clock::SystemClock;
pub use failed::Failed;
pub use invocation::Invocation;
pub use run::{Handler, Shell, program, run, start};

/// What an adapter does when it is asked: the shell knows no adapter.
pub type Ask<T> = Box<dyn Fn() -> Pin<Box<dyn Future<Output = PortResult<T>> + Send>> + Send + Sync>;

/// An [`Ask`] of a closure that makes a future.
pub fn ask<T, F>(call: impl Fn() -> F + Send + Sync + 'static) -> Ask<T>
where
    F: Future<Output = PortResult<T>> + Send + 'static,
{
    Box::new(move || Box::pin(call()))
}
