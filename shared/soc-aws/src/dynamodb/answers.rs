//! What models answered, and when they were last ready: rows of the table `soc`.
//!
//! | pk | sk | attributes |
//! |---|---|---|
//! | `answer#KEY` | `answer` | `body` S (JSON), `expires` N |
//! | `ready#MODEL#SCHEMA` | `ready` | `ready_at` N (milliseconds), `expires` N |
//!
//! Apart from the store because only the analyst reads them. An answer is written once; readiness only grows.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Answer, Answers, DecisionKey};

use super::budget::port_error;

const READ: &str = "read a kept answer";
const KEEP: &str = "keep an answer";
const READ_READY: &str = "read when a model was last ready";
const KEEP_READY: &str = "remember that a model is ready";

/// How long an answer is kept: longer than anybody repeats a question.
const KEPT: Duration = Duration::from_hours(24 * 30);

/// Answers in a table.
#[derive(Debug, Clone)]
pub struct KeptAnswers {
    client: Client,
    table: String,
}

impl KeptAnswers {
    /// Answers in `table`, whose key is `pk` and `sk`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    async fn attribute(&self, of: Key<'_>, name: &str) -> PortResult<Option<AttributeValue>> {
        let operation = if of.sk == "ready" { READ_READY } else { READ };
        let read = self.client.get_item().table_name(&self.table).set_key(Some(of.attributes()));
        let read = read.consistent_read(true).send().await.map_err(|error| port_error(operation, error))?;
        Ok(read.item.unwrap_or_default().remove(name))
    }
}

#[async_trait]
impl Answers for KeptAnswers {
    async fn get(&self, key: &DecisionKey) -> PortResult<Option<Answer>> {
        let body = self.attribute(Key::of_answer(key), "body").await?;
        let Some(text) = body.as_ref().and_then(|body| body.as_s().ok()) else { return Ok(None) };
        let answer = serde_json::from_str(text)
            .map_err(|error| PortError::caused(PortErrorKind::Rejected, READ, error))?;
        Ok(Some(answer))
    }

    async fn keep(&self, key: &DecisionKey, answer: &Answer, at: Timestamp) -> PortResult<()> {
        let body = serde_json::to_string(answer)
            .map_err(|error| PortError::caused(PortErrorKind::Rejected, KEEP, error))?;
        let put = self.client.put_item().table_name(&self.table);
        let sent = put
            .set_item(Some(Key::of_answer(key).attributes()))
            .item("body", AttributeValue::S(body))
            .item("expires", expires(at))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(known) if known.is_conditional_check_failed_exception() => Ok(()),
                _other => Err(port_error(KEEP, error)),
            },
        }
    }

    async fn ready_at(&self, ready: &str) -> PortResult<Option<Timestamp>> {
        let at = self.attribute(Key::of_ready(ready), "ready_at").await?;
        let millis = at.as_ref().and_then(|at| at.as_n().ok()).and_then(|digits| digits.parse().ok());
        Ok(millis.map(Timestamp::from_millis))
    }

    async fn was_ready(&self, ready: &str, at: Timestamp) -> PortResult<()> {
        let update = self.client.update_item().table_name(&self.table);
        let sent = update
            .set_key(Some(Key::of_ready(ready).attributes()))
            .update_expression("SET ready_at = :at, expires = :expires")
            .condition_expression("attribute_not_exists(ready_at) OR ready_at < :at")
            .expression_attribute_values(":at", AttributeValue::N(at.as_millis().to_string()))
            .expression_attribute_values(":expires", expires(at))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(newer) if newer.is_conditional_check_failed_exception() => Ok(()),
                _other => Err(port_error(KEEP_READY, error)),
            },
        }
    }
}

/// The key of a row.
struct Key<'a> {
    pk: String,
    sk: &'a str,
}

impl Key<'_> {
    fn of_answer(key: &DecisionKey) -> Self {
        Self { pk: format!("answer#{key}"), sk: "answer" }
    }

    fn of_ready(ready: &str) -> Self {
        Self { pk: format!("ready#{ready}"), sk: "ready" }
    }

    fn attributes(self) -> HashMap<String, AttributeValue> {
        let (pk, sk) = (AttributeValue::S(self.pk), AttributeValue::S(self.sk.to_owned()));
        HashMap::from([("pk".to_owned(), pk), ("sk".to_owned(), sk)])
    }
}

/// When a row of `at` may go, in seconds since the epoch.
fn expires(at: Timestamp) -> AttributeValue {
    AttributeValue::N((at.plus(KEPT).as_millis() / 1_000).to_string())
}
