//! Judges an incident: priority, way, reasons.
//!
//! A program of its own, so that it has its own role: what it cannot reach stands there and in its settings.

mod function;
mod settings;

use soc_lambda::{Failed, Shell, run, start};

use crate::function::Function;
use crate::settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let settings = start("triage", Settings::from)?;
    let (release, namespace) = (settings.release.clone(), settings.namespace.clone());
    let config = soc_aws::config::load().await;
    let function = Function::new(settings, &config);
    run(Shell { service: "triage", release, namespace }, function).await
}
