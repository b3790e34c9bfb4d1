//! The stream, as a list.

use async_trait::async_trait;
use soc_domain::wire::RECORD_LIMIT;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{NotPut, Stream, StreamRecord};

use super::Memory;

#[async_trait]
impl Stream for Memory {
    async fn put(&self, records: &[StreamRecord]) -> PortResult<Vec<NotPut>> {
        let mut not_put = Vec::new();
        for (index, record) in records.iter().enumerate() {
            if record.key.is_empty() || record.key.len() + record.bytes.len() > RECORD_LIMIT {
                let error = PortError::new(PortErrorKind::Rejected, "put a record on the stream");
                not_put.push(NotPut { index, error });
                continue;
            }
            self.tables().stream.push(record.clone());
        }
        Ok(not_put)
    }
}

impl Memory {
    /// Everything that was put on the stream, in order.
    #[must_use]
    pub fn streamed(&self) -> Vec<StreamRecord> {
        self.tables().stream.clone()
    }
}
