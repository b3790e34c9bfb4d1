//! What models cost: money as whole millionths of a dollar, the day that it is counted on, and what was spent for
//! an incident.
//!
//! Apart because budgets, prices and incidents count the same money, and none of them may round it.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// How many calls of an incident are remembered by name: enough for every retry of one question.
const REMEMBERED: usize = 16;
const A_DOLLAR: u64 = 1_000_000;

/// Millionths of a US dollar. Sums stop at the greatest amount instead of wrapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroDollars(pub u64);

impl MicroDollars {
    /// So many whole dollars.
    #[must_use]
    pub const fn dollars(dollars: u64) -> Self {
        Self(dollars.saturating_mul(A_DOLLAR))
    }

    /// Reads a sum in dollars as people write it: `5`, `0.25`. None for what is no such sum, and for what is finer
    /// than a millionth.
    #[must_use]
    pub fn parse_dollars(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 6 {
            return None;
        }
        let whole = whole.parse::<u64>().ok()?.checked_mul(A_DOLLAR)?;
        let part = format!("{part:0<6}").parse::<u64>().ok()?;
        whole.checked_add(part).map(Self)
    }

    /// The sum of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left of it; nothing if `other` is more.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for MicroDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}.{:06}", self.0 / A_DOLLAR, self.0 % A_DOLLAR)
    }
}

/// A day in UTC, as `2026-11-22`: what a budget is counted on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(String);

impl Day {
    /// The day that a moment is in.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        let text = moment.to_string();
        Self(text.split_once('T').map_or(text.as_str(), |(day, _time)| day).to_owned())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One call to a model, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelCall {
    /// Names the call: the same call told twice is counted once.
    pub id: String,
    /// Tokens of the request; 0 where no answer said how many.
    pub input_tokens: u64,
    /// Tokens of the answer; 0 where no answer said how many.
    pub output_tokens: u64,
    /// What it cost; where no answer came, the most that it may have cost.
    pub cost: MicroDollars,
}

/// What models cost for one incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// How many calls were made.
    pub calls: u64,
    /// Tokens of all requests.
    pub input_tokens: u64,
    /// Tokens of all answers.
    pub output_tokens: u64,
    /// All costs.
    pub cost: MicroDollars,
    /// The newest calls that were counted.
    counted: VecDeque<String>,
}

impl Spending {
    /// Counts `call`, if it was not counted yet: a stage that is repeated after a crash tells it again.
    pub fn count(&mut self, call: &ModelCall) {
        if self.counted.contains(&call.id) {
            return;
        }
        self.calls = self.calls.saturating_add(1);
        self.input_tokens = self.input_tokens.saturating_add(call.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(call.output_tokens);
        self.cost = self.cost.plus(call.cost);
        self.counted.push_back(call.id.clone());
        if self.counted.len() > REMEMBERED {
            self.counted.pop_front();
        }
    }

    /// Whether no model was asked.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.calls == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str) -> ModelCall {
        ModelCall { id: id.to_owned(), input_tokens: 100, output_tokens: 10, cost: MicroDollars(7) }
    }

    #[test]
    fn a_call_that_is_told_twice_is_counted_once() {
        let mut spending = Spending::default();
        for id in ["a", "b", "a", "b"] {
            spending.count(&call(id));
        }
        assert_eq!((spending.calls, spending.input_tokens, spending.cost), (2, 200, MicroDollars(14)));
    }

    #[test]
    fn what_is_remembered_of_an_incident_stays_small() {
        let mut spending = Spending::default();
        (0..1_000).for_each(|number| spending.count(&call(&number.to_string())));
        assert_eq!((spending.calls, spending.counted.len()), (1_000, REMEMBERED));
    }

    #[test]
    fn a_day_is_utc_and_changes_at_midnight() {
        let midnight = Timestamp::parse("2026-11-23T00:00:00Z").unwrap();
        assert_eq!(Day::of(midnight).as_str(), "2026-11-23");
        assert_eq!(Day::of(Timestamp::from_millis(midnight.as_millis() - 1)).as_str(), "2026-11-22");
    }

    #[test]
    fn sums_are_read_to_the_millionth_and_nothing_else_is() {
        let read = [("5", 5_000_000), ("0.25", 250_000), ("12.000001", 12_000_001), ("0", 0)];
        for (text, sum) in read {
            assert_eq!(MicroDollars::parse_dollars(text), Some(MicroDollars(sum)), "{text}");
        }
        for text in ["", ".5", "5.", "-1", "1e3", "1.0000001", "five", "99999999999999999999", "1 "] {
            assert_eq!(MicroDollars::parse_dollars(text), None, "{text}");
        }
        assert_eq!(MicroDollars(12_000_001).to_string(), "$12.000001");
    }
}
