//! What the sweep does although nobody asks: reconcile, watch, and end containment through whoever may.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use soc_domain::action::ActionState;
use soc_domain::finding::Finding;
use soc_domain::id::Place;
use soc_domain::incident::{Incident, Stage, Status};
use soc_domain::people::{JobState, Wish};
use soc_domain::policy::Mode;
use soc_domain::verdict::Verdict;
use soc_domain::wire::{Content, Simulator, heartbeat, heartbeat_finding, read_record};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult, StageError};
use soc_pipeline::handlers::{Function, Invoke, InvokedRemedies, World};
use soc_pipeline::people::{Bulk, Order, People};
use soc_pipeline::ports::{
    Actions, Clock, Confirmation, Cursor, Findings, Origin, RecentPage, Report, Reported, Sources,
    StreamRecord,
};
use soc_pipeline::reverse::NotReversed;
use soc_pipeline::sweep::{Duties, Reconciling, Sweeping, Watching};
use soc_samples::Sample;
use soc_testkit::block_on;

use crate::cast::{ACCOUNT, event, later, miner, read};
use crate::threats::desk::{Desk, Nobody};

const HOUR: Duration = Duration::from_secs(3600);

fn place() -> Place {
    Place { partition: "aws".to_owned(), account: ACCOUNT.to_owned(), region: "eu-central-1".to_owned() }
}

fn people(desk: &Desk) -> People<'_> {
    People {
        incidents: &desk.store,
        findings: &desk.store,
        holdings: &desk.store,
        correlations: &desk.store,
        operations: &desk.store,
        comments: &desk.store,
        jobs: &desk.store,
        actions: &desk.store,
        approvals: &desk.store,
        workflows: &desk.store,
        ledger: &desk.store,
        clock: &*desk.clock,
        policy: &desk.policy,
    }
}

fn duties<'a>(
    desk: &'a Desk,
    sweeping: Sweeping<'a>,
    sources: &'a dyn Sources,
    place: &'a Place,
) -> Duties<'a> {
    Duties {
        sweeping,
        people: people(desk),
        reconciling: Reconciling { findings: &desk.store, sources, stream: &desk.store },
        watching: Watching {
            unfinished: &desk.store,
            workflows: &desk.store,
            findings: &desk.store,
            stream: &desk.store,
            clock: &*desk.clock,
            policy: &desk.policy,
            place,
        },
        anchors: None,
    }
}

/// A record of a product that was changed so many hours before the desk's morning.
fn published(desk: &Desk, name: &str, hours_ago: u64) -> (Finding, StreamRecord) {
    let at = desk.clock.now().minus(HOUR * u32::try_from(hours_ago).unwrap());
    let mut sample = miner(name, name);
    (sample.first_seen, sample.last_seen, sample.updated_at) = (at, at, at);
    let bytes = event(&sample);
    let finding = read(&bytes);
    desk.store.publish(at, StreamRecord { key: name.to_owned(), bytes: bytes.clone() });
    (finding, StreamRecord { key: name.to_owned(), bytes })
}

#[test]
fn what_a_product_has_and_we_do_not_goes_on_the_stream_again_and_is_counted_as_lost() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let (_, had) = published(&desk, "had", 5);
    desk.handle_in(&had.bytes, &world);
    let (_, lost) = published(&desk, "lost", 5);
    published(&desk, "fresh", 0);
    published(&desk, "too-long-ago", 30);
    let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!(swept.failed, Vec::<&str>::new());
    assert_eq!((swept.reconciled.looked_at, swept.reconciled.lost, swept.reconciled.behind), (3, 1, 0));
    let put: Vec<StreamRecord> =
        desk.store.streamed().into_iter().filter(|record| !record.key.starts_with("heartbeat")).collect();
    assert_eq!(put, vec![lost.clone()]);
    desk.handle_in(&lost.bytes, &world);
    let again = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!(again.reconciled.lost, 0, "what was put was taken in");
}

