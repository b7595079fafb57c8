//! What [`open_union!`](crate::open_union!) stands on.

mod choice;
mod macros;
mod pattern;
#[cfg(test)]
#[expect(private_interfaces, unreachable_pub, reason = "what the macro makes is public")]
mod tests;
mod tree;

use std::fmt;

use serde::{Deserializer, Serialize, Serializer, de::Error};
pub use serde_json::Value;

pub use choice::{Alternative, Nested, Recognize, Variant, best_fit};
pub use pattern::{Expected, Fit, Member, Pattern};

use crate::{
    Expose,
    decode::kind,
    pieces::{Begin, Decode},
};

/// An enum that [`open_union!`](crate::open_union!) made.
pub trait Union: Sized + 'static {
    /// What it can be, in the order of the document.
    const ALTERNATIVES: &'static [&'static dyn Alternative<Self>];

    /// JSON that is none of them.
    fn unknown(json: Value) -> Self;
}

/// Reads the JSON once, and decodes the alternative that it is.
///
/// # Errors
/// An object or a list that is one of the alternatives, but does not fit its type.
pub fn deserialize<'de, U: Union, D: Deserializer<'de>>(deserializer: D) -> Result<U, D::Error> {
    let json = tree::whole(deserializer)?;
    let candidates = choice::candidates::<U>(&json);
    if json.is_object() || json.is_array() {
        return match candidates.first() {
            Some(best) => best.decode(json).map_err(D::Error::custom),
            None => Ok(U::unknown(json)),
        };
    }
    let decoded = candidates.into_iter().find_map(|candidate| candidate.decode(json.clone()).ok());
    Ok(decoded.unwrap_or_else(|| U::unknown(json)))
}

/// How JSON of this outline is decoded, if it is too long for one go: as the alternative that it is.
#[must_use]
pub fn begin_like<U: Union>(outline: &Value) -> Begin<U> {
    match choice::candidates::<U>(outline).first() {
        Some(best) => best.begin_like(outline),
        None => Value::begin_like(outline).map(U::unknown),
    }
}

/// Writes JSON that was kept as it came. Where it may have a secret in it, it is only for the API to see.
pub fn serialize_unknown<S: Serializer>(json: &Value, hidden: bool, serializer: S) -> Result<S::Ok, S::Error> {
    if hidden { serializer.serialize_unit() } else { json.serialize(serializer) }
}

/// Writes an alternative that is a secret, to send it; what was received is not written again.
pub fn serialize_secret<T: Expose, S: Serializer>(secret: &T, sent: bool, serializer: S) -> Result<S::Ok, S::Error> {
    if sent { secret.expose(serializer) } else { serializer.serialize_unit() }
}

/// JSON that was kept as it came, in a path or a query.
#[must_use]
pub fn text(json: &Value) -> String {
    json.as_str().map_or_else(|| json.to_string(), ToOwned::to_owned)
}

/// JSON that was kept as it came, without what is in it: that may be a secret.
#[derive(Clone, Copy)]
pub struct Unshown<'a>(pub &'a Value);

impl fmt::Debug for Unshown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(kind(self.0))
    }
}
