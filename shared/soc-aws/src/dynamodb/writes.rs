//! Writing rows: one, or several as one step, each only if it is still as the writer read it.
//!
//! An answer can be lost behind a write that took effect, and the SDK then sends it again: so each write carries a stamp
//! of its own, and a row that fails the condition but bears this stamp was written by us.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::Store;
use super::item::{Item, Row, key_item};
use super::keys::{Key, hex};
use crate::error::{Answered, kind_of_code, port_error};

/// What must hold of a row for a write of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnlyIf {
    /// Nothing.
    Always,
    /// It is not there.
    Absent,
    /// Its attribute `version` is this.
    Version(u64),
}

impl OnlyIf {
    /// None: it is not there.
    pub(super) fn expected(version: Option<u64>) -> Self {
        version.map_or(Self::Absent, Self::Version)
    }

    const fn expression(self) -> Option<&'static str> {
        match self {
            Self::Always => None,
            Self::Absent => Some("attribute_not_exists(pk)"),
            Self::Version(_) => Some("#version = :version"),
        }
    }

    fn names(self) -> Option<HashMap<String, String>> {
        match self {
            Self::Always | Self::Absent => None,
            Self::Version(_) => Some(HashMap::from([("#version".to_owned(), "version".to_owned())])),
        }
    }

    fn values(self) -> Option<Item> {
        match self {
            Self::Always | Self::Absent => None,
            Self::Version(version) => {
                let value = AttributeValue::N(version.to_string());
                Some(HashMap::from([(":version".to_owned(), value)]))
            }
        }
    }
}

/// One write of a step.
#[derive(Debug, Clone)]
pub(super) enum Write {
    /// The whole row.
    Put(Row, OnlyIf),
    /// A row of the ledger, which must not be there.
    PutLedger(Row),
    /// Takes a row out; it may be absent.
    Delete(Key),
}

/// DynamoDB takes at most so many writes as one step.
pub(super) const STEP_MAX: usize = 100;
/// How often a step that met another one at the same rows is tried again before that is told.
const ATTEMPTS: u32 = 4;

/// What a process writes begins with this; the rest of a stamp counts.
#[derive(Debug)]
pub(super) struct Stamps {
    process: String,
    next: AtomicU64,
}

impl Stamps {
    pub(super) fn new() -> Self {
        // Two hashers have four random keys between them: enough that no two processes share them.
        let parts = [RandomState::new().hash_one(0_u8), RandomState::new().hash_one(1_u8)];
        let process = parts.map(|part| hex(&part.to_be_bytes())).concat();
        Self { process, next: AtomicU64::new(0) }
    }

