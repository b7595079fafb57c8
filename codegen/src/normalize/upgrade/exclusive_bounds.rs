use serde_json::{Map, Value};

use super::site::Site;

/// Replaces a number in `exclusiveMinimum` or `exclusiveMaximum` by a bound with a flag beside it.
pub(super) fn replace(schema: &mut Map<String, Value>, site: &mut Site) {
    for (excluded, included) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(bound) = schema.get(excluded).filter(|bound| bound.is_number()).cloned() else { continue };
        let other = schema.get(included).and_then(Value::as_f64);
        let is_looser = match (other, bound.as_f64()) {
            (Some(other), Some(bound)) if included == "minimum" => bound < other,
            (Some(other), Some(bound)) => bound > other,
            _ => false,
        };
        if is_looser {
            schema.shift_remove(excluded);
            continue;
        }
        site.moved(&format!("/{included}"), &format!("/{excluded}"));
        let position = schema.keys().position(|key| key == excluded).unwrap_or_default();
        schema[excluded] = Value::Bool(true);
        if schema.contains_key(included) {
            schema[included] = bound;
        } else {
            schema.shift_insert(position, included.to_owned(), bound);
        }
    }
}
