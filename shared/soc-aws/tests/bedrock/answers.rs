//! The same question is paid once; another question is another payment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use serde_json::json;
use soc_aws::bedrock::{BedrockAnalyst, Desk};
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::handlers::Function;
use soc_pipeline::ports::{
    Answer, Answers, Balance, Budget, DecisionKey, Reservation, Reserved, StartWorkflow,
};
use soc_testkit::memory::Memory;

use crate::bench::{Bench, HAIKU, NOVA, honest, miner, settings, skipped};
use crate::script::{Script, Turn};

async fn bench() -> (Bench, StartWorkflow) {
    let bench = Bench::with([miner().to_string().into_bytes()]).await;
    let case = bench.waiting().await[0];
    (bench, case)
}

#[tokio::test]
async fn a_repeated_analysis_is_paid_once_and_says_the_same() {
    let (bench, case) = bench().await;
    let script = Script::of(vec![Turn::draft(&honest()), Turn::text("another answer")]);
    // Another process each time: only the kept answer is common.
    bench.ask(case, &bench.analyst(&script, HAIKU), Function::Triage, "assess").await;
    let mut seen = Vec::new();
    for _delivery in 0..3 {
        bench.ask(case, &bench.analyst(&script, HAIKU), Function::Analyze, "analyze").await;
        let spending = bench.incident(case).await.spending;
        seen.push((bench.documents(case).await.analysis, spending, bench.balance().await));
    }
    assert_eq!(script.requests().len(), 1);
    assert!(seen[0].0.is_some() && seen.iter().all(|one| *one == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn what_was_refused_or_invalid_is_not_paid_again_and_what_was_unavailable_is_asked_again() {
    for (turn, calls) in [
        (Turn::converse(json!([{"text": "no"}]), "refusal"), 1),
        (Turn::text("no JSON"), 2),
        (Turn::error(403, "AccessDeniedException", "no"), 2),
        (Turn::IsSilent, 2),
    ] {
        let (bench, case) = bench().await;
        let script = Script::of(vec![turn]);
        bench.ask(case, &bench.analyst(&script, HAIKU), Function::Triage, "assess").await;
        for _delivery in 0..2 {
            bench.ask(case, &bench.analyst(&script, HAIKU), Function::Analyze, "analyze").await;
        }
        assert_eq!(script.requests().len(), calls);
        assert_eq!(bench.incident(case).await.spending.cost, bench.balance().await.spent);
    }
}

#[tokio::test]
async fn another_model_or_other_evidence_is_another_question() {
    let (bench, case) = bench().await;
    let script = Script::of(vec![Turn::draft(&honest())]);
    bench.ask(case, &bench.analyst(&script, HAIKU), Function::Triage, "assess").await;
    bench.ask(case, &bench.analyst(&script, HAIKU), Function::Analyze, "analyze").await;
    bench.ask(case, &bench.analyst(&script, NOVA), Function::Analyze, "analyze").await;
    assert_eq!(script.requests().len(), 2);
    let mut changed = miner();
    changed["detail"]["title"] = json!("The instance mines, and something else.");
    changed["detail"]["updatedAt"] = json!("2026-03-02T20:00:00.000Z");
    bench.take_in(&changed.to_string().into_bytes()).await;
    bench.ask(case, &bench.analyst(&script, HAIKU), Function::Analyze, "analyze").await;
    assert_eq!(script.requests().len(), 3);
}

/// A store that does not answer.
struct Away(Arc<Memory>, AtomicBool);

fn away<T>() -> PortResult<T> {
    Err(PortError::new(PortErrorKind::Unavailable, "reach the store"))
}

#[async_trait]
impl Answers for Away {
    async fn get(&self, _key: &DecisionKey) -> PortResult<Option<Answer>> {
        away()
    }
    async fn keep(&self, _key: &DecisionKey, _answer: &Answer, _at: Timestamp) -> PortResult<()> {
        away()
    }
    async fn ready_at(&self, _ready: &str) -> PortResult<Option<Timestamp>> {
        away()
    }
    async fn was_ready(&self, _ready: &str, _at: Timestamp) -> PortResult<()> {
        away()
    }
}

#[async_trait]
impl Budget for Away {
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
        if self.1.load(Ordering::Relaxed) { self.0.reserve(wanted, cap).await } else { away() }
    }
    async fn settle(&self, _held: &Reservation, _spent: MicroDollars) -> PortResult<()> {
        away()
    }
    async fn of_day(&self, day: &Day) -> PortResult<Balance> {
        self.0.of_day(day).await
    }
}

#[tokio::test]
async fn without_a_budget_nobody_is_asked_and_what_cannot_be_settled_stays_held() {
    let (bench, case) = bench().await;
    let script = Script::of(vec![Turn::draft(&honest())]);
    let away = Arc::new(Away(Arc::clone(&bench.store), AtomicBool::new(false)));
    let desk = Desk { budget: away.clone(), answers: away.clone(), ..bench.desk() };
    let analyst = BedrockAnalyst::new(script.client(), settings(HAIKU), desk);
    bench.ask(case, &analyst, Function::Triage, "assess").await;
    bench.ask(case, &analyst, Function::Analyze, "analyze").await;
    assert_eq!(skipped(&bench.incident(case).await), Some("unavailable"));
    assert_eq!(script.requests().len(), 0);
    away.1.store(true, Ordering::Relaxed);
    bench.ask(case, &analyst, Function::Analyze, "analyze").await;
    assert_eq!(skipped(&bench.incident(case).await), None);
    let balance = bench.balance().await;
    assert!(balance.held > MicroDollars(0) && balance.spent == MicroDollars(0), "{balance:?}");
}