    fn next(&self) -> String {
        format!("{}-{}", self.process, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// Waits before the attempt after `attempt`: longer each time, and not as long as another does.
pub(super) async fn pause(store: &Store, attempt: u32) {
    let spread = store.stamps.next.fetch_add(1, Ordering::Relaxed) % 7;
    let millis = (5_u64 << attempt.min(6)) + spread * u64::from(attempt + 1);
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// All of it was written.
    All,
    /// Nothing was: the rows at these places among the writes were not as expected.
    Nothing(Vec<usize>),
}

impl Store {
    /// Writes all of it as one step, or nothing: then Conflict, if a row was not as expected.
    pub(super) async fn write(&self, operation: &'static str, writes: Vec<Write>) -> PortResult<()> {
        match self.write_if(operation, writes).await? {
            Written::All => Ok(()),
            Written::Nothing(_unmet) => Err(PortError::new(PortErrorKind::Conflict, operation)),
        }
    }

    /// Writes all of it as one step, or nothing, and says which rows were not as expected. Conflict, if others kept
    /// writing the same rows at the same time.
    pub(super) async fn write_if(&self, operation: &'static str, writes: Vec<Write>) -> PortResult<Written> {
        let stamp = self.stamps.next();
        let mut stamped = Vec::with_capacity(writes.len());
        for write in writes {
            stamped.push(match write {
                Write::Put(row, only_if) => Write::Put(row.text("stamp", stamp.clone()), only_if),
                // Nobody writes such a row again: it tells for good whose step it was part of.
                Write::PutLedger(row) => Write::PutLedger(row.text("stamp", stamp.clone())),
                Write::Delete(_) => write,
            });
        }
        if let [Write::Put(row, only_if)] = stamped.as_slice() {
            return match self.put(operation, row, (*only_if, &stamp)).await {
                Err(error) if error.is_conflict() => Ok(Written::Nothing(vec![0])),
                put => put.map(|()| Written::All),
            };
        }
        let items: Vec<TransactWriteItem> =
            stamped.into_iter().map(|write| self.as_item(write)).collect::<PortResult<_>>()?;
        for attempt in 0..ATTEMPTS {
            match self.step(operation, items.clone(), &stamp).await? {
                Stepped::Done => return Ok(Written::All),
                Stepped::Failed(unmet) => return Ok(Written::Nothing(unmet)),
                Stepped::Met => pause(self, attempt).await,
            }
        }
        Err(PortError::new(PortErrorKind::Conflict, operation))
    }

    /// Writes what nobody can be ahead of: two at once is for later, not a conflict to decide.
    pub(super) async fn write_always(&self, operation: &'static str, write: Write) -> PortResult<()> {
        match self.write(operation, vec![write]).await {
            Err(error) if error.is_conflict() => Err(PortError::new(PortErrorKind::Unavailable, operation)),
            written => written,
        }
    }

    async fn put(
        &self,
        operation: &'static str,
        row: &Row,
        (only_if, stamp): (OnlyIf, &str),
    ) -> PortResult<()> {
        let put = self.client.put_item().table_name(&self.tables.soc).set_item(Some(row.item.clone()));
        let sent = put
            .set_condition_expression(only_if.expression().map(str::to_owned))
            .set_expression_attribute_names(only_if.names())
            .set_expression_attribute_values(only_if.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        if let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
            && is_stamped(failed.item(), stamp)
        {
            return Ok(());
        }
        Err(port_error(operation, &error))
    }

    fn as_item(&self, write: Write) -> PortResult<TransactWriteItem> {
        let item = TransactWriteItem::builder();
        let unbuilt = |_missing| PortError::new(PortErrorKind::Rejected, "build a write");
        let (table, row, only_if) = match write {
            Write::Put(row, only_if) => (&self.tables.soc, row, only_if),
            Write::PutLedger(row) => (&self.tables.ledger, row, OnlyIf::Absent),
            Write::Delete(key) => {
                let delete =
                    Delete::builder().table_name(&self.tables.soc).set_key(Some(key_item(&key))).build();
                return Ok(item.delete(delete.map_err(unbuilt)?).build());
            }
        };
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(row.item))
            .set_condition_expression(only_if.expression().map(str::to_owned))
            .set_expression_attribute_names(only_if.names())
            .set_expression_attribute_values(only_if.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        Ok(item.put(put.map_err(unbuilt)?).build())
    }

    async fn step(
        &self,
        operation: &'static str,
        items: Vec<TransactWriteItem>,
        stamp: &str,
    ) -> PortResult<Stepped> {
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        let Err(error) = sent else { return Ok(Stepped::Done) };
        let Some(reasons) = cancelled(&error) else {
            return Err(port_error(operation, &error));
        };
        if reasons.iter().any(|reason| is_stamped(reason.item(), stamp)) {
            return Ok(Stepped::Done);
        }
        why_cancelled(operation, reasons)
    }
}

/// How a step ended.
enum Stepped {
    Done,
    /// The rows at these places were not as expected.
    Failed(Vec<usize>),
    /// Another step wrote the same rows at the same time.
    Met,
}

fn is_stamped(item: Option<&Item>, stamp: &str) -> bool {
    matches!(item.and_then(|item| item.get("stamp")), Some(AttributeValue::S(found)) if found == stamp)
}

fn cancelled<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<&[CancellationReason]> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            Some(cancelled.cancellation_reasons())
        }
        _ => None,
    }
}

fn why_cancelled(operation: &'static str, reasons: &[CancellationReason]) -> PortResult<Stepped> {
    let unmet = reasons.iter().enumerate();
    let unmet = unmet.filter(|(_, reason)| reason.code() == Some("ConditionalCheckFailed"));
    let unmet: Vec<usize> = unmet.map(|(place, _)| place).collect();
    if !unmet.is_empty() {
        return Ok(Stepped::Failed(unmet));
    }
    let codes = reasons.iter().filter_map(CancellationReason::code);
    let codes: Vec<&str> = codes.filter(|code| *code != "None").collect();
    match codes.first() {
        None | Some(&"TransactionConflict") => Ok(Stepped::Met),
        Some(code) => Err(PortError::caused(kind_of_code(code, 400), operation, Answered::new(code))),
    }
}
