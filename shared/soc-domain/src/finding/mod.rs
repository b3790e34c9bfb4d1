//! A finding: one statement by one product that something is wrong, in one shape for every product.
//!
//! The wire readers make it; everything behind them speaks only of it. Text in it is hostile: it is never
//! logged, never rendered as HTML, never an instruction.

mod resource;

use serde::{Deserialize, Serialize};

use crate::id::{EventKey, FindingId, Place};
use crate::severity::Severity;
use crate::time::Timestamp;

pub use resource::{
    Instance, Interface, Observable, ObservableKind, Principal, Remote, Resource, ResourceKind,
};

/// The way a finding came, from the poorest to the richest: a poorer way fills gaps and never overwrites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Route {
    /// AWS Security Finding Format, through Security Hub CSPM.
    Asff,
    /// Open Cybersecurity Schema Framework, through Security Hub.
    Ocsf,
    /// The product's own format.
    Native,
}

/// What a finding is about; the readers choose by product and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FindingClass {
    /// Activity that looks like an attack (GuardDuty and its like).
    Threat,
    /// A control that passed or failed.
    Control,
    /// A weakness in software.
    Vulnerability,
    /// Anything else: exposure, sensitive data, partners' findings.
    Other,
}

/// ASFF `RecordState`; GuardDuty's `service.archived` maps to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecordState {
    /// Still true.
    #[default]
    Active,
    /// The product or a person put it away.
    Archived,
}

/// ASFF `Workflow.Status`; OCSF `status` maps to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WorkflowStatus {
    /// Nobody has looked yet.
    #[default]
    New,
    /// Somebody was told.
    Notified,
    /// Somebody decided that it needs no action.
    Suppressed,
    /// It was mended.
    Resolved,
}

/// ASFF `Compliance.Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Compliance {
    /// Everything checked is as it should be.
    Passed,
    /// Something checked is not.
    Failed,
    /// Could not be decided, or checks are missing.
    Warning,
    /// The check could not run.
    NotAvailable,
}

/// Which part the affected resource played (GuardDuty `service.resourceRole`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResourceRole {
    /// The resource was attacked.
    Target,
    /// The resource acted.
    Actor,
}

/// What was observed (GuardDuty `service.action.actionType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Activity {
    /// A call of an AWS API.
    ApiCall,
    /// A connection over the network.
    NetworkConnection,
    /// A scan of open ports.
    PortProbe,
    /// A look-up of a domain name.
    DnsRequest,
    /// A call of the Kubernetes API.
    KubernetesApiCall,
    /// A login to a database.
    RdsLogin,
    /// A process on a host or in a container.
    Process,
    /// Anything else.
    Other,
}

/// The AWS API call that a finding reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiCall {
    /// The service's endpoint, such as `iam.amazonaws.com`; may be empty.
    pub service: String,
    /// The operation, such as `CreateAccessKey`.
    pub name: String,
}

/// A custom action of Security Hub: a person chose the finding and pressed a button of this name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CustomAction {
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The button's name.
    pub name: String,
    /// What the button is for.
    pub description: String,
}

/// A field that we expected in a finding and did not get, or got in another form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The field's path in the record, as the record's own format names it (`service.count`).
    pub field: &'static str,
    /// What was wrong.
    pub problem: GapKind,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GapKind {
    /// Not there, or null, or empty.
    Missing,
    /// There, in a form that the format does not allow; read as well as could be.
    Odd,
    /// There, but of no use: not a number, not a time, not an ARN.
    Unreadable,
}

