//! What the machine must not do, whatever the findings say: kill switch, dry run, protection, budget, and
//! findings that only the bus has seen.

use std::time::Duration;

use soc_domain::action::{ActionKind, ActionState, Tier};
use soc_domain::approval::ApprovalState;
use soc_domain::incident::{Incident, Outcome, Status};
use soc_domain::plan::Plan;
use soc_pipeline::ports::{Dossier, Origin};
use soc_samples::{Sample, Tag, Target};
use soc_testkit::block_on;

use crate::bed::{Bed, with_rules};
use crate::cast::{
    ACCOUNT, event, events, host, instance_arn, later, miner, production_miner, stolen_key, user_seed,
};

const OFF: (&str, &str) = ("mode = \"auto\"", "mode = \"off\"");

fn plan_of(bed: &Bed) -> Plan {
    let incident = bed.incident();
    with_rules(block_on(Dossier::fetch(bed.store(), incident.id, incident.generation)).unwrap().plan.unwrap())
}

/// The only step of the plan is left to a person for this reason, and nothing was done.
fn assert_left_to_a_person(bed: &Bed, reason: &str) {
    let plan = plan_of(bed);
    assert_eq!(plan.steps.len(), 1, "{plan:#?}");
    assert_eq!(plan.steps[0].tier, Tier::Guide);
    assert!(plan.steps[0].reasons.iter().any(|why| why.contains(reason)), "{:?}", plan.steps[0].reasons);
    assert_eq!((bed.actions(), bed.approvals(), bed.applied()), (Vec::new(), Vec::new(), 0));
    assert_eq!(bed.executions(), (1, 1));
    assert_eq!((bed.incident().outcome, bed.incident().status), (Some(Outcome::NeedsPerson), Status::New));
}

/// The only action did not run, for this reason.
fn assert_withdrawn(bed: &Bed, reason: &str) {
    let action = bed.action();
    assert_eq!(action.state, ActionState::Withdrawn);
    assert!(action.note.as_deref().unwrap_or_default().contains(reason), "{:?}", action.note);
    assert_eq!((bed.applied(), bed.executions()), (0, (1, 1)));
    assert_eq!((bed.incident().outcome, bed.incident().status), (Some(Outcome::NeedsPerson), Status::New));
}

#[test]
fn the_kill_switch_stops_the_next_step_of_an_execution_that_waits() {
    let mut bed = Bed::new();
    bed.run(&events(&[stolen_key("used elsewhere", "ada")]));
    bed.reopen_with(&[OFF]);
    let id = bed.action().id;
    let decided = bed.approve(id, "ana").unwrap();
    assert_eq!(decided.approval.state, ApprovalState::Approved);
    assert_withdrawn(&bed, "the response mode allows no action");
}

#[test]
fn with_the_kill_switch_nothing_is_planned_and_people_are_still_told() {
    let bed = Bed::with(&[OFF]);
    bed.run(&events(&[miner("mines", "runner")]));
    assert_eq!((plan_of(&bed).steps.len(), plan_of(&bed).guides.len()), (0, 0));
    assert_eq!((bed.actions(), bed.applied()), (Vec::new(), 0));
    assert_eq!((bed.executions(), bed.number("SELECT count(*) FROM notices")), ((1, 1), 1));
}

#[test]
fn a_dry_run_writes_the_plan_and_does_nothing() {
    let bed = Bed::with(&[("mode = \"auto\"", "mode = \"dry-run\"")]);
    bed.run(&events(&[miner("mines", "runner")]));
    assert!(plan_of(&bed).steps[0].change.is_some());
    assert_left_to_a_person(&bed, "dry-run");
}

#[test]
fn in_mode_approve_even_what_would_be_automatic_asks() {
    let bed = Bed::with(&[("mode = \"auto\"", "mode = \"approve\"")]);
    bed.run(&events(&[miner("mines", "runner")]));
    assert_eq!((bed.action().tier, bed.applied()), (Tier::Approve, 0));
    bed.approve(bed.action().id, "ana").unwrap();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
}

#[test]
fn a_finding_that_only_the_bus_has_seen_is_never_acted_on() {
    let bed = Bed::new();
    bed.run_from(&events(&[miner("mines", "runner")]), Origin::Bus);
    assert_withdrawn(&bed, "does not confirm the finding");
}

