//! First figures of the local form, printed: `cargo run --release -p soc-local --example bench [-- RECORDS]`.
//!
//! End to end into SQLite: 100,000 records, a fifth of them exact duplicates, about 5,000 incidents, every
//! execution finished, at least 500 actions done; the peak memory of this process; and the readers alone.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::wire::{Piece, Splitter, read_record};
use soc_local::SystemClock;
use soc_local::input::Input;
use soc_local::runner::{Access, RunOptions, Silent, Soc};
use soc_samples::Plan;

fn main() -> Result<(), Box<dyn Error>> {
    let records: u64 = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
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
    let bytes = write(&plan, &file)?;
    println!("{} records, {:.0} MB", plan.total(), mega(bytes));
    readers(&file)?;
    end_to_end(folder.path(), &file)?;
    println!("peak memory of this process: {} MiB", peak_memory_mib()?);
    Ok(())
}

fn write(plan: &Plan, to: &Path) -> Result<u64, Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(to)?);
    for record in plan.records() {
        out.write_all(&record)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(fs::metadata(to)?.len())
}

/// Splitter and readers on one core, from memory.
fn readers(file: &Path) -> Result<(), Box<dyn Error>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    File::open(file)?.take(32 << 20).read_to_end(&mut bytes)?;
    let mut best = f64::MAX;
    for _round in 0..5 {
        let started = Instant::now();
        let mut splitter = Splitter::new();
        let mut sink = |piece: Piece<'_>| {
            if let Piece::Record { bytes, .. } = piece {
                std::hint::black_box(read_record(bytes));
            }
        };
        for chunk in bytes.chunks(64 << 10) {
            splitter.feed(chunk, &mut sink);
        }
        splitter.finish(&mut sink);
        best = best.min(started.elapsed().as_secs_f64());
    }
    println!("readers, one core: {:.0} MB/s", mega(bytes.len() as u64) / best);
    Ok(())
}

fn end_to_end(folder: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let generous = DEFAULT.replace("actions_per_account_hour = 20", "actions_per_account_hour = 100000");
    let policy = Policy::parse(&generous)?;
    let soc = Soc::open(&folder.join("data"), Access::Drive, policy, Arc::new(SystemClock))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let started = Instant::now();
    let input = [Input::Path(file.to_owned())];
    let ran = runtime.block_on(soc.run(&input, &RunOptions::default(), &Silent))??;
    let seconds = started.elapsed().as_secs_f64();
    let summary = ran.summary;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = summary.received as f64 / seconds;
    println!("end to end into SQLite: {rate:.0} findings/s ({seconds:.1} s)");
    println!("{}", serde_json::to_string(&summary)?);
    println!("open executions: {}", soc.store().open_executions()?);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The most memory that this process ever had resident, as the kernel counts it.
fn peak_memory_mib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("the kernel does not say")?;
    let kib: u64 = line.split_whitespace().nth(1).ok_or("the kernel does not say")?.parse()?;
    Ok(kib / 1024)
}
