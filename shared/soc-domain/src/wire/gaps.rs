//! Collects what was missing or odd while a finding is read.

use crate::finding::{Gap, GapKind};
use crate::time::Timestamp;
use crate::wire::lenient::{Field, FromObject, Seen, Text};

/// The gaps so far, in the order met.
#[derive(Default)]
pub(super) struct Gaps(pub(super) Vec<Gap>);

impl Gaps {
    pub(super) fn note(&mut self, field: &'static str, problem: GapKind) {
        self.0.push(Gap { field, problem });
    }

    /// Notes what is odd about a field that may be absent.
    pub(super) fn look<T>(&mut self, name: &'static str, field: &Field<T>) {
        match field {
            Field::Absent | Field::Is(_) => {}
            Field::Odd(_) => self.note(name, GapKind::Odd),
            Field::Bad => self.note(name, GapKind::Unreadable),
        }
    }

    /// Notes what is odd about a field that should be there.
    pub(super) fn need<T>(&mut self, name: &'static str, field: &Field<T>) {
        if matches!(field, Field::Absent) {
            self.note(name, GapKind::Missing);
        }
        self.look(name, field);
    }

    /// The text of a field that should be there, empty where it is not.
    pub(super) fn text(&mut self, name: &'static str, field: &Text<'_>) -> String {
        self.need(name, field);
        if matches!(field, Field::Is(text) if text.is_empty()) {
            self.note(name, GapKind::Missing);
        }
        field.str().to_owned()
    }

    /// The moment of a field that should be there.
    pub(super) fn time(&mut self, name: &'static str, field: &Field<Timestamp>) -> Option<Timestamp> {
        self.need(name, field);
        field.get().copied()
    }

    /// A count: 1 where it is absent, unreadable or below 1.
    pub(super) fn count(&mut self, name: &'static str, field: &Field<f64>) -> u64 {
        self.need(name, field);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 1, and `as` saturates"
        )]
        field.get().map_or(1, |count| count.max(1.0) as u64)
    }

    /// Notes an object that should be there and is not, or is something else; whether its fields are worth a look.
    pub(super) fn object<'de, T: FromObject<'de>>(&mut self, name: &'static str, object: &T) -> bool {
        match object.seen() {
            Seen::Object => return true,
            Seen::Absent => self.note(name, GapKind::Missing),
            Seen::Wrong => self.note(name, GapKind::Unreadable),
        }
        false
    }
}
