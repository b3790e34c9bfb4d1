//! States of resources, side by side: what was and what is.

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
    match (before, after) {
        (Observation::AccessKey(before), Observation::AccessKey(after)) => {
            let status =
                |status| harmless(serde_json::to_string(&status).unwrap_or_default().trim_matches('"'));
            format!("status {} -> {}", status(before.status), status(after.status))
        }
        (Observation::Instance(before), Observation::Instance(after)) => {
            let changed = after.interfaces.iter().filter_map(|(interface, groups)| {
                let old = before.interfaces.get(interface)?;
                (old != groups).then(|| format!("{interface}: {} -> {}", old.join(","), groups.join(",")))
            });
            harmless(&changed.collect::<Vec<_>>().join("; "))
        }
        (Observation::AccessKey(_), Observation::Instance(_))
        | (Observation::Instance(_), Observation::AccessKey(_)) => String::new(),
    }
}
