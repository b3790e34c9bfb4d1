//! Gaps read back: a gap names its field by a text of the program, so each name that is read is made once and kept.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use soc_domain::finding::{Gap, GapKind};
use soc_pipeline::error::PortResult;

use super::item::odd;

/// The readers know some hundred fields: more is a table that we did not write.
const FIELDS_MAX: usize = 1_024;

static FIELDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// A gap as it stands in a row.
#[derive(Debug, Deserialize)]
pub(super) struct KeptGap {
    field: String,
    problem: GapKind,
}

impl KeptGap {
    pub(super) fn read(self) -> PortResult<Gap> {
        Ok(Gap { field: named(self.field)?, problem: self.problem })
    }
}

fn named(field: String) -> PortResult<&'static str> {
    let mut fields = FIELDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = fields.get(field.as_str()) {
        return Ok(known);
    }
    if fields.len() >= FIELDS_MAX {
        return Err(odd("gaps"));
    }
    let made: &'static str = Box::leak(field.into_boxed_str());
    fields.insert(made);
    Ok(made)
}
