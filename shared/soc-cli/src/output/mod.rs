//! What is written where: results to standard output in the form that was asked for, words to standard error.

pub(crate) mod detail;
pub(crate) mod progress;
pub(crate) mod state;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod text;

use std::io::{self, Write as _};

use serde::Serialize;

use crate::args::Form;
use crate::failure::Failure;

/// Writes a line to standard error. Where nobody reads, nothing can be said.
pub(crate) fn say(text: &str) {
    let _unread = writeln!(io::stderr().lock(), "{text}");
}

/// Standard output and its form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    pub(crate) form: Form,
    pub(crate) colour: bool,
}

impl Out {
    /// Whether people read it.
    pub(crate) fn for_people(self) -> bool {
        self.form == Form::Table
    }

    /// Text that is harmless already.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| {
            if text.ends_with('\n') || text.is_empty() { Ok(()) } else { out.write_all(b"\n") }
        });
        written.and_then(|()| out.flush()).map_err(|error| Failure::stdout(&error))
    }

    /// One document on one line. JSON escapes control characters by itself.
    pub(crate) fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        self.text(&line(value)?)
    }

    /// Many documents: one array, or one a line.
    pub(crate) fn list<T: Serialize>(self, values: &[T]) -> Result<(), Failure> {
        if self.form == Form::Jsonl {
            let lines: Result<Vec<String>, Failure> = values.iter().map(line).collect();
            return self.text(&lines?.join("\n"));
        }
        self.json(values)
    }
}

fn line<T: Serialize + ?Sized>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|error| Failure::new("cannot write the result as JSON").because(&error))
}
