//! `soc`, `soc run` and `soc ingest`: inputs in, incidents handled, a summary at the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use soc_domain::incident::Status;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_local::input::Input;
use soc_local::runner::{Access, Ran, RunOptions, Soc};
use soc_local::store::IncidentFilter;
use soc_pipeline::ports::Origin;

use crate::app::App;
use crate::args::{Ingest, Judging, Run};
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::output::progress::Watching;
use crate::output::{say, summary};

/// How many incidents are looked at together.
const PAGE: usize = 500;

/// What a run is asked.
pub(super) struct Asked<'a> {
    pub(super) inputs: Vec<Input>,
    pub(super) until_idle: bool,
    pub(super) judging: &'a Judging,
}

pub(super) async fn bare(app: &App<'_>) -> Result<Exit, Failure> {
    go(app, Asked { inputs: Vec::new(), until_idle: true, judging: &Judging::default() }).await
}

pub(super) async fn run(app: &App<'_>, args: &Run) -> Result<Exit, Failure> {
    let inputs = inputs(&args.input)?;
    go(app, Asked { inputs, until_idle: args.until_idle, judging: &args.judging }).await
}

pub(super) async fn ingest(app: &App<'_>, args: &Ingest) -> Result<Exit, Failure> {
    go(app, Asked { inputs: inputs(&args.paths)?, until_idle: true, judging: &args.judging }).await
}

/// Opens the data folder and runs. Without inputs: what was interrupted, or the built-in stream.
pub(super) async fn go(app: &App<'_>, asked: Asked<'_>) -> Result<Exit, Failure> {
    let policy = app.policy(asked.judging.policy.as_deref())?;
    let stop = Arc::new(AtomicBool::new(false));
    interrupt::watch(&stop)?;
    let soc = app.open(Access::Drive, policy)?;
    let inputs = if asked.inputs.is_empty() { interrupted(&soc)? } else { asked.inputs };
    if inputs.contains(&Input::Builtin) {
        soc.seed_account(&soc_samples::accounts())?;
    }
    let since = app.now();
    let options = RunOptions { until_idle: asked.until_idle, origin: Origin::Owner, stop: Arc::clone(&stop) };
    let loud = !app.globals.quiet;
    let notices = loud && (!asked.until_idle || app.globals.verbose > 0);
    let watching = Watching::new(loud && app.settings.watched, notices);
    let ran = Box::pin(soc.run(&inputs, &options, &watching)).await;
    watching.end();
    let ran = ran??;
    if stop.load(Ordering::Relaxed) {
        let done = format!("stopped; what came in is kept. Go on with: {}", app.command("run --until-idle"));
        say(&done);
        return Ok(Exit::Interrupted);
    }
    finish(app, &soc, Ended { ran, since, fail_on: asked.judging.fail_on }).await
}

/// A run that came to its end.
struct Ended {
    ran: Ran,
    since: Timestamp,
    fail_on: Option<Severity>,
}

/// Prints the summary, tells what could not be read, and judges.
async fn finish(app: &App<'_>, soc: &Soc, ended: Ended) -> Result<Exit, Failure> {
    if app.out.for_people() {
        app.out.text(&summary::for_people(app, soc, &ended.ran.summary).await?)?;
    } else {
        app.out.json(&ended.ran.summary)?;
    }
    let mut problems = ended.ran.problems.into_iter().map(Failure::from);
    if let Some(last) = problems.next_back() {
        for problem in problems {
            say(&problem.words().unwrap_or_default());
        }
        return Err(last);
    }
    if ended.ran.summary.lost > 0 {
        let lost = ended.ran.summary.lost;
        return Err(Failure::new(format!("{lost} records came in and are nowhere"))
            .hint("the data folder was changed by somebody else, or this is a defect: please report it"));
    }
    match ended.fail_on {
        Some(severity) if came_out(soc, severity, ended.since)? => Ok(Exit::Severe),
        Some(_) | None => Ok(Exit::Ok),
    }
}

/// Whether an incident at least this severe was opened or grew worse since, and is not closed.
fn came_out(soc: &Soc, severity: Severity, since: Timestamp) -> Result<bool, Failure> {
    let mut filter = IncidentFilter { severity: Some(severity), limit: PAGE, ..IncidentFilter::default() };
    loop {
        let page = soc.store().list_incidents(filter)?;
        let Some(last) = page.last() else { return Ok(false) };
        filter.after = Some(last.id);
        if page.iter().any(|incident| {
            incident.status != Status::Closed && incident.opened_at.max(incident.generation_at) >= since
        }) {
            return Ok(true);
        }
    }
}

/// What an earlier run did not read to its end; the built-in stream if nothing ever came in.
fn interrupted(soc: &Soc) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    for name in soc.store().interrupted_inputs()? {
        match Input::named(&name) {
            Some(Input::Path(path)) if !path.exists() => {
                say(&format!("warning: {name} was not read to its end, and is no longer there"));
            }
            Some(input) => inputs.push(input),
            None => say(&format!("warning: {name} was not read to its end: give the same input again")),
        }
    }
    if inputs.is_empty() && !soc.store().has_received()? {
        inputs.push(Input::Builtin);
    }
    Ok(inputs)
}

/// The inputs that were typed.
fn inputs(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    for path in paths {
        let input = if path.as_os_str() == "-" { Input::Stdin } else { Input::Path(given(path)?) };
        if input == Input::Stdin && inputs.contains(&input) {
            return Err(Failure::new("standard input can be read only once").exit(Exit::Usage));
        }
        inputs.push(input);
    }
    Ok(inputs)
}

/// A path, unless it is a pattern that the shell found nothing for.
fn given(path: &Path) -> Result<PathBuf, Failure> {
    let text = path.to_string_lossy();
    if text.contains(['*', '?', '[']) && !path.exists() {
        return Err(Failure::new(format!("no file matches {text}"))
            .hint("the shell fills patterns in and found nothing: check the folder; nothing was taken in"));
    }
    Ok(path.to_owned())
}
