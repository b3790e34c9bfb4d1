//! `soc audit`: check the ledger, print it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use soc_domain::notice::harmless;
use soc_domain::time::Timestamp;
use soc_ledger::{ChainFault, Entry, Fault, Verification, Verifier};
use soc_local::runner::{Access, Soc};
use soc_local::store::LedgerPage;

use crate::app::App;
use crate::args::Audit as Command;
use crate::failure::{Exit, Failure};
use crate::output::table::table;
use crate::output::text::{several, time};

/// How many rows are held at once.
const PAGE: usize = 1_000;

pub(super) fn run(app: &App<'_>, command: &Command) -> Result<Exit, Failure> {
    let soc = app.open_existing(Access::Read)?;
    match command {
        Command::Verify { .. } => verify(app, &soc),
        Command::Log { limit, .. } => {
            let entries = newest(&soc, *limit)?;
            if app.out.for_people() {
                app.out.text(&listing(&entries))?;
            } else {
                app.out.list(&entries)?;
            }
            Ok(Exit::Ok)
        }
    }
}

fn verify(app: &App<'_>, soc: &Soc) -> Result<Exit, Failure> {
    report(app, &verified(soc)?)
}

/// Says what was found, and judges.
pub(super) fn report(app: &App<'_>, found: &Verification) -> Result<Exit, Failure> {
    if app.out.for_people() {
        let counted = format!(
            "{} in {}",
            several(found.rows, "entry").replace("entrys", "entries"),
            several(found.chains, "chain")
        );
        if found.is_intact() {
            let roots = match found.roots {
                0 => String::new(),
                roots => format!(", as {} say", several(roots, "signed root")),
            };
            app.out.text(&format!("the ledger is intact: {counted}{roots}"))?;
        }
    } else {
        app.out.json(found)?;
    }
    broken(app, found).map_or(Ok(Exit::Ok), Err)
}

/// Checks every chain as the ledger is now, and that every incident that was judged has one.
fn verified(soc: &Soc) -> Result<Verification, Failure> {
    soc.store().begin_reading()?;
    let mut verifier = Verifier::new(soc.store().ledger_heads()?, None);
    each(soc, &mut |entry| verifier.row(&entry))?;
    let mut found = verifier.finish();
    for chain in soc.store().chains_missing()? {
        found.faults.push(Fault::Chain { chain, kind: ChainFault::Missing });
    }
    soc.store().rollback()?;
    Ok(found)
}

fn broken(app: &App<'_>, found: &Verification) -> Option<Failure> {
    let first = found.first_fault()?;
    let more = found.faults.len().saturating_sub(1);
    let what = match app.deployed {
        Some(_) => {
            "somebody changed the tables: keep them as they are and compare them with a recovered copy"
        }
        None => "somebody changed the data folder: keep it as it is and compare it with a copy",
    };
    let hint = format!("{what}; {more} further chains are broken, --output json names them");
    Some(Failure::new("the ledger is broken").because(first).hint(hint))
}

fn each(soc: &Soc, take: &mut dyn FnMut(Entry)) -> Result<(), Failure> {
    let mut from = LedgerPage::default();
    loop {
        let page = soc.store().ledger_page(&from, PAGE)?;
        let full = page.len() == PAGE;
        for entry in page {
            from = LedgerPage { chain: entry.chain.clone(), next_seq: entry.seq + 1 };
            take(entry);
        }
        if !full {
            return Ok(());
        }
    }
}

/// The newest entries of all chains, the oldest of them first. Holds no more than it answers.
fn newest(soc: &Soc, limit: usize) -> Result<Vec<Entry>, Failure> {
    let mut newest = Newest::new(limit);
    each(soc, &mut |entry| newest.take(entry))?;
    Ok(newest.entries())
}

/// Keeps the newest entries of those that it is given.
pub(super) struct Newest {
    limit: usize,
    taken: u64,
    kept: BinaryHeap<Reverse<Aged>>,
}

impl Newest {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, taken: 0, kept: BinaryHeap::new() }
    }

    pub(super) fn take(&mut self, entry: Entry) {
        self.taken += 1;
        self.kept.push(Reverse(Aged { at: (entry.at_ms, self.taken), entry }));
        if self.kept.len() > self.limit {
            self.kept.pop();
        }
    }

    /// The oldest of them first.
    pub(super) fn entries(self) -> Vec<Entry> {
        let mut kept: Vec<Aged> = self.kept.into_iter().map(|Reverse(aged)| aged).collect();
        kept.sort();
        kept.into_iter().map(|aged| aged.entry).collect()
    }
}

/// An entry that is ordered by its time, then by its place.
struct Aged {
    at: (i64, u64),
    entry: Entry,
}

impl PartialEq for Aged {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Aged {}

impl PartialOrd for Aged {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Aged {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

/// Entries as a table.
pub(super) fn listing(entries: &[Entry]) -> String {
    let rows = entries.iter().map(|entry| {
        [
            time(Timestamp::from_millis(entry.at_ms)),
            harmless(&entry.actor),
            harmless(&entry.what),
            harmless(&entry.subject),
        ]
    });
    table(["AT", "WHO", "WHAT", "ON"], rows)
}
