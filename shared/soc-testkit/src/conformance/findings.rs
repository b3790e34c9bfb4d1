//! Findings and events; sources.

use soc_domain::finding::{Gap, GapKind, RecordState, Route};
use soc_domain::id::EventKey;
use soc_domain::severity::Severity;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Confirmation, FindingRow, FindingWrite, Findings, Origin, RowVersion, Sources};

use super::{Check, Suite, Verdict, conflict, same, there};
use crate::build::{START, at, finding, incident_id, row};

async fn record<P: Findings + ?Sized>(
    port: &P,
    row: &FindingRow,
    expected: Option<RowVersion>,
) -> PortResult<()> {
    let event = row.finding.event_key();
    port.record(FindingWrite { row, event, raw: b"{}", at: START }, expected).await
}

fn new_row(name: &str) -> FindingRow {
    row(finding(name), incident_id(name))
}

/// The guarantees of [`Findings`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn findings<P: Findings>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("what was recorded is read back whole", async |port: &P| whole(port).await);
    suite.holds("what was not recorded is absent and unseen", async |port: &P| {
        same(port.get(finding("a").id).await?, None)?;
        same(port.seen(finding("a").event_key()).await?, false)
    });
    suite.holds("an event is seen once it was recorded, and no other is", async |port: &P| {
        record(port, &new_row("a"), None).await?;
        same(port.seen(finding("a").event_key()).await?, true)?;
        same(port.seen(finding("b").event_key()).await?, false)
    });
    suite.holds("of two writers who expect no row exactly one succeeds", async |port: &P| {
        record(port, &new_row("a"), None).await?;
        conflict(record(port, &new_row("a"), None).await)
    });
    suite.holds("of two writers with the same version exactly one succeeds", async |port: &P| {
        two_writers(port).await
    });
    suite.holds("a writer who expects a row that is absent gets Conflict", async |port: &P| {
        conflict(record(port, &new_row("a"), Some(RowVersion(1))).await)?;
        same(port.get(finding("a").id).await?, None)
    });
    suite.holds("a write that conflicts leaves no event behind", async |port: &P| {
        let mut other = new_row("a");
        record(port, &other, None).await?;
        other.finding.count = 9;
        conflict(record(port, &other, None).await)?;
        same(port.seen(other.finding.event_key()).await?, false)
    });
    suite.holds("counting a duplicate is no versioned write", async |port: &P| {
        record(port, &new_row("a"), None).await?;
        let read = there(port.get(finding("a").id).await?)?;
        port.count_duplicate(finding("a").id).await?;
        port.count_duplicate(finding("a").id).await?;
        record(port, &read.value, Some(read.version)).await?;
        Ok(())
    });
    suite.holds("an incident's findings come gravest first, of equals newest first", async |port: &P| {
        order(port).await
    });
    suite.holds(
        "moved findings are all in the other incident, and a stale writer gets Conflict",
        async |port: &P| moved(port).await,
    );
    suite.verdict()
}

async fn whole<P: Findings>(port: &P) -> Check {
    let mut row = new_row("a");
    row.gaps = vec![
        Gap { field: "service.count", problem: GapKind::Missing },
        Gap { field: "severity", problem: GapKind::Odd },
    ];
    row.routes = vec![Route::Asff, Route::Native];
    row.emissions = 7;
    row.origin = Origin::Bus;
    record(port, &row, None).await?;
    same(there(port.get(row.finding.id).await?)?.value, row)
}

async fn two_writers<P: Findings>(port: &P) -> Check {
    record(port, &new_row("a"), None).await?;
    let read = there(port.get(finding("a").id).await?)?;
    let mut first = read.value.clone();
    first.finding.count = 2;
    let mut second = read.value;
    second.finding.count = 3;
    record(port, &first, Some(read.version)).await?;
    conflict(record(port, &second, Some(read.version)).await)?;
    same(there(port.get(first.finding.id).await?)?.value.finding.count, 2)?;
    same(port.seen(EventKey::clone(&second.finding.event_key())).await?, false)
}

async fn order<P: Findings>(port: &P) -> Check {
    let incident = incident_id("a");
    for (name, severity, seconds) in [
        ("old-high", Severity::High, 100),
        ("medium", Severity::Medium, 900),
        ("new-high", Severity::High, 500),
        ("critical", Severity::Critical, 80),
    ] {
        let mut finding = finding(name);
        (finding.severity, finding.last_seen) = (severity, Some(at(seconds)));
        record(port, &row(finding, incident), None).await?;
    }
    let mut settled = finding("settled");
    (settled.severity, settled.record_state) = (Severity::Critical, RecordState::Archived);
    record(port, &row(settled, incident), None).await?;
    record(port, &new_row("elsewhere"), None).await?;
    let all = port.of_incident(incident, 10).await?;
    let names: Vec<&str> = all.findings.iter().map(|finding| finding.product_id.as_str()).collect();
    same(names, vec!["critical", "new-high", "old-high", "medium", "settled"])?;
    same(all.total, 5)?;
    let some = port.of_incident(incident, 2).await?;
    same((some.findings.len(), some.total), (2, 5))
}

async fn moved<P: Findings>(port: &P) -> Check {
    for name in ["a", "b", "c"] {
        record(port, &row(finding(name), incident_id("a")), None).await?;
    }
    record(port, &new_row("d"), None).await?;
    let stale = there(port.get(finding("b").id).await?)?;
    port.move_all(incident_id("a"), incident_id("d")).await?;
    port.move_all(incident_id("a"), incident_id("d")).await?;
    same(port.of_incident(incident_id("a"), 10).await?.total, 0)?;
    same(port.of_incident(incident_id("d"), 10).await?.total, 4)?;
    same(there(port.get(finding("a").id).await?)?.value.incident, incident_id("d"))?;
    conflict(record(port, &stale.value, Some(stale.version)).await)
}

/// The guarantees of [`Sources`] where the store itself vouches for what the owner gave.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn sources<P: Findings + Sources>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("what the owner gave is confirmed while it alarms", async |port: &P| {
        let mut row = new_row("a");
        record(port, &row, None).await?;
        same(port.confirm(row.finding.id).await?, Confirmation::Confirmed)?;
        row.finding.record_state = RecordState::Archived;
        let version = there(port.get(row.finding.id).await?)?.version;
        record(port, &row, Some(version)).await?;
        same(port.confirm(row.finding.id).await?, Confirmation::Settled)
    });
    suite.holds("what came over a bus, or is unknown, is not confirmed", async |port: &P| {
        let mut row = new_row("a");
        row.origin = Origin::Bus;
        record(port, &row, None).await?;
        same(port.confirm(row.finding.id).await?, Confirmation::Unverified)?;
        same(port.confirm(finding("b").id).await?, Confirmation::Unverified)
    });
    suite.verdict()
}
