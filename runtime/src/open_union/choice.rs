use std::cmp::Reverse;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Union,
    pattern::{Fit, Member, Pattern},
    tree::Tree,
};
use crate::{
    decode::misfit_is_within,
    pieces::{Begin, Decode},
};

/// One of the things that a `U` can be.
pub trait Alternative<U>: Sync {
    /// How well the JSON fits; none if it cannot be this one.
    fn fit(&self, json: &Value) -> Option<Fit>;

    /// The JSON as this one.
    ///
    /// # Errors
    /// Something in it does not fit the type.
    fn decode(&self, json: Value) -> serde_json::Result<U>;

    /// How JSON of this outline is decoded as this one, if it is too long for one go.
    fn begin_like(&self, outline: &Value) -> Begin<U>;
}

/// A type, and how its JSON is recognised.
#[derive(Clone, Copy)]
pub struct Variant<T, U> {
    /// What its JSON looks like.
    pub pattern: Pattern,
    /// The variant of the enum.
    pub make: fn(T) -> U,
}

/// A union among the alternatives of another one.
#[derive(Clone, Copy)]
pub struct Nested<T, U> {
    /// What tells all of its alternatives from the others of the outer enum.
    pub members: &'static [Member],
    /// The variant of the outer enum.
    pub make: fn(T) -> U,
}

/// A type that knows its JSON.
pub trait Recognize {
    /// How well the JSON fits; none if it does not.
    fn fit(json: &Value) -> Option<Fit>;
}

impl<T: Recognize> Recognize for Box<T> {
    fn fit(json: &Value) -> Option<Fit> {
        T::fit(json)
    }
}

/// How well the JSON fits the alternative that it fits best.
#[must_use]
pub fn best_fit<U: Union>(json: &Value) -> Option<Fit> {
    U::ALTERNATIVES.iter().filter_map(|alternative| alternative.fit(json)).max()
}

/// What the JSON may be, best first; the first in the document of those that are equally good.
pub(super) fn candidates<U: Union>(json: &Value) -> Vec<&'static dyn Alternative<U>> {
    let fits = U::ALTERNATIVES.iter().filter_map(|alternative| Some((alternative.fit(json)?, *alternative)));
    let mut candidates: Vec<_> = fits.collect();
    candidates.sort_by_key(|(fit, _)| Reverse(*fit));
    candidates.into_iter().map(|(_, alternative)| alternative).collect()
}

impl<T: Decode, U> Alternative<U> for Variant<T, U> {
    fn fit(&self, json: &Value) -> Option<Fit> {
        self.pattern.fit::<T>(json)
    }

    fn decode(&self, json: Value) -> serde_json::Result<U> {
        decode(json, self.make)
    }

    fn begin_like(&self, outline: &Value) -> Begin<U> {
        T::begin_like(outline).map(self.make)
    }
}

impl<T: Decode + Recognize, U> Alternative<U> for Nested<T, U> {
    fn fit(&self, json: &Value) -> Option<Fit> {
        T::fit(json)?.with_members(self.members, json)
    }

    fn decode(&self, json: Value) -> serde_json::Result<U> {
        decode(json, self.make)
    }

    fn begin_like(&self, outline: &Value) -> Begin<U> {
        T::begin_like(outline).map(self.make)
    }
}

fn decode<T: DeserializeOwned, U>(json: Value, make: fn(T) -> U) -> serde_json::Result<U> {
    let is_made_of_parts = json.is_object() || json.is_array();
    let decoded = T::deserialize(Tree(json));
    if is_made_of_parts && decoded.is_err() {
        misfit_is_within::<T>();
    }
    decoded.map(make)
}
