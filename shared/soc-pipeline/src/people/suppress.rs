//! Suppressions by people: propose, consent by a second person, remove, and see what one would have hidden.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use soc_domain::assess::would_hide;
use soc_domain::evidence::Evidence;
use soc_domain::id::{IncidentId, SuppressionId};
use soc_domain::people::{Doer, NotAllowed, PeopleSuppression, Proposal, person};
use soc_domain::policy::Suppression;
use soc_ledger::Draft;

use super::{AT_ONCE, NotDone, Order};
use crate::OUTSIDE;
use crate::error::StageError;
use crate::load::ATTEMPTS;
use crate::ports::{
    Clock, Commit, Expected, Findings, Holdings, Incidents, Operations, Suppressions, Versioned,
};

/// How many one person may propose in a day.
pub const PROPOSALS_A_DAY: usize = 5;
/// How many one person may consent to within a day.
pub const CONSENTS_A_DAY: usize = 10;
/// What a preview looks at.
pub const WINDOW: Duration = Duration::from_secs(30 * DAY);
const DAY: u64 = 24 * 3_600;
/// How many incidents a preview looks at: the newest.
const MOST_LOOKED_AT: usize = 2_000;
/// How many findings of each: as many as tell whether all of them are covered.
const MOST_FINDINGS: usize = 1_000;
/// How many incidents a preview names.
const MOST_NAMED: usize = 10;
/// How many suppressions are looked through for the consents of a day.
const MOST_LISTED: usize = 1_000;

/// The ports that suppressions may touch.
#[derive(Clone, Copy)]
pub struct Suppressing<'a> {
    /// Suppressions.
    pub suppressions: &'a dyn Suppressions,
    /// How they are written.
    pub operations: &'a dyn Operations,
    /// To look for what one would have hidden.
    pub holdings: &'a dyn Holdings,
    /// Findings.
    pub findings: &'a dyn Findings,
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Our clock.
    pub clock: &'a dyn Clock,
}

/// What a suppression would have hidden within [`WINDOW`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Incidents of which it covers every alarming finding, the newest activity first: at most ten are named.
    pub samples: Vec<IncidentId>,
    /// How many those are.
    pub incidents: usize,
    /// How many findings they have.
    pub findings: u64,
    /// Incidents that it covers and that nothing may hide: they are shown all the same.
    pub critical: usize,
    /// Why it may not be proposed, if it may not.
    pub refused: Option<NotAllowed>,
}

/// What a suppression would have done to an incident.
enum Hides {
    Nothing,
    /// All of it is covered, and shown all the same.
    WhatMustBeSeen,
    All {
        findings: u64,
    },
}

