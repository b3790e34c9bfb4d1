//! Many incidents at once, as one job that is done once: each incident is an operation of its own.
//!
//! The job goes on chunk by chunk, and its row with each chunk; an operation's id follows from job and incident. So a
//! job that was interrupted anywhere, or that two drive at once, does nothing twice.
//!
//! Whoever asked waits for it, and on AWS not for longer than 29 seconds (API Gateway's limit for HTTP APIs), at some
//! milliseconds a call. So a chunk's incidents are looked at several at once, which is enough for 500 that are closed,
//! judged or assigned; and what takes longer (500 merges, each with findings to move) is left where it stands after
//! a given patience, with its progress in its row: the same request again goes on with it, and else the sweep does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use soc_domain::id::{IncidentId, JobId, sha256_hex};
use soc_domain::people::{Doer, Failure, Job, JobState, OperationState, Task, Wish, person};
use soc_ledger::Draft;

use super::{AT_ONCE, NotDone, Order, People, Seed};
use crate::OUTSIDE;
use crate::error::StageError;
use crate::load::ATTEMPTS;
use crate::ports::{Commit, Expected, MOST_ROWS, Versioned};

/// The most incidents of one job.
pub const MOST_IN_BULK: usize = 500;

/// Each incident of a chunk is a row, an operation, an entry of the ledger and its chain's head; the job is a row with
/// an entry too.
const CHUNK: usize = (MOST_ROWS - 4) / 4;

/// What a person wants of many incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Which; each counts once.
    pub incidents: Vec<IncidentId>,
    /// What.
    pub wish: Wish,
}

/// One incident of a job.
enum Item {
    /// All that is to be written for it in one step.
    Ready(Commit),
    /// It was begun, and something is left to do.
    UnderWay,
    /// Nothing is left to do.
    Settled,
    /// It moves findings, and that is a change of several steps: alone, as the first of a chunk.
    Later,
}

impl Item {
    /// Whether nothing else belongs in the same chunk.
    fn is_alone(&self) -> bool {
        match self {
            Self::Ready(commit) => commit.incidents.len() > 1,
            Self::UnderWay => true,
            Self::Settled | Self::Later => false,
        }
    }
}

/// Where an incident stands in its chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Behind,
}

