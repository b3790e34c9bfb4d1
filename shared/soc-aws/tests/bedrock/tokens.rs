//! How much of the raw findings goes to the model.
//!
//! Tokens are counted as bytes by one rule on both sides, so the share does not depend on a tokenizer.

use std::collections::BTreeMap;

use serde_json::Value;
use soc_domain::id::FindingId;
use soc_domain::wire::{Content, read_record};
use soc_pipeline::handlers::Function;
use soc_samples::builtin;

use crate::bench::{Bench, HAIKU, honest};
use crate::script::{Script, Turn};

/// The most that the evidence may have, in per cent of the records that it was made from.
const AIM: usize = 40;

/// How long the newest record of each finding is: what somebody would send who did not normalise.
fn raw_lengths() -> BTreeMap<FindingId, usize> {
    let mut newest = BTreeMap::new();
    for record in builtin() {
        for item in read_record(&record) {
            if let Ok(Content::Finding(finding, _)) = &item.content {
                newest.insert(finding.id, record.len());
            }
        }
    }
    newest
}

fn length(text: &Value) -> usize {
    text.as_str().unwrap().len()
}

#[tokio::test]
async fn the_evidence_is_at_most_two_fifths_of_the_raw_findings() {
    let bench = Bench::with(builtin()).await;
    let lengths = raw_lengths();
    let script = Script::of(vec![Turn::draft(&honest())]);
    let analyst = bench.analyst(&script, HAIKU);
    let (mut raw, mut incidents) = (0, 0);
    for case in bench.waiting().await {
        bench.ask(case, &analyst, Function::Triage, "assess").await;
        bench.ask(case, &analyst, Function::Analyze, "analyze").await;
        let findings = bench.evidence(case).await.findings;
        raw += findings.iter().map(|finding| lengths[&finding.id]).sum::<usize>();
        incidents += 1;
    }
    let (mut evidence, mut whole) = (0, 0);
    for request in script.requests() {
        let blocks = &request["messages"][0]["content"];
        let shown = length(&blocks[1]["guardContent"]["text"]["text"]);
        let schema = &request["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"];
        evidence += shown;
        whole += shown + length(&request["system"][0]["text"]) + length(&blocks[0]["text"]) + length(schema);
    }
    let percent = |part: usize| part * 100 / raw;
    println!(
        "{incidents} incidents: raw {raw} bytes, evidence {evidence} ({} %), with prompt and schema {whole} ({} %)",
        percent(evidence),
        percent(whole)
    );
    assert_eq!(script.requests().len(), incidents);
    assert!(percent(evidence) <= AIM, "{} %", percent(evidence));
}
