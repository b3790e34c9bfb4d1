//! Figures of the local form, printed: `cargo run --release -p soc-local --example bench [-- [memory] RECORDS]`.
//!
//! End to end into SQLite: 100,000 records, a fifth of them exact duplicates, about 5,000 incidents, every
//! execution finished, at least 500 actions done; the peak memory of this process; and the readers alone.
//! With `memory` only the last but one: the records are made as they are read, and nothing else is measured.
//! On a machine that others use too, compare CPU seconds and not the seconds of the clock.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use soc_domain::notice::Notice;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::wire::{Piece, Splitter};
use soc_local::SystemClock;
use soc_local::input::Input;
use soc_local::runner::{Access, Progress, RunOptions, Soc};
use soc_samples::Plan;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let records: u64 = arguments.last().map_or(Ok(100_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("findings.ndjson");
    let plan = Plan {
        count: records * 4 / 5,
        incidents: records / 20,
        duplicates_pct: 25,
        shuffle_pct: 0,
        poison: 0,
        finding_type: None,
        seed: 1,
    };
    if arguments.len() > 1 {
        end_to_end(folder.path(), Input::Generated(plan))?;
        println!("peak memory of this process: {} MiB", peak_memory_mib()?);
        return Ok(());
    }
    let bytes = write(&plan, &file)?;
    println!("{} records, {:.0} MB", plan.total(), mega(bytes));
    end_to_end(folder.path(), Input::Path(file.clone()))?;
    println!("peak memory of this process: {} MiB", peak_memory_mib()?);
    // Last: it holds a part of the file, which is no need of the run.
    readers(&file)
}

fn write(plan: &Plan, to: &Path) -> anyhow::Result<u64> {
    let mut out = BufWriter::new(File::create(to)?);
    for record in plan.records() {
        out.write_all(&record)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(fs::metadata(to)?.len())
}

/// Splitter and readers on one core, from memory: the best of five rounds.
fn readers(file: &Path) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    File::open(file)?.take(32 << 20).read_to_end(&mut bytes)?;
    let (mut best, before) = (f64::MAX, cpu_seconds()?);
    for _round in 0..5 {
        let started = Instant::now();
        let mut splitter = Splitter::new();
        let mut sink = |piece: Piece<'_>| {
            if let Piece::Record { record, .. } = piece {
                std::hint::black_box(record.read());
            }
        };
        for chunk in bytes.chunks(64 << 10) {
            splitter.feed(chunk, &mut sink);
        }
        splitter.finish(&mut sink);
        best = best.min(started.elapsed().as_secs_f64());
    }
    let megabytes = mega(bytes.len() as u64);
    let by_cpu = 5.0 * megabytes / (cpu_seconds()? - before);
    println!("readers, one core: {:.0} MB/s; by CPU time {by_cpu:.0} MB/s", megabytes / best);
    Ok(())
}

fn end_to_end(folder: &Path, input: Input) -> anyhow::Result<()> {
    let generous = DEFAULT.replace("actions_per_account_hour = 20", "actions_per_account_hour = 100000");
    let policy = Policy::parse(&generous)?;
    let soc = Soc::open(&folder.join("data"), Access::Drive, policy, Arc::new(SystemClock))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let phases = Phases::begin()?;
    let ran = runtime.block_on(soc.run(&[input], &RunOptions::default(), &phases))??;
    phases.driving(0);
    let (ingest, drive) = (phases.ingest.get(), phases.drive.get());
    let received = ran.summary.received;
    ingest.print("ingest", received);
    drive.print("drive", received);
    ingest.and(drive).print("end to end into SQLite", received);
    println!("{}", serde_json::to_string(&ran.summary)?);
    let (open, waiting) = (soc.store().open_executions()?, soc.store().waiting_executions()?);
    println!("executions that wait for a person: {waiting}; others that have not ended: {}", open - waiting);
    Ok(())
}

/// Wall and CPU seconds.
#[derive(Clone, Copy, Default)]
struct Spent {
    wall: f64,
    cpu: f64,
}

impl Spent {
    fn and(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }

    #[expect(clippy::cast_precision_loss, reason = "rates for people")]
    fn print(self, what: &str, records: u64) {
        let Self { wall, cpu } = self;
        let (rate, each) = (records as f64 / wall, 1e6 * cpu / records as f64);
        println!("{what}: {rate:.0} records/s ({wall:.1} s), {cpu:.1} CPU seconds, {each:.0} µs a record");
    }
}

/// Gives the time between two reports to the phase that the second one is of.
struct Phases {
    ingest: Cell<Spent>,
    drive: Cell<Spent>,
    since: Cell<Instant>,
    cpu: Cell<f64>,
}

impl Phases {
    fn begin() -> anyhow::Result<Self> {
        let (ingest, drive) = <(Cell<Spent>, Cell<Spent>)>::default();
        Ok(Self { ingest, drive, since: Cell::new(Instant::now()), cpu: Cell::new(cpu_seconds()?) })
    }

    fn spend(&self, on: &Cell<Spent>) {
        let wall = self.since.replace(Instant::now()).elapsed().as_secs_f64();
        // Not a figure where the kernel does not say.
        let now = cpu_seconds().unwrap_or(f64::NAN);
        on.set(on.get().and(Spent { wall, cpu: now - self.cpu.replace(now) }));
    }
}

impl Progress for Phases {
    fn read(&self, _records: u64, _bytes: u64, _of: u64) {
        self.spend(&self.ingest);
    }

    fn driving(&self, _open: u64) {
        self.spend(&self.drive);
    }

    fn notice(&self, _notice: &Notice) {}

    fn problem(&self, _what: &str) {}
}

#[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// What all threads of this process have used so far, in user and system mode (`proc_pid_stat(5)`: the 14th and
/// 15th field, in hundredths of a second on Linux).
fn cpu_seconds() -> anyhow::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in brackets, and may hold blanks.
    let (_name, rest) = stat.rsplit_once(')').context("the kernel does not say")?;
    let ticks: Result<Vec<f64>, _> = rest.split_whitespace().skip(11).take(2).map(str::parse).collect();
    Ok(ticks?.iter().sum::<f64>() / 100.0)
}

/// The most memory that this process ever had resident, as the kernel counts it.
fn peak_memory_mib() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("the kernel does not say")?;
    let kib: u64 = line.split_whitespace().nth(1).context("the kernel does not say")?.parse()?;
    Ok(kib / 1024)
}