impl People<'_> {
    /// Takes a bulk on, which `run_job` then does. The same request again answers the same job.
    ///
    /// # Errors
    /// It was not taken on.
    pub async fn bulk(&self, order: &Order<'_>, bulk: &Bulk) -> Result<Job, NotDone> {
        let by = person(order.by)?;
        let Some(key) = order.key else {
            return Err(NotDone::Invalid { what: "a bulk needs a key, so that it is done once" });
        };
        let mut known = BTreeSet::new();
        let mut incidents = bulk.incidents.clone();
        incidents.retain(|id| known.insert(*id));
        if incidents.is_empty() || incidents.len() > MOST_IN_BULK {
            return Err(NotDone::Invalid { what: "a bulk has 1 to 500 incidents" });
        }
        let job = Job {
            id: JobId::from_parts(&["key", &by, key]),
            by,
            at: self.clock.now(),
            asked: sha256_hex(&[order.asked.as_bytes()]),
            task: Task::Change(bulk.wish.clone()),
            incidents,
            next: 0,
            failed: Vec::new(),
        };
        self.take_on(job).await
    }

    /// Takes the undoing of a whole bulk on. The same again answers the same job.
    ///
    /// # Errors
    /// It was not taken on.
    pub async fn undo_job(&self, order: &Order<'_>, id: JobId) -> Result<Job, NotDone> {
        let by = person(order.by)?;
        let undoing = JobId::from_parts(&["undo", &id.to_string()]);
        if let Some(known) = self.jobs.get(undoing).await? {
            return Ok(known.value);
        }
        let job = self.job(id).await?.value;
        self.take_on(job.undoing(&by, self.clock.now())?).await
    }

    async fn take_on(&self, job: Job) -> Result<Job, NotDone> {
        for _attempt in 0..ATTEMPTS {
            if let Some(known) = self.jobs.get(job.id).await? {
                let is_same = known.value.asked == job.asked;
                return if is_same { Ok(known.value) } else { Err(NotDone::KeyReused) };
            }
            let commit = Commit {
                entries: vec![entry(&job, "bulk_begun")],
                jobs: vec![Expected::absent(job.clone())],
                ..Commit::default()
            };
            match self.commit(&commit, job.at).await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(job),
            }
        }
        Err(StageError::Conflict { operation: "take a bulk on" }.into())
    }

    /// Does a job to its end. One that is done is success.
    ///
    /// # Errors
    /// A port failed; the same call goes on where it stopped.
    pub async fn run_job(&self, id: JobId) -> Result<Job, NotDone> {
        loop {
            let job = self.step_job(id).await?;
            if job.state() == JobState::Done {
                return Ok(job);
            }
        }
    }

    /// Goes on with a job until it is done, or until no further chunk should begin after so long a time: then it is
    /// answered as it stands.
    ///
    /// # Errors
    /// A port failed; the same call goes on where it stopped.
    pub async fn run_job_for(&self, id: JobId, patience: Duration) -> Result<Job, NotDone> {
        let until = self.clock.now().plus(patience);
        loop {
            let job = self.step_job(id).await?;
            if job.state() == JobState::Done || self.clock.now() >= until {
                return Ok(job);
            }
        }
    }

    /// Does the next chunk of a job.
    ///
    /// # Errors
    /// A port failed; the same call goes on where it stopped.
    pub async fn step_job(&self, id: JobId) -> Result<Job, NotDone> {
        for _attempt in 0..ATTEMPTS {
            let found = self.job(id).await?;
            if found.value.state() == JobState::Done {
                return Ok(found.value);
            }
            match self.try_step(found).await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                stepped => return stepped,
            }
        }
        Err(StageError::Conflict { operation: "go on with a bulk" }.into())
    }

    async fn job(&self, id: JobId) -> Result<Versioned<Job>, NotDone> {
        self.jobs.get(id).await?.ok_or(NotDone::NotFound { what: "job" })
    }

    async fn try_step(&self, found: Versioned<Job>) -> Result<Job, NotDone> {
        let Versioned { value: mut job, version } = found;
        let now = self.clock.now();
        let mut commit = Commit::default();
        let mut under_way = Vec::new();
        for (id, item) in self.chunk(&job).await {
            match item {
                Ok(Item::Later) => break,
                Ok(Item::Settled) => {}
                Ok(Item::UnderWay) => under_way.push(id),
                Ok(Item::Ready(ready)) => {
                    if ready.operations.iter().any(|row| row.value.state.is_under_way()) {
                        under_way.push(id);
                    }
                    commit.incidents.extend(ready.incidents);
                    commit.operations.extend(ready.operations);
                    commit.comments.extend(ready.comments);
                    commit.entries.extend(ready.entries);
                }
                Err(error) => job.failed.push(failure(id, error)?),
            }
            job.next += 1;
        }
        if !under_way.is_empty() {
            if !commit.operations.is_empty() {
                self.commit(&std::mem::take(&mut commit), now).await?;
            }
            self.finish_all(&job, &under_way).await?;
        }
        if job.state() == JobState::Done {
            commit.entries.push(entry(&job, "bulk_done"));
        }
        commit.jobs.push(Expected::still(job.clone(), version));
        self.commit(&commit, now).await?;
        Ok(job)
    }

    async fn finish_all(&self, job: &Job, under_way: &[IncidentId]) -> Result<(), NotDone> {
        let of = job.undo_of().unwrap_or(job.id);
        for some in under_way.chunks(AT_ONCE) {
            let finishing = some.iter().map(|id| self.finish(Job::operation(of, *id)));
            for finished in join_all(finishing).await {
                finished?;
            }
        }
        Ok(())
    }

    /// What is to be done for the next incidents: as many as fit in one step, and one alone if it moves findings.
    async fn chunk(&self, job: &Job) -> Vec<(IncidentId, Result<Item, NotDone>)> {
        let mut ids = job.incidents.iter().skip(job.next).take(CHUNK).copied();
        let Some(first) = ids.next() else { return Vec::new() };
        let rest: Vec<IncidentId> = ids.collect();
        let item = self.item(job, first, Place::First).await;
        let is_alone = item.as_ref().is_ok_and(Item::is_alone);
        let mut items = vec![(first, item)];
        if is_alone {
            return items;
        }
        for some in rest.chunks(AT_ONCE) {
            let found = join_all(some.iter().map(|id| self.item(job, *id, Place::Behind))).await;
            let ends = found.iter().any(|item| matches!(item, Ok(Item::Later)));
            items.extend(some.iter().copied().zip(found));
            if ends {
                break;
            }
        }
        items
    }

    /// What is to be done for one incident. Only what comes first may begin what moves findings.
    async fn item(&self, job: &Job, id: IncidentId, place: Place) -> Result<Item, NotDone> {
        let now = self.clock.now();
        let operation = Job::operation(job.undo_of().unwrap_or(job.id), id);
        let known = self.operations.get(operation).await?;
        let wish = match (&job.task, known) {
            (Task::Undo(_), None) => return Err(NotDone::NotFound { what: "operation" }),
            (Task::Change(_), Some(known)) => {
                let under_way = known.value.state.is_under_way();
                return Ok(if under_way { Item::UnderWay } else { Item::Settled });
            }
            (Task::Undo(_), Some(known)) => {
                return self.undone_item(known, Doer { by: &job.by, at: now }, place).await;
            }
            (Task::Change(wish), None) => wish,
        };
        if matches!(wish, Wish::Merge { .. }) && place == Place::Behind {
            return Ok(Item::Later);
        }
        let found = self.incident(id).await?;
        let seed =
            Seed { id: operation, by: job.by.clone(), at: now, asked: job.asked.clone(), job: Some(job.id) };
        match wish {
            Wish::Merge { into } => {
                self.begin_merge(&seed, found, *into).await?;
                Ok(Item::UnderWay)
            }
            Wish::Verdict { .. } | Wish::Assign { .. } | Wish::Status { .. } => {
                self.edited(&seed, found, wish).await.map(Item::Ready)
            }
        }
    }

    async fn undone_item(
        &self,
        known: Versioned<soc_domain::people::Operation>,
        doer: Doer<'_>,
        place: Place,
    ) -> Result<Item, NotDone> {
        let moves = known.value.incidents().len() > 1;
        match known.value.state {
            OperationState::Undone => Ok(Item::Settled),
            OperationState::Undoing => Ok(Item::UnderWay),
            OperationState::Begun | OperationState::Done if moves && place == Place::Behind => {
                Ok(Item::Later)
            }
            OperationState::Begun | OperationState::Done => self.undoing(known, doer).await.map(Item::Ready),
        }
    }
}

