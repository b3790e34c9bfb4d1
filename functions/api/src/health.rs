//! What `api` depends on, and how each of it is asked whether it is there.

use std::collections::BTreeMap;

use async_trait::async_trait;
use soc_api::ports::{PartState, Parts};
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::budget::DailyBudget;
use soc_aws::kinesis::KinesisStream;
use soc_aws::{bedrock, clients, sfn};
use soc_domain::spend::Day;
use soc_lambda::health::{Part, State, look};
use soc_lambda::{SystemClock, ask};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Budget as _, Clock as _};

use crate::settings::Settings;

/// The parts of the system, as the API asks for them.
pub(crate) struct Health(Vec<Part>);

impl Health {
    pub(crate) fn new(config: &SdkConfig, settings: &Settings) -> Self {
        Self(vec![
            store(config, settings.table.clone()),
            stream(config, settings.stream.clone()),
            workflow(config, settings.state_machine.clone()),
            model(config, settings.model_id.clone()),
        ])
    }
}

#[async_trait]
impl Parts for Health {
    async fn look(&self) -> BTreeMap<String, PartState> {
        let seen = look(&self.0).await.into_iter();
        seen.map(|(name, seen)| {
            let latency = std::time::Duration::from_millis(seen.latency_ms);
            (name.to_owned(), PartState { up: seen.state == State::Up, latency })
        })
        .collect()
    }
}

/// The table answers: any row will do, and the day's budget is always asked for by its key.
fn store(config: &SdkConfig, table: String) -> Part {
    let budget = DailyBudget::new(clients::dynamodb(config), table);
    Part::new(
        "store",
        ask(move || {
            let budget = budget.clone();
            async move { budget.of_day(&Day::of(SystemClock.now())).await.map(drop) }
        }),
    )
}

/// The stream takes records.
fn stream(config: &SdkConfig, name: String) -> Part {
    let stream = KinesisStream::new(clients::kinesis(config), name);
    Part::new(
        "stream",
        ask(move || {
            let stream = stream.clone();
            async move { so("use the stream", stream.state().await?.active) }
        }),
    )
}

/// The workflow takes executions.
fn workflow(config: &SdkConfig, arn: String) -> Part {
    let client = clients::sfn(config);
    Part::new(
        "workflow",
        ask(move || {
            let (client, arn) = (client.clone(), arn.clone());
            async move { so("use the workflow", sfn::describe(&client, &arn).await?.status == "ACTIVE") }
        }),
    )
}

/// The model may be asked from here. It is not: a question costs money.
fn model(config: &SdkConfig, id: String) -> Part {
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    Part::new(
        "model",
        ask(move || {
            let usable = bedrock::usable(&id, &region).is_ok();
            async move { so("use the model", usable) }
        }),
    )
}

fn so(operation: &'static str, holds: bool) -> PortResult<()> {
    if holds { Ok(()) } else { Err(PortError::new(PortErrorKind::Unavailable, operation)) }
}
