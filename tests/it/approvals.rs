//! What people decide, and what time decides for them, on the real local form.

use std::time::Duration;

use soc_domain::action::{ActionState, KeyStatus};
use soc_domain::approval::{Answer, ApprovalState, MACHINE, NotDecided};
use soc_domain::id::ActionId;
use soc_domain::incident::{Outcome, Stage, Status};
use soc_local::account::ResourceState;
use soc_local::runner::{Access, Undone};
use soc_pipeline::approve::Refused;
use soc_pipeline::ports::{Actions, Approvals, Clock};
use soc_pipeline::reverse::NotReversed;
use soc_testkit::block_on;

use crate::bed::Bed;
use crate::cast::{events, key_arn, miner, production_miner, stolen_key};

const HOUR: Duration = Duration::from_secs(3600);

/// A bed that asks for one action, and that action.
fn asked(changes: &[(&str, &str)], records: &[Vec<u8>]) -> (Bed, ActionId) {
    let bed = Bed::with(changes);
    bed.run(records);
    let action = bed.action();
    assert_eq!(action.state, ActionState::Planned);
    assert_eq!(bed.approval(action.id).state, ApprovalState::Pending);
    assert_eq!(bed.incident().stage, Stage::AwaitingApproval);
    (bed, action.id)
}

fn one_person() -> (Bed, ActionId) {
    asked(&[], &events(&[stolen_key("used elsewhere", "ada")]))
}

fn two_persons() -> (Bed, ActionId) {
    asked(&[], &events(&[production_miner("mines", "orders")]))
}

fn status_of_key(bed: &Bed, user: &str) -> KeyStatus {
    let text = bed.soc().account().get(&key_arn(user)).unwrap().unwrap();
    let ResourceState::AccessKey(key) = ResourceState::from_json(&text).unwrap() else { panic!("{text}") };
    key.status
}

fn assert_not_done(bed: &Bed, action: ActionId, note: &str) {
    let withdrawn = bed.action();
    assert_eq!((withdrawn.id, withdrawn.state), (action, ActionState::Withdrawn));
    assert!(withdrawn.note.as_deref().unwrap_or_default().contains(note), "{:?}", withdrawn.note);
    assert_eq!(bed.applied(), 0);
    assert_eq!(bed.executions(), (1, 1));
    assert_eq!((bed.incident().outcome, bed.incident().status), (Some(Outcome::NeedsPerson), Status::New));
}

#[test]
fn what_was_changed_after_it_was_asked_is_not_done_although_people_approve() {
    let (bed, id) = two_persons();
    let mut widened = bed.action();
    widened.target.resource = widened.target.resource.replace("instance/i-", "instance/i-9");
    block_on(Actions::save(bed.store(), &widened, Some(widened.epoch))).unwrap();
    bed.approve(id, "ana").unwrap();
    bed.approve(id, "ben").unwrap();
    assert_not_done(&bed, id, "nobody approved exactly this");
}

#[test]
fn one_person_approves_and_it_is_done_verified_and_resolved() {
    let (bed, id) = one_person();
    let decided = bed.approve(id, "ana").unwrap();
    assert_eq!(decided.approval.state, ApprovalState::Approved);
    let action = bed.action();
    assert_eq!((action.state, action.owner.as_str()), (ActionState::Done, "ana"));
    assert_eq!(status_of_key(&bed, "ada"), KeyStatus::Inactive);
    let incident = bed.incident();
    assert_eq!((incident.outcome, incident.status), (Some(Outcome::Contained), Status::Resolved));
    assert_eq!((bed.applied(), bed.executions()), (1, (1, 1)));
}

#[test]
fn production_needs_two_persons_and_one_person_counts_once() {
    let (bed, id) = two_persons();
    assert_eq!(bed.approve(id, "ana").unwrap().approval.state, ApprovalState::Pending);
    assert_eq!(bed.applied(), 0);
    let again = bed.approve(id, " Ana ").unwrap_err();
    assert!(matches!(again, Refused::NotDecided(NotDecided::SamePerson { missing: 1 })), "{again:?}");
    assert_eq!(bed.applied(), 0);
    assert_eq!(bed.approve(id, "ben").unwrap().approval.state, ApprovalState::Approved);
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    assert_eq!(bed.action().owner, "ana, ben");
}

