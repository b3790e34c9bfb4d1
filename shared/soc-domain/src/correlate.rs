//! Which findings belong together: connected components over correlation keys within a window of event time.
//!
//! For each key the store keeps *spans*: the stretches of event time in which the key was seen, each of one
//! incident. Two spans of one key are never closer than the window, so a finding is compared with the few
//! spans of its keys and not with all findings, and the order of arrival does not change the components.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::finding::{Activity, Finding, FindingClass, ResourceKind};
use crate::finding_type::FindingType;
use crate::id::{IncidentId, digest};
use crate::incident::Incident;
use crate::policy::{Correlation, covers};
use crate::time::Timestamp;

/// Something that findings can share. The text form is unambiguous: kind, then length-prefixed parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CorrelationKey(String);

impl CorrelationKey {
    fn new(kind: &str, sample: bool, parts: &[&str]) -> Self {
        use std::fmt::Write as _;
        let mut text = String::from(if sample { "sample-" } else { "" });
        text.push_str(kind);
        for part in parts {
            let _infallible = write!(text, "|{}:{part}", part.len());
        }
        Self(text)
    }

    /// The text form, as the store keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many resources a span remembers; the policy's limit is far below.
const MOST_RESOURCES: usize = 256;

/// The stretch of event time in which a key was seen in one incident, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySpan {
    /// The incident.
    pub incident: IncidentId,
    /// First seen.
    pub from: Timestamp,
    /// Last seen.
    pub to: Timestamp,
    /// Short hashes of the resources that it was seen on.
    pub resources: BTreeSet<u32>,
}

impl KeySpan {
    /// Whether a finding active from `from` to `to` is within `window` of this span.
    #[must_use]
    pub fn is_near(&self, from: Timestamp, to: Timestamp, window: std::time::Duration) -> bool {
        self.from <= to.plus(window) && self.to >= from.minus(window)
    }

    /// Whether the key is shared infrastructure by now: it joins nothing further by itself.
    #[must_use]
    pub fn is_shared(&self, rules: &Correlation) -> bool {
        self.resources.len() > usize::try_from(rules.max_resources_per_key).unwrap_or(usize::MAX)
    }

    /// Whether `other` adds nothing to this span.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.incident == other.incident
            && self.from <= other.from
            && self.to >= other.to
            && other.resources.is_subset(&self.resources)
    }

    /// Takes `other` in; the span is then of this one's incident.
    pub fn unite(&mut self, other: &Self) {
        self.from = self.from.min(other.from);
        self.to = self.to.max(other.to);
        for resource in &other.resources {
            if self.resources.len() < MOST_RESOURCES {
                self.resources.insert(*resource);
            }
        }
    }
}

/// The stretch that `finding` itself covers, in `incident`; `now` stands for a time that the record lacks.
#[must_use]
pub fn span_of(finding: &Finding, incident: IncidentId, now: Timestamp) -> KeySpan {
    let from = finding.began().unwrap_or(now);
    let hash = |arn: &str| {
        let [a, b, c, d, ..] = digest(&[arn.as_bytes()]);
        u32::from_le_bytes([a, b, c, d])
    };
    KeySpan {
        incident,
        from,
        to: finding.ended().unwrap_or(from),
        resources: finding.resources.iter().map(|resource| hash(&resource.arn)).collect(),
    }
}

/// The keys by which `finding` joins others. Samples have keys of their own: they never join real findings.
#[must_use]
pub fn correlation_keys(finding: &Finding, rules: &Correlation) -> Vec<CorrelationKey> {
    let mut keys = Vec::new();
    let mut add = |kind: &str, shown: &str, parts: &[&str]| {
        let ignored = shown.is_empty() || rules.ignore.iter().any(|pattern| covers(pattern, shown));
        let key = CorrelationKey::new(kind, finding.sample, parts);
        if !ignored && !keys.contains(&key) {
            keys.push(key);
        }
    };
    for principal in &finding.principals {
        if !is_one_identity(&principal.kind) {
            continue;
        }
        let account = if principal.account.is_empty() { &finding.place.account } else { &principal.account };
        // A role is shared by everybody who may assume it: where the session is known, it is who acted.
        match principal.principal_id.as_deref().and_then(|id| id.split_once(':')) {
            Some((_role, session)) => add("session", session, &[account, &principal.name, session]),
            None => add("principal", &principal.name, &[account, &principal.kind, &principal.name]),
        }
        if let Some(key) = principal.access_key_id.as_deref() {
            add("access-key", key, &[key]);
        }
    }
    let kind = if is_knocking(finding) { "probed" } else { "resource" };
    for resource in finding.resources.iter().filter(|resource| is_one_thing(resource.kind)) {
        if resource.arn.starts_with("arn:") || is_unique(&resource.arn) {
            add(kind, &resource.arn, &[&resource.arn]);
        } else {
            // Names of workloads and containers are of one cluster: every other one has them again.
            let within = cluster_of(finding);
            add(kind, &resource.arn, &[&finding.place.account, within, &resource.arn]);
        }
    }
    if remote_is_rare(finding) {
        let by_type = FindingType::parse(&finding.kind).family.starts_with("MaliciousIP");
        for remote in finding.remotes.iter().filter(|remote| by_type || !remote.threat_lists.is_empty()) {
            add("remote", &remote.ip, &[&remote.ip]);
        }
    }
    if finding.product == "guardduty" && finding.class == FindingClass::Threat {
        add("signal", &finding.product_id, &[&finding.product_id]);
        for signal in &finding.signals {
            add("signal", signal, &[signal]);
        }
    }
    keys
}

