//! Driving executions: one task at a time, stored at every border.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::str::FromStr;
use std::task::Poll;

use async_trait::async_trait;
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use soc_domain::action::Target;
use soc_domain::evidence::{Evidence, MOST_FINDINGS};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Outcome, Stage};
use soc_domain::plan::targets;
use soc_domain::time::Timestamp;
use soc_pipeline::handlers::{Function, World};
use soc_pipeline::plan::BUDGET_SPAN;
use soc_pipeline::ports::{Actions, Findings, Incidents, Resume, Versioned};

use super::lanes::lanes;
use super::{Progress, RunError, Soc};
use crate::account::Seeds;
use crate::store::{ExecutionRow, ExecutionStatus};
use crate::workflow::{Execution, Status, Step, TaskError, Tasks};

/// How many executions one transaction drives, unless they have so many findings: what is held of them is bounded.
const TOGETHER: usize = 128;
const MOST_HELD: usize = 2_048;

/// Dispatches the workflow's tasks to the stages.
struct Dispatch<'a> {
    world: World<'a>,
}

#[async_trait]
impl Tasks for Dispatch<'_> {
    async fn invoke(&self, function: &str, payload: Value) -> Result<Value, TaskError> {
        let function = Function::from_str(function)
            .map_err(|error| TaskError::new("Lambda.ResourceNotFoundException", &error.to_string()))?;
        self.world.handle(function, payload).await.map_err(|error| {
            if error.name() != "Soc.Superseded" {
                tracing::warn!(error.name = error.name(), "{} answered {}", function.name(), chain(&error));
            }
            TaskError::new(error.name(), &error.to_string())
        })
    }
}

/// An error with everything below it, for the log.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        below = cause.source();
    }
    words
}

impl Soc {
    /// Drives everything that can go on now, until nothing can or `may_go_on` says no.
    pub(super) async fn drive(
        &self,
        progress: &dyn Progress,
        may_go_on: &dyn Fn() -> bool,
    ) -> Result<(), RunError> {
        let world = self.world();
        let sweeping = world.sweeping();
        while may_go_on() {
            self.wishes.looked(self.clock.now());
            self.store.begin_durably()?;
            let worked = self.drive_some(&sweeping).await;
            let worked = match worked {
                Ok(worked) => worked,
                Err(error) => {
                    self.store.rollback()?;
                    return Err(error);
                }
            };
            self.store.commit()?;
            self.wishes.committed();
            self.send_notices(progress)?;
            if !worked {
                return Ok(());
            }
            progress.driving(self.store.open_executions()?);
        }
        Ok(())
    }

    async fn drive_some(&self, sweeping: &soc_pipeline::sweep::Sweeping<'_>) -> Result<bool, RunError> {
        let sent = sweeping.send_outbox().await?;
        let undone = sweeping.expire_containment().await?;
        let requested = self.reverse_requested().await?;
        let rows = self.store.next_executions(self.clock.now(), TOGETHER)?;
        let found = rows.len();
        let taken_over = self.take_over_from_people().await?;
        let mut worked = sent + undone + requested + taken_over > 0;
        let looked_at = self.look_ahead(rows).await?;
        worked |= looked_at.len() < found;
        worked |= self.drive_lanes(self.lanes(looked_at).await?).await?;
        Ok(worked)
    }

