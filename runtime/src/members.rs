//! How the structs of emitted crates become JSON objects and are made of them.
//!
//! serde's derives would write much of this anew for each struct, and a compiler spends most of its time on it.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserializer, Serialize,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::Patch;

/// A struct that is made of the members of an object.
pub trait Members: Default {
    /// What the struct is called.
    const NAME: &'static str;
    /// What the members are called.
    const NAMES: &'static [&'static str];

    /// Takes the value of a member; false if there is none of this name.
    fn take<'de, A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<bool, A::Error>;
}

/// Makes a struct of the members of an object. Those that it does not know are passed over.
pub fn read<'de, T: Members, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::NAMES, Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Members> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<T, A::Error> {
        let mut value = T::default();
        while let Some(name) = object.next_key_seed(Name)? {
            if !value.take(&name, &mut object)? {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(value)
    }
}

/// The name of a member, which is copied only where it is written with escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Cow<'de, str>, E> {
        self.visit_string(name.to_owned())
    }

    fn visit_string<E>(self, name: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name))
    }
}

/// What may be absent from an object.
pub trait LeftOut {
    /// Whether it is.
    fn is_left_out(&self) -> bool;
}

impl<T> LeftOut for Option<T> {
    fn is_left_out(&self) -> bool {
        self.is_none()
    }
}

impl<T> LeftOut for Patch<T> {
    fn is_left_out(&self) -> bool {
        self.is_keep()
    }
}

/// Writes a member, if it is there.
pub fn write<M: SerializeMap, T: LeftOut + Serialize>(
    object: &mut M,
    name: &'static str,
    value: &T,
) -> Result<(), M::Error> {
    if value.is_left_out() { Ok(()) } else { object.serialize_entry(name, value) }
}

/// Implements `Deserialize` for a struct of [`Members`].
#[doc(hidden)]
#[macro_export]
macro_rules! members {
    ($name:ident { $($field:ident $(as $wire:literal)?),* }) => {
        impl $crate::members::Members for $name {
            const NAME: &'static str = stringify!($name);
            const NAMES: &'static [&'static str] = &[$($crate::wire_name!($field $(as $wire)?)),*];

            #[allow(unreachable_code, unused_variables, reason = "of a struct without fields")]
            fn take<'de, A: $crate::serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                object: &mut A,
            ) -> ::std::result::Result<bool, A::Error> {
                match name {
                    $($crate::wire_name!($field $(as $wire)?) => self.$field = object.next_value()?,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::members::read(deserializer)
            }
        }
    };
}

/// What a field is called over the wire.
#[doc(hidden)]
#[macro_export]
macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident as $wire:literal) => {
        $wire
    };
}

/// A field as it is sent.
#[doc(hidden)]
#[macro_export]
macro_rules! written {
    ($value:expr $(, [])?) => {
        &$value
    };
    ($value:expr, [secret $($word:tt)*]) => {
        &$crate::Exposed(&$value)
    };
    ($value:expr, [$($word:tt)*]) => {
        &$value
    };
}

#[cfg(test)]
mod tests;
