//! The ledger: entries, chains, and whether all of it is intact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use soc_domain::time::Timestamp;
use soc_ledger::{Entry, Fault, Head, Verification, Verifier};
use soc_pipeline::ports::desk::{ChainPlace, EntryPlace, PageAsk};
use utoipa::{IntoParams, ToSchema};

use super::filter::Text;
use super::params::Paged;
use crate::answer::Seen;
use crate::cursor;
use crate::dto::{Moment, Page};
use crate::input::{Limit, Nothing};
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How many rows are read together while the ledger is verified.
const TOGETHER: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let viewer = Role::Viewer;
    vec![
        read("/ledger", viewer, Name("ledger", "Entries of the audit ledger, the newest first"), entries),
        read("/ledger/chains", viewer, Name("ledger_chains", "Its chains and how far they reach"), chains),
        read("/ledger/verify", viewer, Name("ledger_verify", "Whether it is intact"), verify),
    ]
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct EntriesQuery {
    /// Only of this chain: an incident's id, or `soc`.
    #[param(value_type = Option<String>, max_length = 200)]
    chain: Option<Text>,
    /// `next` of the page before.
    #[param(max_length = 1024)]
    after: Option<String>,
    /// How many rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    #[serde(default)]
    limit: Limit,
}

/// One entry of the ledger.
#[derive(Debug, Serialize, ToSchema)]
struct LedgerEntry {
    chain: String,
    /// Its place in the chain, from 0 and without gaps.
    seq: u64,
    at: Moment,
    actor: String,
    what: String,
    subject: String,
    details: BTreeMap<String, String>,
    /// The hash of the entry before.
    prev: String,
    /// The hash of all of the above.
    hash: String,
}

impl From<Entry> for LedgerEntry {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: Timestamp::from_millis(entry.at_ms).into(),
            prev: entry.prev.to_string(),
            hash: entry.hash.to_string(),
            chain: entry.chain,
            actor: entry.actor,
            what: entry.what,
            subject: entry.subject,
            details: entry.details,
        }
    }
}

async fn entries(
    asked: Asked,
    _path: Nothing,
    query: EntriesQuery,
) -> Result<Seen<Page<LedgerEntry>>, Problem> {
    let after: Option<EntryPlace> =
        query.after.as_deref().map(|after| cursor::open("ledger", after)).transpose()?;
    let chain = query.chain.as_ref().map(|chain| chain.0.as_str());
    let found = asked.api.access.chains.newest(chain, PageAsk { after, limit: query.limit.0 }).await?;
    Ok(Seen(Page {
        items: found.rows.into_iter().map(Into::into).collect(),
        next: found.next.map(|place| cursor::seal("ledger", &place)),
    }))
}

/// How far a chain reaches.
#[derive(Debug, Serialize, ToSchema)]
struct ChainView {
    chain: String,
    count: u64,
    /// The hash of its last entry.
    hash: String,
}

impl From<Head> for ChainView {
    fn from(head: Head) -> Self {
        Self { hash: head.hash.to_string(), chain: head.chain, count: head.count }
    }
}

async fn chains(asked: Asked, _path: Nothing, query: Paged) -> Result<Seen<Page<ChainView>>, Problem> {
    let after: Option<String> =
        query.after.as_deref().map(|after| cursor::open("chains", after)).transpose()?;
    let found = asked.api.access.chains.heads(PageAsk { after, limit: query.limit.0 }).await?;
    Ok(Seen(Page {
        items: found.rows.into_iter().map(Into::into).collect(),
        next: found.next.map(|place| cursor::seal("chains", &place)),
    }))
}

/// Which chain.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct VerifyQuery {
    /// Only this chain; else all of them.
    #[param(value_type = Option<String>, max_length = 200)]
    chain: Option<Text>,
}

/// Whether the ledger is intact.
#[derive(Debug, Serialize, ToSchema)]
struct Verified {
    intact: bool,
    /// How many chains were looked at.
    chains: u64,
    /// How many entries were read.
    entries: u64,
    /// The first thing that is wrong.
    problem: Option<Broken>,
}

/// Something that is wrong with the ledger.
#[derive(Debug, Serialize, ToSchema)]
struct Broken {
    /// The chain; empty if the heads together are wrong.
    chain: String,
    /// The first bad place; null if the chain as a whole is wrong.
    seq: Option<u64>,
    /// In our words.
    what: String,
}

impl From<&Fault> for Broken {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Row { chain, seq, kind, .. } => {
                Self { chain: chain.clone(), seq: Some(*seq), what: kind.to_string() }
            }
            Fault::Chain { chain, kind } => Self { chain: chain.clone(), seq: None, what: kind.to_string() },
            Fault::Anchor { chain, seq, .. } => {
                Self { chain: chain.clone(), seq: Some(*seq), what: fault.to_string() }
            }
            Fault::Root { .. } | Fault::SignedRoot { .. } => {
                Self { chain: String::new(), seq: None, what: fault.to_string() }
            }
        }
    }
}

async fn verify(asked: Asked, _path: Nothing, query: VerifyQuery) -> Result<Seen<Verified>, Problem> {
    let chain = query.chain.as_ref().map(|chain| chain.0.as_str());
    let found = verification(&asked, chain).await?;
    let missing = match chain {
        None if found.is_intact() => asked.api.access.chains.missing(1).await?.into_iter().next(),
        Some(_) | None => None,
    };
    let missing =
        missing.map(|chain| Broken { chain, seq: None, what: "the whole chain is missing".to_owned() });
    let problem = found.first_fault().map(Into::into).or(missing);
    Ok(Seen(Verified { intact: problem.is_none(), chains: found.chains, entries: found.rows, problem }))
}

/// Heads first: what is added meanwhile lies behind them.
async fn verification(asked: &Asked, chain: Option<&str>) -> Result<Verification, Problem> {
    let chains = &asked.api.access.chains;
    let mut heads = Vec::new();
    match chain {
        Some(name) => heads.extend(chains.head(name).await?),
        None => {
            let mut from = PageAsk::start(TOGETHER);
            loop {
                let page = chains.heads(from).await?;
                heads.extend(page.rows);
                let Some(next) = page.next else { break };
                from = PageAsk::after(next, TOGETHER);
            }
        }
    }
    let reach: BTreeMap<String, u64> = heads.iter().map(|head| (head.chain.clone(), head.count)).collect();
    let mut verifier = Verifier::new(heads, None);
    let mut from: PageAsk<ChainPlace> = PageAsk::start(TOGETHER);
    loop {
        let page = chains.oldest(chain, from).await?;
        for entry in &page.rows {
            if reach.get(&entry.chain).is_some_and(|count| entry.seq < *count) {
                verifier.row(entry);
            }
        }
        let Some(next) = page.next else { return Ok(verifier.finish()) };
        from = PageAsk::after(next, TOGETHER);
    }
}
