//! When an incident grows worse: what opens a generation, what the newer one takes from the older, and what
//! becomes of two incidents that turn out to be one.

use std::time::Duration;

use serde_json::{Value, json};
use soc_domain::action::{ActionState, Tier};
use soc_domain::approval::ApprovalState;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Outcome, Stage, Status};
use soc_domain::severity::Severity;
use soc_domain::verdict::Verdict;
use soc_local::store::ExecutionStatus;
use soc_pipeline::ports::{Dossier, Incidents, Origin, StartWorkflow};
use soc_samples::wire::{Form, record, value};
use soc_samples::{Plan, Sample, Target};
use soc_testkit::block_on;

use crate::bed::{Bed, with_rules};
use crate::cast::{day, event, events, host, instance_arn, later, miner, production_miner, stolen_key};
use crate::stages::Stages;

const MINUTE: Duration = Duration::from_secs(60);

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// What Security Hub sends after we wrote a note and a status: the same update time.
fn echo(sample: &Sample, status: &str) -> Vec<u8> {
    let mut echo = value(sample, Form::Asff);
    echo["Note"] = json!({"Text": "seen", "UpdatedBy": "ai-soc", "UpdatedAt": "2026-03-03T09:01:00Z"});
    echo["Workflow"] = json!({ "Status": status });
    bytes(&echo)
}

fn execution(bed: &Bed, incident: IncidentId, generation: u32) -> ExecutionStatus {
    bed.store().execution(StartWorkflow { incident, generation }).unwrap().unwrap().status
}

#[test]
fn an_echo_of_our_own_note_is_a_duplicate_and_opens_nothing() {
    for known in [Form::Asff, Form::GuardDutyEvent] {
        for status in ["NEW", "NOTIFIED", "RESOLVED"] {
            let bed = Bed::new();
            let sample = production_miner("mines", "orders");
            bed.run(&[record(&sample, known)]);
            let before = (bed.incident(), bed.actions(), bed.findings_of(bed.incident().id));
            bed.clock.forward(2 * MINUTE);
            let summary = bed.run(&[echo(&sample, status), echo(&sample, status)]);
            assert_eq!((summary.duplicates, summary.updated), (2, 0), "{status} after {known:?}");
            let after = (bed.incident(), bed.actions(), bed.findings_of(bed.incident().id));
            assert_eq!(after, before, "{status} after {known:?}");
            assert_eq!(bed.executions().0, 1);
        }
    }
}

#[test]
fn a_graver_revision_opens_exactly_one_generation() {
    let bed = Bed::new();
    let first = miner("mines", "runner");
    bed.run(&[event(&first)]);
    bed.clock.forward(2 * MINUTE);
    let worse = Sample { score: 9.5, ..later(&first, 10) };
    bed.run(&[event(&worse)]);
    assert_eq!((bed.incident().generation, bed.incident().severity), (2, Severity::Critical));
    bed.clock.forward(2 * MINUTE);
    // Seen again, no graver; older news again; the same again.
    let again = Sample { count: 5, ..later(&worse, 10) };
    bed.run(&events(&[again, first, worse]));
    assert_eq!((bed.incident().generation, bed.executions(), bed.applied()), (2, (2, 2), 1));
}

#[test]
fn an_incident_gets_one_generation_a_minute_and_the_put_off_one_when_it_is_due() {
    let stages = Stages::new();
    let first = miner("mines", "runner");
    stages.take_in(&event(&first));
    stages.planned(&stages.world());
    stages.clock.forward(10 * Duration::from_secs(1));
    for (score, minutes) in [(8.5, 1), (9.1, 2), (9.9, 3)] {
        stages.take_in(&event(&Sample { score, ..later(&first, minutes) }));
    }
    let case = stages.case();
    assert_eq!(case.generation, 1);
    let incident = || block_on(Incidents::get(&stages.store, case.incident)).unwrap().unwrap().value;
    assert_eq!(incident().severity, Severity::Critical);
    let open = || {
        let now = soc_pipeline::ports::Clock::now(&*stages.clock);
        block_on(stages.world().sweeping().open_put_off(now)).unwrap()
    };
    stages.clock.forward(Duration::from_secs(49));
    assert_eq!((open(), incident().generation), (0, 1));
    stages.clock.forward(Duration::from_secs(1));
    assert_eq!((open(), incident().generation, incident().stage), (1, 2, Stage::Open));
    assert_eq!((open(), incident().generation), (0, 2));
}

