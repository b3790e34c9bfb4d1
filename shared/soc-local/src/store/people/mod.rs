//! What people did, wrote and agreed on, in one table: a row is found by its id, by its incident, and while something
//! is left to do about it.
//!
//! Apart from the machine's tables because a person's change is one step over rows of both.

mod commit;
mod holdings;
mod reads;

/// `open` is what orders rows about which something is left to do: when it began, or until when it holds.
pub(super) const TABLE: &str = "
CREATE TABLE people(
  key INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, incident TEXT,
  open INTEGER, doc TEXT NOT NULL, UNIQUE(kind, id)) STRICT;
CREATE INDEX people_open ON people(kind, open) WHERE open IS NOT NULL;
CREATE INDEX people_by_incident ON people(incident, kind, key) WHERE incident IS NOT NULL;
";

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Operation = 1,
    Job = 2,
    Comment = 3,
    Suppression = 4,
}
