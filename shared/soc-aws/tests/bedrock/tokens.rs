//! How much of the raw findings goes to the model.
//!
//! Tokens are counted as bytes by one rule on both sides, so the share does not depend on a tokenizer.

use soc_domain::wire::{Content, read_record};
use soc_samples::builtin;

use crate::bench::{Bench, HAIKU, honest};
use crate::script::{Script, Turn};

#[tokio::test]
async fn the_request_is_at_most_two_fifths_of_the_raw_findings() {
    let bench = Bench::with(builtin()).await;
    let (mut raw, mut evidence, mut whole, mut incidents) = (0, 0, 0, 0);
    for case in bench.waiting().await {
        let script = Script::of(vec![Turn::draft(&honest())]);
        bench
            .ask(case, &bench.analyst(&script, HAIKU), soc_pipeline::handlers::Function::Triage, "assess")
            .await;
        bench
            .ask(case, &bench.analyst(&script, HAIKU), soc_pipeline::handlers::Function::Analyze, "analyze")
            .await;
        let request = script.requests().remove(0);
        let shown =
            request["messages"][0]["content"][1]["guardContent"]["text"]["text"].as_str().unwrap().len();
        let fixed = request["system"][0]["text"].as_str().unwrap().len()
            + request["messages"][0]["content"][0]["text"].as_str().unwrap().len()
            + request["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"]
                .as_str()
                .unwrap()
                .len();
        let ids: Vec<_> = bench.evidence(case).await.findings.iter().map(|finding| finding.id).collect();
        let of_case = |record: &Vec<u8>| {
            read_record(record).iter().any(
                |item| matches!(&item.content, Ok(Content::Finding(finding, _)) if ids.contains(&finding.id)),
            )
        };
        // The newest record of each finding: what somebody would send who did not normalise.
        let mut newest = std::collections::BTreeMap::new();
        for record in builtin().into_iter().filter(of_case) {
            for item in read_record(&record) {
                if let Ok(Content::Finding(finding, _)) = &item.content {
                    newest.insert(finding.id, record.len());
                }
            }
        }
        raw += newest.values().sum::<usize>();
        evidence += shown;
        whole += shown + fixed;
        incidents += 1;
    }
    let percent = |part: usize| part * 100 / raw;
    println!(
        "{incidents} incidents: raw {raw} bytes, evidence {evidence} ({} %), request {whole} ({} %)",
        percent(evidence),
        percent(whole)
    );
    assert!(percent(evidence) <= 40, "{} %", percent(evidence));
}