#[test]
fn at_the_end_of_an_input_every_generation_that_was_put_off_is_opened() {
    let bed = Bed::new();
    // More than the sweep takes at once.
    let hosts: Vec<String> = (0..260).map(|at| format!("host-{at}")).collect();
    let unusual = |host: &String| Sample {
        kind: "Behavior:EC2/NetworkPortUnusual".to_owned(),
        score: 2.0,
        ..miner(host, host)
    };
    let first: Vec<Sample> = hosts.iter().map(unusual).collect();
    bed.run(&events(&first));
    // Within the same minute.
    let worse: Vec<Sample> = first.iter().map(|one| Sample { score: 5.0, ..later(one, 1) }).collect();
    bed.run(&events(&worse));
    let left = bed.incidents().iter().filter(|incident| incident.escalation_due.is_some()).count();
    assert_eq!((left, bed.executions()), (0, (520, 520)));
}

/// One finding on an instance of development, isolated at once, and on one of unknown purpose, which asks.
fn one_of_each() -> Sample {
    let sample = miner("mines", "runner");
    Sample { targets: vec![host("runner"), host("unknown")], ..sample }
}

#[test]
fn a_newer_generation_withdraws_what_the_older_asked_and_asks_anew() {
    let bed = Bed::new();
    bed.run(&[record(&one_of_each(), Form::AsffEvent)]);
    let id = bed.incident().id;
    let states = || -> Vec<(Tier, ActionState, u32)> {
        let mut all = bed.actions();
        all.sort_by_key(|action| action.tier);
        all.into_iter().map(|action| (action.tier, action.state, action.generation)).collect()
    };
    assert_eq!(states(), [(Tier::Auto, ActionState::Done, 1), (Tier::Approve, ActionState::Planned, 1)]);
    bed.clock.forward(2 * MINUTE);
    let worse = Sample { score: 9.5, ..later(&one_of_each(), 10) };
    bed.run(&[record(&worse, Form::AsffEvent)]);
    assert_eq!(bed.incident().generation, 2);
    assert_eq!(states(), [(Tier::Auto, ActionState::Done, 1), (Tier::Approve, ActionState::Planned, 2)]);
    let asked: Vec<_> = bed.approvals().into_iter().map(|one| (one.generation, one.state)).collect();
    assert_eq!(asked, [(1, ApprovalState::Withdrawn), (2, ApprovalState::Pending)]);
    assert_eq!(execution(&bed, id, 1), ExecutionStatus::Succeeded);
    assert_eq!(execution(&bed, id, 2), ExecutionStatus::Waiting);
    let plan = with_rules(block_on(Dossier::fetch(bed.store(), id, 2)).unwrap().plan.unwrap());
    assert!(plan.steps.iter().all(|step| step.target.resource != instance_arn("runner")), "{plan:#?}");
    assert_eq!(bed.applied(), 1);
    // The newest question counts, and a Critical incident needs two persons.
    let waiting = bed.actions().into_iter().find(|action| action.state == ActionState::Planned).unwrap();
    bed.approve(waiting.id, "ana").unwrap();
    bed.approve(waiting.id, "ben").unwrap();
    assert_eq!(states(), [(Tier::Auto, ActionState::Done, 1), (Tier::Approve, ActionState::Done, 2)]);
    assert_eq!((bed.applied(), bed.executions()), (2, (2, 2)));
}

#[test]
fn what_was_done_is_not_planned_again_even_if_somebody_undid_it() {
    let bed = Bed::new();
    let first = miner("mines", "runner");
    bed.run(&[event(&first)]);
    let action = bed.action();
    let seeded = Bed::new();
    seeded.run_from(&[event(&first)], Origin::Bus);
    let before = seeded.soc().account().get(&instance_arn("runner")).unwrap().unwrap();
    bed.soc().account().set(&instance_arn("runner"), &before).unwrap();
    bed.clock.forward(2 * MINUTE);
    bed.run(&[event(&Sample { score: 9.5, ..later(&first, 10) })]);
    let incident = bed.incident();
    let plan = with_rules(block_on(Dossier::fetch(bed.store(), incident.id, 2)).unwrap().plan.unwrap());
    assert_eq!((plan.generation, plan.steps), (2, Vec::new()));
    assert_eq!((bed.action(), bed.applied()), (action, 1));
    // Verification sees that it does not hold any more.
    assert_eq!(incident.outcome, Some(Outcome::NeedsPerson));
}

