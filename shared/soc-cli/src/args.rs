//! What can be typed: the commands and their options, in clap's words.

mod deployed;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use soc_domain::id::{ActionId, QuarantineId};
use soc_domain::incident::Status;
use soc_domain::severity::{Severity, UnknownName};

use crate::settings::Settings;

#[cfg(feature = "aws")]
pub(crate) use deployed::SampleBy;
pub(crate) use deployed::{Deployed, Verify};

/// A security operations centre for AWS on this machine: takes findings in, joins them to incidents, triages,
/// explains and answers them under a written policy, and keeps an audit ledger.
///
/// Without a command: `soc run`. With --stack, a command works on a deployed stack.
#[derive(Debug, Parser)]
#[command(name = "soc", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 ok, 1 error, 2 usage, 3 an incident at or above --fail-on, 5 not permitted, \
                          130 interrupted.";

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Globals {
    /// The folder that holds everything; made if it is absent, for its owner only
    #[arg(long, global = true, value_name = "DIR", default_value = ".soc")]
    pub(crate) data_dir: PathBuf,
    /// How results are written to standard output
    #[arg(long, global = true, value_enum, default_value_t = Form::Table)]
    pub(crate) output: Form,
    /// No progress, no notices: only results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// More of what happens, on standard error; twice for all of it
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON document a line
    Jsonl,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take findings in, handle their incidents and serve the dashboard, until interrupted
    Run(Run),
    /// Take findings in from files, handle their incidents, and end
    Ingest(Ingest),
    /// Make findings up, for load and for trying things out
    Inject(Inject),
    /// Look at incidents
    #[command(subcommand)]
    Incidents(Incidents),
    /// Consent to an action that waits
    Approve(Decide),
    /// Refuse an action that waits
    Deny(Decide),
    /// Undo an action that was done
    Reverse(Reverse),
    /// Records that could not be read
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// The audit ledger
    #[command(subcommand)]
    Audit(Audit),
    /// The policy: what people decided beforehand
    #[command(subcommand)]
    Policy(Policy),
    /// The simulated account that actions change
    #[command(subcommand)]
    Account(Account),
    /// Check a deployed stack: every resource, and that a sample finding reaches its end
    Verify(Verify),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How a run is judged.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Judging {
    /// The policy; else policy.toml of the data folder; else the default policy
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Exit with 3 if an incident at least this severe came out of this run and is not closed
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Severity>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// A file of findings (JSON, NDJSON, gzip of either), or - for standard input; may be repeated. Without it: what
    /// was interrupted, or the built-in stream if there is nothing yet
    #[arg(long, value_name = "PATH")]
    pub(crate) input: Vec<PathBuf>,
    /// End when nothing is left to do, and serve nothing
    #[arg(long)]
    pub(crate) until_idle: bool,
    /// Where the dashboard is served: an address of this machine alone. Without it 127.0.0.1:8787, or a free port if
    /// that is taken
    #[arg(long, value_name = "ADDR", conflicts_with = "until_idle")]
    pub(crate) listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) judging: Judging,
}

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// Files of findings (JSON, NDJSON, gzip of either), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) judging: Judging,
}

