//! What people wait for, printed: `cargo run --release -p soc-local --example desk_bench [-- FOLDER [FINDINGS]]`.
//!
//! 100,000 generated findings in about 20,000 incidents go through a whole run into FOLDER (a folder of the system's
//! temporary ones by default), once: a second call finds them there. Then each question is asked a few hundred times
//! through the ports, and the middle one and the nineteenth of twenty are printed beside the aim.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use soc_domain::id::IncidentId;
use soc_domain::incident::{Stage, Status};
use soc_domain::notice::Notice;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_local::SystemClock;
use soc_local::input::Input;
use soc_local::runner::{Access, Progress, RunOptions, Soc};
use soc_local::store::Reader;
use soc_pipeline::ports::desk::{
    Assignee, Chains, Changes, Entities, Entity, Figures, Files, Fold, PageAsk, Pattern, Queue, QueueAsk,
    QueueFilter, QueuePlace, QueueSort, Turn, Window,
};
use soc_samples::Plan;
use soc_testkit::block_on;

/// What the queue may take, in milliseconds.
const QUEUE_AIM: f64 = 50.0;
/// What following changes may take.
const CHANGES_AIM: f64 = 5.0;
const ROUNDS: usize = 200;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder =
        arguments.next().map_or_else(|| std::env::temp_dir().join("ai-soc-desk-bench"), PathBuf::from);
    let findings: u64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    if !folder.join("filled").is_file() {
        fill(&folder, findings)?;
        std::fs::write(folder.join("filled"), findings.to_string())?;
    }
    let reader = Reader::open(&folder)?;
    queue(&reader)?;
    changes(&reader)?;
    rest(&reader)
}

struct Silent;

impl Progress for Silent {
    fn read(&self, _records: u64, _bytes: u64, _of: u64) {}
    fn driving(&self, _open: u64) {}
    fn notice(&self, _notice: &Notice) {}
    fn problem(&self, _what: &str) {}
}

fn fill(folder: &Path, findings: u64) -> anyhow::Result<()> {
    let plan = Plan { count: findings, incidents: findings / 5, seed: 1, ..Plan::default() };
    let policy = Policy::parse(DEFAULT)?;
    let soc = Soc::open(folder, Access::Drive, policy, Arc::new(SystemClock))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let begun = Instant::now();
    let ran = runtime.block_on(soc.run(&[Input::Generated(plan)], &RunOptions::default(), &Silent))??;
    println!("filled in {:.0?}: {} findings came in", begun.elapsed(), ran.summary.received);
    Ok(())
}

