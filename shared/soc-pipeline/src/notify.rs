//! Notify: one notice to the right people, and the end of the machine's work on a generation. A notice leaves the
//! store for screens, mail and chat, so what comes from findings is redacted as it is for an analyst.

use soc_domain::id::ActionId;
use soc_domain::incident::{Incident, Stage};
use soc_domain::notice::{Notice, NoticeKind};
use soc_domain::policy::Policy;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_guard::redact::Redactor;

use crate::error::StageError;
use crate::load::{Case, change, load};
use crate::ports::{Clock, Dossier, Incidents, Notifiers};

/// How many reasons a notice has at most.
const MOST_REASONS: usize = 5;

/// The ports that notices may touch, and the policy.
#[derive(Clone, Copy)]
pub struct Notifying<'a> {
    /// Incidents.
    pub incidents: &'a dyn Incidents,
    /// Their reasons.
    pub dossier: &'a dyn Dossier,
    /// Who is told.
    pub notifiers: &'a dyn Notifiers,
    /// Our clock: quiet hours.
    pub clock: &'a dyn Clock,
    /// Who is told of what.
    pub policy: &'a Policy,
    /// What stands before them.
    pub redactor: &'a Redactor,
}

impl Notifying<'_> {
    /// Tells people of the incident, if the policy says so, and ends the generation.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn notify(&self, case: Case) -> Result<bool, StageError> {
        let told = self.tell(case, NoticeKind::Incident, Vec::new()).await?;
        change(self.incidents, case, |incident| incident.stage = Stage::Done).await?;
        Ok(told)
    }

    /// Sends one notice, if the policy says so. Questions to people always go out.
    ///
    /// # Errors
    /// A port failed, or a newer generation took over.
    pub async fn tell(
        &self,
        case: Case,
        kind: NoticeKind,
        waiting: Vec<ActionId>,
    ) -> Result<bool, StageError> {
        let (incident, _version) = load(self.incidents, case).await?;
        if kind == NoticeKind::Incident && !self.is_wanted(&incident) {
            return Ok(false);
        }
        let documents = self.dossier.fetch(case.incident, case.generation).await?;
        let mut reasons: Vec<String> = Vec::new();
        if let Some(assessment) = &documents.assessment {
            let first = assessment.reasons.iter().take(MOST_REASONS);
            reasons.extend(first.map(|reason| self.redactor.redact(&reason.text).into_owned()));
        }
        let notice = Notice {
            kind,
            key: format!("{}/{kind:?}", incident.execution_name()),
            incident: incident.id,
            generation: case.generation,
            title: self.redactor.redact(&incident.title).into_owned(),
            severity: incident.severity,
            verdict: incident.standing_verdict(),
            outcome: incident.outcome,
            reasons,
            waiting,
        };
        self.notifiers.send(&notice).await?;
        Ok(true)
    }

    fn is_wanted(&self, incident: &Incident) -> bool {
        incident.severity >= self.policy.rules.notice.min_severity.max(self.quiet_floor())
    }

    /// The least severity that goes out at this hour.
    fn quiet_floor(&self) -> Severity {
        let quiet = &self.policy.rules.quiet_hours;
        let hour = hour_of(self.clock.now());
        let is_quiet = match quiet.from.cmp(&quiet.to) {
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Less => (quiet.from..quiet.to).contains(&hour),
            std::cmp::Ordering::Greater => hour >= quiet.from || hour < quiet.to,
        };
        if is_quiet { quiet.min_severity } else { Severity::Informational }
    }
}

/// The hour of the day in UTC.
fn hour_of(now: Timestamp) -> u8 {
    const MILLIS_PER_HOUR: i64 = 3_600_000;
    u8::try_from(now.as_millis().div_euclid(MILLIS_PER_HOUR).rem_euclid(24)).unwrap_or(0)
}
