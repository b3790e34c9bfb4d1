//! Answers people over HTTP.
//!
//! A program of its own, so that it has its own role: what it cannot reach stands there and in its settings.

mod access;
mod cloud;
mod function;
mod gate;
mod health;
mod settings;
mod standing;

use soc_lambda::{Failed, Shell, program, run, start};

use crate::function::Function;
use crate::settings::Settings;

fn main() -> Result<(), Failed> {
    program(|| async {
        let settings = start("api", Settings::from)?;
        let (release, namespace) = (settings.release.clone(), settings.namespace.clone());
        let config = soc_aws::config::load().await;
        let function = Function::new(settings, &config);
        run(Shell { service: "api", release, namespace }, function).await
    })
}
