//! Reading rows: one, a page after the other, or many by key.
//!
//! What is read by key, or out of a partition of the table, is as the newest write left it. An index may be behind: what
//! is found in one is read again by key where a port promises more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Select};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::Store;
use super::item::{Index, Item, key_item, key_of};
use super::keys::{Key, SHARDS, key};
use super::writes::pause;
use crate::error::port_error;

/// DynamoDB answers at most so many rows by key in one call.
const BY_KEY_MAX: usize = 100;
/// How often keys that were left over are asked for again.
const ATTEMPTS: u32 = 8;

/// Which rows of a partition.
#[derive(Debug, Clone)]
pub(super) enum Range {
    /// All.
    All,
    /// Whose sort key begins so.
    Prefix(String),
    /// Whose sort key is at least the first and at most the second.
    Between(String, String),
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By sort key.
    Ascending,
    /// The other way round.
    Descending,
}

/// What is asked of one partition.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) index: Option<Index>,
    pub(super) pk: String,
    pub(super) range: Range,
    pub(super) order: Order,
    /// At most so many; none: all.
    pub(super) limit: Option<usize>,
}

impl Ask {
    /// All rows of a partition of the table whose sort key begins so.
    pub(super) fn prefix(pk: String, prefix: String) -> Self {
        Self { index: None, pk, range: Range::Prefix(prefix), order: Order::Ascending, limit: None }
    }
}

impl Store {
    /// The row, as the newest write left it.
    pub(super) async fn row(&self, operation: &'static str, key: &Key) -> PortResult<Option<Item>> {
        self.row_of(operation, (&self.tables.soc, key)).await
    }

    pub(super) async fn row_of(
        &self,
        operation: &'static str,
        (table, key): (&str, &Key),
    ) -> PortResult<Option<Item>> {
        let get = self.client.get_item().table_name(table).set_key(Some(key_item(key))).consistent_read(true);
        match get.send().await {
            Ok(found) => Ok(found.item),
            Err(error) => Err(port_error(operation, &error)),
        }
    }

    /// The rows, a page after the other.
    pub(super) async fn rows(&self, operation: &'static str, ask: &Ask) -> PortResult<Vec<Item>> {
        self.rows_of(operation, (&self.tables.soc, ask)).await
    }

