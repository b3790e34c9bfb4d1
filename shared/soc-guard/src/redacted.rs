//! Evidence that redaction has been through: the only form in which it reaches an analyst.

use serde_json::Value;

use crate::redact::{Redactions, Redactor};

/// A redacted document. It can be made only by redacting one.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    document: Value,
    redactions: Redactions,
}

impl Redacted {
    /// Redacts `document`.
    #[must_use]
    pub fn of(mut document: Value, redactor: &Redactor) -> Self {
        let redactions = redactor.redact_value(&mut document);
        Self { document, redactions }
    }

    /// The document.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.document
    }

    /// What was taken out, by kind.
    #[must_use]
    pub fn redactions(&self) -> &Redactions {
        &self.redactions
    }
}
