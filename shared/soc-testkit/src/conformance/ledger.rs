//! The audit chain.

use std::collections::BTreeMap;

use soc_ledger::{Draft, Entry, Head, verify_all};
use soc_pipeline::ports::Ledger;

use super::{Fault, Suite, Verdict, same, there};
use crate::build::at;

fn draft(chain: &str, what: &str) -> Draft {
    Draft {
        chain: chain.to_owned(),
        actor: "remediate".to_owned(),
        what: what.to_owned(),
        subject: "act_x".to_owned(),
        details: BTreeMap::from([("epoch".to_owned(), "1".to_owned())]),
    }
}

/// The guarantees of [`Ledger`]; `read` answers heads and rows (by chain and place) of the adapter.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn ledger<P: Ledger>(make: impl Fn() -> P, read: impl Fn(&P) -> (Vec<Head>, Vec<Entry>)) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("appended entries make chains that verify", async |port: &P| {
        for (chain, what) in [("b", "one"), ("a", "one"), ("b", "two"), ("a", "two"), ("b", "three")] {
            port.append(draft(chain, what), at(1)).await?;
        }
        let (heads, entries) = read(port);
        same(
            entries.iter().filter(|entry| entry.chain == "b").map(|entry| entry.seq).collect(),
            vec![0, 1, 2],
        )?;
        let verified = verify_all(heads, entries, None);
        same((verified.chains, verified.rows, verified.faults), (2, 5, Vec::new()))
    });
    suite.holds("an entry is read back as it was given", async |port: &P| {
        port.append(draft("a", "one"), at(7)).await?;
        let (_, entries) = read(port);
        let entry = there(entries.first().cloned())?;
        let given = draft("a", "one");
        same((entry.at_ms, entry.details), (at(7).as_millis(), given.details))?;
        same((entry.actor, entry.what, entry.subject), (given.actor, given.what, given.subject))
    });
    suite.holds("an entry that the ledger refuses leaves nothing behind", async |port: &P| {
        if port.append(draft("a", "Not A Name"), at(1)).await.is_ok() {
            return Err(Fault("it was accepted".to_owned()));
        }
        same(read(port), (Vec::new(), Vec::new()))
    });
    suite.verdict()
}
