//! `soc approve`, `soc deny`, `soc reverse`: what people decide.

use serde::Serialize;
use serde_json::json;
use soc_domain::action::{Action, ActionState, Observation, Tier};
use soc_domain::approval::{Answer, Approval, ApprovalState, Decision, MACHINE, NotDecided};
use soc_domain::id::ActionId;
use soc_domain::notice::harmless;
use soc_local::runner::{Access, Soc, Undone};
use soc_local::store::IncidentFilter;
use soc_pipeline::approve::Refused;
use soc_pipeline::ports::{Actions, Dossier};
use soc_pipeline::reverse::NotReversed;

use crate::app::App;
use crate::args::{Decide, Reverse};
use crate::failure::{Exit, Failure};
use crate::output::state::{difference, side_by_side};
use crate::output::text::{several, time};

/// How many incidents are looked at together.
const PAGE: usize = 500;

pub(super) async fn approve(app: &App<'_>, args: &Decide) -> Result<Exit, Failure> {
    decide(app, args, Answer::Approve).await
}

pub(super) async fn deny(app: &App<'_>, args: &Decide) -> Result<Exit, Failure> {
    decide(app, args, Answer::Deny).await
}

/// How a decision is printed for programs.
#[derive(Serialize)]
pub(super) struct Decided<'a> {
    pub(super) approval: &'a Approval,
    pub(super) action: Option<&'a Action>,
    pub(super) left_to_runner: bool,
}

async fn decide(app: &App<'_>, args: &Decide, answer: Answer) -> Result<Exit, Failure> {
    let soc = app.open_existing(Access::DriveOrLeave)?;
    let person = args.person.clone().unwrap_or_default();
    let decision = Decision { person, answer, reason: args.reason.clone(), at: app.now() };
    let decided = match Box::pin(soc.decide(args.action, decision)).await {
        Ok(decided) => decided,
        Err(refused) => return Err(not_decided(app, (&soc, args.action), refused).await),
    };
    let (approval, action, left_to_runner) =
        (&decided.approval, decided.action.as_ref(), decided.left_to_runner);
    tell(app, &Decided { approval, action, left_to_runner })
}

/// Says what was decided and what came of it.
pub(super) fn tell(app: &App<'_>, decided: &Decided<'_>) -> Result<Exit, Failure> {
    if !app.out.for_people() {
        app.out.json(decided)?;
        return Ok(Exit::Ok);
    }
    let Decided { approval, action, left_to_runner } = *decided;
    let mut text = format!("{}: {}", approval.action, standing(approval));
    if let Some(action) = action {
        text.push_str(&format!("\n{}", outcome(action)));
        if action.state == ActionState::Done {
            let undo = app.decision("reverse", action.id);
            text.push_str(&format!("\nundo it with: {undo}"));
        }
    }
    if left_to_runner {
        text.push_str(match app.deployed {
            Some(_) => "\nthe workflow goes on with the decision",
            None => "\nanother process drives this data folder: it goes on with the decision",
        });
    }
    app.out.text(&text)?;
    Ok(Exit::Ok)
}

fn standing(approval: &Approval) -> String {
    match approval.state {
        ApprovalState::Pending => {
            let more = several(approval.missing() as u64, "more person");
            format!("consent noted; {more} must consent before {}", time(approval.expires_at))
        }
        ApprovalState::Approved => format!("approved by {}", harmless(&approval.consenting())),
        ApprovalState::Denied => "denied; it will not run".to_owned(),
        ApprovalState::Expired => "expired; it will not run".to_owned(),
        ApprovalState::Withdrawn => "withdrawn; a newer plan asks again".to_owned(),
    }
}

/// What became of an action, in a sentence.
pub(super) fn outcome(action: &Action) -> String {
    let what = format!("{} on {}", action.target.kind, harmless(&action.target.resource));
    let note = action.note.as_deref().map(harmless).unwrap_or_default();
    match (&action.before, &action.after, action.state) {
        (Some(before), Some(after), ActionState::Done) => {
            format!("done: {what} ({})", difference(before, after))
        }
        (Some(before), Some(after), ActionState::Reversed) => {
            format!("undone: {what} ({})", difference(after, before))
        }
        _ if note.is_empty() => format!("{}: {what}", action.state.name()),
        _ => format!("{}: {what} ({note})", action.state.name()),
    }
}

async fn not_decided(app: &App<'_>, (soc, id): (&Soc, ActionId), refused: Refused) -> Failure {
    let what = format!("your decision about {id} was not taken");
    match refused {
        Refused::Stage(error) => error.into(),
        Refused::NotDecided(why) => refused_for(app, what, &why),
        Refused::NotAsked { .. } => match guided(soc, id).await {
            Ok(Some(reasons)) => {
                Failure::new(format!("{what}: {id} is a step for people, the machine never does it"))
                    .hint(format!("do it by hand, or change what holds it back: {}", reasons.join("; ")))
                    .exit(Exit::NotPermitted)
            }
            Ok(None) => not_asked(soc, id).await,
            Err(failure) => failure,
        },
    }
}

