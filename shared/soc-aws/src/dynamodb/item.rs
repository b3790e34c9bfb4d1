//! Rows as DynamoDB has them: attributes by name, written and read with our own words.
//!
//! A row that is not as we write it is told as such; what it holds is not repeated.

use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::keys::Key;

/// A row as DynamoDB has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// An index over the table `soc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    /// What is to be done: due, unsent, unanswered, quarantined.
    Work,
    /// What people look for: queues, accounts.
    People,
    /// What follows everything: changes, heads.
    Follow,
}

impl Index {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Work => "gsi1",
            Self::People => "gsi2",
            Self::Follow => "gsi3",
        }
    }

    pub(super) const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Work => ("gsi1pk", "gsi1sk"),
            Self::People => ("gsi2pk", "gsi2sk"),
            Self::Follow => ("gsi3pk", "gsi3sk"),
        }
    }
}

/// A row to write.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) item: Item,
}

impl Row {
    pub(super) fn new(key: &Key) -> Self {
        Self { item: key_item(key) }
    }

    /// A row that was read, to be written again with changes.
    pub(super) fn again(item: Item) -> Self {
        Self { item }
    }

    pub(super) fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.item.insert(name.to_owned(), AttributeValue::S(value.into()));
        self
    }

    pub(super) fn number(mut self, name: &str, value: u64) -> Self {
        self.item.insert(name.to_owned(), AttributeValue::N(value.to_string()));
        self
    }

    pub(super) fn at(mut self, name: &str, value: Timestamp) -> Self {
        self.item.insert(name.to_owned(), AttributeValue::N(value.as_millis().to_string()));
        self
    }

    /// Makes the row found in `index` under this partition and place.
    pub(super) fn indexed(self, index: Index, pk: String, sk: String) -> Self {
        let (pk_name, sk_name) = index.keys();
        self.text(pk_name, pk).text(sk_name, sk)
    }
}

/// Partition and sort key as attributes.
pub(super) fn key_item(key: &Key) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(key.pk.clone())),
        ("sk".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

/// What is said of a row that we did not write, or that somebody changed.
#[derive(Debug, thiserror::Error)]
#[error("a row is not as we write it: {0}")]
struct Odd(&'static str);

/// The row is not as we write it, in this attribute.
pub(super) fn odd(attribute: &'static str) -> PortError {
    PortError::caused(PortErrorKind::Rejected, "read a row", Odd(attribute))
}

pub(super) fn text<'a>(item: &'a Item, name: &'static str) -> PortResult<&'a str> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(odd(name)),
    }
}

pub(super) fn optional_text<'a>(item: &'a Item, name: &'static str) -> PortResult<Option<&'a str>> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(Some(text)),
        None => Ok(None),
        Some(_) => Err(odd(name)),
    }
}

pub(super) fn optional_bytes<'a>(item: &'a Item, name: &'static str) -> PortResult<Option<&'a [u8]>> {
    match item.get(name) {
        Some(AttributeValue::B(bytes)) => Ok(Some(bytes.as_ref())),
        None => Ok(None),
        Some(_) => Err(odd(name)),
    }
}

/// A number, or an id, or whatever else is written as a text.
pub(super) fn number<T: FromStr>(item: &Item, name: &'static str) -> PortResult<T> {
    match item.get(name) {
        Some(AttributeValue::N(digits)) => digits.parse().map_err(|_no_number| odd(name)),
        _ => Err(odd(name)),
    }
}

pub(super) fn id<T: FromStr>(item: &Item, name: &'static str) -> PortResult<T> {
    text(item, name)?.parse().map_err(|_no_id| odd(name))
}

pub(super) fn key_of(item: &Item) -> PortResult<Key> {
    Ok(Key::new(text(item, "pk")?.to_owned(), text(item, "sk")?))
}