#[test]
fn a_newer_revision_at_the_product_is_behind_and_not_lost() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let old = miner("m", "web");
    desk.handle_in(&event(&old), &world);
    let bytes = event(&later(&old, 60));
    desk.store.publish(desk.clock.now(), StreamRecord { key: "m".to_owned(), bytes });
    let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!((swept.reconciled.lost, swept.reconciled.behind), (0, 1));
}

#[test]
fn what_a_person_began_and_nobody_ended_is_ended_by_the_sweep_and_not_before_its_time() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    for (name, host) in [("one", "web"), ("two", "db")] {
        desk.handle_in(&event(&miner(name, host)), &world);
    }
    let ids: Vec<_> = desk.store.all_incidents().into_iter().map(|incident| incident.id).collect();
    let bulk = Bulk { incidents: ids.clone(), wish: Wish::Status { status: Status::Closed, reason: None } };
    let order = Order { by: "ann", key: Some("bulk-1234"), asked: "a" };
    // Taken on, and whoever took it on died.
    let job = block_on(people(&desk).bulk(&order, &bulk)).unwrap();
    let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!((swept.taken_over, swept.failed), (0, vec![]));
    desk.clock.forward(HOUR);
    let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!((swept.taken_over, swept.failed), (1, vec![]));
    assert!(desk.store.all_incidents().iter().all(|incident| incident.status == Status::Closed));
    let ended = block_on(soc_pipeline::ports::Jobs::get(&desk.store, job.id)).unwrap().unwrap().value;
    assert_eq!((ended.done(), ended.state()), (ids.len(), JobState::Done));
}

/// A product that cannot be asked.
struct Away;

#[async_trait]
impl Sources for Away {
    async fn confirm(&self, _id: soc_domain::id::FindingId) -> PortResult<Confirmation> {
        Ok(Confirmation::Unverified)
    }
    async fn recent(
        &self,
        _since: soc_domain::time::Timestamp,
        _from: Option<&Cursor>,
    ) -> PortResult<RecentPage> {
        Err(PortError::new(PortErrorKind::Unavailable, "list findings of the products"))
    }
    async fn report(&self, _id: soc_domain::id::FindingId, _report: Report<'_>) -> PortResult<Reported> {
        Ok(Reported::NobodyToTell)
    }
}

#[test]
fn what_a_sweep_opens_it_also_starts() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let first = Sample { score: 7.5, ..miner("m", "web") };
    desk.handle_in(&event(&first), &world);
    desk.handle_in(&event(&Sample { score: 9.5, ..later(&first, 1) }), &world);
    desk.clock.forward(Duration::from_secs(60));
    let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!((swept.opened, swept.sent), (1, 1));
}

#[test]
fn a_duty_that_fails_stops_no_other() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let swept = block_on(duties(&desk, world.sweeping(), &Away, &place).all());
    assert_eq!(swept.failed, vec!["reconcile"]);
    assert_eq!(swept.errors.len(), 1);
    assert_eq!(desk.store.streamed().len(), 1, "the heartbeat was put all the same");
    let answer = serde_json::to_value(&swept).unwrap();
    assert_eq!(answer["failed"], json!(["reconcile"]));
}

#[test]
fn a_heartbeat_becomes_an_incident_of_verdict_test_that_nothing_acts_on_and_the_next_sweep_hears_it() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let first = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!(first.heartbeat_age_seconds, None);
    desk.deliver(&desk.store.streamed().remove(0).bytes, Origin::Bus, &world);
    let (incident, _documents) = desk.incidents().remove(0);
    assert_eq!((incident.verdict, incident.stage), (Some(Verdict::Test), Stage::Done));
    assert_eq!((incident.status, incident.sample), (Status::Closed, true));
    assert!(desk.actions().is_empty() && desk.account.calls().is_empty());
    desk.clock.forward(HOUR / 4);
    let second = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!(second.heartbeat_age_seconds, Some(900));
    desk.deliver(&desk.store.streamed().remove(1).bytes, Origin::Bus, &world);
    assert_eq!(desk.incidents().len(), 1, "one incident a day");
    desk.clock.forward(HOUR * 48);
    let later = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!(later.heartbeat_age_seconds, None, "two days without any");
}

