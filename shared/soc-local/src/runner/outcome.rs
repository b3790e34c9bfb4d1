//! What a run is asked, and what it tells while it runs.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use soc_domain::notice::Notice;
use soc_pipeline::ports::Origin;

/// What a run is asked.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// End when nothing is left to do; otherwise go on until `stop`.
    pub until_idle: bool,
    /// Who vouches for the inputs.
    pub origin: Origin,
    /// Set from outside: finish the batch at hand and end.
    pub stop: Arc<AtomicBool>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { until_idle: true, origin: Origin::Owner, stop: Arc::default() }
    }
}

/// Who watches a run.
pub trait Progress {
    /// Records were taken in: how many so far, and how many bytes of how many (0 if unknown).
    fn read(&self, records: u64, bytes: u64, of: u64);
    /// Executions are being driven: how many are still open.
    fn driving(&self, open: u64);
    /// A notice went out.
    fn notice(&self, notice: &Notice);
    /// Something did not work that stops nothing, in words for people.
    fn problem(&self, what: &str);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn read(&self, _records: u64, _bytes: u64, _of: u64) {}
    fn driving(&self, _open: u64) {}
    fn notice(&self, _notice: &Notice) {}
    fn problem(&self, _what: &str) {}
}
