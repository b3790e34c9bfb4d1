//! The options of commands that work on a deployed stack.
//!
//! Apart because they are typed alike whether or not this program was built with AWS; only then they do something.

use clap::{Args, ValueEnum};

use super::{Audit, Command, Incidents, Policy, Quarantine};

/// A deployed stack to work on, instead of the data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Deployed {
    /// Work on this deployed stack, with your own AWS credentials
    #[arg(long, value_name = "NAME")]
    pub(crate) stack: Option<String>,
    /// The stack's region [default: that of your AWS settings]
    #[arg(long, value_name = "REGION", requires = "stack")]
    pub(crate) region: Option<String>,
}

/// What is checked of a stack.
#[derive(Debug, Args)]
#[command(mut_arg("stack", |arg| arg.required(true)))]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) deployed: Deployed,
    /// Send no sample finding
    #[arg(long)]
    pub(crate) no_sample: bool,
    /// How the sample finding comes [default: by the simulator where the stack allows it, else by GuardDuty]
    #[arg(long, value_enum, value_name = "WAY", conflicts_with = "no_sample")]
    pub(crate) sample_by: Option<SampleBy>,
    /// How many seconds the sample finding may take [default: 600 by GuardDuty, else 180]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) wait: Option<u64>,
    /// What is asked is an emulator: what it cannot answer is left out, and what it does not keep is no fault
    #[arg(long)]
    pub(crate) emulator: bool,
}

/// How a sample finding comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SampleBy {
    /// GuardDuty makes one
    Guardduty,
    /// Over the event bus, as the simulator's
    Simulator,
    /// Straight on the stream
    Stream,
}

impl Command {
    /// The stack that was named, if the command works on one.
    pub(crate) fn deployed(&self) -> Option<&Deployed> {
        let deployed = match self {
            Self::Inject(args) => &args.deployed,
            Self::Incidents(Incidents::List { deployed, .. } | Incidents::Show { deployed, .. }) => deployed,
            Self::Approve(args) | Self::Deny(args) => &args.deployed,
            Self::Reverse(args) => &args.deployed,
            Self::Quarantine(
                Quarantine::List { deployed, .. }
                | Quarantine::Show { deployed, .. }
                | Quarantine::Replay { deployed, .. },
            ) => deployed,
            Self::Audit(Audit::Verify { deployed } | Audit::Log { deployed, .. }) => deployed,
            Self::Policy(Policy::Put { deployed, .. }) => deployed,
            Self::Verify(args) => &args.deployed,
            Self::Run(_)
            | Self::Ingest(_)
            | Self::Policy(Policy::Check { .. } | Policy::Show)
            | Self::Account(_)
            | Self::Completions { .. } => return None,
        };
        deployed.stack.is_some().then_some(deployed)
    }
}
