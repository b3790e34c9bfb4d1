//! Rows as they were: what a replica that lags behind may still answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many older values of a row are kept.
const KEPT: usize = 4;

/// The values of rows that were read so far, the newest last.
#[derive(Debug)]
pub(super) struct Lagging<K, V>(Mutex<BTreeMap<K, Vec<V>>>);

impl<K, V> Default for Lagging<K, V> {
    fn default() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }
}

impl<K: Ord, V: Clone + PartialEq> Lagging<K, V> {
    /// Remembers what a row is now.
    pub(super) fn remember(&self, key: K, value: &V) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let values = rows.entry(key).or_default();
        if values.last() == Some(value) {
            return;
        }
        if values.len() == KEPT {
            values.remove(0);
        }
        values.push(value.clone());
    }

    /// The value before `current`, if the row had another one.
    pub(super) fn before(&self, key: &K, current: &V) -> Option<V> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.get(key)?.iter().rev().find(|value| *value != current).cloned()
    }
}
