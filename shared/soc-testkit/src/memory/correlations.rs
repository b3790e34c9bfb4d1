//! Correlation keys and their spans.

use async_trait::async_trait;
use soc_domain::correlate::{CorrelationKey, KeySpan};
use soc_domain::id::IncidentId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Correlations, RowVersion, Versioned};

use super::{Memory, put};

#[async_trait]
impl Correlations for Memory {
    async fn spans(&self, key: &CorrelationKey) -> PortResult<Option<Versioned<Vec<KeySpan>>>> {
        Ok(self.tables().spans.get(key).cloned())
    }

    async fn set_spans(
        &self,
        key: &CorrelationKey,
        spans: &[KeySpan],
        expected: Option<RowVersion>,
    ) -> PortResult<()> {
        let entry = (key.clone(), spans.to_vec());
        put(&mut self.tables().spans, entry, expected, "set the spans of a key").map(|_version| ())
    }

    async fn move_all(&self, from: IncidentId, to: IncidentId) -> PortResult<()> {
        for row in self.tables().spans.values_mut() {
            let mut moved = false;
            for span in row.value.iter_mut().filter(|span| span.incident == from) {
                span.incident = to;
                moved = true;
            }
            row.version.0 += u64::from(moved);
        }
        Ok(())
    }
}