#[test]
fn not_even_when_people_approve_it() {
    let bed = Bed::new();
    bed.run_from(&events(&[stolen_key("used elsewhere", "ada")]), Origin::Bus);
    bed.approve(bed.action().id, "ana").unwrap();
    assert_withdrawn(&bed, "does not confirm the finding");
}

#[test]
fn the_bus_cannot_turn_a_finding_that_the_owner_gave_against_something_else() {
    let bed = Bed::new();
    let given = miner("mines", "runner");
    bed.run(&[event(&given)]);
    assert_eq!(bed.applied(), 1);
    bed.clock.forward(Duration::from_secs(120));
    let turned = Sample { targets: vec![host("other")], ..later(&given, 10) };
    bed.run_from(&events(&[turned]), Origin::Bus);
    assert_eq!(bed.incident().generation, 2);
    assert!(!bed.applied_to().contains_key(&instance_arn("other")), "{:?}", bed.applied_to());
}

#[test]
fn what_the_bus_said_first_is_acted_on_once_the_owner_gives_it() {
    let bed = Bed::new();
    let sample = miner("mines", "runner");
    bed.run_from(&[event(&sample)], Origin::Bus);
    assert_eq!(bed.applied(), 0);
    bed.clock.forward(Duration::from_secs(120));
    bed.run(&[event(&Sample { score: 9.5, ..later(&sample, 10) })]);
    assert_eq!((bed.incident().generation, bed.applied()), (2, 1));
}

#[test]
fn what_its_product_settled_meanwhile_is_not_acted_on() {
    let bed = Bed::new();
    let sample = stolen_key("used elsewhere", "ada");
    bed.run(&[event(&sample)]);
    let archived = soc_domain::finding::RecordState::Archived;
    bed.run(&[event(&Sample { record_state: archived, ..later(&sample, 10) })]);
    bed.approve(bed.action().id, "ana").unwrap();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Withdrawn, 0));
    assert_eq!(bed.incident().status, Status::Closed);
}

#[test]
fn the_budget_of_an_account_and_hour_sends_the_rest_to_people() {
    let bed = Bed::with(&[("actions_per_account_hour = 20", "actions_per_account_hour = 2")]);
    let all = ["one", "two", "three"].map(|name| miner(name, name));
    bed.run(&events(&all));
    let mut states: Vec<_> = bed.actions().into_iter().map(|action| (action.tier, action.state)).collect();
    states.sort();
    let (done, asked) = ((Tier::Auto, ActionState::Done), (Tier::Approve, ActionState::Planned));
    assert_eq!(states, [done, done, asked]);
    assert_eq!(bed.applied(), 2);
    bed.clock.forward(Duration::from_secs(3601));
    bed.run(&events(&[miner("four", "four")]));
    assert_eq!(bed.applied(), 3);
}

/// Instances of one subnet that talk to peers which are known to be bad: each has its volumes kept, is isolated, and its
/// peer is denied in the network ACL that they share.
fn neighbours() -> [Sample; 2] {
    [("one", "198.51.100.9"), ("two", "198.51.100.10")].map(|(name, ip)| {
        let remote = soc_domain::finding::Remote {
            ip: ip.to_owned(),
            port: None,
            country: None,
            organization: None,
            threat_lists: vec!["Example".to_owned()],
        };
        let act =
            soc_samples::Act::Connection { direction: soc_samples::Direction::Outbound, local_port: 4_444 };
        let kind = "CryptoCurrency:EC2/BitcoinTool.B".to_owned();
        let mut sample = Sample { remote: Some(remote), act, kind, ..miner(name, name) };
        for target in &mut sample.targets {
            if let Target::Instance { details, .. } = target {
                details.interfaces[0].vpc_id = "vpc-00000000000000001".to_owned();
                details.interfaces[0].subnet_id = "subnet-00000000000000001".to_owned();
            }
        }
        sample
    })
}

