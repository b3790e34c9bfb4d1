//! Evidence that redaction has been through: the only form in which it reaches an analyst.

use serde_json::Value;

/// A redacted document. It can be made only by redacting one.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted(Value);

impl Redacted {
    /// The document.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}
