//! Panics, caught where work begins: their text may hold anything, so only the place is told.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use soc_pipeline::error::StageError;

/// While it is set, a panic is expected and not told.
pub(crate) static QUIET: AtomicBool = AtomicBool::new(false);

/// The work panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

impl From<Panicked> for StageError {
    fn from(_: Panicked) -> Self {
        Self::Defect { what: "a part of the program panicked".to_owned() }
    }
}

/// Does the work; a panic in it ends only the work.
///
/// # Errors
/// It panicked.
pub async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(_payload) => Poll::Ready(Err(Panicked)),
    })
    .await
}

/// From now on a panic is told by its place alone.
pub fn tell_places_only() {
    set_hook(Box::new(|panic| {
        if QUIET.load(Ordering::Relaxed) {
            return;
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(error.name = "Soc.Defect", location = %place, "a part of the program panicked");
    }));
}
