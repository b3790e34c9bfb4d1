//! What an execution went through, for whoever compares two ways of running it.
//!
//! Apart from the execution because no decision reads it: it is kept only where somebody asked for it.

use serde::{Deserialize, Serialize};

/// One visit of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The state's name.
    pub state: String,
    /// How many calls were made, the first and every retry; 0 for a state that calls nothing.
    pub calls: u32,
    /// The names of the errors that Retry and Catch were asked about, in their order.
    pub errors: Vec<String>,
}

impl Visit {
    /// A visit that has just begun.
    pub(super) fn of(state: &str) -> Visit {
        Visit { state: state.to_owned(), calls: 0, errors: Vec::new() }
    }
}
