//! `soc inject`: made-up findings, into a file or straight in.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use soc_local::input::Input;
use soc_samples::Plan;

use super::run::{Asked, go};
use crate::app::App;
use crate::args::Inject;
use crate::failure::{Exit, Failure};
use crate::output::say;
use crate::output::text::several;

/// How many findings an incident has if nobody says.
const FINDINGS_EACH: u64 = 20;

pub(super) async fn inject(app: &App<'_>, args: &Inject) -> Result<Exit, Failure> {
    let plan = Plan {
        count: args.count,
        incidents: args.incidents.unwrap_or(args.count / FINDINGS_EACH).max(1),
        duplicates_pct: args.duplicates,
        shuffle_pct: args.shuffle,
        poison: args.poison,
        finding_type: args.finding_type.clone(),
        seed: args.seed,
    };
    if plan.total() == 0 {
        return Err(Failure::new("there is nothing to make: --count is 0").exit(Exit::Usage));
    }
    match &args.out {
        Some(path) => write(app, &plan, path),
        None => {
            let inputs = vec![Input::Generated(plan)];
            go(app, Asked { inputs, until_idle: true, judging: &args.judging }).await
        }
    }
}

fn write(app: &App<'_>, plan: &Plan, path: &Path) -> Result<Exit, Failure> {
    if path.as_os_str() == "-" {
        let mut to = BufWriter::new(io::stdout().lock());
        lines(plan, &mut to).map_err(|error| Failure::stdout(&error))?;
        return Ok(Exit::Ok);
    }
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let mut to = BufWriter::new(File::create(path).map_err(failed)?);
    lines(plan, &mut to).map_err(failed)?;
    if !app.globals.quiet {
        say(&format!("wrote {} to {}", several(plan.total(), "record"), path.display()));
    }
    Ok(Exit::Ok)
}

fn lines(plan: &Plan, to: &mut impl Write) -> io::Result<()> {
    for record in plan.records() {
        to.write_all(&record)?;
        to.write_all(b"\n")?;
    }
    to.flush()
}
