//! What people do with incidents: verdict, assignee, status, comments, merging, splitting, in bulk, and undoing.
//!
//! Apart from the stages because a person is the actor and an answer is owed at once. Each change is one step of the
//! store: the incidents under the versions that they were read with, the operation that can undo it, and the ledger's
//! entries. What cannot be part of that step (findings and keys that move, questions that are withdrawn) follows from
//! the operation alone, may be repeated, and is finished by whoever comes next if the one who began it died.

mod bulk;
mod comment;
mod edit;
mod entries;
mod finish;
mod merge;
mod split;
mod suppress;
mod undo;
mod withdraw;

use soc_domain::id::{IncidentId, OperationId};
use soc_domain::incident::{Incident, Join};
use soc_domain::people::{Deed, Doer, NotAllowed, Operation, OperationState, Wish, person};
use soc_domain::policy::Policy;
use soc_domain::time::Timestamp;
use thiserror::Error;

use crate::error::{PortError, StageError};
use crate::load::ATTEMPTS;
use crate::ports::{
    Actions, Approvals, Clock, Comments, Commit, Correlations, Findings, Holdings, Incidents, Jobs, Ledger,
    Operations, Versioned, Workflows,
};

pub use bulk::{Bulk, MOST_IN_BULK};
pub use finish::Waits;
pub(crate) use withdraw::Withdrawing;

pub use suppress::{CONSENTS_A_DAY, PROPOSALS_A_DAY, Preview, Suppressing, WINDOW};

/// How many incidents are looked at or changed at once: half of a bulk's chunk. A bulk is quick with it over a network, and
/// a store that throttles is not swamped.
const AT_ONCE: usize = 12;

/// The most findings, and the most keys, that one operation moves.
pub const MOST_MOVED: usize = 10_000;

/// The ports that people's changes may touch, and the policy. No account is among them.
#[derive(Clone, Copy)]
pub struct People<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their findings.
    pub findings: &'a dyn Findings,
    /// To move some of them.
    pub holdings: &'a dyn Holdings,
    /// What joins findings.
    pub correlations: &'a dyn Correlations,
    /// What people did.
    pub operations: &'a dyn Operations,
    /// What they wrote.
    pub comments: &'a dyn Comments,
    /// What they did in bulk.
    pub jobs: &'a dyn Jobs,
    /// To withdraw what nobody needs any more.
    pub actions: &'a dyn Actions,
    /// To withdraw questions about it.
    pub approvals: &'a dyn Approvals,
    /// To tell whoever waits for the answers.
    pub workflows: &'a dyn Workflows,
    /// The audit chain of what is withdrawn.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// Floor and window.
    pub policy: &'a Policy,
}

/// What one store keeps for people's changes.
pub trait Keeps:
    Incidents + Findings + Holdings + Correlations + Operations + Comments + Jobs + Actions + Approvals + Ledger
{
}

impl<S> Keeps for S where
    S: Incidents
        + Findings
        + Holdings
        + Correlations
        + Operations
        + Comments
        + Jobs
        + Actions
        + Approvals
        + Ledger
{
}

impl<'a> People<'a> {
    /// All that one store keeps, with what it does not.
    pub fn over<S: Keeps>(
        store: &'a S,
        workflows: &'a dyn Workflows,
        clock: &'a dyn Clock,
        policy: &'a Policy,
    ) -> Self {
        Self {
            incidents: store,
            findings: store,
            holdings: store,
            correlations: store,
            operations: store,
            comments: store,
            jobs: store,
            actions: store,
            approvals: store,
            workflows,
            ledger: store,
            clock,
            policy,
        }
    }
}

/// Who asks, and what makes the same request the same.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The signed-in person's name.
    pub by: &'a str,
    /// The key that the caller gave the request: the same again is done once, and answers the same.
    pub key: Option<&'a str>,
    /// The hash of what is asked: another request under the same key is refused.
    pub asked: &'a str,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The incident that it was asked for, as it stands now.
    pub incident: Incident,
    /// What was done.
    pub operation: Operation,
    /// The new incident of a split.
    pub created: Option<Incident>,
}

