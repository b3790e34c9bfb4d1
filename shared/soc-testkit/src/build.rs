//! Findings, incidents and what belongs to them, with defaults that make sense: a test names what it is about
//! and changes the rest by struct update.

use std::collections::BTreeMap;

use soc_domain::action::{Action, ActionKind, ActionState, Target, Tier};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::finding::{
    Finding, FindingClass, RecordState, Resource, ResourceKind, Route, WorkflowStatus,
};
use soc_domain::id::{ActionId, FindingId, IncidentId, Place, QuarantineId};
use soc_domain::incident::Incident;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::ports::{FindingRow, Origin, Quarantined, RawBytes};

/// A moment that tests begin at: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// `START` and so many seconds.
#[must_use]
pub fn at(seconds: u64) -> Timestamp {
    START.plus(std::time::Duration::from_secs(seconds))
}

/// An account that AWS uses in its examples.
#[must_use]
pub fn place() -> Place {
    Place {
        partition: "aws".to_owned(),
        account: "111122223333".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

/// A native GuardDuty finding of severity High about one instance; `name` is the product's own id.
#[must_use]
pub fn finding(name: &str) -> Finding {
    Finding {
        id: FindingId::derive(&place(), "guardduty", name),
        product: "guardduty".to_owned(),
        product_id: name.to_owned(),
        route: Route::Native,
        place: place(),
        class: FindingClass::Threat,
        kind: "CryptoCurrency:EC2/BitcoinTool.B!DNS".to_owned(),
        generator: None,
        title: format!("an instance asks for a mining pool ({name})"),
        description: "An instance resolves the domain of a mining pool.".to_owned(),
        severity: Severity::High,
        first_seen: Some(START),
        last_seen: Some(at(60)),
        created_at: Some(at(60)),
        updated_at: Some(at(60)),
        count: 1,
        record_state: RecordState::Active,
        workflow_status: WorkflowStatus::New,
        compliance: None,
        sample: false,
        simulated: false,
        noted_by_us: false,
        told_at: None,
        stated_by: None,
        resources: vec![instance(&format!("i-{name}"))],
        principals: Vec::new(),
        remotes: Vec::new(),
        local_ports: Vec::new(),
        observables: Vec::new(),
        role: None,
        activity: None,
        api: None,
        tactics: Vec::new(),
        techniques: Vec::new(),
        signals: Vec::new(),
        custom_action: None,
    }
}

/// An EC2 instance.
#[must_use]
pub fn instance(id: &str) -> Resource {
    Resource {
        arn: format!("arn:aws:ec2:eu-central-1:111122223333:instance/{id}"),
        kind: ResourceKind::AwsEc2Instance,
        id: id.to_owned(),
        place: place(),
        tags: BTreeMap::new(),
        instance: None,
    }
}

/// The row of a finding in an incident, given by the owner.
#[must_use]
pub fn row(finding: Finding, incident: IncidentId) -> FindingRow {
    FindingRow {
        routes: vec![finding.route],
        finding,
        gaps: Vec::new(),
        incident,
        emissions: 1,
        origin: Origin::Owner,
    }
}

/// The id of the incident that the finding `name` opens.
#[must_use]
pub fn incident_id(name: &str) -> IncidentId {
    IncidentId::opened_by(finding(name).id)
}

/// An incident with the finding `name` in it, in its first generation.
#[must_use]
pub fn incident(name: &str) -> Incident {
    let finding = finding(name);
    let mut incident = Incident::opened_by(incident_id(name), &finding, START);
    let join = soc_domain::incident::Join { now: START, floor: Severity::Low };
    incident.absorb(&finding, join);
    incident
}

/// A planned isolation of the instance `name` for the incident of the same name.
#[must_use]
pub fn action(name: &str) -> Action {
    let resource = instance(&format!("i-{name}"));
    let target = Target {
        kind: ActionKind::IsolateInstance,
        resource: resource.arn,
        place: place(),
        parameters: BTreeMap::from([("instance_id".to_owned(), resource.id)]),
    };
    let incident = incident_id(name);
    Action {
        id: ActionId::derive(incident, &target, 0),
        incident,
        generation: 1,
        target,
        tier: Tier::Auto,
        finding: finding(name).id,
        reasons: Vec::new(),
        blast_radius: 1,
        persons: 1,
        attempt: 0,
        state: ActionState::Planned,
        epoch: 0,
        lease_until: None,
        before: None,
        after: None,
        done_at: None,
        expires_at: None,
        owner: "policy".to_owned(),
        note: None,
    }
}

/// A pending question about an action, which expires in an hour.
#[must_use]
pub fn approval(action: &Action) -> Approval {
    Approval {
        action: action.id,
        incident: action.incident,
        generation: action.generation,
        binding: "0".repeat(64),
        persons: action.persons,
        decisions: Vec::new(),
        state: ApprovalState::Pending,
        asked_at: START,
        expires_at: at(3_600),
    }
}

/// A record that could not be read.
#[must_use]
pub fn quarantined(name: &str) -> Quarantined {
    Quarantined {
        id: QuarantineId::from_parts(&["findings.ndjson", name]),
        source: "findings.ndjson".to_owned(),
        offset: 4_096,
        line: 12,
        reason: "not JSON: expected value at column 1".to_owned(),
        length: name.len() as u64,
        at: START,
        raw: RawBytes::Inline(name.as_bytes().to_vec()),
        replays: 0,
    }
}
