//! Figures, maps, graphs and timelines on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use soc_domain::spend::Day;
use soc_pipeline::desk::{
    Graph, Heat, Metrics, NodeKind as DomainNodeKind, Source as DomainSource, Span, Timeline,
};
use utoipa::ToSchema;

use super::words::{Severity, Verdict};
use super::{Moment, dollars};
use crate::ports::Spent;

/// What happened, the earliest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimelineView {
    items: Vec<MomentView>,
    /// Something was left out.
    truncated: bool,
}

/// One moment.
#[derive(Debug, Serialize, ToSchema)]
struct MomentView {
    at: Moment,
    source: Source,
    /// The event's name.
    what: String,
    /// In words; of a finding its title, which is hostile.
    text: String,
    finding: Option<String>,
    action: Option<String>,
    actor: Option<String>,
}

/// Who says so.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MomentSource)]
enum Source {
    /// By its clock.
    Product,
    /// By ours.
    Machine,
    /// By ours.
    Person,
}

impl From<Timeline> for TimelineView {
    fn from(timeline: Timeline) -> Self {
        let items = timeline.moments.into_iter().map(|moment| MomentView {
            at: moment.at.into(),
            source: match moment.source {
                DomainSource::Product => Source::Product,
                DomainSource::Machine => Source::Machine,
                DomainSource::Person => Source::Person,
            },
            what: moment.what,
            text: moment.text,
            finding: moment.finding.map(|id| id.to_string()),
            action: moment.action.map(|id| id.to_string()),
            actor: moment.actor,
        });
        Self { items: items.collect(), truncated: timeline.truncated }
    }
}

/// What the findings of an incident name, and how it hangs together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GraphView {
    /// At most 200.
    nodes: Vec<NodeView>,
    edges: Vec<EdgeView>,
    /// Something was left out.
    truncated: bool,
}

/// One thing.
#[derive(Debug, Serialize, ToSchema)]
struct NodeView {
    /// Unique in the graph.
    id: String,
    kind: NodeKind,
    label: String,
    severity: Option<Severity>,
    detail: Option<String>,
}

/// What a thing is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum NodeKind {
    /// An affected resource.
    Resource,
    /// Who acted.
    Principal,
    /// An address at the other end.
    Address,
    /// An account.
    Account,
    /// A finding.
    Finding,
}

/// One relation.
#[derive(Debug, Serialize, ToSchema)]
struct EdgeView {
    from: String,
    to: String,
    /// In our words.
    label: String,
}

impl From<Graph> for GraphView {
    fn from(graph: Graph) -> Self {
        let nodes = graph.nodes.into_iter().map(|node| NodeView {
            id: node.id,
            kind: match node.kind {
                DomainNodeKind::Resource => NodeKind::Resource,
                DomainNodeKind::Principal => NodeKind::Principal,
                DomainNodeKind::Address => NodeKind::Address,
                DomainNodeKind::Account => NodeKind::Account,
                DomainNodeKind::Finding => NodeKind::Finding,
            },
            label: node.label,
            severity: node.severity.map(Into::into),
            detail: node.detail,
        });
        let edges = graph.edges.into_iter().map(|edge| EdgeView {
            from: edge.from,
            to: edge.to,
            label: edge.label.to_owned(),
        });
        Self { nodes: nodes.collect(), edges: edges.collect(), truncated: graph.truncated }
    }
}

/// ATT&CK tactics and techniques of the findings in a window.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttackView {
    /// In the order of the matrix.
    tactics: Vec<TacticView>,
}

/// One tactic.
#[derive(Debug, Serialize, ToSchema)]
struct TacticView {
    name: String,
    /// Those in the most incidents first.
    techniques: Vec<TechniqueView>,
}

/// One technique.
#[derive(Debug, Serialize, ToSchema)]
struct TechniqueView {
    /// Empty for findings that name a tactic alone.
    id: String,
    name: String,
    incidents: u64,
    findings: u64,
    /// The greatest.
    severity: Severity,
}

impl From<Heat> for AttackView {
    fn from(heat: Heat) -> Self {
        let tactics = heat.tactics.into_iter().map(|tactic| TacticView {
            name: tactic.name,
            techniques: tactic
                .techniques
                .into_iter()
                .map(|technique| TechniqueView {
                    id: technique.id,
                    name: technique.name,
                    incidents: technique.incidents,
                    findings: technique.findings,
                    severity: technique.severity.into(),
                })
                .collect(),
        });
        Self { tactics: tactics.collect() }
    }
}

/// Figures over a window.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MetricsView {
    /// The window that was asked for.
    pub(crate) window: WindowName,
    pub(crate) from: Moment,
    pub(crate) to: Moment,
    /// Time to detect: from the earliest activity (the products' clocks) to the opening of the incident (ours).
    mttd: SpanView,
    /// Time to acknowledge: from the opening to the first thing that a person did, or that the machine had done.
    mtta: SpanView,
    /// Time to contain: from the opening to when every step that was to be executed had its effect.
    mttc: SpanView,
    /// Time to resolve: from the opening to when the incident was resolved, or closed without that.
    mttr: SpanView,
    /// By detector: how many incidents got which verdict, a person's where there is one.
    verdicts: Vec<DetectorView>,
    agreement: AgreementView,
    spend: SpendView,
    by_day: Vec<DayView>,
    /// Neither resolved nor closed.
    open: u64,
    reduction: ReductionView,
}

