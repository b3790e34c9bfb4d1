//! Executions of the incident workflow in Step Functions, and the tokens with which waiting ones are told.
//!
//! Apart from the store because an execution lives in another service; what must outlive a call (the newest token,
//! what an execution shall be told) is a row of the table.

use aws_sdk_sfn::Client;

use crate::dynamodb::Store;

/// The incident workflow in Step Functions.
#[derive(Debug, Clone)]
pub struct Executions {
    client: Client,
    state_machine_arn: String,
    store: Store,
}

impl Executions {
    /// Executions of this state machine; their tokens are rows of `store`.
    #[must_use]
    pub fn new(client: Client, state_machine_arn: impl Into<String>, store: Store) -> Self {
        Self { client, state_machine_arn: state_machine_arn.into(), store }
    }
}
