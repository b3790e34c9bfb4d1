//! How many changes one person may make in a short time.
//!
//! Apart because it is the only thing that is kept between requests, and only in memory: each process counts for
//! itself, which slows a flood down and is no quota.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use soc_domain::time::Timestamp;

/// How fast a person's changes may follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: u32,
    /// How many a second after that.
    pub per_second: u32,
}

impl Default for Rate {
    fn default() -> Self {
        Self { burst: 60, per_second: 10 }
    }
}

/// How many names are remembered; beyond it the full buckets are forgotten, which changes nothing for anybody.
const MOST_NAMES: usize = 10_000;

/// One change, in thousandths: a millisecond refills `per_second` of them.
const ONE: u64 = 1_000;

#[derive(Debug, Clone, Copy)]
struct Level {
    thousandths: u64,
    at: Timestamp,
}

/// A bucket for each person.
#[derive(Debug)]
pub(crate) struct Buckets {
    rate: Rate,
    levels: Mutex<HashMap<String, Level>>,
}

impl Buckets {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, levels: Mutex::default() }
    }

    fn full(&self) -> u64 {
        u64::from(self.rate.burst) * ONE
    }

    /// Takes one change of `name` at `now`; else after how many seconds there is one again.
    pub(crate) fn take(&self, name: &str, now: Timestamp) -> Result<(), u64> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        if levels.len() >= MOST_NAMES {
            levels.retain(|_name, level| self.refilled(*level, now) < self.full());
        }
        let level = levels.get(name).copied().unwrap_or(Level { thousandths: self.full(), at: now });
        let filled = self.refilled(level, now);
        let Some(left) = filled.checked_sub(ONE) else {
            let missing = ONE - filled;
            let a_second = (u64::from(self.rate.per_second) * ONE).max(1);
            return Err(missing.div_ceil(a_second).max(1));
        };
        // A clock that went back must not refill the same time twice.
        levels.insert(name.to_owned(), Level { thousandths: left, at: now.max(level.at) });
        Ok(())
    }

    fn refilled(&self, level: Level, now: Timestamp) -> u64 {
        let passed = u64::try_from(now.since(level.at).as_millis()).unwrap_or(u64::MAX);
        let came = passed.saturating_mul(u64::from(self.rate.per_second));
        level.thousandths.saturating_add(came).min(self.full())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_one_after_the_other() {
        let buckets = Buckets::new(Rate { burst: 2, per_second: 1 });
        let at = Timestamp::from_millis;
        assert_eq!(buckets.take("ana", at(0)), Ok(()));
        assert_eq!(buckets.take("ana", at(0)), Ok(()));
        assert_eq!(buckets.take("ana", at(0)), Err(1));
        assert_eq!(buckets.take("ben", at(0)), Ok(()), "others have their own");
        assert_eq!(buckets.take("ana", at(999)), Err(1));
        assert_eq!(buckets.take("ana", at(1_000)), Ok(()));
        assert_eq!(buckets.take("ana", at(1_001)), Err(1));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let buckets = Buckets::new(Rate { burst: 1, per_second: 1 });
        assert_eq!(buckets.take("ana", Timestamp::from_millis(5_000)), Ok(()));
        assert_eq!(buckets.take("ana", Timestamp::from_millis(0)), Err(1));
        assert_eq!(buckets.take("ana", Timestamp::from_millis(5_999)), Err(1));
    }
}