/// One finding, normalised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The id, equal for every route.
    pub id: FindingId,
    /// The producing product in lower case, as in product ARNs: `guardduty`, `securityhub`, `inspector`, ...
    pub product: String,
    /// The product's own id: for GuardDuty the part after `/finding/`.
    pub product_id: String,
    /// The way that this revision came.
    pub route: Route,
    /// Partition, account and region.
    pub place: Place,
    /// What kind of statement it is.
    pub class: FindingClass,
    /// GuardDuty's type, the consolidated control id, or the product's own type, exactly as written.
    pub kind: String,
    /// The control's or generator's name as the record gave it, where it differs from `kind`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// One line, by the product. Hostile.
    pub title: String,
    /// A paragraph, by the product. Hostile.
    pub description: String,
    /// How bad, by the product.
    pub severity: Severity,
    /// When the activity was first seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// When the activity was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// When the product made the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the product last changed the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// When the revision was made that gave title, resources and principals; `updated_at` until a second came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
    /// The route of the revision that gave severity and state; `route` until a second came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_by: Option<Route>,
    /// How often the product saw the activity; 1 where it does not count.
    pub count: u64,
    /// Active or archived.
    pub record_state: RecordState,
    /// What people did with it at its product.
    pub workflow_status: WorkflowStatus,
    /// For controls: passed or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Compliance>,
    /// A sample that somebody asked the product to make: shown, marked Test, never acted on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
    /// Something in it was played by the simulator (source `soc.simulator`). Its product does not know it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// The note on the finding was written by ai-soc (`Note.UpdatedBy`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noted_by_us: bool,
    /// The affected resources, the most important first.
    pub resources: Vec<Resource>,
    /// Who acted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub principals: Vec<Principal>,
    /// The addresses at the other end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remotes: Vec<Remote>,
    /// The ports of ours that somebody outside reached or tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub local_ports: Vec<u16>,
    /// Domains, hashes, names of threats, ...
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observables: Vec<Observable>,
    /// The part that the resource played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ResourceRole>,
    /// What was observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// The API call, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<ApiCall>,
    /// ATT&CK tactics by name, as the record gives them, else the one of GuardDuty's type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tactics: Vec<String>,
    /// ATT&CK technique ids (`T1078.004`), as the record gives them, else those of GuardDuty's type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// For attack sequences: the product's own ids of the findings that are its signals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<String>,
    /// The last custom action with which a person sent the finding from Security Hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_action: Option<CustomAction>,
}

impl Finding {
    /// Identifies this delivery: finding id, updated-at, count, record state and workflow status; and what a
    /// person sent it with, which changes none of them.
    #[must_use]
    pub fn event_key(&self) -> EventKey {
        let updated = self.updated_at.map_or(i64::MIN, Timestamp::as_millis).to_string();
        let (id, count) = (self.id.to_string(), self.count.to_string());
        let sent_at = |action: &CustomAction| action.at.map_or(i64::MIN, Timestamp::as_millis).to_string();
        let sent = self.custom_action.as_ref().map(|action| [action.name.clone(), sent_at(action)]);
        let mut parts = vec![
            id.as_str(),
            &updated,
            &count,
            if self.record_state == RecordState::Archived { "archived" } else { "active" },
            match self.workflow_status {
                WorkflowStatus::New => "new",
                WorkflowStatus::Notified => "notified",
                WorkflowStatus::Suppressed => "suppressed",
                WorkflowStatus::Resolved => "resolved",
            },
        ];
        parts.extend(sent.iter().flatten().map(String::as_str));
        EventKey::from_parts(&parts)
    }

    /// Whether the finding still asks for something: not archived, not passed, not settled at its product.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        self.record_state == RecordState::Active
            && self.compliance != Some(Compliance::Passed)
            && matches!(self.workflow_status, WorkflowStatus::New | WorkflowStatus::Notified)
    }

    /// The severity that counts: a finding that no longer alarms is Informational.
    #[must_use]
    pub fn effective_severity(&self) -> Severity {
        if self.is_alarming() { self.severity } else { Severity::Informational }
    }

    /// GuardDuty's attack sequences: several signals that the product itself joined.
    #[must_use]
    pub fn is_attack_sequence(&self) -> bool {
        self.kind.starts_with("AttackSequence:")
    }

    /// Whether this folded finding is, in everything that it says, exactly `other`.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let ranks = (other.told_at, other.stated_by);
        Self { told_at: ranks.0, stated_by: ranks.1, ..self.clone() } == *other
    }

    /// When the activity began; falls back to what else the record says of time.
    #[must_use]
    pub fn began(&self) -> Option<Timestamp> {
        self.first_seen.or(self.created_at).or(self.last_seen).or(self.updated_at)
    }

    /// When the activity was last seen; never before it began.
    #[must_use]
    pub fn ended(&self) -> Option<Timestamp> {
        self.last_seen.or(self.updated_at).or(self.created_at).or(self.first_seen).max(self.began())
    }
}