/// Why a change was not made.
#[derive(Debug, Error)]
pub enum NotDone {
    /// There is no such thing.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// It is not allowed, and nothing changed.
    #[error(transparent)]
    Refused(#[from] NotAllowed),
    /// The caller used the key for something else.
    #[error("the key was used for another request")]
    KeyReused,
    /// The request makes no sense.
    #[error("{what}")]
    Invalid {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A port failed.
    #[error(transparent)]
    Stage(#[from] StageError),
}

impl From<PortError> for NotDone {
    fn from(error: PortError) -> Self {
        Self::Stage(error.into())
    }
}

/// An operation before it has anything to say: who, when, under which id.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) id: OperationId,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) asked: String,
    pub(crate) job: Option<soc_domain::id::JobId>,
}

impl Seed {
    pub(crate) fn doer(&self) -> Doer<'_> {
        Doer { by: &self.by, at: self.at }
    }

    pub(crate) fn operation(&self, incident: IncidentId, deed: Deed, state: OperationState) -> Operation {
        Operation {
            id: self.id,
            incident,
            deed,
            by: self.by.clone(),
            at: self.at,
            asked: self.asked.clone(),
            reason: None,
            job: self.job,
            starts: Vec::new(),
            state,
            undone: None,
        }
    }
}

impl People<'_> {
    /// Makes a change of one incident. Closing it withdraws what is still asked about it, for good.
    ///
    /// # Errors
    /// It was not made.
    pub async fn change(&self, order: &Order<'_>, id: IncidentId, wish: &Wish) -> Result<Changed, NotDone> {
        let by = person(order.by)?;
        for _attempt in 0..ATTEMPTS {
            let found = self.incident(id).await?;
            let seed = self.seed(order, &by, &found);
            if let Some(again) = self.again(&seed, id).await? {
                return Ok(again);
            }
            let begun = match wish {
                Wish::Merge { into } => self.begin_merge(&seed, found, *into).await,
                Wish::Verdict { .. } | Wish::Assign { .. } | Wish::Status { .. } => {
                    self.begin_edit(&seed, found, wish).await
                }
            };
            match begun {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return self.changed(seed.id).await,
            }
        }
        Err(StageError::Conflict { operation: "change an incident" }.into())
    }

    /// What an operation did, once nothing of it is left to do.
    pub(crate) async fn changed(&self, id: OperationId) -> Result<Changed, NotDone> {
        let operation = self.finish(id).await?;
        let incident = self.incident(operation.incident).await?.value;
        let created = match &operation.deed {
            Deed::Split(split) => Some(self.incident(split.created).await?.value),
            Deed::Verdict(_)
            | Deed::Assignee(_)
            | Deed::Status(_)
            | Deed::Comment { .. }
            | Deed::Merge(_) => None,
        };
        Ok(Changed { incident, operation, created })
    }

    pub(crate) async fn incident(&self, id: IncidentId) -> Result<Versioned<Incident>, NotDone> {
        self.incidents.get(id).await?.ok_or(NotDone::NotFound { what: "incident" })
    }

    /// What `order` is called: by its key, or by the row that it changes.
    pub(crate) fn seed(&self, order: &Order<'_>, by: &str, found: &Versioned<Incident>) -> Seed {
        let (incident, at) = (found.value.id.to_string(), self.clock.now());
        let id = match order.key {
            Some(key) => OperationId::from_parts(&["key", by, key]),
            None => {
                let (version, at) = (found.version.0.to_string(), at.as_millis().to_string());
                OperationId::from_parts(&["row", &incident, &version, by, &at, order.asked])
            }
        };
        let asked = soc_domain::id::sha256_hex(&[order.asked.as_bytes(), incident.as_bytes()]);
        Seed { id, by: by.to_owned(), at, asked, job: None }
    }

    /// The answer of the same request before, if there was one.
    pub(crate) async fn again(&self, seed: &Seed, id: IncidentId) -> Result<Option<Changed>, NotDone> {
        match self.operations.get(seed.id).await? {
            None => Ok(None),
            Some(found) if found.value.asked == seed.asked && found.value.incident == id => {
                self.changed(seed.id).await.map(Some)
            }
            Some(_another) => Err(NotDone::KeyReused),
        }
    }

    pub(crate) fn join(&self, now: Timestamp) -> Join {
        Join { now, floor: self.policy.rules.workflow.floor }
    }

    pub(crate) async fn commit(&self, commit: &Commit, at: Timestamp) -> Result<(), NotDone> {
        Ok(self.operations.commit(commit, at).await?)
    }
}
