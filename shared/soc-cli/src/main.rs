//! The `soc` command: the local form of ai-soc for people and scripts.
//!
//! It stands apart from `soc-local` because what people type and read changes for other reasons than what is done.
//! Invariants: data goes to standard output, everything else to standard error; text that comes from findings
//! reaches a terminal only through `harmless`; nothing here decides anything.

mod app;
mod args;
mod commands;
mod failure;
mod interrupt;
mod output;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    args::read().map_or_else(std::convert::identity, |(cli, settings)| commands::run(&cli, settings))
}
