//! Findings on the wire. Their text is hostile, and stays text.

use std::collections::BTreeMap;

use serde::Serialize;
use soc_domain::finding::{Finding, Gap as DomainGap};
use soc_pipeline::ports::desk::FiledFinding;
use utoipa::ToSchema;

use super::Moment;
use super::words::{
    Activity, Compliance, FindingClass, FindingRoute, GapKind, ObservableKind, Origin, RecordState,
    ResourceKind, ResourceRole, Severity, WorkflowStatus,
};

/// One finding, all revisions folded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingView {
    /// The id.
    pub(crate) id: String,
    /// The incident that it is in.
    pub(crate) incident: String,
    /// The product that made it.
    product: String,
    /// The product's own id.
    product_id: String,
    /// The product's type, or the control.
    kind: String,
    /// What it is about.
    class: FindingClass,
    /// By the product.
    title: String,
    /// By the product.
    description: String,
    /// By the product.
    severity: Severity,
    /// The severity that counts: Informational once it no longer alarms.
    effective_severity: Severity,
    /// Whether it still stands at its product.
    record_state: RecordState,
    /// What people did with it at its product.
    workflow_status: WorkflowStatus,
    /// For controls.
    compliance: Option<Compliance>,
    /// Where it is.
    account: String,
    /// Where it is; empty for global things.
    region: String,
    /// `aws`, `aws-cn`, ...
    partition: String,
    /// The earliest activity.
    first_seen: Option<Moment>,
    /// The latest activity.
    last_seen: Option<Moment>,
    /// When the product made it.
    created_at: Option<Moment>,
    /// When the product last changed it.
    updated_at: Option<Moment>,
    /// How often the product saw the activity.
    count: u64,
    /// A sample that somebody asked for.
    sample: bool,
    /// Played by the simulator.
    simulated: bool,
    /// The affected resources, the most important first.
    resources: Vec<ResourceView>,
    /// Who acted.
    principals: Vec<PrincipalView>,
    /// The addresses at the other end.
    remotes: Vec<RemoteView>,
    /// Domains, hashes, names of threats.
    observables: Vec<ObservableView>,
    /// The part that the resource played.
    role: Option<ResourceRole>,
    /// What was observed.
    activity: Option<Activity>,
    /// The API call, if it was one.
    api: Option<ApiCallView>,
    /// ATT&CK tactics by name.
    tactics: Vec<String>,
    /// ATT&CK technique ids.
    techniques: Vec<String>,
    /// The product's ids of the signals of an attack sequence.
    signals: Vec<String>,
    /// What was missing or odd in the newest revision.
    gaps: Vec<Gap>,
    /// The routes by which it has come.
    routes: Vec<FindingRoute>,
    /// Who vouches for it.
    origin: Origin,
    /// How often it was delivered again without news.
    duplicates: u64,
    /// How many different events said so.
    emissions: u64,
}

/// One affected thing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResourceView {
    arn: String,
    kind: ResourceKind,
    /// The short id.
    id: String,
    account: String,
    region: String,
    tags: BTreeMap<String, String>,
}

/// Who acted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PrincipalView {
    kind: String,
    name: String,
    principal_id: Option<String>,
    access_key_id: Option<String>,
    account: String,
}

/// An address at the other end.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemoteView {
    ip: String,
    port: Option<u16>,
    country: Option<String>,
    /// Its owner.
    org: Option<String>,
    threat_lists: Vec<String>,
}

/// A thing that can be looked for elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservableView {
    kind: ObservableKind,
    value: String,
}

/// A call of an AWS API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiCallView {
    service: String,
    name: String,
}

/// A field that was missing or odd.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Gap {
    field: String,
    problem: GapKind,
}

impl From<&DomainGap> for Gap {
    fn from(gap: &DomainGap) -> Self {
        Self { field: gap.field.to_owned(), problem: gap.problem.into() }
    }
}

/// The findings of an incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingPage {
    /// The gravest first, of equals the newest first.
    pub(crate) items: Vec<FindingView>,
    /// Give it as `after` for what comes next; null at the end.
    pub(crate) next: Option<String>,
    /// How many the incident has.
    pub(crate) total: u64,
}

/// One finding with its bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingDetail {
    #[serde(flatten)]
    pub(crate) finding: FindingView,
    /// The bytes of the newest revision as text, at most 256 KiB; hostile. Null if they are not kept.
    pub(crate) raw: Option<String>,
    /// The bytes go on beyond what is shown.
    pub(crate) raw_truncated: bool,
}

impl From<FiledFinding> for FindingView {
    fn from(filed: FiledFinding) -> Self {
        let row = filed.row;
        let finding = row.finding;
        let (resources, principals, remotes, observables) = named(&finding);
        Self {
            id: finding.id.to_string(),
            incident: row.incident.to_string(),
            class: finding.class.into(),
            severity: finding.severity.into(),
            effective_severity: finding.effective_severity().into(),
            record_state: finding.record_state.into(),
            workflow_status: finding.workflow_status.into(),
            compliance: finding.compliance.map(Into::into),
            first_seen: Moment::maybe(finding.first_seen),
            last_seen: Moment::maybe(finding.last_seen),
            created_at: Moment::maybe(finding.created_at),
            updated_at: Moment::maybe(finding.updated_at),
            count: finding.count,
            sample: finding.sample,
            simulated: finding.simulated,
            resources,
            principals,
            remotes,
            observables,
            role: finding.role.map(Into::into),
            activity: finding.activity.map(Into::into),
            api: finding.api.map(|api| ApiCallView { service: api.service, name: api.name }),
            gaps: row.gaps.iter().map(Into::into).collect(),
            routes: row.routes.iter().copied().map(Into::into).collect(),
            origin: row.origin.into(),
            duplicates: filed.duplicates,
            emissions: row.emissions,
            product: finding.product,
            product_id: finding.product_id,
            kind: finding.kind,
            title: finding.title,
            description: finding.description,
            account: finding.place.account,
            region: finding.place.region,
            partition: finding.place.partition,
            tactics: finding.tactics,
            techniques: finding.techniques,
            signals: finding.signals,
        }
    }
}

type Named = (Vec<ResourceView>, Vec<PrincipalView>, Vec<RemoteView>, Vec<ObservableView>);

fn named(finding: &Finding) -> Named {
    let resources = finding.resources.iter().map(|resource| ResourceView {
        arn: resource.arn.clone(),
        kind: resource.kind.into(),
        id: resource.id.clone(),
        account: resource.place.account.clone(),
        region: resource.place.region.clone(),
        tags: resource.tags.clone(),
    });
    let principals = finding.principals.iter().map(|principal| PrincipalView {
        kind: principal.kind.clone(),
        name: principal.name.clone(),
        principal_id: principal.principal_id.clone(),
        access_key_id: principal.access_key_id.clone(),
        account: principal.account.clone(),
    });
    let remotes = finding.remotes.iter().map(|remote| RemoteView {
        ip: remote.ip.clone(),
        port: remote.port,
        country: remote.country.clone(),
        org: remote.organization.clone(),
        threat_lists: remote.threat_lists.clone(),
    });
    let observables = finding
        .observables
        .iter()
        .map(|observable| ObservableView { kind: observable.kind.into(), value: observable.value.clone() });
    (resources.collect(), principals.collect(), remotes.collect(), observables.collect())
}
