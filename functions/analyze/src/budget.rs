//! The day's money under two caps: the deployment's, and the policy's of this minute. The lower one holds.
//!
//! Apart from the budget itself because that counts, and here it is decided; and because a policy that cannot be read
//! is an answer too: then nothing is spent.

use std::sync::Arc;

use async_trait::async_trait;
use soc_domain::spend::{Day, MicroDollars};
use soc_lambda::policy::Policies;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Balance, Budget, Reservation, Reserved};

/// A budget that asks the policy before it gives.
#[derive(Debug)]
pub(crate) struct PolicyBudget<B> {
    pub(crate) budget: Arc<B>,
    pub(crate) policies: Policies,
}

#[async_trait]
impl<B: Budget> Budget for PolicyBudget<B> {
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
        const OPERATION: &str = "read what models may cost by the policy";
        let policy = self.policies.now().await;
        let policy =
            policy.map_err(|error| PortError::caused(PortErrorKind::Unavailable, OPERATION, error))?;
        let unread = || PortError::new(PortErrorKind::Rejected, OPERATION);
        let lower = dollars(policy.rules.budget.ai_usd_day).ok_or_else(unread)?.min(cap);
        self.budget.reserve(wanted, lower).await
    }

    async fn settle(&self, held: &Reservation, spent: MicroDollars) -> PortResult<()> {
        self.budget.settle(held, spent).await
    }

    async fn of_day(&self, day: &Day) -> PortResult<Balance> {
        self.budget.of_day(day).await
    }
}

/// A sum of the policy, which is zero or more; what is finer than a millionth is left out.
fn dollars(sum: f64) -> Option<MicroDollars> {
    if sum.is_infinite() {
        return Some(MicroDollars(u64::MAX));
    }
    MicroDollars::parse_dollars(&format!("{sum:.6}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use soc_domain::policy::Mode;
    use soc_lambda::policy::Stale;
    use soc_testkit::block_on;

    use super::*;

    const DEFAULT: &str = include_str!("../../../shared/soc-domain/src/policy/default.toml");

    /// Remembers under which cap it was asked.
    #[derive(Debug, Default)]
    struct Asked(Mutex<Vec<MicroDollars>>);

    #[async_trait]
    impl Budget for Asked {
        async fn reserve(&self, _wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
            self.0.lock().unwrap().push(cap);
            Ok(Reserved::Held)
        }

        async fn settle(&self, _held: &Reservation, _spent: MicroDollars) -> PortResult<()> {
            Ok(())
        }

        async fn of_day(&self, _day: &Day) -> PortResult<Balance> {
            Err(PortError::new(PortErrorKind::NotFound, "not asked"))
        }
    }

    /// The cap that counts, where the policy has this line and the deployment allows two dollars.
    fn cap(line: &str) -> Result<Vec<MicroDollars>, PortErrorKind> {
        let text = DEFAULT.replace("ai_usd_day = 5.0", line);
        let read = move || {
            let text = text.clone().into_bytes();
            async move { Ok(text) }
        };
        let budget = Arc::new(Asked::default());
        let policies = Policies::of(read, (Mode::Auto, Stale::Keep));
        let capped = PolicyBudget { budget: budget.clone(), policies };
        let at = soc_domain::time::Timestamp::from_millis(1_772_442_000_123);
        let wanted = Reservation { id: "a".to_owned(), day: Day::of(at), amount: MicroDollars(1) };
        block_on(capped.reserve(&wanted, MicroDollars::dollars(2))).map_err(|error| error.kind)?;
        let asked = budget.0.lock().unwrap().clone();
        Ok(asked)
    }

    #[test]
    fn the_lower_of_the_deployments_cap_and_the_policys_holds() {
        assert_eq!(cap("ai_usd_day = 5.0"), Ok(vec![MicroDollars::dollars(2)]));
        assert_eq!(cap("ai_usd_day = 0.25"), Ok(vec![MicroDollars(250_000)]));
        assert_eq!(cap("ai_usd_day = 0.0"), Ok(vec![MicroDollars(0)]));
        assert_eq!(cap("ai_usd_day = inf"), Ok(vec![MicroDollars::dollars(2)]));
    }

    #[test]
    fn without_a_policy_nothing_is_spent() {
        assert_eq!(cap("ai_usd_day = -1.0"), Err(PortErrorKind::Unavailable));
    }
}
