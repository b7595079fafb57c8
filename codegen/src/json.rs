//! Accessors for JSON of any shape.

use std::iter;

use serde_json::{Map, Value};

/// Returns the elements of a list, or none of another value.
pub(crate) fn elements(value: Option<&Value>) -> impl DoubleEndedIterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// Returns the members of an object, or none of another value.
pub(crate) fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Returns the members of the object under these keys, or none of another value.
pub(crate) fn fields_mut<'a>(value: &'a mut Value, keys: &[&str]) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    object_mut(value, keys).into_iter().flatten()
}

/// Returns the object under these keys.
pub(crate) fn object_mut<'a>(value: &'a mut Value, keys: &[&str]) -> Option<&'a mut Map<String, Value>> {
    keys.iter().try_fold(value, |value, key| value.get_mut(*key)).and_then(Value::as_object_mut)
}

/// Returns the string under a key.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// Returns whether the value under a key is `true`.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// Returns a value and all values in it, outer ones first.
pub(crate) fn values(value: &Value) -> impl Iterator<Item = &Value> {
    let mut open = vec![value];
    iter::from_fn(move || {
        let value = open.pop()?;
        match value {
            Value::Array(elements) => open.extend(elements.iter().rev()),
            Value::Object(fields) => open.extend(fields.values().rev()),
            _ => {}
        }
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn other_values_have_no_elements_and_no_members() {
        assert_eq!(elements(Some(&json!({ "a": 1 }))).count(), 0);
        assert_eq!(fields(Some(&json!([1]))).count(), 0);
        assert_eq!(fields_mut(&mut json!({ "a": { "b": 1 } }), &["a"]).count(), 1);
    }

    #[test]
    fn values_are_visited_from_outside_in_their_order() {
        let value = json!({ "a": [1, 2], "b": 3 });
        let numbers: Vec<_> = values(&value).filter_map(Value::as_i64).collect();
        assert_eq!(numbers, [1, 2, 3]);
    }
}
