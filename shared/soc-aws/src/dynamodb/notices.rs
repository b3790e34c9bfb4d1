//! Which notices were sent: one row for each, claimed before and confirmed after.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;

use super::Store;
use super::item::key_item;
use super::keys::Key;
use crate::error::port_error;
use crate::sns::{Claimed, SENDING, SentNotices};

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
            .set_key(Some(key_item(&Key::row("notice", key))))
            .update_expression("SET #until = :until")
            .condition_expression(
                "attribute_not_exists(#sent) AND (attribute_not_exists(#until) OR #until <= :now)",
            )
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_values(":until", millis(now.plus(SENDING)))
            .expression_attribute_values(":now", millis(now))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = update.send().await else { return Ok(Claimed::Ours) };
        let refused = error.as_service_error().and_then(|error| match error {
            aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(
                refused,
            ) => Some(refused.item().is_some_and(|row| row.contains_key("sent"))),
            _ => None,
        });
        match refused {
            Some(true) => Ok(Claimed::Sent),
            Some(false) => Ok(Claimed::Theirs),
            None => Err(port_error("claim a notice", &error)),
        }
    }

    async fn confirm(&self, key: &str) -> PortResult<()> {
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.soc)
            .set_key(Some(key_item(&Key::row("notice", key))))
            .update_expression("SET #sent = :sent")
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_values(":sent", AttributeValue::Bool(true));
        update.send().await.map(drop).map_err(|error| port_error("confirm a notice", &error))
    }
}