#[derive(Debug, Args)]
pub(crate) struct Inject {
    /// How many different findings
    #[arg(long, value_name = "N")]
    pub(crate) count: u64,
    /// Only findings of this type, or of this control
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) finding_type: Option<String>,
    /// Exact copies to add, in per cent of the count
    #[arg(long, value_name = "PCT", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub(crate) duplicates: u32,
    /// Records in a hundred that come out of order
    #[arg(long, value_name = "PCT", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=100))]
    pub(crate) shuffle: u32,
    /// Records to add that are no findings
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) poison: u64,
    /// Over how many incidents the findings spread [default: one for each 20 findings]
    #[arg(long, value_name = "N")]
    pub(crate) incidents: Option<u64>,
    /// Decides everything else: the same seed gives the same findings
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Only write them to a file as NDJSON, or to standard output with -
    #[arg(long, value_name = "FILE", conflicts_with = "stack")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) deployed: Deployed,
    /// With --stack: put the findings on the event bus as those of the simulator, where the stack allows it. Without
    /// it, GuardDuty makes sample findings and Security Hub takes findings in
    #[arg(long, requires = "stack")]
    pub(crate) simulate: bool,
    /// With --stack: put the findings straight on the stream, for tests; never in production
    #[arg(long, requires = "stack", conflicts_with = "simulate")]
    pub(crate) stream: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Incidents {
    /// List incidents, the most important first
    List {
        /// Only with this status: `New`, `InProgress`, `OnHold`, `Resolved`, `Closed`
        #[arg(long, value_parser = status)]
        status: Option<Status>,
        /// Only at least this severe
        #[arg(long)]
        severity: Option<Severity>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        deployed: Deployed,
    },
    /// Show one incident: what, why, who, what was done and what waits
    Show {
        /// Its id, or the beginning of it
        id: String,
        #[command(flatten)]
        deployed: Deployed,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// The action's id
    pub(crate) action: ActionId,
    /// Who decides; with --stack it is whoever your AWS credentials say
    #[arg(long = "as", value_name = "NAME", required_unless_present = "stack", conflicts_with = "stack")]
    pub(crate) person: Option<String>,
    /// Why, for the record
    #[arg(long)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) deployed: Deployed,
}

#[derive(Debug, Args)]
pub(crate) struct Reverse {
    /// The action's id
    pub(crate) action: ActionId,
    /// Who undoes it; with --stack it is whoever your AWS credentials say
    #[arg(long = "as", value_name = "NAME", required_unless_present = "stack", conflicts_with = "stack")]
    pub(crate) person: Option<String>,
    #[command(flatten)]
    pub(crate) deployed: Deployed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// List the records that could not be read, the newest first
    List {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        deployed: Deployed,
    },
    /// Show one record and why it could not be read
    Show {
        /// Its id
        id: QuarantineId,
        #[command(flatten)]
        deployed: Deployed,
    },
    /// Read records again, with the readers of this version; those that can be read now are taken in
    Replay {
        /// Its id
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<QuarantineId>,
        /// All of them
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        deployed: Deployed,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check every chain; exit with 1 and name the first bad row if one is broken
    Verify {
        #[command(flatten)]
        deployed: Deployed,
    },
    /// Print the newest entries, the oldest of them first
    Log {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        deployed: Deployed,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Read a policy and say in brief what it says, or what is wrong and where
    Check {
        /// The file
        file: PathBuf,
    },
    /// Print the default policy, with a comment on each key
    Show,
    /// Check a policy and make it the policy of a deployed stack
    #[command(mut_arg("stack", |arg| arg.required(true)))]
    Put {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        deployed: Deployed,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// List its resources
    List,
    /// Show one resource
    Show {
        /// Its ARN
        arn: String,
    },
    /// Change one resource as somebody else would, to see how drift is handled
    Set {
        /// Its ARN
        arn: String,
        /// Its new state, in the form that `show` prints
        json: String,
    },
}

fn status(text: &str) -> Result<Status, UnknownName> {
    let all = [Status::New, Status::InProgress, Status::OnHold, Status::Resolved, Status::Closed];
    all.into_iter()
        .find(|status| status.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| UnknownName::new(text, "a status", "New, InProgress, OnHold, Resolved, Closed"))
}

/// Reads the command line and the environment, or answers how the program ends: with help, or a usage error.
pub(crate) fn read() -> Result<(Cli, Settings), ExitCode> {
    match Cli::try_parse() {
        Ok(cli) => Ok((cli, Settings::read())),
        Err(error) => {
            // Nothing can be said where nobody reads.
            let _unread = error.print();
            Err(if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS })
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_status_is_read_in_any_case() {
        assert_eq!(status("onhold"), Ok(Status::OnHold));
        assert!(status("open").is_err());
    }
}
