//! How well correlation does, printed: `cargo run -p soc-local --example correlation [-- COUNT [SEED]]`.
//!
//! A generated stream whose labels follow from the stories that its findings were made for, and, where
//! `shared/data/ingest` is beside the checkout, real findings. Nobody labelled those: a rule does, which is
//! printed beside the figures. Everything goes through the real readers, ingest and store.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use soc_domain::finding::{Finding, FindingClass, ResourceKind};
use soc_domain::id::IncidentId;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, Piece, Splitter, read_record};
use soc_local::store::{IncidentFilter, Store};
use soc_pipeline::ingest::{Arrival, Ingest};
use soc_pipeline::ports::{Findings, Origin};
use soc_samples::{Agreement, Labelled, PROXY};
use soc_testkit::block_on;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let count: u64 = args.next().map_or(Ok(1_000), |text| text.parse()).context("COUNT is a number")?;
    let seed: u64 = args.next().map_or(Ok(1), |text| text.parse()).context("SEED is a number")?;
    generated(count, seed)?;
    match shared_data() {
        Some(folder) => real(&folder),
        None => {
            println!("no shared/data/ingest beside the checkout: nothing real was measured");
            Ok(())
        }
    }
}

/// Once as it comes, once with the proxy in the policy's list of shared addresses, as its owner would put it.
fn generated(count: u64, seed: u64) -> anyhow::Result<()> {
    let stream = Labelled { count, attacks: (count / 20).max(1), seed };
    let records = stream.records();
    let labels: BTreeMap<String, String> =
        records.iter().map(|one| (one.product_id.clone(), one.label.clone())).collect();
    let bytes: Vec<Vec<u8>> = records.into_iter().map(|one| one.bytes).collect();
    let label = |finding: &Finding| labels.get(&finding.product_id).cloned().unwrap_or_default();
    println!("generated, {} attacks, seed {seed}", stream.attacks);
    println!("  labels: the attack, or the piece of ordinary life, that each finding was made for");
    report(&grouped(&bytes, DEFAULT)?, label);
    let ignoring = DEFAULT.replacen("ignore = []", &format!("ignore = [\"{PROXY}\"]"), 1);
    println!("generated, the same, and the policy ignores the proxy {PROXY}");
    report(&grouped(&bytes, &ignoring)?, label);
    Ok(())
}

fn real(folder: &Path) -> anyhow::Result<()> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    let mut records = Vec::new();
    for file in &files {
        let mut splitter = Splitter::new();
        let mut sink = |piece: Piece<'_>| {
            if let Piece::Record { record, .. } = piece {
                records.push(record.bytes().to_vec());
            }
        };
        splitter.feed(&std::fs::read(file)?, &mut sink);
        splitter.finish(&mut sink);
    }
    let grouped = grouped(&records, DEFAULT)?;
    println!("real, {}", folder.display());
    println!(
        "  labels: nobody's, but a rule: same account, same day of last activity, and the same instance, else"
    );
    println!(
        "  the same person (a Kubernetes or database user only on its cluster or database), else the same first"
    );
    println!(
        "  resource; settings of an account each by themselves; port probes and samples apart from the rest"
    );
    report(&grouped, ruled);
    Ok(())
}

/// The label by the rule that is printed; made from what a person would look at first.
fn ruled(finding: &Finding) -> String {
    let day = finding.ended().map_or(0, |ended| ended.as_millis() / 86_400_000);
    let of_kind = |kind: ResourceKind| finding.resources.iter().find(|one| one.kind == kind);
    let person = finding.principals.iter().find(|one| !one.name.is_empty());
    let local = |kind: &str| matches!(kind, "KubernetesUser" | "DatabaseUser");
    let first = finding.resources.first();
    let thing = match (of_kind(ResourceKind::AwsEc2Instance), person, first) {
        (Some(instance), ..) => instance.arn.clone(),
        (None, Some(person), _) if !local(&person.kind) => person.name.clone(),
        (None, _, Some(resource)) if resource.kind != ResourceKind::AwsAccount => resource.arn.clone(),
        (None, ..) => finding.id.to_string(),
    };
    let knocks = finding.kind.contains("/PortProbeUnprotectedPort");
    format!("{} {day} {} {knocks} {thing}", finding.place.account, finding.sample)
}

