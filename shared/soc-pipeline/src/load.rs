//! Loading an incident for a stage, and writing it back.

use soc_domain::evidence::{Evidence, MOST_FINDINGS};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage};

use crate::error::StageError;
use crate::ports::{Findings, Incidents, RowVersion, Versioned};

/// How often a stage writes again after somebody else was first.
pub(crate) const ATTEMPTS: usize = 8;

/// Which generation of which incident a stage works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// The incident.
    pub incident: IncidentId,
    /// The generation.
    pub generation: u32,
}

/// The incident, unless a newer generation took over.
pub(crate) async fn load(
    incidents: &dyn Incidents,
    case: Case,
) -> Result<(Incident, RowVersion), StageError> {
    let Some(Versioned { value, version }) = incidents.get(case.incident).await? else {
        return Err(StageError::Rejected { what: format!("there is no incident {}", case.incident) });
    };
    if value.generation > case.generation {
        return Err(StageError::Superseded);
    }
    Ok((value, version))
}

/// The evidence document of an incident.
pub(crate) async fn evidence(findings: &dyn Findings, incident: &Incident) -> Result<Evidence, StageError> {
    let found = findings.of_incident(incident.id, MOST_FINDINGS).await?;
    Ok(Evidence::new(incident, found.findings, found.total))
}

/// Changes an incident under its expected version, again on the newest row if somebody else was first. A generation
/// that is done changes no more: whoever comes then was thought dead, and somebody else did its work.
pub(crate) async fn change(
    incidents: &dyn Incidents,
    case: Case,
    change: impl Fn(&mut Incident) + Send + Sync,
) -> Result<Incident, StageError> {
    for _attempt in 0..ATTEMPTS {
        let (mut incident, version) = load(incidents, case).await?;
        if incident.stage == Stage::Done {
            return Ok(incident);
        }
        let before = incident.clone();
        change(&mut incident);
        if incident == before {
            return Ok(incident);
        }
        match incidents.save(&incident, Some(version), None).await {
            Ok(_version) => return Ok(incident),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StageError::Conflict { operation: "write an incident" })
}
