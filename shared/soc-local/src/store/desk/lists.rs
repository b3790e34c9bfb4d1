//! Several lists of texts in one column, so that one of them can be asked for by its whole or its beginning.
//!
//! Each entry is a line: a letter for its list, then the text. Text is hostile: a line break in it must not begin an
//! entry, so it is escaped, and what is looked for too. No escape is the beginning of another character, so a beginning
//! stays a beginning.

use soc_domain::incident::Incident;
use soc_pipeline::ports::desk::Pattern;

pub(super) const ACCOUNT: char = 'a';
pub(super) const TACTIC: char = 't';
pub(super) const RESOURCE: char = 'r';

/// The lists of an incident.
pub(super) fn lists(incident: &Incident) -> String {
    let mut column = String::with_capacity(256);
    for (letter, texts) in
        [(ACCOUNT, &incident.accounts), (TACTIC, &incident.tactics), (RESOURCE, &incident.resources)]
    {
        for text in texts {
            column.push('\n');
            column.push(letter);
            escape(text, &mut column);
        }
    }
    column.push('\n');
    column
}

/// What stands in the column if the list `letter` has what is asked for.
pub(super) fn needle(letter: char, pattern: &Pattern) -> String {
    let (text, is_whole) = match pattern {
        Pattern::Is(text) => (text, true),
        Pattern::Begins(text) => (text, false),
    };
    let mut needle = format!("\n{letter}");
    escape(text, &mut needle);
    if is_whole {
        needle.push('\n');
    }
    needle
}

fn escape(text: &str, to: &mut String) {
    if !text.contains(['\n', '\\']) {
        to.push_str(text);
        return;
    }
    for character in text.chars() {
        match character {
            '\n' => to.push_str("\\n"),
            '\\' => to.push_str("\\\\"),
            other => to.push(other),
        }
    }
}
