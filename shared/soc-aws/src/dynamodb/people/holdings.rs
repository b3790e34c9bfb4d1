//! What an incident holds, piece by piece.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::policy::{Suppression, covers};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{HeldKey, Holdings};

use crate::dynamodb::Store;
use crate::dynamodb::item::{Index, id, number, text};
use crate::dynamodb::keys::ordered;
use crate::dynamodb::reads::{Order, Range};

#[async_trait]
impl Holdings for Store {
    async fn findings_of(
        &self,
        id: IncidentId,
        after: Option<FindingId>,
        limit: usize,
    ) -> PortResult<Vec<FindingId>> {
        self.linked_findings(id, after, limit).await
    }

    /// Whoever follows the two incidents hears of it: their rows were written when the change began.
    async fn give(&self, findings: &[FindingId], from: IncidentId, to: IncidentId) -> PortResult<()> {
        if findings.is_empty() || from == to {
            return Ok(());
        }
        self.give_findings(findings, from, to).await?;
        self.move_on(from).await?;
        self.move_on(to).await
    }

    async fn keys_of(&self, id: IncidentId, limit: usize) -> PortResult<Vec<HeldKey>> {
        self.held_keys(id, limit).await
    }

    /// The links of all findings that were active since then are looked through: narrow rows, in eight partitions. The
    /// index may be some moments behind; only people who try a suppression out ask this.
    async fn incidents_with(
        &self,
        rule: &Suppression,
        since: Timestamp,
        limit: usize,
    ) -> PortResult<Vec<IncidentId>> {
        const OPERATION: &str = "list incidents with a type of finding";
        let later = Range::Between(ordered(since.as_millis()), "~".to_owned());
        let asked = (later, Order::Descending, usize::MAX);
        let mut newest: BTreeMap<IncidentId, i64> = BTreeMap::new();
        for link in self.spread(OPERATION, (Index::People, "seen", &[]), asked).await? {
            if covers(&rule.kind, text(&link, "kind")?) {
                let ended: i64 = number(&link, "ended")?;
                let known = newest.entry(id(&link, "incident")?).or_insert(ended);
                *known = ended.max(*known);
            }
        }
        let mut found: Vec<(Reverse<i64>, IncidentId)> =
            newest.into_iter().map(|(id, ended)| (Reverse(ended), id)).collect();
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, id)| id).take(limit).collect())
    }
}
