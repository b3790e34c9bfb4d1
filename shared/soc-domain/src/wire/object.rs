//! Objects of a format, declared by the names of their fields; reading one never fails on a field's type.
//!
//! Apart from serde's own derive, which fails on duplicate keys, on two casings of one field and on anything
//! that is no object: all of them occur.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Whether an object was there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Seen {
    /// Not there, or null.
    #[default]
    Absent,
    /// An object.
    Object,
    /// Something else than an object.
    Wrong,
}

/// A value of JSON that is read where it stays. The fields of a finding are some kilobytes, nested five deep:
/// handed up from call to call, each level would make, move and drop them again.
pub(super) trait ReadInto<'de> {
    /// Reads the value; what stood here before is gone.
    fn read_into<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error>;
}

/// Where a value is to be read to.
pub(super) struct Into<'p, T>(pub(super) &'p mut T);

impl<'de, T: ReadInto<'de>> DeserializeSeed<'de> for Into<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read_into(deserializer)
    }
}

/// Something read from an object; anything else than an object makes it [`FromObject::wrong`].
pub(super) trait FromObject<'de>: Default {
    /// Reads all members. Nothing has been read before.
    fn fill<A: MapAccess<'de>>(&mut self, object: A) -> Result<(), A::Error>;
    /// What stands for a value that is no object.
    fn wrong() -> Self;
    /// Whether an object was there.
    fn seen(&self) -> Seen;
    /// What a list becomes.
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::wrong())
    }
}

/// Reads a [`FromObject`], whatever the value is.
pub(super) struct ObjectVisitor<'p, T>(pub(super) &'p mut T);

impl<T> ObjectVisitor<'_, T> {
    fn set(self, value: T) {
        *self.0 = value;
    }
}

impl<'de, T: FromObject<'de>> Visitor<'de> for ObjectVisitor<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        // The same key again: the last one counts, and nothing of the first.
        if self.0.seen() != Seen::Absent {
            *self.0 = T::default();
        }
        self.0.fill(object)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let value = T::list(list)?;
        self.set(value);
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.set(T::default());
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.set(T::wrong());
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.set(T::wrong());
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.set(T::wrong());
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.set(T::wrong());
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.set(T::wrong());
        Ok(())
    }
}

/// Declares an object of a format: each field with the names that it goes by. Fields that are not named are
/// passed over; an object that is no object is `Seen::Wrong`, with every field absent.
macro_rules! object {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident: $type:ty = $first:literal $(| $more:literal)*,)* }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(in crate::wire) struct $name<'a> {
            pub(in crate::wire) seen: $crate::wire::lenient::Seen,
            lifetime: std::marker::PhantomData<&'a ()>,
            $(pub(in crate::wire) $field: $type,)*
        }

        const _: () = {
            use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
            use $crate::wire::lenient::{FromObject, Into, ObjectVisitor, ReadInto, Seen};

            #[expect(non_camel_case_types, reason = "variants are named by the macro's fields")]
            enum Key { $($field,)* Unknown }
            struct KeyVisitor;
            impl Visitor<'_> for KeyVisitor {
                type Value = Key;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("a key")
                }
                fn visit_str<E>(self, written: &str) -> Result<Key, E> {
                    Ok(match written {
                        $($first $(| $more)* => Key::$field,)*
                        _ => Key::Unknown,
                    })
                }
            }
            impl<'de> Deserialize<'de> for Key {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_identifier(KeyVisitor)
                }
            }
            impl<'de: 'a, 'a> FromObject<'de> for $name<'a> {
                fn fill<A: MapAccess<'de>>(&mut self, mut object: A) -> Result<(), A::Error> {
                    self.seen = Seen::Object;
                    while let Some(found_key) = object.next_key::<Key>()? {
                        match found_key {
                            $(Key::$field => object.next_value_seed(Into(&mut self.$field))?,)*
                            Key::Unknown => {
                                object.next_value::<IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(())
                }
                fn wrong() -> Self {
                    Self { seen: Seen::Wrong, ..Self::default() }
                }
                fn seen(&self) -> Seen {
                    self.seen
                }
            }
            impl<'de: 'a, 'a> ReadInto<'de> for $name<'a> {
                fn read_into<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
                    deserializer.deserialize_any(ObjectVisitor(self))
                }
            }
            impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let mut read = Self::default();
                    read.read_into(deserializer)?;
                    Ok(read)
                }
            }
        };
    };
}
pub(super) use object;
