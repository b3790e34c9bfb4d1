//! Findings, the events that brought them, and which incident each is in.

use std::cmp::Reverse;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use soc_domain::finding::{Finding, Gap, Route};
use soc_domain::id::{EventKey, FindingId, IncidentId};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::desk::Entity;
use soc_pipeline::ports::{
    FindingRow, FindingWrite, Findings, IncidentFindings, Origin, RowVersion, Versioned,
};

use super::Store;
use super::gaps::KeptGap;
use super::item::{Index, Item, Row, id, key_item, key_of, number, optional_text};
use super::keys::{Key, hex, key, ordered, prefix, shard};
use super::outline::{Outline, named};
use super::reads::{Ask, Order, Range, spread_key};
use super::writes::{OnlyIf, STEP_MAX, Write, pause};
use crate::error::port_error;

/// A move writes three rows for each finding.
const MOVED_AT_ONCE: usize = STEP_MAX / 3;
/// So many names of a finding are written in one step with it; most have fewer.
const NAMED_WITH: usize = 60;
/// How often a move is tried again that met other writers.
const MOVE_ATTEMPTS: u32 = 8;

#[derive(Serialize)]
struct Document<'a> {
    finding: &'a Finding,
    gaps: &'a [Gap],
    routes: &'a [Route],
    emissions: u64,
    origin: Origin,
}

#[derive(Deserialize)]
struct Kept {
    finding: Finding,
    gaps: Vec<KeptGap>,
    routes: Vec<Route>,
    emissions: u64,
    origin: Origin,
}

pub(super) fn key_of_finding(finding: FindingId) -> Key {
    Key::row("finding", finding.suffix())
}

pub(super) fn key_of_duplicates(finding: FindingId) -> Key {
    Key::new(key("finding", &[finding.suffix()]), "duplicates")
}

fn key_of_event(event: EventKey) -> Key {
    Key::row("event", &hex(event.as_bytes()))
}

fn partition(incident: IncidentId) -> String {
    key("incident", &[incident.suffix()])
}

/// The rows that say which findings an incident has, in no order that anybody wants.
pub(super) fn links_of(incident: IncidentId) -> Ask {
    Ask::prefix(partition(incident), prefix("finding", &[]))
}

/// Says in the incident's partition that the finding is in it, and where in its order.
fn link(incident: IncidentId, finding: &str) -> Key {
    Key::new(partition(incident), key("finding", &[finding]))
}

/// What gives a finding to another incident, if it is still as it was read: its row, and its link with it.
fn moving(row: &Item, link: Option<Item>, to: IncidentId) -> PortResult<Vec<Write>> {
    let version: u64 = number(row, "version")?;
    let given = Row::again(row.clone()).text("incident", to.to_string()).number("version", version + 1);
    let mut writes = vec![Write::Put(given, OnlyIf::Version(version))];
    if let Some(mut linked) = link {
        let old = key_of(&linked)?;
        linked.extend(key_item(&Key::new(partition(to), old.sk.clone())));
        writes.push(Write::Put(Row::again(linked).text("incident", to.to_string()), OnlyIf::Always));
        writes.push(Write::Delete(old));
    }
    Ok(writes)
}

impl Store {
    /// When what came then is no longer kept, in seconds since 1970.
    pub(super) fn expiry(&self, from: Timestamp) -> u64 {
        u64::try_from(from.plus(self.retention).as_millis()).unwrap_or_default() / 1_000
    }

    pub(super) async fn finding_row(&self, item: &Item) -> PortResult<Versioned<FindingRow>> {
        let kept: Kept = self.document(item).await?;
        let gaps = kept.gaps.into_iter().map(KeptGap::read).collect::<PortResult<Vec<Gap>>>()?;
        let value = FindingRow {
            finding: kept.finding,
            gaps,
            incident: id(item, "incident")?,
            routes: kept.routes,
            emissions: kept.emissions,
            origin: kept.origin,
        };
        Ok(Versioned { value, version: RowVersion(number(item, "version")?) })
    }

    pub(super) async fn finding_of(&self, item: &Item) -> PortResult<Finding> {
        Ok(self.document::<Kept>(item).await?.finding)
    }

    /// The incident that a finding is in by now, if its row has the version that is expected.
    async fn incident_before(
        &self,
        finding: FindingId,
        expected: Option<RowVersion>,
    ) -> PortResult<Option<IncidentId>> {
        const OPERATION: &str = "record a finding";
        let Some(expected) = expected else { return Ok(None) };
        match self.row(OPERATION, &key_of_finding(finding)).await? {
            Some(item) if number::<u64>(&item, "version")? == expected.0 => Ok(Some(id(&item, "incident")?)),
            Some(_) | None => Err(PortError::new(PortErrorKind::Conflict, OPERATION)),
        }
    }

