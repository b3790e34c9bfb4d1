//! Joining a finding to an incident: which ones its keys touch, which of them takes the others in.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::correlate::{CorrelationKey, KeySpan, not_apart, survivor};
use soc_domain::finding::Finding;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Absorbed, Incident, Join};
use soc_domain::time::Timestamp;

use crate::error::{PortResult, StageError};
use crate::ingest::Ingest;
use crate::ledger::note;
use crate::ports::{Incidents, RowVersion, StartWorkflow, Versioned};

/// A finding on its way to an incident.
pub(crate) struct Joining<'a> {
    /// The finding, all revisions folded.
    pub(crate) finding: &'a Finding,
    /// Its keys.
    pub(crate) keys: Vec<CorrelationKey>,
    /// The incident that it is in already.
    pub(crate) current: Option<IncidentId>,
    /// The stretch of time that it covers; its incident is the one it would open.
    pub(crate) span: KeySpan,
    /// Our clock.
    pub(crate) now: Timestamp,
}

/// The spans of one key, as read.
struct KeyState {
    key: CorrelationKey,
    spans: Vec<KeySpan>,
    version: Option<RowVersion>,
}

/// Where a finding belongs, as its keys say by now; nothing of it is written into an incident yet.
pub(crate) struct Claimed {
    chosen: IncidentId,
    /// The row of the chosen incident, unless the finding opens it.
    found: Option<Versioned<Incident>>,
    /// Those that the finding bridges: they become part of the chosen one.
    others: Vec<Versioned<Incident>>,
    /// A person closed it: the finding stays there and changes nothing.
    is_closed: bool,
}

impl Claimed {
    /// The incident that the finding belongs to.
    pub(crate) fn incident(&self) -> IncidentId {
        self.chosen
    }
}

/// Chooses the incident and writes the finding's keys into its spans: of two that come at once, one sees the other.
pub(crate) async fn claim(ports: &Ingest<'_>, joining: &Joining<'_>) -> Result<Claimed, StageError> {
    let keys = read_keys(ports, &joining.keys).await?;
    let mut open: BTreeMap<IncidentId, Versioned<Incident>> = BTreeMap::new();
    let mut written_ahead = None;
    for id in touched(ports, joining, &keys) {
        match newest(ports.incidents, id).await? {
            Some(found) if found.value.takes_findings() => {
                open.insert(found.value.id, found);
            }
            // A person closed it: its own findings stay there, and others do not join it.
            Some(closed) if joining.current == Some(id) => {
                let chosen = closed.value.id;
                return Ok(Claimed { chosen, found: Some(closed), others: Vec::new(), is_closed: true });
            }
            Some(_closed) => {}
            // Spans and findings are written before their incident: a crash came between, or it is under way.
            None => written_ahead = Some(id),
        }
    }
    let candidates: Vec<Incident> = open.values().map(|found| found.value.clone()).collect();
    let together = not_apart(candidates, joining.current);
    open.retain(|id, _| together.iter().any(|incident| incident.id == *id));
    let chosen = survivor(&together).or(written_ahead).unwrap_or(joining.span.incident);
    let found = open.remove(&chosen);
    write_spans(ports, joining, keys, chosen).await?;
    Ok(Claimed { chosen, found, others: open.into_values().collect(), is_closed: false })
}

/// What became of the incident that a finding was taken into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The incident was written.
    Written,
    /// It says all of it already, or takes nothing in: only its findings changed.
    Unchanged,
}

/// Takes the finding, which is recorded, into its incident, and those that it bridges too. Doing it again when it
/// is done changes nothing.
pub(crate) async fn complete(
    ports: &Ingest<'_>,
    joining: &Joining<'_>,
    claimed: Claimed,
) -> Result<Taken, StageError> {
    let Claimed { chosen, found, others, is_closed } = claimed;
    if let Some(current) = joining.current.filter(|current| *current != chosen) {
        ports.findings.move_all(current, chosen).await?;
    }
    if is_closed {
        return Ok(Taken::Unchanged);
    }
    let opens = found.is_none();
    let (mut incident, version) = match found {
        Some(found) => (found.value, Some(found.version)),
        None => (Incident::opened_by(chosen, joining.finding, joining.now), None),
    };
    let before = incident.clone();
    let rules = Join { now: joining.now, floor: ports.policy.rules.workflow.floor };
    let mut absorbed = incident.absorb(joining.finding, rules);
    for other in &others {
        if incident.absorb_incident(&other.value, rules) == Absorbed::Escalated {
            absorbed = Absorbed::Escalated;
        }
        ports.findings.move_all(other.value.id, chosen).await?;
    }
    if opens || incident != before {
        save(ports, &incident, version, absorbed).await?;
    }
    for other in others {
        merge(ports, other, chosen, joining.now).await?;
    }
    if opens {
        stands_alone(ports, joining, chosen).await?;
    } else if incident == before {
        stands(ports, chosen).await?;
        return Ok(Taken::Unchanged);
    }
    Ok(Taken::Written)
}