impl Suppressing<'_> {
    /// Proposes a suppression. It holds once a second person consents. The same request of the same day is the same
    /// suppression.
    ///
    /// # Errors
    /// It was not proposed.
    pub async fn propose(
        &self,
        order: &Order<'_>,
        proposal: &Proposal,
    ) -> Result<PeopleSuppression, NotDone> {
        let (by, at) = (person(order.by)?, self.clock.now());
        let doer = Doer { by: &by, at };
        let asked =
            soc_domain::id::sha256_hex(&[order.key.unwrap_or_default().as_bytes(), order.asked.as_bytes()]);
        proposal.rule(doer)?;
        // Each place of a person's day takes one: of two that come at once, one gets the next place or none.
        let day = (at.as_millis() / 1_000 / i64::try_from(DAY).unwrap_or(i64::MAX)).to_string();
        for place in 0..PROPOSALS_A_DAY {
            let id = SuppressionId::from_parts(&[&by.to_lowercase(), &day, &place.to_string()]);
            let taken = match self.suppressions.get(id).await? {
                Some(taken) => Some(taken),
                None => match self.place(id, proposal, doer, &asked).await {
                    Err(NotDone::Stage(StageError::Conflict { .. })) => self.suppressions.get(id).await?,
                    placed => return placed,
                },
            };
            if let Some(taken) = taken.filter(|taken| taken.value.asked == asked) {
                return Ok(taken.value);
            }
        }
        Err(NotAllowed::TooOften { most: PROPOSALS_A_DAY }.into())
    }

    async fn place(
        &self,
        id: SuppressionId,
        proposal: &Proposal,
        doer: Doer<'_>,
        asked: &str,
    ) -> Result<PeopleSuppression, NotDone> {
        let row = PeopleSuppression::propose(id, proposal, doer, asked)?;
        self.write(Expected::absent(row.clone()), doer, "suppression_proposed").await?;
        Ok(row)
    }

    /// A second person consents: from then on it holds.
    ///
    /// # Errors
    /// The consent was not taken.
    pub async fn consent(&self, order: &Order<'_>, id: SuppressionId) -> Result<PeopleSuppression, NotDone> {
        let by = person(order.by)?;
        for _attempt in 0..ATTEMPTS {
            let Versioned { value: mut row, version } = self.found(id).await?;
            let doer = Doer { by: &by, at: self.clock.now() };
            row.consent(doer)?;
            if self.consents_of(doer).await? >= CONSENTS_A_DAY {
                return Err(NotAllowed::TooOften { most: CONSENTS_A_DAY }.into());
            }
            match self.write(Expected::still(row.clone(), version), doer, "suppression_consented").await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(row),
            }
        }
        Err(StageError::Conflict { operation: "consent to a suppression" }.into())
    }

    /// Takes one away; one that is away is success.
    ///
    /// # Errors
    /// It still holds.
    pub async fn remove(&self, order: &Order<'_>, id: SuppressionId) -> Result<PeopleSuppression, NotDone> {
        let by = person(order.by)?;
        for _attempt in 0..ATTEMPTS {
            let Versioned { value: mut row, version } = self.found(id).await?;
            if row.removed.is_some() {
                return Ok(row);
            }
            let doer = Doer { by: &by, at: self.clock.now() };
            row.remove(doer)?;
            match self.write(Expected::still(row.clone(), version), doer, "suppression_removed").await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(row),
            }
        }
        Err(StageError::Conflict { operation: "remove a suppression" }.into())
    }

    /// What `proposal` would have hidden, had it held for the last 30 days.
    ///
    /// # Errors
    /// A port failed.
    pub async fn preview(&self, order: &Order<'_>, proposal: &Proposal) -> Result<Preview, NotDone> {
        let now = self.clock.now();
        let rule = match proposal.rule(Doer { by: order.by, at: now }) {
            Ok(rule) => rule,
            Err(refused) => return Ok(Preview { refused: Some(refused), ..Preview::default() }),
        };
        let since = now.minus(WINDOW);
        let mut preview = Preview::default();
        let ids = self.holdings.incidents_with(&rule, since, MOST_LOOKED_AT).await?;
        for some in ids.chunks(AT_ONCE) {
            let looks = join_all(some.iter().map(|id| self.hides(&rule, *id))).await;
            for (id, hides) in some.iter().zip(looks) {
                match hides? {
                    Hides::Nothing => {}
                    Hides::WhatMustBeSeen => preview.critical += 1,
                    Hides::All { findings } => {
                        preview.incidents += 1;
                        preview.findings += findings;
                        if preview.samples.len() < MOST_NAMED {
                            preview.samples.push(*id);
                        }
                    }
                }
            }
        }
        Ok(preview)
    }

    /// What `rule` would have done to an incident.
    async fn hides(&self, rule: &Suppression, id: IncidentId) -> Result<Hides, NotDone> {
        let Some(Versioned { value: incident, .. }) = self.incidents.get(id).await? else {
            return Ok(Hides::Nothing);
        };
        let found = self.findings.of_incident(id, MOST_FINDINGS).await?;
        let total = found.total;
        if incident.merged_into.is_some() || !would_hide(rule, &found.findings) {
            return Ok(Hides::Nothing);
        }
        let shows_all_the_same = Evidence::new(&incident, found.findings, total).cannot_be_hidden();
        Ok(if shows_all_the_same { Hides::WhatMustBeSeen } else { Hides::All { findings: total } })
    }

    async fn found(&self, id: SuppressionId) -> Result<Versioned<PeopleSuppression>, NotDone> {
        self.suppressions.get(id).await?.ok_or(NotDone::NotFound { what: "suppression" })
    }

    async fn consents_of(&self, doer: Doer<'_>) -> Result<usize, NotDone> {
        let since = doer.at.minus(Duration::from_secs(DAY));
        let listed = self.suppressions.list(MOST_LISTED).await?;
        let consents = listed.iter().flat_map(|row| row.consents.iter());
        let theirs = consents.filter(|one| one.at > since && one.by.eq_ignore_ascii_case(doer.by));
        Ok(theirs.count())
    }

    async fn write(
        &self,
        row: Expected<PeopleSuppression>,
        doer: Doer<'_>,
        what: &str,
    ) -> Result<(), NotDone> {
        let entry = Draft {
            chain: OUTSIDE.to_owned(),
            actor: doer.by.to_owned(),
            what: what.to_owned(),
            subject: row.value.id.to_string(),
            details: BTreeMap::from([
                ("asked".to_owned(), row.value.asked.clone()),
                ("expires".to_owned(), row.value.rule.expires.clone()),
            ]),
        };
        let commit = Commit { suppressions: vec![row], entries: vec![entry], ..Commit::default() };
        Ok(self.operations.commit(&commit, doer.at).await?)
    }
}
