//! Properties of the pure decisions, on the built-in stream and on made revisions.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a helper of a test may fail the test")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;
use soc_domain::action::Tier;
use soc_domain::assess::assess;
use soc_domain::evidence::{Citation, Evidence};
use soc_domain::finding::{Finding, RecordState, Route};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Join};
use soc_domain::plan::{Facts, Plan, Situation, plan, targets};
use soc_domain::policy::{DEFAULT, Policy, PolicyError};
use soc_domain::revise::revise;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::verdict::judge;
use soc_domain::wire::{Content, read_record};

const NOW: Timestamp = Timestamp::from_millis(1_772_530_000_000);

static BUILTIN: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    let records = soc_samples::builtin();
    let items = records.iter().flat_map(|record| read_record(record));
    let findings = items.filter_map(|item| match item.content {
        Ok(Content::Finding(finding, _gaps)) => Some(*finding),
        Ok(Content::Event(_)) | Err(_) => None,
    });
    findings.collect()
});

/// An incident of some findings, and its evidence.
fn case(findings: &[Finding]) -> (Incident, Evidence) {
    let id = IncidentId::opened_by(findings[0].id);
    let mut incident = Incident::opened_by(id, &findings[0], NOW);
    for finding in findings {
        incident.absorb(finding, Join { now: NOW, floor: Severity::Low });
    }
    let evidence = Evidence::new(&incident, findings.to_vec(), findings.len() as u64);
    (incident, evidence)
}

fn assert_cites(document: &Value, citation: &Citation) {
    assert!(document.pointer(&citation.pointer).is_some(), "{citation} points at nothing");
}

#[test]
fn every_reason_and_ground_points_at_something_in_the_evidence() {
    let policy = Policy::parse(DEFAULT).unwrap();
    for size in [1, 3, 70] {
        for some in BUILTIN.chunks(size) {
            let (_, evidence) = case(some);
            let document = serde_json::to_value(&evidence).unwrap();
            assess(&evidence, &policy, NOW).reasons.iter().for_each(|r| assert_cites(&document, &r.citation));
            judge(&evidence).because.iter().for_each(|ground| assert_cites(&document, &ground.citation));
        }
    }
}

/// The plan for all findings of the stream under a policy, where the account has nothing of what they name.
fn plan_under(policy: &str) -> Plan {
    let (incident, evidence) = case(&BUILTIN);
    let policy = Policy::parse(policy).unwrap();
    let nothing = Facts { observed: None, done_this_hour: 0 };
    let facts: BTreeMap<_, _> =
        targets(&evidence).into_iter().map(|(target, _)| (target, nothing.clone())).collect();
    assert!(!facts.is_empty());
    plan(&Situation {
        incident: &incident,
        evidence: &evidence,
        policy: &policy,
        facts: &facts,
        earlier: &[],
    })
}

#[test]
fn what_the_account_does_not_have_is_left_to_a_person() {
    let plan = plan_under(DEFAULT);
    assert!(!plan.steps.is_empty());
    assert!(plan.steps.iter().all(|step| step.tier == Tier::Guide && step.change.is_none()));
}

#[test]
fn the_kill_switch_leaves_an_empty_plan() {
    let plan = plan_under(&DEFAULT.replace("mode = \"auto\"", "mode = \"off\""));
    assert!(plan.steps.is_empty() && plan.guides.is_empty());
}

#[test]
fn the_plans_hash_covers_the_policy() {
    let other = DEFAULT.replace("timeout = \"4h\"", "timeout = \"5h\"");
    assert_ne!(plan_under(DEFAULT).sha256, plan_under(&other).sha256);
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let text = DEFAULT.replace("floor = \"Low\"", "flor = \"Low\"");
    let line = 1 + text.lines().position(|line| line.starts_with("flor")).unwrap();
    match Policy::parse(&text) {
        Err(PolicyError::Malformed { line: found, what }) => {
            assert_eq!(found, line, "{what}");
            assert!(what.contains("flor"), "{what}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_suppression_needs_reason_owner_and_expiry() {
    let rule = |reason: &str, expires: &str| {
        format!(
            "{DEFAULT}\n[[suppressions]]\nkind = \"Recon:*\"\nreason = \"{reason}\"\nowner = \"a\"\nexpires = \"{expires}\"\n"
        )
    };
    assert!(Policy::parse(&rule("honeypot", "2027-01-01T00:00:00Z")).is_ok());
    assert!(Policy::parse(&rule(" ", "2027-01-01T00:00:00Z")).is_err());
    assert!(Policy::parse(&rule("honeypot", "next year")).is_err());
}

/// One revision of one finding; equal rank means equal content, as products send it.
fn revision() -> impl Strategy<Value = (usize, i64, usize)> {
    (0..3_usize, 0..4_i64, 0..4_usize)
}

fn make(base: &Finding, (route, minute, grade): (usize, i64, usize)) -> Finding {
    let mut finding = base.clone();
    finding.route = [Route::Asff, Route::Ocsf, Route::Native][route];
    finding.updated_at = Some(Timestamp::from_millis(minute * 60_000));
    finding.title = format!("{:?} {minute}", finding.route);
    // The same revision says the same, whoever carries it.
    finding.severity = Severity::ALL[usize::try_from(minute).unwrap()];
    finding.record_state = if minute == 3 { RecordState::Archived } else { RecordState::Active };
    finding.count = 1 + grade as u64;
    finding
}

fn fold(revisions: &[Finding]) -> Finding {
    let mut known = revisions[0].clone();
    for incoming in &revisions[1..] {
        revise(&mut known, incoming.clone());
    }
    known
}

proptest! {
    #[test]
    fn the_order_of_revisions_does_not_change_the_finding(
        revisions in proptest::collection::vec(revision(), 1..6),
        turns in proptest::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let base = &BUILTIN[0];
        let made: Vec<Finding> = revisions.into_iter().map(|revision| make(base, revision)).collect();
        let mut shuffled = made.clone();
        for pair in turns.chunks(2) {
            let (a, b) = (pair[0].index(shuffled.len()), pair[1].index(shuffled.len()));
            shuffled.swap(a, b);
        }
        let (one, other) = (fold(&made), fold(&shuffled));
        let shown = |finding: &Finding| {
            (finding.title.clone(), finding.severity, finding.record_state, finding.count, finding.updated_at, finding.route)
        };
        prop_assert_eq!(shown(&one), shown(&other));
    }
}
