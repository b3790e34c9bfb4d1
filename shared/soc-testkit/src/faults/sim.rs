//! Virtual time, chance, and what is on its way: what all jobs of a run share.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use fastrand::Rng;
use soc_domain::time::Timestamp;
use soc_pipeline::ports::Clock;

use super::weather::{Call, Mishap, Rule};

/// A change that was sent and whose sender waits no more.
pub(super) type Late = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Shared by the scheduler and every port of a run.
#[derive(Debug)]
pub struct Sim {
    began: Timestamp,
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    rng: Rng,
    rules: Vec<Rule>,
    faults_until: Timestamp,
    /// When the job that is being polled wants to go on: set by its pause, taken by the scheduler.
    wake: Option<Timestamp>,
    /// Whether the job that is being polled died.
    crashed: bool,
    late: Vec<(Timestamp, Late)>,
    workers: u32,
    calls: u64,
    /// What happened, if anybody wants to know.
    story: Option<Vec<String>>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("now", &self.now).field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Sim {
    /// A run that begins at `now`; `rules` hold for so long.
    #[must_use]
    pub fn new(seed: u64, now: Timestamp, rules: Vec<Rule>, lasts: Duration) -> Arc<Self> {
        let state = State {
            now,
            rng: Rng::with_seed(seed),
            rules,
            faults_until: now.plus(lasts),
            wake: None,
            crashed: false,
            late: Vec::new(),
            workers: 0,
            calls: 0,
            story: None,
        };
        Arc::new(Self { began: now, state: Mutex::new(state) })
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// From now on every call is noted.
    pub fn tell_story(&self) {
        self.state().story.get_or_insert_default();
    }

    /// Every call so far: when, whose, what became of it.
    #[must_use]
    pub fn story(&self) -> Vec<String> {
        self.state().story.clone().unwrap_or_default()
    }

    /// Notes something, if anybody wants to know.
    pub fn note(&self, words: impl FnOnce() -> String) {
        let elapsed = self.elapsed().as_millis();
        if let Some(story) = &mut self.state().story {
            story.push(format!("{:>4}:{:06.3}  {}", elapsed / 60_000, seconds(elapsed), words()));
        }
    }

    /// A number for the next worker.
    pub(super) fn next_worker(&self) -> u32 {
        let mut state = self.state();
        state.workers += 1;
        state.workers
    }

    /// The true time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().now
    }

    /// How long the run has lasted.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.now().since(self.began)
    }

    /// Whether anything may go wrong now.
    #[must_use]
    pub fn has_faults(&self) -> bool {
        let state = self.state();
        !state.rules.is_empty() && state.now < state.faults_until
    }

    /// A number below `end`; 0 if there is none.
    #[must_use]
    pub fn below(&self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.state().rng.u64(0..end) }
    }

    /// True in so many cases of a thousand.
    #[must_use]
    pub fn happens(&self, per_mille: u32) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }

    /// A span between two, in milliseconds.
    #[must_use]
    pub fn span(&self, from: Duration, to: Duration) -> Duration {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let width = millis(to).saturating_sub(millis(from));
        from + Duration::from_millis(self.below(width.saturating_add(1)))
    }

    /// Puts a list in another order.
    pub fn shuffle<T>(&self, list: &mut [T]) {
        self.state().rng.shuffle(list);
    }

    /// What becomes of a call that arrives now: the first rule that strikes.
    pub(super) fn strikes(&self, call: Call) -> Option<Mishap> {
        self.state().calls += 1;
        if !self.has_faults() {
            return None;
        }
        let elapsed = self.elapsed();
        let state = &mut *self.state();
        let State { rules, rng, calls, .. } = state;
        let mut holding = rules.iter().filter(|rule| {
            rule.on.covers(call, *calls)
                && rule
                    .during
                    .is_none_or(|window| elapsed >= window.from && elapsed < window.from + window.lasts)
        });
        holding.find(|rule| rng.u32(0..1_000) < rule.per_mille).map(|rule| rule.mishap)
    }

    /// Lets other jobs go on for so long.
    /// A job that waits for several things goes on with the first.
    pub(super) async fn pause(&self, span: Duration) {
        let mut until = None;
        std::future::poll_fn(|_context: &mut Context<'_>| {
            let mut state = self.state();
            let now = state.now;
            if until.is_some_and(|until| now >= until) {
                return Poll::Ready(());
            }
            let until = *until.get_or_insert(now.plus(span));
            state.wake = Some(state.wake.map_or(until, |wake| wake.min(until)));
            Poll::Pending
        })
        .await;
    }

    /// The job that calls this dies here.
    pub(super) async fn crash(&self) {
        self.state().crashed = true;
        std::future::pending::<()>().await;
    }

    /// Something that happens by itself after `span`.
    pub(super) fn later(&self, span: Duration, late: Late) {
        let mut state = self.state();
        let at = state.now.plus(span);
        state.late.push((at, late));
    }

    /// Moves time forward, never back.
    pub(super) fn advance_to(&self, time: Timestamp) {
        let mut state = self.state();
        state.now = state.now.max(time);
    }

    /// What the job that was just polled left: when it goes on, or that it died.
    pub(super) fn take_pause(&self) -> Option<Timestamp> {
        let mut state = self.state();
        let crashed = std::mem::take(&mut state.crashed);
        let wake = state.wake.take();
        if crashed { None } else { wake }
    }

    /// What was sent since, with the time at which it lands.
    pub(super) fn take_late(&self) -> Vec<(Timestamp, Late)> {
        std::mem::take(&mut self.state().late)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seconds of the minute.
fn seconds(millis: u128) -> f64 {
    u32::try_from(millis % 60_000).map_or(0.0, |millis| f64::from(millis) / 1_000.0)
}

/// One worker's clock: the true time, and by how much it is wrong.
#[derive(Debug, Clone)]
pub struct WorkerClock {
    sim: Arc<Sim>,
    ahead: Duration,
    behind: Duration,
}

impl WorkerClock {
    /// A clock that is wrong by up to `skew`, either way.
    #[must_use]
    pub fn skewed(sim: &Arc<Sim>, skew: Duration) -> Self {
        let wrong = sim.span(Duration::ZERO, skew);
        let (ahead, behind) =
            if sim.below(2) == 0 { (wrong, Duration::ZERO) } else { (Duration::ZERO, wrong) };
        Self { sim: Arc::clone(sim), ahead, behind }
    }
}

impl Clock for WorkerClock {
    fn now(&self) -> Timestamp {
        self.sim.now().plus(self.ahead).minus(self.behind)
    }
}