#[test]
fn the_machine_that_asks_cannot_consent_nor_can_nobody() {
    let (bed, id) = one_person();
    let own = bed.approve(id, MACHINE).unwrap_err();
    assert!(matches!(own, Refused::NotDecided(NotDecided::Requester)), "{own:?}");
    let nobody = bed.approve(id, "  ").unwrap_err();
    assert!(matches!(nobody, Refused::NotDecided(NotDecided::Nameless)), "{nobody:?}");
    assert_eq!((bed.approval(id).state, bed.applied()), (ApprovalState::Pending, 0));
}

#[test]
fn one_denial_withdraws_the_action_even_after_a_consent() {
    let (bed, id) = two_persons();
    bed.approve(id, "ana").unwrap();
    let denied = bed.decide(id, "ben", Answer::Deny).unwrap();
    assert_eq!(denied.approval.state, ApprovalState::Denied);
    assert_not_done(&bed, id, "denied by ben");
    let late = bed.approve(id, "cy").unwrap_err();
    assert!(matches!(late, Refused::NotDecided(NotDecided::Settled { .. })), "{late:?}");
    assert_not_done(&bed, id, "denied by ben");
}

#[test]
fn silence_means_no_and_not_a_moment_earlier() {
    let (bed, id) = one_person();
    bed.clock.forward(4 * HOUR - Duration::from_secs(1));
    bed.go_on();
    assert_eq!(bed.approval(id).state, ApprovalState::Pending);
    bed.clock.forward(Duration::from_secs(1));
    bed.go_on();
    assert_eq!(bed.approval(id).state, ApprovalState::Expired);
    assert_not_done(&bed, id, "nobody answered in time");
    let late = bed.approve(id, "ana").unwrap_err();
    assert!(matches!(late, Refused::NotDecided(NotDecided::Settled { .. })), "{late:?}");
    assert_eq!(bed.applied(), 0);
}

#[test]
fn a_decision_after_the_deadline_is_refused_even_before_anybody_settled() {
    let (bed, id) = one_person();
    bed.clock.forward(4 * HOUR);
    let late = bed.approve(id, "ana").unwrap_err();
    assert!(matches!(late, Refused::NotDecided(NotDecided::Expired { .. })), "{late:?}");
    bed.go_on();
    assert_not_done(&bed, id, "nobody answered in time");
}

#[test]
fn what_another_process_approves_in_the_last_moment_is_done_although_time_is_up() {
    let (bed, id) = one_person();
    bed.clock.forward(4 * HOUR - Duration::from_millis(1));
    let other = bed.open(Access::DriveOrLeave, &[]);
    assert!(!other.drives());
    let decision = soc_domain::approval::Decision {
        person: "ana".to_owned(),
        answer: Answer::Approve,
        reason: None,
        at: bed.clock.now(),
    };
    let decided = block_on(other.decide(id, decision)).unwrap();
    assert!(decided.left_to_runner);
    assert_eq!(bed.applied(), 0);
    bed.clock.forward(Duration::from_secs(1));
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    assert_eq!(bed.approval(id).state, ApprovalState::Approved);
}

#[test]
fn the_row_is_the_truth_when_the_word_to_the_workflow_was_lost() {
    let (mut bed, id) = one_person();
    let now = bed.clock.now();
    let (store, account) = bed.halt();
    // Approved, and the process died before it told the execution.
    let found = block_on(Approvals::get(&store, id)).unwrap().unwrap();
    let mut approval = found.value;
    let decision = soc_domain::approval::Decision {
        person: "ana".to_owned(),
        answer: Answer::Approve,
        reason: None,
        at: now,
    };
    approval.decide(decision).unwrap();
    block_on(Approvals::save(&store, &approval, Some(found.version))).unwrap();
    drop((store, account));
    bed.reopen_with(&[]);
    bed.go_on();
    assert_eq!(bed.applied(), 0, "nobody told the execution yet");
    bed.clock.forward(4 * HOUR);
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    assert_eq!(bed.approval(id).state, ApprovalState::Approved);
}

