//! Execute: the action protocol. Nothing is done twice, and what is unclear is left to a person.
//!
//! The intent, with the state before, is on disk before the act. An intent that is found later was interrupted:
//! it is observed first, and acted on again only if the account still is as it was before. Only the holder of
//! the newest epoch commits.

use std::collections::BTreeMap;
use std::time::Duration;

use soc_domain::action::{
    Action, ActionState, Change, Effect, Lasting, Observation, Tier, effect, same_state,
};
use soc_domain::approval::ApprovalState;
use soc_domain::id::ActionId;
use soc_domain::incident::Stage;
use soc_domain::plan::{is_settled, protection};
use soc_domain::policy::{Mode, Policy};

use crate::error::{PortError, PortErrorKind, StageError};
use crate::ledger::{Entry, note_by};
use crate::load::{Case, change, load};
use crate::plan::BUDGET_SPAN;
use crate::ports::{Account, Actions, Approvals, Clock, Confirmation, Incidents, Ledger, Sources};

/// The ports that execution may touch, and the policy. Only this and `Reversing` change an account.
#[derive(Clone, Copy)]
pub struct Executing<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// The actions.
    pub actions: &'a dyn Actions,
    /// What people decided about them.
    pub approvals: &'a dyn Approvals,
    /// Where they are done.
    pub account: &'a dyn Account,
    /// The products, who must confirm the finding first.
    pub sources: &'a dyn Sources,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// What people decided in general.
    pub policy: &'a Policy,
    /// How long an intent belongs to whoever wrote it: the caller's hard deadline and a minute. Zero where a
    /// lock makes sure that nobody else is at work.
    pub lease: Duration,
}

/// How many actions ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// They have their effect.
    pub done: u32,
    /// It was so already.
    pub no_effect: u32,
    /// They will not run.
    pub withdrawn: u32,
    /// A person must look.
    pub unknown: u32,
}

/// An intent that somebody else began, looked at.
enum Interrupted {
    /// Nothing was done, and nobody can be at work on it.
    BeforeTheAct(Action),
    /// How it ended is known, and written.
    Ended(Action),
}

