//! Fields that never fail: a value of the wrong type is noted beside the field, not an error.
//!
//! Apart from the formats, because all of them are as careless with types. Invariant: reading one of these
//! types from well-formed JSON cannot fail, whatever the JSON says; duplicate keys resolve to the last.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::time::Timestamp;

pub(super) use crate::wire::object::{FromObject, Into, ObjectVisitor, ReadInto, Seen, object};

/// One scalar, as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Field<T> {
    /// Not there, or null.
    #[default]
    Absent,
    /// There, in the form that the format says.
    Is(T),
    /// There, in another form that could be read.
    Odd(T),
    /// There, and of no use.
    Bad,
}

impl<T> Field<T> {
    pub(super) fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) | Self::Odd(value) => Some(value),
            Self::Absent | Self::Bad => None,
        }
    }
}

/// A string; numbers and booleans are read as their text.
pub(super) type Text<'a> = Field<Cow<'a, str>>;

impl Text<'_> {
    /// The text, empty where there is none.
    pub(super) fn str(&self) -> &str {
        self.get().map_or("", |text| text)
    }

    /// The text, unless it is absent or empty.
    pub(super) fn some(&self) -> Option<&str> {
        Some(self.str()).filter(|text| !text.is_empty())
    }

    pub(super) fn owned(&self) -> Option<String> {
        self.some().map(str::to_owned)
    }
}

struct Scalar<T>(PhantomData<T>);

/// What a scalar of JSON becomes.
trait FromScalar<'de>: Sized {
    fn from_str(text: &str) -> Field<Self>;
    fn from_borrowed(text: &'de str) -> Field<Self> {
        Self::from_str(text)
    }
    fn from_number(number: f64, written: fmt::Arguments<'_>) -> Field<Self>;
    fn from_bool(value: bool) -> Field<Self>;
}

impl<'de: 'a, 'a> FromScalar<'de> for Cow<'a, str> {
    fn from_str(text: &str) -> Field<Self> {
        Field::Is(Cow::Owned(text.to_owned()))
    }
    fn from_borrowed(text: &'de str) -> Field<Self> {
        Field::Is(Cow::Borrowed(text))
    }
    fn from_number(_: f64, written: fmt::Arguments<'_>) -> Field<Self> {
        Field::Odd(Cow::Owned(written.to_string()))
    }
    fn from_bool(value: bool) -> Field<Self> {
        Field::Odd(Cow::Borrowed(if value { "true" } else { "false" }))
    }
}

impl FromScalar<'_> for f64 {
    fn from_str(text: &str) -> Field<Self> {
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Field::Odd(number),
            _ if text.trim().is_empty() => Field::Absent,
            _ => Field::Bad,
        }
    }
    fn from_number(number: f64, _: fmt::Arguments<'_>) -> Field<Self> {
        Field::Is(number)
    }
    fn from_bool(_: bool) -> Field<Self> {
        Field::Bad
    }
}

impl FromScalar<'_> for bool {
    fn from_str(text: &str) -> Field<Self> {
        match text.trim() {
            "" => Field::Absent,
            word if word.eq_ignore_ascii_case("true") => Field::Odd(true),
            word if word.eq_ignore_ascii_case("false") => Field::Odd(false),
            _ => Field::Bad,
        }
    }
    fn from_number(number: f64, _: fmt::Arguments<'_>) -> Field<Self> {
        Field::Odd(number.abs() > 0.0)
    }
    fn from_bool(value: bool) -> Field<Self> {
        Field::Is(value)
    }
}

impl FromScalar<'_> for Timestamp {
    fn from_str(text: &str) -> Field<Self> {
        if text.trim().is_empty() {
            return Field::Absent;
        }
        if let Some(moment) = Self::parse(text) {
            return Field::Is(moment);
        }
        text.trim().parse::<f64>().ok().and_then(epoch).map_or(Field::Bad, Field::Odd)
    }
    fn from_number(number: f64, _: fmt::Arguments<'_>) -> Field<Self> {
        epoch(number).map_or(Field::Bad, Field::Odd)
    }
    fn from_bool(_: bool) -> Field<Self> {
        Field::Bad
    }
}

/// Seconds or milliseconds since the epoch: up to 10^11 it can only be seconds (milliseconds would be 1973).
fn epoch(number: f64) -> Option<Timestamp> {
    let millis = if number.abs() < 1e11 { number * 1000.0 } else { number };
    // 10^15 ms is the year 33658: beyond any calendar that a product means.
    if !millis.is_finite() || millis.abs() > 1e15 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was checked; a fraction of a millisecond goes"
    )]
    Some(Timestamp::from_millis(millis.round() as i64))
}

