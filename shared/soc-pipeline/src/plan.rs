//! Plan: gather facts, make the plan, write its actions. Deciding is `soc_domain::plan`; this is the edge.

use std::collections::BTreeMap;
use std::time::Duration;

use soc_domain::action::{Action, ActionState, Target, Tier};
use soc_domain::approval::MACHINE;
use soc_domain::id::FindingId;
use soc_domain::incident::Stage;
use soc_domain::plan::{Facts, Plan, Situation, Step, plan, targets};
use soc_domain::policy::Policy;

use crate::error::StageError;
use crate::ledger::note;
use crate::load::{Case, change, evidence, load};
use crate::ports::{Account, Actions, Clock, Document, Dossier, Findings, Incidents, Ledger};

/// The span over which actions in one account are counted.
pub const BUDGET_SPAN: Duration = Duration::from_secs(3600);

/// The ports that planning may touch, and the policy. It reads the account and never changes it.
#[derive(Clone, Copy)]
pub struct Planning<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their findings.
    pub findings: &'a dyn Findings,
    /// Where the plan is kept.
    pub dossier: &'a dyn Dossier,
    /// Where its actions are written.
    pub actions: &'a dyn Actions,
    /// What the targets are like now.
    pub account: &'a dyn Account,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// What people decided.
    pub policy: &'a Policy,
}

impl Planning<'_> {
    /// Makes and writes the plan of one generation.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn plan(&self, case: Case) -> Result<Plan, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        if !may_be_planned(incident.stage) {
            return Err(StageError::Conflict { operation: "plan what is under way already" });
        }
        let evidence = evidence(self.findings, &incident).await?;
        let facts = self.facts(&targets(&evidence)).await?;
        let earlier = self.actions.of_incident(case.incident).await?;
        let situation = Situation {
            incident: &incident,
            evidence: &evidence,
            policy: self.policy,
            facts: &facts,
            earlier: &earlier,
        };
        let plan = plan(&situation);
        for step in plan.steps.iter().filter(|step| step.tier != Tier::Guide) {
            let known = earlier.iter().find(|action| action.id == step.id);
            self.write(case, step, known).await?;
        }
        self.dossier.keep(case.incident, case.generation, Document::Plan(&plan)).await?;
        let planned = change(self.incidents, case, |incident| {
            if may_be_planned(incident.stage) {
                incident.stage = Stage::Planned;
                incident.plan_sha256 = Some(plan.sha256.clone());
            }
        })
        .await?;
        if planned.plan_sha256.as_ref() != Some(&plan.sha256) {
            return Err(StageError::Conflict { operation: "plan what is under way already" });
        }
        let details = BTreeMap::from([
            ("generation".to_owned(), case.generation.to_string()),
            ("plan".to_owned(), plan.sha256.clone()),
            ("policy".to_owned(), plan.policy_sha256.clone()),
            ("auto".to_owned(), plan.count(Tier::Auto).to_string()),
            ("approve".to_owned(), plan.count(Tier::Approve).to_string()),
            ("guide".to_owned(), plan.count(Tier::Guide).to_string()),
        ]);
        let subject = case.incident.to_string();
        note(self.ledger, self.clock.now(), Some(case.incident), "plan_made", &subject, details).await?;
        Ok(plan)
    }

    async fn facts(&self, targets: &[(Target, FindingId)]) -> Result<BTreeMap<Target, Facts>, StageError> {
        let mut facts = BTreeMap::new();
        let mut done = BTreeMap::new();
        let since = self.clock.now().minus(BUDGET_SPAN);
        for (target, _finding) in targets {
            let observed = self.account.observe(target).await?;
            let account = target.place.account.as_str();
            let done_this_hour = match done.get(account) {
                Some(done) => *done,
                None => self.actions.done_since(account, since).await?,
            };
            done.insert(account, done_this_hour);
            facts.insert(target.clone(), Facts { observed, done_this_hour });
        }
        Ok(facts)
    }

    /// Writes the action of a step, or plans one again that was withdrawn. One that is under way stays.
    /// What is known is what the plan was made from: an older row could hide that it was withdrawn.
    async fn write(&self, case: Case, step: &Step, known: Option<&Action>) -> Result<(), StageError> {
        let expected = match known {
            None => None,
            Some(known) if known.generation > case.generation => return Err(StageError::Superseded),
            Some(known) if matches!(known.state, ActionState::Planned | ActionState::Withdrawn) => {
                Some(known.epoch)
            }
            Some(_under_way) => return Ok(()),
        };
        let action = Action {
            id: step.id,
            incident: case.incident,
            generation: case.generation,
            target: step.target.clone(),
            tier: step.tier,
            finding: step.finding,
            reasons: step.reasons.clone(),
            blast_radius: step.blast_radius,
            persons: step.persons,
            attempt: step.attempt,
            state: ActionState::Planned,
            epoch: expected.map_or(0, |epoch| epoch.saturating_add(1)),
            lease_until: None,
            before: step.before.clone(),
            after: None,
            done_at: None,
            expires_at: None,
            owner: MACHINE.to_owned(),
            note: None,
        };
        self.actions.save(&action, expected).await?;
        Ok(())
    }
}

/// Whether a generation at this stage may get a plan. Once it is acted on or asked about, its plan stands: approvals
/// are bound to it, and whoever still plans was thought dead.
fn may_be_planned(stage: Stage) -> bool {
    match stage {
        Stage::Recorded
        | Stage::Open
        | Stage::Triaged
        | Stage::Analysed
        | Stage::AnalysisSkipped
        | Stage::Planned => true,
        Stage::AwaitingApproval
        | Stage::Acting
        | Stage::Contained
        | Stage::Partial
        | Stage::NeedsPerson
        | Stage::Done => false,
    }
}