    pub(super) async fn rows_of(
        &self,
        operation: &'static str,
        (table, ask): (&str, &Ask),
    ) -> PortResult<Vec<Item>> {
        let mut found = Vec::new();
        let mut from = None;
        loop {
            let left = ask.limit.map(|limit| limit.saturating_sub(found.len()));
            if left == Some(0) {
                return Ok(found);
            }
            let page = self.page(operation, (table, ask), (left, from)).await?;
            found.extend(page.0);
            from = page.1;
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    /// At most so many rows from a place on, and where those behind them begin.
    pub(super) async fn page(
        &self,
        operation: &'static str,
        (table, ask): (&str, &Ask),
        (left, from): (Option<usize>, Option<Item>),
    ) -> PortResult<(Vec<Item>, Option<Item>)> {
        let query = self
            .query(table, ask)
            .scan_index_forward(ask.order == Order::Ascending)
            .set_limit(left.and_then(|left| i32::try_from(left).ok()))
            .set_exclusive_start_key(from);
        match query.send().await {
            Ok(page) => Ok((page.items.unwrap_or_default(), page.last_evaluated_key)),
            Err(error) => Err(port_error(operation, &error)),
        }
    }

    fn query(&self, table: &str, ask: &Ask) -> QueryFluentBuilder {
        let (pk, sk) = ask.index.map_or(("pk", "sk"), Index::keys);
        let (condition, values) = condition(&ask.range);
        let mut query = self
            .client
            .query()
            .table_name(table)
            .set_index_name(ask.index.map(|index| index.name().to_owned()))
            .consistent_read(ask.index.is_none())
            .key_condition_expression(format!("#pk = :pk{condition}"))
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", AttributeValue::S(ask.pk.clone()));
        if !values.is_empty() {
            query = query.expression_attribute_names("#sk", sk);
        }
        for (name, value) in values {
            query = query.expression_attribute_values(name, AttributeValue::S(value.clone()));
        }
        query
    }

    /// How many rows there are. It costs as much as reading them, and brings none of them here.
    pub(super) async fn count(&self, operation: &'static str, ask: &Ask) -> PortResult<u64> {
        let (mut counted, mut from) = (0, None);
        loop {
            let query = self.query(&self.tables.soc, ask).select(Select::Count);
            let page = query.set_exclusive_start_key(from).send().await;
            let page = page.map_err(|error| port_error(operation, &error))?;
            counted += u64::try_from(page.count).unwrap_or_default();
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(counted);
            }
        }
    }

    /// The first rows of each partition that `kind` and `parts` are spread over in an index: at most `limit` of each.
    pub(super) async fn spread(
        &self,
        operation: &'static str,
        (index, kind, parts): (Index, &str, &[&str]),
        (range, order, limit): (Range, Order, usize),
    ) -> PortResult<Vec<Item>> {
        let mut found = Vec::new();
        for shard in 0..SHARDS {
            let shard = shard.to_string();
            let pk = spread_key(kind, parts, &shard);
            let ask = Ask { index: Some(index), pk, range: range.clone(), order, limit: Some(limit) };
            found.extend(self.rows(operation, &ask).await?);
        }
        Ok(found)
    }

    /// Rows found in an index, as the newest writes left them; those that are gone are left out.
    pub(super) async fn again(&self, operation: &'static str, found: &[Item]) -> PortResult<Vec<Item>> {
        let keys = found.iter().map(key_of).collect::<PortResult<Vec<Key>>>()?;
        Ok(self.by_key(operation, keys).await?.into_values().collect())
    }

    /// Many rows, as the newest writes left them; those that are not there are left out.
    pub(super) async fn by_key(
        &self,
        operation: &'static str,
        keys: impl IntoIterator<Item = Key>,
    ) -> PortResult<BTreeMap<Key, Item>> {
        let keys: Vec<Key> = keys.into_iter().collect::<BTreeSet<Key>>().into_iter().collect();
        let mut found = BTreeMap::new();
        for keys in keys.chunks(BY_KEY_MAX) {
            for item in self.some_by_key(operation, keys).await? {
                found.insert(key_of(&item)?, item);
            }
        }
        Ok(found)
    }

    async fn some_by_key(&self, operation: &'static str, keys: &[Key]) -> PortResult<Vec<Item>> {
        let unbuilt = |_missing| PortError::new(PortErrorKind::Rejected, operation);
        let keys = Some(keys.iter().map(key_item).collect());
        let asked = KeysAndAttributes::builder().set_keys(keys).consistent_read(true).build();
        let mut asked = HashMap::from([(self.tables.soc.clone(), asked.map_err(unbuilt)?)]);
        let mut found = Vec::new();
        for attempt in 0..ATTEMPTS {
            let sent = self.client.batch_get_item().set_request_items(Some(asked)).send().await;
            let answer = sent.map_err(|error| port_error(operation, &error))?;
            found.extend(answer.responses.unwrap_or_default().into_values().flatten());
            asked = answer.unprocessed_keys.unwrap_or_default();
            if asked.is_empty() {
                return Ok(found);
            }
            pause(self, attempt).await;
        }
        Err(PortError::new(PortErrorKind::Throttled, operation))
    }
}

/// One of the partitions that `kind` and `parts` are spread over.
pub(super) fn spread_key(kind: &str, parts: &[&str], shard: &str) -> String {
    let mut all = parts.to_vec();
    all.push(shard);
    key(kind, &all)
}

fn condition(range: &Range) -> (&'static str, Vec<(&'static str, &String)>) {
    match range {
        Range::All => ("", Vec::new()),
        Range::Prefix(prefix) => (" AND begins_with(#sk, :from)", vec![(":from", prefix)]),
        Range::Between(from, to) => (" AND #sk BETWEEN :from AND :to", vec![(":from", from), (":to", to)]),
    }
}
