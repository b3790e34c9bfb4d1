//! `soc`, `soc run` and `soc ingest`: inputs in, incidents handled, a summary at the end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use soc_domain::incident::Status;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_local::input::Input;
use soc_local::runner::{Access, Ran, RunOptions, Soc};
use soc_local::store::IncidentFilter;
use soc_local::web::{Hosting, Web};
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
    pub(super) lasting: Lasting,
    pub(super) judging: &'a Judging,
}

/// How long a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    /// Until nothing is left to do.
    UntilIdle,
    /// Until Ctrl-C, with the dashboard served at this address, or at the usual one.
    Serving(Option<SocketAddr>),
}

pub(super) async fn bare(app: &App<'_>) -> Result<Exit, Failure> {
    go(app, Asked { inputs: Vec::new(), lasting: Lasting::Serving(None), judging: &Judging::default() }).await
}

pub(super) async fn run(app: &App<'_>, args: &Run) -> Result<Exit, Failure> {
    let inputs = inputs(&args.input)?;
    let lasting = if args.until_idle { Lasting::UntilIdle } else { Lasting::Serving(args.listen) };
    go(app, Asked { inputs, lasting, judging: &args.judging }).await
}

pub(super) async fn ingest(app: &App<'_>, args: &Ingest) -> Result<Exit, Failure> {
    go(app, Asked { inputs: inputs(&args.paths)?, lasting: Lasting::UntilIdle, judging: &args.judging }).await
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
    let web = match asked.lasting {
        Lasting::UntilIdle => None,
        Lasting::Serving(listen) => Some(serve(app, &soc, listen)?),
    };
    let until_idle = web.is_none();
    let options = RunOptions { until_idle, origin: Origin::Owner, stop: Arc::clone(&stop) };
    let loud = !app.globals.quiet;
    // The built-in stories have so many notices that the link would be lost among them.
    let told = !until_idle && !inputs.contains(&Input::Builtin);
    let notices = loud && (told || app.globals.verbose > 0);
    let watching = Watching::new(loud && until_idle && app.settings.watched, notices);
    let ran = Box::pin(soc.run(&inputs, &options, &watching)).await;
    watching.end();
    if let Some(web) = web {
        web.end();
    }
    let ran = ran??;
    let ended = Ended { ran, since, fail_on: asked.judging.fail_on };
    if !stop.load(Ordering::Relaxed) {
        return finish(app, &soc, ended).await;
    }
    if until_idle {
        let done = format!("stopped; what came in is kept. Go on with: {}", app.command("run --until-idle"));
        say(&done);
        return Ok(Exit::Interrupted);
    }
    say(&format!("stopped; everything is kept. Go on with: {}", app.command("run")));
    judge(&soc, &ended)
}

/// Serves the dashboard, and says where. A link is what a person asked for: it is said even if nothing else is.
fn serve(app: &App<'_>, soc: &Soc, listen: Option<SocketAddr>) -> Result<Web, Failure> {
    let hosting = Hosting {
        listen,
        person: app.settings.user.clone(),
        announce: Arc::new(|link| say(&format!("that link is used or too old; a new one: {link}"))),
    };
    let web = soc.serve(hosting)?;
    say(&format!("dashboard: {}", web.link));
    say("the link signs you in once, within ten minutes; Ctrl-C ends this program");
    Ok(web)
}

/// A run that came to its end.
struct Ended {
    ran: Ran,
    since: Timestamp,
    fail_on: Option<Severity>,
}

/// Prints the summary, tells what could not be read, and judges.
async fn finish(app: &App<'_>, soc: &Soc, mut ended: Ended) -> Result<Exit, Failure> {
    if app.out.for_people() {
        app.out.text(&summary::for_people(app, soc, &ended.ran.summary).await?)?;
    } else {
        app.out.json(&ended.ran.summary)?;
    }
    let problems = std::mem::take(&mut ended.ran.problems);
    let mut problems = problems.into_iter().map(Failure::from);
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
    judge(soc, &ended)
}

fn judge(soc: &Soc, ended: &Ended) -> Result<Exit, Failure> {
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
