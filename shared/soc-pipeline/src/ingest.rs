//! Ingest: what is cheap and needs no judgement. Read, deduplicate, persist, join or open an incident.
//!
//! Safe to repeat after a crash at any point: spans, then the finding with its event key, then the incident with its
//! message, so that whoever handles the message finds the finding. A delivery that was cut short behind the finding
//! looks like a duplicate when it comes again; so a duplicate makes sure that the join behind it is complete.

use std::collections::BTreeMap;

use soc_domain::correlate::{correlation_keys, span_of};
use soc_domain::finding::{Finding, Gap};
use soc_domain::id::{FindingId, IncidentId, QuarantineId};
use soc_domain::policy::Policy;
use soc_domain::revise::{Revision, revise};
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, Refusal};

use crate::error::StageError;
use crate::join::{Claimed, Joining, Taken, claim, complete};
use crate::ledger::note;
use crate::ports::{
    Correlations, Events, FindingRow, FindingWrite, Findings, Incidents, KeptEvent, Ledger, Origin,
    Quarantine, Quarantined, RawBytes, Versioned,
};

/// How often a conflict is tried again before the record is reported as failed.
const ATTEMPTS: usize = 8;

/// The ports that ingest may touch, and the policy.
#[derive(Clone, Copy)]
pub struct Ingest<'a> {
    /// Findings.
    pub findings: &'a dyn Findings,
    /// Incidents and their messages.
    pub incidents: &'a dyn Incidents,
    /// What joins them.
    pub correlations: &'a dyn Correlations,
    /// What cannot be read.
    pub quarantine: &'a dyn Quarantine,
    /// What is no finding.
    pub events: &'a dyn Events,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Floor, window, limits.
    pub policy: &'a Policy,
}

/// One record as it came.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    /// A file's name, `-`, a stream.
    pub source: &'a str,
    /// The byte at which it begins in its source.
    pub offset: u64,
    /// The line at which it begins in its source, from 1.
    pub line: u64,
    /// Its own bytes; for a spilled record their beginning.
    pub raw: &'a [u8],
    /// The file that has its bytes, because they are many.
    pub spilled: Option<Spilled<'a>>,
    /// What the reader made of it.
    pub content: Result<Content, Refusal>,
    /// Who vouches for it.
    pub origin: Origin,
    /// When it came (our clock).
    pub at: Timestamp,
}

/// A record that was too long to hold.
#[derive(Debug, Clone, Copy)]
pub struct Spilled<'a> {
    /// The file's name in the data folder.
    pub file: &'a str,
    /// How many bytes it has.
    pub length: u64,
}

/// Where a record ended: always somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// A new finding.
    Recorded(FindingId),
    /// A known finding, changed.
    Updated(FindingId),
    /// A known event.
    Duplicate(FindingId),
    /// Kept as an event, by its bytes.
    Event,
    /// Kept as it came.
    Quarantined(QuarantineId),
}

