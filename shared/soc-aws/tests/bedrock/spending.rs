//! Sixty-four workers at once: never more is spent and held than the cap, and what they leave can be spent.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use serde_json::json;
use soc_aws::bedrock::{BedrockAnalyst, Desk, Settings};
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::verdict::{Judgement, Verdict};
use soc_guard::redacted::Redacted;
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Analyst as _, Budget as _, Clock as _, Question};
use soc_testkit::memory::Memory;
use tokio::runtime::Builder;

use crate::bench::{HAIKU, Morning, REDACTOR, honest, settings};
use crate::script::{Script, Turn};

/// What the workers came to.
pub(crate) struct Tally {
    pub(crate) asked: u64,
    pub(crate) calls: u64,
    pub(crate) over_budget: u64,
    /// What the model charges for all its answers.
    pub(crate) charged: MicroDollars,
}

/// How many work at once.
const WORKERS: u64 = 64;

/// Sixty-four workers on threads of their own ask `each` questions, of a model whose answers cost 4,840 millionths.
/// Every worker has its own connection to the store. How many are refused because others hold what they may need is a
/// matter of luck; so afterwards one alone asks on until it is refused.
pub(crate) fn workers(connect: impl Fn() -> Desk + Sync, cap: MicroDollars, each: u64) -> Tally {
    let script = Script::of(vec![Turn::draft(&honest())]);
    let over_budget = AtomicU64::new(0);
    let together = Barrier::new(64);
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (connect, script, over_budget, together) = (&connect, &script, &over_budget, &together);
            scope.spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let desk = connect();
                    together.wait();
                    for question in 0..each {
                        let refused = ask(&desk, script, cap, format!("{worker}/{question}")).await;
                        over_budget.fetch_add(u64::from(refused), Ordering::Relaxed);
                    }
                });
            });
        }
    });
    let alone = Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let desk = connect();
        let mut question = 1_u64;
        while !ask(&desk, &script, cap, format!("alone/{question}")).await {
            question += 1;
        }
        question
    });
    let calls = u64::try_from(script.requests().len()).unwrap();
    Tally {
        asked: WORKERS * each + alone,
        calls,
        over_budget: over_budget.into_inner() + 1,
        charged: MicroDollars(calls * 4_840),
    }
}

/// Asks one question; answers whether there was no money for it.
async fn ask(desk: &Desk, script: &Script, cap: MicroDollars, name: String) -> bool {
    let settings = Settings { daily_cap: cap, call_timeout: Duration::from_secs(60), ..settings(HAIKU) };
    let analyst = BedrockAnalyst::new(script.client(), settings, desk.clone());
    let evidence = Redacted::of(json!({"severity": "High", "accounts": [name]}), &REDACTOR);
    let floor = Judgement { verdict: Verdict::Suspicious, confidence: 50, because: Vec::new() };
    let answer = analyst.answer(Question { evidence: &evidence, floor: &floor }).await;
    let balance = desk.budget.of_day(&Day::of(Morning.now())).await.unwrap();
    assert!(balance.spent.plus(balance.held) <= cap, "{balance:?} of {cap}");
    match answer.outcome {
        Ok(_) => false,
        Err(AnalystError::OverBudget) => true,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn sixty_four_workers_spend_within_the_cap_and_use_it() {
    let store = Arc::new(Memory::new());
    let cap = MicroDollars(500_000);
    let connect = || {
        let (budget, answers) = (Arc::clone(&store), Arc::clone(&store));
        Desk { budget, answers, clock: Arc::new(Morning) }
    };
    let tally = workers(connect, cap, 20);
    let balance = soc_testkit::block_on(store.of_day(&Day::of(Morning.now()))).unwrap();
    println!("{} calls, {} over budget, {} of {cap}", tally.calls, tally.over_budget, balance.spent);
    assert_eq!((balance.spent, balance.held), (tally.charged, MicroDollars(0)));
    assert!(tally.charged <= cap);
    // The last worst case does not fit any more; nothing else stops them.
    assert!(tally.charged.plus(MicroDollars(50_000)) > cap, "{}", tally.charged);
    assert_eq!(tally.calls + tally.over_budget, tally.asked);
}
