//! Triage: priority, route, reasons, and the deterministic verdict. A newer generation first takes over from
//! the older: what still waits there for a person is withdrawn.

use std::collections::BTreeMap;

use soc_domain::action::ActionState;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::assess::{Way, assess_with};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage, Status};
use soc_domain::policy::Policy;
use soc_domain::time::Timestamp;
use soc_domain::verdict::judge;

use crate::error::StageError;
use crate::join::newest;
use crate::ledger::note;
use crate::load::{ATTEMPTS, Case, evidence, load};
use crate::ports::{
    Actions, Approvals, Clock, Document, Dossier, Findings, Incidents, Ledger, Resume, StartWorkflow,
    Suppressions, Versioned, Workflows,
};

/// The ports that triage may touch, and the policy.
#[derive(Clone, Copy)]
pub struct Triage<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their findings.
    pub findings: &'a dyn Findings,
    /// Where assessment and judgement are kept.
    pub dossier: &'a dyn Dossier,
    /// To withdraw what an older generation planned.
    pub actions: &'a dyn Actions,
    /// To withdraw what an older generation asked.
    pub approvals: &'a dyn Approvals,
    /// To tell an older execution that it is over.
    pub workflows: &'a dyn Workflows,
    /// The audit chain.
    pub ledger: &'a dyn Ledger,
    /// What people agreed to accept, beside the policy's suppressions.
    pub suppressions: &'a dyn Suppressions,
    /// Our clock.
    pub clock: &'a dyn Clock,
    /// Weights and thresholds.
    pub policy: &'a Policy,
}

impl Triage<'_> {
    /// Assesses one generation of an incident and answers the way that it goes.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn assess(&self, case: Case) -> Result<Way, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        self.take_over(case).await?;
        if incident.merged_into.is_some() {
            return self.hand_on(incident.id).await;
        }
        for _attempt in 0..ATTEMPTS {
            match self.try_assess(case).await {
                Err(StageError::Conflict { .. }) => {}
                assessed => return assessed,
            }
        }
        Err(StageError::Conflict { operation: "assess an incident" })
    }

    /// What was recorded for an incident while it was merged belongs to the survivor.
    async fn hand_on(&self, merged: IncidentId) -> Result<Way, StageError> {
        if let Some(survivor) = newest(self.incidents, merged).await? {
            self.findings.move_all(merged, survivor.value.id).await?;
        }
        Ok(Way::Record)
    }

    /// Assesses what is there, if nothing joins meanwhile: what joins before triage opens no generation of its own.
    async fn try_assess(&self, case: Case) -> Result<Way, StageError> {
        let (mut incident, version) = load(self.incidents, case).await?;
        let evidence = evidence(self.findings, &incident).await?;
        let now = self.clock.now();
        let agreed = self.suppressions.standing(now).await?;
        let assessment = assess_with(&evidence, self.policy, &agreed, now);
        if !waits_for_triage(incident.stage) {
            return Ok(assessment.route);
        }
        let judgement = judge(&evidence);
        self.dossier.keep(case.incident, case.generation, Document::Assessment(&assessment)).await?;
        self.dossier.keep(case.incident, case.generation, Document::Judgement(&judgement)).await?;
        incident.priority = Some(assessment.priority);
        incident.verdict = Some(judgement.verdict);
        incident.confidence = judgement.confidence;
        incident.stage = Stage::Triaged;
        if assessment.route == Way::Record {
            record(&mut incident, now);
        }
        self.incidents.save(&incident, Some(version), None).await?;
        let mut details = BTreeMap::from([
            ("generation".to_owned(), case.generation.to_string()),
            ("policy".to_owned(), self.policy.sha256.clone()),
            ("priority".to_owned(), assessment.priority.to_string()),
            ("score".to_owned(), assessment.score.to_string()),
            ("route".to_owned(), format!("{:?}", assessment.route).to_lowercase()),
            ("verdict".to_owned(), judgement.verdict.name().to_owned()),
        ]);
        if assessment.suppressed.is_some() {
            let by = assessment.suppressed_by.map_or_else(|| "policy".to_owned(), |id| id.to_string());
            details.insert("suppressed_by".to_owned(), by);
        }
        note(self.ledger, now, Some(incident.id), "incident_triaged", &incident.id.to_string(), details)
            .await?;
        Ok(assessment.route)
    }

    /// Withdraws what older generations still ask, and ends their executions.
    async fn take_over(&self, case: Case) -> Result<(), StageError> {
        if case.generation <= 1 {
            return Ok(());
        }
        for _attempt in 0..ATTEMPTS {
            let mut asked = self.approvals.of_incident(case.incident).await?;
            asked.retain(|found| {
                found.value.state == ApprovalState::Pending && found.value.generation < case.generation
            });
            if asked.is_empty() {
                break;
            }
            self.withdraw(asked).await?;
        }
        for mut action in self.actions.of_incident(case.incident).await? {
            if action.state == ActionState::Planned && action.generation < case.generation {
                let epoch = action.next_epoch();
                action.state = ActionState::Withdrawn;
                action.note = Some("a newer generation of the incident plans again".to_owned());
                match self.actions.save(&action, Some(epoch)).await {
                    Err(error) if !error.is_conflict() => return Err(error.into()),
                    Ok(()) | Err(_) => {}
                }
            }
        }
        Ok(())
    }

    async fn withdraw(&self, asked: Vec<Versioned<Approval>>) -> Result<(), StageError> {
        for found in asked {
            let mut approval = found.value;
            approval.state = ApprovalState::Withdrawn;
            match self.approvals.save(&approval, Some(found.version)).await {
                Ok(_version) => {}
                // A person was first: what they decided stands, and the older execution sees it. One consent of two
                // decides nothing: look again.
                Err(error) if error.is_conflict() => continue,
                Err(error) => return Err(error.into()),
            }
            let older = StartWorkflow { incident: approval.incident, generation: approval.generation };
            self.workflows.resume(older, Resume::Superseded).await?;
        }
        Ok(())
    }
}

/// Whether a generation at this stage was not assessed yet. A repeated call answers the way and changes nothing of what
/// later stages wrote.
fn waits_for_triage(stage: Stage) -> bool {
    match stage {
        Stage::Recorded | Stage::Open | Stage::NeedsPerson => true,
        Stage::Triaged
        | Stage::Analysed
        | Stage::AnalysisSkipped
        | Stage::Planned
        | Stage::AwaitingApproval
        | Stage::Acting
        | Stage::Contained
        | Stage::Partial
        | Stage::Done => false,
    }
}

/// Nobody is told: the machine is done with it.
fn record(incident: &mut Incident, now: Timestamp) {
    incident.stage = Stage::Done;
    if incident.status == Status::New {
        incident.close_by_machine(Status::Closed, now);
    }
}
