//! The types of responses, and their parts, into which long JSON is decoded one by one.

use std::{
    collections::BTreeMap,
    mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    num::{NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64},
};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as KeyError};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use super::scan::Container;
use super::{
    coerce::{MismatchKinds, Uncoercible, decode_coerced},
    tree::Tree,
};
use crate::Secret;

/// A type that a response can be decoded as. Generated code implements it. An implementation of your own needs no
/// methods.
pub trait Decode: DeserializeOwned + Send + 'static {
    /// Returns the value of a response without a body, if the type has one: an object without fields, an empty list,
    /// map or text, or `None`.
    #[must_use]
    fn empty() -> Option<Self> {
        None
    }

    /// Plans how a long array or object is decoded.
    #[doc(hidden)]
    #[must_use]
    fn plan(_: Container) -> Plan<Self> {
        Plan::Whole
    }

    /// Plans how a long array or object is decoded, by its outline: the container without the content of long
    /// containers in it.
    #[doc(hidden)]
    #[must_use]
    fn plan_by_outline(outline: &Value) -> Plan<Self> {
        Self::plan(if outline.is_array() { Container::Array } else { Container::Object })
    }

    /// Returns the parts of the value, after [`Plan::Parts`].
    #[doc(hidden)]
    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        None
    }
}

/// The plan for decoding a long array or object.
#[doc(hidden)]
pub enum Plan<T> {
    /// Decodes it part by part, into this value.
    Parts(T),
    /// Decodes it in one go.
    Whole,
    /// Does not decode it, because the type is another.
    Mismatch,
    /// Plans again with an outline of it.
    ByOutline,
}

impl<T> Plan<T> {
    /// Plans to decode the expected container part by part into a value.
    pub fn by_parts(expected: Container, container: Container, value: impl FnOnce() -> T) -> Self {
        if expected == container { Self::Parts(value()) } else { Self::Mismatch }
    }

    pub(crate) fn map<U>(self, wrap: impl FnOnce(T) -> U) -> Plan<U> {
        match self {
            Self::Parts(value) => Plan::Parts(wrap(value)),
            Self::Whole => Plan::Whole,
            Self::Mismatch => Plan::Mismatch,
            Self::ByOutline => Plan::ByOutline,
        }
    }
}

/// The parts of an array or object, which are decoded one after the other.
#[doc(hidden)]
pub trait Parts: Send {
    /// Returns the slot for the next part; `None` if it is not needed. The key of an array's element is empty.
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot>;

    /// Stores the value in the slot.
    fn store(&mut self, _key: &str) {}

    /// Whether the parts are the fields of a response type, which may be missing or `null`.
    fn are_fields(&self) -> bool {
        false
    }

    /// Returns the memory of a list after its next growth; `None` if it is not full.
    fn bytes_after_growth(&self) -> Option<usize> {
        None
    }

    /// Reserves memory for exactly this many further elements.
    fn reserve_exact(&mut self, _elements: usize) {}
}

/// A slot for a value.
#[doc(hidden)]
pub trait Slot: Send {
    /// Decodes the value at the start of this JSON, if it fits. Returns its length in bytes.
    fn decode(&mut self, json: &[u8]) -> serde_json::Result<usize>;

    /// Decodes a value, and coerces or sets aside what does not fit.
    fn coerce(&mut self, tree: Uncoerced) -> Coerced;

    /// Plans how a long value is decoded, and puts the value of [`Plan::Parts`] into the slot.
    fn plan(&mut self, container: Container) -> Plan<()>;

    /// Plans like [`plan`](Self::plan), by an outline.
    fn plan_by_outline(&mut self, outline: &Value) -> Plan<()>;

    /// Returns the parts of the value in the slot.
    fn parts(&mut self) -> Option<Box<dyn Parts + '_>>;

    /// Empties the slot.
    fn clear(&mut self);

    /// Decodes `null` into the slot, or empties it if `null` does not fit.
    fn set_null(&mut self);
}

/// JSON with a mismatch.
#[doc(hidden)]
pub struct Uncoerced(pub(super) Tree);

/// The result of a coercion.
#[doc(hidden)]
pub struct Coerced(pub(super) Result<MismatchKinds, Uncoercible>);

impl<T: Decode> Slot for Option<T> {
    fn decode(&mut self, json: &[u8]) -> serde_json::Result<usize> {
        let mut values = serde_json::Deserializer::from_slice(json).into_iter();
        *self = values.next().transpose()?;
        Ok(values.byte_offset())
    }

    fn coerce(&mut self, tree: Uncoerced) -> Coerced {
        Coerced(decode_coerced(tree.0).map(|(value, mismatches)| {
            *self = Some(value);
            mismatches
        }))
    }

    fn plan(&mut self, container: Container) -> Plan<()> {
        T::plan(container).map(|value| *self = Some(value))
    }

