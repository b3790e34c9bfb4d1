//! What a run shows while it runs: a bar on standard error if somebody watches, notices if they are wanted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use soc_domain::notice::{Notice, as_text, harmless};
use soc_local::runner::Progress;

use super::say;

/// Shows how far a run is.
pub(crate) struct Watching {
    bar: ProgressBar,
    notices: bool,
    records: AtomicU64,
    /// Records of inputs before the one at hand.
    before: AtomicU64,
}

impl Watching {
    /// A bar if `bar`, notices if `notices`.
    pub(crate) fn new(bar: bool, notices: bool) -> Self {
        let target = if bar { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} records {msg} [{elapsed}] {per_sec}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, notices, records: AtomicU64::new(0), before: AtomicU64::new(0) }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Watching {
    fn read(&self, records: u64, bytes: u64, of: u64) {
        let last = self.records.swap(records, Ordering::Relaxed);
        if records < last {
            self.before.fetch_add(last, Ordering::Relaxed);
        }
        self.bar.set_position(self.before.load(Ordering::Relaxed) + records);
        let mib = |bytes: u64| format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20);
        if of >= bytes && of > 0 {
            self.bar.set_message(format!("{} of {}", mib(bytes), mib(of)));
        } else {
            self.bar.set_message(mib(bytes));
        }
    }

    fn driving(&self, open: u64) {
        self.bar.set_message(format!("{open} executions left"));
    }

    fn notice(&self, notice: &Notice) {
        if self.notices {
            self.bar.suspend(|| say(&as_text(notice)));
        }
    }

    fn problem(&self, what: &str) {
        self.bar.suspend(|| say(&format!("warning: {}", harmless(what))));
    }
}
