use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

/// What the JSON of an alternative looks like, one level deep.
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
    /// Text.
    String,
    /// A list of anything.
    Array,
    /// A list in which something looks like this, or nothing is.
    ArrayOf(&'static Self),
    /// An object of any keys.
    Map,
    /// An object with members that tell it from the others.
    Object(&'static [Member]),
}

/// A member of an object that tells alternatives apart.
#[derive(Clone, Copy)]
pub struct Member {
    /// Its name over the wire.
    pub name: &'static str,
    /// What it can be.
    pub expected: &'static [Expected],
}

/// One of the values that a member can have.
#[derive(Clone, Copy)]
pub enum Expected {
    /// This one.
    Exactly(&'static dyn Constant),
    /// None: the member may be absent, or `null`.
    Absent,
    /// Any other.
    Anything,
}

/// A value of a document.
pub trait Constant: Sync {
    /// Whether the JSON is this value.
    fn is(&self, json: &Value) -> bool;
}

/// How well JSON fits an alternative; the greatest is the best. What stands first outweighs what follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    /// How many members have a value that is expected there.
    matched: usize,
    /// Whether each member is there that has to be.
    is_complete: bool,
    /// How many members the alternative knows.
    known: usize,
    /// Whether no other kind of JSON would do.
    is_exact: bool,
}

impl Pattern {
    /// How JSON fits a `T` of this pattern; none if it cannot be one.
    pub(super) fn fit<T: DeserializeOwned>(self, json: &Value) -> Option<Fit> {
        match (self, json) {
            (Self::Object(members), Value::Object(object)) => fit_of_object(members, object, fields::<T>()),
            _ => self.shallow_fit(json),
        }
    }

    fn shallow_fit(self, json: &Value) -> Option<Fit> {
        let fits = match (self, json) {
            (Self::Any, _)
            | (Self::Boolean, Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_))
            | (Self::Array, Value::Array(_))
            | (Self::Map, Value::Object(_)) => true,
            (Self::Integer, Value::Number(number)) => !number.is_f64(),
            (Self::ArrayOf(item), Value::Array(items)) => {
                items.is_empty() || items.iter().any(|json| item.shallow_fit(json).is_some())
            }
            (Self::Object(members), Value::Object(object)) => return fit_of_members(members, object),
            _ => false,
        };
        let is_exact = matches!(self, Self::Integer);
        let is_complete = !matches!(self, Self::Any);
        fits.then_some(Fit { is_complete, is_exact, ..Fit::default() })
    }
}

fn fit_of_object(members: &[Member], object: &Map<String, Value>, fields: &[&str]) -> Option<Fit> {
    let fit = fit_of_members(members, object)?;
    let known = fields.iter().filter(|field| object.contains_key(**field)).count();
    // An alternative that knows nothing of what is there would only lose it.
    let is_something = if object.is_empty() { fit.is_complete } else { known > 0 };
    is_something.then_some(Fit { known, ..fit })
}

fn fit_of_members(members: &[Member], object: &Map<String, Value>) -> Option<Fit> {
    let mut fit = Fit { is_complete: true, ..Fit::default() };
    for Member { name, expected } in members {
        let may_be = |what: fn(&Expected) -> bool| expected.iter().any(what);
        let accepts_anything = may_be(|expected| matches!(expected, Expected::Anything));
        match object.get(*name) {
            None => fit.is_complete &= may_be(|expected| matches!(expected, Expected::Absent)),
            Some(json) if expected.iter().any(|expected| expected.is(json)) => fit.matched += 1,
            Some(Value::Null) => {}
            Some(_) if accepts_anything => {}
            Some(_) => return None,
        }
    }
    Some(fit)
}

impl Fit {
    /// How the JSON fits if it has to have these members, too.
    pub(super) fn with_members(self, members: &[Member], json: &Value) -> Option<Self> {
        let Value::Object(object) = json else { return Some(self) };
        let outer = fit_of_members(members, object)?;
        let (matched, is_complete) = (self.matched + outer.matched, self.is_complete && outer.is_complete);
        Some(Self { matched, is_complete, ..self })
    }
}

impl Expected {
    fn is(&self, json: &Value) -> bool {
        matches!(self, Self::Exactly(constant) if constant.is(json))
    }
}

impl Constant for &'static str {
    fn is(&self, json: &Value) -> bool {
        json.as_str() == Some(self)
    }
}

impl Constant for bool {
    fn is(&self, json: &Value) -> bool {
        json.as_bool() == Some(*self)
    }
}

impl Constant for i32 {
    fn is(&self, json: &Value) -> bool {
        json.as_i64() == Some(i64::from(*self))
    }
}

impl Constant for i64 {
    fn is(&self, json: &Value) -> bool {
        json.as_i64() == Some(*self)
    }
}

/// The names over the wire of a struct's fields, which its `Deserialize` knows.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &[&str] = &[];
    // It is not given anything to decode.
    let _ = T::deserialize(Fields(&mut fields));
    fields
}

struct Fields<'a>(&'a mut &'static [&'static str]);

/// That there is nothing to decode.
#[derive(Debug)]
struct Nothing;

impl<'de> Deserializer<'de> for Fields<'_> {
    type Error = Nothing;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Nothing> {
        Err(Nothing)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Nothing> {
        *self.0 = fields;
        Err(Nothing)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl fmt::Display for Nothing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is nothing to decode")
    }
}

impl std::error::Error for Nothing {}

impl de::Error for Nothing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
