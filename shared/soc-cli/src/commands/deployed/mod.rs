//! The commands against a deployed stack: the same words, the same forms, other adapters below.
//!
//! Apart from the local ones because what they need is found in the account, and who acts is whoever is signed in.
//! Invariant: nothing here changes an account but through the stack's own functions.

mod decide;
mod inject;
mod look;
mod policy;
mod quarantine;
mod sample;
mod verify;

use soc_aws::stack::Stack;
use soc_pipeline::error::PortErrorKind;

use crate::app::App;
use crate::args::{Audit, Command, Deployed, Incidents, Policy, Quarantine};
use crate::failure::{Exit, Failure};

pub(super) async fn run(app: &App<'_>, deployed: &Deployed, command: &Command) -> Result<Exit, Failure> {
    let stack = find(deployed).await?;
    match command {
        Command::Verify(args) => Box::pin(verify::verify(app, &stack, args)).await,
        Command::Inject(args) => Box::pin(inject::inject(app, &stack, args)).await,
        Command::Incidents(Incidents::List { status, severity, limit, .. }) => {
            look::incidents(app, &stack, (*status, *severity, *limit)).await
        }
        Command::Incidents(Incidents::Show { id, .. }) => look::incident(app, &stack, id).await,
        Command::Approve(args) => decide::approve(app, &stack, args).await,
        Command::Deny(args) => decide::deny(app, &stack, args).await,
        Command::Reverse(args) => decide::reverse(app, &stack, args.action).await,
        Command::Audit(Audit::Verify { .. }) => look::audit(app, &stack).await,
        Command::Audit(Audit::Log { limit, .. }) => look::log(app, &stack, *limit).await,
        Command::Quarantine(Quarantine::List { limit, .. }) => quarantine::list(app, &stack, *limit).await,
        Command::Quarantine(Quarantine::Show { id, .. }) => quarantine::show(app, &stack, *id).await,
        Command::Quarantine(Quarantine::Replay { id, .. }) => quarantine::replay(app, &stack, *id).await,
        Command::Policy(Policy::Put { file, .. }) => policy::put(app, &stack, file).await,
        Command::Policy(Policy::Check { .. } | Policy::Show)
        | Command::Run(_)
        | Command::Ingest(_)
        | Command::Account(_)
        | Command::Completions { .. } => {
            Err(Failure::new("this works on a data folder only").exit(Exit::Usage))
        }
    }
}

async fn find(deployed: &Deployed) -> Result<Stack, Failure> {
    let name = deployed.stack.as_deref().unwrap_or_default();
    Stack::find(name, deployed.region.as_deref()).await.map_err(|error| {
        let hint = match error.kind {
            PortErrorKind::Denied => "sign in (`aws sso login --profile NAME`, then AWS_PROFILE=NAME)",
            _ => "check the name, --region, and that you are signed in (AWS_PROFILE): `aws sts get-caller-identity`",
        };
        Failure::from(error).hint(hint)
    })
}
