//! Reading what people did, wrote and agreed on.

use std::str::FromStr;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use soc_domain::id::{CommentId, IncidentId, JobId, SuppressionId};
use soc_domain::people::{Comment, Job, PeopleSuppression};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Comments, Jobs, RowVersion, Suppressions, Versioned};

use super::rows::{RUNNING, SUPPRESSIONS, key_of_comment, key_of_job, key_of_suppression};
use crate::dynamodb::Store;
use crate::dynamodb::item::{Index, Item, id, number, optional_text, text};
use crate::dynamodb::keys::{Key, key, ordered, prefix};
use crate::dynamodb::reads::{Ask, Order, Range};

impl Store {
    pub(super) async fn person_row<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        key: &Key,
    ) -> PortResult<Option<Versioned<T>>> {
        let Some(item) = self.row(operation, key).await? else { return Ok(None) };
        let version = RowVersion(number(&item, "version")?);
        Ok(Some(Versioned { value: self.document(&item).await?, version }))
    }

    /// What gsi1 has in a list, read again: the rows that are still in it, in its order.
    async fn still_listed(
        &self,
        operation: &'static str,
        list: &str,
        (range, limit): (Range, Option<usize>),
    ) -> PortResult<Vec<Item>> {
        let (_, place) = Index::Work.keys();
        let (index, order) = (Some(Index::Work), Order::Ascending);
        let found = self.rows(operation, &Ask { index, pk: key(list, &[]), range, order, limit }).await?;
        let mut listed = Vec::with_capacity(found.len());
        for item in self.again(operation, &found).await? {
            let at = optional_text(&item, place)?.map(str::to_owned);
            listed.extend(at.map(|at| (at, item)));
        }
        listed.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(listed.into_iter().map(|(_, item)| item).collect())
    }

    /// The ids of rows about which something is left to do, the oldest first.
    pub(super) async fn open_rows<T: FromStr>(
        &self,
        operation: &'static str,
        list: &str,
        limit: usize,
    ) -> PortResult<Vec<T>> {
        let open = self.still_listed(operation, list, (Range::All, Some(limit))).await?;
        open.iter().map(|item| id(item, "id")).collect()
    }

    /// The newest of what has links of `kind` in a partition.
    async fn newest_linked<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        (partition, kind): (String, &'static str),
        limit: usize,
    ) -> PortResult<Vec<T>> {
        let mut ask = Ask::prefix(partition, prefix(kind, &[]));
        (ask.order, ask.limit) = (Order::Descending, Some(limit));
        let links = self.rows(operation, &ask).await?;
        let mut keys = Vec::with_capacity(links.len());
        for link in &links {
            keys.push(Key::row(kind, text(link, kind)?));
        }
        let rows = self.by_key(operation, keys.clone()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for item in keys.iter().filter_map(|key| rows.get(key)) {
            found.push(self.document(item).await?);
        }
        Ok(found)
    }
}

#[async_trait]
impl Comments for Store {
    async fn get(&self, id: CommentId) -> PortResult<Option<Versioned<Comment>>> {
        self.person_row("read a comment", &key_of_comment(id)).await
    }

    async fn of_incident(&self, id: IncidentId, limit: usize) -> PortResult<Vec<Comment>> {
        let of = (key("incident", &[id.suffix()]), "comment");
        self.newest_linked("read an incident's comments", of, limit).await
    }
}

#[async_trait]
impl Jobs for Store {
    async fn get(&self, id: JobId) -> PortResult<Option<Versioned<Job>>> {
        self.person_row("read a job", &key_of_job(id)).await
    }

    async fn running(&self, limit: usize) -> PortResult<Vec<JobId>> {
        self.open_rows("list jobs that are running", RUNNING, limit).await
    }
}

#[async_trait]
impl Suppressions for Store {
    /// The index may not have one yet that was proposed a moment ago: that hides nothing. Consents and removals are of
    /// the row, which is read again.
    async fn standing(&self, now: Timestamp) -> PortResult<Vec<PeopleSuppression>> {
        let later = Range::Between(format!("{}~", ordered(now.as_millis())), "~".to_owned());
        let listed =
            self.still_listed("read the suppressions that hold", SUPPRESSIONS, (later, None)).await?;
        let mut standing = Vec::with_capacity(listed.len());
        for item in &listed {
            standing.push(self.document(item).await?);
        }
        Ok(standing)
    }

    async fn get(&self, id: SuppressionId) -> PortResult<Option<Versioned<PeopleSuppression>>> {
        self.person_row("read a suppression", &key_of_suppression(id)).await
    }

    async fn list(&self, limit: usize) -> PortResult<Vec<PeopleSuppression>> {
        let of = (key(SUPPRESSIONS, &[]), "suppression");
        self.newest_linked("list suppressions", of, limit).await
    }
}
