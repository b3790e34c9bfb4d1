//! Prints how fast evidence is redacted on one core: `cargo run --release --example redact_speed -- FILE...`
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::time::Instant;

use soc_guard::redact::Redactor;

/// Each file is repeated until about this much was read.
const BYTES: usize = 8 << 20;

fn main() -> anyhow::Result<()> {
    let started = Instant::now();
    let redactor = Redactor::new(b"redact_speed")?;
    println!("rules compiled in {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file)?;
        let rounds = BYTES / text.len().max(1) + 1;
        let lines = time(rounds, || text.lines().map(|line| redactor.redact(line).len()).sum());
        let values: Vec<serde_json::Value> =
            serde_json::Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>()?;
        let copies = time(rounds, || values.clone().len());
        let walked = time(rounds, || {
            let mut copy = values.clone();
            copy.iter_mut().map(|value| redactor.redact_value(value).iter().count()).sum()
        });
        let megabytes = (rounds * text.len()) as f64 / 1e6;
        println!(
            "{:6.1} MB/s as text, {:6.1} MB/s as values (without cloning): {file}",
            megabytes / lines,
            megabytes / (walked - copies)
        );
    }
    Ok(())
}

/// Seconds for all rounds.
fn time(rounds: usize, run: impl Fn() -> usize) -> f64 {
    let started = Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(run());
    }
    started.elapsed().as_secs_f64()
}
