//! Reads a result as trees, and mends them.
//!
//! A list is never a tree as a whole: each of its elements is read, mended and decoded before the next one is read,
//! while its small tree is still in the processor's cache.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::{
    mend::{Mender, Unfit},
    mismatch::{Mismatch, kind},
    path::{Path, Step},
};

pub(super) struct TolerantSeed<'a, T> {
    at: &'a Path,
    reread: &'a dyn Fn() -> Value,
    result: PhantomData<T>,
}

impl<'a, T: DeserializeOwned> TolerantSeed<'a, T> {
    /// For the result that stands at `at` in the answer. `reread` gives it once more.
    pub(super) fn new(at: &'a Path, reread: &'a dyn Fn() -> Value) -> Self {
        Self { at, reread, result: PhantomData }
    }

    fn whole(&self, value: Value) -> Mended<T> {
        let kind = kind(&value);
        let mut mender = Mender::of::<T>(self.at);
        let left = mender.mend(value, Path::default(), Path::default())?;
        match left.map(T::deserialize) {
            Some(Ok(value)) => Ok((value, mender.mismatches(self.reread))),
            _ => Err(Unfit::new(self.at, kind)),
        }
    }
}

type Mended<T> = Result<(T, Vec<Mismatch>), Unfit>;

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for &TolerantSeed<'_, T> {
    type Value = Mended<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Mended<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for &TolerantSeed<'_, T> {
    type Value = Mended<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Mended<T>, E> {
        Ok(self.whole(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Mended<T>, E> {
        Ok(self.whole(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Mended<T>, E> {
        Ok(self.whole(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Mended<T>, E> {
        Ok(self.whole(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Mended<T>, E> {
        Ok(self.whole(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Mended<T>, E> {
        Ok(self.whole(value.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Mended<T>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(|value| self.whole(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Mended<T>, A::Error> {
        let mut elements = Elements { access, mender: Mender::of::<T>(self.at), count: 0, stop: None };
        let decoded = T::deserialize(&mut elements);
        let Elements { mut access, mender, stop, .. } = elements;
        if let Some(Stop::NotJson(error)) = stop {
            return Err(error);
        }
        let mut all_are_taken = true;
        while access.next_element::<Value>()?.is_some() {
            all_are_taken = false;
        }
        Ok(match (stop, decoded) {
            (Some(Stop::Unfit(unfit)), _) => Err(unfit),
            (_, Ok(value)) if all_are_taken => Ok((value, mender.mismatches(self.reread))),
            _ => Err(Unfit::new(self.at, "an array")),
        })
    }
}

/// Gives what is left of each element, straight after it was read.
struct Elements<'a, A, E> {
    access: A,
    mender: Mender<'a>,
    count: usize,
    stop: Option<Stop<E>>,
}

/// Why the elements end early. It is kept here because `T` need not pass on the error that it is given.
enum Stop<E> {
    NotJson(E),
    Unfit(Unfit),
}

impl<'de, A: SeqAccess<'de>> Elements<'_, A, A::Error> {
    fn next(&mut self) -> Result<Option<Value>, Stop<A::Error>> {
        while let Some(element) = self.access.next_element().map_err(Stop::NotJson)? {
            let real = Path::from(Step::Index(self.count));
            self.count += 1;
            let left = self.mender.mend(element, Path::from(Step::Index(0)), real).map_err(Stop::Unfit)?;
            if left.is_some() {
                return Ok(left);
            }
        }
        Ok(None)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for &mut Elements<'_, A, A::Error> {
    type Error = serde_json::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> serde_json::Result<Option<S::Value>> {
        match self.next() {
            Ok(element) => element.map(|element| seed.deserialize(element)).transpose(),
            Err(stop) => {
                self.stop = Some(stop);
                Err(Error::custom("does not go on"))
            }
        }
    }
}

impl<'de, A: SeqAccess<'de>> Deserializer<'de> for &mut Elements<'_, A, A::Error> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        visitor.visit_seq(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> serde_json::Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
