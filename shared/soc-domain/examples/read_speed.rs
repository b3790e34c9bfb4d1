//! How fast records are split and read: `read_speed [--seconds N] FILE...`, one core, everything in memory.
#![expect(clippy::print_stdout, reason = "a program whose output is its report")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use soc_domain::wire::{Piece, Record, Splitter};

fn main() -> Result<(), std::io::Error> {
    let mut seconds = 1;
    let mut input = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
        } else {
            input.extend(std::fs::read(argument)?);
            input.push(b'\n');
        }
    }
    let span = Duration::from_secs(seconds);
    report("split", &input, span, |_| 1);
    report("split and read", &input, span, |record| black_box(record.read()).len());
    Ok(())
}

fn report(what: &str, input: &[u8], span: Duration, mut read: impl FnMut(Record<'_>) -> usize) {
    let (mut rounds, mut records, begin) = (0_u32, 0_usize, Instant::now());
    let mut best = Duration::MAX;
    while begin.elapsed() < span {
        let round = Instant::now();
        let mut take = |piece: Piece<'_>| match piece {
            Piece::Record { record, .. } => records += read(record),
            Piece::Broken { .. } => records += 1,
        };
        let mut splitter = Splitter::new();
        for chunk in input.chunks(64 * 1024) {
            splitter.feed(chunk, &mut take);
        }
        splitter.finish(&mut take);
        best = best.min(round.elapsed());
        rounds += 1;
    }
    if rounds == 0 {
        return;
    }
    let each = f64::from(u32::try_from(records / rounds as usize).unwrap_or(u32::MAX));
    let bytes = f64::from(u32::try_from(input.len()).unwrap_or(u32::MAX));
    println!(
        "{what}: {:.0} MB/s, {:.0} records/s (best of {rounds} rounds of {each} records, {bytes} bytes)",
        bytes / best.as_secs_f64() / 1e6,
        each / best.as_secs_f64()
    );
}