/// Why it was not done for an incident, if that is no error of a port.
fn failure(id: IncidentId, error: NotDone) -> Result<Failure, NotDone> {
    match error {
        NotDone::NotFound { .. } => Ok(Failure::missing(id, &error.to_string())),
        NotDone::Refused(why) => Ok(Failure::refused(id, &why)),
        NotDone::KeyReused | NotDone::Invalid { .. } | NotDone::Stage(_) => Err(error),
    }
}

/// The entry of a job, in the chain of what stands outside any incident.
fn entry(job: &Job, what: &str) -> Draft {
    let deed = match &job.task {
        Task::Undo(_) => "undo",
        Task::Change(Wish::Verdict { .. }) => "verdict",
        Task::Change(Wish::Assign { .. }) => "assign",
        Task::Change(Wish::Status { .. }) => "status",
        Task::Change(Wish::Merge { .. }) => "merge",
    };
    Draft {
        chain: OUTSIDE.to_owned(),
        actor: job.by.clone(),
        what: what.to_owned(),
        subject: job.id.to_string(),
        details: BTreeMap::from([
            ("deed".to_owned(), deed.to_owned()),
            ("incidents".to_owned(), job.incidents.len().to_string()),
            ("failed".to_owned(), job.failed.len().to_string()),
        ]),
    }
}