/// Asks again and again, and prints how long it took.
fn measure<T>(what: &str, aim: Option<f64>, ask: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut answer = ask()?;
    let mut millis = Vec::with_capacity(ROUNDS);
    let all = Instant::now();
    while millis.len() < ROUNDS && (millis.len() < 10 || all.elapsed().as_secs() < 5) {
        let begun = Instant::now();
        answer = ask()?;
        millis.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    millis.sort_by(f64::total_cmp);
    let at = |percent: usize| millis.get(millis.len() * percent / 100).copied().unwrap_or(f64::NAN);
    let verdict = match aim {
        Some(aim) if at(95) > aim => format!("MORE than the aim of {aim} ms"),
        Some(aim) => format!("aim {aim} ms"),
        None => "no aim".to_owned(),
    };
    println!("{what:<40} p50 {:>8.2} ms  p95 {:>8.2} ms  ({verdict})", at(50), at(95));
    Ok(answer)
}

fn page(reader: &Reader, filter: QueueFilter, sort: QueueSort) -> anyhow::Result<u64> {
    let ask = QueueAsk { filter, sort, from: PageAsk::start(50) };
    Ok(block_on(reader.page(&ask))?.total)
}

fn filters() -> Vec<(&'static str, QueueFilter)> {
    let some = QueueFilter::default;
    let begins = |text: &str| vec![Pattern::Begins(text.to_owned())];
    let moment = |text| Timestamp::parse(text);
    vec![
        ("no filter", some()),
        ("status", QueueFilter { status: vec![Status::New, Status::InProgress], ..some() }),
        ("severity", QueueFilter { severity: vec![Severity::Critical, Severity::High], ..some() }),
        ("verdict", QueueFilter { verdict: vec![Verdict::TruePositive], ..some() }),
        ("stage", QueueFilter { stage: vec![Stage::AwaitingApproval, Stage::NeedsPerson], ..some() }),
        ("account", QueueFilter { account: begins("1"), ..some() }),
        ("tactic", QueueFilter { tactic: vec!["Impact".to_owned()], ..some() }),
        ("type", QueueFilter { kind: begins("UnauthorizedAccess"), ..some() }),
        ("resource", QueueFilter { resource: begins("arn:aws:ec2"), ..some() }),
        ("assignee", QueueFilter { assignee: vec![Assignee::Nobody], ..some() }),
        ("priority", QueueFilter { priority: vec![1, 2], ..some() }),
        ("from", QueueFilter { from: moment("2026-01-01T00:00:00Z"), ..some() }),
        ("waiting", QueueFilter { waiting: Some(true), ..some() }),
        ("sample", QueueFilter { sample: Some(false), ..some() }),
        ("text, one word", QueueFilter { text: Fold::of("instance"), ..some() }),
        ("text, three words", QueueFilter { text: Fold::of("instance i-0 recon"), ..some() }),
        ("text that is nowhere", QueueFilter { text: Fold::of("no such words"), ..some() }),
    ]
}

fn queue(reader: &Reader) -> anyhow::Result<()> {
    for (name, filter) in filters() {
        let total = measure(&format!("incidents: {name}"), Some(QUEUE_AIM), || {
            page(reader, filter.clone(), QueueSort::Importance)
        })?;
        println!("    {total} incidents");
    }
    for sort in [QueueSort::NewestActivity, QueueSort::Gravest, QueueSort::NewestChange] {
        measure(&format!("incidents by {sort:?}"), Some(QUEUE_AIM), || {
            page(reader, QueueFilter::default(), sort)
        })?;
    }
    let deep = deep(reader)?;
    let ask = |from| QueueAsk { filter: QueueFilter::default(), sort: QueueSort::Importance, from };
    measure("incidents: the hundredth page", Some(QUEUE_AIM), || {
        Ok(block_on(reader.page(&ask(PageAsk::after(deep, 50))))?.total)
    })?;
    measure("incidents: 200 rows", Some(QUEUE_AIM), || {
        Ok(block_on(reader.page(&ask(PageAsk::start(200))))?.total)
    })?;
    measure("counts", Some(QUEUE_AIM), || Ok(block_on(reader.counts(&QueueFilter::default(), "ann"))?))?;
    Ok(())
}

/// The place behind a hundred pages, or as many as there are.
fn deep(reader: &Reader) -> anyhow::Result<QueuePlace> {
    let mut from = PageAsk::start(50);
    let mut last = None;
    for _page in 0..100 {
        let ask = QueueAsk { filter: QueueFilter::default(), sort: QueueSort::Importance, from };
        let Some(place) = block_on(reader.page(&ask))?.page.next else { break };
        last = Some(place);
        from = PageAsk::after(place, 50);
    }
    last.ok_or_else(|| anyhow::anyhow!("there is only one page"))
}

fn changes(reader: &Reader) -> anyhow::Result<()> {
    let now = block_on(reader.changed(None, 200))?.cursor;
    let since = |turn: u64| move || Ok(block_on(reader.changed(Some(Turn(turn)), 200))?.incidents.len());
    measure("changes: none", Some(CHANGES_AIM), since(now.0))?;
    measure("changes: a few", Some(CHANGES_AIM), since(now.0.saturating_sub(20)))?;
    measure("changes: as many as fit", Some(CHANGES_AIM), since(1))?;
    Ok(())
}

fn rest(reader: &Reader) -> anyhow::Result<()> {
    let begun = Instant::now();
    while reader.keep_up()? {}
    println!("the finding aid was brought up to date in {:.1?}", begun.elapsed());
    let everything = Window { from: Timestamp::from_millis(0), to: Timestamp::from_millis(i64::MAX) };
    let fields = measure("techniques", None, || Ok(block_on(reader.techniques(everything))?.len()))?;
    println!("    {fields} fields");
    measure("findings by day", None, || Ok(block_on(reader.findings_by_day(everything))?.len()))?;
    measure("cases, 1,000 at a time", None, || cases(reader, everything))?;
    measure("pipeline", None, || Ok(block_on(reader.pipeline())?))?;
    measure(
        "the ledger's newest rows",
        None,
        || Ok(block_on(reader.newest(None, PageAsk::start(50)))?.rows),
    )?;
    let ask =
        QueueAsk { filter: QueueFilter::default(), sort: QueueSort::Importance, from: PageAsk::start(1) };
    let Some(first) = block_on(reader.page(&ask))?.page.rows.pop() else { return Ok(()) };
    measure("an incident's findings", None, || {
        Ok(block_on(reader.findings(first.incident.id, PageAsk::start(50)))?.total)
    })?;
    if let Some(arn) = first.incident.resources.first() {
        let entity = Entity::Resource(arn.clone());
        measure("an entity", None, || Ok(block_on(reader.entity(&entity, 50))?.map(|facts| facts.findings)))?;
    }
    if let Some(account) = first.incident.accounts.first() {
        let entity = Entity::Account(account.clone());
        let found = || Ok(block_on(reader.entity(&entity, 50))?.map(|facts| facts.findings));
        println!("    an account with {:?} findings", measure("an account", None, found)?);
    }
    Ok(())
}

fn cases(reader: &Reader, window: Window) -> anyhow::Result<usize> {
    let mut from: PageAsk<IncidentId> = PageAsk::start(1_000);
    let mut cases = 0;
    loop {
        let page = block_on(reader.cases(window, from))?;
        cases += page.rows.len();
        match page.next {
            Some(place) => from = PageAsk::after(place, 1_000),
            None => return Ok(cases),
        }
    }
}