#[test]
fn incidents_that_change_one_resource_each_find_it_as_the_one_before_has_left_it() {
    let bed = Bed::with_every_action(&[]);
    bed.run(&events(&neighbours()));
    assert_eq!(bed.incidents().len(), 2);
    let mut acted: Vec<_> = bed.actions().iter().map(|action| (action.target.kind, action.state)).collect();
    acted.sort();
    let done = |kind| (kind, ActionState::Done);
    let kinds = [ActionKind::SnapshotVolumes, ActionKind::IsolateInstance, ActionKind::DenyRemoteAddress];
    assert_eq!(acted, kinds.map(|kind| [done(kind); 2]).concat());
}

#[test]
fn a_budget_goes_to_the_incident_that_comes_first_and_is_not_spread_thin() {
    let bed = Bed::with_every_action(&[("actions_per_account_hour = 20", "actions_per_account_hour = 3")]);
    bed.run(&events(&neighbours()));
    let states_of = |incident: &Incident| -> Vec<_> {
        bed.actions_of(incident.id).iter().map(|action| (action.tier, action.state)).collect()
    };
    let mut states: Vec<_> = bed.incidents().iter().map(states_of).collect();
    states.sort();
    let (done, asked) = ((Tier::Auto, ActionState::Done), (Tier::Approve, ActionState::Planned));
    assert_eq!(states, [[done; 3], [asked; 3]]);
}

#[test]
fn the_budget_holds_within_one_incident_too() {
    let bed = Bed::with(&[("actions_per_account_hour = 20", "actions_per_account_hour = 1")]);
    let miners = ["one", "two"].map(|name| miner(name, name));
    // One address on a threat list joins them.
    let remote = soc_domain::finding::Remote {
        ip: "198.51.100.9".to_owned(),
        port: None,
        country: None,
        organization: None,
        threat_lists: vec!["Example".to_owned()],
    };
    let act = soc_samples::Act::Connection { direction: soc_samples::Direction::Outbound, local_port: 4_444 };
    let kind = "CryptoCurrency:EC2/BitcoinTool.B".to_owned();
    let joined = miners.map(|one| Sample {
        remote: Some(remote.clone()),
        act: act.clone(),
        kind: kind.clone(),
        ..one
    });
    bed.run(&events(&joined));
    assert_eq!(bed.actions_of(bed.incident().id).len(), 2);
    assert_eq!(bed.applied(), 1);
}

#[test]
fn a_protecting_tag_leaves_it_to_a_person() {
    let bed = Bed::new();
    let tags = vec![Tag { key: "Environment", value: "dev" }, Tag { key: "ai-soc:protected", value: "true" }];
    bed.run(&events(&[Sample { tags, ..miner("mines", "runner") }]));
    assert_left_to_a_person(&bed, "protecting tag");
}

#[test]
fn a_protected_arn_account_or_principal_leaves_it_to_a_person() {
    let arn = format!("arns = [\"{}*\"]", instance_arn("runner").trim_end_matches(char::is_alphanumeric));
    let cases = [
        (("arns = []", arn.as_str()), "its ARN is protected"),
        (("accounts = []", &format!("accounts = [\"{ACCOUNT}\"]")), "its account is protected"),
        (("regions = [\"*\"]", "regions = [\"us-west-2\"]"), "not enrolled"),
        (("accounts = [\"*\"]", "accounts = []"), "not enrolled"),
    ];
    for (change, reason) in cases {
        let bed = Bed::with(&[change]);
        bed.run(&events(&[miner("mines", "runner")]));
        assert_left_to_a_person(&bed, reason);
    }
    let bed = Bed::new();
    bed.soc().seed_account(&user_seed("break-glass-2", "Environment", "dev")).unwrap();
    bed.run(&events(&[stolen_key("used elsewhere", "break-glass-2")]));
    assert_left_to_a_person(&bed, "its principal is protected");
}

#[test]
fn protection_that_comes_after_the_question_still_protects() {
    let mut bed = Bed::new();
    bed.run(&events(&[production_miner("mines", "orders")]));
    let arn = format!("arns = [\"{}\"]", instance_arn("orders"));
    bed.reopen_with(&[("arns = []", &arn)]);
    let id = bed.action().id;
    bed.approve(id, "ana").unwrap();
    bed.approve(id, "ben").unwrap();
    assert_withdrawn(&bed, "its ARN is protected");
}
