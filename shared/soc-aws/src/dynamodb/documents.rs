//! Documents in rows: JSON beside the keys, or in a blob of their hash's name where a row would grow too long.

use serde::Serialize;
use serde::de::DeserializeOwned;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::Store;
use super::item::{Item, Row, odd, optional_bytes, optional_text};
use super::keys::sha256;

/// A row has at most 400 KB, and a step of up to 100 writes, a third of them with documents, 4 MB.
pub(super) const INLINE_MAX: usize = 100_000;

impl Store {
    /// Adds a document to a row.
    pub(super) async fn with_document<T: Serialize + Sync + ?Sized>(
        &self,
        row: Row,
        document: &T,
    ) -> PortResult<Row> {
        self.with_document_within(INLINE_MAX, row, document).await
    }

    /// Adds a document to a row that may have so many bytes of it: a step of many rows has room for less of each.
    pub(super) async fn with_document_within<T: Serialize + Sync + ?Sized>(
        &self,
        most: usize,
        row: Row,
        document: &T,
    ) -> PortResult<Row> {
        // What a serializer says may repeat the value.
        let unwritten = |_error| PortError::new(PortErrorKind::Rejected, "write a document");
        let json = serde_json::to_string(document).map_err(unwritten)?;
        if json.len() <= most {
            return Ok(row.text("doc", json));
        }
        let name = format!("documents/{}", sha256(json.as_bytes()));
        self.blobs.put_if_absent(&name, json.as_bytes()).await?;
        Ok(row.text("doc_at", name))
    }

    /// The document of a row.
    pub(super) async fn document<T: DeserializeOwned>(&self, item: &Item) -> PortResult<T> {
        let unread = |_error| odd("doc");
        if let Some(json) = optional_text(item, "doc")? {
            return serde_json::from_str(json).map_err(unread);
        }
        let Some(name) = optional_text(item, "doc_at")? else {
            return Err(odd("doc"));
        };
        let bytes = self.blobs.get(name).await?.ok_or_else(|| odd("doc_at"))?;
        let json = String::from_utf8(bytes).map_err(|_no_text| odd("doc_at"))?;
        serde_json::from_str(&json).map_err(unread)
    }

    /// Keeps bytes apart from rows, and answers their name.
    pub(super) async fn keep_raw(&self, bytes: &[u8]) -> PortResult<String> {
        let name = format!("raw/{}", sha256(bytes));
        self.blobs.put_if_absent(&name, bytes).await?;
        Ok(name)
    }

    /// The bytes of a row, if it has any.
    pub(super) async fn bytes(&self, item: &Item) -> PortResult<Option<Vec<u8>>> {
        if let Some(bytes) = optional_bytes(item, "raw")? {
            return Ok(Some(bytes.to_vec()));
        }
        match optional_text(item, "raw_at")? {
            Some(name) => self.blobs.get(name).await?.map(Some).ok_or_else(|| odd("raw_at")),
            None => Ok(None),
        }
    }
}
