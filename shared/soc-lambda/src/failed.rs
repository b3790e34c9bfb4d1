//! Why a function does not run: a closed list, since whoever reads it is looking for what to mend.

use std::fmt;
use std::io;

use soc_pipeline::error::PortError;

use crate::failure::chain;
use crate::settings::Problems;

/// Why a function does not run, or runs no more.
#[derive(thiserror::Error)]
pub enum Failed {
    /// Some settings are wrong.
    #[error("the settings are wrong")]
    Settings(#[from] Problems),
    /// What it needs before the first invocation does not answer, or answers what cannot be used.
    #[error("the adapters cannot be made")]
    Adapters(#[from] PortError),
    /// The machine gave no thread, or nothing to wait with.
    #[error("there is no thread for the program")]
    Thread(#[source] io::Error),
    /// The program's thread ended in a panic.
    #[error("the program's thread ended in a panic")]
    Panicked,
    /// Nobody asks any more: the Runtime API of the environment.
    #[error("the runtime API cannot be reached")]
    Runtime(#[source] lambda_runtime::Error),
}

/// With everything below it: the runtime prints it so when the program ends.
impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chain(self))
    }
}
