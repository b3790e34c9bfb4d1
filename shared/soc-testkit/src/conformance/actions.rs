//! Records of actions.

use soc_domain::action::{Action, ActionState};
use soc_pipeline::ports::Actions;

use super::{Check, Suite, Verdict, conflict, same, there};
use crate::build::{action, at, incident_id};

/// The guarantees of [`Actions`], but for the power cut.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn actions<P: Actions>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("what was saved is read back whole, in every state", async |port: &P| whole(port).await);
    suite.holds("of two writers who expect no action exactly one succeeds", async |port: &P| {
        port.save(&action("a"), None).await?;
        conflict(port.save(&action("a"), None).await)
    });
    suite.holds("of two takers of an intent exactly one succeeds", async |port: &P| {
        port.save(&action("a"), None).await?;
        let intent = Action { state: ActionState::Intent, epoch: 1, ..action("a") };
        port.save(&intent, Some(0)).await?;
        conflict(port.save(&intent, Some(0)).await)?;
        same(there(port.get(intent.id).await?)?, intent)
    });
    suite.holds("only the holder of the newest epoch can commit", async |port: &P| {
        port.save(&Action { state: ActionState::Intent, epoch: 2, ..action("a") }, None).await?;
        let zombie = Action { state: ActionState::Unknown, epoch: 1, ..action("a") };
        conflict(port.save(&zombie, Some(1)).await)?;
        let done = Action { state: ActionState::Done, epoch: 2, ..action("a") };
        port.save(&done, Some(2)).await?;
        same(there(port.get(done.id).await?)?.state, ActionState::Done)
    });
    suite.holds("a writer who expects an action that is absent gets Conflict", async |port: &P| {
        conflict(port.save(&action("a"), Some(0)).await)?;
        let intent = Action { state: ActionState::Intent, ..action("a") };
        conflict(port.save(&intent, Some(0)).await)
    });
    suite.holds("an incident's actions come in the order of their ids", async |port: &P| {
        of_incident(port).await
    });
    suite.holds("expired containments and stale intents are due, the longest due first", async |port: &P| {
        due(port).await
    });
    suite.holds("what took effect in an account since a moment is counted", async |port: &P| {
        done_since(port).await
    });
    suite.verdict()
}

async fn whole<P: Actions>(port: &P) -> Check {
    for state in [
        ActionState::Planned,
        ActionState::Intent,
        ActionState::Done,
        ActionState::NoEffect,
        ActionState::Unknown,
        ActionState::ReverseIntent,
        ActionState::Reversed,
        ActionState::Withdrawn,
    ] {
        let note = Some("said".to_owned());
        let saved = Action { state, note, lease_until: Some(at(60)), ..action(state.name()) };
        port.save(&saved, None).await?;
        same(port.get(saved.id).await?, Some(saved))?;
    }
    same(port.get(action("other").id).await?, None)
}

async fn of_incident<P: Actions>(port: &P) -> Check {
    let mut ids = Vec::new();
    for name in ["c", "a", "b"] {
        let action = Action { incident: incident_id("x"), ..action(name) };
        ids.push(action.id);
        port.save(&action, None).await?;
    }
    port.save(&action("elsewhere"), None).await?;
    ids.sort();
    let found = port.of_incident(incident_id("x")).await?;
    same(found.iter().map(|action| action.id).collect::<Vec<_>>(), ids)
}

async fn due<P: Actions>(port: &P) -> Check {
    let with = |name: &str, state, seconds| Action {
        state,
        lease_until: Some(at(seconds)),
        expires_at: Some(at(seconds)),
        ..action(name)
    };
    for action in [
        with("expired", ActionState::Done, 30),
        with("stale", ActionState::Intent, 10),
        with("stale-reverse", ActionState::ReverseIntent, 20),
        with("lasting", ActionState::Done, 99),
        with("planned", ActionState::Planned, 1),
        with("reversed", ActionState::Reversed, 1),
        with("unknown", ActionState::Unknown, 1),
        with("withdrawn", ActionState::Withdrawn, 1),
        with("none", ActionState::NoEffect, 1),
    ] {
        port.save(&action, None).await?;
    }
    let expected = ["stale", "stale-reverse", "expired"].map(|name| action(name).id).to_vec();
    same(port.due(at(50), 10).await?, expected.clone())?;
    same(port.due(at(50), 2).await?, expected.into_iter().take(2).collect())?;
    let undone = with("expired", ActionState::Reversed, 30);
    port.save(&undone, Some(0)).await?;
    same(port.due(at(50), 10).await?.len(), 2)
}

async fn done_since<P: Actions>(port: &P) -> Check {
    let with = |name: &str, seconds: Option<u64>| Action {
        state: ActionState::Done,
        done_at: seconds.map(at),
        ..action(name)
    };
    let mut elsewhere = with("elsewhere", Some(90));
    elsewhere.target.place.account = "444455556666".to_owned();
    for action in
        [with("before", Some(10)), with("at", Some(50)), with("after", Some(90)), with("never", None)]
    {
        port.save(&action, None).await?;
    }
    port.save(&elsewhere, None).await?;
    // What was begun may have taken effect, and what was undone did.
    for (name, state) in
        [("begun", ActionState::Intent), ("unclear", ActionState::Unknown), ("undone", ActionState::Reversed)]
    {
        port.save(&Action { state, ..with(name, Some(60)) }, None).await?;
    }
    same(port.done_since("111122223333", at(50)).await?, 5)?;
    same(port.done_since("444455556666", at(50)).await?, 1)?;
    same(port.done_since("777788889999", at(0)).await?, 0)
}