#[test]
fn containment_ends_by_itself_after_a_day_and_the_account_is_as_it_was() {
    let bed = Bed::new();
    bed.run(&events(&[miner("mines", "runner")]));
    let action = bed.action();
    assert_eq!((action.state, bed.applied()), (ActionState::Done, 1));
    bed.clock.forward(24 * HOUR - Duration::from_secs(1));
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    bed.clock.forward(Duration::from_secs(1));
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Reversed, 2));
    let now = block_on(soc_pipeline::ports::Account::observe(bed.soc().account(), &action.target)).unwrap();
    let text = |state| serde_json::to_string(state).unwrap();
    assert_eq!(text(&now), text(&action.before));
    bed.clock.forward(24 * HOUR);
    bed.go_on();
    assert_eq!(bed.applied(), 2);
}

#[test]
fn an_expiry_after_a_foreign_change_refuses_and_keeps_both_states() {
    let (bed, id) = one_person();
    bed.approve(id, "ana").unwrap();
    let done = bed.action();
    let arn = key_arn("ada");
    let text = bed.soc().account().get(&arn).unwrap().unwrap();
    let foreign = text.replace("Inactive", "Active");
    assert_ne!(text, foreign);
    bed.soc().account().set(&arn, &foreign).unwrap();
    bed.clock.forward(25 * HOUR);
    bed.go_on();
    let action = bed.action();
    assert_eq!((action.state, action.expires_at), (ActionState::Done, None));
    assert_eq!((&action.before, &action.after), (&done.before, &done.after));
    assert!(action.note.unwrap_or_default().contains("was changed since"));
    assert_eq!(bed.soc().account().get(&arn).unwrap(), Some(foreign));
    assert_eq!(bed.applied(), 1);
    // A person who asks is shown both.
    match block_on(bed.soc().reverse(id, "ben")).unwrap_err() {
        NotReversed::Drifted { left, found } => {
            assert_eq!(Some(*left), action.after);
            assert_eq!(found.map(|found| *found), action.before);
        }
        other => panic!("{other:?}"),
    }
    bed.clock.forward(25 * HOUR);
    bed.go_on();
    assert_eq!(bed.applied(), 1);
}

#[test]
fn a_person_undoes_an_action_once_and_it_is_not_done_again_without_one() {
    let bed = Bed::new();
    bed.run(&events(&[miner("mines", "runner")]));
    let id = bed.action().id;
    for _again in 0..2 {
        let undone = block_on(bed.soc().reverse(id, "ana")).unwrap();
        assert!(matches!(undone, Undone::Reversed(action) if action.state == ActionState::Reversed));
        assert_eq!(bed.applied(), 2);
    }
    // Worse: the next generation plans it again, and asks.
    bed.clock.forward(2 * HOUR);
    let worse = soc_samples::Sample { score: 9.5, ..crate::cast::later(&miner("mines", "runner"), 30) };
    bed.run(&events(&[worse]));
    let second = bed.actions().into_iter().find(|action| action.id != id).unwrap();
    assert_eq!((second.state, second.attempt), (ActionState::Planned, 1));
    assert!(second.reasons.iter().any(|reason| reason.contains("undone before")), "{:?}", second.reasons);
    assert_eq!((bed.approval(second.id).state, bed.applied()), (ApprovalState::Pending, 2));
}

#[test]
fn a_reversal_that_another_process_asks_for_is_done_by_the_one_that_drives() {
    let bed = Bed::new();
    bed.run(&events(&[miner("mines", "runner")]));
    let id = bed.action().id;
    let other = bed.open(Access::DriveOrLeave, &[]);
    assert_eq!(block_on(other.reverse(id, "ana")).unwrap(), Undone::LeftToRunner);
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Done, 1));
    bed.go_on();
    assert_eq!((bed.action().state, bed.applied()), (ActionState::Reversed, 2));
    assert!(block_on(Actions::get(bed.store(), id)).unwrap().unwrap().note.unwrap().contains("ana"));
}