#[test]
fn a_heartbeat_that_says_more_is_still_a_sample_and_one_of_the_future_hides_nothing() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let mut forged: Value =
        serde_json::from_str(str::from_utf8(&event(&miner("m", "web"))).unwrap()).unwrap();
    forged["source"] = json!("soc.heartbeat");
    let finding = read(forged.to_string().as_bytes());
    assert!(finding.sample && finding.resources.is_empty());
    assert_eq!((finding.product.as_str(), finding.kind.as_str()), ("soc", "Heartbeat"));
    let ahead = desk.clock.now().plus(HOUR * 3);
    desk.deliver(heartbeat(ahead, &place).as_bytes(), Origin::Bus, &world);
    assert!(block_on(Findings::get(&desk.store, heartbeat_finding(ahead, &place))).unwrap().is_some());
    let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
    assert_eq!(swept.heartbeat_age_seconds, None);
}

#[test]
fn a_generation_that_nothing_goes_on_with_is_counted_and_started_if_it_never_was() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let place = place();
    let incident = Incident {
        generation_at: desk.clock.now(),
        status: Status::New,
        ..soc_testkit::build::incident("stuck")
    };
    block_on(soc_pipeline::ports::Incidents::save(&desk.store, &incident, None, None)).unwrap();
    let message =
        soc_pipeline::ports::StartWorkflow { incident: incident.id, generation: incident.generation };
    assert_eq!(block_on(duties(&desk, world.sweeping(), &desk.store, &place).all()).stuck, 0, "not yet");
    desk.clock.forward(HOUR * 48);
    for _ in 0..2 {
        let swept = block_on(duties(&desk, world.sweeping(), &desk.store, &place).all());
        assert_eq!(swept.stuck, 1);
        assert_eq!(desk.store.execution(message).unwrap().starts, 1);
    }
}

/// `remediate` behind an invocation: payloads and answers go through text, as they do on the wire.
struct Remote<'a>(World<'a>);

#[async_trait]
impl Invoke for Remote<'_> {
    async fn invoke(&self, payload: Value) -> Result<Value, StageError> {
        let payload = serde_json::from_str(&payload.to_string()).unwrap();
        let answer = self.0.handle(Function::Remediate, payload).await?;
        Ok(serde_json::from_str(&answer.to_string()).unwrap())
    }
}

/// Contains a miner, lets the containment expire, and sweeps through an invocation.
fn expired(disturb: impl Fn(&Desk)) -> (Desk, usize, ActionState) {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    desk.handle_in(&event(&miner("m", "web")), &world);
    let id = desk.actions().into_iter().find(|action| action.expires_at.is_some()).expect("contained").id;
    desk.clock.forward(HOUR * 24 * 30);
    disturb(&desk);
    let remote = Remote(world);
    let remedies = InvokedRemedies { remediate: &remote };
    let sweeping = Sweeping { remedies: &remedies, ..world.sweeping() };
    let undone = block_on(sweeping.expire_containment()).unwrap();
    let state = block_on(Actions::get(&desk.store, id)).unwrap().unwrap().state;
    (desk, undone, state)
}

#[test]
fn containment_ends_through_an_invocation_as_it_does_directly() {
    let (desk, undone, state) = expired(|_desk| {});
    assert_eq!((undone, state), (1, ActionState::Reversed));
    let ledger = desk.store.ledger();
    let reversed = ledger.iter().find(|entry| entry.what == "action_reversed").unwrap();
    assert_eq!(reversed.actor, format!("{} (expiry)", soc_pipeline::MACHINE));
}

#[test]
fn what_somebody_changed_since_is_left_to_a_person_through_an_invocation_too() {
    let (desk, undone, state) = expired(|desk| desk.account.forget());
    assert_eq!((undone, state), (0, ActionState::Done));
    assert!(desk.store.ledger().iter().any(|entry| entry.what == "expiry_refused"));
}

