//! Following one finding through the stack, by its id, until its incident is Done or time is up.

use std::time::Duration;

use aws_sdk_guardduty::types::{Condition, FindingCriteria};
use soc_domain::id::{FindingId, IncidentId, Place};
use soc_domain::incident::Stage;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Findings, Incidents};
use tokio::time::Instant;

use super::Stack;
use crate::error::port_error;

/// Clocks differ, and GuardDuty's may be behind ours.
const SLACK: Duration = Duration::from_secs(60);
/// What ids of GuardDuty's findings are derived with.
const GUARDDUTY: &str = "guardduty";
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

    /// The finding of this type that GuardDuty made or renewed since, once it lists it.
    ///
    /// # Errors
    /// It does not within `limit`, or cannot be asked.
    pub async fn sample_of_guardduty(
        &self,
        kind: &str,
        since: Timestamp,
        limit: Duration,
    ) -> PortResult<FindingId> {
        const OPERATION: &str = "find GuardDuty's sample finding";
        let client = aws_sdk_guardduty::Client::new(self.config());
        let missing = || PortError::new(PortErrorKind::NotFound, OPERATION);
        let detector = self.detectors().await?.into_iter().next().ok_or_else(missing)?;
        let since = Condition::builder().greater_than_or_equal(since.minus(SLACK).as_millis()).build();
        let criteria = FindingCriteria::builder()
            .criterion("type", Condition::builder().equals(kind).build())
            .criterion("updatedAt", since)
            .build();
        let begun = Instant::now();
        loop {
            let listed = client.list_findings().detector_id(&detector).finding_criteria(criteria.clone());
            let listed = listed.send().await.map_err(|error| port_error(OPERATION, &error))?;
            if let Some(id) = listed.finding_ids().first() {
                let place = Place {
                    partition: self.partition().to_owned(),
                    account: self.account.clone(),
                    region: self.region.clone(),
                };
                return Ok(FindingId::derive(&place, GUARDDUTY, id));
            }
            if begun.elapsed() >= limit {
                return Err(missing());
            }
            tokio::time::sleep(PAUSE).await;
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
