//! What people see of an incident: its graph and its timeline.

use std::collections::{BTreeMap, BTreeSet};

use soc_domain::approval::{Answer, Decision};
use soc_domain::finding::{Finding, Principal, Remote};
use soc_ledger::{Draft, Entry, append};
use soc_pipeline::desk::{MOST_NODES, NodeKind, Source, graph, timeline};
use soc_testkit::build::{action, approval, at, finding, instance};

fn busy(number: usize) -> Finding {
    let mut finding = finding(&format!("finding {number}"));
    finding.resources = vec![instance(&format!("i-{number}")), instance("i-shared")];
    finding.principals = vec![Principal {
        kind: "IAMUser".to_owned(),
        name: "ann".to_owned(),
        account: "111122223333".to_owned(),
        ..Principal::default()
    }];
    finding.remotes = vec![Remote { ip: format!("198.51.100.{number}"), ..Remote::default() }];
    finding
}

#[test]
fn a_graph_names_each_thing_once_and_every_edge_has_both_ends() {
    let findings: Vec<Finding> = (0..5).map(busy).collect();
    let drawn = graph(&findings, 5);
    let ids: BTreeSet<&str> = drawn.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids.len(), drawn.nodes.len());
    assert!(drawn.edges.iter().all(|edge| ids.contains(&*edge.from) && ids.contains(&*edge.to)));
    let of_kind = |kind| drawn.nodes.iter().filter(|node| node.kind == kind).count();
    assert_eq!(
        [NodeKind::Finding, NodeKind::Resource, NodeKind::Principal, NodeKind::Address, NodeKind::Account]
            .map(of_kind),
        [5, 6, 1, 5, 1]
    );
    assert!(!drawn.truncated);
    assert_eq!(drawn, graph(&findings, 5));
}

#[test]
fn a_graph_has_at_most_so_many_nodes_and_says_what_it_left_out() {
    let findings: Vec<Finding> = (0..250).map(busy).collect();
    let drawn = graph(&findings, 250);
    assert_eq!((drawn.nodes.len(), drawn.truncated), (MOST_NODES, true));
    assert!(graph(&findings[..1], 2).truncated);
    assert_eq!(graph(&[], 0).nodes, []);
}

#[cfg(test)]
fn entries(of: &[(&str, &str, String, u64)]) -> Vec<Entry> {
    let mut head = None;
    let mut entries = Vec::new();
    for (actor, what, subject, seconds) in of {
        let draft = Draft {
            chain: "inc".to_owned(),
            actor: (*actor).to_owned(),
            what: (*what).to_owned(),
            subject: subject.clone(),
            details: BTreeMap::new(),
        };
        let (entry, next) = append(head.as_ref(), draft, at(*seconds).as_millis()).unwrap();
        entries.push(entry);
        head = Some(next);
    }
    entries
}

#[test]
fn a_timeline_is_one_order_of_products_machine_and_people_and_drops_nothing() {
    let subject = action("a").id;
    let entries = entries(&[
        ("ai-soc", "incident_opened", "inc".to_owned(), 30),
        ("ai-soc", "approval_asked", subject.to_string(), 40),
        ("ann", "approval_denied", subject.to_string(), 90),
        ("ben", "something_new", "inc".to_owned(), 95),
    ]);
    let mut asked = approval(&action("a"));
    asked.decisions = vec![Decision {
        person: "ann".to_owned(),
        answer: Answer::Deny,
        reason: Some("a planned test".to_owned()),
        at: at(90),
    }];
    let told = timeline((&[finding("a")], 1), &entries, &[asked]);
    let whats: Vec<&str> = told.moments.iter().map(|moment| moment.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "finding_first_seen",
            "incident_opened",
            "approval_asked",
            "finding_last_seen",
            "approval_denied",
            "something_new"
        ]
    );
    let denied = &told.moments[4];
    assert_eq!(
        (denied.text.as_str(), denied.source),
        ("consent was refused: a planned test", Source::Person)
    );
    assert_eq!((denied.action, denied.actor.as_deref()), (Some(subject), Some("ann")));
    assert_eq!((told.moments[5].text.as_str(), told.truncated), ("something new", false));
}

#[test]
fn a_long_timeline_keeps_the_ledger_and_says_that_it_is_cut() {
    let entries = entries(&[("ai-soc", "incident_opened", "inc".to_owned(), 9_999)]);
    let findings: Vec<Finding> = (0..600).map(busy).collect();
    let told = timeline((&findings, 600), &entries, &[]);
    assert_eq!((told.moments.len(), told.truncated), (1_000, true));
    assert!(told.moments.iter().any(|moment| moment.what == "incident_opened"));
    assert!(told.moments.is_sorted_by_key(|moment| moment.at));
}
