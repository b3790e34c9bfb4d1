//! `soc approve`, `soc deny`, `soc reverse` on a stack. Who decides is who is signed in, and nobody else.

use serde::Deserialize;
use serde_json::json;
use soc_aws::stack::{Part, Reply, Stack};
use soc_domain::action::{Action, ActionState, Observation};
use soc_domain::approval::{Answer, Decision};
use soc_domain::id::ActionId;
use soc_domain::notice::harmless;
use soc_domain::policy::Policy;
use soc_local::SystemClock;
use soc_pipeline::approve::{Approving, Refused};
use soc_pipeline::ports::Actions;
use soc_pipeline::reverse::NotReversed;

use crate::app::App;
use crate::args::Decide;
use crate::commands::decide::{Decided, drifted, nobody_asks, outcome, refused_for, tell};
use crate::failure::{Exit, Failure};

pub(super) async fn approve(app: &App<'_>, stack: &Stack, args: &Decide) -> Result<Exit, Failure> {
    decide(app, stack, (args, Answer::Approve)).await
}

pub(super) async fn deny(app: &App<'_>, stack: &Stack, args: &Decide) -> Result<Exit, Failure> {
    decide(app, stack, (args, Answer::Deny)).await
}

async fn decide(app: &App<'_>, stack: &Stack, (args, answer): (&Decide, Answer)) -> Result<Exit, Failure> {
    let store = stack.store()?;
    let executions = stack.executions()?;
    let text = stack.policy_text().await?;
    let policy = Policy::parse(&text).map_err(|error| Failure::policy("of the stack", &error))?;
    let approving = Approving {
        incidents: &store,
        actions: &store,
        approvals: &store,
        workflows: &executions,
        ledger: &store,
        clock: &SystemClock,
        policy: &policy,
    };
    let decision =
        Decision { person: stack.caller().await?, answer, reason: args.reason.clone(), at: app.now() };
    let approval = match Box::pin(approving.decide(args.action, decision)).await {
        Ok(approval) => approval,
        Err(Refused::Stage(error)) => return Err(error.into()),
        Err(Refused::NotAsked { id }) => return Err(nobody_asks(&store, id).await),
        Err(Refused::NotDecided(why)) => {
            let what = format!("your decision about {} was not taken", args.action);
            return Err(refused_for(app, what, &why));
        }
    };
    let action = Actions::get(&store, args.action).await?;
    tell(app, &Decided { approval: &approval, action: action.as_ref(), left_to_runner: true })
}

/// What `remediate` answers to a reversal.
#[derive(Debug, Deserialize)]
#[serde(tag = "reversal", rename_all = "snake_case")]
enum Undone {
    Reversed,
    Drifted { left: Box<Observation>, found: Option<Box<Observation>> },
    UnderWay,
    NothingToUndo { state: ActionState },
    Unknown,
}

/// Asks the one function that may change an account.
pub(super) async fn reverse(app: &App<'_>, stack: &Stack, id: ActionId) -> Result<Exit, Failure> {
    let person = stack.caller().await?;
    let order = json!({ "op": "reverse", "action_id": id, "person": person });
    let undone = match stack.ask(Part::Remediate, &order).await? {
        Reply::Result(answer) => serde_json::from_value(answer).map_err(|error| {
            Failure::new("remediate gave an answer that this soc does not understand")
                .because(&error)
                .hint("build soc from the same release as the stack")
        })?,
        Reply::Error(kind, what) => {
            return Err(Failure::new(format!("{id} was not undone: {}", harmless(&kind)))
                .hint(harmless(&what).chars().take(HINT).collect::<String>()));
        }
    };
    match undone {
        Undone::Reversed => reversed(app, Actions::get(&stack.store()?, id).await?),
        refused => Err(not_reversed(app, id, refused)?),
    }
}

/// How much of a function's words is shown.
const HINT: usize = 300;

fn reversed(app: &App<'_>, action: Option<Action>) -> Result<Exit, Failure> {
    match action {
        Some(action) if app.out.for_people() => app.out.text(&outcome(&action))?,
        Some(action) => app.out.json(&action)?,
        None => return Err(Failure::new("it is undone, but the table has no such action any more")),
    }
    Ok(Exit::Ok)
}

fn not_reversed(app: &App<'_>, id: ActionId, undone: Undone) -> Result<Failure, Failure> {
    let refused = |why: NotReversed| Failure::new(format!("{id} was not undone")).because(&why);
    Ok(match undone {
        Undone::Drifted { left, found } => {
            drifted(app, id, &left, found.as_deref())?;
            refused(NotReversed::Drifted { left, found })
                .hint("somebody changed it since: compare the two states, then set it right by hand")
        }
        Undone::UnderWay => refused(NotReversed::UnderWay),
        Undone::NothingToUndo { state } => refused(NotReversed::NothingToUndo { state }),
        Undone::Unknown | Undone::Reversed => Failure::new(format!("there is no action {id}"))
            .hint("ids of actions stand in `soc incidents show ID`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_of_the_function_is_understood() {
        for text in [
            r#"{"reversal":"reversed"}"#,
            r#"{"reversal":"under_way"}"#,
            r#"{"reversal":"nothing_to_undo","state":"Planned"}"#,
            r#"{"reversal":"unknown"}"#,
        ] {
            serde_json::from_str::<Undone>(text).unwrap();
        }
        assert!(serde_json::from_str::<Undone>(r#"{"reversal":"perhaps"}"#).is_err());
    }
}
