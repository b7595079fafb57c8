//! Values that large JSON is decoded into part by part.

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
    mend::{Misfits, Unfit, mend},
    tree::Tree,
};
use crate::Secret;

/// A type that responses are made of. Generated code implements it; to do so yourself, you need not write any of its
/// methods.
pub trait Decode: DeserializeOwned + Send + 'static {
    /// The value that stands for a response without a body, if one can: an object without fields, an empty list or
    /// text, no value.
    #[must_use]
    fn empty() -> Option<Self> {
        None
    }

    /// How an array or object is decoded that is too long for one go.
    #[doc(hidden)]
    #[must_use]
    fn begin(_: Container) -> Begin<Self> {
        Begin::Whole
    }

    /// The same where more than the kind of container has to be known. `outline` is the container without what is in
    /// the containers in it.
    #[doc(hidden)]
    #[must_use]
    fn begin_like(outline: &Value) -> Begin<Self> {
        Self::begin(if outline.is_array() { Container::Array } else { Container::Object })
    }

    /// What takes the parts, once [`begin`](Self::begin) has told that there are any.
    #[doc(hidden)]
    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        None
    }
}

#[doc(hidden)]
pub enum Begin<T> {
    /// Part by part, into this.
    Parts(T),
    /// In one go nevertheless.
    Whole,
    /// Not at all: the type is of another kind.
    Misfit,
    /// In a way that depends on what is in it.
    Depends,
}

impl<T> Begin<T> {
    /// Part by part into this, if it is such a container.
    pub fn with(expected: Container, container: Container, value: impl FnOnce() -> T) -> Self {
        if expected == container { Self::Parts(value()) } else { Self::Misfit }
    }

    pub(crate) fn map<U>(self, wrap: impl FnOnce(T) -> U) -> Begin<U> {
        match self {
            Self::Parts(value) => Begin::Parts(wrap(value)),
            Self::Whole => Begin::Whole,
            Self::Misfit => Begin::Misfit,
            Self::Depends => Begin::Depends,
        }
    }
}

/// A container that takes its parts one after the other.
#[doc(hidden)]
pub trait Parts: Send {
    /// The place for the next part; none, where nothing is made of it. Elements of arrays have no key.
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot>;

    /// Takes what is in the place.
    fn keep(&mut self, _key: &str) {}

    /// Whether the parts are fields, of which any may be missing or `null`.
    fn are_fields(&self) -> bool {
        false
    }

    /// The bytes that a list is going to take that is full; none, if it is not.
    fn bytes_when_grown(&self) -> Option<usize> {
        None
    }

    /// Makes room for so many elements and no more.
    fn reserve(&mut self, _elements: usize) {}
}

/// A place for a value.
#[doc(hidden)]
pub trait Slot: Send {
    /// Decodes the value that this JSON begins with, if it fits as it is. Returns how many bytes it takes.
    fn decode(&mut self, json: &[u8]) -> serde_json::Result<usize>;

    /// Decodes what fits in it.
    fn mend(&mut self, tree: ToMend) -> Mended;

    /// Begins a value that is decoded part by part.
    fn begin(&mut self, container: Container) -> Begin<()>;

    /// The same, where [`begin`](Self::begin) says that it depends.
    fn begin_like(&mut self, outline: &Value) -> Begin<()>;

    /// What takes the parts of the value that was begun.
    fn parts(&mut self) -> Option<Box<dyn Parts + '_>>;

    /// Leaves the place empty.
    fn clear(&mut self);

    /// Puts `null` into the place, or leaves it empty where that does not fit.
    fn put_null(&mut self);
}

/// JSON that does not fit as it is.
#[doc(hidden)]
pub struct ToMend(pub(super) Tree);

/// What became of it.
#[doc(hidden)]
pub struct Mended(pub(super) Result<Misfits, Unfit>);

impl<T: Decode> Slot for Option<T> {
    fn decode(&mut self, json: &[u8]) -> serde_json::Result<usize> {
        let mut values = serde_json::Deserializer::from_slice(json).into_iter();
        *self = values.next().transpose()?;
        Ok(values.byte_offset())
    }

