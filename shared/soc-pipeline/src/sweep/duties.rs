//! All duties of one sweep, one after the other: one that fails does not stop the others.

use std::time::Duration;

use serde::Serialize;

use super::{Reconciled, Reconciling, Sweeping, Watching};
use crate::error::StageError;
use crate::people::{NotDone, People, Waits};
use crate::ports::Anchors;

/// A request of the API ends within 30 seconds, so who has not ended anything for a minute never will. What is left of
/// the sweep's ten minutes is for its other duties.
const WAITS: Waits = Waits { waited: Duration::from_secs(60), limit: 100, lasts: Duration::from_secs(120) };

/// What was taken on cannot be refused any more: another answer than a port's is our own fault.
fn ended(error: NotDone) -> StageError {
    match error {
        NotDone::Stage(error) => error,
        NotDone::NotFound { .. } | NotDone::Refused(_) | NotDone::KeyReused | NotDone::Invalid { .. } => {
            StageError::Defect { what: format!("a person's change cannot be ended: {error}") }
        }
    }
}

/// Everything that a sweep does.
#[derive(Clone, Copy)]
pub struct Duties<'a> {
    /// What is due by itself.
    pub sweeping: Sweeping<'a>,
    /// What people began and nobody ended.
    pub people: People<'a>,
    /// What never came.
    pub reconciling: Reconciling<'a>,
    /// Whether we live.
    pub watching: Watching<'a>,
    /// Where the ledger's roots are kept, if anywhere.
    pub anchors: Option<&'a dyn Anchors>,
}

/// What a sweep did: counts, never ids.
#[derive(Debug, Default, Serialize)]
pub struct Swept {
    /// Executions started for messages that were not confirmed.
    pub sent: usize,
    /// Generations opened that were put off.
    pub opened: usize,
    /// People's changes and bulks that were ended for whoever began them.
    pub taken_over: usize,
    /// Containment that ended.
    pub undone: usize,
    /// Generations that should be done and are not.
    pub stuck: usize,
    /// What the products have and we do not.
    pub reconciled: Reconciled,
    /// How old the newest heartbeat is that arrived; left out where none has, as before the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heartbeat_age_seconds: Option<u64>,
    /// The duties that failed, wholly or in part.
    pub failed: Vec<&'static str>,
    /// Why.
    #[serde(skip)]
    pub errors: Vec<StageError>,
}

impl Duties<'_> {
    /// Does every duty.
    pub async fn all(&self) -> Swept {
        let mut swept = Swept::default();
        let now = self.watching.clock.now();
        // The last heartbeat is looked for before the next one is put.
        let heard = self.watching.heard().await;
        swept.heartbeat_age_seconds = swept.take("heard", heard).flatten().map(|age| age.as_secs());
        let beat = self.watching.beat().await;
        swept.take("beat", beat);
        // What is opened or ended leaves a message: sent now, and not by the next sweep.
        let opened = self.sweeping.open_put_off(now).await;
        swept.opened = swept.take("open_put_off", opened).unwrap_or_default();
        let taken_over = self.people.take_over(WAITS).await.map_err(ended);
        swept.taken_over = swept.take("take_over", taken_over).unwrap_or_default();
        let sent = self.sweeping.send_outbox().await;
        swept.sent = swept.take("send_outbox", sent).unwrap_or_default();
        let undone = self.sweeping.expire_containment().await;
        swept.undone = swept.take("expire_containment", undone).unwrap_or_default();
        let stuck = self.watching.start_stuck().await;
        swept.stuck = swept.take("start_stuck", stuck).unwrap_or_default();
        let reconciled = self.reconciling.reconcile(now).await;
        swept.reconciled = swept.take("reconcile", reconciled).unwrap_or_default();
        for error in std::mem::take(&mut swept.reconciled.failed) {
            swept.fail("reconcile", error);
        }
        if let Some(anchors) = self.anchors {
            let anchored = anchors.anchor(now).await.map_err(StageError::from);
            swept.take("anchor", anchored);
        }
        swept
    }
}

impl Swept {
    fn take<T>(&mut self, duty: &'static str, result: Result<T, StageError>) -> Option<T> {
        match result {
            Ok(done) => Some(done),
            Err(error) => {
                self.fail(duty, error);
                None
            }
        }
    }

    fn fail(&mut self, duty: &'static str, error: StageError) {
        if !self.failed.contains(&duty) {
            self.failed.push(duty);
        }
        self.errors.push(error);
    }
}