    async fn as_row(&self, write: FindingWrite<'_>, version: u64, raw: &str) -> PortResult<Row> {
        let FindingRow { finding, gaps, incident, routes, emissions, origin } = write.row;
        let suffix = finding.id.suffix();
        let account = finding.place.account.as_str();
        let document = Document { finding, gaps, routes, emissions: *emissions, origin: *origin };
        let row = Row::new(&key_of_finding(finding.id))
            .number("version", version)
            .text("incident", incident.to_string())
            .text("raw_at", raw)
            .at("at", write.at)
            .number("expires", self.expiry(write.at))
            .indexed(
                Index::People,
                spread_key("account", &[account], &shard(suffix)),
                format!("{}|{suffix}", ordered(write.at.as_millis())),
            );
        self.with_document(row, &document).await
    }

    async fn link_row(&self, write: FindingWrite<'_>) -> PortResult<Row> {
        let finding = &write.row.finding;
        let (suffix, ended) = (finding.id.suffix(), finding.ended().unwrap_or_default());
        let row = Row::new(&link(write.row.incident, suffix))
            .text("finding", finding.id.to_string())
            .text("incident", write.row.incident.to_string())
            .text("kind", finding.kind.clone())
            .number("severity", finding.effective_severity() as u64)
            .at("ended", ended)
            .number("expires", self.expiry(write.at))
            .indexed(
                Index::People,
                spread_key("seen", &[], &shard(suffix)),
                format!("{}|{suffix}", ordered(ended.as_millis())),
            );
        self.with_document(row, &Outline::of(finding)).await
    }

    /// Says what the finding names, before the finding is written: one too many costs a reader one look. The account is
    /// left out, because every incident lists its own, and an account's findings are many.
    async fn name_entities(&self, write: FindingWrite<'_>) -> PortResult<Vec<Write>> {
        let finding = &write.row.finding;
        let entities = Entity::all_in(finding).into_iter();
        let entities = entities.filter(|entity| !matches!(entity, Entity::Account(_)));
        let row = |entity: Entity| {
            let row = Row::new(&Key::new(named(&entity), finding.id.suffix()));
            let row = row.text("finding", finding.id.to_string());
            Write::Put(row.number("expires", self.expiry(write.at)), OnlyIf::Always)
        };
        let mut names: Vec<Write> = entities.map(row).collect();
        while names.len() > NAMED_WITH {
            let ahead = names.split_off(names.len().saturating_sub(STEP_MAX).max(NAMED_WITH));
            self.write("name what a finding is about", ahead).await?;
        }
        Ok(names)
    }

    /// Moves some findings as one step; none if there are none. Conflict if one of them was written meanwhile.
    async fn move_some(&self, from: IncidentId, to: IncidentId) -> PortResult<Option<()>> {
        const OPERATION: &str = "move an incident's findings";
        let mut ask = links_of(from);
        ask.limit = Some(MOVED_AT_ONCE);
        let links = self.rows(OPERATION, &ask).await?;
        if links.is_empty() {
            return Ok(None);
        }
        let mut findings = Vec::with_capacity(links.len());
        for item in &links {
            findings.push(key_of_finding(id(item, "finding")?));
        }
        let rows = self.by_key(OPERATION, findings.clone()).await?;
        let mut writes = Vec::with_capacity(links.len() * 3);
        for (item, finding) in links.into_iter().zip(findings) {
            match rows.get(&finding) {
                Some(row) if id::<IncidentId>(row, "incident")? == from => {
                    writes.extend(moving(row, Some(item), to)?);
                }
                // It was moved between the two reads, and its link with it.
                Some(_) => return Err(PortError::new(PortErrorKind::Conflict, OPERATION)),
                None => writes.push(Write::Delete(key_of(&item)?)),
            }
        }
        self.write(OPERATION, writes).await.map(Some)
    }
}

/// What people's changes move, one by one.
impl Store {
    /// Gives those of some findings that are in `from` to `to`, as one step. Conflict if one was written meanwhile.
    async fn give_some(&self, findings: &[FindingId], from: IncidentId, to: IncidentId) -> PortResult<()> {
        const OPERATION: &str = "give findings to another incident";
        let links = findings.iter().map(|finding| link(from, finding.suffix()));
        let keys = findings.iter().map(|finding| key_of_finding(*finding)).chain(links);
        let mut found = self.by_key(OPERATION, keys).await?;
        let mut writes = Vec::with_capacity(findings.len() * 3);
        for finding in findings {
            let Some(row) = found.remove(&key_of_finding(*finding)) else { continue };
            if id::<IncidentId>(&row, "incident")? == from {
                writes.extend(moving(&row, found.remove(&link(from, finding.suffix())), to)?);
            }
        }
        if writes.is_empty() { Ok(()) } else { self.write(OPERATION, writes).await }
    }

    /// Gives those of `findings` that are in `from` to `to`, some at a time.
    pub(super) async fn give_findings(
        &self,
        findings: &[FindingId],
        from: IncidentId,
        to: IncidentId,
    ) -> PortResult<()> {
        for some in findings.chunks(MOVED_AT_ONCE) {
            let mut attempt = 0;
            while let Err(error) = self.give_some(some, from, to).await {
                if !error.is_conflict() || attempt == MOVE_ATTEMPTS {
                    return Err(error);
                }
                pause(self, attempt).await;
                attempt += 1;
            }
        }
        Ok(())
    }

