//! Following one finding through the stack, by its id, until its incident is Done or time is up.

use std::time::Duration;

use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::Stage;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Findings, Incidents};
use tokio::time::Instant;

use super::Stack;

/// How long between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sought {
    /// The finding.
    pub finding: FindingId,
    /// An update that is older does not count; none: any.
    pub since: Option<Timestamp>,
}

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// Nowhere: the table does not have it.
    Nowhere,
    /// Into this incident, which is at this stage.
    At(IncidentId, Stage),
}

impl Arrived {
    /// Whether nothing is left to wait for.
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self, Self::At(_, Stage::Done))
    }
}

impl Stack {
    /// Waits until the finding's incident is Done, at most so long. Answers how far it came, and after how long.
    ///
    /// # Errors
    /// The tables cannot be read.
    pub async fn follow(&self, sought: Sought, limit: Duration) -> PortResult<(Arrived, Duration)> {
        let store = self.store()?;
        let begun = Instant::now();
        loop {
            let arrived = self.where_is(&store, sought).await?;
            let waited = begun.elapsed();
            if arrived.is_done() || waited >= limit {
                return Ok((arrived, waited));
            }
            tokio::time::sleep(PAUSE.min(limit.saturating_sub(waited))).await;
        }
    }

    async fn where_is(&self, store: &crate::dynamodb::Store, sought: Sought) -> PortResult<Arrived> {
        let Some(row) = Findings::get(store, sought.finding).await? else { return Ok(Arrived::Nowhere) };
        let updated = row.value.finding.updated_at;
        if sought.since.is_some() && updated < sought.since {
            return Ok(Arrived::Nowhere);
        }
        let Some(incident) = Incidents::get(store, row.value.incident).await? else {
            return Ok(Arrived::Nowhere);
        };
        Ok(Arrived::At(incident.value.id, incident.value.stage))
    }
}
