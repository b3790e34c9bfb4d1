//! The action protocol after a crash between act and commit, a lost response, a zombie: nothing is done twice,
//! and what is unclear is left to a person.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use soc_domain::action::{Action, ActionState, Change, Effect, Observation, Target, Tier, effect, reversal};
use soc_domain::approval::{Answer, ApprovalState, Decision};
use soc_domain::incident::{Outcome, Stage};
use soc_local::account::{ResourceState, SimulatedAccount};
use soc_local::analyst::RuleAnalyst;
use soc_local::store::Store;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult, StageError};
use soc_pipeline::handlers::Function;
use soc_pipeline::ports::{Account, Actions, Approvals, Clock, Resume, StartWorkflow, Workflows};
use soc_samples::Sample;
use soc_testkit::block_on;

use crate::bed::Bed;
use crate::cast::{event, events, instance_arn, later, miner, production_miner};
use crate::stages::Stages;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// How far the process came before it died.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Died {
    BeforeTheAct,
    AfterTheAct,
}

fn change_of(action: &Action, before: &Observation) -> Change {
    match effect(&action.target, before) {
        Effect::Change(change) => change,
        other @ (Effect::AlreadyThere | Effect::Impossible { .. }) => panic!("{other:?}"),
    }
}

/// Two persons have approved; the intent is on disk; the process died before or after the act.
fn interrupted(died: Died) -> Bed {
    let mut bed = Bed::new();
    bed.run(&events(&[production_miner("mines", "orders")]));
    let now = bed.clock.now();
    let (action, approval) = (bed.action(), bed.approval(bed.action().id));
    assert_eq!((action.state, approval.state), (ActionState::Planned, ApprovalState::Pending));
    let (store, account) = bed.halt();
    approve(&store, &action, now);
    intend_and_act(&store, &account, action, died);
    drop((store, account));
    bed.reopen_with(&[]);
    bed
}

fn approve(store: &Store, action: &Action, at: soc_domain::time::Timestamp) {
    let found = block_on(Approvals::get(store, action.id)).unwrap().unwrap();
    let mut approval = found.value;
    for person in ["ana", "ben"] {
        let person = person.to_owned();
        approval.decide(Decision { person, answer: Answer::Approve, reason: None, at }).unwrap();
    }
    block_on(Approvals::save(store, &approval, Some(found.version))).unwrap();
    let waiting = StartWorkflow { incident: action.incident, generation: action.generation };
    block_on(Workflows::resume(store, waiting, Resume::Decided)).unwrap();
}

fn intend_and_act(store: &Store, account: &SimulatedAccount, mut action: Action, died: Died) {
    let before = block_on(account.observe(&action.target)).unwrap().unwrap();
    let change = change_of(&action, &before);
    let epoch = action.epoch;
    action.state = ActionState::Intent;
    action.epoch = epoch + 1;
    action.before = Some(before);
    block_on(Actions::save(store, &action, Some(epoch))).unwrap();
    if died == Died::AfterTheAct {
        block_on(account.apply(&action.target, &change)).unwrap();
    }
}

#[test]
fn after_a_crash_behind_the_act_it_is_observed_and_not_done_again() {
    let bed = interrupted(Died::AfterTheAct);
    assert_eq!(bed.applied(), 1);
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    assert_eq!((bed.incident().outcome, bed.executions()), (Some(Outcome::Contained), (1, 1)));
    bed.go_on();
    assert_eq!(bed.applied(), 1);
}

#[test]
fn after_a_crash_before_the_act_it_is_done_exactly_once() {
    let bed = interrupted(Died::BeforeTheAct);
    assert_eq!(bed.applied(), 0);
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    assert_eq!((bed.incident().outcome, bed.executions()), (Some(Outcome::Contained), (1, 1)));
    bed.go_on();
    assert_eq!(bed.applied(), 1);
}

#[test]
fn an_interrupted_act_that_the_kill_switch_meets_is_not_begun_again() {
    let mut bed = interrupted(Died::BeforeTheAct);
    bed.reopen_with(&[("mode = \"auto\"", "mode = \"off\"")]);
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Withdrawn, 0));
}

