//! The variants of unions, and the choice between them.

use std::cmp::Reverse;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Union,
    pattern::{Member, Pattern, Score},
    value_deserializer::ValueDeserializer,
};
use crate::{
    decode::note_mismatch_within,
    parts::{Decode, Plan},
};

/// A variant of the union `U`.
pub trait UnionVariant<U>: Sync {
    /// Scores how well the JSON matches; `None` if it does not.
    fn score(&self, json: &Value) -> Option<Score>;

    /// Decodes the JSON as this variant.
    ///
    /// # Errors
    /// If a value in it does not fit the type.
    fn decode(&self, json: Value) -> serde_json::Result<U>;

    /// Plans how long JSON of this outline is decoded as this variant.
    fn plan_by_outline(&self, outline: &Value) -> Plan<U>;
}

/// A variant with a type and the pattern of its JSON.
#[derive(Clone, Copy)]
pub struct TypedVariant<T, U> {
    /// The pattern of its JSON.
    pub pattern: Pattern,
    /// Makes the variant of the enum.
    pub make: fn(T) -> U,
}

/// A variant that is a union itself.
#[derive(Clone, Copy)]
pub struct NestedUnion<T, U> {
    /// The members that tell all of its variants from the others of the outer union.
    pub members: &'static [Member],
    /// Makes the variant of the outer enum.
    pub make: fn(T) -> U,
}

/// A type that scores JSON by itself: a union.
pub trait Scored {
    /// Scores how well the JSON matches; `None` if it does not.
    fn score(json: &Value) -> Option<Score>;
}

impl<T: Scored> Scored for Box<T> {
    fn score(json: &Value) -> Option<Score> {
        T::score(json)
    }
}

/// Returns the score of the variant that matches best.
#[must_use]
pub fn best_score<U: Union>(json: &Value) -> Option<Score> {
    U::VARIANTS.iter().filter_map(|variant| variant.score(json)).max()
}

/// Returns the variants that the JSON matches, the best first. Equal scores keep the order of the document.
pub(super) fn candidates<U: Union>(json: &Value) -> Vec<&'static dyn UnionVariant<U>> {
    let scored = U::VARIANTS.iter().filter_map(|variant| Some((variant.score(json)?, *variant)));
    let mut candidates: Vec<_> = scored.collect();
    candidates.sort_by_key(|(score, _)| Reverse(*score));
    candidates.into_iter().map(|(_, variant)| variant).collect()
}

impl<T: Decode, U> UnionVariant<U> for TypedVariant<T, U> {
    fn score(&self, json: &Value) -> Option<Score> {
        self.pattern.score::<T>(json)
    }

    fn decode(&self, json: Value) -> serde_json::Result<U> {
        decode(json, self.make)
    }

    fn plan_by_outline(&self, outline: &Value) -> Plan<U> {
        T::plan_by_outline(outline).map(self.make)
    }
}

impl<T: Decode + Scored, U> UnionVariant<U> for NestedUnion<T, U> {
    fn score(&self, json: &Value) -> Option<Score> {
        T::score(json)?.with_members(self.members, json)
    }

    fn decode(&self, json: Value) -> serde_json::Result<U> {
        decode(json, self.make)
    }

    fn plan_by_outline(&self, outline: &Value) -> Plan<U> {
        T::plan_by_outline(outline).map(self.make)
    }
}

fn decode<T: DeserializeOwned, U>(json: Value, make: fn(T) -> U) -> serde_json::Result<U> {
    let is_container = json.is_object() || json.is_array();
    let decoded = T::deserialize(ValueDeserializer(json));
    if is_container && decoded.is_err() {
        note_mismatch_within::<T>();
    }
    decoded.map(make)
}