#[test]
fn a_person_undoes_through_an_invocation_and_is_told_as_much_as_without_one() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    desk.handle_in(&event(&miner("m", "web")), &world);
    let id = desk.actions().into_iter().find(|action| action.expires_at.is_some()).expect("contained").id;
    let remote = Remote(world);
    let remedies = InvokedRemedies { remediate: &remote };
    let undo = |id| block_on(remedies.undo(id, "ana"));
    let unknown = soc_testkit::build::action("a").id;
    assert!(matches!(undo(unknown), Err(NotReversed::Unknown { id }) if id == unknown));
    desk.account.forget();
    let drifted = undo(id).unwrap_err();
    let directly = block_on(world.reversing().reverse(id, "ana")).unwrap_err();
    let (NotReversed::Drifted { left, found }, NotReversed::Drifted { left: same, found: too }) =
        (drifted, directly)
    else {
        panic!("the resource was changed since")
    };
    assert_eq!((left, found), (same, too));
}

#[test]
fn a_reversal_without_a_person_or_with_more_is_rejected() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    let id = soc_testkit::build::action("a").id;
    for payload in [
        json!({ "op": "reverse", "action_id": id }),
        json!({ "op": "reverse", "action_id": id, "person": " " }),
        json!({ "op": "reverse", "action_id": id, "person": "ana", "tier": "auto" }),
        json!({ "op": "reverse", "action_id": "act_x", "person": "ana" }),
        json!({ "op": "end_merged", "person": "ana" }),
    ] {
        let refused = block_on(world.handle(Function::Remediate, payload.clone())).unwrap_err();
        assert_eq!(refused.name(), "Soc.Rejected", "{payload}");
    }
    let unknown = json!({ "op": "reverse", "action_id": id, "person": "ana" });
    let answer = block_on(world.handle(Function::Remediate, unknown)).unwrap();
    assert_eq!(answer, json!({ "reversal": "unknown" }));
}

/// The event of a product, as the simulator plays it.
fn played() -> Vec<u8> {
    let mut event: Value = serde_json::from_str(str::from_utf8(&event(&miner("m", "web"))).unwrap()).unwrap();
    event["source"] = json!("soc.simulator");
    event.to_string().into_bytes()
}

#[test]
fn what_the_simulator_plays_is_marked_and_nothing_acts_on_it_as_its_product_does_not_know_it() {
    let desk = Desk::new();
    let world = desk.world(&Nobody);
    assert!(read(&played()).simulated);
    desk.deliver(&played(), Origin::Bus, &world);
    let (incident, documents) = desk.incidents().remove(0);
    assert_eq!(incident.verdict, Some(Verdict::TruePositive));
    assert!(!documents.plan.unwrap().steps.is_empty(), "it is planned for like any other");
    assert!(desk.account.calls().is_empty());
    assert!(desk.actions().iter().all(|action| action.state != ActionState::Done));
}

#[test]
fn where_the_simulator_is_not_allowed_what_it_plays_is_refused_with_the_reason() {
    for record in [played(), br#"{"detail-type":"x","source":"soc.simulator","detail":{}}"#.to_vec()] {
        let refused = read_record(&record).remove(0).admit(Simulator::Refused);
        let why = refused.content.unwrap_err().to_string();
        assert!(why.contains("simulator"), "{why}");
        assert!(read_record(&record).remove(0).admit(Simulator::Allowed).content.is_ok());
    }
    let real = event(&miner("m", "web"));
    let admitted = read_record(&real).remove(0).admit(Simulator::Refused);
    assert!(matches!(admitted.content, Ok(Content::Finding(finding, _)) if !finding.simulated));
}

#[test]
fn the_stricter_of_two_response_modes_holds() {
    let modes = [Mode::Off, Mode::DryRun, Mode::Approve, Mode::Auto];
    let desk = Desk::new();
    for (at, one) in modes.into_iter().enumerate() {
        assert_eq!(one.name().parse(), Ok(one));
        for (other_at, other) in modes.into_iter().enumerate() {
            let mut policy = desk.policy.clone();
            policy.rules.response.mode = one;
            let limited = policy.clone().limited_to(other);
            assert_eq!(limited.rules.response.mode, modes[at.min(other_at)]);
            assert_eq!(limited.sha256, policy.sha256);
        }
    }
    assert!("Auto".parse::<Mode>().is_err());
}
