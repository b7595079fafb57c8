//! Structs of requests and responses, and their conversion from and to JSON objects.
//!
//! The code that serde's derives write for each struct would take the compiler most of its time.

mod request;
mod response;
use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::{
    Decode, Patch,
    parts::{Container, Parts, Plan, Slot},
};

pub use response::FieldRef;

/// A struct whose fields are the members of a JSON object.
pub trait Members: Default {
    /// The name of the struct.
    const NAME: &'static str;
    /// The wire names of the fields.
    const NAMES: &'static [&'static str];

    /// Decodes the value of a member into its field. A member without a field is skipped.
    fn decode_member<'de, A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error>;

    /// Returns the field for a member, if there is one.
    fn slot(&mut self, name: &str) -> Option<&mut dyn Slot>;
}

/// Plans how the struct is decoded from a long container.
#[must_use]
pub fn plan<T: Members>(container: Container) -> Plan<T> {
    Plan::by_parts(Container::Object, container, T::default)
}

/// Returns the fields for the members of a long object.
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

/// Deserializes a struct from an object.
pub fn deserialize<'de, T: Members, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::NAMES, ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Members> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<T, A::Error> {
        let mut value = T::default();
        while let Some(name) = object.next_key_seed(NameSeed)? {
            value.decode_member(&name, &mut object)?;
        }
        Ok(value)
    }
}

/// Deserializes the name of a member, and copies it only if it has escapes.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
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

/// A value that may be omitted from an object.
pub trait Omittable {
    /// Whether the value is omitted.
    fn is_omitted(&self) -> bool;
}

impl<T> Omittable for Option<T> {
    fn is_omitted(&self) -> bool {
        self.is_none()
    }
}

impl<T> Omittable for Patch<T> {
    fn is_omitted(&self) -> bool {
        self.is_keep()
    }
}

/// A secret of a response, which is omitted when the response is serialized.
pub struct OmittedSecret;

impl Omittable for OmittedSecret {
    fn is_omitted(&self) -> bool {
        true
    }
}

impl Serialize for OmittedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// Serializes an object, member by member.
pub struct ObjectWriter<M>(M);

impl<M: SerializeMap> ObjectWriter<M> {
    /// Begins an object.
    pub fn start<S: Serializer<SerializeMap = M>>(serializer: S) -> Result<Self, S::Error> {
        serializer.serialize_map(None).map(Self)
    }

    /// Writes a member.
    pub fn member(mut self, name: &'static str, value: &impl Serialize) -> Result<Self, M::Error> {
        self.0.serialize_entry(name, value)?;
        Ok(self)
    }

    /// Writes a member, unless it is omitted.
    pub fn optional_member(self, name: &'static str, value: &(impl Omittable + Serialize)) -> Result<Self, M::Error> {
        if value.is_omitted() { Ok(self) } else { self.member(name, value) }
    }

    /// Ends the object.
    pub fn end(self) -> Result<M::Ok, M::Error> {
        self.0.end()
    }
}

/// Implements `Deserialize` for a struct of [`Members`].
#[doc(hidden)]
#[macro_export]
macro_rules! members {
    ($name:ident { $($field:ident $(as $wire:literal)?),* }) => {
        #[allow(deprecated, reason = "deprecated fields are still decoded")]
        impl $crate::members::Members for $name {
            const NAME: &'static str = stringify!($name);
            const NAMES: &'static [&'static str] = &[$($crate::wire_name!($field $(as $wire)?)),*];

            fn decode_member<'de, A: $crate::serde::de::MapAccess<'de>>(
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

            fn slot(&mut self, name: &str) -> ::std::option::Option<&mut dyn $crate::parts::Slot> {
                match name {
                    $($crate::wire_name!($field $(as $wire)?) => ::std::option::Option::Some(&mut self.$field),)*
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl $crate::Decode for $name {
            fn empty() -> ::std::option::Option<Self> {
                ::std::option::Option::Some(<Self as ::std::default::Default>::default())
            }

            fn plan(container: $crate::parts::Container) -> $crate::parts::Plan<Self> {
                $crate::members::plan(container)
            }

            fn parts(&mut self) -> ::std::option::Option<::std::boxed::Box<dyn $crate::parts::Parts + '_>> {
                $crate::members::parts(self)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::members::deserialize(deserializer)
            }
        }
    };
}

/// Expands to the wire name of a field.
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

/// Expands to the value of a field as it is serialized into a request, with its secrets.
#[doc(hidden)]
#[macro_export]
macro_rules! request_value {
    ($value:expr, [secret $($word:tt)*]) => {
        &$crate::Exposed(&$value)
    };
    ($value:expr $(, [$($word:tt)*])?) => {
        &$value
    };
}