impl Ingest<'_> {
    /// Takes one record in.
    ///
    /// # Errors
    /// A port failed; nothing that would make a repetition wrong was kept.
    pub async fn one(&self, arrival: Arrival<'_>) -> Result<Landed, StageError> {
        match arrival.content {
            Ok(Content::Finding(finding, gaps)) => {
                let delivery = Delivery { raw: arrival.raw, origin: arrival.origin, at: arrival.at };
                self.finding(*finding, gaps, delivery).await
            }
            Ok(Content::Event(ref event)) => {
                let kept = KeptEvent { event, raw: arrival.raw, at: arrival.at };
                self.events.keep(kept).await?;
                Ok(Landed::Event)
            }
            Err(ref refusal) => self.quarantine(&arrival, refusal).await,
        }
    }

    async fn finding(
        &self,
        finding: Finding,
        gaps: Vec<Gap>,
        delivery: Delivery<'_>,
    ) -> Result<Landed, StageError> {
        for _attempt in 0..ATTEMPTS {
            match self.try_finding(&finding, &gaps, delivery).await {
                Err(StageError::Conflict { .. }) => {}
                landed => return landed,
            }
        }
        Err(StageError::Conflict { operation: "take a finding in" })
    }

    async fn try_finding(
        &self,
        finding: &Finding,
        gaps: &[Gap],
        delivery: Delivery<'_>,
    ) -> Result<Landed, StageError> {
        let event = finding.event_key();
        let known = self.findings.get(finding.id).await?;
        let Some(Versioned { value: mut row, version }) = known else {
            let joining = self.joining(finding, None, delivery.at);
            let claimed = claim(self, &joining).await?;
            let row = FindingRow {
                finding: finding.clone(),
                gaps: gaps.to_vec(),
                incident: claimed.incident(),
                routes: vec![finding.route],
                emissions: 1,
                origin: delivery.origin,
            };
            self.findings.record(delivery.write(&row, event), None).await?;
            self.take(&row, &joining, claimed).await?;
            return Ok(Landed::Recorded(finding.id));
        };
        if row.routes.contains(&finding.route) && self.findings.seen(event).await? {
            // The row may be an older one: what this event says of the finding counts for the join all the same.
            revise(&mut row.finding, finding.clone());
            return self.duplicate(&row, delivery.at).await;
        }
        let was_alarming = row.finding.is_alarming();
        if revise(&mut row.finding, finding.clone()) == Revision::Echo {
            self.findings.count_duplicate(finding.id).await?;
            return Ok(Landed::Duplicate(finding.id));
        }
        let known = row.finding.clone();
        let joining = self.joining(&known, Some(row.incident), delivery.at);
        let claimed = claim(self, &joining).await?;
        row.incident = claimed.incident();
        if !row.routes.contains(&finding.route) {
            row.routes.push(finding.route);
        }
        row.emissions += 1;
        row.gaps = gaps.to_vec();
        row.origin = vouched(&row, finding, delivery.origin);
        self.findings.record(delivery.write(&row, event), Some(version)).await?;
        self.take(&row, &joining, claimed).await?;
        if was_alarming && !row.finding.is_alarming() {
            self.close_if_settled(&row, delivery.at).await?;
        }
        Ok(Landed::Updated(finding.id))
    }

    /// Takes a finding that was just recorded into its incident, and says that the incident's findings changed where it
    /// says nothing itself. Whoever dies in between leaves that unsaid until the incident is written again: a known event
    /// does not say it, because most of them are no news.
    async fn take(
        &self,
        row: &FindingRow,
        joining: &Joining<'_>,
        claimed: Claimed,
    ) -> Result<(), StageError> {
        if complete(self, joining, claimed).await? == Taken::Unchanged {
            self.incidents.touch(row.incident).await?;
        }
        Ok(())
    }

    /// A known event. The delivery before may have been cut short behind the finding: what it left is done now.
    async fn duplicate(&self, row: &FindingRow, now: Timestamp) -> Result<Landed, StageError> {
        let joining = self.joining(&row.finding, Some(row.incident), now);
        let claimed = claim(self, &joining).await?;
        complete(self, &joining, claimed).await?;
        if !row.finding.is_alarming() {
            self.close_if_settled(row, now).await?;
        }
        self.findings.count_duplicate(row.finding.id).await?;
        Ok(Landed::Duplicate(row.finding.id))
    }

    fn joining<'f>(&self, finding: &'f Finding, current: Option<IncidentId>, now: Timestamp) -> Joining<'f> {
        let keys = correlation_keys(finding, &self.policy.rules.correlation);
        let span = span_of(finding, IncidentId::opened_by(finding.id), now);
        Joining { finding, keys, current, span, now }
    }

    /// Closes an incident whose findings were all archived, passed or settled at their products.
    async fn close_if_settled(&self, row: &FindingRow, now: Timestamp) -> Result<(), StageError> {
        const LOOK_AT: usize = 1_000;
        let rest = self.findings.of_incident(row.incident, LOOK_AT).await?;
        if rest.findings.iter().any(Finding::is_alarming) {
            return Ok(());
        }
        if let Some(Versioned { value: mut incident, version }) = self.incidents.get(row.incident).await?
            && incident.close_as_settled(now)
        {
            self.incidents.save(&incident, Some(version), None).await?;
        }
        Ok(())
    }

    async fn quarantine(&self, arrival: &Arrival<'_>, refusal: &Refusal) -> Result<Landed, StageError> {
        let (raw, length) = match arrival.spilled {
            Some(spilled) => (RawBytes::Spilled(spilled.file.to_owned()), spilled.length),
            None => (RawBytes::Inline(arrival.raw.to_vec()), arrival.raw.len() as u64),
        };
        let bytes = soc_domain::id::sha256_hex(&[arrival.raw, &length.to_le_bytes()]);
        let id = match arrival.origin {
            Origin::Owner => QuarantineId::from_parts(&[arrival.source, &arrival.offset.to_string(), &bytes]),
            // A bus brings the same record again at another place: it is still one.
            Origin::Bus => QuarantineId::from_parts(&[&bytes]),
        };
        let record = Quarantined {
            id,
            source: arrival.source.to_owned(),
            offset: arrival.offset,
            line: arrival.line,
            reason: refusal.to_string(),
            length,
            at: arrival.at,
            raw,
            replays: 0,
        };
        if self.quarantine.put(&record).await? {
            let details =
                BTreeMap::from([("bytes".to_owned(), length.to_string()), ("sha256".to_owned(), bytes)]);
            note(self.ledger, arrival.at, None, "record_quarantined", &id.to_string(), details).await?;
        }
        Ok(Landed::Quarantined(id))
    }
}

/// Who vouches for `known` after `given` was folded into it. What the bus changes, the owner did not say; and the
/// owner's word stands for what is exactly as they gave it, not for what the bus added.
fn vouched(known: &FindingRow, given: &Finding, by: Origin) -> Origin {
    match (known.origin, by) {
        (Origin::Owner, Origin::Owner) => Origin::Owner,
        (Origin::Bus, Origin::Owner) if known.finding.says_the_same_as(given) => Origin::Owner,
        (Origin::Bus, Origin::Owner | Origin::Bus) | (Origin::Owner, Origin::Bus) => Origin::Bus,
    }
}

/// What a finding's write needs of its arrival.
#[derive(Debug, Clone, Copy)]
struct Delivery<'a> {
    raw: &'a [u8],
    origin: Origin,
    at: Timestamp,
}

impl<'a> Delivery<'a> {
    fn write(self, row: &'a FindingRow, event: soc_domain::id::EventKey) -> FindingWrite<'a> {
        FindingWrite { row, event, raw: self.raw, at: self.at }
    }
}