/// The question does not take this answer.
pub(super) fn refused_for(app: &App<'_>, what: String, why: &NotDecided) -> Failure {
    let hint = match why {
        NotDecided::SamePerson { .. } if app.deployed.is_some() => {
            "somebody else must consent, signed in as themselves"
        }
        NotDecided::Settled { .. } => "look at it with `soc incidents show`; a decision is final",
        NotDecided::Expired { .. } => "no answer in time means no; a newer finding makes a newer plan",
        NotDecided::SamePerson { .. } => "somebody else must consent: --as with another person's name",
        NotDecided::Requester => "only people decide: give your own name with --as",
        NotDecided::Nameless => "give your name with --as",
    };
    Failure::new(what).because(why).hint(hint).exit(Exit::NotPermitted)
}

async fn not_asked(soc: &Soc, id: ActionId) -> Failure {
    nobody_asks(soc.store(), id).await
}

/// There is no question about the action.
pub(super) async fn nobody_asks(actions: &dyn Actions, id: ActionId) -> Failure {
    match actions.get(id).await {
        Ok(Some(action)) => Failure::new(format!("nobody asks about {id}: it is {}", action.state.name()))
            .hint("only actions of tier approve wait for people"),
        Ok(None) => Failure::new(format!("there is no action {id}"))
            .hint("ids of actions stand in `soc incidents show ID` and in the summary of a run"),
        Err(error) => error.into(),
    }
}

/// Why a step is left to people, if it is one.
async fn guided(soc: &Soc, id: ActionId) -> Result<Option<Vec<String>>, Failure> {
    let mut filter = IncidentFilter { limit: PAGE, ..IncidentFilter::default() };
    loop {
        let page = soc.store().list_incidents(filter)?;
        let Some(last) = page.last() else { return Ok(None) };
        filter.after = Some(last.id);
        for incident in &page {
            let documents = Dossier::fetch(soc.store(), incident.id, incident.generation).await?;
            let steps = documents.plan.map(|plan| plan.steps).unwrap_or_default();
            if let Some(step) = steps.into_iter().find(|step| step.id == id && step.tier == Tier::Guide) {
                return Ok(Some(step.reasons));
            }
        }
    }
}

pub(super) async fn reverse(app: &App<'_>, args: &Reverse) -> Result<Exit, Failure> {
    let person = args.person.as_deref().unwrap_or_default().trim();
    if person.is_empty() || person.eq_ignore_ascii_case(MACHINE) {
        return Err(Failure::new("a reversal needs a person's name")
            .hint("give your own name with --as")
            .exit(Exit::NotPermitted));
    }
    let soc = app.open_existing(Access::DriveOrLeave)?;
    match Box::pin(soc.reverse(args.action, person)).await {
        Ok(Undone::Reversed(action)) if app.out.for_people() => app.out.text(&outcome(&action))?,
        Ok(Undone::Reversed(action)) => app.out.json(&action)?,
        Ok(Undone::LeftToRunner) if app.out.for_people() => {
            app.out.text("another process drives this data folder: it will undo the action")?;
        }
        Ok(Undone::LeftToRunner) => {
            app.out.json(&json!({ "action": args.action, "left_to_runner": true }))?
        }
        Err(refused) => return Err(not_reversed(app, args.action, refused)?),
    }
    Ok(Exit::Ok)
}

fn not_reversed(app: &App<'_>, id: ActionId, refused: NotReversed) -> Result<Failure, Failure> {
    let failure = Failure::new(format!("{id} was not undone")).because(&refused);
    Ok(match refused {
        NotReversed::Stage(error) => error.into(),
        NotReversed::Unknown { .. } => Failure::new(format!("there is no action {id}"))
            .hint("ids of actions stand in `soc incidents show ID` and in the summary of a run"),
        NotReversed::NothingToUndo { .. } | NotReversed::UnderWay => failure,
        NotReversed::Drifted { left, found } => {
            drifted(app, id, &left, found.as_deref())?;
            failure.hint("somebody changed it since: compare the two states, then set it right by hand")
        }
    })
}

/// Both states, side by side.
pub(super) fn drifted(
    app: &App<'_>,
    id: ActionId,
    left: &Observation,
    found: Option<&Observation>,
) -> Result<(), Failure> {
    if app.out.for_people() {
        return app.out.text(&side_by_side(["LEFT BY THE ACTION", "FOUND NOW"], left, found));
    }
    app.out.json(&json!({ "action": id, "left": left, "found": found }))
}
