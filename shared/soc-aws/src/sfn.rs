//! Executions of the incident workflow in Step Functions, and the tokens with which waiting ones are told.
//!
//! Apart from the store because an execution lives in another service; what must outlive a call (the newest token,
//! what an execution shall be told) is a row of the table. Whoever writes the second of the two tells: both writes
//! answer the whole row, so at least one of two at the same time sees both.

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::send_task_failure::SendTaskFailureError;
use aws_sdk_sfn::operation::send_task_success::SendTaskSuccessError;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use soc_domain::incident::execution_name;
use soc_pipeline::error::{PortResult, StageError};
use soc_pipeline::ports::{Resume, StartWorkflow, Workflows};

use crate::dynamodb::{Remembered, Store};
use crate::error::port_error;

/// The incident workflow in Step Functions.
#[derive(Debug, Clone)]
pub struct Executions {
    client: Client,
    state_machine_arn: String,
    store: Store,
}

/// How the workflow is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// As Step Functions calls it; `ACTIVE` takes executions.
    pub status: String,
    /// The revision that new executions run, if it has one.
    pub revision: Option<String>,
}

/// The input of an execution. Its bytes never differ for one name: then a repeated start is none.
fn input(message: StartWorkflow) -> String {
    format!(r#"{{"incident_id":"{}","generation":{}}}"#, message.incident, message.generation)
}

/// How a workflow is.
///
/// # Errors
/// There is no such state machine, or Step Functions does not answer.
pub async fn describe(client: &Client, state_machine_arn: &str) -> PortResult<Health> {
    let asked = client.describe_state_machine().state_machine_arn(state_machine_arn);
    let found = asked.send().await.map_err(|error| port_error("describe the workflow", &error))?;
    let status = found.status().map_or("none", |status| status.as_str()).to_owned();
    Ok(Health { status, revision: found.revision_id })
}

impl Executions {
    /// Executions of this state machine; their tokens are rows of `store`.
    #[must_use]
    pub fn new(client: Client, state_machine_arn: impl Into<String>, store: Store) -> Self {
        Self { client, state_machine_arn: state_machine_arn.into(), store }
    }

    /// How the workflow is.
    ///
    /// # Errors
    /// There is no such state machine, or Step Functions does not answer.
    pub async fn describe(&self) -> PortResult<Health> {
        describe(&self.client, &self.state_machine_arn).await
    }

    /// Tells whoever waits, if there is a token and something to tell. Nobody waits with an old token: that is success.
    async fn tell(&self, remembered: Remembered) -> PortResult<()> {
        let (Some(token), Some(told)) = (remembered.token, remembered.told) else {
            return Ok(());
        };
        match told {
            Resume::Decided => self.succeed(token).await,
            Resume::Superseded => self.fail(token).await,
        }
    }

    async fn succeed(&self, token: String) -> PortResult<()> {
        let sent =
            self.client.send_task_success().task_token(token).output(r#"{"decided":true}"#).send().await;
        let Err(error) = sent else { return Ok(()) };
        match error.as_service_error() {
            Some(SendTaskSuccessError::TaskDoesNotExist(_) | SendTaskSuccessError::TaskTimedOut(_)) => Ok(()),
            _ => Err(port_error("tell an execution", &error)),
        }
    }

    async fn fail(&self, token: String) -> PortResult<()> {
        let superseded = StageError::Superseded;
        let failure = self.client.send_task_failure().task_token(token).error(superseded.name());
        let Err(error) = failure.cause(superseded.to_string()).send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(SendTaskFailureError::TaskDoesNotExist(_) | SendTaskFailureError::TaskTimedOut(_)) => Ok(()),
            _ => Err(port_error("tell an execution", &error)),
        }
    }
}

#[async_trait]
impl Workflows for Executions {
    async fn start(&self, message: StartWorkflow) -> PortResult<()> {
        let sent = self
            .client
            .start_execution()
            .state_machine_arn(&self.state_machine_arn)
            .name(execution_name(message.incident, message.generation))
            .input(input(message))
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        match error.as_service_error() {
            Some(StartExecutionError::ExecutionAlreadyExists(_)) => Ok(()),
            _ => Err(port_error("start an execution", &error)),
        }
    }

    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> PortResult<()> {
        let remembered = self.store.remember_token(waiting, token).await?;
        self.tell(remembered).await
    }

    async fn resume(&self, waiting: StartWorkflow, with: Resume) -> PortResult<()> {
        let remembered = self.store.remember_told(waiting, with).await?;
        self.tell(remembered).await
    }
}

#[cfg(test)]
mod tests {
    use soc_domain::id::IncidentId;

    use super::*;

    #[test]
    fn the_input_of_an_execution_is_json_and_always_the_same() {
        let message = StartWorkflow { incident: IncidentId::from_parts(&["a"]), generation: 7 };
        let read: serde_json::Value = serde_json::from_str(&input(message)).unwrap();
        let expected = serde_json::json!({ "incident_id": message.incident, "generation": 7 });
        assert_eq!(read, expected);
        assert_eq!(input(message), input(message));
    }
}
