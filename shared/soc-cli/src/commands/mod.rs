//! The commands: each file is one group, and each command is one function from what was typed to how it ends.

mod account;
mod audit;
mod decide;
#[cfg(feature = "aws")]
mod deployed;
#[cfg(not(feature = "aws"))]
#[path = "deployed_without_aws.rs"]
mod deployed;
mod incidents;
mod inject;
mod policy;
mod quarantine;
mod run;

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::app::App;
use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::{Out, say};
use crate::settings::Settings;

/// Does what was typed, tells what went wrong, and answers how the program ends.
pub(crate) fn run(cli: &Cli, settings: Settings) -> ExitCode {
    log_to_stderr(cli.globals.verbose);
    let out = Out { form: cli.globals.output, colour: settings.colour };
    let deployed = cli.command.as_ref().and_then(Command::deployed);
    let app = App { globals: &cli.globals, deployed, settings, out };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(Box::pin(dispatch(&app, cli.command.as_ref()))),
        Err(error) => Err(Failure::new("cannot start").because(&error)),
    };
    let exit = ended.unwrap_or_else(|failure| {
        if let Some(words) = failure.words() {
            say(&words);
        }
        failure.exit
    });
    ExitCode::from(exit.code())
}

async fn dispatch(app: &App<'_>, command: Option<&Command>) -> Result<Exit, Failure> {
    if let (Some(command), Some(deployed)) = (command, app.deployed) {
        return Box::pin(deployed::run(app, deployed, command)).await;
    }
    match command {
        None => run::bare(app).await,
        Some(Command::Run(args)) => run::run(app, args).await,
        Some(Command::Ingest(args)) => run::ingest(app, args).await,
        Some(Command::Inject(args)) => inject::inject(app, args).await,
        Some(Command::Incidents(command)) => incidents::run(app, command).await,
        Some(Command::Approve(args)) => decide::approve(app, args).await,
        Some(Command::Deny(args)) => decide::deny(app, args).await,
        Some(Command::Reverse(args)) => decide::reverse(app, args).await,
        Some(Command::Quarantine(command)) => quarantine::run(app, command).await,
        Some(Command::Audit(command)) => audit::run(app, command),
        Some(Command::Policy(command)) => policy::run(app, command),
        Some(Command::Account(command)) => account::run(app, command),
        Some(Command::Verify(_)) => Err(no_stack()),
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "soc", &mut text);
            app.out.text(&String::from_utf8_lossy(&text))?;
            Ok(Exit::Ok)
        }
    }
}

/// Only what clap lets through by mistake comes here.
fn no_stack() -> Failure {
    Failure::new("this works on a deployed stack only").hint("name it with --stack").exit(Exit::Usage)
}

/// Warnings, or more with `-v`; never on standard output.
fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        _ => tracing::Level::DEBUG,
    };
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).init();
}
