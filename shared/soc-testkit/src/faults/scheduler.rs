//! Jobs, interleaved: whoever's time comes first goes on to its next call.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use soc_domain::time::Timestamp;

use super::sim::{Late, Sim};

/// Names one job of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended<T> {
    /// It came to its end.
    Done(T),
    /// It crashed, or was still at work at its hard deadline.
    Died,
}

struct Job<T> {
    id: JobId,
    dies_at: Timestamp,
    future: Pin<Box<dyn Future<Output = T> + Send>>,
}

enum Next<T> {
    Job(Job<T>),
    Late(Late),
}

/// Runs jobs in virtual time.
pub struct Scheduler<T> {
    sim: Arc<Sim>,
    /// By time; of equals by chance, then by age.
    agenda: BTreeMap<(Timestamp, u64, u64), Next<T>>,
    jobs: u64,
    places: u64,
}

impl<T> std::fmt::Debug for Scheduler<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scheduler").field("jobs", &self.jobs).finish_non_exhaustive()
    }
}

impl<T> Scheduler<T> {
    /// Nothing to do yet.
    #[must_use]
    pub fn new(sim: &Arc<Sim>) -> Self {
        Self { sim: Arc::clone(sim), agenda: BTreeMap::new(), jobs: 0, places: 0 }
    }

    /// A job that begins after `wait` and must end within `limit` of its beginning.
    pub fn start(
        &mut self,
        wait: Duration,
        limit: Duration,
        job: impl Future<Output = T> + Send + 'static,
    ) -> JobId {
        self.jobs += 1;
        let id = JobId(self.jobs);
        let begins = self.sim.now().plus(wait);
        let job = Job { id, dies_at: begins.plus(limit), future: Box::pin(job) };
        self.put(begins, Next::Job(job));
        id
    }

    /// Runs until a job ends, and says how; none if nothing happens before `until`.
    pub fn next(&mut self, until: Timestamp) -> Option<(JobId, Ended<T>)> {
        while let Some((&key, _)) = self.agenda.first_key_value() {
            let (time, ..) = key;
            if time > until {
                return None;
            }
            let next = self.agenda.remove(&key)?;
            self.sim.advance_to(time);
            let ended = match next {
                Next::Late(late) => self.poll_late(late),
                Next::Job(job) => self.poll(job),
            };
            for (at, late) in self.sim.take_late() {
                self.put(at, Next::Late(late));
            }
            if ended.is_some() {
                return ended;
            }
        }
        None
    }

    fn poll(&mut self, mut job: Job<T>) -> Option<(JobId, Ended<T>)> {
        if self.sim.now() >= job.dies_at {
            return Some((job.id, Ended::Died));
        }
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(output) = job.future.as_mut().poll(&mut context) {
            return Some((job.id, Ended::Done(output)));
        }
        match self.sim.take_pause() {
            Some(wakes) => {
                self.put(wakes.min(job.dies_at), Next::Job(job));
                None
            }
            None => Some((job.id, Ended::Died)),
        }
    }

    fn poll_late(&mut self, mut late: Late) -> Option<(JobId, Ended<T>)> {
        let mut context = Context::from_waker(Waker::noop());
        // What lands late goes to an account that answers at once.
        let _landed = late.as_mut().poll(&mut context);
        None
    }

    fn put(&mut self, at: Timestamp, next: Next<T>) {
        self.places += 1;
        self.agenda.insert((at, self.sim.below(u64::MAX), self.places), next);
    }
}