#[test]
fn a_consent_to_the_older_generation_does_not_count_for_the_newer() {
    let bed = Bed::new();
    let first = production_miner("mines", "orders");
    bed.run(&[event(&first)]);
    let id = bed.action().id;
    bed.approve(id, "ana").unwrap();
    bed.clock.forward(2 * MINUTE);
    bed.run(&events(&[Sample { score: 9.5, ..later(&first, 10) }]));
    assert_eq!(bed.approval(id).decisions, []);
    bed.approve(id, "ben").unwrap();
    assert_eq!((bed.approval(id).state, bed.applied()), (ApprovalState::Pending, 0));
}

/// What joins the key of ada and the instance: her key, used on it.
fn bridge() -> Sample {
    let user = stolen_key("bridge", "ada");
    Sample {
        targets: vec![Target::AccessKey, host("orders")],
        first_seen: day(30),
        last_seen: day(31),
        ..user
    }
}

fn dated(sample: Sample, minutes: u64) -> Sample {
    Sample { first_seen: day(minutes), last_seen: day(minutes + 1), ..sample }
}

#[test]
fn a_finding_that_bridges_two_open_incidents_merges_them_into_the_older() {
    let key = || stolen_key("used elsewhere", "ada");
    let host = || production_miner("mines", "orders");
    for (older, younger) in [(dated(key(), 0), dated(host(), 20)), (dated(host(), 0), dated(key(), 20))] {
        for order in [[&older, &younger], [&younger, &older]] {
            let bed = Bed::new();
            bed.run(&events(order));
            assert_eq!((bed.incidents().len(), bed.approvals().len()), (2, 2));
            bed.clock.forward(2 * MINUTE);
            bed.run(&events(&[bridge()]));
            assert_merged(&bed, &older);
        }
    }
}

fn assert_merged(bed: &Bed, older: &Sample) {
    let survivor = bed.incident();
    assert_eq!(bed.names_in(survivor.id).len(), 3);
    let is_other = |incident: &Incident| incident.id != survivor.id;
    let other = bed.incidents().into_iter().find(is_other).unwrap();
    assert_eq!(other.merged_into, Some(survivor.id));
    assert_eq!((other.status, other.verdict), (Status::Closed, Some(Verdict::Duplicate)));
    assert_eq!(survivor.first_seen, older.first_seen);
    assert_eq!(survivor.id, IncidentId::opened_by(finding_id(bed, older)));
    assert!(bed.findings_of(other.id).is_empty());
    // The other's question is withdrawn, its executions are over, and the survivor asks for both.
    for approval in bed.approvals() {
        let is_newest = approval.incident == survivor.id && approval.generation == survivor.generation;
        let expected = if is_newest { ApprovalState::Pending } else { ApprovalState::Withdrawn };
        assert_eq!(approval.state, expected, "{approval:#?}");
    }
    let waiting = bed.actions_of(survivor.id).into_iter().filter(|one| one.state == ActionState::Planned);
    assert_eq!((waiting.count(), bed.applied()), (2, 0));
    let (all, ended) = bed.executions();
    assert_eq!(all, ended + 1);
    assert_eq!(execution(bed, survivor.id, survivor.generation), ExecutionStatus::Waiting);
}

fn finding_id(bed: &Bed, sample: &Sample) -> soc_domain::id::FindingId {
    let survivor = bed.incident();
    let found = bed.findings_of(survivor.id).into_iter().find(|finding| finding.product_id == sample.id);
    found.unwrap().id
}

#[test]
fn generated_incidents_do_not_depend_on_the_order_of_arrival() {
    let plan = Plan { count: 40, incidents: 10, seed: 11, ..Plan::default() };
    let records: Vec<Vec<u8>> = plan.records().collect();
    let calm = Bed::new();
    calm.run(&records);
    // One of the ten is a sweep of controls, each on a resource of its own: here of three.
    assert_eq!(calm.outcome().incidents.len(), 10 + 2);
    let backwards: Vec<Vec<u8>> = records.into_iter().rev().collect();
    let bed = Bed::new();
    bed.run(&backwards);
    assert_eq!(bed.outcome().incidents, calm.outcome().incidents);
}