    fn mend(&mut self, tree: ToMend) -> Mended {
        Mended(mend(tree.0).map(|(value, misfits)| {
            *self = Some(value);
            misfits
        }))
    }

    fn begin(&mut self, container: Container) -> Begin<()> {
        T::begin(container).map(|value| *self = Some(value))
    }

    fn begin_like(&mut self, outline: &Value) -> Begin<()> {
        T::begin_like(outline).map(|value| *self = Some(value))
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        self.as_mut()?.parts()
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn put_null(&mut self) {
        *self = T::deserialize(Value::Null).ok();
    }
}

impl<T: Decode> Decode for Option<T> {
    fn empty() -> Option<Self> {
        Some(None)
    }

    fn begin(container: Container) -> Begin<Self> {
        T::begin(container).map(Some)
    }

    fn begin_like(outline: &Value) -> Begin<Self> {
        T::begin_like(outline).map(Some)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        self.as_mut()?.parts()
    }
}

impl<T: Decode> Decode for Box<T> {
    fn empty() -> Option<Self> {
        T::empty().map(Self::new)
    }

    fn begin(container: Container) -> Begin<Self> {
        T::begin(container).map(Self::new)
    }

    fn begin_like(outline: &Value) -> Begin<Self> {
        T::begin_like(outline).map(Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        T::parts(self)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn begin(container: Container) -> Begin<Self> {
        Begin::with(Container::Array, container, Self::new)
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

    fn keep(&mut self, _: &str) {
        self.list.extend(self.next.take());
    }

    fn bytes_when_grown(&self) -> Option<usize> {
        let is_full = self.list.len() == self.list.capacity();
        is_full.then(|| 2 * self.list.len() * mem::size_of::<T>())
    }

    fn reserve(&mut self, elements: usize) {
        self.list.reserve_exact(elements);
    }
}

impl<K: DeserializeOwned + Ord + Send + 'static, T: Decode> Decode for BTreeMap<K, T> {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn begin(container: Container) -> Begin<Self> {
        Begin::with(Container::Object, container, Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        let keep = |map: &mut Self, key: &str, value| {
            let Ok(key) = K::deserialize(IntoDeserializer::<KeyError>::into_deserializer(key)) else { return };
            match value {
                Some(value) => drop(map.insert(key, value)),
                None => drop(map.remove(&key)),
            }
        };
        Some(Box::new(Entries { map: self, next: None, keep }))
    }
}

impl Decode for Map<String, Value> {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn begin(container: Container) -> Begin<Self> {
        Begin::with(Container::Object, container, Self::new)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        let keep = |map: &mut Self, key: &str, value| match value {
            Some(value) => drop(map.insert(key.to_owned(), value)),
            None => drop(map.remove(key)),
        };
        Some(Box::new(Entries { map: self, next: None, keep }))
    }
}

struct Entries<'a, M, T> {
    map: &'a mut M,
    next: Option<T>,
    /// Of several entries with the same key, the last counts, also if it does not fit.
    keep: fn(&mut M, &str, Option<T>),
}

impl<M: Send, T: Decode> Parts for Entries<'_, M, T> {
    fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
        Some(&mut self.next)
    }

    fn keep(&mut self, key: &str) {
        (self.keep)(self.map, key, self.next.take());
    }
}

impl Decode for Value {
    fn empty() -> Option<Self> {
        Some(Self::Null)
    }

    fn begin(container: Container) -> Begin<Self> {
        Begin::Parts(match container {
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

/// Implements [`Decode`] for what is never an array or object.
macro_rules! scalars {
    ($($(#[$attribute:meta])* $scalar:ty $(= $empty:expr)?),* $(,)?) => {$(
        impl Decode for $scalar {
            $(
                fn empty() -> Option<Self> {
                    Some($empty)
                }
            )?

            fn begin(_: Container) -> Begin<Self> {
                Begin::Misfit
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
