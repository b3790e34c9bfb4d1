//! The stream: everything is on it, or named.

use std::collections::BTreeSet;

use soc_domain::wire::RECORD_LIMIT;
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::{Stream, StreamRecord};

use super::{Suite, Verdict, same};

fn record(number: usize) -> StreamRecord {
    StreamRecord { key: format!("event-{number}"), bytes: format!("{{\"n\":{number}}}").into_bytes() }
}

/// The guarantees of [`Stream`]; `read` answers all that is on the adapter's stream, in any order.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn stream<P: Stream>(make: impl Fn() -> P, read: impl Fn(&P) -> Vec<StreamRecord>) -> Verdict {
    let keys = |port: &P| -> BTreeSet<String> { read(port).into_iter().map(|record| record.key).collect() };
    let mut suite = Suite::new(make);
    suite.holds("a record is read back as it was put", async |port: &P| {
        let mut given = record(1);
        given.bytes.extend([0, 255, 10]);
        same(port.put(std::slice::from_ref(&given)).await?.len(), 0)?;
        same(read(port), vec![given])
    });
    suite.holds("nothing is put when nothing is given", async |port: &P| {
        same(port.put(&[]).await?.len(), 0)?;
        same(read(port), Vec::new())
    });
    suite.holds("more records than one call takes are all on the stream", async |port: &P| {
        let given: Vec<StreamRecord> = (0..1_203).map(record).collect();
        same(port.put(&given).await?.len(), 0)?;
        same(keys(port), given.into_iter().map(|record| record.key).collect())
    });
    suite.holds("more bytes than one call takes are all on the stream", async |port: &P| {
        let long = |number| StreamRecord { bytes: vec![b' '; RECORD_LIMIT - 64], ..record(number) };
        let given: Vec<StreamRecord> = (0..12).map(long).collect();
        same(port.put(&given).await?.len(), 0)?;
        same(keys(port), given.into_iter().map(|record| record.key).collect())
    });
    suite.holds("a record that is too long is named, and the others are put", async |port: &P| {
        let long = StreamRecord { bytes: vec![b' '; RECORD_LIMIT], ..record(2) };
        let nameless = StreamRecord { key: String::new(), ..record(3) };
        let not_put = port.put(&[record(1), long, nameless, record(4)]).await?;
        let named: Vec<_> = not_put.iter().map(|entry| (entry.index, entry.error.kind)).collect();
        same(named, vec![(1, PortErrorKind::Rejected), (2, PortErrorKind::Rejected)])?;
        same(keys(port), [record(1).key, record(4).key].into())
    });
    suite.verdict()
}