/// Somebody puts the host into a group that is neither its own nor the quarantine group. Answers its state.
fn changed_by_somebody(bed: &Bed, host: &str) -> String {
    let arn = instance_arn(host);
    let text = bed.soc().account().get(&arn).unwrap().unwrap();
    let mut state = ResourceState::from_json(&text).unwrap();
    let ResourceState::Instance(instance) = &mut state else { panic!("{text}") };
    for groups in instance.interfaces.values_mut() {
        *groups = vec!["sg-00000000000000bad".to_owned()];
    }
    let foreign = state.to_json().unwrap();
    bed.soc().account().set(&arn, &foreign).unwrap();
    foreign
}

#[test]
fn what_is_neither_as_it_was_nor_as_it_should_be_is_left_to_a_person() {
    for died in [Died::BeforeTheAct, Died::AfterTheAct] {
        let bed = interrupted(died);
        let foreign = changed_by_somebody(&bed, "orders");
        let before = bed.applied();
        bed.go_on();
        assert_eq!((bed.action().state, bed.applied()), (ActionState::Unknown, before));
        assert_eq!(bed.incident().outcome, Some(Outcome::NeedsPerson));
        assert_eq!(bed.incident().stage, Stage::Done);
        assert_eq!(bed.soc().account().get(&instance_arn("orders")).unwrap(), Some(foreign));
    }
}

/// An action was done; the process died while undoing it, before or after the change.
fn reversal_cut_short(died: Died) -> Bed {
    let mut bed = Bed::new();
    bed.run(&events(&[miner("mines", "runner")]));
    let mut action = bed.action();
    let now = bed.clock.now();
    let (store, account) = bed.halt();
    let undo = reversal(action.before.as_ref().unwrap(), action.after.as_ref().unwrap()).unwrap();
    let epoch = action.epoch;
    action.state = ActionState::ReverseIntent;
    action.epoch = epoch + 1;
    action.lease_until = Some(now);
    block_on(Actions::save(&store, &action, Some(epoch))).unwrap();
    if died == Died::AfterTheAct {
        block_on(account.apply(&action.target, &undo)).unwrap();
    }
    drop((store, account));
    bed.reopen_with(&[]);
    bed
}

#[test]
fn a_reversal_that_was_cut_short_is_finished_exactly_once() {
    for died in [Died::BeforeTheAct, Died::AfterTheAct] {
        let bed = reversal_cut_short(died);
        bed.go_on();
        assert_eq!((bed.action().state, bed.applied()), (ActionState::Reversed, 2));
        bed.clock.forward(48 * HOUR);
        bed.go_on();
        assert_eq!(bed.applied(), 2);
    }
}

#[test]
fn a_reversal_that_was_cut_short_on_what_somebody_changed_is_left_to_a_person_once() {
    for died in [Died::BeforeTheAct, Died::AfterTheAct] {
        let bed = reversal_cut_short(died);
        let foreign = changed_by_somebody(&bed, "runner");
        let before = bed.applied();
        bed.go_on();
        bed.go_on();
        assert_eq!((bed.action().state, bed.applied()), (ActionState::Unknown, before));
        assert_eq!(bed.number("SELECT count(*) FROM ledger WHERE what = 'expiry_refused'"), 1);
        assert_eq!(bed.soc().account().get(&instance_arn("runner")).unwrap(), Some(foreign));
    }
}

/// What goes wrong while the account is being changed.
enum Fault<'a> {
    /// It is done, and the answer is lost.
    ResponseLost,
    /// It is not done, and there is no answer.
    NoAnswer,
    /// Somebody else took over meanwhile, and is done.
    TakenOver(&'a Store),
}

/// An account that fails at its first change.
struct Faulty<'a> {
    account: &'a SimulatedAccount,
    fault: Fault<'a>,
}

#[async_trait]
impl Account for Faulty<'_> {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.account.observe(target).await
    }

    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        let lost = || PortError::new(PortErrorKind::Timeout, "change the account");
        match &self.fault {
            Fault::NoAnswer => Err(lost()),
            Fault::ResponseLost => {
                self.account.apply(target, change).await?;
                Err(lost())
            }
            Fault::TakenOver(store) => {
                self.account.apply(target, change).await?;
                let ids =
                    store.list_incidents(soc_local::store::IncidentFilter { limit: 1, ..Default::default() });
                let mut action = Actions::of_incident(*store, ids.unwrap()[0].id).await?.remove(0);
                let epoch = action.epoch;
                action.epoch = epoch + 1;
                action.owner = "the other".to_owned();
                Actions::save(*store, &action, Some(epoch)).await
            }
        }
    }
}

