//! Goes through JSON that may be anything.

use serde_json::{Map, Value};

/// The elements of a list; none of anything else.
pub(crate) fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The members of an object; none of anything else.
pub(crate) fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.and_then(Value::as_object).unwrap_or(&EMPTY).iter()
}
