//! Metrics in `CloudWatch`'s embedded metric format: one line on standard output for each invocation, no calls.
//!
//! Without dimensions, so that an alarm names the metric alone ("Specification: Embedded metric format", Amazon
//! `CloudWatch` User Guide). Names are ours, never a finding's: a name that anybody can make up is a bill.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Number, Value, json};
use soc_domain::time::Timestamp;

/// The most metrics that one line may have.
const MOST: usize = 100;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Anything else, such as money.
    None,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
            Self::None => "None",
        }
    }
}

/// The figures of one invocation.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<String, (Unit, Number)>>);

/// Whose figures they are.
#[derive(Debug, Clone, Copy)]
pub struct Label<'a> {
    /// Where `CloudWatch` files them.
    pub namespace: &'a str,
    /// The function.
    pub service: &'a str,
    /// What runs.
    pub release: &'a str,
    /// The invocation.
    pub request_id: &'a str,
    /// When it ended.
    pub at: Timestamp,
}

impl Metrics {
    /// Adds to a count.
    pub fn count(&self, name: &str, more: u64) {
        let mut figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = figures.get(name).and_then(|(_, number)| number.as_u64()).unwrap_or(0);
        figures.insert(name.to_owned(), (Unit::Count, Number::from(known.saturating_add(more))));
    }

    /// Sets a figure. What is no number is left out.
    pub fn set(&self, name: &str, unit: Unit, value: f64) {
        if let Some(number) = Number::from_f64(value) {
            let mut figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            figures.insert(name.to_owned(), (unit, number));
        }
    }

    /// The line; nothing if nothing was counted.
    #[must_use]
    pub fn line(&self, label: Label<'_>) -> Option<String> {
        let figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if figures.is_empty() {
            return None;
        }
        let mut line = Map::new();
        let mut named = Vec::new();
        for (name, (unit, number)) in figures.iter().take(MOST) {
            named.push(json!({ "Name": name, "Unit": unit.name() }));
            line.insert(name.clone(), Value::Number(number.clone()));
        }
        let directive = json!({ "Namespace": label.namespace, "Dimensions": [[]], "Metrics": named });
        let about = json!({ "Timestamp": label.at.as_millis(), "CloudWatchMetrics": [directive] });
        line.insert("_aws".to_owned(), about);
        line.insert("service".to_owned(), label.service.into());
        line.insert("release".to_owned(), label.release.into());
        line.insert("request_id".to_owned(), label.request_id.into());
        // In one order in every build, whether `serde_json` keeps that of members or not.
        let mut line = Value::Object(line);
        line.sort_all_objects();
        Some(line.to_string())
    }
}
