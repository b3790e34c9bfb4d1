//! Documents of incidents, by kind and generation.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use soc_domain::id::IncidentId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Document, Documents, Dossier};

use super::Store;
use super::item::Row;
use super::keys::{Key, counted, key};
use super::reads::{Ask, Order, Range};
use super::writes::{OnlyIf, Write};

fn place(kind: &str, generation: u32) -> String {
    key("document", &[kind, &counted(u64::from(generation))])
}

fn partition(incident: IncidentId) -> String {
    key("incident", &[incident.suffix()])
}

impl Store {
    async fn keep_document<T: Serialize + Sync>(&self, key: Key, document: &T) -> PortResult<()> {
        let row = self.with_document(Row::new(&key), document).await?;
        self.write_always("keep a document", Write::Put(row, OnlyIf::Always)).await
    }

    async fn newest<T: DeserializeOwned>(
        &self,
        (incident, generation): (IncidentId, u32),
        kind: &str,
    ) -> PortResult<Option<T>> {
        let ask = Ask {
            index: None,
            pk: partition(incident),
            range: Range::Between(place(kind, 0), place(kind, generation)),
            order: Order::Descending,
            limit: Some(1),
        };
        match self.rows("fetch documents", &ask).await?.first() {
            Some(item) => self.document(item).await.map(Some),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl Dossier for Store {
    async fn keep(&self, incident: IncidentId, generation: u32, document: Document<'_>) -> PortResult<()> {
        let at = |kind| Key::new(partition(incident), place(kind, generation));
        match document {
            Document::Assessment(document) => self.keep_document(at("assessment"), document).await,
            Document::Judgement(document) => self.keep_document(at("judgement"), document).await,
            Document::Analysis(document) => self.keep_document(at("analysis"), document).await,
            Document::Plan(document) => self.keep_document(at("plan"), document).await,
        }
    }

    async fn fetch(&self, incident: IncidentId, generation: u32) -> PortResult<Documents> {
        let at = (incident, generation);
        Ok(Documents {
            assessment: self.newest(at, "assessment").await?,
            judgement: self.newest(at, "judgement").await?,
            analysis: self.newest(at, "analysis").await?,
            plan: self.newest(at, "plan").await?,
        })
    }
}
