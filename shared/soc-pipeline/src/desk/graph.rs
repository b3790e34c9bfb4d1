//! The graph of an incident: who did what to what, from where.

use std::collections::BTreeMap;

use soc_domain::finding::Finding;
use soc_domain::severity::Severity;

/// More nodes than this tell nobody anything: the gravest findings and what they name come first.
pub const MOST_NODES: usize = 200;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
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

impl NodeKind {
    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Principal => "principal",
            Self::Address => "address",
            Self::Account => "account",
            Self::Finding => "finding",
        }
    }
}

/// One thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its kind and what it is called: unique in the graph. Hostile.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What people call it. Hostile.
    pub label: String,
    /// For a finding its own, for the rest the greatest of the findings that name it.
    pub severity: Option<Severity>,
    /// More: the ARN, the type, the country. Hostile.
    pub detail: Option<String>,
}

/// One relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The node that it begins at.
    pub from: String,
    /// The node that it ends at.
    pub to: String,
    /// What it says, in our words.
    pub label: &'static str,
}

/// The graph of an incident. The same findings in the same order give the same graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Its nodes, in the order in which findings name them.
    pub nodes: Vec<Node>,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// Something was left out.
    pub truncated: bool,
}

/// The graph of these findings, the gravest first; `total` is how many the incident has.
#[must_use]
pub fn graph(findings: &[Finding], total: u64) -> Graph {
    let mut drawing = Drawing::default();
    for finding in findings {
        drawing.add_finding(finding);
    }
    let Drawing { mut graph, .. } = drawing;
    graph.truncated |= (findings.len() as u64) < total;
    graph.edges.sort();
    graph.edges.dedup();
    graph
}

#[derive(Default)]
struct Drawing {
    graph: Graph,
    /// Where each node is, by id.
    places: BTreeMap<String, usize>,
}

impl Drawing {
    fn add_finding(&mut self, finding: &Finding) {
        let severity = finding.effective_severity();
        let Some(this) = self.node(NodeKind::Finding, &finding.id.to_string(), |node| {
            node.label.clone_from(&finding.title);
            node.detail = Some(finding.kind.clone());
            node.severity = Some(severity);
        }) else {
            return;
        };
        for resource in &finding.resources {
            let label = if resource.id.is_empty() { &resource.arn } else { &resource.id };
            let node = self.node(NodeKind::Resource, &resource.arn, |node| {
                node.label.clone_from(label);
                node.detail = Some(resource.arn.clone());
                node.severity = node.severity.max(Some(severity));
            });
            let account = if resource.place.account.is_empty() {
                &finding.place.account
            } else {
                &resource.place.account
            };
            let owner = self.node(NodeKind::Account, account, |_node| {});
            self.edge(Some(this.clone()), node.clone(), "affects");
            self.edge(node, owner, "is in");
        }
        for principal in &finding.principals {
            let node = self.node(NodeKind::Principal, &principal.name, |node| {
                node.detail = Some(principal.kind.clone());
                node.severity = node.severity.max(Some(severity));
            });
            let owner = self.node(NodeKind::Account, &principal.account, |_node| {});
            self.edge(node.clone(), Some(this.clone()), "acted");
            self.edge(node, owner, "is in");
        }
        for remote in &finding.remotes {
            let known = [remote.country.as_deref(), remote.organization.as_deref()];
            let node = self.node(NodeKind::Address, &remote.ip, |node| {
                let about: Vec<&str> = known.into_iter().flatten().collect();
                node.detail = (!about.is_empty()).then(|| about.join(", "));
                node.severity = node.severity.max(Some(severity));
            });
            self.edge(node, Some(this.clone()), "was at the other end");
        }
        if finding.resources.is_empty() {
            let account = self.node(NodeKind::Account, &finding.place.account, |_node| {});
            self.edge(Some(this), account, "is in");
        }
    }

    /// The id of the node of this name, which is added if there is room; none for what has no name.
    fn node(&mut self, kind: NodeKind, name: &str, describe: impl FnOnce(&mut Node)) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        let id = format!("{}:{name}", kind.name());
        let place = self.places.get(&id).copied();
        if place.is_none() && self.graph.nodes.len() >= MOST_NODES {
            self.graph.truncated = true;
            return None;
        }
        let place = place.unwrap_or_else(|| {
            let label = name.to_owned();
            self.graph.nodes.push(Node { id: id.clone(), kind, label, severity: None, detail: None });
            self.places.insert(id.clone(), self.graph.nodes.len() - 1);
            self.graph.nodes.len() - 1
        });
        if let Some(node) = self.graph.nodes.get_mut(place) {
            describe(node);
        }
        Some(id)
    }

    fn edge(&mut self, from: Option<String>, to: Option<String>, label: &'static str) {
        if let (Some(from), Some(to)) = (from, to) {
            self.graph.edges.push(Edge { from, to, label });
        }
    }
}
