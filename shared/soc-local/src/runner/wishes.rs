//! What people who are asked in this process wish of the runner, and what came of it.
//!
//! Apart from the store because it is only about waiting: a wish that changes something stands in the store, and is
//! granted without this too. Whoever wishes is told as soon as the runner has committed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use soc_domain::action::Action;
use soc_domain::id::{ActionId, QuarantineId};
use soc_domain::time::Timestamp;
use soc_pipeline::reverse::NotReversed;
use tokio::sync::oneshot::{Receiver, Sender, channel};

use super::replay::Replayed;

/// What came of a reversal.
pub(crate) type Reversal = Result<Action, NotReversed>;
/// What came of reading a record again; else why it could not be tried.
pub(crate) type Replay = Result<Replayed, String>;

#[derive(Debug, Default)]
struct Open {
    /// Somebody decided something: look before the next pause ends.
    look: bool,
    reversals: HashMap<ActionId, Vec<Sender<Reversal>>>,
    /// Known, and to be told behind the commit.
    reversed: Vec<(Sender<Reversal>, Reversal)>,
    replays: Vec<(QuarantineId, Sender<Replay>)>,
}

/// Wishes between the threads of one process.
#[derive(Debug, Default)]
pub struct Wishes {
    open: Mutex<Open>,
    came: Condvar,
    /// When the runner last looked, in milliseconds; 0 if it never did.
    beat: AtomicI64,
}

impl Wishes {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was decided: the runner looks at once.
    pub(crate) fn look(&self) {
        self.open().look = true;
        self.came.notify_all();
    }

    /// To be told what comes of a reversal that stands in the store.
    pub(crate) fn reversal(&self, id: ActionId) -> Receiver<Reversal> {
        let (to, from) = channel();
        self.open().reversals.entry(id).or_default().push(to);
        self.look();
        from
    }

    /// Wishes that a record is read again.
    pub(crate) fn replay(&self, id: QuarantineId) -> Receiver<Replay> {
        let (to, from) = channel();
        self.open().replays.push((id, to));
        self.look();
        from
    }

    /// When the runner last looked.
    pub(crate) fn last_look(&self) -> Timestamp {
        Timestamp::from_millis(self.beat.load(Ordering::Relaxed))
    }

    /// The runner looks now.
    pub(super) fn looked(&self, now: Timestamp) {
        self.beat.store(now.as_millis(), Ordering::Relaxed);
    }

    /// Waits until somebody wishes something, at most `pause`.
    pub(super) fn wait(&self, pause: Duration) {
        let open = self.open();
        let waited = self.came.wait_timeout_while(open, pause, |open| !open.look);
        let (mut open, _timed_out) = waited.unwrap_or_else(PoisonError::into_inner);
        open.look = false;
    }

    /// A reversal was granted or refused in the batch at hand.
    pub(super) fn reversed(&self, id: ActionId, outcome: Reversal) {
        let mut open = self.open();
        let mut waiting = open.reversals.remove(&id).unwrap_or_default();
        // One is told why; whoever wished the same beside them looks for themselves.
        if let Some(first) = waiting.pop() {
            open.reversed.push((first, outcome));
        }
    }

    /// The batch is committed: what came of it is told. Whoever no longer waits is passed over.
    pub(super) fn committed(&self) {
        let told = std::mem::take(&mut self.open().reversed);
        for (to, outcome) in told {
            let _no_longer_waits = to.send(outcome);
        }
    }

    /// The records that are to be read again.
    pub(super) fn replays(&self) -> Vec<(QuarantineId, Sender<Replay>)> {
        std::mem::take(&mut self.open().replays)
    }
}
