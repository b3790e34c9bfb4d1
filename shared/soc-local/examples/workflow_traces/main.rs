//! What the embedded interpreter makes of the workflow file, as one JSON document on stdout:
//! `cargo run -p soc-local --example workflow_traces [-- SEED [DRAWN]]`.
//!
//! The document holds scenarios: how each call of each function goes, and the trace that followed. Another engine can
//! be given the same file and the same script, and must show the same trace; `scripts/test_all.sh` does that with an
//! emulator of Step Functions. Equal seeds give equal documents.
//!
//! Apart from the interpreter's own tests because those say what is right; this only says what we do.
#![expect(clippy::print_stdout, reason = "the document is its output")]

mod drawn;
mod failing;
mod play;
mod scenario;
mod waiting;
mod walking;

use std::collections::BTreeSet;

use anyhow::{Context as _, bail, ensure};
use serde_json::json;
use soc_local::workflow::incident_machine;

use crate::scenario::Scenario;

/// What the project promises; with fewer the comparison would prove less than is claimed.
const FEWEST: usize = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse()).context("read the seed")?;
    let drawn: usize = arguments.next().map_or(Ok(100), |text| text.parse()).context("read the number")?;
    let scenarios = all(seed, drawn)?;
    let machine = match incident_machine() {
        Ok(machine) => machine,
        Err(violations) => bail!("the workflow file leaves the subset: {violations:?}"),
    };
    let mut played = Vec::with_capacity(scenarios.len());
    for scenario in scenarios {
        let trace = play::play(&machine, &scenario).await?;
        played.push(json!({ "scenario": scenario, "trace": trace }));
    }
    println!("{}", json!({ "seed": seed, "scenarios": played }));
    Ok(())
}

fn all(seed: u64, drawn: usize) -> anyhow::Result<Vec<Scenario>> {
    let mut scenarios = walking::scenarios();
    scenarios.extend(failing::scenarios());
    scenarios.extend(waiting::scenarios());
    scenarios.extend(drawn::scenarios(seed, drawn));
    let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    ensure!(names.len() == scenarios.len(), "two scenarios have one name");
    ensure!(names.len() >= FEWEST, "{} scenarios are fewer than {FEWEST}", names.len());
    Ok(scenarios)
}
