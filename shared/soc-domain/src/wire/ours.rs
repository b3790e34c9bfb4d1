//! Events that ai-soc itself puts on the bus: the heartbeat, and what the simulator plays.
//!
//! Apart from the products' readers because nobody else vouches for them. Invariant: whatever a heartbeat says, it
//! becomes a sample, which nothing ever acts on; what comes from the simulator is marked for good.

use serde_json::json;

use crate::finding::{Finding, Gap, GapKind, Route};
use crate::id::{FindingId, Place};
use crate::severity::Severity;
use crate::time::Timestamp;
use crate::wire::arn::Places;
use crate::wire::blank::{self, Origin};
use crate::wire::gaps::Gaps;
use crate::wire::{Content, Event, Item, Refusal};

/// The source of heartbeats; only the sweep puts them.
pub const HEARTBEAT: &str = "soc.heartbeat";
/// The source of what a simulator plays: a product's event in everything but this.
pub const SIMULATOR: &str = "soc.simulator";

/// The product of a heartbeat's finding.
const PRODUCT: &str = "soc";

/// Whether what the simulator plays is read as findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simulator {
    /// As findings, marked.
    Allowed,
    /// It is refused.
    Refused,
}

impl Item<'_> {
    /// Refuses what the simulator plays where it is not allowed.
    #[must_use]
    pub fn admit(mut self, simulator: Simulator) -> Self {
        let played = match &self.content {
            Ok(Content::Finding(finding, _)) => finding.simulated,
            Ok(Content::Event(event)) => event.source == SIMULATOR,
            Err(_) => false,
        };
        if played && simulator == Simulator::Refused {
            self.content = Err(Refusal::not_a_record("it is of the simulator, which is not allowed here"));
        }
        self
    }
}

/// A heartbeat, as it is put on the stream at `at`.
#[must_use]
pub fn heartbeat(at: Timestamp, place: &Place) -> String {
    json!({
        "version": "0",
        "id": format!("heartbeat-{}", at.as_millis()),
        "detail-type": "Heartbeat",
        "source": HEARTBEAT,
        "account": place.account,
        "time": at.to_string(),
        "region": place.region,
        "resources": [],
        "detail": {},
    })
    .to_string()
}

/// The finding of all heartbeats of the day of `at`: one incident a day, and every later heartbeat renews it.
#[must_use]
pub fn heartbeat_finding(at: Timestamp, place: &Place) -> FindingId {
    FindingId::derive(place, PRODUCT, &own_id(Some(at)))
}

fn own_id(at: Option<Timestamp>) -> String {
    let day: String = at.map_or_else(String::new, |at| at.to_string()).chars().take(10).collect();
    format!("heartbeat/{day}")
}

/// Reads a heartbeat. Nothing of its detail is looked at.
pub(super) fn read(event: &Event) -> (Finding, Vec<Gap>) {
    let mut gaps = Gaps::default();
    let place = Places::default().or(partition(&event.region), &event.region, &event.account).place();
    let origin =
        Origin { route: Route::Native, place, product: PRODUCT.into(), own_id: own_id(event.time).into() };
    let mut finding = blank::finding(&origin);
    "Heartbeat".clone_into(&mut finding.kind);
    "Heartbeat of the pipeline".clone_into(&mut finding.title);
    "Put on the stream by the sweep, to see that whatever is put there arrives."
        .clone_into(&mut finding.description);
    // Above any floor that leaves work to do: it must go all the way.
    finding.severity = Severity::High;
    finding.sample = true;
    finding.first_seen = event.time;
    finding.last_seen = event.time;
    finding.created_at = event.time;
    finding.updated_at = event.time;
    if event.time.is_none() {
        gaps.note("time", GapKind::Missing);
    }
    (finding, gaps.0)
}

/// The partition of a region, which an event does not name.
pub(super) fn partition(region: &str) -> &'static str {
    match region {
        "" => "",
        cn if cn.starts_with("cn-") => "aws-cn",
        gov if gov.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
