//! Between columns and values: ids, numbers and documents.

use std::str::FromStr;

use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Fault;

/// SQLite's integers are signed; ours stay far below the border.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn size(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A number that we wrote from an unsigned one.
pub(super) fn count(row: &Row<'_>, column: usize) -> Result<u64, Fault> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_negative| Fault::Row(format!("column {column} is {value}")))
}

pub(super) fn small(row: &Row<'_>, column: usize) -> Result<u32, Fault> {
    let value: i64 = row.get(column)?;
    u32::try_from(value).map_err(|_too_big| Fault::Row(format!("column {column} is {value}")))
}

pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str, Fault> {
    row.get_ref(column)?.as_str().map_err(|error| Fault::Row(format!("column {column}: {error}")))
}

pub(super) fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], Fault> {
    row.get_ref(column)?.as_blob().map_err(|error| Fault::Row(format!("column {column}: {error}")))
}

pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    Ok(serde_json::to_string(value)?)
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Fault> {
    Ok(serde_json::from_str(text(row, column)?)?)
}

/// An id whose 26 characters are in `column`.
pub(super) fn id<T: FromStr>(row: &Row<'_>, column: usize, prefix: &str) -> Result<T, Fault> {
    let suffix = text(row, column)?;
    let whole = [prefix, suffix].concat();
    whole.parse().map_err(|_no_id| Fault::Row(format!("{whole:?} is no id")))
}

/// Whether a conditional write found the row that it expected.
pub(super) fn expect_one(changed: usize) -> Result<(), Fault> {
    if changed == 1 { Ok(()) } else { Err(Fault::Conflict) }
}
