//! How the structs of emitted crates become JSON objects and are made of them.
//!
//! serde's derives would write much of this anew for each struct, and a compiler spends most of its time on it.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::{
    Decode, Patch,
    pieces::{Begin, Container, Parts, Slot},
};

/// A struct that is made of the members of an object.
pub trait Members: Default {
    /// What the struct is called.
    const NAME: &'static str;
    /// What the members are called.
    const NAMES: &'static [&'static str];

    /// Takes the value of a member. One of a name that is not known is passed over.
    fn take<'de, A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error>;

    /// The place for the value of a member, if its name is known.
    fn slot(&mut self, name: &str) -> Option<&mut dyn Slot>;
}

/// How the struct is decoded from a long object.
#[must_use]
pub fn begin<T: Members>(container: Container) -> Begin<T> {
    Begin::with(Container::Object, container, T::default)
}

/// What takes the members of a long object.
pub fn parts<T: Members + Decode>(value: &mut T) -> Option<Box<dyn Parts + '_>> {
    Some(Box::new(Fields(value)))
}

struct Fields<'a, T>(&'a mut T);

impl<T: Members + Decode> Parts for Fields<'_, T> {
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot> {
        self.0.slot(key)
    }

    fn are_fields(&self) -> bool {
        true
    }
}

/// Makes a struct of the members of an object.
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
            value.take(&name, &mut object)?;
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

/// What is received, and nowhere written.
pub struct Hidden;

impl LeftOut for Hidden {
    fn is_left_out(&self) -> bool {
        true
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// Writes an object, member by member.
pub struct Writer<M>(M);

impl<M: SerializeMap> Writer<M> {
    /// An object without members so far.
    pub fn start<S: Serializer<SerializeMap = M>>(serializer: S) -> Result<Self, S::Error> {
        serializer.serialize_map(None).map(Self)
    }

    /// Writes a member.
    pub fn member(mut self, name: &'static str, value: &impl Serialize) -> Result<Self, M::Error> {
        self.0.serialize_entry(name, value)?;
        Ok(self)
    }

    /// Writes a member, if it is there.
    pub fn member_if_there(self, name: &'static str, value: &(impl LeftOut + Serialize)) -> Result<Self, M::Error> {
        if value.is_left_out() { Ok(self) } else { self.member(name, value) }
    }

    /// The end of the object.
    pub fn end(self) -> Result<M::Ok, M::Error> {
        self.0.end()
    }
}

/// Implements `Deserialize` for a struct of [`Members`].
#[doc(hidden)]
#[macro_export]
macro_rules! members {
    ($name:ident { $($field:ident $(as $wire:literal)?),* }) => {
        impl $crate::members::Members for $name {
            const NAME: &'static str = stringify!($name);
            const NAMES: &'static [&'static str] = &[$($crate::wire_name!($field $(as $wire)?)),*];

            fn take<'de, A: $crate::serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                object: &mut A,
            ) -> ::std::result::Result<(), A::Error> {
                match name {
                    $($crate::wire_name!($field $(as $wire)?) => self.$field = object.next_value()?,)*
                    _ => drop(object.next_value::<$crate::serde::de::IgnoredAny>()?),
                }
                Ok(())
            }

            fn slot(&mut self, name: &str) -> ::std::option::Option<&mut dyn $crate::pieces::Slot> {
                match name {
                    $($crate::wire_name!($field $(as $wire)?) => ::std::option::Option::Some(&mut self.$field),)*
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl $crate::Decode for $name {
            fn empty() -> ::std::option::Option<Self> {
                ::std::option::Option::Some(Self::default())
            }

            fn begin(container: $crate::pieces::Container) -> $crate::pieces::Begin<Self> {
                $crate::members::begin(container)
            }

            fn parts(&mut self) -> ::std::option::Option<::std::boxed::Box<dyn $crate::pieces::Parts + '_>> {
                $crate::members::parts(self)
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
    ($value:expr, [secret $($word:tt)*]) => {
        &$crate::Exposed(&$value)
    };
    ($value:expr $(, [$($word:tt)*])?) => {
        &$value
    };
}

#[cfg(test)]
mod tests;
