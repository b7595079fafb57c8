//! Open unions: enums of the variants of a union, with one more for JSON that is none of them.

mod macros;
mod pattern;
#[cfg(test)]
#[expect(private_interfaces, unreachable_pub, reason = "the macro declares public types")]
mod tests;
mod value_deserializer;
mod variant;

use std::fmt;

use serde::{Deserializer, Serialize, Serializer, de::Error};
pub use serde_json::Value;

pub use pattern::{Expected, Member, Pattern, Score};
pub use variant::{NestedUnion, Scored, TypedVariant, UnionVariant, best_score};

use crate::{
    Expose,
    decode::json_type,
    parts::{Decode, Plan},
};

/// An enum that [`open_union!`](crate::open_union!) declares.
pub trait Union: Sized + 'static {
    /// The variants, in the order of the document.
    const VARIANTS: &'static [&'static dyn UnionVariant<Self>];

    /// Makes the variant for JSON that is none of them.
    fn unknown(json: Value) -> Self;
}

/// Deserializes a union: reads the JSON once, and decodes the variant that it matches best.
///
/// # Errors
/// If an object or an array matches a variant, and does not fit its type.
pub fn deserialize<'de, U: Union, D: Deserializer<'de>>(deserializer: D) -> Result<U, D::Error> {
    let json = value_deserializer::read_value(deserializer)?;
    let candidates = variant::candidates::<U>(&json);
    if json.is_object() || json.is_array() {
        return match candidates.first() {
            Some(best) => best.decode(json).map_err(D::Error::custom),
            None => Ok(U::unknown(json)),
        };
    }
    let decoded = candidates.into_iter().find_map(|candidate| candidate.decode(json.clone()).ok());
    Ok(decoded.unwrap_or_else(|| U::unknown(json)))
}

/// Plans how a long union is decoded: as the variant that its outline matches best.
#[must_use]
pub fn plan_by_outline<U: Union>(outline: &Value) -> Plan<U> {
    match variant::candidates::<U>(outline).first() {
        Some(best) => best.plan_by_outline(outline),
        None => Value::plan_by_outline(outline).map(U::unknown),
    }
}

/// Serializes unknown JSON, or `null` if it may contain a secret.
pub fn serialize_unknown<S: Serializer>(json: &Value, is_secret: bool, serializer: S) -> Result<S::Ok, S::Error> {
    if is_secret { serializer.serialize_unit() } else { json.serialize(serializer) }
}

/// Serializes a variant of secrets into a request. In a response it becomes `null`.
pub fn serialize_secret<T: Expose, S: Serializer>(
    secret: &T,
    is_request: bool,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if is_request { secret.expose(serializer) } else { serializer.serialize_unit() }
}

/// Writes unknown JSON as a parameter.
#[must_use]
pub fn text(json: &Value) -> String {
    json.as_str().map_or_else(|| json.to_string(), ToOwned::to_owned)
}

/// Unknown JSON, which is redacted in `Debug` because it may contain secrets.
#[derive(Clone, Copy)]
pub struct Redacted<'a>(pub &'a Value);

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(json_type(self.0))
    }
}