pub(crate) fn planned() -> Stages {
    let stages = Stages::new();
    stages.take_in(&event(&miner("mines", "runner")));
    stages.planned(&stages.world());
    stages
}

pub(crate) fn only_action(stages: &Stages) -> Action {
    block_on(Actions::of_incident(&stages.store, stages.case().incident)).unwrap().remove(0)
}

#[test]
fn a_lost_response_fails_the_step_and_the_next_one_observes() {
    for (fault, applied) in [(Fault::ResponseLost, 1), (Fault::NoAnswer, 0)] {
        let stages = planned();
        let faulty = Faulty { account: &stages.account, fault };
        let error = stages.execute(&stages.world_of(&faulty, &RuleAnalyst), Tier::Auto).unwrap_err();
        assert!(matches!(error, StageError::Transient(_)), "{error:?}");
        assert_eq!((only_action(&stages).state, stages.applied()), (ActionState::Intent, applied));
        let tally = stages.execute(&stages.world(), Tier::Auto).unwrap();
        assert_eq!((tally.done, only_action(&stages).state, stages.applied()), (1, ActionState::Done, 1));
    }
}

#[test]
fn what_an_older_generation_left_interrupted_is_ended_by_the_plan_of_the_newer() {
    for (fault, state, applied) in
        [(Fault::ResponseLost, ActionState::Done, 1), (Fault::NoAnswer, ActionState::Planned, 0)]
    {
        let stages = planned();
        let faulty = Faulty { account: &stages.account, fault };
        stages.execute(&stages.world_of(&faulty, &RuleAnalyst), Tier::Auto).unwrap_err();
        stages.clock.forward(2 * MINUTE);
        stages.take_in(&event(&Sample { score: 9.5, ..later(&miner("mines", "runner"), 10) }));
        let case = stages.case();
        assert_eq!((case.generation, only_action(&stages).state), (2, ActionState::Intent));
        block_on(stages.world().triage().assess(case)).unwrap();
        let payload = json!({"op": "plan", "incident_id": case.incident, "generation": 2});
        block_on(stages.world().handle(Function::Remediate, payload)).unwrap();
        assert_eq!((only_action(&stages).state, stages.applied()), (state, applied));
        stages.execute(&stages.world(), Tier::Auto).unwrap();
        assert_eq!((only_action(&stages).state, stages.applied()), (ActionState::Done, 1));
    }
}

#[test]
fn a_zombie_cannot_commit_over_the_one_who_took_over() {
    let stages = planned();
    let faulty = Faulty { account: &stages.account, fault: Fault::TakenOver(&stages.store) };
    let error = stages.execute(&stages.world_of(&faulty, &RuleAnalyst), Tier::Auto).unwrap_err();
    assert!(matches!(error, StageError::Conflict { .. }), "{error:?}");
    let action = only_action(&stages);
    assert_eq!((action.epoch, action.owner.as_str(), action.state), (2, "the other", ActionState::Intent));
    stages.execute(&stages.world(), Tier::Auto).unwrap();
    assert_eq!((only_action(&stages).state, stages.applied()), (ActionState::Done, 1));
}

#[test]
fn an_intent_within_its_lease_is_left_to_whoever_has_it() {
    let stages = planned();
    let faulty = Faulty { account: &stages.account, fault: Fault::NoAnswer };
    let mut world = stages.world_of(&faulty, &RuleAnalyst);
    world.lease = Duration::from_secs(960);
    stages.execute(&world, Tier::Auto).unwrap_err();
    let error = stages.execute(&stages.world(), Tier::Auto).unwrap_err();
    assert!(matches!(error, StageError::Conflict { .. }), "{error:?}");
    assert_eq!(stages.applied(), 0);
    stages.clock.forward(Duration::from_secs(960));
    stages.execute(&stages.world(), Tier::Auto).unwrap();
    assert_eq!((only_action(&stages).state, stages.applied()), (ActionState::Done, 1));
}

#[test]
fn what_is_so_already_is_success_and_changes_nothing() {
    let stages = planned();
    let action = only_action(&stages);
    let before = block_on(stages.account.observe(&action.target)).unwrap().unwrap();
    block_on(stages.account.apply(&action.target, &change_of(&action, &before))).unwrap();
    let tally = stages.execute(&stages.world(), Tier::Auto).unwrap();
    assert_eq!((tally.no_effect, stages.applied()), (1, 1));
    assert_eq!(only_action(&stages).state, ActionState::NoEffect);
}
