//! Joining a finding to an incident: which ones its keys touch, which of them takes the others in.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::correlate::{CorrelationKey, KeySpan, survivor};
use soc_domain::finding::Finding;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Absorbed, Incident, Join};
use soc_domain::time::Timestamp;

use crate::error::{PortResult, StageError};
use crate::ingest::Ingest;
use crate::ledger::note;
use crate::ports::{RowVersion, StartWorkflow, Versioned};

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

/// Joins the finding: writes spans, merges and the incident, and answers which one it is.
pub(crate) async fn join(ports: &Ingest<'_>, joining: Joining<'_>) -> Result<IncidentId, StageError> {
    let keys = read_keys(ports, &joining.keys).await?;
    let named = touched(ports, &joining, &keys);
    let mut open: BTreeMap<IncidentId, Versioned<Incident>> = BTreeMap::new();
    let mut written_ahead = None;
    for id in named {
        match newest(ports, id).await? {
            Some(found) if found.value.takes_findings() => {
                open.insert(found.value.id, found);
            }
            // A person closed it: its own findings stay there, and others do not join it.
            Some(closed) if joining.current == Some(id) => return Ok(closed.value.id),
            Some(_closed) => {}
            // Spans are written before their incident: a crash came between.
            None => written_ahead = Some(id),
        }
    }
    let candidates: Vec<Incident> = open.values().map(|found| found.value.clone()).collect();
    let chosen = survivor(&candidates).or(written_ahead).unwrap_or(joining.span.incident);
    let (mut incident, version) = match open.remove(&chosen) {
        Some(found) => (found.value, Some(found.version)),
        None => (Incident::opened_by(chosen, joining.finding, joining.now), None),
    };
    write_spans(ports, &joining, keys, chosen).await?;
    let before = incident.clone();
    let rules = Join { now: joining.now, floor: ports.policy.rules.workflow.floor };
    let mut absorbed = incident.absorb(joining.finding, rules);
    for other in open.into_values() {
        if incident.absorb_incident(&other.value, rules) == Absorbed::Escalated {
            absorbed = Absorbed::Escalated;
        }
        merge(ports, other, chosen, joining.now).await?;
    }
    if version.is_some() && incident == before {
        return Ok(chosen);
    }
    let message = (absorbed == Absorbed::Escalated)
        .then_some(StartWorkflow { incident: chosen, generation: incident.generation });
    ports.incidents.save(&incident, version, message).await?;
    if message.is_some() {
        let details = BTreeMap::from([
            ("generation".to_owned(), incident.generation.to_string()),
            ("severity".to_owned(), incident.severity.name().to_owned()),
            ("finding".to_owned(), joining.finding.id.to_string()),
        ]);
        let what = if incident.generation == 1 { "incident_opened" } else { "incident_escalated" };
        note(ports.ledger, joining.now, Some(chosen), what, &chosen.to_string(), details).await?;
    }
    Ok(chosen)
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
async fn newest(ports: &Ingest<'_>, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
    let mut found = ports.incidents.get(id).await?;
    while let Some(into) = found.as_ref().and_then(|found| found.value.merged_into) {
        found = ports.incidents.get(into).await?;
    }
    Ok(found)
}

/// Extends each key's span of the chosen incident, uniting those that the finding bridges.
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
            if span.is_shared(rules) && span.incident != chosen {
                spans.push(span);
            } else {
                united.unite(&span);
            }
        }
        spans.push(united);
        spans.sort_by_key(|span| (span.from, span.incident));
        ports.correlations.set_spans(&key, &spans, version).await?;
    }
    Ok(())
}

/// Closes `other` as part of `survivor`. Its execution, if it has one, is started for a last generation, which
/// withdraws what still waits.
async fn merge(
    ports: &Ingest<'_>,
    other: Versioned<Incident>,
    survivor: IncidentId,
    now: Timestamp,
) -> Result<(), StageError> {
    let Versioned { value: mut other, version } = other;
    let had_execution = other.generation > 0;
    other.close_as_merged(survivor);
    ports.findings.move_all(other.id, survivor).await?;
    ports.correlations.move_all(other.id, survivor).await?;
    let message = had_execution.then_some(StartWorkflow { incident: other.id, generation: other.generation });
    ports.incidents.save(&other, Some(version), message).await?;
    let details = BTreeMap::from([("into".to_owned(), survivor.to_string())]);
    note(ports.ledger, now, Some(other.id), "incident_merged", &other.id.to_string(), details).await?;
    Ok(())
}
