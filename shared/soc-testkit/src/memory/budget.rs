//! Money and answers of models.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_trait::async_trait;
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Answer, Answers, Balance, Budget, DecisionKey, Reservation, Reserved};

use super::Memory;

/// One day's money.
#[derive(Debug, Default)]
pub(super) struct Purse {
    spent: MicroDollars,
    open: BTreeMap<String, MicroDollars>,
}

impl Purse {
    fn balance(&self) -> Balance {
        let held = self.open.values().fold(MicroDollars::default(), |sum, held| sum.plus(*held));
        Balance { spent: self.spent, held }
    }
}

#[async_trait]
impl Budget for Memory {
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
        let mut tables = self.tables();
        let purse = tables.purses.entry(wanted.day.clone()).or_default();
        let Balance { spent, held } = purse.balance();
        match purse.open.entry(wanted.id.clone()) {
            Entry::Occupied(_same) => Ok(Reserved::Held),
            Entry::Vacant(_) if spent.plus(held).plus(wanted.amount) > cap => Ok(Reserved::Refused),
            Entry::Vacant(place) => {
                place.insert(wanted.amount);
                Ok(Reserved::Held)
            }
        }
    }

    async fn settle(&self, held: &Reservation, spent: MicroDollars) -> PortResult<()> {
        let mut tables = self.tables();
        if let Some(purse) = tables.purses.get_mut(&held.day)
            && let Some(amount) = purse.open.remove(&held.id)
        {
            purse.spent = purse.spent.plus(spent.min(amount));
        }
        Ok(())
    }

    async fn of_day(&self, day: &Day) -> PortResult<Balance> {
        Ok(self.tables().purses.get(day).map(Purse::balance).unwrap_or_default())
    }
}

#[async_trait]
impl Answers for Memory {
    async fn get(&self, key: &DecisionKey) -> PortResult<Option<Answer>> {
        Ok(self.tables().answers.get(key).cloned())
    }

    async fn keep(&self, key: &DecisionKey, answer: &Answer, _at: Timestamp) -> PortResult<()> {
        self.tables().answers.entry(key.clone()).or_insert_with(|| answer.clone());
        Ok(())
    }

    async fn ready_at(&self, ready: &str) -> PortResult<Option<Timestamp>> {
        Ok(self.tables().ready.get(ready).copied())
    }

    async fn was_ready(&self, ready: &str, at: Timestamp) -> PortResult<()> {
        let mut tables = self.tables();
        let known = tables.ready.entry(ready.to_owned()).or_insert(at);
        *known = at.max(*known);
        Ok(())
    }
}
