//! Correlation keys and their spans.

use soc_pipeline::ports::{Correlations, RowVersion};

use super::{Check, Suite, Verdict, conflict, key, same, span, there};
use crate::build::{at, incident_id};

/// The guarantees of [`Correlations`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn correlations<P: Correlations>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("spans are read back as they were set; an unknown key has none", async |port: &P| {
        let spans = vec![span(incident_id("a"), at(0), at(5)), span(incident_id("b"), at(900), at(901))];
        port.set_spans(&key("k")?, &spans, None).await?;
        same(there(port.spans(&key("k")?).await?)?.value, spans)?;
        same(port.spans(&key("other")?).await?, None)
    });
    suite.holds("of two writers who expect no spans exactly one succeeds", async |port: &P| {
        let spans = [span(incident_id("a"), at(0), at(5))];
        port.set_spans(&key("k")?, &spans, None).await?;
        conflict(port.set_spans(&key("k")?, &spans, None).await)
    });
    suite.holds("of two writers with the same version exactly one succeeds", async |port: &P| {
        two_writers(port).await
    });
    suite.holds("a writer who expects spans that are absent gets Conflict", async |port: &P| {
        conflict(port.set_spans(&key("k")?, &[], Some(RowVersion(1))).await)
    });
    suite.holds("all spans of one incident go to another, those of others stay", async |port: &P| {
        moved(port).await
    });
    suite.holds("spans that moved once move again with their new incident", async |port: &P| {
        port.set_spans(&key("k")?, &[span(incident_id("a"), at(0), at(5))], None).await?;
        port.move_all(incident_id("a"), incident_id("b")).await?;
        port.move_all(incident_id("b"), incident_id("c")).await?;
        let spans = there(port.spans(&key("k")?).await?)?.value;
        same(spans, vec![span(incident_id("c"), at(0), at(5))])
    });
    suite.verdict()
}

async fn two_writers<P: Correlations>(port: &P) -> Check {
    let (first, second) = (span(incident_id("a"), at(0), at(5)), span(incident_id("b"), at(0), at(5)));
    port.set_spans(&key("k")?, &[], None).await?;
    let version = there(port.spans(&key("k")?).await?)?.version;
    port.set_spans(&key("k")?, std::slice::from_ref(&first), Some(version)).await?;
    conflict(port.set_spans(&key("k")?, &[second], Some(version)).await)?;
    same(there(port.spans(&key("k")?).await?)?.value, vec![first])
}

async fn moved<P: Correlations>(port: &P) -> Check {
    let (a, b, c) = (incident_id("a"), incident_id("b"), incident_id("c"));
    port.set_spans(&key("one")?, &[span(a, at(0), at(5)), span(b, at(900), at(901))], None).await?;
    port.set_spans(&key("two")?, &[span(a, at(7), at(8))], None).await?;
    port.set_spans(&key("three")?, &[span(b, at(7), at(8))], None).await?;
    let stale = there(port.spans(&key("one")?).await?)?.version;
    port.move_all(a, c).await?;
    port.move_all(a, c).await?;
    same(
        there(port.spans(&key("one")?).await?)?.value,
        vec![span(c, at(0), at(5)), span(b, at(900), at(901))],
    )?;
    same(there(port.spans(&key("two")?).await?)?.value, vec![span(c, at(7), at(8))])?;
    same(there(port.spans(&key("three")?).await?)?.value, vec![span(b, at(7), at(8))])?;
    conflict(port.set_spans(&key("one")?, &[], Some(stale)).await)
}
