//! Objects of a format, declared by the names of their fields; reading one never fails on a field's type.
//!
//! Apart from serde's own derive, which fails on duplicate keys, on two casings of one field and on anything
//! that is no object: all of them occur.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

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

/// Something read from an object; anything else than an object makes it [`FromObject::wrong`].
pub(super) trait FromObject<'de>: Default {
    /// Reads all members.
    fn fill<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error>;
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
pub(super) struct ObjectVisitor<T>(pub(super) PhantomData<T>);

impl<'de, T: FromObject<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::fill(object)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list)
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_str<E>(self, _: &str) -> Result<T, E> {
        Ok(T::wrong())
    }
    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::wrong())
    }
    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::wrong())
    }
    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::wrong())
    }
    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::wrong())
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
            use $crate::wire::lenient::{FromObject, ObjectVisitor, Seen};

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
                fn fill<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
                    let mut out = Self { seen: Seen::Object, ..Self::default() };
                    while let Some(found_key) = object.next_key::<Key>()? {
                        match found_key {
                            $(Key::$field => out.$field = object.next_value()?,)*
                            Key::Unknown => {
                                object.next_value::<IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(out)
                }
                fn wrong() -> Self {
                    Self { seen: Seen::Wrong, ..Self::default() }
                }
                fn seen(&self) -> Seen {
                    self.seen
                }
            }
            impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_any(ObjectVisitor(std::marker::PhantomData))
                }
            }
        };
    };
}
pub(super) use object;
