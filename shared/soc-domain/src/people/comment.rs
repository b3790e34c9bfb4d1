//! What a person wrote about an incident.

use serde::{Deserialize, Serialize};

use crate::id::{CommentId, IncidentId};
use crate::time::Timestamp;

/// A comment. The ledger has only its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Derived from the operation that added it.
    pub id: CommentId,
    /// The incident.
    pub incident: IncidentId,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// In their words; empty once it was struck.
    pub text: String,
    /// Who struck it, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<Struck>,
}

/// Who took a comment back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Comment {
    /// Takes it back: that there was one stays, and so does its hash in the ledger.
    pub fn strike(&mut self, by: &str, at: Timestamp) {
        if self.struck.is_none() {
            self.text.clear();
            self.struck = Some(Struck { by: by.to_owned(), at });
        }
    }
}
