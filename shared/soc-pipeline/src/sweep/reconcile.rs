//! Reconcile: what the products have minus what we have goes on the stream again, as its product would have put it.
//!
//! Apart from the rest of the sweep because it is the only check that sees what never reached us. It writes nothing:
//! whatever it puts on the stream is taken in, or found to be known, like any other delivery.

use std::time::Duration;

use serde::Serialize;
use soc_domain::finding::Finding;
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};

use crate::error::StageError;
use crate::ports::{Findings, RecentPage, Sources, Stream, StreamRecord};

/// How far back the products are asked: a day, and the two hours that a sweep may have been away.
pub const BACK: Duration = Duration::from_secs(26 * 3600);
/// What is younger may still be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(30 * 60);

/// The ports that reconciling may touch.
#[derive(Clone, Copy)]
pub struct Reconciling<'a> {
    /// What we have.
    pub findings: &'a dyn Findings,
    /// What the products have.
    pub sources: &'a dyn Sources,
    /// Where records go that we miss.
    pub stream: &'a dyn Stream,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub struct Reconciled {
    /// Findings that the products have.
    pub looked_at: usize,
    /// Those that we do not have at all, and should by now: the metric that must be 0.
    pub lost: usize,
    /// Those that we have in an older revision; products put off saying so.
    pub behind: usize,
    /// Records of a product that no reader understands.
    pub unreadable: usize,
    /// Why some were left out; they come again next time.
    #[serde(skip)]
    pub failed: Vec<StageError>,
}

/// How one finding of a product stands with us.
enum Standing {
    Known,
    OnItsWay,
    Behind,
    Lost,
}

impl Reconciling<'_> {
    /// Goes through what the products changed in the last [`BACK`].
    ///
    /// # Errors
    /// A port failed as a whole; what failed in part is in the answer.
    pub async fn reconcile(&self, now: Timestamp) -> Result<Reconciled, StageError> {
        let mut done = Reconciled::default();
        let mut from = None;
        loop {
            let page = self.sources.recent(now.minus(BACK), from.as_ref()).await?;
            let RecentPage { records, next, failed } = page;
            done.failed.extend(failed.map(StageError::from));
            let missing = self.missing(records, now, &mut done).await?;
            if !missing.is_empty() {
                let not_put = self.stream.put(&missing).await?;
                done.failed.extend(not_put.into_iter().map(|not_put| not_put.error.into()));
            }
            if next.is_none() {
                return Ok(done);
            }
            from = next;
        }
    }

    /// Those records of a page that have a finding which we miss.
    async fn missing(
        &self,
        records: Vec<StreamRecord>,
        now: Timestamp,
        done: &mut Reconciled,
    ) -> Result<Vec<StreamRecord>, StageError> {
        let mut missing = Vec::new();
        for record in records {
            let mut again = false;
            for item in read_record(&record.bytes) {
                let Ok(Content::Finding(finding, _)) = item.content else {
                    done.unreadable += 1;
                    continue;
                };
                done.looked_at += 1;
                match self.standing(&finding, now).await? {
                    Standing::Known | Standing::OnItsWay => {}
                    Standing::Behind => {
                        done.behind += 1;
                        again = true;
                    }
                    Standing::Lost => {
                        done.lost += 1;
                        again = true;
                    }
                }
            }
            if again {
                missing.push(record);
            }
        }
        Ok(missing)
    }

    async fn standing(&self, theirs: &Finding, now: Timestamp) -> Result<Standing, StageError> {
        let young = |at: Option<Timestamp>| at.is_some_and(|at| now < at.plus(ON_ITS_WAY));
        let Some(ours) = self.findings.get(theirs.id).await? else {
            let is_young = young(theirs.created_at.or(theirs.updated_at));
            return Ok(if is_young { Standing::OnItsWay } else { Standing::Lost });
        };
        if ours.value.finding.updated_at >= theirs.updated_at {
            return Ok(Standing::Known);
        }
        Ok(if young(theirs.updated_at) { Standing::OnItsWay } else { Standing::Behind })
    }
}
