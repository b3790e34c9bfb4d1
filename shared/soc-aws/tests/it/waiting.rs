//! Executions that wait for people: told with the newest token, whichever came first, the token or the word.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sfn::types::ExecutionStatus;
use soc_aws::dynamodb::Tables;
use soc_aws::sfn::Executions;
use soc_domain::incident::execution_name;
use soc_pipeline::ports::{Resume, StartWorkflow, Workflows};
use soc_testkit::build::incident_id;

use crate::bed::{Bed, bed, run, unique};

const ONE: Duration = Duration::from_millis(50);
const PATIENCE: usize = 400;

struct Asking {
    executions: Executions,
    states: aws_sdk_sfn::Client,
    rows: aws_sdk_dynamodb::Client,
    tables: Tables,
    arn: String,
}

/// A workflow that writes its token down and waits.
fn definition(tables: &Tables) -> String {
    let item = serde_json::json!({
        "pk": { "S": "token" },
        "sk": { "S": "{% $states.context.Execution.Name %}" },
        "token": { "S": "{% $states.context.Task.Token %}" },
    });
    let ask = serde_json::json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
        "Arguments": { "TableName": tables.soc, "Item": item },
        "End": true,
    });
    serde_json::json!({ "QueryLanguage": "JSONata", "StartAt": "Ask", "States": { "Ask": ask } }).to_string()
}

impl Asking {
    async fn new(bed: &Bed) -> Self {
        let tables = bed.tables().await;
        let states = aws_sdk_sfn::Client::new(&bed.config);
        let made = states
            .create_state_machine()
            .name(unique("asking"))
            .definition(definition(&tables))
            .role_arn("arn:aws:iam::123456789012:role/workflow")
            .send()
            .await
            .unwrap();
        let arn = made.state_machine_arn;
        let store = bed.store_with(&bed.config, &tables);
        let executions = Executions::new(states.clone(), arn.clone(), store);
        Self { executions, states, rows: aws_sdk_dynamodb::Client::new(&bed.config), tables, arn }
    }

    /// Waits until the execution waits, and answers its token.
    async fn token(&self, of: StartWorkflow) -> String {
        let name = execution_name(of.incident, of.generation);
        for _look in 0..PATIENCE {
            let row = self.rows.get_item().table_name(&self.tables.soc).consistent_read(true);
            let row = row.key("pk", AttributeValue::S("token".to_owned()));
            let found = row.key("sk", AttributeValue::S(name.clone())).send().await.unwrap().item;
            if let Some(item) = found {
                return item["token"].as_s().unwrap().clone();
            }
            tokio::time::sleep(ONE).await;
        }
        panic!("the execution does not wait");
    }

    /// Waits until the execution has ended, and answers how: its output, or its error.
    async fn end(&self, of: StartWorkflow) -> (ExecutionStatus, String) {
        let name = execution_name(of.incident, of.generation);
        let arn = format!("{}:{name}", self.arn.replace(":stateMachine:", ":execution:"));
        for _look in 0..PATIENCE {
            let found = self.states.describe_execution().execution_arn(&arn).send().await.unwrap();
            if found.status != ExecutionStatus::Running {
                return (found.status, found.error.or(found.output).unwrap_or_default());
            }
            tokio::time::sleep(ONE).await;
        }
        panic!("the execution does not end");
    }
}

const fn first(incident: soc_domain::id::IncidentId) -> StartWorkflow {
    StartWorkflow { incident, generation: 1 }
}

#[test]
fn a_waiting_execution_goes_on_when_all_is_decided_and_may_be_told_again() {
    let Some(bed) = bed("a waiting execution") else { return };
    run(async {
        let (asking, of) = (Asking::new(&bed).await, first(incident_id("a")));
        asking.executions.start(of).await.unwrap();
        asking.executions.keep_token(of, &asking.token(of).await).await.unwrap();
        asking.executions.resume(of, Resume::Decided).await.unwrap();
        let (status, output) = asking.end(of).await;
        assert_eq!(status, ExecutionStatus::Succeeded);
        assert_eq!(output.replace(' ', ""), r#"{"decided":true}"#);
        // Nobody waits any more.
        asking.executions.resume(of, Resume::Decided).await.unwrap();
        asking.executions.start(of).await.unwrap();
    });
}

#[test]
fn what_was_said_before_the_token_came_is_told_with_it() {
    let Some(bed) = bed("a word before the token") else { return };
    run(async {
        let (asking, of) = (Asking::new(&bed).await, first(incident_id("b")));
        asking.executions.resume(of, Resume::Decided).await.unwrap();
        asking.executions.resume(of, Resume::Superseded).await.unwrap();
        asking.executions.resume(of, Resume::Decided).await.unwrap();
        asking.executions.start(of).await.unwrap();
        asking.executions.keep_token(of, &asking.token(of).await).await.unwrap();
        let (status, error) = asking.end(of).await;
        // The emulator tells the error in the output.
        assert!(status == ExecutionStatus::Failed && error.contains("Soc.Superseded"), "{status} {error}");
    });
}
