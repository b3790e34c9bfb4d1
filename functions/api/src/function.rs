//! What `api` depends on, and how each of it is asked whether it is there.

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::clients;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::budget::DailyBudget;
use soc_aws::kinesis::KinesisStream;
use soc_aws::{bedrock, sfn};
use soc_domain::spend::Day;
use soc_lambda::health::Part;
use soc_lambda::http::Api;
use soc_lambda::{Handler, Invocation, SystemClock, ask};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult, StageError};
use soc_pipeline::ports::{Budget, Clock};

use crate::settings::Settings;

/// `api` with its adapters.
pub(crate) struct Function {
    api: Api,
}

impl Function {
    pub(crate) fn new(settings: Settings, config: &SdkConfig) -> Self {
        let parts = vec![
            store(config, settings.table),
            stream(config, settings.stream),
            workflow(config, settings.state_machine),
            model(config, settings.model_id),
        ];
        Self { api: Api { release: settings.release, parts } }
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

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, _invocation: &Invocation) -> Result<Value, StageError> {
        self.api.answer(payload).await
    }
}