/// Whether a name of such a principal stands for one identity in its account. Users of a cluster or a database
/// have names that all of them have (`system:anonymous`, `postgres`), and their cluster or database joins anyway.
fn is_one_identity(kind: &str) -> bool {
    !matches!(kind, "AWSService" | "AWSAccount" | "KubernetesUser" | "DatabaseUser")
}

/// Whether it is a container's own id, by its length: no other container has it.
fn is_unique(id: &str) -> bool {
    id.len() >= 32 && id.bytes().all(|letter| letter.is_ascii_hexdigit())
}

/// Every open port is probed all the time: knocking joins knocking, and never what else happens on the host, or
/// it would join all that ever happens there.
fn is_knocking(finding: &Finding) -> bool {
    FindingType::parse(&finding.kind).family == "PortProbeUnprotectedPort"
}

/// The cluster that a finding names; empty where it names none.
fn cluster_of(finding: &Finding) -> &str {
    let is_cluster = |kind| matches!(kind, ResourceKind::AwsEksCluster | ResourceKind::AwsEcsCluster);
    let found = finding.resources.iter().find(|resource| is_cluster(resource.kind));
    found.map_or("", |resource| resource.arn.as_str())
}

/// An account is not one thing: everything in it would join. Nor is what we cannot name.
fn is_one_thing(kind: ResourceKind) -> bool {
    match kind {
        ResourceKind::AwsAccount => false,
        ResourceKind::AwsEc2Instance
        | ResourceKind::AwsIamAccessKey
        | ResourceKind::AwsIamUser
        | ResourceKind::AwsIamRole
        | ResourceKind::AwsS3Bucket
        | ResourceKind::AwsS3Object
        | ResourceKind::AwsEksCluster
        | ResourceKind::AwsEcsCluster
        | ResourceKind::Container
        | ResourceKind::KubernetesWorkload
        | ResourceKind::AwsRdsDbInstance
        | ResourceKind::AwsLambdaFunction
        | ResourceKind::AwsEc2Volume
        | ResourceKind::AwsEc2SecurityGroup
        | ResourceKind::Other => true,
    }
}

/// An address joins findings only where few use it: callers of APIs and peers of our own connections that a
/// threat list names, as the finding or, where its route leaves lists out, its type says. Tor exits and scanners reach everybody, so they join nothing.
fn remote_is_rare(finding: &Finding) -> bool {
    let parts = FindingType::parse(&finding.kind);
    let shared = parts.is_inbound_probe() || parts.family.starts_with("Tor") || finding.kind.contains("/Tor");
    let telling = matches!(
        finding.activity,
        Some(
            Activity::ApiCall
                | Activity::NetworkConnection
                | Activity::KubernetesApiCall
                | Activity::RdsLogin
        )
    );
    telling && !shared
}

/// Of the open incidents that a finding touches, the one that takes the others in: the earliest first seen,
/// then the least id.
#[must_use]
pub fn survivor(touched: &[Incident]) -> Option<IncidentId> {
    touched.iter().min_by_key(|incident| (incident.first_seen, incident.id)).map(|incident| incident.id)
}

/// Of the open incidents that a finding touches, those that the machine may make one: what a person took apart stays
/// apart. The incident that the finding is in comes first, then the one that takes the others in.
#[must_use]
pub fn not_apart(mut touched: Vec<Incident>, current: Option<IncidentId>) -> Vec<Incident> {
    if touched.iter().all(|incident| incident.apart_from.is_empty()) {
        return touched;
    }
    touched.sort_by_key(|incident| (Some(incident.id) != current, incident.first_seen, incident.id));
    let mut together: Vec<Incident> = Vec::new();
    for incident in touched {
        if together.iter().all(|chosen| !chosen.is_apart_from(&incident)) {
            together.push(incident);
        }
    }
    together
}
