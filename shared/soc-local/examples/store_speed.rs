//! Measures the store alone: what one new finding costs in rows, without reading or deciding anything.
//!
//! `cargo run --release -p soc-local --example store_speed -- [findings] [folder] [bytes]`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use soc_domain::correlate::CorrelationKey;
use soc_domain::finding::{Finding, Instance, Interface, Principal};
use soc_domain::id::IncidentId;
use soc_domain::incident::Join;
use soc_domain::severity::Severity;
use soc_local::store::{Delivery, Outcome, Reference, RunId, Store};
use soc_pipeline::ports::{Correlations, FindingWrite, Findings, Incidents, StartWorkflow};
use soc_testkit::block_on;
use soc_testkit::build::{START, finding, incident, row};

const BATCH: usize = 512;
/// One incident for so many findings.
const PER_INCIDENT: usize = 10;
const STEPS: [&str; 6] = ["seen + get", "record", "3 x spans + set_spans", "incident", "deliver", "commit"];

struct Input {
    finding: Finding,
    keys: Vec<CorrelationKey>,
    raw: Vec<u8>,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let findings: usize = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let bytes: usize = arguments.next().map_or(Ok(3_400), |text| text.parse())?;
    let folder = tempfile::tempdir_in(folder)?;
    let store = Store::open(folder.path())?;
    let mut spent = [Duration::ZERO; STEPS.len()];
    let run = store.open_run(START)?;
    let mut number = 0;
    while number < findings {
        let batch: Vec<Input> = (number..findings.min(number + BATCH))
            .map(|number| input(number, bytes))
            .collect::<Result<_, _>>()?;
        write_batch(&store, run, &batch, &mut spent)?;
        number += batch.len();
    }
    report(findings, &spent)?;
    let begun = Instant::now();
    let balance = store.finish_run(run, START)?;
    let tallies = store.tallies()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "balance and tallies: {:.1?}; {balance:?}", begun.elapsed())?;
    writeln!(out, "incidents: {}; file: {} MiB", tallies.incidents.total, size(folder.path())? >> 20)?;
    Ok(())
}

/// A finding of usual size: about 1.3 KiB as a document, 3.4 KiB as it came.
fn input(number: usize, bytes: usize) -> anyhow::Result<Input> {
    let mut finding = finding(&format!("{number:032x}"));
    let host = number / PER_INCIDENT;
    for resource in &mut finding.resources {
        resource.arn = format!("arn:aws:ec2:eu-central-1:111122223333:instance/i-{host:017x}");
        resource.instance = Some(Instance {
            profile_arn: Some("arn:aws:iam::111122223333:instance-profile/worker".to_owned()),
            image_id: Some("ami-0abcdef1234567890".to_owned()),
            interfaces: vec![Interface { id: format!("eni-{host:017x}"), ..Interface::default() }],
        });
    }
    finding.principals = vec![Principal { name: format!("role-{host}"), ..Principal::default() }];
    let mut raw = serde_json::to_vec(&finding)?;
    raw.truncate(bytes);
    let mut noise = number as u64;
    while raw.len() < bytes {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        write!(raw, "{{\"key\":\"service.additionalInfo.value\",\"value\":\"{noise:x}\"}},")?;
    }
    let key = |kind: &str| format!("{kind}|12:111122223333|30:{kind}-{host:017x}-shared-by-ten-findings");
    let keys = [key("principal"), key("resource"), format!("signal|32:{number:032x}")];
    let keys = keys.into_iter().map(|key| serde_json::from_value(serde_json::Value::from(key)));
    Ok(Input { finding, keys: keys.collect::<Result<_, _>>()?, raw })
}

fn write_batch(
    store: &Store,
    run: RunId,
    batch: &[Input],
    spent: &mut [Duration; STEPS.len()],
) -> anyhow::Result<()> {
    let [look, record, correlate, save, deliver, commit] = spent;
    let begun = Instant::now();
    store.begin()?;
    let first = store.receive(run, batch.len() as u64)?;
    *commit += begun.elapsed();
    for (seq, input) in (first..).zip(batch) {
        let finding = &input.finding;
        let event = finding.event_key();
        let incident = timed(look, || {
            block_on(store.seen(event))?;
            block_on(Findings::get(store, finding.id))?;
            Ok(())
        })
        .and_then(|()| timed(correlate, || spans(store, input)))?;
        let row = row(finding.clone(), incident);
        let write = FindingWrite { row: &row, event, raw: &input.raw, at: START };
        timed(record, || Ok(block_on(store.record(write, None))?))?;
        timed(save, || join(store, finding, incident))?;
        let reference = Reference::Finding(finding.id);
        let delivery = Delivery { seq, outcome: Outcome::Recorded, reference };
        timed(deliver, || Ok(store.deliver(run, &delivery)?))?;
    }
    timed(commit, || Ok(store.commit()?))
}

fn spans(store: &Store, input: &Input) -> anyhow::Result<IncidentId> {
    let mut incident = IncidentId::opened_by(input.finding.id);
    for key in &input.keys {
        let found = block_on(store.spans(key))?;
        let version = found.as_ref().map(|found| found.version);
        let mut spans = found.map(|found| found.value).unwrap_or_default();
        if let Some(span) = spans.first() {
            incident = span.incident;
        } else {
            spans.push(soc_domain::correlate::span_of(&input.finding, incident, START));
        }
        block_on(store.set_spans(key, &spans, version))?;
    }
    Ok(incident)
}

fn join(store: &Store, finding: &Finding, id: IncidentId) -> anyhow::Result<()> {
    let found = block_on(Incidents::get(store, id))?;
    let version = found.as_ref().map(|found| found.version);
    let message = version.is_none().then_some(StartWorkflow { incident: id, generation: 1 });
    let mut joined = found.map_or_else(|| incident(&finding.product_id), |found| found.value);
    joined.id = id;
    joined.absorb(finding, Join { now: START, floor: Severity::Low });
    block_on(Incidents::save(store, &joined, version, message))?;
    Ok(())
}

fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let begun = Instant::now();
    let result = work();
    *spent += begun.elapsed();
    result
}

fn report(findings: usize, spent: &[Duration]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(u32::try_from(findings).unwrap_or(1));
    for (step, spent) in STEPS.iter().zip(spent) {
        writeln!(out, "{step:>22}: {:6.2} us a finding", each(*spent))?;
    }
    let total: Duration = spent.iter().sum();
    writeln!(out, "{:>22}: {:6.2} us a finding, {total:.2?} for {findings}", "together", each(total))
}

fn size(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}
