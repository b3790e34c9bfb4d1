//! Money and answers of models.

use soc_domain::analysis::Draft;
use soc_domain::spend::{Day, MicroDollars, ModelCall};
use soc_domain::verdict::Verdict as Held;
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Answer, Answers, Balance, Budget, DecisionKey, Reservation, Reserved};

use super::{Check, Fault, Suite, Verdict, same};
use crate::build::{START, at};
use crate::wait::together;

/// How many ask at once.
const WORKERS: u64 = 64;

fn wanted(id: &str, amount: u64) -> Reservation {
    Reservation { id: id.to_owned(), day: Day::of(START), amount: MicroDollars(amount) }
}

async fn balance<P: Budget>(port: &P) -> Result<(u64, u64), Fault> {
    let Balance { spent, held } = port.of_day(&Day::of(START)).await?;
    Ok((spent.0, held.0))
}

/// The guarantees of [`Budget`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn budget<P: Budget>(make: impl Fn() -> P) -> Verdict {
    let cap = MicroDollars(100);
    let mut suite = Suite::new(make);
    suite.holds("what is held and spent together stays within the cap", async |port: &P| {
        same(port.reserve(&wanted("a", 60), cap).await?, Reserved::Held)?;
        same(port.reserve(&wanted("b", 41), cap).await?, Reserved::Refused)?;
        same(port.reserve(&wanted("c", 40), cap).await?, Reserved::Held)?;
        same(port.reserve(&wanted("d", 101), cap).await?, Reserved::Refused)?;
        same(balance(port).await?, (0, 100))
    });
    suite.holds("settling gives back what was not spent, and only that", async |port: &P| {
        let all = wanted("a", 100);
        port.reserve(&all, cap).await?;
        port.settle(&all, MicroDollars(30)).await?;
        same(balance(port).await?, (30, 0))?;
        same(port.reserve(&wanted("b", 71), cap).await?, Reserved::Refused)?;
        same(port.reserve(&wanted("c", 70), cap).await?, Reserved::Held)
    });
    suite.holds("asking again with the same id holds once", async |port: &P| {
        for _again in 0..3 {
            same(port.reserve(&wanted("a", 60), cap).await?, Reserved::Held)?;
        }
        same(balance(port).await?, (0, 60))
    });
    suite.holds("settling again, or what is not held, changes nothing", async |port: &P| {
        port.settle(&wanted("never", 50), MicroDollars(1)).await?;
        port.reserve(&wanted("a", 60), cap).await?;
        port.reserve(&wanted("b", 40), cap).await?;
        for _again in 0..3 {
            port.settle(&wanted("a", 60), MicroDollars(10)).await?;
        }
        port.settle(&wanted("never", 50), MicroDollars(1)).await?;
        same(balance(port).await?, (10, 40))
    });
    suite.holds("no more is spent than was held", async |port: &P| {
        port.reserve(&wanted("a", 60), cap).await?;
        port.settle(&wanted("a", 60), MicroDollars(1_000)).await?;
        same(balance(port).await?, (60, 0))
    });
    suite.holds("each day has its own money", async |port: &P| {
        port.reserve(&wanted("a", 100), cap).await?;
        let tomorrow = Day::of(at(86_400));
        let next = Reservation { day: tomorrow.clone(), ..wanted("b", 100) };
        same(port.reserve(&next, cap).await?, Reserved::Held)?;
        port.settle(&next, MicroDollars(7)).await?;
        same(port.of_day(&tomorrow).await?.spent, MicroDollars(7))?;
        same(balance(port).await?, (0, 100))
    });
    suite.holds("whoever asks at once, the cap holds and is used up", together_within_the_cap::<P>);
    suite.verdict()
}

/// Every worker reserves 10 of 205 and settles 3: as long as all hold, twenty get some, and never more than the cap.
async fn together_within_the_cap<P: Budget>(port: &P) -> Check {
    let cap = MicroDollars(205);
    let ask = async |worker: u64| port.reserve(&wanted(&worker.to_string(), 10), cap).await;
    let answers = together((0..WORKERS).map(ask)).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let held: Vec<u64> = (0..)
        .zip(&answers)
        .filter(|(_, answer)| **answer == Reserved::Held)
        .map(|(worker, _)| worker)
        .collect();
    same(held.len(), 20)?;
    same(balance(port).await?, (0, 200))?;
    let settle = async |worker: u64| port.settle(&wanted(&worker.to_string(), 10), MicroDollars(3)).await;
    together(held.into_iter().map(settle)).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    same(balance(port).await?, (60, 0))
}

fn answer(summary: &str) -> Answer {
    let draft = Draft {
        verdict: Held::Suspicious,
        confidence: 40,
        summary: summary.to_owned(),
        claims: Vec::new(),
        next_steps: vec!["look".to_owned()],
    };
    let call = ModelCall { id: "call".to_owned(), input_tokens: 9, output_tokens: 3, cost: MicroDollars(5) };
    Answer { outcome: Ok(draft), calls: vec![call] }
}

/// The guarantees of [`Answers`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn answers<P: Answers>(make: impl Fn() -> P) -> Verdict {
    let (one, two) = (DecisionKey::of(&[b"one"]), DecisionKey::of(&[b"two"]));
    let mut suite = Suite::new(make);
    suite.holds("an answer is kept as it was, under its own key", async |port: &P| {
        same(port.get(&one).await?, None)?;
        port.keep(&one, &answer("\u{1f512} first"), START).await?;
        same(port.get(&one).await?, Some(answer("\u{1f512} first")))?;
        same(port.get(&two).await?, None)
    });
    suite.holds("the first answer stays", async |port: &P| {
        port.keep(&one, &answer("first"), START).await?;
        port.keep(&one, &answer("second"), at(1)).await?;
        same(port.get(&one).await?, Some(answer("first")))
    });
    suite.holds("that there is no draft is an answer too", async |port: &P| {
        let refused = Answer { outcome: Err(AnalystError::Refused), ..answer("") };
        port.keep(&two, &refused, START).await?;
        same(port.get(&two).await?, Some(refused))
    });
    suite.holds("the newest moment of readiness counts", async |port: &P| {
        same(port.ready_at("model/schema").await?, None)?;
        port.was_ready("model/schema", at(10)).await?;
        port.was_ready("model/schema", at(5)).await?;
        same(port.ready_at("model/schema").await?, Some(at(10)))?;
        port.was_ready("model/schema", at(20)).await?;
        same(port.ready_at("model/schema").await?, Some(at(20)))?;
        same(port.ready_at("model/other").await?, None)
    });
    suite.verdict()
}
