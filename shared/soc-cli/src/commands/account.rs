//! `soc account`: look at the simulated account, and change it as somebody else would.

use serde_json::{Value, json};
use soc_domain::notice::harmless;
use soc_local::account::SimulatedAccount;
use soc_local::runner::Access;

use crate::app::App;
use crate::args::Account as Command;
use crate::failure::{Exit, Failure};
use crate::output::say;
use crate::output::state::pretty;
use crate::output::table::table;

pub(super) fn run(app: &App<'_>, command: &Command) -> Result<Exit, Failure> {
    let soc = app.open_existing(Access::Read)?;
    match command {
        Command::List => list(app, soc.account())?,
        Command::Show { arn } => show(app, soc.account(), arn)?,
        Command::Set { arn, json } => {
            soc.account().set(arn, json).map_err(|error| {
                Failure::from(error).hint("the form is that of `soc account show ARN`; nothing was changed")
            })?;
            if !app.globals.quiet {
                say(&format!("set {}, as somebody else would: no action of ours", harmless(arn)));
            }
        }
    }
    Ok(Exit::Ok)
}

fn list(app: &App<'_>, account: &SimulatedAccount) -> Result<(), Failure> {
    let all = account.list()?;
    if app.out.for_people() {
        let rows = all.iter().map(|one| [one.what.clone(), harmless(&one.arn)]);
        return app.out.text(&table(["WHAT", "ARN"], rows));
    }
    let all: Result<Vec<Value>, Failure> =
        all.iter().map(|one| Ok(json!({ "arn": one.arn, "state": state(&one.state)? }))).collect();
    app.out.list(&all?)
}

fn show(app: &App<'_>, account: &SimulatedAccount, arn: &str) -> Result<(), Failure> {
    let Some(text) = account.get(arn)? else {
        return Err(Failure::new(format!("the account has no {arn}"))
            .hint(format!("its resources: {}", app.command("account list"))));
    };
    let state = state(&text)?;
    if app.out.for_people() { app.out.text(&pretty(&state)) } else { app.out.json(&state) }
}

fn state(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::new("a state in the account is no JSON").because(&error))
}