    /// Drives each lane to its end. Whenever all of them wait for the disk, one commit is for all.
    async fn drive_lanes(&self, lanes: Vec<Vec<ExecutionRow>>) -> Result<bool, RunError> {
        let dispatch = Dispatch { world: self.world() };
        let dispatch = &dispatch;
        let drive = async |rows: Vec<ExecutionRow>| {
            let mut worked = false;
            for row in rows {
                worked |= self.drive_one(row, dispatch).await?;
            }
            Ok(worked)
        };
        let mut driven = pin!(try_join_all(lanes.into_iter().map(drive)));
        self.store.wait_together();
        self.account.wait_together();
        let worked = poll_fn(|context| {
            loop {
                if let Poll::Ready(worked) = driven.as_mut().poll(context) {
                    return Poll::Ready(worked);
                }
                match self.keep_together() {
                    Ok(true) => {}
                    Ok(false) => return Poll::Pending,
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
        })
        .await;
        self.account.wait_alone()?;
        Ok(worked?.contains(&true))
    }

    /// Whatever waits for the disk goes on after this. Answers whether something did.
    fn keep_together(&self) -> Result<bool, RunError> {
        Ok(self.account.keep_changes()? | self.store.keep_intents()?)
    }

    /// Drives one execution until it waits or ends. Answers whether it got any further: one that was told something
    /// while it waits to try again does not.
    async fn drive_one(&self, mut row: ExecutionRow, dispatch: &Dispatch<'_>) -> Result<bool, RunError> {
        let now = self.clock.now();
        let found = row.state.clone();
        let mut execution = if row.state.is_empty() {
            row.started_at = Some(now);
            let input = json!({ "incident_id": row.message.incident, "generation": row.message.generation });
            self.machine.start(&row.name, input, now.as_millis())
        } else {
            let read = serde_json::from_str::<Execution>(&row.state);
            read.map_err(|error| RunError::Defect(format!("the stored execution {}: {error}", row.name)))?
        };
        loop {
            self.tell(&mut execution, &row)?;
            let step = self.machine.step(&mut execution, dispatch, now.as_millis()).await;
            (row.status, row.wake_at) = match &step {
                Step::Continue => (ExecutionStatus::Running, None),
                Step::WaitUntil(at) => (ExecutionStatus::Waiting, Some(Timestamp::from_millis(*at))),
                Step::AwaitToken { deadline_ms, .. } => {
                    (ExecutionStatus::Waiting, Some(Timestamp::from_millis(*deadline_ms)))
                }
                Step::Ended => (ended(&execution), None),
            };
            row.state = serde_json::to_string(&execution)
                .map_err(|error| RunError::Defect(format!("an execution that cannot be stored: {error}")))?;
            self.store.save_execution(&row)?;
            match step {
                Step::Continue => {}
                Step::WaitUntil(_) => return Ok(row.state != found),
                // Somebody may have decided while the task ran.
                Step::AwaitToken { .. } => {
                    row.told = self.store.execution(row.message)?.and_then(|stored| stored.told);
                    if row.told.is_none() {
                        return Ok(row.state != found);
                    }
                }
                Step::Ended => break,
            }
        }
        if let Status::Failed { error, cause } = execution.status() {
            tracing::error!(execution.name = %row.name, "execution {} failed: {error}: {cause}", row.name);
            self.park(row.message.incident).await?;
        }
        Ok(true)
    }

    /// Hands the waiting execution what it was told. What it no longer waits for is dropped: the rows are the truth.
    fn tell(&self, execution: &mut Execution, row: &ExecutionRow) -> Result<(), RunError> {
        let Some(told) = row.told else { return Ok(()) };
        if let Some(token) = execution.awaited_token().cloned() {
            let taken = match told {
                Resume::Decided => execution.succeed_task(&token, json!({ "decided": true })),
                Resume::Superseded => execution.fail_task(
                    &token,
                    "Soc.Superseded",
                    "a newer generation of the incident took over",
                ),
            };
            if let Err(refused) = taken {
                tracing::debug!(execution.name = %row.name, "execution {} no longer waits: {refused}", row.name);
            }
            self.store.forget_told(row.message)?;
        }
        Ok(())
    }

    /// An execution that failed for good: a person must go on.
    async fn park(&self, id: IncidentId) -> Result<(), RunError> {
        if let Some(Versioned { value: mut incident, version }) = Incidents::get(&self.store, id).await? {
            incident.stage = Stage::NeedsPerson;
            incident.outcome = Some(Outcome::NeedsPerson);
            Incidents::save(&self.store, &incident, Some(version), None).await?;
        }
        Ok(())
    }

    /// What the findings of these incidents name exists in the simulated account before an execution looks, as it
    /// would in a real one. And what an analyst will be asked is asked now, so that the answer is there in time.
    /// Answers with what each execution may act on; the last ones are left for the next time if there is too much to hold.
    async fn look_ahead(
        &self,
        rows: Vec<ExecutionRow>,
    ) -> Result<Vec<(ExecutionRow, Vec<Target>)>, RunError> {
        let mut seeds = Seeds::default();
        let mut questions = Vec::new();
        let mut looked_at = Vec::with_capacity(rows.len());
        let mut held = 0;
        for row in rows {
            if held > MOST_HELD {
                break;
            }
            let id = row.message.incident;
            let planned = Actions::of_incident(&self.store, id).await?;
            let mut acts_on: Vec<Target> = planned.into_iter().map(|action| action.target).collect();
            if row.state.is_empty() {
                let found = Findings::of_incident(&self.store, id, MOST_FINDINGS).await?;
                held += found.findings.len();
                found.findings.iter().for_each(|finding| seeds.note(finding));
                if let Some(Versioned { value, .. }) = Incidents::get(&self.store, id).await? {
                    let evidence = Evidence::new(&value, found.findings, found.total);
                    acts_on.extend(targets(&evidence).into_iter().map(|(target, _finding)| target));
                    questions.push(evidence);
                }
            }
            looked_at.push((row, acts_on));
        }
        self.analyst.ask(questions);
        self.account.seed(seeds)?;
        Ok(looked_at)
    }

    /// Executions that may change one resource are in one lane. So are those of one account where its budget might not
    /// do for all of them: then it goes to whoever comes first.
    async fn lanes(
        &self,
        looked_at: Vec<(ExecutionRow, Vec<Target>)>,
    ) -> Result<Vec<Vec<ExecutionRow>>, RunError> {
        let mut spent: BTreeMap<String, u32> = BTreeMap::new();
        for target in looked_at.iter().flat_map(|(_, acts_on)| acts_on) {
            *spent.entry(target.place.account.clone()).or_default() += 1;
        }
        let since = self.clock.now().minus(BUDGET_SPAN);
        for (account, spent) in &mut spent {
            *spent = spent.saturating_add(self.store.done_since(account, since).await?);
        }
        let budget = self.policy.rules.budget.actions_per_account_hour;
        let mut sorted = Vec::with_capacity(looked_at.len());
        for (row, acts_on) in looked_at {
            let mut things = BTreeSet::new();
            for target in acts_on {
                things.extend(self.account.may_change(&target)?);
                if spent.get(&target.place.account).is_some_and(|spent| *spent > budget) {
                    things.insert(target.place.account);
                }
            }
            sorted.push((row, things));
        }
        Ok(lanes(sorted))
    }
}

fn ended(execution: &Execution) -> ExecutionStatus {
    match execution.status() {
        Status::Failed { .. } => ExecutionStatus::Failed,
        Status::Succeeded { .. } | Status::Running => ExecutionStatus::Succeeded,
    }
}
