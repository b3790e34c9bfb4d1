//! Asks a model to explain an incident. It advises and never decides.
//!
//! A program of its own, so that it has its own role: what it cannot reach stands there and in its settings.

mod budget;
mod function;
mod settings;

use soc_lambda::{Failed, Shell, program, run, start};

use crate::function::Function;
use crate::settings::Settings;

fn main() -> Result<(), Failed> {
    program(|| async {
        let settings = start("analyze", Settings::from)?;
        let (release, namespace) = (settings.release.clone(), settings.namespace.clone());
        let config = soc_aws::config::load().await;
        let function = Function::new(settings, &config).await?;
        run(Shell { service: "analyze", release, namespace }, function).await
    })
}
