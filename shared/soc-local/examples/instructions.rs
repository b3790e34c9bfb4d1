//! What one finding costs, without a store's disk: `instructions assess|stages FILE ROUNDS`, or `print FILE`.
//!
//! `assess`: bytes to finding to assessment to bytes, as `scripts/peer_assess.py` does by hand. `stages`: every stage
//! over ports that keep everything in memory. Nothing depends on the clock or on chance, so that the instructions of two
//! runs may be compared; the CPU time of the rounds is printed beside them.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::fs;
use std::hint::black_box;
use std::time::Duration;

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use serde::Serialize;
use serde_json::json;
use soc_domain::action::{Change, Observation, Target};
use soc_domain::assess::{Assessment, assess};
use soc_domain::evidence::Evidence;
use soc_domain::finding::Finding;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::{Incident, Join};
use soc_domain::notice::Notice;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};
use soc_guard::redact::Redactor;
use soc_local::analyst::RuleAnalyst;
use soc_pipeline::error::PortResult;
use soc_pipeline::handlers::{Function, World};
use soc_pipeline::ingest::{Arrival, Ingest};
use soc_pipeline::ports::{
    Account, Clock, Confirmation, Cursor, Incidents as _, Notifiers, Origin, RecentPage, Report, Reported,
    Sources, StartWorkflow,
};
use soc_testkit::block_on;
use soc_testkit::memory::Memory;

/// After everything in the records: 2026-01-01.
const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let policy = Policy::parse(DEFAULT)?;
    match arguments.as_slice() {
        ["print", file] => print(&read(file)?, &policy),
        ["assess", file, rounds] => measure(&read(file)?, rounds.parse()?, |records| {
            let mut out = Vec::new();
            for record in records {
                out.clear();
                each(record, &policy, |said| Ok(serde_json::to_writer(&mut out, &said)?))?;
                black_box(&out);
            }
            Ok(())
        }),
        ["stages", file, rounds] => {
            let redactor = Redactor::new(b"instructions")?;
            measure(&read(file)?, rounds.parse()?, |records| stages(records, &policy, &redactor))
        }
        _ => bail!("usage: instructions assess|stages FILE ROUNDS, or print FILE"),
    }
}

fn read(file: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let bytes = fs::read(file).with_context(|| format!("read {file}"))?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Ok(lines.map(<[u8]>::to_vec).collect())
}

fn measure(
    records: &[Vec<u8>],
    rounds: u32,
    mut round: impl FnMut(&[Vec<u8>]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let before = cpu_nanoseconds()?;
    for _round in 0..rounds {
        round(records)?;
    }
    let spent = cpu_nanoseconds()?.saturating_sub(before);
    println!("{spent} ns of CPU for {} records", u64::from(rounds) * records.len() as u64);
    Ok(())
}

/// What this thread has used (Linux, Documentation/scheduler/sched-stats: the first number of `schedstat`).
fn cpu_nanoseconds() -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().context("the kernel does not say")?.parse()?)
}

#[derive(Serialize)]
struct Said<'a> {
    finding: &'a Finding,
    assessment: &'a Assessment,
}

fn each(
    record: &[u8],
    policy: &Policy,
    mut say: impl FnMut(Said<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for item in read_record(record) {
        let Ok(Content::Finding(finding, _gaps)) = item.content else { bail!("a record is no finding") };
        let mut incident = Incident::opened_by(IncidentId::opened_by(finding.id), &finding, NOW);
        incident.absorb(&finding, Join { now: NOW, floor: policy.rules.workflow.floor });
        let evidence = Evidence::new(&incident, vec![*finding], 1);
        let assessment = assess(&evidence, policy, NOW);
        let finding = evidence.findings.first().context("evidence without its finding")?;
        say(Said { finding, assessment: &assessment })?;
    }
    Ok(())
}

fn print(records: &[Vec<u8>], policy: &Policy) -> anyhow::Result<()> {
    for record in records {
        each(record, policy, |said| {
            println!("{}", serde_json::to_string(&said)?);
            Ok(())
        })?;
    }
    Ok(())
}

/// Takes all records in, and leads every incident through its stages as the state machine would.
fn stages(records: &[Vec<u8>], policy: &Policy, redactor: &Redactor) -> anyhow::Result<()> {
    let memory = Memory::new();
    let ingest = Ingest {
        findings: &memory,
        incidents: &memory,
        correlations: &memory,
        quarantine: &memory,
        events: &memory,
        ledger: &memory,
        policy,
    };
    for record in records {
        for item in read_record(record) {
            let arrival = Arrival {
                source: "records",
                offset: 0,
                line: 1,
                raw: &item.raw,
                spilled: None,
                content: item.content,
                origin: Origin::Owner,
                at: NOW,
            };
            block_on(ingest.one(arrival))?;
        }
    }
    let world = World {
        findings: &memory,
        incidents: &memory,
        dossier: &memory,
        actions: &memory,
        approvals: &memory,
        workflows: &memory,
        account: &Elsewhere,
        sources: &Elsewhere,
        analyst: &RuleAnalyst,
        redactor,
        notifiers: &Elsewhere,
        ledger: &memory,
        suppressions: &memory,
        clock: &Elsewhere,
        policy,
        lease: Duration::ZERO,
    };
    for message in block_on(memory.unsent(usize::MAX))? {
        block_on(lead(&world, message))?;
    }
    Ok(())
}

async fn lead(world: &World<'_>, message: StartWorkflow) -> anyhow::Result<()> {
    let ask =
        |op: &str| json!({ "op": op, "incident_id": message.incident, "generation": message.generation });
    let routed = world.handle(Function::Triage, ask("assess")).await?;
    if routed.get("route").and_then(|route| route.as_str()) == Some("respond") {
        world.handle(Function::Analyze, ask("analyze")).await?;
        world.handle(Function::Remediate, ask("plan")).await?;
        let mut execute = ask("execute");
        if let Some(fields) = execute.as_object_mut() {
            fields.insert("tier".to_owned(), json!("auto"));
        }
        world.handle(Function::Remediate, execute).await?;
        world.handle(Function::Remediate, ask("settle")).await?;
        world.handle(Function::Remediate, ask("verify")).await?;
    }
    world.handle(Function::Notify, ask("notify")).await?;
    Ok(())
}

/// An account without resources, products that confirm, people who listen, a clock that stands.
struct Elsewhere;

#[async_trait]
impl Account for Elsewhere {
    async fn observe(&self, _target: &Target) -> PortResult<Option<Observation>> {
        Ok(None)
    }

    async fn apply(&self, _target: &Target, _change: &Change) -> PortResult<()> {
        Ok(())
    }
}

#[async_trait]
impl Sources for Elsewhere {
    async fn confirm(&self, _id: FindingId) -> PortResult<Confirmation> {
        Ok(Confirmation::Confirmed)
    }

    async fn recent(&self, _since: Timestamp, _from: Option<&Cursor>) -> PortResult<RecentPage> {
        Ok(RecentPage::default())
    }

    async fn report(&self, _id: FindingId, _report: Report<'_>) -> PortResult<Reported> {
        Ok(Reported::NobodyToTell)
    }
}

#[async_trait]
impl Notifiers for Elsewhere {
    async fn send(&self, notice: &Notice) -> PortResult<()> {
        black_box(notice);
        Ok(())
    }
}

impl Clock for Elsewhere {
    fn now(&self) -> Timestamp {
        NOW
    }
}
