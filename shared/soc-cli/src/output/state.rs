//! States of resources, side by side: what was and what is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use soc_domain::action::Observation;
use soc_domain::notice::harmless;

use super::table::table;

/// Pretty JSON, harmless.
pub(crate) fn pretty<T: Serialize + ?Sized>(value: &T) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

/// Two states as JSON, line beside line.
pub(crate) fn side_by_side(heads: [&str; 2], left: &Observation, right: Option<&Observation>) -> String {
    let right = right.map_or_else(|| "(the resource is gone)".to_owned(), pretty);
    let left = pretty(left);
    let rows = left.lines().count().max(right.lines().count());
    let cell = |text: &str, row: usize| text.lines().nth(row).unwrap_or_default().to_owned();
    table(heads, (0..rows).map(|row| [cell(&left, row), cell(&right, row)]))
}

/// What an action changes, in one line: what was set before and after, and nothing else.
pub(crate) fn difference(before: &Observation, after: &Observation) -> String {
    let (before, after) = (before.settings(), after.settings());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |settings: &BTreeMap<String, String>, name: &String| {
        settings.get(name).cloned().unwrap_or_else(|| "none".to_owned())
    };
    let changed = names.into_iter().filter_map(|name| {
        let (old, new) = (value(&before, name), value(&after, name));
        (old != new).then(|| format!("{name}: {old} -> {new}"))
    });
    harmless(&changed.collect::<Vec<_>>().join("; "))
}
