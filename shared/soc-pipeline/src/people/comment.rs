//! Comments: the text in a row of its own, its hash in the ledger.

use soc_domain::id::{CommentId, IncidentId, sha256_hex};
use soc_domain::people::{Comment, Deed, NotAllowed, OperationState, person, text};

use super::{Changed, NotDone, Order, People, entries};
use crate::error::StageError;
use crate::load::ATTEMPTS;
use crate::ports::{Commit, Expected};

impl People<'_> {
    /// Adds a comment. Undoing it strikes it: its text is gone, its hash stays in the ledger.
    ///
    /// # Errors
    /// It was not added.
    pub async fn comment(&self, order: &Order<'_>, id: IncidentId, words: &str) -> Result<Changed, NotDone> {
        let (by, words) = (person(order.by)?, text(words)?);
        for _attempt in 0..ATTEMPTS {
            let found = self.incident(id).await?;
            let seed = self.seed(order, &by, &found);
            if let Some(again) = self.again(&seed, id).await? {
                return Ok(again);
            }
            if let Some(into) = found.value.merged_into {
                return Err(NotAllowed::Merged { into }.into());
            }
            let comment = CommentId::from_parts(&[&seed.id.to_string()]);
            let operation = seed.operation(id, Deed::Comment { comment }, OperationState::Done);
            let mut entry = entries::done(&operation, id);
            entry.details.insert("text_sha256".to_owned(), sha256_hex(&[words.as_bytes()]));
            let row = Comment {
                id: comment,
                incident: id,
                by: by.clone(),
                at: seed.at,
                text: words.clone(),
                struck: None,
            };
            let commit = Commit {
                // Unchanged, with a new version: whoever follows the incident sees that something happened.
                incidents: vec![Expected::still(found.value, found.version)],
                operations: vec![Expected::absent(operation)],
                comments: vec![Expected::absent(row)],
                entries: vec![entry],
                ..Commit::default()
            };
            match self.commit(&commit, seed.at).await {
                Err(NotDone::Stage(StageError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return self.changed(seed.id).await,
            }
        }
        Err(StageError::Conflict { operation: "comment on an incident" }.into())
    }
}
