//! What people do with incidents: pure decisions, and their inverses.
//!
//! Apart from `incident` because here a person is the actor: what they say stands above the machine, nothing that they
//! do starts an action, and each change can be undone as long as nothing newer changed the same. Merged incidents take
//! no change.

mod comment;
mod edit;
mod gist;
mod job;
mod merge;
mod operation;
mod refusal;
mod spans;
mod split;
mod suppression;

pub use comment::{Comment, Struck};
pub use edit::{Doer, Edit, Standing, Wish, edit};
pub use gist::Gist;
pub use job::{Failure, Job, JobState, Task};
pub use merge::{Merge, Merged, Unmerged, merge, unmerge};
pub use operation::{Deed, Operation, OperationState, UNDO_WITHIN};
pub use refusal::{NotAllowed, RefusalKind};
pub use spans::{KeyChange, given_back, handed_on, parted};
pub use split::{Parted, Split, split, unsplit};
pub use suppression::{CONSENTS_NEEDED, Consent, LONGEST, PeopleSuppression, Proposal, SuppressionState};

/// How long a person's name may be.
const LONGEST_NAME: usize = 128;
/// How long a reason or a comment may be, in characters.
const LONGEST_TEXT: usize = 4_000;

/// A person's name as it is kept: without space around it, on one line, and never the machine's.
///
/// # Errors
/// It is no name of a person.
pub fn person(name: &str) -> Result<String, NotAllowed> {
    let name = name.trim();
    let is_line = !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if !is_line {
        return Err(NotAllowed::NoName);
    }
    if name.eq_ignore_ascii_case(crate::approval::MACHINE) {
        return Err(NotAllowed::Machine);
    }
    Ok(name.to_owned())
}

/// A person's text as it is kept.
///
/// # Errors
/// It is empty or too long.
pub fn text(text: &str) -> Result<String, NotAllowed> {
    let text = text.trim();
    match text.chars().count() {
        1..=LONGEST_TEXT => Ok(text.to_owned()),
        _ => Err(NotAllowed::NoText { most: LONGEST_TEXT }),
    }
}
