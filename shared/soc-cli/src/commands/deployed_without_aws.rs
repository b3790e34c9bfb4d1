//! What `--stack` answers in a program that was built without AWS.

use crate::app::App;
use crate::args::{Command, Deployed};
use crate::failure::{Exit, Failure};

pub(super) async fn run(_app: &App<'_>, _deployed: &Deployed, _command: &Command) -> Result<Exit, Failure> {
    Err(Failure::new("this soc was built without AWS").hint("cargo build -p soc-cli --features aws"))
}
