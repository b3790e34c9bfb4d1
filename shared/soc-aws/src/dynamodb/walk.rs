//! What people and auditors look at: all incidents, an incident by the beginning of its id, the whole ledger.
//!
//! Apart from the ports because no function asks this: a list walks over every incident there is.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage, Status};
use soc_domain::severity::Severity;
use soc_ledger::{AnchorVerifier, ChainFault, Entry, Fault, Verification, Verifier};
use soc_pipeline::error::PortResult;

use super::Store;
use super::item::{Index, odd, text};
use super::keys::{SHARDS, key};
use super::reads::{Ask, Order, Range, spread_key};
use crate::error::port_error;

/// How many rows of a chain are held at once.
const PAGE: usize = 500;

/// Which incidents are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only with this status.
    pub status: Option<Status>,
    /// Only at least this severe.
    pub severity: Option<Severity>,
}

impl Wanted {
    fn is(self, incident: &Incident) -> bool {
        self.status.is_none_or(|status| incident.status == status)
            && self.severity.is_none_or(|severity| incident.severity >= severity)
    }
}

impl Store {
    /// Gives `take` every incident that is wanted, in no order. One that changes meanwhile may be given twice.
    ///
    /// # Errors
    /// The table cannot be read, or a row is not as we write it.
    pub async fn each_incident(
        &self,
        wanted: Wanted,
        take: &mut (dyn FnMut(Incident) + Send),
    ) -> PortResult<()> {
        for shard in 0..SHARDS {
            // Before every turn, and no empty text: DynamoDB takes none in a key.
            let mut after = "0".to_owned();
            loop {
                let page = self.changed_in(shard, &after).await?;
                let Some(last) = page.last() else { break };
                after = format!("{}~", text(last, Index::Follow.keys().1)?);
                for item in &page {
                    let incident: Incident = self.document(item).await?;
                    if wanted.is(&incident) {
                        take(incident);
                    }
                }
            }
        }
        Ok(())
    }

    /// A page of the incidents of one shard, in the order of their changes.
    async fn changed_in(&self, shard: u8, after: &str) -> PortResult<Vec<super::item::Item>> {
        let ask = Ask {
            index: Some(Index::Follow),
            pk: spread_key("changes", &[], &shard.to_string()),
            range: Range::Between(after.to_owned(), "~".to_owned()),
            order: Order::Ascending,
            limit: Some(PAGE),
        };
        self.rows("list incidents", &ask).await
    }

    /// The incidents whose id begins so (without its prefix), at most two: more than one is one too many.
    ///
    /// # Errors
    /// The table cannot be read, or a row is not as we write it.
    pub async fn incidents_beginning(&self, suffix: &str) -> PortResult<Vec<IncidentId>> {
        let mut found = BTreeSet::new();
        let mut take = |incident: Incident| {
            if incident.id.suffix().starts_with(suffix) {
                found.insert(incident.id);
            }
        };
        self.each_incident(Wanted::default(), &mut take).await?;
        Ok(found.into_iter().take(2).collect())
    }

    /// Checks every chain: those that have a head, those that have only rows, and those that judged incidents lack.
    ///
    /// # Errors
    /// The tables cannot be read, or a row is not as we write it.
    pub async fn verify_ledger(&self) -> PortResult<Verification> {
        self.verify_ledger_against(AnchorVerifier::default()).await
    }

    /// The same, and what was anchored of the chains.
    ///
    /// # Errors
    /// As [`Self::verify_ledger`].
    pub async fn verify_ledger_against(&self, mut anchors: AnchorVerifier) -> PortResult<Verification> {
        // Rows first: a chain that begins meanwhile then has its head, and is read as it is.
        let mut chains = self.chains_with_rows().await?;
        let mut judged = BTreeSet::new();
        let mut take = |incident: Incident| {
            if incident.stage != Stage::Recorded {
                judged.insert(incident.id.to_string());
            }
        };
        self.each_incident(Wanted::default(), &mut take).await?;
        let heads = self.ledger_heads().await?;
        chains.extend(heads.iter().map(|head| head.chain.clone()));
        let mut verifier = Verifier::new(heads, None);
        let mut ends = BTreeMap::new();
        for chain in &chains {
            let mut take = |entry: Entry| {
                verifier.row(&entry);
                anchors.row(&entry);
                ends.insert(entry.chain, entry.seq + 1);
            };
            self.each_entry(chain, &mut take).await?;
        }
        let mut found = verifier.finish();
        found.faults.extend(anchors.finish(&ends));
        for chain in judged.difference(&chains) {
            found.faults.push(Fault::Chain { chain: chain.clone(), kind: ChainFault::Missing });
        }
        Ok(found)
    }

    /// Gives `take` all rows of a chain, the oldest first.
    ///
    /// # Errors
    /// The table cannot be read, or a row is not as we write it.
    pub async fn each_entry(&self, chain: &str, take: &mut (dyn FnMut(Entry) + Send)) -> PortResult<()> {
        let mut from = 0;
        loop {
            let page = self.ledger_chain(chain, from, PAGE).await?;
            let full = page.len() == PAGE;
            for entry in page {
                from = entry.seq + 1;
                take(entry);
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// The names of all chains that have rows: a head that was removed must not hide its chain.
    ///
    /// # Errors
    /// The table cannot be read, or a row is not as we write it.
    pub async fn chains_with_rows(&self) -> PortResult<BTreeSet<String>> {
        let mut chains = BTreeSet::new();
        let mut from = None;
        loop {
            let scan = self.client.scan().table_name(&self.tables.ledger).projection_expression("pk");
            let page = scan.set_exclusive_start_key(from).consistent_read(true).send().await;
            let page = page.map_err(|error| port_error("list the chains of the ledger", &error))?;
            for item in page.items() {
                chains.insert(chain_named(text(item, "pk")?)?);
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(chains);
            }
        }
    }
}

/// The chain whose rows are in this partition.
fn chain_named(pk: &str) -> PortResult<String> {
    let begin = key("chain", &[""]);
    let begin = begin.split('|').next().unwrap_or_default();
    let name = pk.strip_prefix(begin).and_then(|rest| rest.strip_prefix('|'));
    let name = name.and_then(|rest| rest.split_once(':')).map(|(_length, name)| name.to_owned());
    match name {
        Some(name) if key("chain", &[&name]) == pk => Ok(name),
        _ => Err(odd("pk")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_named_by_its_partition_and_by_nothing_else() {
        for name in ["inc_aaaa", "outside", "", "a:b|1:c"] {
            assert_eq!(chain_named(&key("chain", &[name])).unwrap(), name);
        }
        for odd in ["", "chain", "chain|3:ab", "head|1:a"] {
            assert!(chain_named(odd).is_err(), "{odd}");
        }
    }
}
