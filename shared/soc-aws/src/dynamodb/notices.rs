//! Which notices were sent: a row for each key, claimed before and confirmed after.
//!
//! Apart from the other rows because it is leased: whoever dies between the two leaves a claim that somebody else may
//! take over.

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;

use super::Store;
use super::item::key_item;
use super::keys::Key;
use crate::error::port_error;
use crate::sns::{Claimed, SENDING, SentNotices};

fn key_of_notice(key: &str) -> Key {
    Key::row("notice", key)
}

fn millis(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_millis().to_string())
}

#[async_trait]
impl SentNotices for Store {
    async fn claim(&self, key: &str, now: Timestamp) -> PortResult<Claimed> {
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.soc)
            .set_key(Some(key_item(&key_of_notice(key))))
            .update_expression("SET claimed_at = :now")
            .condition_expression(
                "attribute_not_exists(sent) AND (attribute_not_exists(claimed_at) OR claimed_at <= :over)",
            )
            .expression_attribute_values(":now", millis(now))
            .expression_attribute_values(":over", millis(now.minus(SENDING)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = update.send().await else { return Ok(Claimed::Ours) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(unmet)) => {
                let sent = unmet.item().is_some_and(|row| row.contains_key("sent"));
                Ok(if sent { Claimed::Sent } else { Claimed::Theirs })
            }
            _ => Err(port_error("claim a notice", &error)),
        }
    }

    async fn confirm(&self, key: &str) -> PortResult<()> {
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.soc)
            .set_key(Some(key_item(&key_of_notice(key))))
            .update_expression("SET sent = :sent")
            .expression_attribute_values(":sent", AttributeValue::Bool(true));
        update.send().await.map(drop).map_err(|error| port_error("confirm a notice", &error))
    }
}
