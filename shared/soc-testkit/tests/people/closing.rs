//! Closing an incident withdraws what is asked about it; a person's word stops what the machine would do by itself.

use std::time::Duration;

use soc_domain::action::{Action, ActionState, Tier};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::incident::{Incident, Stage, Status};
use soc_domain::people::Wish;
use soc_domain::verdict::Verdict;
use soc_pipeline::execute::{Executing, Tally};
use soc_pipeline::ports::{Actions, Approvals, Incidents, Resume, StartWorkflow, Workflows};
use soc_testkit::block_on;
use soc_testkit::build::{action, approval, finding, incident_id};
use soc_testkit::memory::MemoryAccount;

use super::bed::{Bed, POLICY, order};

/// A finding about `a`, with an action of `tier` planned because of it.
fn planned(tier: Tier) -> (Bed, Action) {
    let bed = Bed::default();
    bed.comes(&finding("a"));
    let action = Action { tier, ..action("a") };
    block_on(Actions::save(&bed.store, &action, None)).unwrap();
    (bed, action)
}

fn asked() -> (Bed, Action) {
    let (bed, action) = planned(Tier::Approve);
    block_on(Approvals::save(&bed.store, &approval(&action), None)).unwrap();
    block_on(bed.store.keep_token(execution(&action), "token")).unwrap();
    (bed, action)
}

fn execution(action: &Action) -> StartWorkflow {
    StartWorkflow { incident: action.incident, generation: action.generation }
}

fn approval_of(bed: &Bed, action: &Action) -> Approval {
    block_on(Approvals::get(&bed.store, action.id)).unwrap().unwrap().value
}

fn action_now(bed: &Bed, action: &Action) -> Action {
    block_on(Actions::get(&bed.store, action.id)).unwrap().unwrap()
}

fn status(status: Status) -> Wish {
    Wish::Status { status, reason: None }
}

#[test]
fn closing_withdraws_what_is_asked_and_tells_who_waits_and_reopening_revives_nothing() {
    for to in [Status::Closed, Status::Resolved] {
        let (bed, action) = asked();
        let done = bed.change("ann", action.incident, &status(to)).unwrap();
        assert_eq!(approval_of(&bed, &action).state, ApprovalState::Withdrawn);
        assert_eq!(action_now(&bed, &action).state, ActionState::Withdrawn);
        let told = bed.store.execution(execution(&action)).unwrap().told;
        assert_eq!(told, Some(Resume::Decided));
        block_on(bed.people().undo(&order("ann"), done.operation.id)).unwrap();
        assert_eq!(bed.incident(action.incident).status, Status::New);
        assert_eq!(approval_of(&bed, &action).state, ApprovalState::Withdrawn);
    }
}

#[test]
fn what_leaves_an_incident_open_withdraws_nothing() {
    let (bed, action) = asked();
    for to in [Status::InProgress, Status::OnHold, Status::New] {
        bed.change("ann", action.incident, &status(to)).unwrap();
    }
    assert_eq!(approval_of(&bed, &action).state, ApprovalState::Pending);
    assert_eq!(action_now(&bed, &action).state, ActionState::Planned);
}

fn executed(bed: &Bed, action: &Action) -> (Tally, Action) {
    let account = MemoryAccount::default();
    let executing = Executing {
        incidents: &bed.store,
        actions: &bed.store,
        approvals: &bed.store,
        account: &account,
        sources: &bed.store,
        ledger: &bed.store,
        clock: &bed.clock,
        policy: &POLICY,
        lease: Duration::ZERO,
    };
    let case = soc_pipeline::Case { incident: action.incident, generation: action.generation };
    let tally = block_on(executing.execute(case, action.tier)).unwrap();
    (tally, action_now(bed, action))
}

#[test]
fn a_persons_word_stops_what_the_machine_would_do_by_itself() {
    let harmless = Wish::Verdict { verdict: Verdict::Benign, reason: None };
    let closed = status(Status::Closed);
    for (wish, why) in [(harmless, "a person holds the incident"), (closed, "a person closed the incident")] {
        let (bed, action) = planned(Tier::Auto);
        bed.change("ann", action.incident, &wish).unwrap();
        let (tally, action) = executed(&bed, &action);
        assert_eq!((tally.withdrawn, tally.done), (1, 0));
        assert!(action.note.as_deref().unwrap_or_default().starts_with(why), "{:?}", action.note);
    }
    // Without a person's word, it is the account that ends it here: there is no such resource in it.
    let (bed, action) = planned(Tier::Auto);
    let (_, action) = executed(&bed, &action);
    assert_eq!(action.note.as_deref(), Some("the account has no such resource"));
}

#[test]
fn a_persons_verdict_outlives_what_later_generations_conclude() {
    let bed = Bed::default();
    bed.comes(&finding("a"));
    let id = incident_id("a");
    bed.change("ann", id, &Wish::Verdict { verdict: Verdict::FalsePositive, reason: None }).unwrap();
    let found = block_on(Incidents::get(&bed.store, id)).unwrap().unwrap();
    let judged = Incident { verdict: Some(Verdict::TruePositive), stage: Stage::Triaged, ..found.value };
    block_on(Incidents::save(&bed.store, &judged, Some(found.version), None)).unwrap();
    assert_eq!(bed.incident(id).standing_verdict(), Some(Verdict::FalsePositive));
}
