//! Ctrl-C: the first one asks for a clean end, the second ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::{Exit, Failure};
use crate::output::say;

/// Sets `stop` at the first Ctrl-C. On a thread of its own, because the run keeps its thread busy; when this
/// returns, Ctrl-C is caught already.
pub(crate) fn watch(stop: &Arc<AtomicBool>) -> Result<(), Failure> {
    let stop = Arc::clone(stop);
    let (ready, caught) = sync_channel(1);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return ready.send(Err(error)),
        };
        runtime.block_on(async {
            let mut interrupts = match signal(SignalKind::interrupt()) {
                Ok(interrupts) => interrupts,
                Err(error) => return ready.send(Err(error)),
            };
            ready.send(Ok(()))?;
            interrupts.recv().await;
            stop.store(true, Ordering::Relaxed);
            say("\ninterrupted: finishing what is at hand; press Ctrl-C again to end at once");
            interrupts.recv().await;
            std::process::exit(i32::from(Exit::Interrupted.code()));
        })
    });
    match caught.recv() {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::new("cannot catch Ctrl-C").because(&error)),
        Err(error) => Err(Failure::new("cannot catch Ctrl-C").because(&error)),
    }
}
