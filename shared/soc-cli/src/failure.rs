//! Why a command did not do what was asked, as people are told: what, why, what to try; one cause a line.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use soc_domain::notice::harmless;
use soc_domain::policy::PolicyError;
use soc_local::input::InputError;
use soc_local::runner::RunError;
use soc_local::store::{Locked, StoreError};
use soc_local::web::WebError;
use soc_pipeline::error::{PortError, StageError};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// As asked.
    Ok,
    /// Something failed.
    Error,
    /// The command line makes no sense.
    Usage,
    /// `--fail-on` was hit.
    Severe,
    /// Somebody may not do that.
    NotPermitted,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees; 130 is what shells give for SIGINT.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Error => 1,
            Self::Usage => 2,
            Self::Severe => 3,
            Self::NotPermitted => 5,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    what: String,
    causes: Vec<String>,
    hint: Option<String>,
    /// Nobody reads standard output any more: there is nothing to say, and nothing went wrong.
    unread: bool,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { exit: Exit::Error, what: what.into(), causes: Vec::new(), hint: None, unread: false }
    }

    /// A sentence of a library: what stands behind the first `; ` is what to try.
    fn told(sentence: &str) -> Self {
        match sentence.split_once("; ") {
            Some((what, hint)) => Self::new(what).hint(hint),
            None => Self::new(sentence),
        }
    }

    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a cause and those below it, those apart that are told already.
    pub(crate) fn because(mut self, error: &dyn Error) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            let text = error.to_string();
            let told = self.what.contains(&text) || self.causes.iter().any(|cause| cause.contains(&text));
            if !told {
                self.causes.push(text);
            }
            cause = error.source();
        }
        self
    }

    fn below(self, error: &dyn Error) -> Self {
        match error.source() {
            Some(source) => self.because(source),
            None => self,
        }
    }

    /// Standard output could not be written.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        let unread = error.kind() == io::ErrorKind::BrokenPipe;
        let exit = if unread { Exit::Ok } else { Exit::Error };
        Self { exit, unread, ..Self::new("cannot write to standard output") }.because(error)
    }

    pub(crate) fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("cannot {what} {}", path.display())).because(error)
    }

    pub(crate) fn policy(name: &str, error: &PolicyError) -> Self {
        Self::new(format!("the policy {name} cannot be used"))
            .because(error)
            .hint("mend it and check it with `soc policy check FILE`; nothing runs without a policy")
    }

    /// What is written to standard error; nothing if nobody read the output to its end.
    pub(crate) fn words(&self) -> Option<String> {
        if self.unread {
            return None;
        }
        let mut causes = self.causes.iter();
        let mut text = format!("error: {}", harmless(&self.what));
        if let Some(first) = causes.next() {
            let _infallible = write!(text, ": {}", harmless(first));
        }
        for cause in causes {
            let _infallible = write!(text, "\n  because: {}", harmless(cause));
        }
        if let Some(hint) = &self.hint {
            let _infallible = write!(text, "\nhint: {}", harmless(hint));
        }
        Some(text)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::told(&error.to_string()).below(&error)
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        Self::new(error.to_string()).below(&error)
    }
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        Self::new(error.to_string()).below(&error)
    }
}

impl From<Locked> for Failure {
    fn from(error: Locked) -> Self {
        match error {
            Locked::InUse { path, holder } => Self::new(format!(
                "the data folder {} is in use by {holder}",
                path.display()
            ))
            .hint(
                "end it first, or choose another folder with --data-dir; approve, deny, reverse and whatever \
                     only reads work beside it",
            ),
            Locked::Failed { path, source } => {
                Self::new(format!("cannot use the data folder {}", path.display()))
                    .because(&source)
                    .hint("choose a folder that this user may write, with --data-dir")
            }
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Locked(error) => error.into(),
            RunError::Store(error) => error.into(),
            RunError::Port(error) => error.into(),
            RunError::Stage(error) => error.into(),
            RunError::File { path, source } => Self::file("write", &path, &source),
            RunError::Defect(what) => Self::new(format!("a defect of this program: {what}"))
                .hint("please report it; what was committed before is kept"),
        }
    }
}

impl From<WebError> for Failure {
    fn from(error: WebError) -> Self {
        match error {
            WebError::NotLoopback { .. } => Self::told(&error.to_string()).exit(Exit::Usage),
            WebError::Listen { address, source } => Self::new(format!("cannot listen on {address}"))
                .because(&source)
                .hint("choose another port with --listen, or leave --listen out for a free one"),
            WebError::Start(source) => Self::new("cannot start the server").because(&source),
            WebError::Store(error) => error.into(),
        }
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        match &error {
            InputError::Open { name, source } => {
                let failure = Self::new(format!("cannot open {name}")).because(source);
                match source.kind() {
                    io::ErrorKind::NotFound => failure.hint("check the path; nothing was taken in"),
                    _ => failure,
                }
            }
            InputError::Broken { name, records, source } => {
                Self::new(format!("cannot read {name} to its end")).because(source).hint(format!(
                    "the {records} records before that point are kept; mend the file and run the same command again"
                ))
            }
            InputError::Folder { .. }
            | InputError::Empty { .. }
            | InputError::Binary { .. }
            | InputError::Spill { .. } => Self::told(&error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_why_and_what_to_try() {
        let error = io::Error::new(io::ErrorKind::PermissionDenied, "not yours");
        let failure = Failure::file("open", Path::new("x.json"), &error).hint("ask");
        assert_eq!(failure.words().unwrap(), "error: cannot open x.json: not yours\nhint: ask");
    }

    #[test]
    fn terminal_escapes_in_a_failure_are_shown_and_not_sent() {
        let failure = Failure::new("cannot open \u{1b}[31mx");
        assert_eq!(failure.words().unwrap(), "error: cannot open \\u{1b}[31mx");
    }

    #[test]
    fn a_closed_pipe_is_a_quiet_end() {
        let failure = Failure::stdout(&io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.exit, failure.words()), (Exit::Ok, None));
    }
}