/// A stretch of time up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize, ToSchema)]
#[schema(as = MetricsWindow)]
pub(crate) enum WindowName {
    /// A day.
    #[serde(rename = "24h")]
    Day,
    /// A week.
    #[default]
    #[serde(rename = "7d")]
    Week,
    /// Thirty days.
    #[serde(rename = "30d")]
    Month,
    /// Everything.
    #[serde(rename = "all")]
    All,
}

/// A time over incidents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MetricsSpan)]
struct SpanView {
    /// How many incidents have it.
    n: u64,
    /// Half of them were at least so fast.
    p50_ms: Option<u64>,
    /// Nineteen in twenty were.
    p95_ms: Option<u64>,
}

impl From<Span> for SpanView {
    fn from(span: Span) -> Self {
        Self { n: span.n, p50_ms: span.p50_ms, p95_ms: span.p95_ms }
    }
}

/// The verdicts that incidents of one type got.
#[derive(Debug, Serialize, ToSchema)]
struct DetectorView {
    detector: String,
    /// By the verdict's name.
    #[serde(flatten)]
    verdicts: BTreeMap<String, u64>,
}

/// How far machine and people agree.
#[derive(Debug, Serialize, ToSchema)]
struct AgreementView {
    /// Incidents about which both said something.
    both: u64,
    same: u64,
    /// The person held it for graver.
    raised: u64,
    /// The person held it for less grave.
    lowered: u64,
    /// Every pair that occurs.
    matrix: Vec<PairView>,
}

/// What both said about the same incidents.
#[derive(Debug, Serialize, ToSchema)]
struct PairView {
    machine: Verdict,
    person: Verdict,
    n: u64,
}

/// What models cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MetricsSpend)]
struct SpendView {
    today_usd: f64,
    /// Null without a limit.
    cap_usd: Option<f64>,
    window_usd: f64,
    by_day: Vec<DaySpendView>,
}

/// What models cost for the incidents that were opened on a day.
#[derive(Debug, Serialize, ToSchema)]
struct DaySpendView {
    day: String,
    usd: f64,
}

/// What came on a day (UTC).
#[derive(Debug, Serialize, ToSchema)]
struct DayView {
    day: String,
    findings: u64,
    /// Opened, by severity.
    incidents: BTreeMap<String, u64>,
}

/// How many findings became how many incidents.
#[derive(Debug, Serialize, ToSchema)]
struct ReductionView {
    findings: u64,
    incidents: u64,
}

/// What metrics are made of.
pub(crate) struct Measured {
    pub(crate) metrics: Metrics,
    /// Findings by day.
    pub(crate) findings: Vec<(Day, u64)>,
    pub(crate) spent: Spent,
}

impl MetricsView {
    pub(crate) fn new(window: WindowName, (from, to): (Moment, Moment), measured: Measured) -> Self {
        let Measured { metrics, findings, spent } = measured;
        let days = by_day(&metrics, &findings);
        let pairs = metrics.agreement.matrix.iter().map(|pair| PairView {
            machine: pair.machine.into(),
            person: pair.person.into(),
            n: pair.n,
        });
        let spend_by_day = metrics
            .spend
            .iter()
            .map(|spend| DaySpendView { day: spend.day.to_string(), usd: dollars(spend.cost.0) });
        let detectors = metrics.verdicts.iter().map(|detector| DetectorView {
            detector: detector.detector.clone(),
            verdicts: detector.verdicts.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect(),
        });
        Self {
            window,
            from,
            to,
            mttd: metrics.mttd.into(),
            mtta: metrics.mtta.into(),
            mttc: metrics.mttc.into(),
            mttr: metrics.mttr.into(),
            verdicts: detectors.collect(),
            agreement: AgreementView {
                both: metrics.agreement.both,
                same: metrics.agreement.same,
                raised: metrics.agreement.raised,
                lowered: metrics.agreement.lowered,
                matrix: pairs.collect(),
            },
            spend: SpendView {
                today_usd: dollars(spent.today),
                cap_usd: spent.cap.map(dollars),
                window_usd: dollars(metrics.spent.0),
                by_day: spend_by_day.collect(),
            },
            by_day: days,
            open: metrics.open,
            reduction: ReductionView {
                findings: findings.iter().map(|(_, n)| n).sum(),
                incidents: metrics.incidents,
            },
        }
    }
}

fn by_day(metrics: &Metrics, findings: &[(Day, u64)]) -> Vec<DayView> {
    let mut days: BTreeMap<String, DayView> = BTreeMap::new();
    let empty = |day: String| DayView { day, findings: 0, incidents: BTreeMap::new() };
    for (day, count) in findings {
        let day = day.to_string();
        days.entry(day.clone()).or_insert_with(|| empty(day)).findings += count;
    }
    for opened in &metrics.by_day {
        let day = opened.day.to_string();
        let view = days.entry(day.clone()).or_insert_with(|| empty(day));
        view.incidents = opened.incidents.iter().map(|(severity, n)| (severity.to_string(), *n)).collect();
    }
    days.into_values().collect()
}