impl Executing<'_> {
    /// Executes the actions of one tier of one generation, one after the other.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over. What was done is on record; the same call goes on.
    pub async fn execute(&self, case: Case, tier: Tier) -> Result<Tally, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        let plan = incident.plan_sha256.unwrap_or_default();
        let mut tally = Tally::default();
        let mine = |action: &Action| action.generation == case.generation && action.tier == tier;
        let mut actions = self.actions.of_incident(case.incident).await?;
        // The order of the plan: evidence before containment.
        actions.sort_by(|one, other| one.target.cmp(&other.target));
        if actions.iter().any(|action| mine(action) && action.state == ActionState::Planned) {
            change(self.incidents, case, |incident| incident.stage = Stage::Acting).await?;
        }
        for action in actions.into_iter().filter(mine) {
            let action = match action.state {
                ActionState::Planned => self.begin(action, &plan).await?,
                ActionState::Intent => self.take_over(action, &plan).await?,
                ActionState::Done
                | ActionState::NoEffect
                | ActionState::Unknown
                | ActionState::ReverseIntent
                | ActionState::Reversed
                | ActionState::Withdrawn => action,
            };
            match action.state {
                ActionState::Done => tally.done += 1,
                ActionState::NoEffect => tally.no_effect += 1,
                ActionState::Withdrawn => tally.withdrawn += 1,
                ActionState::Planned
                | ActionState::Intent
                | ActionState::Unknown
                | ActionState::ReverseIntent
                | ActionState::Reversed => tally.unknown += 1,
            }
        }
        Ok(tally)
    }

    /// From the plan to the act: every condition is checked again, now.
    async fn begin(&self, mut action: Action, plan: &str) -> Result<Action, StageError> {
        if let Some(why) = self.forbidden(&mut action, plan).await? {
            return self.end(action, ActionState::Withdrawn, why).await;
        }
        let Some(before) = self.account.observe(&action.target).await? else {
            return self
                .end(action, ActionState::Withdrawn, "the account has no such resource".to_owned())
                .await;
        };
        if let Some(why) = protection(self.policy, &action.target, Some(&before)) {
            return self.end(action, ActionState::Withdrawn, why).await;
        }
        match effect(&action.target, &before) {
            Effect::AlreadyThere => {
                self.end(action, ActionState::NoEffect, "it is so already".to_owned()).await
            }
            Effect::Impossible { why } => self.end(action, ActionState::Withdrawn, why).await,
            Effect::Change(change) => self.act(action, before, &change).await,
        }
    }

    /// Why the action must not run, if it must not.
    async fn forbidden(&self, action: &mut Action, plan: &str) -> Result<Option<String>, StageError> {
        if !matches!(self.policy.rules.response.mode, Mode::Approve | Mode::Auto) {
            return Ok(Some("the response mode allows no action".to_owned()));
        }
        if let Some(why) = self.not_wanted(action).await? {
            return Ok(Some(why));
        }
        match action.tier {
            Tier::Guide => return Ok(Some("it is left to a person".to_owned())),
            Tier::Approve => match self.approvals.get(action.id).await? {
                Some(found) if found.value.is_about(action, plan) => match found.value.state {
                    ApprovalState::Approved => action.owner = found.value.consenting(),
                    // Nobody comes here before all is decided: the read lags behind. No reason to give up what
                    // people approved.
                    ApprovalState::Pending => {
                        let early = PortError::new(PortErrorKind::Unavailable, "read a decision");
                        return Err(early.into());
                    }
                    state @ (ApprovalState::Denied | ApprovalState::Expired | ApprovalState::Withdrawn) => {
                        return Ok(Some(format!("its approval is {}", state.name().to_lowercase())));
                    }
                },
                Some(_) | None => return Ok(Some("nobody approved exactly this".to_owned())),
            },
            Tier::Auto if self.policy.rules.response.mode == Mode::Approve => {
                return Ok(Some("the response mode asks a person for everything".to_owned()));
            }
            Tier::Auto => {
                let since = self.clock.now().minus(BUDGET_SPAN);
                let done = self.actions.done_since(&action.target.place.account, since).await?;
                // One that was interrupted counts from its intent on, but not against itself.
                let own = u32::from(action.done_at.is_some_and(|at| at >= since));
                if done.saturating_sub(own) >= self.policy.rules.budget.actions_per_account_hour {
                    return Ok(Some("the account's actions of this hour are used up".to_owned()));
                }
            }
        }
        Ok(match self.sources.confirm(action.finding).await? {
            Confirmation::Confirmed => None,
            Confirmation::Settled => Some("its product says that the finding is settled".to_owned()),
            Confirmation::Unverified => Some("its product does not confirm the finding".to_owned()),
        })
    }

    /// Whether a person said meanwhile that nothing is to be done: closed the incident, or judged it harmless. The latter
    /// stops what the machine would do by itself, and not what persons approved.
    async fn not_wanted(&self, action: &Action) -> Result<Option<String>, StageError> {
        let Some(found) = self.incidents.get(action.incident).await? else { return Ok(None) };
        let incident = found.value;
        if incident.is_closed_by_person() {
            return Ok(Some("a person closed the incident".to_owned()));
        }
        let harmless = incident.people_verdict.is_some_and(|given| is_settled(Some(given.verdict)));
        Ok((harmless && action.tier == Tier::Auto)
            .then(|| "a person holds the incident to be harmless".to_owned()))
    }

    /// Ends what older generations began and did not end, so that the plan knows what was done and what was not.
    ///
    /// # Errors
    /// A port failed, or an older generation may still be at work.
    pub async fn end_older(&self, case: Case) -> Result<(), StageError> {
        load(self.incidents, case).await?;
        for action in self.actions.of_incident(case.incident).await? {
            if action.state != ActionState::Intent || action.generation >= case.generation {
                continue;
            }
            if let Interrupted::BeforeTheAct(action) = self.look_at(action).await? {
                let why = "a newer generation took over before it was done".to_owned();
                self.end(action, ActionState::Withdrawn, why).await?;
            }
        }
        Ok(())
    }

    /// Ends an intent whose incident became part of another one, so that no execution goes on with it. What has its
    /// effect is committed, and its containment will end like any other.
    ///
    /// # Errors
    /// A port failed, or somebody may still be at work on it.
    pub async fn end_merged(&self, id: ActionId) -> Result<(), StageError> {
        let Some(action) = self.actions.get(id).await? else { return Ok(()) };
        let incident = self.incidents.get(action.incident).await?;
        let is_merged = incident.is_some_and(|incident| incident.value.merged_into.is_some());
        if action.state != ActionState::Intent || !is_merged {
            return Ok(());
        }
        if let Interrupted::BeforeTheAct(action) = self.look_at(action).await? {
            let why = "its incident became part of another one before it was done".to_owned();
            self.end(action, ActionState::Withdrawn, why).await?;
        }
        Ok(())
    }

    /// An intent that was interrupted. If nothing was done, it begins anew, with every condition: the kill switch
    /// holds for it too.
    async fn take_over(&self, action: Action, plan: &str) -> Result<Action, StageError> {
        match self.look_at(action).await? {
            Interrupted::BeforeTheAct(action) => self.begin(action, plan).await,
            Interrupted::Ended(action) => Ok(action),
        }
    }

    /// Observes first. An effect that is there is committed, whoever made it; anything else waits until nobody can be
    /// at work any more.
    async fn look_at(&self, action: Action) -> Result<Interrupted, StageError> {
        let Some(before) = action.before.clone() else {
            let why = "its state before is not known".to_owned();
            return self.end(action, ActionState::Unknown, why).await.map(Interrupted::Ended);
        };
        let Effect::Change(change) = effect(&action.target, &before) else {
            let why = "its effect is not known".to_owned();
            return self.end(action, ActionState::Unknown, why).await.map(Interrupted::Ended);
        };
        // Asked before the look: what lands between the two was sent within the lease.
        let may_be_at_work = action.lease_until.is_some_and(|until| self.clock.now() < until);
        match self.account.observe(&action.target).await? {
            Some(now) if same_state(&now, &change.applied_to(&before)) => {
                self.commit(action, now).await.map(Interrupted::Ended)
            }
            _ if may_be_at_work => {
                Err(StageError::Conflict { operation: "take over an action that is under way" })
            }
            Some(now) if same_state(&now, &before) => Ok(Interrupted::BeforeTheAct(action)),
            Some(_) | None => {
                let why = "interrupted, and the account is neither as it was nor as it should be".to_owned();
                self.end(action, ActionState::Unknown, why).await.map(Interrupted::Ended)
            }
        }
    }

    async fn act(
        &self,
        mut action: Action,
        before: Observation,
        change: &Change,
    ) -> Result<Action, StageError> {
        let now = self.clock.now();
        let epoch = action.next_epoch();
        action.state = ActionState::Intent;
        action.lease_until = Some(now.plus(self.lease));
        action.before = Some(before.clone());
        // From here on it may have taken effect, whatever is heard of it: the budget counts it.
        action.done_at = Some(now);
        self.note(&action, "action_intent").await?;
        self.actions.save(&action, Some(epoch)).await?;
        self.account.apply(&action.target, change).await?;
        match self.account.observe(&action.target).await? {
            Some(after) if same_state(&after, &change.applied_to(&before)) => {
                self.commit(action, after).await
            }
            Some(_) | None => {
                let why = "acted, and the account is not as it should be".to_owned();
                self.end(action, ActionState::Unknown, why).await
            }
        }
    }

    async fn commit(&self, mut action: Action, after: Observation) -> Result<Action, StageError> {
        let now = self.clock.now();
        action.after = Some(after);
        action.done_at = Some(now);
        let lasts = self.policy.rules.containment.expiry;
        let (expires_at, why) = match action.target.kind.lasting() {
            Lasting::Containment => {
                (Some(now.plus(lasts.duration())), format!("done; it ends by itself after {lasts}"))
            }
            Lasting::Evidence => (None, "done; it stays until a person undoes it".to_owned()),
        };
        action.expires_at = expires_at;
        self.end(action, ActionState::Done, why).await
    }

    async fn end(&self, mut action: Action, state: ActionState, why: String) -> Result<Action, StageError> {
        let epoch = action.next_epoch();
        action.state = state;
        action.lease_until = None;
        if matches!(state, ActionState::Withdrawn | ActionState::NoEffect) {
            action.done_at = None;
        }
        action.note = Some(why);
        self.actions.save(&action, Some(epoch)).await?;
        let what = match state {
            ActionState::Done => "action_done",
            ActionState::NoEffect => "action_no_effect",
            ActionState::Withdrawn => "action_withdrawn",
            ActionState::Planned
            | ActionState::Intent
            | ActionState::Unknown
            | ActionState::ReverseIntent
            | ActionState::Reversed => "action_unknown",
        };
        self.note(&action, what).await?;
        Ok(action)
    }

    async fn note(&self, action: &Action, what: &str) -> Result<(), StageError> {
        note_by(self.ledger, self.clock.now(), entry(action, what, &action.owner, self.policy)).await?;
        Ok(())
    }
}

/// The ledger entry about an action.
pub(crate) fn entry<'a>(action: &Action, what: &'a str, actor: &'a str, policy: &Policy) -> Entry<'a> {
    let details = BTreeMap::from([
        ("action".to_owned(), action.id.to_string()),
        ("kind".to_owned(), action.target.kind.name().to_owned()),
        ("resource".to_owned(), action.target.resource.chars().take(512).collect()),
        ("tier".to_owned(), action.tier.name().to_owned()),
        ("epoch".to_owned(), action.epoch.to_string()),
        ("policy".to_owned(), policy.sha256.clone()),
    ]);
    Entry { incident: Some(action.incident), actor, what, subject: action.target.kind.name(), details }
}
