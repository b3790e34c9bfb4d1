//! What the environment says: read here, once.

use std::io::IsTerminal as _;
use std::path::Path;

/// What the program's surroundings say.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Colours may be written to standard output.
    pub(crate) colour: bool,
    /// Somebody watches standard error.
    pub(crate) watched: bool,
    /// How this program was called, for commands that people are shown.
    pub(crate) called: String,
    /// Who is at this machine; empty if nobody says.
    pub(crate) user: String,
}

impl Settings {
    pub(crate) fn read() -> Self {
        let colour = std::io::stdout().is_terminal() && !no_colour();
        let called = std::env::args_os().next();
        Self {
            colour,
            watched: std::io::stderr().is_terminal(),
            called: shown(called.as_deref().map(Path::new)),
            user: user(),
        }
    }
}

/// <https://no-color.org>: set to anything but the empty text.
#[expect(clippy::disallowed_methods, reason = "this is the settings.rs of this program")]
fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The name of whoever signed in to this machine (POSIX, "Environment Variables": `LOGNAME`).
#[expect(clippy::disallowed_methods, reason = "this is the settings.rs of this program")]
fn user() -> String {
    let named = ["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    named.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default()
}

/// `target/debug/soc` when it was called so (`cargo run` does), so that what is shown can be typed; else `soc`.
fn shown(called: Option<&Path>) -> String {
    match called {
        Some(path) if path.is_relative() => path.display().to_string(),
        Some(_) | None => "soc".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_as_they_can_be_typed() {
        assert_eq!(shown(Some(Path::new("target/debug/soc"))), "target/debug/soc");
        assert_eq!(shown(Some(Path::new("soc"))), "soc");
        assert_eq!(shown(Some(Path::new("/opt/bin/soc"))), "soc");
        assert_eq!(shown(None), "soc");
    }
}