/// Writes the incident with its message, if it has a new generation.
async fn save(
    ports: &Ingest<'_>,
    incident: &Incident,
    version: Option<RowVersion>,
    absorbed: Absorbed,
) -> Result<(), StageError> {
    let message = (absorbed == Absorbed::Escalated)
        .then_some(StartWorkflow { incident: incident.id, generation: incident.generation });
    ports.incidents.save(incident, version, message).await?;
    if message.is_none() {
        return Ok(());
    }
    let details = BTreeMap::from([
        ("generation".to_owned(), incident.generation.to_string()),
        ("severity".to_owned(), incident.severity.name().to_owned()),
    ]);
    let what = if incident.generation == 1 { "incident_opened" } else { "incident_escalated" };
    let subject = incident.id.to_string();
    note(ports.ledger, incident.generation_at, Some(incident.id), what, &subject, details).await?;
    Ok(())
}

/// Nothing was written that would have met a conflict: looks whether the incident was merged meanwhile. Then the finding
/// is joined again.
async fn stands(ports: &Ingest<'_>, chosen: IncidentId) -> Result<(), StageError> {
    match newest(ports.incidents, chosen).await? {
        Some(found) if found.value.id != chosen => {
            Err(StageError::Conflict { operation: "join an incident" })
        }
        Some(_) | None => Ok(()),
    }
}

/// Looks whether another incident was opened beside this one, which is new, by a finding that shares a key. Then they
/// are joined.
async fn stands_alone(
    ports: &Ingest<'_>,
    joining: &Joining<'_>,
    chosen: IncidentId,
) -> Result<(), StageError> {
    let keys = read_keys(ports, &joining.keys).await?;
    for id in touched(ports, joining, &keys) {
        let Some(found) = newest(ports.incidents, id).await? else { continue };
        if found.value.id != chosen && found.value.takes_findings() {
            return Err(StageError::Conflict { operation: "join an incident" });
        }
    }
    Ok(())
}

async fn read_keys(ports: &Ingest<'_>, keys: &[CorrelationKey]) -> PortResult<Vec<KeyState>> {
    let mut states = Vec::with_capacity(keys.len());
    for key in keys {
        let read = ports.correlations.spans(key).await?;
        let (spans, version) = match read {
            Some(found) => (found.value, Some(found.version)),
            None => (Vec::new(), None),
        };
        states.push(KeyState { key: key.clone(), spans, version });
    }
    Ok(states)
}

/// The incidents that the finding's keys name near its time, and the one that it is in.
fn touched(ports: &Ingest<'_>, joining: &Joining<'_>, keys: &[KeyState]) -> BTreeSet<IncidentId> {
    let rules = &ports.policy.rules.correlation;
    let near = |span: &&KeySpan| {
        span.is_near(joining.span.from, joining.span.to, rules.window.duration()) && !span.is_shared(rules)
    };
    let spans = keys.iter().flat_map(|state| state.spans.iter());
    spans.filter(near).map(|span| span.incident).chain(joining.current).collect()
}

/// The incident, or the one that it was merged into.
pub(crate) async fn newest(
    incidents: &dyn Incidents,
    id: IncidentId,
) -> PortResult<Option<Versioned<Incident>>> {
    let mut found = incidents.get(id).await?;
    while let Some(into) = found.as_ref().and_then(|found| found.value.merged_into) {
        found = incidents.get(into).await?;
    }
    Ok(found)
}

/// Extends each key's span of the chosen incident. Spans of other incidents stay: those that the finding bridges name
/// what is to be merged until that is done, whoever does it.
async fn write_spans(
    ports: &Ingest<'_>,
    joining: &Joining<'_>,
    keys: Vec<KeyState>,
    chosen: IncidentId,
) -> PortResult<()> {
    let rules = &ports.policy.rules.correlation;
    let addition = KeySpan { incident: chosen, ..joining.span.clone() };
    for KeyState { key, spans, version } in keys {
        let (near, far): (Vec<KeySpan>, Vec<KeySpan>) = spans
            .into_iter()
            .partition(|span| span.is_near(addition.from, addition.to, rules.window.duration()));
        if let [only] = near.as_slice()
            && (only.contains(&addition) || only.is_shared(rules))
        {
            continue;
        }
        let mut united = addition.clone();
        let mut spans = far;
        for span in near {
            if span.incident == chosen {
                united.unite(&span);
            } else {
                spans.push(span);
            }
        }
        spans.push(united);
        spans.sort_by_key(|span| (span.from, span.incident));
        ports.correlations.set_spans(&key, &spans, version).await?;
    }
    Ok(())
}

/// Closes `other`, whose findings were moved, as part of `survivor`. Its execution is started for a last generation,
/// which withdraws what still waits and moves what joined meanwhile.
async fn merge(
    ports: &Ingest<'_>,
    other: Versioned<Incident>,
    survivor: IncidentId,
    now: Timestamp,
) -> Result<(), StageError> {
    let Versioned { value: mut other, version } = other;
    other.close_as_merged(survivor, now);
    let message = StartWorkflow { incident: other.id, generation: other.generation };
    ports.incidents.save(&other, Some(version), Some(message)).await?;
    ports.correlations.move_all(other.id, survivor).await?;
    let details = BTreeMap::from([("into".to_owned(), survivor.to_string())]);
    note(ports.ledger, now, Some(other.id), "incident_merged", &other.id.to_string(), details).await?;
    Ok(())
}
