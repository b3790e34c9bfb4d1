//! The suite of budgets bites: one that looks first and writes later, and one that settles what it settled before.

use std::task::Poll;

use async_trait::async_trait;
use soc_domain::spend::{Day, MicroDollars};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Balance, Budget, Reservation, Reserved};
use soc_testkit::conformance;
use soc_testkit::memory::Memory;

/// Lets others go first, once.
async fn pause() {
    let mut waited = false;
    std::future::poll_fn(
        |_context| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending },
    )
    .await;
}

/// Reads the balance, and writes when somebody else may have written.
#[derive(Default)]
struct LooksFirst(Memory);

#[async_trait]
impl Budget for LooksFirst {
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
        let Balance { spent, held } = self.0.of_day(&wanted.day).await?;
        pause().await;
        if spent.plus(held).plus(wanted.amount) > cap {
            return Ok(Reserved::Refused);
        }
        self.0.reserve(wanted, MicroDollars(u64::MAX)).await
    }
    async fn settle(&self, held: &Reservation, spent: MicroDollars) -> PortResult<()> {
        self.0.settle(held, spent).await
    }
    async fn of_day(&self, day: &Day) -> PortResult<Balance> {
        self.0.of_day(day).await
    }
}

/// Spends more money with every repetition, which a lost answer brings.
#[derive(Default)]
struct SettlesAgain(Memory);

#[async_trait]
impl Budget for SettlesAgain {
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
        self.0.reserve(wanted, cap).await
    }
    async fn settle(&self, held: &Reservation, spent: MicroDollars) -> PortResult<()> {
        self.0.reserve(held, MicroDollars(u64::MAX)).await?;
        self.0.settle(held, spent).await
    }
    async fn of_day(&self, day: &Day) -> PortResult<Balance> {
        self.0.of_day(day).await
    }
}

#[test]
fn a_budget_that_looks_first_and_writes_later_is_named() {
    let broken = conformance::budget(LooksFirst::default).unwrap_err();
    assert!(
        broken.sentences().iter().any(|sentence| sentence.starts_with("whoever asks at once")),
        "{broken}"
    );
}

#[test]
fn a_budget_that_settles_again_is_named() {
    let broken = conformance::budget(SettlesAgain::default).unwrap_err();
    assert!(broken.sentences().iter().any(|sentence| sentence.starts_with("settling again")), "{broken}");
}
