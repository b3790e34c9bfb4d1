//! `Security Hub Insight Results`: what somebody chose among the results of an insight and sent by a custom action.
//!
//! Apart, because it counts findings without being one ("Event format for EventBridge integration", AWS Security
//! Hub User Guide).

use serde::{Deserialize, Serialize};

use crate::wire::asff::Tags;
use crate::wire::event::{Event, EventContent};
use crate::wire::gaps::Gaps;
use crate::wire::lenient::{List, Text, object};
use crate::wire::refusal::Refusal;

/// The detail-type of these events.
pub(super) const DETAIL_TYPE: &str = "Security Hub Insight Results";

/// The results of an insight.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightResults {
    /// The custom action's name.
    pub action_name: String,
    /// What the custom action is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action_description: String,
    /// The insight.
    pub arn: String,
    /// The insight's name.
    pub name: String,
    /// By which attribute of findings the results are grouped.
    pub grouped_by: String,
    /// The results that were chosen.
    pub results: Vec<InsightResult>,
}

/// One value of the attribute, with how many findings have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightResult {
    /// The value.
    pub value: String,
    /// How many findings; none where the record gives no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<u64>,
}

object! {
    struct Raw {
        action: Text<'a> = "actionName",
        description: Text<'a> = "actionDescription",
        arn: Text<'a> = "insightArn",
        name: Text<'a> = "insightName",
        grouped_by: Text<'a> = "resultType",
        results: List<Tags> = "insightResults",
    }
}

/// Reads the detail of an event, into the event.
pub(super) fn read_detail(detail: &str, event: Event) -> Result<Event, Refusal> {
    let raw: Raw<'_> = serde_json::from_str(detail).map_err(|error| Refusal::from_json(detail, &error))?;
    let mut gaps = Gaps::default();
    let counted = raw.results.iter().flat_map(|result| &result.0);
    let results = InsightResults {
        action_name: gaps.text("actionName", &raw.action),
        action_description: raw.description.str().to_owned(),
        arn: gaps.text("insightArn", &raw.arn),
        name: gaps.text("insightName", &raw.name),
        grouped_by: raw.grouped_by.str().to_owned(),
        results: counted
            .map(|(value, count)| InsightResult { value: value.clone(), findings: count.parse().ok() })
            .collect(),
    };
    Ok(Event { content: EventContent::InsightResults(Box::new(results)), gaps: gaps.0, ..event })
}
