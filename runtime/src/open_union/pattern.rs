//! Patterns of JSON, and how well JSON matches them.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

/// The pattern of a variant's JSON, one level deep.
#[derive(Clone, Copy)]
pub enum Pattern {
    /// Any JSON.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array of anything.
    Array,
    /// An array that is empty, or has an item of this pattern.
    ArrayOf(&'static Self),
    /// An object with any keys.
    Map,
    /// An object with discriminating members.
    Object(&'static [Member]),
}

/// A member of an object that discriminates between variants.
#[derive(Clone, Copy)]
pub struct Member {
    /// The wire name.
    pub name: &'static str,
    /// The expected values.
    pub expected: &'static [Expected],
}

/// An expected value of a member.
#[derive(Clone, Copy)]
pub enum Expected {
    /// This value.
    Exactly(&'static dyn Constant),
    /// No value: the member may be absent or `null`.
    Absent,
    /// Any value.
    Anything,
}

/// A constant in a document.
pub trait Constant: Sync {
    /// Whether the JSON is this value.
    fn equals(&self, json: &Value) -> bool;
}

/// A score of how well JSON matches a variant; the greatest is the best. The first field has the greatest weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// The number of members with exactly an expected value.
    matched: usize,
    /// Whether no discriminating member is missing.
    is_complete: bool,
    /// The number of members that are fields of the variant's type.
    known: usize,
    /// Whether the pattern is `Integer`, which is preferred to `Number`.
    is_integer: bool,
}

impl Pattern {
    /// Scores the JSON as a `T` of this pattern; `None` if it does not match.
    pub(super) fn score<T: DeserializeOwned>(self, json: &Value) -> Option<Score> {
        match (self, json) {
            (Self::Object(members), Value::Object(object)) => score_object(members, object, field_names::<T>()),
            _ => self.shallow_score(json),
        }
    }

    fn shallow_score(self, json: &Value) -> Option<Score> {
        let matches = match (self, json) {
            (Self::Any, _)
            | (Self::Boolean, Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_))
            | (Self::Array, Value::Array(_))
            | (Self::Map, Value::Object(_)) => true,
            (Self::Integer, Value::Number(number)) => !number.is_f64(),
            (Self::ArrayOf(item), Value::Array(items)) => {
                items.is_empty() || items.iter().any(|json| item.shallow_score(json).is_some())
            }
            (Self::Object(members), Value::Object(object)) => return score_members(members, object),
            _ => false,
        };
        let is_integer = matches!(self, Self::Integer);
        let is_complete = !matches!(self, Self::Any);
        matches.then_some(Score { is_complete, is_integer, ..Score::default() })
    }
}

fn score_object(members: &[Member], object: &Map<String, Value>, fields: &[&str]) -> Option<Score> {
    let score = score_members(members, object)?;
    let known = fields.iter().filter(|field| object.contains_key(**field)).count();
    // A variant without any of these members would lose all of them.
    let matches = if object.is_empty() { score.is_complete } else { known > 0 };
    matches.then_some(Score { known, ..score })
}

fn score_members(members: &[Member], object: &Map<String, Value>) -> Option<Score> {
    let mut score = Score { is_complete: true, ..Score::default() };
    for Member { name, expected } in members {
        let expects = |is: fn(&Expected) -> bool| expected.iter().any(is);
        let accepts_anything = expects(|expected| matches!(expected, Expected::Anything));
        match object.get(*name) {
            None => score.is_complete &= expects(|expected| matches!(expected, Expected::Absent)),
            Some(json) if expected.iter().any(|expected| expected.equals(json)) => score.matched += 1,
            Some(Value::Null) => {}
            Some(_) if accepts_anything => {}
            Some(_) => return None,
        }
    }
    Some(score)
}

impl Score {
    /// Adds the score of further members that the JSON has to match.
    pub(super) fn with_members(self, members: &[Member], json: &Value) -> Option<Self> {
        let Value::Object(object) = json else { return Some(self) };
        let outer = score_members(members, object)?;
        let (matched, is_complete) = (self.matched + outer.matched, self.is_complete && outer.is_complete);
        Some(Self { matched, is_complete, ..self })
    }
}

impl Expected {
    fn equals(&self, json: &Value) -> bool {
        matches!(self, Self::Exactly(constant) if constant.equals(json))
    }
}

impl Constant for &'static str {
    fn equals(&self, json: &Value) -> bool {
        json.as_str() == Some(self)
    }
}

impl Constant for bool {
    fn equals(&self, json: &Value) -> bool {
        json.as_bool() == Some(*self)
    }
}

impl Constant for i32 {
    fn equals(&self, json: &Value) -> bool {
        json.as_i64() == Some(i64::from(*self))
    }
}

impl Constant for i64 {
    fn equals(&self, json: &Value) -> bool {
        json.as_i64() == Some(*self)
    }
}

/// Returns the wire names of a struct's fields, which its `Deserialize` passes to the deserializer.
fn field_names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &[&str] = &[];
    // Always an error, because there is nothing to decode.
    let _ = T::deserialize(FieldNames(&mut fields));
    fields
}

struct FieldNames<'a>(&'a mut &'static [&'static str]);

/// The error of a deserializer without data.
#[derive(Debug)]
struct NoData;

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = NoData;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoData> {
        Err(NoData)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NoData> {
        *self.0 = fields;
        Err(NoData)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl fmt::Display for NoData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is nothing to decode")
    }
}

impl std::error::Error for NoData {}

impl de::Error for NoData {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