impl<'de, T: FromScalar<'de>> Visitor<'de> for Scalar<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Field<T>, E> {
        Ok(T::from_bool(value))
    }
    #[expect(clippy::cast_precision_loss, reason = "a number beyond 2^53 is no time, severity or port")]
    fn visit_i64<E>(self, value: i64) -> Result<Field<T>, E> {
        Ok(T::from_number(value as f64, format_args!("{value}")))
    }
    #[expect(clippy::cast_precision_loss, reason = "a number beyond 2^53 is no time, severity or port")]
    fn visit_u64<E>(self, value: u64) -> Result<Field<T>, E> {
        Ok(T::from_number(value as f64, format_args!("{value}")))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Field<T>, E> {
        Ok(T::from_number(value, format_args!("{value}")))
    }
    fn visit_str<E>(self, text: &str) -> Result<Field<T>, E> {
        Ok(T::from_str(text))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Field<T>, E> {
        Ok(T::from_borrowed(text))
    }
    fn visit_unit<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Absent)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Bad)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Field<T>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Bad)
    }
}

impl<'de, T: FromScalar<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Scalar(PhantomData))
    }
}

impl<'de, T: FromScalar<'de>> ReadInto<'de> for Field<T> {
    fn read_into<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        *self = Self::deserialize(deserializer)?;
        Ok(())
    }
}

/// A list; a single value where a list should be is a list of one, anything else is an empty list.
#[derive(Debug, Clone)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::ops::Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            // Most lists have one element, and an element may be half a kilobyte: room for four, as a vector begins
            // with, is more than the allocator has at hand.
            if all.len() == all.capacity() {
                all.reserve_exact(all.len().max(1));
            }
            all.push(one);
        }
        Ok(List(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<List<T>, A::Error> {
        Ok(List(vec![T::deserialize(MapAccessDeserializer::new(object))?]))
    }
    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<List<T>, E> {
        Ok(List(vec![T::deserialize(serde::de::value::BorrowedStrDeserializer::new(text))?]))
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<List<T>, E> {
        Ok(List(vec![T::deserialize(serde::de::value::StrDeserializer::new(text))?]))
    }
    fn visit_bool<E>(self, _: bool) -> Result<List<T>, E> {
        Ok(List::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<List<T>, E> {
        Ok(List::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<List<T>, E> {
        Ok(List::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<List<T>, E> {
        Ok(List::default())
    }
    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> ReadInto<'de> for List<T> {
    fn read_into<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        *self = Self::deserialize(deserializer)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    object! {
        struct Thing {
            name: Text<'a> = "name" | "Name",
            count: Field<f64> = "count",
            on: Field<bool> = "on",
            at: Field<Timestamp> = "at",
            inner: List<Text<'a>> = "inner",
        }
    }

    object! {
        struct Outer {
            thing: Thing<'a> = "thing" | "Thing",
        }
    }

    fn read(text: &str) -> Thing<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_for_strings_and_strings_for_numbers_are_odd_but_read() {
        let thing = read(r#"{"name": -1, "count": "3", "on": "false", "at": 1492735675000, "inner": "x"}"#);
        assert_eq!(thing.name, Field::Odd("-1".into()));
        assert_eq!(thing.count, Field::Odd(3.0));
        assert_eq!(thing.on, Field::Odd(false));
        assert_eq!(thing.at, Field::Odd(Timestamp::from_millis(1_492_735_675_000)));
        assert_eq!(thing.inner.len(), 1);
    }

    #[test]
    fn wrong_types_duplicates_and_both_casings_never_fail() {
        let thing =
            read(r#"{"name": {"x": [1]}, "count": [1, {"y": 2}], "on": {}, "at": true, "inner": {"a": 1}}"#);
        assert_eq!((thing.name, thing.count, thing.on), (Field::Bad, Field::Bad, Field::Bad));
        assert_eq!(read(r#"{"name": "a", "Name": "b"}"#).name, Field::Is("b".into()));
        for other in ["null", "[1, [2]]", "\"x\"", "-1", "1", "1.5", "true"] {
            assert!(read(other).name.get().is_none(), "{other}");
        }
        assert_eq!(read("[]").seen, Seen::Wrong);
    }

    #[test]
    fn of_an_object_that_is_there_twice_only_the_last_counts() {
        let last = |text: &str| {
            serde_json::from_str::<Outer<'_>>(text)
                .map(|outer| (outer.thing.seen, outer.thing.name.some().is_some(), outer.thing.count))
        };
        let first = r#""thing": {"name": "a", "count": 1}"#;
        for (second, expected) in [
            (r#"{"count": 2}"#, (Seen::Object, false, Field::Is(2.0))),
            ("{}", (Seen::Object, false, Field::Absent)),
            ("null", (Seen::Absent, false, Field::Absent)),
            ("[{}]", (Seen::Wrong, false, Field::Absent)),
            ("7", (Seen::Wrong, false, Field::Absent)),
        ] {
            assert_eq!(last(&format!(r#"{{{first}, "Thing": {second}}}"#)).unwrap(), expected, "{second}");
        }
    }

    #[test]
    fn seconds_and_milliseconds_since_the_epoch_are_told_apart() {
        assert_eq!(read(r#"{"at": 1513612691.551}"#).at.get().unwrap().as_millis(), 1_513_612_691_551);
        assert_eq!(read(r#"{"at": "1513612691551"}"#).at.get().unwrap().as_millis(), 1_513_612_691_551);
        assert_eq!(read(r#"{"at": 1e300}"#).at, Field::Bad);
    }
}