    /// The ids of an incident's findings after one of them, in their order.
    pub(super) async fn linked_findings(
        &self,
        incident: IncidentId,
        after: Option<FindingId>,
        limit: usize,
    ) -> PortResult<Vec<FindingId>> {
        let first = prefix("finding", &[]);
        // Behind every key that begins so: what follows is a length and base32.
        let last = format!("{first}~");
        let from = after.map_or(first, |after| format!("{}~", link(incident, after.suffix()).sk));
        let range = Range::Between(from, last);
        let order = Order::Ascending;
        let ask = Ask { index: None, pk: partition(incident), range, order, limit: Some(limit) };
        let links = self.rows("list an incident's findings", &ask).await?;
        links.iter().map(|item| id(item, "finding")).collect()
    }
}

#[async_trait]
impl Findings for Store {
    async fn get(&self, id: FindingId) -> PortResult<Option<Versioned<FindingRow>>> {
        match self.row("read a finding", &key_of_finding(id)).await? {
            Some(item) => self.finding_row(&item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn seen(&self, event: EventKey) -> PortResult<bool> {
        Ok(self.row("look an event up", &key_of_event(event)).await?.is_some())
    }

    /// The bytes are kept first, under their hash: bytes that no row names are no evidence of anything.
    async fn record(&self, write: FindingWrite<'_>, expected: Option<RowVersion>) -> PortResult<()> {
        let finding = write.row.finding.id;
        let before = self.incident_before(finding, expected).await?;
        let raw = self.keep_raw(write.raw).await?;
        let expected = expected.map(|version| version.0);
        let row = self.as_row(write, expected.unwrap_or_default() + 1, &raw).await?;
        let event = Row::new(&key_of_event(write.event))
            .text("finding", finding.to_string())
            .text("raw_at", raw)
            .at("at", write.at)
            .number("expires", self.expiry(write.at));
        let mut writes = vec![
            Write::Put(row, OnlyIf::expected(expected)),
            Write::Put(event, OnlyIf::Always),
            Write::Put(self.link_row(write).await?, OnlyIf::Always),
        ];
        writes.extend(self.name_entities(write).await?);
        if let Some(before) = before.filter(|before| *before != write.row.incident) {
            writes.push(Write::Delete(link(before, finding.suffix())));
        }
        self.write("record a finding", writes).await
    }

    /// A row of its own: an addition meets no versioned write. An answer that is lost may count one twice.
    async fn count_duplicate(&self, id: FindingId) -> PortResult<()> {
        let expires = self.expiry(self.now()).to_string();
        let sent = self
            .client
            .update_item()
            .table_name(&self.tables.soc)
            .set_key(Some(key_item(&key_of_duplicates(id))))
            .update_expression("ADD #count :one SET expires = :expires")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":expires", AttributeValue::N(expires))
            .send()
            .await;
        sent.map(|_updated| ()).map_err(|error| port_error("count a duplicate", &error))
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<IncidentFindings> {
        const OPERATION: &str = "read an incident's findings";
        let ask = links_of(id);
        let mut order = Vec::new();
        for item in self.rows(OPERATION, &ask).await? {
            let rank: (u8, i64) = (number(&item, "severity")?, number(&item, "ended")?);
            let finding: FindingId = super::item::id(&item, "finding")?;
            order.push((Reverse(rank), finding));
        }
        order.sort_unstable();
        let total = order.len() as u64;
        let keys: Vec<Key> =
            order.into_iter().take(limit).map(|(_, finding)| key_of_finding(finding)).collect();
        let rows = self.by_key(OPERATION, keys.clone()).await?;
        let mut findings = Vec::with_capacity(keys.len());
        for item in keys.iter().filter_map(|key| rows.get(key)) {
            findings.push(self.finding_of(item).await?);
        }
        Ok(IncidentFindings { findings, total })
    }

    /// Some at a time; whoever repeats it after a crash goes on where it stopped.
    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        if from == to {
            return Ok(());
        }
        let mut attempt = 0;
        loop {
            match self.move_some(from, to).await {
                Ok(None) => return Ok(()),
                Ok(Some(())) => attempt = 0,
                Err(error) if error.is_conflict() && attempt < MOVE_ATTEMPTS => {
                    pause(self, attempt).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Store {
    /// The bytes of the newest revision of a finding.
    ///
    /// # Errors
    /// The table or the bucket cannot be read.
    pub async fn raw_of(&self, finding: FindingId) -> PortResult<Option<Vec<u8>>> {
        let Some(item) = self.row("read the evidence of a finding", &key_of_finding(finding)).await? else {
            return Ok(None);
        };
        match optional_text(&item, "raw_at")? {
            Some(name) => self.blobs.get(name).await,
            None => Ok(None),
        }
    }

    /// How often a finding was delivered again without news.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn duplicates_of(&self, finding: FindingId) -> PortResult<u64> {
        match self.row("count a finding's duplicates", &key_of_duplicates(finding)).await? {
            Some(item) => number(&item, "count"),
            None => Ok(0),
        }
    }

    /// How long findings, their events and kept events stay.
    #[must_use]
    pub fn with_retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }
}
