//! What stands between evidence and a model: redaction before, validation after. Pure.

pub mod answer;
pub mod redact;
pub mod redacted;
