//! Errors as the workflow sees them: a name of the closed list, and a sentence of ours.

use std::error::Error;

use lambda_runtime::Diagnostic;
use soc_pipeline::error::StageError;

/// The longest sentence that leaves the function.
const LONGEST: usize = 300;

/// What the runtime is told.
pub(crate) fn diagnostic(error: &StageError) -> Diagnostic {
    let words = error.to_string();
    let error_message = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    Diagnostic { error_type: error.name().to_owned(), error_message }
}

/// An error with everything below it, for the log. Adapters put no text of requests or rows into their errors.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let cause_words = cause.to_string();
        if !words.ends_with(&cause_words) {
            words.push_str(": ");
            words.push_str(&cause_words);
        }
        below = cause.source();
    }
    words
}
