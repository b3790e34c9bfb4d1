//! Verify: look again at what was done, and say how the response of a generation ended.

use soc_domain::action::{Action, ActionState, Lasting, Tier, same_state};
use soc_domain::incident::{Outcome, Stage, Status};
use soc_domain::plan::Plan;

use crate::error::StageError;
use crate::load::{Case, change, load};
use crate::ports::{Account, Actions, Clock, Dossier, Incidents};

/// The ports that verification may touch. It reads the account and never changes it.
#[derive(Clone, Copy)]
pub struct Verifying<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// The actions.
    pub actions: &'a dyn Actions,
    /// The plan.
    pub dossier: &'a dyn Dossier,
    /// Where they were done.
    pub account: &'a dyn Account,
    /// Our clock.
    pub clock: &'a dyn Clock,
}

impl Verifying<'_> {
    /// Observes what every action of the incident left behind and concludes.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn verify(&self, case: Case) -> Result<Outcome, StageError> {
        load(self.incidents, case).await?;
        let mut counts = Counts::default();
        for action in self.actions.of_incident(case.incident).await? {
            if action.tier == Tier::Guide {
                continue;
            }
            match action.state {
                ActionState::Done if self.holds(&action).await? => counts.stands(&action),
                ActionState::NoEffect => counts.stands(&action),
                ActionState::Withdrawn if action.generation < case.generation => {}
                ActionState::Reversed => {}
                ActionState::Done
                | ActionState::Planned
                | ActionState::Intent
                | ActionState::Unknown
                | ActionState::ReverseIntent
                | ActionState::Withdrawn => counts.open += 1,
            }
        }
        let plan = self.dossier.fetch(case.incident, case.generation).await?.plan;
        let outcome = conclude(counts, plan.as_ref());
        let now = self.clock.now();
        change(self.incidents, case, |incident| {
            incident.outcome = Some(outcome);
            incident.stage = match outcome {
                Outcome::Contained => Stage::Contained,
                Outcome::Partial => Stage::Partial,
                Outcome::NeedsPerson => Stage::NeedsPerson,
                Outcome::NothingToDo => incident.stage,
            };
            if outcome == Outcome::Contained {
                incident.contained_at.get_or_insert(now);
                if incident.status == Status::New {
                    incident.close_by_machine(Status::Resolved, now);
                }
            }
        })
        .await?;
        Ok(outcome)
    }

    /// Whether the account still is as the action left it.
    async fn holds(&self, action: &Action) -> Result<bool, StageError> {
        let Some(after) = &action.after else { return Ok(false) };
        let now = self.account.observe(&action.target).await?;
        Ok(now.is_some_and(|now| same_state(&now, after)))
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Have their effect.
    hold: u32,
    /// Do not.
    open: u32,
    /// Keep what was there for whoever looks into it, and hold nobody off.
    evidence: u32,
}

impl Counts {
    fn stands(&mut self, action: &Action) {
        match action.target.kind.lasting() {
            Lasting::Containment => self.hold += 1,
            Lasting::Evidence => self.evidence += 1,
        }
    }
}

fn conclude(counts: Counts, plan: Option<&Plan>) -> Outcome {
    let guided = plan.is_some_and(|plan| plan.count(Tier::Guide) > 0);
    match (counts.hold, counts.open) {
        (0, 0) if guided || counts.evidence > 0 => Outcome::NeedsPerson,
        (0, 0) => Outcome::NothingToDo,
        (0, _) => Outcome::NeedsPerson,
        (_, 0) => Outcome::Contained,
        (_, _) => Outcome::Partial,
    }
}
