//! What people did, on the wire: operations, jobs, suppressions.

use serde::Serialize;
use soc_domain::people::{
    Deed, Job as DomainJob, JobState as DomainJobState, Operation as DomainOperation, PeopleSuppression,
    SuppressionState as DomainSuppressionState,
};
use soc_domain::policy::Suppression as PolicySuppression;
use soc_domain::time::Timestamp;
use utoipa::ToSchema;

use super::Moment;
use super::incident::IncidentRow;

/// A change that can be undone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Operation {
    id: String,
    /// `verdict`, `assign`, `status`, `comment`, `merge`, `split`
    kind: &'static str,
    /// The incidents that it changed, the one that it was asked for first.
    incidents: Vec<String>,
    by: String,
    at: Moment,
    undone_at: Option<Moment>,
    /// Null once it is undone.
    undo_until: Option<Moment>,
}

impl From<&DomainOperation> for Operation {
    fn from(operation: &DomainOperation) -> Self {
        let undone = operation.undone.as_ref();
        Self {
            id: operation.id.to_string(),
            kind: operation.deed.name(),
            incidents: operation.incidents().iter().map(ToString::to_string).collect(),
            by: operation.by.clone(),
            at: operation.at.into(),
            undone_at: undone.map(|undone| undone.at.into()),
            undo_until: undone.is_none().then(|| operation.undo_until().into()),
        }
    }
}

/// What came of a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedIncident {
    /// The incident as it stands now.
    pub(crate) incident: IncidentRow,
    pub(crate) operation: Operation,
}

/// What came of a split.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SplitIncident {
    /// The incident as it stands now.
    pub(crate) incident: IncidentRow,
    /// The new one.
    pub(crate) created: IncidentRow,
    pub(crate) operation: Operation,
}

/// A comment that was added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Commented {
    /// The comment's id.
    id: String,
    operation: Operation,
}

impl Commented {
    /// None if the operation added no comment.
    pub(crate) fn of(operation: &DomainOperation) -> Option<Self> {
        match &operation.deed {
            Deed::Comment { comment } => Some(Self { id: comment.to_string(), operation: operation.into() }),
            Deed::Verdict(_) | Deed::Assignee(_) | Deed::Status(_) | Deed::Merge(_) | Deed::Split(_) => None,
        }
    }
}

/// A change of many incidents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Job {
    id: String,
    state: JobState,
    /// How many incidents it is about.
    total: u64,
    /// How many are changed.
    done: u64,
    failed: Vec<JobFailure>,
    created_at: Moment,
    by: String,
    /// The job that this one undoes.
    undo_of: Option<String>,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
enum JobState {
    /// It goes on.
    Running,
    /// Nothing is left to do.
    Done,
}

/// One incident that a job did not change.
#[derive(Debug, Serialize, ToSchema)]
struct JobFailure {
    id: String,
    code: String,
    detail: String,
}

impl From<&DomainJob> for Job {
    fn from(job: &DomainJob) -> Self {
        let failed = job.failed.iter().map(|failure| JobFailure {
            id: failure.incident.to_string(),
            code: failure.code.clone(),
            detail: failure.detail.clone(),
        });
        Self {
            id: job.id.to_string(),
            state: match job.state() {
                DomainJobState::Running => JobState::Running,
                DomainJobState::Done => JobState::Done,
            },
            total: job.incidents.len() as u64,
            done: job.done() as u64,
            failed: failed.collect(),
            created_at: job.at.into(),
            by: job.by.clone(),
            undo_of: job.undo_of().map(|id| id.to_string()),
        }
    }
}

/// What is known and accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suppression {
    /// Null for those of the policy.
    id: Option<String>,
    source: SuppressionSource,
    /// The finding type or control; a `*` at the end stands for the rest.
    kind: String,
    /// Empty for every account.
    account: String,
    /// Empty for every resource; a `*` at the end stands for the rest.
    resource: String,
    reason: String,
    /// Who answers for it.
    owner: String,
    created_at: Option<Moment>,
    /// Until when, as it was written.
    expires: String,
    /// Whether it holds now.
    active: bool,
    state: SuppressionState,
    /// Who consented.
    consents: Vec<String>,
}

/// Where a suppression comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SuppressionSource {
    /// It stands in the policy.
    Policy,
    /// People agreed on it.
    People,
}

/// Where a suppression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
enum SuppressionState {
    /// Waits for a second person.
    Proposed,
    /// Holds.
    Active,
    /// Has ended.
    Expired,
    /// Was taken away.
    Removed,
}

impl From<DomainSuppressionState> for SuppressionState {
    fn from(state: DomainSuppressionState) -> Self {
        match state {
            DomainSuppressionState::Proposed => Self::Proposed,
            DomainSuppressionState::Active => Self::Active,
            DomainSuppressionState::Expired => Self::Expired,
            DomainSuppressionState::Removed => Self::Removed,
        }
    }
}

impl Suppression {
    /// One of the policy.
    pub(crate) fn of_policy(rule: &PolicySuppression, now: Timestamp) -> Self {
        let active = Timestamp::parse(&rule.expires).is_some_and(|expires| now < expires);
        let state = if active { SuppressionState::Active } else { SuppressionState::Expired };
        Self {
            id: None,
            source: SuppressionSource::Policy,
            created_at: None,
            active,
            state,
            ..Self::rule(rule)
        }
    }

    /// One of people.
    pub(crate) fn of_people(suppression: &PeopleSuppression, now: Timestamp) -> Self {
        Self {
            id: Some(suppression.id.to_string()),
            source: SuppressionSource::People,
            created_at: Some(suppression.proposed_at.into()),
            active: suppression.is_active(now),
            state: suppression.state(now).into(),
            consents: suppression.consents.iter().map(|consent| consent.by.clone()).collect(),
            ..Self::rule(&suppression.rule)
        }
    }

    fn rule(rule: &PolicySuppression) -> Self {
        Self {
            id: None,
            source: SuppressionSource::Policy,
            kind: rule.kind.clone(),
            account: rule.account.clone(),
            resource: rule.resource.clone(),
            reason: rule.reason.clone(),
            owner: rule.owner.clone(),
            created_at: None,
            expires: rule.expires.clone(),
            active: false,
            state: SuppressionState::Expired,
            consents: Vec::new(),
        }
    }
}

/// What a suppression would have hidden.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuppressionPreview {
    pub(crate) window_days: u64,
    /// Incidents of which it covers every alarming finding.
    pub(crate) incidents: u64,
    /// How many findings those have.
    pub(crate) findings: u64,
    /// Incidents that it covers and that nothing may hide: they are shown all the same.
    pub(crate) critical: u64,
    /// The newest of them.
    pub(crate) samples: Vec<IncidentRow>,
    /// Why it may not be proposed.
    pub(crate) refused: Option<String>,
}
