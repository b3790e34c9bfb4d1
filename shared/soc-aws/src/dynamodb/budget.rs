//! The day's money for models: one row a day in the table `soc`.
//!
//! | pk | sk | attributes |
//! |---|---|---|
//! | `budget#ai#2026-11-22` | `day` | `committed` N, `spent` N (millionths of a dollar), `open` SS (ids of reservations), `expires` N |
//!
//! Apart from the store because its one guarantee must be seen at a glance: `committed` is what is held and spent
//! together, and the only write that raises it has the condition that it stays within the cap. One row takes about a
//! thousand writes a second, far more than models are asked.
//!
//! The names in `open` make both writes safe to repeat, which the SDK does after a lost answer: a reservation that is
//! open is not held again, one that is not open is not settled again. A holder that dies leaves its name and its amount
//! in the row until the day is over. They are not released by age: its call may have been made and paid, and whoever
//! released it would let the same money be spent twice. What that costs is bounded: one worst case for each death.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Balance, Budget, Reservation, Reserved};

const RESERVE: &str = "reserve money for a model";
const SETTLE: &str = "settle what a model cost";
const READ: &str = "read the budget of a day";

/// How long the row of a day is kept: people look back a quarter.
const KEPT: Duration = Duration::from_hours(24 * 100);

/// Budgets in a table.
#[derive(Debug, Clone)]
pub struct DailyBudget {
    client: Client,
    table: String,
}

/// A row as DynamoDB has it.
type Row = HashMap<String, AttributeValue>;

impl DailyBudget {
    /// Budgets in `table`, whose key is `pk` and `sk`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

#[async_trait]
impl Budget for DailyBudget {
    async fn reserve(&self, wanted: &Reservation, cap: MicroDollars) -> PortResult<Reserved> {
        if wanted.amount > cap {
            return Ok(Reserved::Refused);
        }
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(&wanted.day)));
        let sent = update
            .update_expression("ADD committed :amount, #open :ids SET expires = :expires")
            .condition_expression(
                "(attribute_not_exists(committed) OR committed <= :room) AND NOT contains(#open, :id)",
            )
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":amount", number(wanted.amount.0))
            .expression_attribute_values(":ids", AttributeValue::Ss(vec![wanted.id.clone()]))
            .expression_attribute_values(":id", AttributeValue::S(wanted.id.clone()))
            .expression_attribute_values(":room", number(cap.minus(wanted.amount).0))
            .expression_attribute_values(":expires", number(expires(&wanted.day)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Reserved::Held),
            Err(error) => match unmet(&error) {
                // A repetition of a write whose answer was lost.
                Some(row) if is_open(row, &wanted.id) => Ok(Reserved::Held),
                Some(_full) => Ok(Reserved::Refused),
                None => Err(port_error(RESERVE, error)),
            },
        }
    }

    async fn settle(&self, held: &Reservation, spent: MicroDollars) -> PortResult<()> {
        let spent = spent.min(held.amount);
        let unused = held.amount.minus(spent);
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(&held.day)));
        let sent = update
            .update_expression("ADD committed :back, spent :spent DELETE #open :ids")
            .condition_expression("contains(#open, :id)")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":back", AttributeValue::N(format!("-{}", unused.0)))
            .expression_attribute_values(":spent", number(spent.0))
            .expression_attribute_values(":ids", AttributeValue::Ss(vec![held.id.clone()]))
            .expression_attribute_values(":id", AttributeValue::S(held.id.clone()))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if unmet(&error).is_some() => Ok(()),
            Err(error) => Err(port_error(SETTLE, error)),
        }
    }

    async fn of_day(&self, day: &Day) -> PortResult<Balance> {
        let read = self.client.get_item().table_name(&self.table).set_key(Some(key(day)));
        let row = read.consistent_read(true).send().await.map_err(|error| port_error(READ, error))?;
        let row = row.item.unwrap_or_default();
        let (spent, committed) = (amount(&row, "spent")?, amount(&row, "committed")?);
        Ok(Balance { spent, held: committed.minus(spent) })
    }
}

fn key(day: &Day) -> Row {
    let pk = AttributeValue::S(format!("budget#ai#{day}"));
    Row::from([("pk".to_owned(), pk), ("sk".to_owned(), AttributeValue::S("day".to_owned()))])
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// When the row of a day may go, in seconds since the epoch.
fn expires(day: &Day) -> u64 {
    let begins = Timestamp::parse(&format!("{day}T00:00:00Z")).unwrap_or_default();
    u64::try_from(begins.plus(KEPT).as_millis() / 1_000).unwrap_or(0)
}

/// The sum in an attribute; nothing if it is not there. A sum that is none is ours to mend, and no money is given out.
fn amount(row: &Row, name: &str) -> PortResult<MicroDollars> {
    let Some(value) = row.get(name) else { return Ok(MicroDollars::default()) };
    let read = value.as_n().ok().and_then(|digits| digits.parse().ok());
    read.map(MicroDollars).ok_or(PortError::new(PortErrorKind::Rejected, READ))
}

fn is_open(row: &Row, id: &str) -> bool {
    let open = row.get("open").and_then(|open| open.as_ss().ok());
    open.is_some_and(|open| open.iter().any(|one| one == id))
}

/// The row that did not meet the condition; empty if there is none. None if the error is another.
fn unmet(error: &SdkError<UpdateItemError>) -> Option<&Row> {
    static EMPTY: std::sync::LazyLock<Row> = std::sync::LazyLock::new(Row::new);
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(unmet)) => Some(unmet.item().unwrap_or(&EMPTY)),
        _other => None,
    }
}

/// What an error of the SDK is for a port.
pub(super) fn port_error<E>(operation: &'static str, error: SdkError<E>) -> PortError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let kind = match &error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            PortErrorKind::Timeout
        }
        SdkError::ServiceError(answer) => match answer.err().code().unwrap_or_default() {
            "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "ThrottlingException"
            | "LimitExceededException" => PortErrorKind::Throttled,
            "AccessDeniedException" | "UnrecognizedClientException" => PortErrorKind::Denied,
            "ResourceNotFoundException" => PortErrorKind::NotFound,
            "ValidationException" | "ItemCollectionSizeLimitExceededException" => PortErrorKind::Rejected,
            _server => PortErrorKind::Unavailable,
        },
        _unsent => PortErrorKind::Unavailable,
    };
    PortError::caused(kind, operation, error)
}