    fn plan_by_outline(&mut self, outline: &Value) -> Plan<()> {
        T::plan_by_outline(outline).map(|value| *self = Some(value))
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        self.as_mut()?.parts()
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn set_null(&mut self) {
        *self = T::deserialize(Value::Null).ok();
    }
}

impl<T: Decode> Decode for Option<T> {
    fn empty() -> Option<Self> {
        Some(None)
    }

    fn plan(container: Container) -> Plan<Self> {
        T::plan(container).map(Some)
    }

    fn plan_by_outline(outline: &Value) -> Plan<Self> {
        T::plan_by_outline(outline).map(Some)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        self.as_mut()?.parts()
    }
}

impl<T: Decode> Decode for Box<T> {
    fn empty() -> Option<Self> {
        T::empty().map(Self::new)
    }

    fn plan(container: Container) -> Plan<Self> {
        T::plan(container).map(Self::new)
    }

    fn plan_by_outline(outline: &Value) -> Plan<Self> {
        T::plan_by_outline(outline).map(Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        T::parts(self)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn plan(container: Container) -> Plan<Self> {
        Plan::by_parts(Container::Array, container, Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        Some(Box::new(Elements { list: self, next: None }))
    }
}

struct Elements<'a, T> {
    list: &'a mut Vec<T>,
    next: Option<T>,
}

impl<T: Decode> Parts for Elements<'_, T> {
    fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
        Some(&mut self.next)
    }

    fn store(&mut self, _: &str) {
        self.list.extend(self.next.take());
    }

    fn bytes_after_growth(&self) -> Option<usize> {
        let is_full = self.list.len() == self.list.capacity();
        is_full.then(|| 2 * self.list.len() * mem::size_of::<T>())
    }

    fn reserve_exact(&mut self, elements: usize) {
        self.list.reserve_exact(elements);
    }
}

impl<K: DeserializeOwned + Ord + Send + 'static, T: Decode> Decode for BTreeMap<K, T> {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn plan(container: Container) -> Plan<Self> {
        Plan::by_parts(Container::Object, container, Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        let store = |map: &mut Self, key: &str, value| {
            let Ok(key) = K::deserialize(IntoDeserializer::<KeyError>::into_deserializer(key)) else { return };
            match value {
                Some(value) => drop(map.insert(key, value)),
                None => drop(map.remove(&key)),
            }
        };
        Some(Box::new(Entries { map: self, next: None, store }))
    }
}

impl Decode for Map<String, Value> {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn plan(container: Container) -> Plan<Self> {
        Plan::by_parts(Container::Object, container, Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        let store = |map: &mut Self, key: &str, value| match value {
            Some(value) => drop(map.insert(key.to_owned(), value)),
            None => drop(map.remove(key)),
        };
        Some(Box::new(Entries { map: self, next: None, store }))
    }
}

struct Entries<'a, M, T> {
    map: &'a mut M,
    next: Option<T>,
    /// Stores or removes an entry: of equal keys, the last counts, even if its value does not fit.
    store: fn(&mut M, &str, Option<T>),
}

impl<M: Send, T: Decode> Parts for Entries<'_, M, T> {
    fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
        Some(&mut self.next)
    }

    fn store(&mut self, key: &str) {
        (self.store)(self.map, key, self.next.take());
    }
}

impl Decode for Value {
    fn empty() -> Option<Self> {
        Some(Self::Null)
    }

    fn plan(container: Container) -> Plan<Self> {
        Plan::Parts(match container {
            Container::Array => Self::Array(Vec::new()),
            Container::Object => Self::Object(Map::new()),
        })
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        match self {
            Self::Array(elements) => elements.parts(),
            Self::Object(fields) => fields.parts(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        }
    }
}

/// Implements [`Decode`] for types that are never an array or object.
macro_rules! scalars {
    ($($(#[$attribute:meta])* $scalar:ty $(= $empty:expr)?),* $(,)?) => {$(
        impl Decode for $scalar {
            $(
                fn empty() -> Option<Self> {
                    Some($empty)
                }
            )?

            fn plan(_: Container) -> Plan<Self> {
                Plan::Mismatch
            }
        }
    )*};
}

scalars! {
    (), bool, u8, u16, u32, u64, i8, i16, i32, i64, f32, f64,
    NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64,
    String = Self::new(), Secret = Self::default(),
    Uuid, IpAddr, Ipv4Addr, Ipv6Addr,
    DateTime<Utc>, DateTime<FixedOffset>, NaiveDate, NaiveDateTime, NaiveTime,
}

impl<T: Decode, const N: usize> Decode for [T; N] where Self: DeserializeOwned {}

/// Implements [`Decode`] for tuples.
macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Decode, $($rest: Decode),*> Decode for ($first, $($rest,)*) {}

        tuples! { $($rest)* }
    };
    () => {};
}

tuples! { A B C D E F G H I J K L }
