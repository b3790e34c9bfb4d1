//! An incident's findings, page by page, and one finding with its bytes.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use soc_domain::finding::Finding;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{FiledFinding, Files, FindingPlace, FindingsPage, Page, PageAsk};

use super::super::Store;
use super::super::findings::{key_of_duplicates, key_of_finding, links_of};
use super::super::item::{Item, id, number, odd};
use super::super::keys::Key;
use super::Desk;
use super::shards::cut;

fn place(link: &Item) -> PortResult<FindingPlace> {
    let severity: u64 = number(link, "severity")?;
    let severity = Severity::ALL.into_iter().find(|known| *known as u64 == severity);
    Ok(FindingPlace {
        severity: severity.ok_or_else(|| odd("severity"))?,
        ended: Timestamp::from_millis(number(link, "ended")?),
        id: id(link, "finding")?,
    })
}

/// The gravest first, of equals the newest, then by id.
fn rank(place: &FindingPlace) -> impl Ord + use<> {
    (Reverse(place.severity), Reverse(place.ended), place.id)
}

impl Store {
    async fn filed(&self, items: &BTreeMap<Key, Item>, id: FindingId) -> PortResult<Option<FiledFinding>> {
        let Some(item) = items.get(&key_of_finding(id)) else { return Ok(None) };
        let duplicates = match items.get(&key_of_duplicates(id)) {
            Some(item) => number(item, "count")?,
            None => 0,
        };
        Ok(Some(FiledFinding { row: self.finding_row(item).await?.value, duplicates }))
    }

    /// Some findings as they are filed, in the order of `ids`.
    async fn filed_all(&self, operation: &'static str, ids: &[FindingId]) -> PortResult<Vec<FiledFinding>> {
        let keys = ids.iter().flat_map(|id| [key_of_finding(*id), key_of_duplicates(*id)]);
        let items = self.by_key(operation, keys).await?;
        let mut filed = Vec::with_capacity(ids.len());
        for id in ids {
            filed.extend(self.filed(&items, *id).await?);
        }
        Ok(filed)
    }

    /// Some findings.
    pub(super) async fn findings_by_id(
        &self,
        operation: &'static str,
        ids: &[FindingId],
    ) -> PortResult<Vec<(IncidentId, Finding)>> {
        let items = self.by_key(operation, ids.iter().map(|id| key_of_finding(*id))).await?;
        let mut findings = Vec::with_capacity(items.len());
        for item in items.values() {
            findings.push((id(item, "incident")?, self.finding_of(item).await?));
        }
        Ok(findings)
    }
}

#[async_trait]
impl Files for Desk {
    /// All links of the incident are read for each page: they are narrow, and stand by id.
    async fn findings(&self, incident: IncidentId, from: PageAsk<FindingPlace>) -> PortResult<FindingsPage> {
        const OPERATION: &str = "list an incident's findings";
        let links = self.store.rows(OPERATION, &links_of(incident)).await?;
        let mut places = links.iter().map(place).collect::<PortResult<Vec<FindingPlace>>>()?;
        let total = places.len() as u64;
        places.sort_by_key(rank);
        if let Some(after) = &from.after {
            places.retain(|place| rank(place) > rank(after));
        }
        let page = cut(places, from.limit, |place| *place);
        let ids: Vec<FindingId> = page.rows.iter().map(|place| place.id).collect();
        let rows = self.store.filed_all(OPERATION, &ids).await?;
        Ok(FindingsPage { page: Page { rows, next: page.next }, total })
    }

    async fn finding(&self, id: FindingId) -> PortResult<Option<FiledFinding>> {
        Ok(self.store.filed_all("read a finding", &[id]).await?.pop())
    }

    async fn raw(&self, id: FindingId) -> PortResult<Option<Vec<u8>>> {
        self.store.raw_of(id).await
    }
}