/// What each finding is and which incident it came to.
fn grouped(records: &[Vec<u8>], policy: &str) -> anyhow::Result<Vec<(IncidentId, Finding)>> {
    let folder = tempfile::tempdir()?;
    let (store, policy) = (Store::open(folder.path())?, Policy::parse(policy)?);
    let ingest = Ingest {
        findings: &store,
        incidents: &store,
        correlations: &store,
        quarantine: &store,
        events: &store,
        ledger: &store,
        policy: &policy,
    };
    for record in records {
        for item in
            read_record(record).into_iter().filter(|item| matches!(item.content, Ok(Content::Finding(..))))
        {
            let arrival = Arrival {
                source: "measured",
                offset: 0,
                line: 1,
                raw: &item.raw,
                spilled: None,
                content: item.content,
                origin: Origin::Owner,
                at: Timestamp::from_millis(1_772_530_000_000),
            };
            block_on(ingest.one(arrival))?;
        }
    }
    let mut grouped = Vec::new();
    for incident in store.list_incidents(IncidentFilter { limit: 1_000_000, ..IncidentFilter::default() })? {
        let found = block_on(Findings::of_incident(&store, incident.id, 1_000_000))?;
        grouped.extend(found.findings.into_iter().map(|finding| (incident.id, finding)));
    }
    Ok(grouped)
}

fn report(grouped: &[(IncidentId, Finding)], label: impl Fn(&Finding) -> String) {
    let labelled: Vec<(IncidentId, String)> =
        grouped.iter().map(|(incident, finding)| (*incident, label(finding))).collect();
    let all = Agreement::of(&labelled);
    let threats: Vec<(IncidentId, String)> = grouped
        .iter()
        .filter(|(_, finding)| finding.class == FindingClass::Threat)
        .map(|(incident, finding)| (*incident, label(finding)))
        .collect();
    for (name, agreement) in [("all findings", all), ("threats only", Agreement::of(&threats))] {
        println!(
            "  {name}: {} findings, {} incidents, {} labels; reduction {:.3}, precision {:.3}, recall {:.3}",
            agreement.findings,
            agreement.groups,
            agreement.labels,
            agreement.reduction(),
            agreement.precision(),
            agreement.recall(),
        );
    }
    worst(&labelled);
}

/// Where most is joined that should not be, and most kept apart that should be together: where to look.
fn worst(labelled: &[(IncidentId, String)]) {
    let mut joined: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut apart: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (incident, label) in labelled {
        *joined.entry(incident.to_string()).or_default().entry(label.clone()).or_default() += 1;
        *apart.entry(label.clone()).or_default().entry(incident.to_string()).or_default() += 1;
    }
    for (what, groups) in [("joined in", joined), ("apart, of", apart)] {
        let mut groups: Vec<_> = groups.into_iter().filter(|(_, parts)| parts.len() > 1).collect();
        groups.sort_by_key(|(_, parts)| std::cmp::Reverse(wrong_pairs(parts)));
        for (name, parts) in groups.iter().take(3) {
            println!("  {what} {name}: {parts:?}");
        }
    }
}

/// How many pairs lie in two different parts.
fn wrong_pairs(parts: &BTreeMap<String, u64>) -> u64 {
    let all: u64 = parts.values().sum();
    (all * all - parts.values().map(|part| part * part).sum::<u64>()) / 2
}

/// `shared/data/ingest` beside the checkout.
fn shared_data() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|up| up.join("shared/data/ingest")).find(|path| path.is_dir())
}
